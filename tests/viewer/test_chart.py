"""The page's charts, in Node: pure functions need no browser."""

import shutil
import subprocess
from pathlib import Path

import pytest

import gym_push
from gym_push.viewer import words

JS = Path(gym_push.__file__).parent / "envs" / "web" / "js"


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")
def test_charts_in_node(tmp_path):
    (tmp_path / "package.json").write_text('{"type": "module"}')  # browsers need no such word
    for source in (JS / "chart.js", JS / "words.js", Path(__file__).with_name("chart.test.mjs")):
        shutil.copy(source, tmp_path)
    (tmp_path / "tables.js").write_text(words.MODULE)
    result = subprocess.run(
        ["node", "--test", "chart.test.mjs"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "# fail 0" in result.stdout.replace("ℹ", "#")

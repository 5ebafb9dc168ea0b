"""Everything that a page of the site shows runs as it stands there, in the order of the page.

A block with a title is a file, which is written. A block of `sh` is run by bash. Blocks of Python
without a title are one script until the next block of `sh`. A block of `console` shows what cannot
run in a test: installing, and what waits for a person.
"""

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
BLOCK = re.compile(r'^( *)```(\w*)(?: title="([^"]+)")?\n(.*?)^\1```$', re.DOTALL | re.MULTILINE)
NOT_RUN = ("text", "mermaid", "bibtex", "html")
CANNOT_RUN = re.compile(
    r"\$ (git clone|cd|python -m (pip|nox|venv)|python3 -m venv|\. |ray )|"
    r"\$ gym-push (demo|guard|listen|play|.* --engine ray )|"
    r"\$ python examples/rllib_delivery.py"
)

NEEDED = {"live.md": ("Xvfb", "dbus-run-session", "dunst", "notify-send")}
"""Programs that a page needs, which the test command installs on Debian."""


def blocks(page):
    """Yields (language, title, text) of each block of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(BLOCK.findall(text)), "a block that is not recognised"
    for indent, language, title, code in BLOCK.findall(text):
        yield language, title, re.sub(f"^{indent}", "", code, flags=re.MULTILINE)


def run(arguments, folder):
    folders = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    env = {**os.environ, "PATH": folders, "XDG_CONFIG_HOME": str(folder)}  # for keys
    done = subprocess.run(arguments, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, f"{arguments[-1]}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


def run_script(parts, folder):
    if parts:
        script = folder / "_script.py"
        script.write_text("\n".join(parts), encoding="utf-8")
        run([sys.executable, "-W", "error", script.name], folder)
        parts.clear()


@pytest.mark.parametrize("page", PAGES)
def test_the_page_runs(page, tmp_path):
    missing = [name for name in NEEDED.get(page, ()) if shutil.which(name) is None]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"no {', '.join(missing)}")
    script = []
    for language, title, code in blocks(page):
        if title:
            (tmp_path / title).write_text(code, encoding="utf-8")
        elif language == "python":
            script.append(code)
        elif language == "sh":
            run_script(script, tmp_path)
            run(["bash", "-euo", "pipefail", "-c", code], tmp_path)
        elif language == "console":
            lines = [line for line in code.splitlines() if line.startswith("$")]
            assert lines and all(map(CANNOT_RUN.match, lines)), code
        else:
            assert language in NOT_RUN, f"a block of {language!r} that no test runs"
    run_script(script, tmp_path)


def test_the_numbers_of_the_people_are_those_of_the_code():
    made = runpy.run_path(str(DOCS / "parameters.py"))["text"]()
    assert made == (DOCS / "parameters.md").read_text(encoding="utf-8")

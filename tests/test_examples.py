"""The examples run as a user runs them: as a process, from another folder."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"

LOG = "app,place,opened\nmail,home,true\nchat,work,false\nchat,home,true\n"
SCHEMA = 'action = "opened"\nnotification = ["app"]\n[context]\nplace = "label"\n'


@pytest.fixture
def random_agent(tmp_path, monkeypatch):
    monkeypatch.setenv("GYM_PUSH_BROWSER", "0")

    def run(*arguments):
        return subprocess.run(
            [sys.executable, EXAMPLES / "random_agent.py", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
        )

    return run


def test_it_plays_the_bundled_log_with_its_page(random_agent):
    result = random_agent("--seed", "1", "--delay", "0.02")
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("watch at http://127.0.0.1:") == 1
    assert result.stdout.startswith("324 decisions: performance ")
    assert "CTR" in result.stdout
    assert "reward" in result.stdout


def test_the_same_seed_plays_the_same_seen_or_unseen(random_agent):
    seen = random_agent("--seed", "1", "--delay", "0")
    assert seen.stdout == random_agent("--seed", "1", "--no-page").stdout
    assert seen.stdout != random_agent("--seed", "2", "--no-page").stdout


def test_it_plays_a_log_of_ones_own(random_agent, tmp_path):
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "log.toml").write_text(SCHEMA)
    result = random_agent("--log", "log.csv", "--schema", "log.toml", "--no-page")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("3 decisions")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--log", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["--schema", "log.toml"], "give both"),
        (["--delay", "-1"], "from 0 to 3600"),
        (["--delay", "nan"], "from 0 to 3600"),
        (["--seed", "-1"], "0 or more"),
        (["--seed", "x"], "invalid int value"),
    ],
)
def test_a_mistake_gets_a_sentence(random_agent, arguments, message):
    result = random_agent(*arguments)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr

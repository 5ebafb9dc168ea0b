"""What the terminal shows: whole names, what had no room, progress, and nobody else's notices."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_support import run_apart, run_here

from gym_push.agents import BASELINES
from gym_push.cli import output
from gym_push.evaluation.metrics import EXPLANATION
from gym_push.evaluation.suites import SUITES

ROOT = Path(__file__).resolve().parents[2]
LONG = "\"table-per-app(features=['appPackage', 'place'], prior=2)\""
NOTICE = "unmaintained"

IMPORTS_GYM = """
import gym

class Agent:
    def reset(self, seed=None): pass
    def act(self, observation): return 1
    def learn(self, observation, action, reward): pass
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("columns", ["80", "120"])
def test_names_are_whole_and_columns_without_room_are_named(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    shown = run_here(f"gym-push evaluate table-per-app-and-time {LONG} random", monkeypatch, capsys)
    assert shown.code == 0, shown.errors
    lines = shown.out.splitlines()
    assert max(map(len, lines)) <= int(columns)
    first = {word for line in lines for word in line[:40].split()}
    assert {"table-per-app-and-time", "table-per-app(features=['appPackage',", "random"} <= first
    [heading] = (line for line in lines if line.startswith(" agent "))
    told = " ".join(shown.out.split())
    [missing] = re.findall(r"no room for (.+): --json has all; --explain says", told)
    for name in ("reward", "score", "precision", "recall", "µs", "regret", "user ctr"):
        assert (name in re.split(" {2,}", heading.strip())) != (name in missing.split(", "))


@pytest.mark.parametrize(
    "command", ["agents", "suites", "envs", "play random --env delivery-v0 --no-page"]
)
def test_a_narrow_terminal_breaks_no_word(command, monkeypatch, capsys):
    words = []
    for columns in ("80", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        shown = run_here(f"gym-push {command}", monkeypatch, capsys)
        words.append(set(re.sub("─+", "", shown.out).split()))
    assert words[0] == words[1]


@pytest.mark.parametrize("command", ["evaluate", "compare", "leaderboard"])
def test_explain_says_what_the_site_says(command, monkeypatch, capsys):
    said = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    assert EXPLANATION.read_text(encoding="utf-8").strip() in said
    shown = run_here(f"gym-push {command} --explain", monkeypatch, capsys)
    assert (shown.code, shown.errors) == (0, "")
    for name in ("score", "auc", "regret", "lowest tenth", "± seeds"):
        assert re.search(rf"^ *{name} ", shown.out, re.MULTILINE)


def test_agents_and_suites_are_listed(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    for command, names in (("agents", BASELINES), ("suites", SUITES)):
        shown = run_here(f"gym-push {command}", monkeypatch, capsys)
        assert (shown.code, shown.errors) == (0, "")
        assert {line.split()[0] for line in shown.out.splitlines() if line.strip()} >= set(names)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("evalaute", "evaluate"),
        ("log discribe", "describe"),
        ("envs --jsn", "--json"),
        ("leaderboard verfy 3f9a", "verify"),
        ("play tabel-per-app", "table-per-app"),
        ("evaluate random --suite user-24", "users-24/v1"),
        ("compare random majority --metric rewrad", "reward"),
    ],
)
def test_what_is_mistyped_is_answered_with_what_is_meant(line, meant, monkeypatch, capsys):
    shown = run_here(f"gym-push {line}", monkeypatch, capsys)
    assert (shown.code, shown.out) == (2, "")
    assert re.search(rf"[Dd]id you mean '?{meant}'?\?( See  gym-push.*)?\n$", shown.errors)
    assert shown.errors.count("\n") == 1


@pytest.mark.parametrize("line", [
    "evaluate majority --plots FILE",
    "log describe --plots FILE",
    "leaderboard --html FILE",
    "leaderboard --csv FILE",
    "play majority --no-page --record FILE",
    "log convert bundled FILE",
])  # fmt: skip
def test_what_exists_is_replaced_only_by_force(line, monkeypatch, capsys, tmp_path):
    if "--plots" in line:
        pytest.importorskip("matplotlib")
    if "leaderboard" in line:
        run_here("gym-push evaluate majority", monkeypatch, capsys)
    ending = "csv" if "convert" in line else "svg" if "--plots" in line else "html"
    file = tmp_path / f"out.{ending}"
    file.write_text("mine")
    line = line.replace("FILE", file.name)
    shown = run_here(f"gym-push {line}", monkeypatch, capsys)
    assert (shown.code, shown.out, file.read_text()) == (2, "", "mine")
    assert f"'{file.name}' is there; --force replaces it" in shown.errors
    shown = run_here(f"gym-push {line} --force", monkeypatch, capsys)
    assert shown.code == 0 and f"wrote {file.name}\n" in shown.errors
    assert file.read_text(encoding="utf-8") != "mine"


def test_each_part_of_a_work_has_its_own_time_left(monkeypatch, capsys):
    """A slow agent behind a fast one does not change what was said of the fast one."""
    now = [0.0]
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("rich.console.monotonic", lambda: now[0])
    bars = []
    monkeypatch.setattr("rich.progress.Progress.start", lambda self: bars.append(self))
    with output.progress({"fast": 100, "slow": 100, "none": 0}, "episode") as advance:
        [shown] = bars
        for part, seconds in (("fast", 1.0), ("slow", 50.0)):
            for done in range(1, 101):
                now[0] += seconds
                advance(part, 1)
                [task] = (each for each in shown.tasks if part in each.description)
                if 2 <= done < 100:
                    assert task.time_remaining == pytest.approx((100 - done) * seconds)
    assert [task.description for task in shown.tasks] == ["1/2 fast", "2/2 slow"]


def test_a_notice_of_classic_gym_is_for_those_who_import_it_themselves(tmp_path):
    pytest.importorskip("gym")
    (tmp_path / "imports_gym.py").write_text(IMPORTS_GYM)
    for line in ("evaluate imports_gym:Agent", "evaluate imports_gym:Agent --processes 2"):
        shown = run_apart(f"gym-push {line} --force")
        assert shown.code == 0, shown.errors
        assert NOTICE not in shown.out + shown.errors
    code = "import gym_push; gym_push.evaluate('imports_gym:Agent', 'basic-324/v1')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and NOTICE in done.stderr


@pytest.mark.slow
def test_stable_baselines_brings_no_notice():
    pytest.importorskip("stable_baselines3")
    shown = run_apart("gym-push play 'ppo(steps=64)' --no-page")
    assert shown.code == 0, shown.errors
    assert shown.errors == "ppo(steps=64) practises first, with other people\n"

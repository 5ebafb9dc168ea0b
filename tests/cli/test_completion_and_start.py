"""Tab completes what can be named, and starting costs little."""

import subprocess
import sys

import pytest
from command_support import run_here

from gym_push.agents import BASELINES

HEAVY = (
    "pandas",
    "scipy",
    "sklearn",
    "torch",
    "matplotlib",
    "pyarrow",
    "PIL",
    "eel",
    "gevent",
    "gym",
    "rich",
)


@pytest.fixture
def complete(monkeypatch, capsys):
    def complete(*words, shell="bash"):
        monkeypatch.setenv("_GYM_PUSH_COMPLETE", f"{shell}_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["gym-push", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)) if shell != "fish" else words[-1])
        shown = run_here("gym-push", monkeypatch, capsys)
        assert shown.errors == ""
        return [line for line in shown.out.splitlines() if line]

    return complete


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell, monkeypatch, capsys):
    monkeypatch.setenv("_GYM_PUSH_COMPLETE", f"{shell}_source")
    shown = run_here("gym-push", monkeypatch, capsys)
    assert shown.code == 0, shown.errors
    assert f"_GYM_PUSH_COMPLETE={shell}_complete" in shown.out


def test_commands_options_and_environments(complete):
    assert complete("val") == []
    assert complete("de") == ["plain,demo"]
    assert complete("log", "val") == ["plain,validate"]
    assert complete("play", "random", "--ep") == ["plain,--episodes"]
    assert complete("play", "random", "--env", "d") == ["plain,delivery-v0"]


def test_agents(complete):
    assert complete("play", "") == [f"plain,{name}" for name in BASELINES]
    tables = [f"plain,{name}" for name in BASELINES if name.startswith("table-per-a")]
    assert complete("play", "table-per-a") == tables != []
    assert BASELINES["random"].summary in complete("play", "rand", shell="zsh")
    assert complete("play", "rand", shell="fish")[-1].endswith(BASELINES["random"].summary)


def test_the_bundled_log_and_files(complete):
    assert complete("log", "describe", "bun") == ["plain,bundled"]
    assert complete("log", "describe", "my") == ["file,my"]
    assert complete("play", "random", "--log", "bun") == ["plain,bundled"]


def test_nothing_heavy_is_imported_for_help_and_completion():
    code = f"""
import sys
from click.shell_completion import ShellComplete
from gym_push.cli.app import app
typed = "evaluate linucb vw-cover --plots page.pdf".split()
assert ShellComplete(app, {{}}, "gym-push", "_GYM_PUSH_COMPLETE").get_completions(typed, "--su")
for line in ("--help", "play --help", "log --help", "envs --help", "leaderboard --help"):
    app.main(line.split(), prog_name="gym-push", standalone_mode=False)
print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.stderr.strip() == "[]"


@pytest.mark.parametrize("command", ["evaluate", "compare"])
def test_the_help_names_every_suite(command, monkeypatch, capsys):
    from gym_push.evaluation.suites import SUITES

    told = " ".join(run_here(f"gym-push {command} --help", monkeypatch, capsys).out.split())
    assert all(suite in told for suite in SUITES)

"""Tab completes what can be named, and starting costs little."""

import os
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
)


def complete(*words, shell="bash"):
    variables = {
        "_GYM_PUSH_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": " ".join(["gym-push", *words]),
        "COMP_CWORD": str(len(words)) if shell != "fish" else words[-1],
    }
    shown = subprocess.run(
        [sys.executable, "-m", "gym_push.cli"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert shown.stderr == ""
    return [line for line in shown.stdout.splitlines() if line]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell, monkeypatch):
    monkeypatch.setenv("_GYM_PUSH_COMPLETE", f"{shell}_source")
    command = [sys.executable, "-m", "gym_push.cli"]
    shown = subprocess.run(command, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    assert f"_GYM_PUSH_COMPLETE={shell}_complete" in shown.stdout


def test_commands_options_and_environments():
    assert complete("val") == []
    assert complete("de") == ["plain,demo"]
    assert complete("log", "val") == ["plain,validate"]
    assert complete("play", "random", "--ep") == ["plain,--episodes"]
    assert complete("play", "random", "--env", "d") == ["plain,delivery-v0"]


def test_agents():
    assert complete("play", "") == [f"plain,{name}" for name in BASELINES]
    tables = [f"plain,{name}" for name in BASELINES if name.startswith("table-per-a")]
    assert complete("play", "table-per-a") == tables != []
    assert BASELINES["random"].summary in complete("play", "rand", shell="zsh")
    assert complete("play", "rand", shell="fish")[-1].endswith(BASELINES["random"].summary)


def test_the_bundled_log_and_files():
    assert complete("log", "describe", "bun") == ["plain,bundled"]
    assert complete("log", "describe", "my") == ["file,my"]
    assert complete("play", "random", "--log", "bun") == ["plain,bundled"]


@pytest.mark.parametrize("line", ["--help", "play --help", "log --help", "envs --help"])
def test_nothing_heavy_is_imported_for_help(line):
    code = f"""
import sys
from gym_push.cli.app import app
try:
    app.main({line.split()!r}, prog_name="gym-push")
except SystemExit:
    print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.stderr.strip() == "[]"


@pytest.mark.parametrize("command", ["evaluate", "compare"])
def test_the_help_names_every_suite(command, monkeypatch, capsys):
    from gym_push.evaluation.suites import SUITES

    told = " ".join(run_here(f"gym-push {command} --help", monkeypatch, capsys).out.split())
    assert all(suite in told for suite in SUITES)

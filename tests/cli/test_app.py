"""The command `gym-push` teaches what it can do, and says in a sentence what it cannot."""

import subprocess
import sys

import pytest

import gym_push


def run(*arguments):
    command = [sys.executable, "-W", "error", "-m", "gym_push.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]], ids=["nothing", "--help", "-h"])
def test_help_lists_the_subcommands_and_gives_an_example(arguments):
    shown = run(*arguments)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "gym-push generate --users 1000" in shown.stdout


def test_the_version_is_the_packages():
    assert run("--version").stdout == f"gym-push, version {gym_push.__version__}\n"


@pytest.mark.parametrize("arguments", [["--verson"], ["genrate"]], ids=["option", "subcommand"])
def test_what_is_not_there_is_named_in_one_sentence(arguments):
    shown = run(*arguments)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.startswith("gym-push: No such ") and arguments[0] in shown.stderr
    assert shown.stderr.count("\n") == 1 and shown.stderr.endswith("gym-push --help\n")

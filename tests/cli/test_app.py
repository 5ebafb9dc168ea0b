"""The command `gym-push` teaches what it can do, and says in a sentence what it cannot."""

import pytest
from command_support import run_here

import gym_push


@pytest.mark.parametrize("arguments", ["", "--help", "-h"])
def test_help_lists_the_subcommands_and_gives_an_example(arguments, monkeypatch, capsys):
    shown = run_here(f"gym-push {arguments}", monkeypatch, capsys)
    assert (shown.code, shown.errors) == (0, "")
    assert "gym-push generate --users 1000" in shown.out


def test_the_version_is_the_packages(monkeypatch, capsys):
    shown = run_here("gym-push --version", monkeypatch, capsys)
    assert shown.out == f"gym-push, version {gym_push.__version__}\n"


@pytest.mark.parametrize("argument", ["--verson", "genrate"])
def test_what_does_not_exist_is_named_in_one_sentence(argument, monkeypatch, capsys):
    shown = run_here(f"gym-push {argument}", monkeypatch, capsys)
    assert (shown.code, shown.out) == (2, "")
    assert shown.errors.startswith("gym-push: No such ") and argument in shown.errors
    assert shown.errors.count("\n") == 1 and shown.errors.endswith("gym-push --help\n")

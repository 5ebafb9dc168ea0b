"""Commands are run as with a pipe, whatever the size of the terminal that the tests are run in."""

from importlib.util import find_spec

import pytest


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("LINES", raising=False)


@pytest.fixture
def few_learned(monkeypatch):
    """`fidelity` learns 8 simulated people by 14 days: how well is for tests/evaluation."""
    if find_spec("sklearn"):
        from gym_push.evaluation.fidelity import learnability as module

        few = (8, 28, *module.learnability.__defaults__[2:])
        monkeypatch.setattr(module.learnability, "__defaults__", few)

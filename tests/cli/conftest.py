"""Commands are run as with a pipe, whatever the size of the terminal that the tests are run in."""

import pytest


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("LINES", raising=False)

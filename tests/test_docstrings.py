"""The examples in docstrings run as they stand there."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import gym_push
from gym_push.errors import MissingExtraError

PACKAGE = Path(gym_push.__file__).parent
MODULES = [
    ".".join(("gym_push", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    try:
        module = import_module(name)
    except MissingExtraError as error:
        pytest.skip(str(error))
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed

"""The catalogue of environments says what their docstrings say, and needs none."""

import inspect
import re
import subprocess
import sys

import pytest
from gymnasium.envs.registration import load_env_creator

from gym_push.registration import ENVIRONMENTS


@pytest.mark.parametrize("registered", ENVIRONMENTS, ids=lambda each: each.id)
def test_catalogue_and_docstring_say_the_same(registered):
    environment = load_env_creator(registered.entry_point)
    page = " ".join(inspect.getdoc(environment).replace("```", "##").replace("`", "").split())
    assert page.startswith(registered.summary)
    assert f"## Action Space {registered.actions} ##" in page
    assert f"## Observation Space {registered.observations}" in page
    parameters = inspect.signature(environment).parameters
    assert {name: repr(parameter.default) for name, parameter in parameters.items()} == {
        each["name"]: each["default"] for each in registered.to_dict()["arguments"]
    }
    [listed] = re.findall("## Arguments (.*?) ##", page)
    assert listed == " ".join(f"- {name}: {what}" for name, what in registered.arguments.items())


def test_the_catalogue_needs_no_docstrings():
    command = [sys.executable, "-OO", "-m", "gym_push.cli", "envs"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert all(f"{each.id}: {each.summary}" in run.stdout for each in ENVIRONMENTS)

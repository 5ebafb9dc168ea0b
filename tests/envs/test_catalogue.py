"""Environments are told by what their docstrings and signatures say."""

from importlib import import_module
from inspect import signature

import pytest

from gym_push.envs.catalogue import entry
from gym_push.registration import ENVIRONMENTS


@pytest.mark.parametrize("registered", ENVIRONMENTS, ids=lambda each: each.id)
def test_every_environment_says_all_of_it(registered):
    module, _, name = registered.entry_point.partition(":")
    environment = getattr(import_module(module), name)
    about = entry(registered.id, environment)
    assert about.summary.endswith((".", "?"))
    assert about.actions.startswith("Discrete(") and "`" not in about.actions
    assert about.observations.startswith("What")
    parameters = signature(environment).parameters
    assert {each.name: each.default for each in about.arguments} == {
        name: repr(parameter.default) for name, parameter in parameters.items()
    }
    assert all(each.meaning and "\n" not in each.meaning for each in about.arguments)


def test_basic_offers_three_forms_of_observations():
    from gym_push.envs import BasicEnv

    [form] = [each for each in entry("basic-v0", BasicEnv).arguments if each.name == "observation"]
    assert (form.default, form.meaning) == ("'raw'", '"raw", "codes" or "vector"')

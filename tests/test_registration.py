"""Ids are this package's, or it says so. Each registry needs a process of its own."""

import subprocess
import sys

import pytest

THEIRS = "gymnasium.envs.classic_control.cartpole:CartPoleEnv"


def run(code):
    result = subprocess.run(
        [sys.executable, "-W", "error:Overriding", "-c", code], capture_output=True, text=True
    )
    return result.stdout.strip().splitlines(), result.stderr.strip().splitlines()


@pytest.mark.parametrize("id", ["basic-v0", "delivery-v0", "send-v0"])
def test_an_id_that_another_package_has_taken_is_refused_and_can_be_freed(id):
    said, complaints = run(f"""
import gymnasium
gymnasium.register({id!r}, entry_point={THEIRS!r})
for _ in range(2):
    try:
        gymnasium.make("gym_push:{id}")
    except Exception as error:
        print(type(error).__name__, error)
gymnasium.envs.registration.registry.pop({id!r})
print(gymnasium.make("gym_push:{id}").unwrapped.__module__.split(".")[0])
""")
    assert complaints == []
    assert said[0] == said[1]
    assert said[0] == (
        f"GymPushError '{id}' of gymnasium is {THEIRS} already, which "
        f"gymnasium.make('gym_push:{id}') would make; before gym_push is imported, remove it: "
        f"gymnasium.envs.registration.registry.pop('{id}')"
    )
    assert said[2] == "gym_push"


def test_an_id_that_another_package_has_taken_in_classic_gym_is_refused():
    said, _ = run(f"""
import gym, sys
registry = gym.envs.registration.registry
registry.pop("basic-v0")
gym.register("basic-v0", entry_point={THEIRS!r})
import gym_push.registration
try:
    gym_push.registration.register()
except gym_push.GymPushError as error:
    print(error)
""")
    assert said[0].startswith(f"'basic-v0' of gym is {THEIRS} already")


def test_registering_again_changes_nothing():
    said, complaints = run("""
import gymnasium, gym_push
from gym_push.registration import register
register()
print(gymnasium.make("gym_push:basic-v0").spec.entry_point)
""")
    assert (said, complaints) == (["gym_push.envs.basic.env:BasicEnv"], [])

"""The public names: all there, all documented, none by accident, and none loaded too early."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import gym_push

HEAVY = (
    "pandas",
    "eel",
    "gym",
    "json_tricks",
    "asyncio",
    "gevent",
    "pyarrow",
    "PIL",
    "click",
    "rich",
    "matplotlib",
    "scipy",
    "sklearn",
    "stable_baselines3",
    "torch",
)


def test_the_public_names():
    assert gym_push.__all__ == sorted(gym_push.__all__)
    assert set(gym_push.__all__) <= set(dir(gym_push))


@pytest.mark.parametrize("name", gym_push.__all__)
def test_each_name_is_there_and_says_what_it_is(name):
    thing = getattr(gym_push, name)
    assert thing.__module__.startswith("gym_push.")
    assert inspect.getdoc(thing)


def test_no_name_hides_a_module_of_its_own_package():
    import gym_push.evaluation as evaluation

    folder = Path(evaluation.__file__).parent
    modules = {path.stem for path in folder.iterdir()} - {"fidelity"}  # whose only use it is
    assert not modules & set(evaluation.__all__)
    assert evaluation.__all__ == sorted(evaluation.__all__)


def test_another_name_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'Basic'"):
        gym_push.__getattr__("Basic")


@pytest.mark.parametrize(
    "then",
    [
        "",
        "env = gymnasium.make('gym_push:basic-v0'); env.reset(); env.step(1); env.unwrapped.score",
    ],
    ids=["import", "an episode"],
)
def test_nothing_heavy_is_imported(then):
    code = f"""
import gymnasium, sys
before = set(sys.modules)
import gym_push
{then}
new = set(sys.modules) - before
print(sorted(m for m in new if m in {HEAVY!r} or m.startswith("gym_push.viewer")))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr

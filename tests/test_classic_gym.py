"""Classic gym 0.26 and the calls of 2019. Each import order needs a process of its own."""

import json
import subprocess
import sys

import gymnasium
import pytest

import gym_push

PLAY = """
def play(make):
    env = make("gym_push:basic-v0")
    env.action_space.seed(3)
    observation, _ = env.reset(seed=3)
    rewards, ended = [], False
    while not ended:
        assert env.observation_space.contains(observation)
        observation, reward, ended, _, info = env.step(int(env.action_space.sample()))
        rewards.append(reward)
    return len(rewards), sum(rewards), dict(observation), env.unwrapped.score.confusion
"""


def run(code, *, warnings="default"):
    """The JSON that the code prints in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-W", warnings, "-c", code], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def in_gymnasium():
    return run(f"import gymnasium, json\n{PLAY}\nprint(json.dumps(play(gymnasium.make)))")


@pytest.mark.parametrize(
    ("imports", "maker"),
    [
        ("import gym", "gym"),
        ("import gymnasium", "gymnasium"),
        ("import gym, gymnasium", "gym"),
        ("import gym, gymnasium", "gymnasium"),
        ("import gymnasium, gym", "gym"),
        ("import gymnasium, gym", "gymnasium"),
        ("import gym_push, gym", "gym"),
        ("import gym_push, gymnasium", "gymnasium"),
        ("import gym, gym_push", "gym"),
    ],
)
def test_a_whole_episode_after_any_imports(imports, maker, in_gymnasium):
    played = run(f"{imports}\nimport json\n{PLAY}\nprint(json.dumps(play({maker}.make)))")
    assert played[0] == 324
    if maker == "gymnasium":
        assert played == in_gymnasium


@pytest.mark.parametrize("observation", ["raw", "codes", "vector"])
@pytest.mark.parametrize(
    ("name", "kwargs"),
    [("basic-v0", {"order": "shuffled"}), ("delivery-v0", {"days": 2}), ("send-v0", {"days": 2})],
)
def test_the_same_seed_plays_the_same_on_both(name, kwargs, observation):
    code = f"""
import gym, gymnasium, numpy, json
one, other = (
    make("gym_push:{name}", **{kwargs}, observation={observation!r})
    for make in (gym.make, gymnasium.make)
)
def plain(thing):
    if isinstance(thing, dict):
        return {{key: plain(value) for key, value in thing.items()}}
    return thing.tolist() if isinstance(thing, (numpy.ndarray, numpy.generic)) else thing
flat = gym.spaces.utils.flatten, gymnasium.spaces.utils.flatten
ends = []
for seed in (5, None):
    steps = [one.reset(seed=seed)], [other.reset(seed=seed)]
    for action in [0, 1] * 1000:
        if steps[0][-1][2:3] == (True,):
            break
        steps[0].append(one.step(action))
        steps[1].append(other.step(action))
        assert (flat[0](one.observation_space, steps[0][-1][0])
                == flat[1](other.observation_space, steps[1][-1][0])).all()
    assert [[plain(x) for x in step] for step in steps[0]] == [
        [plain(x) for x in step] for step in steps[1]]
    ends.append(steps[0][-1][2])
space = one.observation_space
assert space.contains(space.sample()) and repr(space)
assert gym.spaces.utils.flatten_space(space).shape == gymnasium.spaces.utils.flatten_space(
    other.observation_space).shape
print(json.dumps(ends))
"""
    assert run(code) == [True, True]


@pytest.mark.parametrize("name", ["basic-v0", "delivery-v0", "send-v0"])
def test_classic_gyms_own_checks_find_nothing(name):
    code = f"""
import gym, json, numpy
numpy.bool8 = numpy.bool_  # which gym's checker asks for, and NumPy 2 no longer has
from gym.utils.env_checker import check_env
for form in ("raw", "codes", "vector"):
    check_env(gym.make("gym_push:{name}", observation=form).unwrapped, skip_render_check=True)
print(json.dumps("fine"))
"""
    assert run(code) == "fine"


@pytest.mark.parametrize("action", ["composed", "dict"])
def test_composed_messages_are_actions_of_classic_gym(action):
    code = f"""
import gym, json, numpy
numpy.bool8 = numpy.bool_
from gym.utils.env_checker import check_env
env = gym.make("gym_push:send-v0", action={action!r}, render_mode="ansi")
check_env(env.unwrapped, skip_render_check=True)
env.reset(seed=1)
env.step(env.action_space.sample())
print(json.dumps("#1" in env.render()))
"""
    assert run(code)


def test_errors_reach_classic_gym():
    code = """
import gym, json, gym_push
env = gym.make("gym_push:basic-v0")
said = []
for call in (lambda: env.step(1), lambda: env.reset() and env.step(2)):
    try:
        call()
    except gym_push.GymPushError as error:
        said.append(type(error).__name__)
print(json.dumps(said))
"""
    assert run(code) == ["EpisodeError", "ActionError"]


def test_a_script_of_2019_runs_with_one_line_changed():
    code = """
import gym, json
import gym_push
custom_gym = gym_push.ClassicAPI(gym.make("gym_push:basic-v0"))
observation = custom_gym.reset()
done, total = False, 0
while not done:
    action = custom_gym.action_space.sample()
    observation, reward, done, info = custom_gym.step(action)
    total += reward
custom_gym.close()
print(json.dumps([custom_gym.score.decisions, custom_gym.score.reward == total]))
"""
    assert run(code) == [324, True]


@pytest.mark.parametrize("name", ["basic-v0", "delivery-v0", "send-v0"])
def test_classic_gym_renders_by_its_conventions(name):
    pytest.importorskip("matplotlib")
    code = """
import gym, json
import gym_push
shown = []
for mode in ("ansi", "rgb_array", "ansi_list", "rgb_array_list"):
    env = gym.make("gym_push:NAME", render_mode=mode)
    env.reset(seed=1)
    env.step(1)
    frames = env.render()
    frames = frames if mode.endswith("_list") else [frames]
    words = [getattr(frame, "shape", str(frame).split(" ")[0]) for frame in frames]
    shown.append([env.render_mode, *words])
print(json.dumps(shown))
"""
    assert run(code.replace("NAME", name)) == [
        ["ansi", name],
        ["rgb_array", [600, 960, 3]],
        ["ansi_list", name, name],
        ["rgb_array_list", [600, 960, 3], [600, 960, 3]],
    ]


def test_the_classic_calls_on_a_gymnasium_environment():
    env = gym_push.ClassicAPI(gymnasium.make("gym_push:basic-v0", render_mode="ansi"))
    assert env.seed(1) == [1]
    assert env.reset(seed=1)["tickerText"]
    observation, reward, done, info = env.step(1)
    assert (abs(reward), done, info["epoch"]) == (1.0, False, 1)
    assert "epoch 1 / 324" in env.render(mode="human")
    assert env.unwrapped.score.decisions == 1
    env.close()

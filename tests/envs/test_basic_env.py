"""basic-v0: what it shows, what it pays, and what it refuses."""

import copy

import gymnasium
import numpy as np
import pandas as pd
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.wrappers import FlattenObservation, RecordEpisodeStatistics

import gym_push
from gym_push import ActionError, ArgumentError, EpisodeError, LogError, Schema
from gym_push.logs import observations, observe

LEAKS = ("posted", "action", "responseTime")


def make(**kwargs):
    return gymnasium.make("gym_push:basic-v0", **kwargs)


def episode(env, policy, **reset):
    """Plays an episode; policy(epoch, observation) answers. Returns what the steps returned."""
    observation, info = env.reset(**reset)
    steps, ended = [], False
    while not ended:
        steps.append(env.step(policy(info["epoch"], observation)))
        observation, _, ended, _, info = steps[-1]
    return steps


def total(steps):
    return sum(reward for _, reward, *_ in steps)


@pytest.fixture
def people():
    """A log of three people with 3, 5 and 1 notifications."""
    frame = pd.DataFrame(
        {
            "who": list("abbabacbb"),
            "app": list("xyxyxyxyx"),
            "place": list("ppqqppqqp"),
            "action": [1, 0, 1, 1, 0, 0, 1, 1, 1],
        }
    )
    return gym_push.read_log(frame, Schema(["app"], ["place"], user="who"))


def test_the_bundled_log_is_played_to_its_last_row():
    env = make()
    log = env.unwrapped.log
    steps = episode(env, lambda *_: 1)
    assert len(steps) == len(log) == 324
    assert [info["epoch"] for *_, info in steps] == list(range(1, 325))
    assert [info["user_action"] for *_, info in steps] == log.actions.tolist()
    assert [terminated for _, _, terminated, _, _ in steps] == [False] * 323 + [True]


def test_what_each_policy_earns():
    env = make()
    actions = env.unwrapped.log.actions.tolist()
    opened, n = sum(actions), len(actions)
    assert total(episode(env, lambda epoch, _: actions[epoch])) == n
    assert total(episode(env, lambda epoch, _: 1 - actions[epoch])) == -n
    assert total(episode(env, lambda *_: 1)) == opened - (n - opened)
    assert total(episode(env, lambda *_: 0)) == (n - opened) - opened


def test_repeating_what_the_person_did_last_does_not_win():
    env = make()
    last = {"user_action": 1}

    def repeat(*_):
        return last["user_action"]

    env.reset()
    earned, ended = 0.0, False
    while not ended:
        _, reward, ended, _, last = env.step(repeat())
        earned += reward
    assert earned < 0.5 * env.unwrapped.score.decisions


def test_winning_stays_losing_shifts_does_not_win():
    env = make()
    env.reset()
    action, earned, ended = 1, 0.0, False
    while not ended:
        _, reward, ended, _, _ = env.step(action)
        action = action if reward > 0 else 1 - action
        earned += reward
    assert earned < 0.5 * env.unwrapped.score.decisions


def test_an_observation_is_notification_then_context_and_nothing_known_later():
    env = make()
    observation, _ = env.reset()
    schema = env.unwrapped.log.schema
    assert list(observation) == [feature.name for feature in schema.observed]
    assert not set(LEAKS) & set(observation)
    assert {type(value) for value in observation.values()} <= {str, bool, int, float}
    assert list(observation) == list(env.observation_space.spaces)


@pytest.mark.parametrize("observation", ["raw", "codes", "vector"])
def test_the_row_shown_is_the_row_decided_on(observation):
    """The observation is of the notification that the next reward is about, in every form."""
    env, log = make(observation=observation), gym_push.bundled_log()
    expected = list(observe(log, None, observation).each(np.arange(len(log)), shared=False))
    seen = [env.reset()[0], *(step[0] for step in episode(env, lambda *_: 1))]
    for shown, row in zip(seen, [*expected, expected[-1]], strict=True):
        assert data_equivalence(shown, row, exact=True)


@pytest.mark.parametrize("observation", ["raw", "codes"])
@pytest.mark.parametrize("order", ["recorded", "shuffled"])
def test_flattened_observations_are_vectors(observation, order):
    flat = FlattenObservation(make(observation=observation, order=order))
    vector = make(observation="vector", order=order)
    assert flat.observation_space.shape == vector.observation_space.shape
    assert np.array_equal(flat.reset(seed=1)[0], vector.reset(seed=1)[0])
    ended = False
    while not ended:
        one, _, ended, *_ = flat.step(1)
        assert np.array_equal(one, vector.step(1)[0])


def test_text_is_in_raw_observations_only():
    assert "tickerText" in make().reset()[0]
    assert "tickerText" not in make(observation="codes").reset()[0]


@pytest.mark.parametrize("observation", ["raw", "codes", "vector"])
def test_a_shared_observation_cannot_be_changed(observation):
    env = make(observation=observation, copy=False)
    for shown in (env.reset()[0], env.step(1)[0]):
        key = slice(None) if observation == "vector" else "appPackage"
        with pytest.raises((TypeError, ValueError)):
            shown[key] = 0


def test_shuffling_plays_every_row_once_in_a_new_order_each_episode():
    env = make(order="shuffled")
    first = [info["user_action"] for *_, info in episode(env, lambda *_: 1, seed=1)]
    second = [info["user_action"] for *_, info in episode(env, lambda *_: 1)]
    again = [info["user_action"] for *_, info in episode(env, lambda *_: 1, seed=1)]
    assert first == again != second
    assert sum(first) == sum(second) == env.unwrapped.log.actions.sum()
    rows = env.unwrapped._playing.rows
    assert sorted(rows) == list(range(len(env.unwrapped.log)))


def test_each_person_of_a_log_is_an_episode(people):
    env = make(data=people)
    for user, length in {"a": 3, "b": 5, "c": 1}.items():
        _, info = env.reset(options={"user": user})
        assert info == {"epoch": 0, "user_action": -1, "user": user}
        assert env.step(1)[4]["user"] == user
        assert len(episode(env, lambda *_: 1, options={"user": user})) == length
    drawn = {env.reset(seed=seed)[1]["user"] for seed in range(20)}
    assert drawn == {"a", "b", "c"}


def test_who_is_asked_for_must_be_there(people):
    with pytest.raises(LogError, match="no user 'd'"):
        make(data=people).reset(options={"user": "d"})
    with pytest.raises(ArgumentError, match="is of one person"):
        make().reset(options={"user": "a"})
    with pytest.raises(ArgumentError, match="'user', not 'usr'"):
        make(data=people).reset(options={"usr": "a"})
    with pytest.raises(ArgumentError, match="is not a dict"):
        make(data=people).reset(options=["user"])


@pytest.mark.parametrize(
    "action", [2, -1, 0.5, "1", None, [1], np.array([1]), np.array(2), float("nan")]
)
def test_another_action_is_refused_and_nothing_is_counted(action):
    env = make()
    env.reset()
    env.step(1)
    before = env.unwrapped.score
    with pytest.raises(ActionError, match=r"neither 0 \(dismiss\) nor 1 \(open\)"):
        env.step(action)
    assert env.unwrapped.score == before
    assert env.step(1)[4]["epoch"] == 2


@pytest.mark.parametrize(
    "action", [1, True, 1.0, np.int64(1), np.int8(1), np.array(1), np.bool_(True)]
)
def test_an_action_may_come_as_any_kind_of_one(action):
    env = make()
    env.reset()
    assert env.step(action)[1] == (1.0 if env.unwrapped.log.actions[0] else -1.0)


def test_a_step_needs_an_episode():
    env = make()
    with pytest.raises(EpisodeError, match="before reset"):
        env.step(1)
    with pytest.raises(EpisodeError, match="before reset"):
        env.render()
    episode(env, lambda *_: 1)
    before = env.unwrapped.score
    with pytest.raises(EpisodeError, match="had 324 decisions"):
        env.step(1)
    assert env.unwrapped.score == before


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"observation": "vectors"}, "did you mean 'vector'"),
        ({"order": "random"}, "'recorded', 'shuffled'"),
        ({"data": "nowhere.csv"}, "nowhere.csv: there is no such file"),
        ({"encoding": "nowhere.json"}, "nowhere.json"),
    ],
)
def test_a_wrong_argument_is_named(kwargs, message):
    with pytest.raises(gym_push.GymPushError, match=message):
        make(**kwargs)


def test_an_unknown_render_mode_is_named():
    with pytest.raises(ArgumentError, match="render_mode='ascii'.*did you mean 'ansi'"):
        gym_push.envs.BasicEnv(render_mode="ascii")


def test_an_encoding_from_another_log_is_used_as_it_is(tmp_path):
    log = gym_push.bundled_log()
    path = tmp_path / "encoding.json"
    gym_push.Encoding.fit(log, most_labels=2).save(path)
    small = make(observation="vector", encoding=path)
    assert small.observation_space.shape < make(observation="vector").observation_space.shape
    assert small.reset()[0] in small.observation_space


def test_the_log_is_read_once(tmp_path):
    assert make().unwrapped.log is make().unwrapped.log is gym_push.bundled_log()
    frame = gym_push.bundled_log().to_frame()
    path = tmp_path / "log.csv"
    frame.to_csv(path, index=False)
    one, other = make(data=path), make(data=str(path))
    assert one.unwrapped.log is other.unwrapped.log
    frame.head(10).to_csv(path, index=False)
    assert len(make(data=path).unwrapped.log) == 10


def test_text_shows_what_the_page_shows():
    env = make(render_mode="ansi")
    notification, _ = env.reset()
    env.step(1)
    text = env.render()
    assert "epoch 1 / 324" in text
    assert "100.0%  CTR, the person's 100.0%" in text
    assert notification["tickerText"][:9] not in text.partition("#1")[0]  # the next one is shown
    assert env.unwrapped.log.features(1, "notification")["appPackage"] in text


def test_wrappers_of_gymnasium_serve():
    env = RecordEpisodeStatistics(make())
    for _ in range(2):
        *_, info = episode(env, lambda *_: 1)[-1]
        assert info["episode"]["l"] == 324


def test_long_logs_are_played_piece_by_piece(monkeypatch):
    short = {o: episode(make(observation=o), lambda *_: 1) for o in ("raw", "codes", "vector")}
    monkeypatch.setattr(observations, "PREPARED_ROWS", 100)
    for observation, expected in short.items():
        for copied in (True, False):
            steps = episode(make(observation=observation, copy=copied), lambda *_: 1)
            for step, other in zip(steps, expected, strict=True):
                np.testing.assert_equal(step, other)


def test_a_copy_shares_what_is_prepared():
    env = make()
    env.reset(seed=1)
    assert copy.deepcopy(env).unwrapped._observations is env.unwrapped._observations

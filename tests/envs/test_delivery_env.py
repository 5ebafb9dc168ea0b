"""delivery-v0 as an environment: what agents see, what is refused, who is played."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.wrappers import FlattenObservation

from gym_push import ActionError, ArgumentError, EpisodeError, Population

FORMS = ("raw", "codes", "vector")


def make(**kwargs):
    kwargs.setdefault("population", {"size": 40, "seed": 2})
    return gymnasium.make("gym_push:delivery-v0", **kwargs)


def episode(env, seed, reset=None):
    """Everything that an episode of masked random actions returns."""
    random = np.random.default_rng(seed)
    observation, info = env.reset(seed=seed, options=reset)
    yield observation, info
    ended = False
    while not ended:
        action = random.choice(np.flatnonzero(info["action_mask"]))
        observation, reward, ended, truncated, info = env.step(action)
        yield observation, reward, ended, truncated, info


@pytest.mark.parametrize("form", FORMS)
def test_observations_agree_with_their_space_and_with_each_other(form):
    env, vector = make(observation=form, days=2), make(observation="vector", days=2)
    flat = make(observation=form, days=2)
    if form != "vector":
        flat = FlattenObservation(flat)
    for (seen, *_), (row, *_), (other, *_) in zip(
        episode(env, 3), episode(vector, 3), episode(flat, 3), strict=True
    ):
        assert seen in env.observation_space
        np.testing.assert_array_equal(row, other)


def test_apps_are_told_apart_by_their_open_rate_however_much_they_send():
    busy = {"population": {"size": 2, "seed": 3, "volume_median": 250}, "days": 14}
    raw, codes = make(**busy), make(**busy, observation="codes")
    options = {"user": 0}
    seen, coded = (env.reset(seed=0, options=options)[0] for env in (raw, codes))
    most, ended, told = 0, False, {}
    while not ended:
        opened, not_opened = seen["appOpened"], seen["appNotOpened"]
        assert seen["appOpenRate"] == (opened + 1) / (opened + not_opened + 2)
        assert coded["appOpenRate"] == np.float32(seen["appOpenRate"])
        told[opened, not_opened] = coded["appOpened"].item(), coded["appNotOpened"].item()
        most = max(most, seen["appDelivered"])
        seen, _, ended, *_ = raw.step(0)
        coded, *_ = codes.step(0)
    assert most > 200
    assert len(set(told.values())) == len(told)


def test_the_reward_is_the_sum_of_its_parts():
    parts = ("engagement", "interruption", "stress", "missed")
    env = make(weights={"missed": 0.3})
    for _, reward, *_, info in list(episode(env, 1))[1:]:
        assert reward == sum(info[part] for part in parts)
        assert set(info) == {*parts, "action_mask", "user"}


def test_an_observation_holds_nothing_that_only_the_future_knows():
    env = make(days=2)
    (first, info), *rest = episode(env, 8)
    known = {*first}
    assert not known & {"action", "user_action", "responseTime", "seen", "acted", "state", "margin"}
    assert first["minutesSincePosted"] == first["held"] == first["appOpened"] == 0
    for seen, *_ in rest:
        assert set(seen) == known


def test_the_mask_leaves_out_holding_when_nothing_follows():
    env = make(days=1)
    env.reset(seed=1)
    ended = False
    masks = []
    while not ended:
        *_, ended, _, info = env.step(1)
        masks.append(info["action_mask"].tolist())
    assert [1, 0, 1] in masks
    assert masks[0] == [1, 1, 1]
    at_end = masks.index([1, 0, 1])
    assert all(mask == [1, 0, 1] for mask in masks[at_end:])
    statuses = env.unwrapped.statuses
    assert statuses["waiting"] == sum(statuses.values()) > 0
    assert {env.action_space.sample(np.array([1, 0, 1], dtype=np.int8)) for _ in range(40)} == {
        0,
        2,
    }


def test_every_notification_is_decided_and_ends_once():
    env = make(days=3)
    list(episode(env, 5))
    statuses = env.unwrapped.statuses
    world = env.unwrapped.world
    person = world.users.index(env.reset(seed=5)[1]["user"])
    assert sum(statuses.values()) == world.first[person + 1] - world.first[person]
    assert statuses["ahead"] == 0


def test_reset_names_or_draws_the_person():
    env = make()
    assert env.reset(seed=1, options={"user": 17})[1]["user"] == 17
    drawn = {env.reset(seed=seed)[1]["user"] for seed in range(30)}
    assert len(drawn) > 12
    same = [list(episode(make(), 4, {"user": 9})), list(episode(make(), 4, {"user": 9}))]
    assert all(data_equivalence(a, b, exact=True) for a, b in zip(*same, strict=True))


def test_a_person_is_the_same_in_any_population():
    one, other = make(population={"size": 40, "seed": 2}), make(population=Population(5000, 2))
    played = [list(episode(env, 4, {"user": 38})) for env in (one, other)]
    assert all(data_equivalence(a, b, exact=True) for a, b in zip(*played, strict=True))


@pytest.mark.parametrize("action", [3, -1, 0.0, 1.5, True, None, "hold", [0], np.array([1]), 2**70])
def test_what_is_no_action_is_refused_and_nothing_happens(action):
    env = make(days=1)
    env.reset(seed=1)
    before = env.unwrapped.statuses
    with pytest.raises(ActionError, match=r"is neither 0 \(deliver\) nor 1 \(hold\) nor 2"):
        env.step(action)
    assert env.unwrapped.statuses == before
    env.step(np.int64(0))
    env.step(np.array(2))


def test_a_step_out_of_order_is_refused():
    env = make(days=1)
    with pytest.raises(EpisodeError, match=r"before reset\(\)"):
        env.step(0)
    with pytest.raises(EpisodeError, match=r"before reset\(\)"):
        _ = env.unwrapped.world
    list(episode(env, 1))
    with pytest.raises(EpisodeError, match="after the end"):
        env.step(0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"days": 0}, "days=0 must be from 1 to 3650"),
        ({"days": 2.0}, "days=2.0 must be a whole number"),
        ({"observation": "pixels"}, "observation='pixels' is not one of"),
        ({"weights": {"stres": 1}}, "the reward has no part 'stres'"),
        ({"population": 7}, "population=7 is neither a Population"),
        ({"population": {"size": 3, "volum_median": 2}}, "did you mean 'volume_median'?"),
        ({"population": {"seed": 3}}, "missing 1 required positional argument: 'size'"),
    ],
)
def test_impossible_arguments_are_refused(given, message):
    with pytest.raises(ArgumentError) as caught:
        make(**given)
    assert message in str(caught.value)


def test_impossible_options_are_refused():
    env = make()
    with pytest.raises(ArgumentError, match="no user 40 in a population of 40"):
        env.reset(options={"user": 40})
    with pytest.raises(ArgumentError, match="reset takes the option 'user', not 'person'"):
        env.reset(options={"person": 4})


def test_people_without_a_notification_are_not_played():
    env = make(population={"size": 40, "volume_median": 0.5}, days=1)
    for seed in range(10):
        env.reset(seed=seed)
    world = env.unwrapped.world
    quiet = [user for i, user in enumerate(world.users) if world.first[i] == world.first[i + 1]]
    with pytest.raises(ArgumentError, match=f"user {quiet[0]} gets no notification in 1 days"):
        env.reset(options={"user": quiet[0]})
    with pytest.raises(ArgumentError, match="raise volume_median"):
        make(population={"size": 3, "volume_median": 1e-9}, days=1).reset(seed=1)

"""What could have been is what would be; and nothing that learns nothing beats a learned table."""

from functools import cache

import numpy as np
import pytest

from docs.delivery_policies import (
    PLANS,
    app_table,
    at_random,
    boosted_q,
    by_plan,
    explore,
    in_batches,
)
from gym_push import ArgumentError, Population
from gym_push.actions import DELIVER, ENGAGEMENT, HOLD, OPENED, SUPPRESS, SUPPRESSED, WAITING
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import build_world
from gym_push.evaluation.rollouts import always, play, play_oracle
from gym_push.users.model.decisions import fatigue_load
from gym_push.users.model.states import DAY, HOUR

pytestmark = pytest.mark.slow

PEOPLE, DAYS, LEARNING = 24, 12, 8


@cache
def world():
    return build_world(Population(PEOPLE, 5), range(PEOPLE), DAYS)


@cache
def table():
    return app_table(explore(world(), LEARNING, 0))


def counted(policy):
    return play(world(), policy, counted_from=LEARNING).rewards.sum()


@cache
def by_table():
    return counted(table())


def only_the_last(games):
    """Holds everything, and at the end delivers what arrived last."""
    last = games.note == games.world.first[games.person + 1] - 1
    return np.where(games.at_the_end & last, DELIVER, HOLD)


@pytest.mark.parametrize("missed", [0.0, 1.0])
@pytest.mark.parametrize(
    "policy", [always(DELIVER), always(SUPPRESS), at_random(3), in_batches, only_the_last]
)
def test_what_notifications_earn_adds_up_to_the_reward(policy, missed):
    small, weights = build_world(Population(6, 2), range(6), 2), Weights(missed=missed)
    rollout = play(small, policy, weights)
    significant = small.simulation.features.significant
    waiting = -(weights.stress + weights.missed) * (significant & (rollout.status == WAITING))
    total = np.bincount(small.simulation.arrivals.person, rollout.credit + waiting, minlength=6)
    np.testing.assert_array_equal(rollout.rewards, total)
    assert ((rollout.delivered_at != NONE) == np.isin(rollout.status, (2, 3, 4))).all()


@pytest.mark.parametrize(
    "earn", [play_oracle, lambda world: explore(world, 1, 0), lambda world: play(world, in_batches)]
)
def test_a_world_without_notifications_is_refused(earn):
    with pytest.raises(ArgumentError, match="nobody gets a notification in 1 days"):
        earn(build_world(Population(2, 1, volume_median=1e-9), range(2), 1))


def test_whoever_gets_nothing_earns_nothing_and_changes_nothing():
    people = Population(100, seed=2, volume_median=0.5)
    everybody = build_world(people, range(100), 7)
    heard = np.flatnonzero(np.diff(everybody.first))
    assert len(heard) < 100
    alone = build_world(people, heard.tolist(), 7)
    for earn in (play_oracle, lambda world: play(world, app_table(explore(world, 4, 0)))):
        rollout, theirs = earn(everybody), earn(alone)
        np.testing.assert_array_equal(rollout.parts[:, heard], theirs.parts)
        np.testing.assert_array_equal(rollout.loads[heard], theirs.loads)
        np.testing.assert_array_equal(rollout.status, theirs.status)
        assert not np.delete(rollout.parts, heard, axis=1).any()


def test_boosting_says_what_it_lacks():
    pytest.importorskip("sklearn")
    with pytest.raises(ArgumentError, match="one of the plans was never tried"):
        boosted_q(explore(build_world(Population(2, 1), range(2), 1), 0, 0))


def outcomes_by_delay(world, notification):
    """The ticks at which a notification can be delivered, and its outcomes at each.

    The first tick is its arrival, the others are the reviews after it.
    """
    ticks, arrivals = world.ticks, world.simulation.arrivals
    first, end = ticks.of_arrival[notification], ticks.first[arrivals.person[notification] + 1]
    reviews = first + 1 + np.flatnonzero(ticks.arrival[first + 1 : end] == NONE)
    tick = np.concatenate(([first], reviews))
    return tick, world.reactions.potential_outcomes(np.full(len(tick), notification), tick)


def test_a_potential_outcome_is_what_happens_when_it_is_chosen():
    random = np.random.default_rng(1)
    small = build_world(Population(6, 3), range(6), 2)
    people, p = small.simulation.people, small.simulation.people.parameters
    for note in random.integers(len(small.simulation.arrivals.time), size=25):
        ticks, could = outcomes_by_delay(small, int(note))
        chosen = int(random.integers(len(ticks)))
        person = small.simulation.arrivals.person[note]
        games = Deliveries(small, 1, Weights())
        games.begin(np.zeros(1, dtype=np.int64), np.array([person]))
        over, paid = False, 0.0
        while not over:
            here = games.note[0] == note
            hold = HOLD if games.tick[0] < ticks[chosen] else DELIVER
            parts, (over,) = games.step(np.array([hold if here else SUPPRESS]))
            paid += parts[ENGAGEMENT, 0]
        rested = fatigue_load(np.zeros(1), np.zeros(1), people.volume[[person]], p)[0]
        opens = could.inclination[chosen] > people.fatigue[person] * rested
        status = games.status[0, note - small.first[person]]
        assert (status == OPENED) == opens
        assert paid == (could.opened if opens else could.refused)[chosen]


@pytest.mark.weekly
def test_more_knowledge_earns_more():
    experience = explore(world(), LEARNING, 0)
    earned = [
        play_oracle(world(), clairvoyant=True, counted_from=LEARNING).rewards.sum(),
        play_oracle(world(), counted_from=LEARNING).rewards.sum(),
        by_table(),
        counted(always(DELIVER)),
        counted(at_random(1)),
        counted(always(SUPPRESS)),
    ]
    assert earned == sorted(earned, reverse=True)
    pytest.importorskip("sklearn")
    assert earned[1] > counted(boosted_q(experience)) > earned[3]


def test_learning_uses_nothing_of_the_days_that_are_to_be_tested():
    experience = explore(world(), LEARNING, 0)
    later = ~experience.known
    experience.rollout.credit[later] = np.random.default_rng(0).normal(size=later.sum()) * 100
    experience.rollout.status[later] = SUPPRESSED
    assert counted(app_table(experience)) == by_table()


def at_night(games):
    """Holds all day, and delivers between two and four."""
    hour = games.world.ticks.time[games.tick] % DAY // HOUR
    return np.where((hour >= 2) & (hour < 4) | games.at_the_end, DELIVER, HOLD)


def in_a_cycle():
    """Delivers, holds, suppresses, and begins again."""
    turn = iter(range(10**9))
    return lambda games: np.full(len(games.tick), (DELIVER, HOLD, SUPPRESS)[next(turn) % 3])


def holding_twice(games):
    """Holds everything twice before it delivers."""
    return np.where(games.held > 2, DELIVER, HOLD)


@pytest.mark.parametrize(
    "policy",
    [
        always(DELIVER),
        always(SUPPRESS),
        in_a_cycle(),
        holding_twice,
        by_plan(np.random.default_rng(2).integers(len(PLANS), size=10**6)),
    ],
    ids=["deliver", "suppress", "cycle", "twice", "plans"],
)
def test_what_learns_nothing_stays_below_the_table(policy):
    assert counted(policy) < by_table()


@pytest.mark.weekly
@pytest.mark.parametrize("policy", [always(HOLD), at_night], ids=["hold", "night"])
def test_what_holds_nearly_everything_stays_below_the_table(policy):
    small = build_world(Population(8, 5), range(8), 4)  # so many reviews take their time
    learned = app_table(explore(small, 2, 0))
    earned, by_table = (play(small, each, counted_from=2).rewards for each in (policy, learned))
    assert earned.sum() < by_table.sum()


def test_repeating_what_was_last_rewarded_stays_below_the_table():
    games = Deliveries(world(), PEOPLE, Weights())
    everybody = np.arange(PEOPLE)
    games.begin(everybody, everybody)
    random = np.random.default_rng(4)
    actions, playing, total = random.integers(3, size=PEOPLE), np.ones(PEOPLE, dtype=bool), 0.0
    while playing.any():
        parts, over = games.step(actions, playing)
        reward = parts.sum(axis=0)
        counts = playing & (games.world.ticks.time[games.tick] >= LEARNING * DAY)
        total += reward[counts].sum()
        actions = np.where(reward > 0, actions, random.integers(3, size=PEOPLE))
        playing &= ~over
    assert total < by_table()

"""The decisions of a behaviour policy: what is logged is what happened, and what could have."""

from functools import cache

import gymnasium
import numpy as np
import pytest

from gym_push import ArgumentError, Population
from gym_push.actions import DELIVER, SUPPRESS
from gym_push.envs.delivery.observations import OBSERVATION
from gym_push.envs.delivery.rewards import Weights
from gym_push.evaluation import Behaviour, simulate_decisions
from gym_push.evaluation.rollouts import play
from gym_push.logs.known import DECISIONS

PEOPLE, DAYS = 8, 3
WEIGHTS = Weights(missed=0.7)


@cache
def simulated():
    return simulate_decisions(Population(PEOPLE, 5), DAYS, weights=WEIGHTS)


def replayed(delivered):
    """What each notification earns if these are delivered and all others are not."""
    actions = np.where(delivered, DELIVER, SUPPRESS)
    return play(simulated().world, lambda games: actions[games.note], WEIGHTS).credit


def test_a_reward_is_what_the_notification_earned_by_itself():
    np.testing.assert_allclose(simulated().logged.rewards, replayed(simulated().delivered))


def test_what_was_not_decided_would_have_earned_what_a_replay_with_it_earns():
    first, delivered = simulated().world.first, simulated().delivered
    random = np.random.default_rng(3)
    for _ in range(20):
        notes = random.integers(first[:-1], first[1:])  # one of each person, who are independent
        other = delivered.copy()
        other[notes] ^= True
        could = np.where(other, *simulated().potential[:, [DELIVER, SUPPRESS]].T)
        np.testing.assert_allclose(replayed(other)[notes], could[notes])


def test_an_earlier_decision_changes_what_later_ones_earn():
    # This is why an estimate is the worth of one decision, and not that of another policy.
    other = simulated().delivered.copy()
    other[simulated().world.first[:-1]] ^= True
    changed = ~np.isclose(replayed(other), replayed(simulated().delivered))
    assert changed.sum() > PEOPLE


def test_the_value_is_the_mean_over_persons_of_what_the_policy_would_earn():
    deliver = np.tile([0.25, 0.0, 0.75], (len(simulated().deliver), 1))
    potential, first = simulated().potential, simulated().world.first
    means = [
        np.mean(0.25 * potential[a:b, DELIVER] + 0.75 * potential[a:b, SUPPRESS])
        for a, b in zip(first[:-1], first[1:], strict=True)
    ]
    assert simulated().value(deliver) == pytest.approx(np.mean(means))


@pytest.mark.parametrize("user", [0, 5])
def test_a_row_is_what_an_agent_of_delivery_sees(user):
    log = simulated().log
    env = gymnasium.make("gym_push:delivery-v0", population=Population(PEOPLE, 5), days=DAYS)
    seen, _ = env.reset(options={"user": user})
    rows = log.rows_of(str(user))
    for row in rows:
        logged = {**log.features(row, "notification"), **log.features(row, "context")}
        assert logged == seen and list(logged) == list(seen)
        delivers = log.columns["decision"].take(slice(row, row + 1)) == ["deliver"]
        seen, _, ended, _, _ = env.step(DELIVER if delivers else SUPPRESS)
    assert ended
    statuses = env.unwrapped.statuses
    assert statuses["opened"] == log.actions[rows].sum()


def test_the_log_has_the_observation_of_delivery_and_its_encoding():
    log = simulated().log
    assert [feature.name for feature in DECISIONS.observed] == list(OBSERVATION.spaces)
    assert log.schema == DECISIONS and set(log.columns) == {f.name for f in DECISIONS.features}
    assert simulated().logged.encoding == OBSERVATION
    OBSERVATION.check(log)


def test_the_propensities_are_how_often_it_is_delivered():
    decided = simulate_decisions(Population(300, 2), 2)
    for chance in np.unique(decided.deliver):
        rows = decided.deliver == chance
        error = np.sqrt(chance * (1 - chance) / rows.sum())
        assert abs(decided.delivered[rows].mean() - chance) < 4 * error
    assert len(np.unique(decided.deliver)) > 8


def test_the_first_days_are_the_same_in_a_longer_log_and_with_others_beside():
    short = simulated().log.to_frame()
    alone = simulate_decisions(Population(PEOPLE, 5), DAYS + 2, users=[3], weights=WEIGHTS)
    longer = alone.log.to_frame()
    mine = short[short["user"] == "3"].reset_index(drop=True)
    assert len(longer) > len(mine) > 10
    assert longer.iloc[: len(mine)].equals(mine)


def test_nobody_with_a_notification_is_a_log_without_rows():
    assert len(simulate_decisions(Population(2, 1, volume_median=1e-9), 1).log) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("random", "needs a probability of delivering between 0 and 1"),
        ("random:1", "needs a probability"),
        ("random:0", "needs a probability"),
        ("random:nan", "needs a probability"),
        ("random:half", "needs a probability"),
        ("by-apps", "'by-apps' is not one of 'random:P', 'by-app'; did you mean 'by-app'?"),
        ("by-app:1", "is not one of 'random:P', 'by-app'"),
        (3, "behaviour=3 is not one of"),
    ],
)
def test_a_behaviour_that_is_none_is_named(words, message):
    with pytest.raises(ArgumentError, match=message):
        Behaviour.of(words)


def test_a_behaviour_of_chance_delivers_all_alike():
    decided = simulate_decisions(Population(20, 1), 1, "random:0.80")
    assert Behaviour.of("random:0.80").name == "random:0.8"
    assert set(decided.deliver) == {0.8}
    assert abs(decided.delivered.mean() - 0.8) < 0.05


def test_nobody_is_worth_nothing_that_could_be_told():
    nobody = simulate_decisions(Population(2, 1, volume_median=1e-9), 2)
    assert len(nobody.log) == 0
    with pytest.raises(ArgumentError, match="nobody gets a notification"):
        nobody.value(np.zeros((0, 3)))

"""The rules of delivery: what is paid, when, and that nothing is paid or counted twice."""

import numpy as np
import pytest
from delivery_support import always, at_random, begun, earned, play, statuses, world
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_push import ArgumentError
from gym_push.actions import (
    AHEAD,
    DELIVER,
    DISMISSED,
    ENGAGEMENT,
    HOLD,
    IGNORED,
    INTERRUPTION,
    MISSED,
    OPENED,
    STRESS,
    SUPPRESS,
    SUPPRESSED,
    WAITING,
)
from gym_push.envs.delivery.rewards import (
    GRID,
    Weights,
    on_grid,
)
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.single import Game
from gym_push.envs.delivery.ticks import NONE
from gym_push.users.model.states import DAY, HOUR, MINUTE


def test_delivering_everything_at_once_is_what_the_log_says():
    games = begun(world(days=14))
    total = earned(games, always(DELIVER))
    opened = games.world.simulation.responses.opened
    np.testing.assert_array_equal(statuses(games) == OPENED, opened)
    acted = games.world.simulation.responses.acted - games.world.simulation.arrivals.time
    assert (acted >= 0).all()
    assert total[ENGAGEMENT].sum() == pytest.approx(worth_of_the_log(games.world))


def worth_of_the_log(a_world):
    """The worth of the person's log by the model's own words, one notification at a time."""
    simulation = a_world.simulation
    half_life = {
        "msg": 45, "group": 90, "email": 240, "dating": 180, "social": 360, "news": 360,
        "media": 60, "assistant": 120, "calendar": 30, "call": 3, "system": 240, "promo": 1440,
    }  # fmt: skip
    minutes = list(half_life.values())
    total = 0.0
    for row, opened in enumerate(simulation.responses.opened):
        age = (simulation.responses.seen[row] - simulation.arrivals.time[row]) / MINUTE
        if opened:
            fresh = 1.5 if simulation.features.significant[row] else 1.0
            total += fresh * 2 ** (-age / minutes[simulation.arrivals.app_class[row]])
        else:
            total += -0.1 if simulation.traits.ignores[row] else -0.3
    return total


def test_suppressing_everything_earns_nothing_but_the_stress_of_what_mattered():
    games = begun(world())
    total = earned(games, always(SUPPRESS))
    assert (statuses(games) == SUPPRESSED).all()
    assert not total[[ENGAGEMENT, INTERRUPTION, MISSED]].any()
    significant = games.world.simulation.features.significant
    assert total[STRESS].sum() == -on_grid(0.1) * significant.sum()


def test_holding_for_ever_leaves_everything_waiting():
    games = begun(world(people=4, days=1), {"missed": 2.0})
    total = earned(games, always(HOLD))
    assert (statuses(games) == WAITING).all()
    significant = games.world.simulation.features.significant.sum()
    assert total.sum() == -(on_grid(0.1) + 2.0) * significant
    assert games.at_the_end.all()


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.5, 0.9]))
def test_every_notification_ends_once_and_every_payment_is_made_once(seed, patience):
    random = np.random.default_rng(seed)
    games = begun(world(people=5, days=1), {"missed": 0.5, "interruption": 2.0})

    def policy(games):
        hold = random.random(len(games.tick)) < patience
        return np.where(hold, HOLD, random.choice([DELIVER, SUPPRESS], len(games.tick)))

    delivered, total = [], np.zeros(4)
    for actions, parts, playing in play(games, policy):
        assert not (parts * ~playing).any()
        total += (parts * playing).sum(axis=1)
        before = parts[INTERRUPTION] * playing
        assert (before <= 0).all()
        assert not before[(actions != DELIVER) | ~playing].any()
        delivered.append(int(((actions == DELIVER) & playing).sum()))
    ends = statuses(games)
    assert not (ends == AHEAD).any()
    assert np.isin(ends, (OPENED, DISMISSED, IGNORED)).sum() == sum(delivered)
    significant = games.world.simulation.features.significant
    never = np.isin(ends, (SUPPRESSED, WAITING))
    assert total[MISSED] == -0.5 * significant[never].sum()
    assert not games._pending._worth.any(), "what people did is paid"
    refusals = on_grid(-0.3) * (ends == DISMISSED).sum() + on_grid(-0.1) * (ends == IGNORED).sum()
    worth = total[ENGAGEMENT] - refusals
    assert 0 <= worth <= (1.0 + 0.5 * significant)[ends == OPENED].sum()


def test_engagement_is_paid_when_the_person_acts_and_the_rest_at_the_end():
    games = begun(world(people=3, days=2))
    ticks, simulation = games.world.ticks, games.world.simulation
    paid, worth = np.zeros(3), worths(games.world)
    for _, parts, playing in play(games, always(DELIVER)):
        paid += parts[ENGAGEMENT] * playing
        for lane in np.flatnonzero(playing):
            rows = slice(*games.world.first[lane : lane + 2])
            if games.note[lane] < rows.stop - 1:
                acted = simulation.responses.acted[rows] <= ticks.time[games.tick[lane]]
                assert paid[lane] == worth[rows][acted].sum()
    assert paid.sum() == pytest.approx(worth_of_the_log(games.world), abs=len(worth) * GRID)


def worths(a_world):
    met = a_world.reactions.at_once
    return np.where(a_world.simulation.responses.opened, met.opened, met.refused)


def test_what_is_delivered_together_alerts_once():
    games = begun(world(people=6, days=3))
    batches, total = set(), 0.0

    def policy(games):
        deliver = games.world.ticks.time[games.tick] % (6 * HOUR) == 0
        batches.update((lane, games.tick[lane]) for lane in np.flatnonzero(deliver))
        return np.where(deliver, DELIVER, HOLD)

    total = earned(games, policy)[INTERRUPTION].sum()
    costs = games.world.reactions.alert_costs
    assert (statuses(games) != WAITING).sum() > 2 * len(batches)
    assert total == -sum(costs[tick] for _, tick in batches)


def test_what_was_done_lately_is_counted():
    games = begun(world(people=5, days=3))
    ticks, first, random = games.world.ticks, games.world.first, at_random(3)
    deliveries, asked = [[] for _ in range(5)], []

    def policy(games):
        asked[:] = ticks.time[games.tick].tolist()
        return random(games)

    for actions, _, playing in play(games, policy):
        for lane in np.flatnonzero(playing):
            if actions[lane] == DELIVER:
                deliveries[lane].append(asked[lane])
            if games.note[lane] < first[lane + 1] - 1:
                ages = ticks.time[games.tick[lane]] - np.array(deliveries[lane], dtype=np.int64)
                assert games.recent.delivered_hour[lane] == (ages < HOUR).sum()
                assert games.recent.delivered_day[lane] == (ages < DAY).sum()


def test_openings_count_from_the_first_tick_after_them_and_not_before():
    games = begun(world(people=5, days=3))
    ticks, simulation, first = games.world.ticks, games.world.simulation, games.world.first
    person, app = simulation.arrivals.person, simulation.arrivals.app
    opened = simulation.responses.opened
    acted = np.maximum(ticks.at(person, simulation.responses.acted), ticks.of_arrival + 1)
    seen = 0
    for _, _, playing in play(games, always(DELIVER)):
        recent, known = games.recent, games.known
        for lane in np.flatnonzero(playing):
            if games.note[lane] == first[lane + 1] - 1:
                continue  # the game may be over
            tick, mine = games.tick[lane], np.arange(*first[lane : lane + 2])
            done = mine[(acted[mine] <= tick) & (mine < games.note[lane])]
            openings = acted[done[opened[done]]]
            assert recent.opened_hour[lane] == (openings >= ticks.since_hour[tick]).sum()
            assert recent.opened_day[lane] == (openings >= ticks.since_day[tick]).sum()
            same = done[app[done] == app[games.note[lane]]]
            assert known[lane, 1] == opened[same].sum()
            assert known[lane, 2] == (~opened[same]).sum()
            seen += len(openings)
    assert seen > 500


def test_the_counts_of_whoever_hoards_thousands_stay_apart():
    games = begun(world(people=1, days=60, volume_median=250.0))
    end = games.world.ticks.first[1] - 1
    notes = np.arange(len(games.world.simulation.arrivals.time))
    for row in notes:
        games._queue.append(np.zeros(1, dtype=np.int64), row[np.newaxis])
    games.tick[:] = end - 1
    games._move(np.ones(1, dtype=bool), np.zeros((4, 1)))
    assert games.at_the_end.all()
    for _ in range(5000):
        games.step(np.array([DELIVER]))
    recent = games.recent
    assert (recent.delivered_hour[0], recent.delivered_day[0]) == (5000, 5000)
    assert (recent.opened_hour[0], recent.opened_day[0], recent.alerts[0]) == (0, 0, 1)


def test_what_is_held_comes_up_every_half_hour_at_self_checks_and_at_the_end():
    games = begun(world(people=1, days=1))
    ticks = games.world.ticks
    asked = []
    for _ in play(games, lambda g: asked.append(g.tick[0]) or np.array([HOLD])):
        pass
    asked = np.unique(asked)
    reviews = asked[ticks.arrival[asked] == NONE]
    since = ticks.time[asked[0]]
    checks = games.world.simulation.checks.started_before(DAY)[1]
    expected = {*range(0, DAY + 1, 30 * MINUTE), *checks.tolist()}
    assert set(ticks.time[reviews].tolist()) == {time for time in expected if time >= since}


def test_a_game_without_a_notification_is_refused():
    quiet = world(people=12, seed=2, volume_median=0.5)
    silent = np.flatnonzero(np.diff(quiet.first) == 0)
    message = f"user {silent[0]} gets no notification in 4 days"
    with pytest.raises(ArgumentError, match=message):
        Deliveries(quiet, 1, Weights()).begin(np.arange(1), silent[:1])
    with pytest.raises(ArgumentError, match=message):
        Game(quiet, int(silent[0]), Weights())


@pytest.mark.parametrize("lanes", [[0], [5, 2], [3, 3, 3]])
def test_lanes_play_as_if_they_were_alone(lanes):
    a_world = world()
    together = Deliveries(a_world, len(lanes), Weights())
    together.begin(np.arange(len(lanes)), np.array(lanes))
    random = np.random.default_rng(5)
    actions = random.integers(3, size=(80, len(lanes)))
    many = [together.step(row)[0] for row in actions]
    for lane, person in enumerate(lanes):
        alone = Deliveries(a_world, 1, Weights())
        alone.begin(np.zeros(1, dtype=np.int64), np.array([person]))
        for row, parts in zip(actions, many, strict=True):
            np.testing.assert_array_equal(alone.step(row[lane : lane + 1])[0][:, 0], parts[:, lane])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"stres": 1}, "the reward has no part 'stres', only engagement, interruption, stress, mi"),
        ({"stress": -1}, "weights={'stress': -1} must be 0 or a number from 0.001 to 1000"),
        ({"stress": float("nan")}, "weights={'stress': nan} must be 0 or"),
        ({"stress": float("inf")}, "weights={'stress': inf} must be 0 or"),
        ({"stress": 1e-7}, "weights={'stress': 1e-07} must be 0 or"),
        ({"stress": "high"}, "weights={'stress': 'high'} must be 0 or"),
        ([1.0], "must be a dict from engagement, interruption"),
    ],
)
def test_impossible_weights_are_refused(given, message):
    with pytest.raises(ArgumentError) as caught:
        Weights.of(given)
    assert message in str(caught.value)

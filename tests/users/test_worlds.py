"""What an agent cannot change stays as it is, whatever it does; the rest is the model's."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_push import Population
from gym_push.actions import DELIVER, HOLD, OPENED, SUPPRESS
from gym_push.envs.delivery.rewards import GRID, Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import build_world
from gym_push.users.keyed_random import Stream
from gym_push.users.model.days import situation
from gym_push.users.model.decisions import utility
from gym_push.users.model.sensing import headphones, hour_keys, ringer_mode
from gym_push.users.model.states import DAY, HOUR, MINUTE

DAYS = 3


@cache
def world():
    return build_world(Population(40, 6, drift=0.5, drift_day=1), range(8), DAYS)


def outcomes(person, treat):
    """Plays a person; `treat` says what is done with a notification at a tick."""
    games = Deliveries(world(), 1, Weights())
    games.begin(np.zeros(1, dtype=np.int64), np.array([person]))
    over, seen = False, {}
    while not over:
        note, tick = int(games.note[0]), int(games.tick[0])
        seen.setdefault(note, tick)
        over = games.step(np.array([treat(note, tick)]))[1][0]
    first, behind = world().first[person : person + 2]
    return games.status[0, : behind - first], seen


@settings(max_examples=30)
@given(st.integers(0, 7), st.floats(0, 1), st.sampled_from([SUPPRESS, HOLD]), st.integers(1, 40))
def test_one_delivery_less_or_later_changes_others_by_fatigue_alone(person, place, action, times):
    first, behind = world().first[person : person + 2]
    changed = first + int(place * (behind - first - 1))
    asked = 0

    def differently(note, tick):
        nonlocal asked
        if note != changed:
            return DELIVER
        asked += 1
        return action if action == SUPPRESS or asked <= times else DELIVER

    base, arrivals = outcomes(person, lambda note, tick: DELIVER)
    other, arrivals_then = outcomes(person, differently)
    assert arrivals == arrivals_then, "everything still arrives when it did"
    row = changed - first
    np.testing.assert_array_equal(base[:row], other[:row])
    if action == SUPPRESS:
        opened, opened_then = base[row + 1 :] == OPENED, other[row + 1 :] == OPENED
        assert not (opened & ~opened_then).any(), "one delivery less makes nobody open less"


def test_a_world_is_a_function_of_its_people():
    alone = build_world(Population(9999, 6, drift=0.5, drift_day=1), [5], DAYS)
    first, behind = world().first[5:7]
    rows, person = slice(first, behind), slice(5, 6)
    for mine, theirs in (
        (alone.simulation.arrivals.time, world().simulation.arrivals.time[rows]),
        (alone.simulation.traits.noise, world().simulation.traits.noise[rows]),
        (alone.reactions.static_utility, world().reactions.static_utility[:, rows]),
        (
            alone.reactions.slots["context_utility"],
            world().reactions.slots["context_utility"].reshape(8, -1)[person].ravel(),
        ),
    ):
        np.testing.assert_array_equal(mine, theirs)
    ticks = slice(*world().ticks.first[5:7])
    np.testing.assert_array_equal(alone.ticks.time, world().ticks.time[ticks])
    since = world().ticks.since_hour[ticks] - world().ticks.first[5]
    np.testing.assert_array_equal(alone.ticks.since_hour, since)


def test_ticks_are_arrivals_reviews_and_the_end():
    ticks = world().ticks
    for person in range(8):
        mine = slice(*ticks.first[person : person + 2])
        time, arrival = ticks.time[mine], ticks.arrival[mine]
        assert (np.diff(time) >= 0).all()
        assert time[-1] == DAYS * DAY
        notes = arrival[arrival != NONE]
        np.testing.assert_array_equal(notes, np.arange(*world().first[person : person + 2]))
        posted = world().simulation.arrivals.time[notes]
        np.testing.assert_array_equal(time[arrival != NONE], posted)
        for span, since in ((HOUR, ticks.since_hour[mine]), (DAY, ticks.since_day[mine])):
            expected = np.searchsorted(time, time - span, side="right") + ticks.first[person]
            np.testing.assert_array_equal(since, expected)
        following = ticks.next_arrival[mine]
        for tick in range(0, len(time), 17):
            after = np.flatnonzero(arrival[tick + 1 :] != NONE)
            expected = (after[0] + tick + 1 if after.size else len(time)) + ticks.first[person]
            assert following[tick] == expected


@pytest.mark.parametrize("volume_median", [20.0, 250.0])  # with 250 some slots are crowded
def test_few_ticks_are_found_as_many_are(volume_median):
    ticks = build_world(Population(5, 2, volume_median=volume_median), range(5), DAYS).ticks
    random = np.random.default_rng(1)
    person = random.integers(5, size=6000)
    time = np.append(random.integers(DAYS * DAY, size=3000), random.choice(ticks.time, size=3000))
    found = ticks.at(person, time)
    for i, one in enumerate(found):
        mine = ticks.time[slice(*ticks.first[person[i] : person[i] + 2])]
        assert one == ticks.first[person[i]] + np.searchsorted(mine, time[i])
    for some in np.split(np.arange(6000), 20):
        np.testing.assert_array_equal(ticks.at(person[some], time[some]), found[some])


@pytest.mark.parametrize("seed", range(3))
def test_prospects_are_what_the_model_says_of_any_delay(seed):
    random = np.random.default_rng(seed)
    simulation, ticks = world().simulation, world().ticks
    note = random.integers(len(simulation.arrivals.time), size=60)
    person = simulation.arrivals.person[note]
    arrived = np.flatnonzero(ticks.arrival != NONE)[note]
    last = ticks.first[person + 1] - 1
    tick = random.integers(arrived, last + 1)
    met = world().reactions.potential_outcomes(note, tick)
    for i in range(len(note)):
        one = _expected(note[i], tick[i])
        for name, value in one.items():
            off = 1e-12 if name == "inclination" else GRID / 2
            assert getattr(met, name)[i] == pytest.approx(value, rel=1e-12, abs=off), name


def _expected(note, tick):
    """One notification's potential_outcomes, by the model's words."""
    simulation, ticks = world().simulation, world().ticks
    people, arrivals = simulation.people, simulation.arrivals
    person, key = arrivals.person[note : note + 1], arrivals.key[note : note + 1]
    now = ticks.time[tick]
    at = situation(simulation.routine, person, np.array([now]))
    hour = hour_keys(people, at)
    ringer, state = int(ringer_mode(people, at, hour)[0]), int(at.state[0])
    notice = (0.55, 0.85, 0.77)[ringer] * (0.05, 1.0, 0.8, 0.9, 0.5, 0.85, 0.5)[state]
    if headphones(at, hour)[0]:
        notice = max(notice, 0.6)
    starts = simulation.checks.starts[:-1] - person[0] * simulation.checks.span
    after = starts[(starts > now) & (starts < simulation.checks.span)]
    using = simulation.checks.around(person, np.array([now]))[0][0]
    assert using == ticks.in_use[tick]
    delay = np.exp(people.delay[person[0]])
    if using:
        seen = now + 4000 * np.exp(0.6 * Stream.IN_USE_DELAY.normal(key)[0])
    else:
        seen = min(after.min(initial=now + DAY), now + DAY)
        if Stream.ALERT_NOTICED.uniform(key)[0] < notice:
            alerted = 18_000 * np.exp(1.2 * Stream.ALERT_DELAY.normal(key)[0]) * delay
            seen = min(seen, now + alerted)
    seen = np.array([round(seen)])
    rows = [note]
    one = type(arrivals)(
        person, *(getattr(arrivals, f)[rows] for f in ("time", "app", "position", "key",
                                                      "conversation"))
    )  # fmt: skip
    features = type(simulation.features)(
        *(getattr(simulation.features, f)[rows] for f in simulation.features.__dataclass_fields__)
    )
    sight = situation(simulation.routine, person, seen)
    inclination = utility(people, one, features, seen, sight) + simulation.traits.noise[rows]
    half_life = _half_life(one)
    fresh = 1.5 if features.significant[0] else 1.0
    return {
        "inclination": inclination[0],
        "opened": fresh * 2.0 ** ((one.time[0] - seen[0]) / half_life),
        "refused": -0.1 if simulation.traits.ignores[note] else -0.3,
        "late": float(features.significant[0] and now - one.time[0] > half_life),
    }


def _half_life(arrivals):
    minutes = (45, 90, 240, 180, 360, 360, 60, 120, 30, 3, 240, 1440)
    return minutes[arrivals.app_class[0]] * MINUTE


def test_an_alert_costs_by_what_the_person_does_and_how_loud_the_phone_is():
    ticks, slots = world().ticks, world().reactions.slots
    costs = world().reactions.alert_costs
    for tick in range(0, len(costs), 13):
        state = slots["state"][ticks.slot[tick]]
        cost = 0.5 * (1.0, 0.10, 0.25, 0.40, 0.90, 0.25, 0.60)[state]
        ringer = slots["ringer"][ticks.slot[tick]]
        assert costs[tick] == pytest.approx(
            cost * (0.5 if ticks.in_use[tick] else (0.35, 0.8, 1.0)[ringer]), abs=GRID / 2
        )

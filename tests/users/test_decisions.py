"""Fatigue follows its recursion, and more of it never makes anybody open more."""

import math

import numpy as np
import pytest

from gym_push.users import Parameters
from gym_push.users.model.decisions import margins
from gym_push.users.model.persons import People, draw_people
from gym_push.users.model.states import HOUR, MINUTE


@pytest.fixture(scope="module")
def people() -> People:
    return draw_people(4, np.arange(30), Parameters())


def deliveries(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Thirty people of whom some get nothing and some a great deal."""
    generator = np.random.default_rng(seed)
    person = np.repeat(np.arange(30), generator.integers(0, 200, 30) * (np.arange(30) % 5 > 0))
    times = generator.integers(HOUR, 72 * HOUR, len(person))
    order = np.lexsort((times, person))
    return person, times[order], generator.normal(0.3, 1.5, len(person))


def expected_margins(
    people: People, person: np.ndarray, delivered: np.ndarray, inclination: np.ndarray
) -> list[float]:
    """The recursion of the model, written one notification at a time."""
    result = []
    short = long = 0.0
    for row, who in enumerate(person):
        if row == 0 or person[row - 1] != who:
            short = long = 0.0
            alerted = -math.inf
        else:
            hours = (delivered[row] - delivered[row - 1]) / HOUR
            short *= math.exp(-hours / 0.5)
            long *= math.exp(-hours / 24.0)
        volume = people.volume[who]
        load = 2.0 * math.log(1.0 + short / max(volume / 32.0, 1.0))
        load += 0.5 * (math.log(1.0 + long / volume) - 0.69)
        margin = inclination[row] - people.fatigue[who] * load
        result.append(margin)
        added = 0.5 if margin > 0.0 else 1.5
        if delivered[row] - alerted >= MINUTE:
            alerted = delivered[row]
            short += added
        long += added
    return result


def test_margins_follow_the_recursion(people: People) -> None:
    person, delivered, inclination = deliveries(1)
    found = margins(people, person, delivered, inclination)
    expected = expected_margins(people, person, delivered, inclination)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    assert 0.2 < (found > 0.0).mean() < 0.8


@pytest.mark.parametrize("seed", range(5))
def test_one_more_delivery_never_turns_a_dismissal_into_an_opening(
    people: People, seed: int
) -> None:
    person, delivered, inclination = deliveries(seed)
    before = margins(people, person, delivered, inclination)
    who = np.unique(person)
    first = np.searchsorted(person, who)
    with_one_more = margins(
        people,
        np.insert(person, first, who),
        np.insert(delivered, first, delivered[first] - MINUTE),
        np.insert(inclination, first, 0.0),
    )
    added = np.insert(np.zeros(len(person), bool), first, True)
    after = with_one_more[~added]
    assert not ((after > 0.0) & (before <= 0.0)).any()
    assert (after[first] < before[first]).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_less_welcome_notification_never_makes_a_later_one_welcome(
    people: People, seed: int
) -> None:
    person, delivered, inclination = deliveries(seed)
    before = margins(people, person, delivered, inclination)
    worse = inclination.copy()
    worse[::9] -= 2.0
    after = margins(people, person, delivered, worse)
    assert not ((after > 0.0) & (before <= 0.0)).any()


def test_fatigue_recovers_with_time(people: People) -> None:
    burst = np.arange(40) * MINUTE + HOUR
    welcome = np.full(41, -10.0)
    soon, later = (
        margins(
            people,
            np.zeros(41, np.int64),
            np.append(burst, burst[-1] + wait),
            welcome,
        )[-1]
        for wait in (MINUTE, 48 * HOUR)
    )
    assert later > soon + 0.3

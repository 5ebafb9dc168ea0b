"""A user's log depends on seed, number and start alone, and never on what happens later."""

import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gym_push.users import Parameters
from gym_push.users.model.app_classes import APPS
from gym_push.users.model.states import HOUR, MINUTE
from gym_push.users.simulation import run
from tools.bundled_log import Columns, simulate

ENGAGEMENT = ("action", "responseTime")
LABELS = {
    "priority": {"min", "low", "default", "high", "max"},
    "visibility": {"private", "public"},
    "postedDayOfWeek": {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
    "postedTimeOfDay": {"early-morning", "morning", "afternoon", "evening", "night"},
    "activity": {"still", "walking", "running", "vehicle"},
    "noise": {"quiet", "normal", "loud"},
    "ringerMode": {"silent", "vibrate", "normal"},
}
RANGES = {
    "numberUpdates": (0, 59),
    "sentiment": (-1, 1),
    "enticement": (0, 1),
    "batteryLevel": (3, 100),
    "timeAppLastUsed": (0, 10080),
    "action": (0, 1),
}


@pytest.fixture(scope="module")
def log() -> Columns:
    return simulate(11, range(12), 14)


def rows(columns: Columns, chosen: np.ndarray) -> Columns:
    return {name: values[chosen] for name, values in columns.items()}


def assert_same(left: Columns, right: Columns) -> None:
    assert list(left) == list(right)
    for name in left:
        assert left[name].dtype == right[name].dtype, name
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)


def test_the_first_days_of_a_longer_log_are_the_log_of_those_days(log: Columns) -> None:
    until = np.datetime64("2019-07-06")
    assert_same(simulate(11, range(12), 5), rows(log, log["posted"] < until))


@pytest.mark.parametrize("user", [0, 5, 11])
def test_a_user_alone_is_the_same_as_among_others(log: Columns, user: int) -> None:
    assert_same(simulate(11, [user], 14), rows(log, log["user"] == user))


def test_users_come_in_the_order_in_which_they_are_given(log: Columns) -> None:
    swapped = simulate(11, [7, 2], 14)
    assert swapped["user"].tolist() == sorted(swapped["user"].tolist(), reverse=True)
    assert_same(rows(swapped, swapped["user"] == 2), rows(log, log["user"] == 2))


def test_users_may_be_an_array(log: Columns) -> None:
    assert_same(simulate(11, np.arange(12), 14), log)


def test_another_seed_gives_other_people(log: Columns) -> None:
    other = simulate(12, range(12), 14)
    assert len(other["user"]) != len(log["user"])


def test_the_global_random_states_are_left_alone() -> None:
    before = random.getstate(), np.random.get_state()[1].tolist()
    simulate(3, [0], 1)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_each_user_s_log_is_in_order_of_time_and_starts_on_the_first_day() -> None:
    columns = simulate(11, range(3), 10, start=date(2024, 2, 26))
    for user in range(3):
        posted = columns["posted"][columns["user"] == user]
        assert (np.diff(posted) >= np.timedelta64(0, "s")).all()
        assert posted[0] >= np.datetime64("2024-02-26")
        assert posted[-1] < np.datetime64("2024-03-07")
    first_day = columns["posted"] < np.datetime64("2024-02-27")
    assert set(columns["postedDayOfWeek"][first_day]) == {"Mon"}


@pytest.mark.parametrize("column", LABELS)
def test_labels_are_those_of_the_data_card(log: Columns, column: str) -> None:
    assert set(log[column]) <= LABELS[column]


@pytest.mark.parametrize("column", RANGES)
def test_numbers_lie_in_the_ranges_of_the_data_card(log: Columns, column: str) -> None:
    low, high = RANGES[column]
    assert low <= log[column].min() and log[column].max() <= high


def test_posted_agrees_with_weekday_and_part_of_the_day(log: Columns) -> None:
    hour = (log["posted"] - log["posted"].astype("datetime64[D]")) // np.timedelta64(1, "h")
    starts = {"early-morning": 0, "morning": 6, "afternoon": 12, "evening": 17, "night": 21}
    for part, start in starts.items():
        inside = hour[log["postedTimeOfDay"] == part]
        assert inside.min() >= start
    days = log["posted"].astype("datetime64[D]").astype(np.int64)
    names = np.array(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    np.testing.assert_array_equal(log["postedDayOfWeek"], names[(days + 3) % 7])


def test_the_led_belongs_to_the_person_and_the_app(log: Columns) -> None:
    colours: dict[tuple[int, str], set[str]] = {}
    for user, app, colour in zip(log["user"], log["appPackage"], log["ledARGB"], strict=True):
        colours.setdefault((user, app), set()).add(colour)
    assert all(len(each) == 1 for each in colours.values())


def test_what_arrives_does_not_depend_on_what_the_person_does(log: Columns) -> None:
    grumpy = replace(Parameters(), openness_mean=-9.0, notice_normal=0.1, decision_spread=2.0)
    other = simulate(11, range(12), 14, grumpy)
    assert other["action"].sum() < 0.2 * log["action"].sum()
    for name in log:
        if name not in (*ENGAGEMENT, "timeAppLastUsed"):
            np.testing.assert_array_equal(log[name], other[name], err_msg=name)


def test_time_since_use_counts_only_openings_before_posting() -> None:
    columns = simulate(11, range(4), 9)
    simulation = run(11, range(4), 9, Parameters(), date(2019, 7, 1))
    person, app = simulation.arrivals.person, simulation.arrivals.app
    posted, acted = simulation.arrivals.time, simulation.responses.acted
    for row in range(0, len(posted), 7):
        earlier = acted[
            (person == person[row])
            & (app == app[row])
            & simulation.responses.opened
            & (acted < posted[row])
        ]
        expected = (posted[row] - earlier.max()) // MINUTE if earlier.size else 10080
        assert columns["timeAppLastUsed"][row] == min(expected, 10080)


def test_unlock_count_counts_the_checks_of_the_two_hours_before_posting() -> None:
    columns = simulate(11, range(4), 9)
    simulation = run(11, range(4), 9, Parameters(), date(2019, 7, 1))
    checks, arrivals = simulation.checks, simulation.arrivals
    for row in range(0, len(arrivals.time), 7):
        start = checks.starts[:-1] - arrivals.person[row] * checks.span
        before = arrivals.time[row] - start
        assert columns["unlockCount_prev2"][row] == ((before > 0) & (before <= 2 * HOUR)).sum()


def test_nothing_is_seen_before_it_arrives_or_acted_on_before_it_is_seen() -> None:
    simulation = run(11, range(40), 7, Parameters(), date(2019, 7, 1))
    arrived, responses = simulation.arrivals.time, simulation.responses
    assert (responses.seen > arrived).all()
    assert (responses.acted > responses.seen).all()
    assert (responses.seen - arrived <= 24 * HOUR).all()


def test_people_who_get_nothing_have_an_empty_log() -> None:
    columns = simulate(11, range(3), 2, replace(Parameters(), volume_median=1e-9))
    assert {len(values) for values in columns.values()} == {0}


@pytest.mark.parametrize(
    ("seed", "users", "days", "message"),
    [
        (-1, [0], 1, "seed=-1 must be from 0"),
        (2**64, [0], 1, "seed=18446744073709551616 must be from 0 to 18446744073709551615"),
        (0, [0, -3], 1, "there is no user -3"),
        (0, [4, 4], 1, "users holds a number twice; give each user once"),
        (0, [], 1, "users is empty; give the number of at least one user"),
        (0, [0], 0, "days=0 must be from 1"),
    ],
)
def test_arguments_out_of_range_are_named(
    seed: int, users: list[int], days: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(seed, users, days)


def test_apps_are_named_once() -> None:
    assert len(set(APPS)) == len(APPS)

"""What can be compared between logs of any make."""

import numpy as np
import pandas as pd
import pytest

from gym_push import Feature, Schema, read_log
from gym_push.logs.log_statistics import DAY, HOUR, LogStatistics

FRAME = pd.DataFrame({
    "who": ["b", "a", "a", "b", "a"],
    "appPackage": ["mail", "chat", "mail", "mail", "chat"],
    "at": [
        "2024-01-02T14:30", "2024-01-01T08:00", "2024-01-03T08:00", "2024-01-02T10:00",
        "2024-01-01T08:05",
    ],
    "responseTime": ["30", "2", "", "60", "4"],
    "action": [1, 0, 1, 0, 1],
})  # fmt: skip


def shown(frame=FRAME, **roles):
    response = Feature("responseTime", "number", roles.pop("unit", "s"))
    schema = Schema(["appPackage"], engagement=[response], **roles)
    return LogStatistics.of_log(read_log(frame, schema))


def test_rows_are_ordered_by_person_and_time():
    of = shown(user="who", time="at")
    assert of.row.tolist() == [1, 4, 2, 3, 0]
    assert of.person.tolist() == [0, 0, 0, 1, 1]
    assert of.opened.tolist() == [False, True, True, False, True]
    np.testing.assert_array_equal(of.gap, [np.nan, 300, 2 * 86400 - 300, np.nan, 16200])
    np.testing.assert_array_equal(of.response, [2, 4, np.nan, 60, 30])
    assert of.hour.tolist() == [8, 8 + 5 / 60, 8, 10, 14.5]
    assert of.weekday.tolist() == [0, 0, 2, 1, 1]
    assert of.days_of_each.tolist() == [3, 1]
    assert of.app_rank.tolist() == [1, 1, 2, 1, 1]
    assert of.step == 300_000


@pytest.mark.parametrize(
    ("share", "days", "rows"),
    [(0.0, 0, 0), (0.3, 0, 1), (0.5, 1, 2), (0.6, 1, 3), (0.99, 2, 4)],
)
def test_a_share_is_rounded_down_so_that_something_of_each_comes_later(share, days, rows):
    of = shown(user="who", time="at")
    # The one has notifications on days 0, 0 and 2, the other two on a single day.
    assert of.later(share).tolist() == [days < 1, days < 1, True, True, True]
    assert shown().later(share).tolist() == [row >= rows for row in range(5)]


def test_units_of_response_times():
    np.testing.assert_array_equal(
        shown(user="who", time="at", unit="min").response, [120, 240, np.nan, 3600, 1800]
    )
    assert "with a unit of time" in shown(unit="%").lacks_responses()


def test_a_log_without_user_and_time_is_of_one_person_and_in_its_order():
    of = shown()
    assert of.people == 1 and of.row.tolist() == [0, 1, 2, 3, 4]
    assert of.lacks_clock(DAY) == "it has no times of arrival"


def test_a_coarse_clock_is_noticed():
    of = shown(user="who", time="at").at_step(6 * HOUR)
    assert of.lacks_clock(HOUR) == "its clock has steps of 6 h, and this needs 1 h"
    assert of.lacks_clock(DAY) is None
    assert np.nanmin(of.gap) == 6 * 3600


def test_some_rows_are_of_people_who_are_counted_again():
    of = shown(user="who", time="at")
    kept = of.take(of.person == 1)
    assert (kept.people, kept.row.tolist(), kept.hour.tolist()) == (1, [3, 0], [10, 14.5])


def test_means_of_each_person():
    of = shown(user="who", time="at")
    np.testing.assert_allclose(of.mean_of_each(of.opened), [2 / 3, 1 / 2])
    np.testing.assert_allclose(of.mean_of_each(of.opened, of.app_rank == 2), [1, np.nan])


@pytest.mark.parametrize(
    ("cells", "lack"),
    [
        (["1", "", "", "", "2"], "only 40% of its response times are known"),
        (["1", "1", "2", "1", "2"], "its response times are only 2 different ones"),
    ],
)
def test_poor_response_times_are_noticed(cells, lack):
    assert shown(FRAME.assign(responseTime=cells)).lacks_responses() == lack

"""What looks wrong with a log is said; what is right is left in peace."""

import numpy as np
import pandas as pd
import pytest

from gym_push import Feature, Population, Schema, bundled_log, read_log
from gym_push.logs import suspicions

ROWS = 60


def frame(**columns):
    """A log without fault: two people, whose apps tell something and not everything."""
    random = np.random.default_rng(5)
    opened = random.integers(0, 2, ROWS)
    told = np.where(random.random(ROWS) < 0.8, opened, 1 - opened)
    return pd.DataFrame(
        {
            "app": np.array(["chat", "mail"])[told],
            "words": random.integers(1, 30, ROWS),
            "text": [f"text {row}" for row in range(ROWS)],
            "user": ["ann", "bob"] * (ROWS // 2),
            "posted": pd.date_range("2024-01-01", periods=ROWS, freq="h"),
            "action": opened,
            **columns,
        }
    )


def said(table, *more, **options):
    schema = Schema(
        ["app", Feature("text", "text"), "words", *more], user="user", time="posted", **options
    )
    return suspicions(read_log(table, schema))


def test_logs_without_fault_are_left_in_peace():
    assert said(frame()) == ()
    assert suspicions(bundled_log()) == ()
    assert suspicions(Population(30, 2).log(10)) == ()


def test_what_never_changes():
    [told] = said(frame(place="home", noise=0.5), "place", "noise")
    assert told.endswith("the same in every row: 'place', 'noise'")


def test_rows_that_stand_twice():
    table = frame()
    table = pd.concat([table.iloc[:10], table.iloc[9:20], table.iloc[19:]], ignore_index=True)
    assert said(table)[0].startswith("2 rows (the first is 11) are the same in every column")
    table.loc[[10, 21], "words"] = 99
    assert said(table) == ()


def test_without_times_rows_may_come_again():
    table = pd.concat([frame()[["app", "action"]]] * 3)
    assert suspicions(read_log(table, Schema(["app"]))) == ()


def test_times_that_run_backwards_for_a_person():
    table = frame()
    people = table.sort_values("user", kind="stable")
    assert said(people) == ()  # each person's times run on, one person after the other
    table.loc[7, "posted"] = table.loc[0, "posted"]
    [told] = said(table)
    assert told.startswith("row 8 is earlier than the row before of the same person")


@pytest.mark.parametrize(("action", "word"), [(1, "opened"), (0, "dismissed")])
def test_people_who_always_do_the_same(action, word):
    [told] = said(frame(action=action))
    assert told.startswith(f"100.0% of the notifications were {word}")


def give_away(opened):
    soon = np.where(opened, np.arange(ROWS) * 0.01 + 1.0, np.arange(ROWS) * 0.5 + 50.0)
    return {
        "a word": np.where(opened, "tap", "swipe"),
        "some words": np.where(opened, np.arange(ROWS) % 3, np.arange(ROWS) % 2 + 3).astype(str),
        "a threshold": soon,
        "a hole": np.where(opened, "", [f"way {row}" for row in range(ROWS)]),
        "a flag": opened == 0,
    }


@pytest.mark.parametrize("how", give_away(np.zeros(ROWS)))
def test_a_column_that_gives_the_action_away(how):
    table = frame()
    leak = give_away(table["action"].to_numpy() == 1)[how]
    [told] = said(table.assign(leak=leak), "leak")
    assert "column 'leak' alone tells what the person did" in told
    assert said(table.assign(leak=leak), engagement=["leak"]) == ()


def test_few_rows_give_nothing_away():
    assert said(frame().assign(leak=frame()["action"]).iloc[:15], "leak") == ()

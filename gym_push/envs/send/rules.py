"""The rules of send-v0 beside what messages do: budget, counts, streaks, and the reward.

Like `respond`, each is written once, for one person in plain numbers and for many on arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, Final, NamedTuple

from gym_push.envs.send.forms import Form
from gym_push.envs.send.response import (
    Condition,
    Moment,
    Ops,
    Outcome,
)
from gym_push.envs.send.world import DAYS_A_WEEK, World
from gym_push.errors import ArgumentError, did_you_mean

PARTS: Final = ("outcome", "habit", "price", "leaving")
"""The parts of the reward."""

NOTHING, OPENED, DISAPPOINTED, IGNORED = range(4)
STATUSES: Final = ("nothing", "opened", "disappointed", "ignored")
"""What becomes of a decision: nothing was sent, or the message was ..."""

HINDRANCES: Final = (
    "asleep, driving or away",
    "the app is muted",
    "done it today",
    "the week's budget is spent",
)
"""What keeps everything from being sent."""

GRID: Final = 2.0**-20
"""Rewards are multiples of it, so that their sums are exact in any order."""

NEVER: Final = -(2**62)
"""When a message was sent that was not."""

LARGEST_WEIGHT: Final = 1000.0


@dataclass(frozen=True)
class Rules:
    """What a game is played by, beside the world.

    Attributes:
        form: Of the actions.
        budget: Messages a week; None for any number.
        over_budget: Whether more can be sent, at a cost.
        weights: Of the parts of the reward.
    """

    form: Form
    budget: int | None
    over_budget: bool
    weights: Mapping[str, float] = field(hash=False)


class Book(NamedTuple):
    """What the sender knows of its own doings: whole numbers of one game, or (lanes,) of many.

    Attributes:
        sent_today, sent_week: Messages, today and in this week of the episode.
        opened_week: Of these, opened.
        ignored_in_row: The newest messages, none of which was opened.
        sent, opened, disappointed: In the episode.
        sent_at: When the newest one was sent, ms; or `NEVER`.
        done_today: 1 if the outcome was above 0 today.
        streak: Days in a row, until yesterday, with that.
        last: The newest outcome, rounded.
    """

    sent_today: Any
    sent_week: Any
    opened_week: Any
    ignored_in_row: Any
    sent: Any
    opened: Any
    disappointed: Any
    sent_at: Any
    done_today: Any
    streak: Any
    last: Any


EMPTY: Final = Book(0, 0, 0, 0, 0, 0, 0, NEVER, 0, 0, 0)


class Turn(NamedTuple):
    """What a step has led to; of one game, or (lanes,) of many.

    Attributes:
        parts: Of the reward, as of `PARTS`.
        over: Whether the episode ends.
        cost: 1 for a message above the budget, else 0.
        amount: The proximal outcome.
        effect: What the message has added to it.
        sent: The first number of the action, 0 where nothing was sent.
        status: Of `STATUSES`.
        left: Whether the person has left.
    """

    parts: Any
    over: Any
    cost: Any
    amount: Any
    effect: Any
    sent: Any
    status: Any
    left: Any


def noted(ops: Ops, book: Book, sent: Any, outcome: Outcome, time: Any, days: Any) -> Book:
    """Notes a decision, and turns the page where a day or a week is over.

    Args:
        ops: `ONE` or `MANY`.
        book: Until then.
        sent: Whether something was sent.
        outcome: What came of it.
        time: Of the decision, ms.
        days: (day of it, day of the next one).
    """
    where = ops.where
    one = where(sent, 1, 0)
    opened = where(outcome.opened, 1, 0)
    done = where(outcome.amount > 0.0, 1, book.done_today)
    today, tomorrow = days
    passed = tomorrow - today
    next_week = tomorrow // DAYS_A_WEEK > today // DAYS_A_WEEK
    lasts = where((done > 0) & (passed == 1), book.streak + 1, 0)
    row = where(outcome.opened, 0, book.ignored_in_row + 1)
    return Book(
        sent_today=where(passed > 0, 0, book.sent_today + one),
        sent_week=where(next_week, 0, book.sent_week + one),
        opened_week=where(next_week, 0, book.opened_week + opened),
        ignored_in_row=where(sent, row, book.ignored_in_row),
        sent=book.sent + one,
        opened=book.opened + opened,
        disappointed=book.disappointed + where(outcome.disappointed, 1, 0),
        sent_at=where(sent, time, book.sent_at),
        done_today=where(passed > 0, 0, done),
        streak=where(passed > 0, lasts, book.streak),
        last=ops.whole(outcome.amount),
    )


def hindrances(
    rules: Rules, world: World, at: Moment, now: Condition, book: Book
) -> tuple[Any, ...]:
    """Returns which of the `HINDRANCES` hold."""
    p, budget = world.scene.response, rules.budget
    bounded = budget is not None and not rules.over_budget
    return (
        at.available <= 0.0,
        at.mute < p.mute * now.burden,
        p.once_a_day and book.done_today > 0,
        bounded and book.sent_week >= budget,
    )


def sendable(rules: Rules, world: World, at: Moment, now: Condition, book: Book) -> Any:
    """Returns whether anything can be sent."""
    away, muted, done, spent = hindrances(rules, world, at, now, book)
    return (away | muted | done | spent) ^ True


def rewarded(
    rules: Rules, ops: Ops, outcome: Outcome, sent: Any, ends: Any, days: Any
) -> tuple[Any, ...]:
    """Returns the parts of the reward.

    Args:
        rules: With their weights.
        ops: `ONE` or `MANY`.
        outcome: What came of the decision.
        sent: Whether something was sent.
        ends: Whether the days are over with it.
        days: Still to come.
    """
    weights, where = rules.weights, ops.where
    stays = ends & (outcome.left ^ True)
    worth = (
        weights["outcome"] * outcome.amount,
        where(stays, weights["habit"] * outcome.condition.habit, 0.0),
        where(sent, -weights["price"], 0.0),
        where(outcome.left, -weights["leaving"] * days, 0.0),
    )
    return tuple(ops.whole(part / GRID) * GRID for part in worth)


def start(world: World) -> Condition:
    """Returns how people stand to messages at first."""
    p = world.scene.response
    return Condition(p.habituation_start, p.burden_start, 0.0, p.habit_start, 1.0)


def weights_of(given: Mapping[str, float] | None, usual: Mapping[str, float]) -> dict[str, float]:
    """Returns the weights of all parts of the reward.

    Args:
        given: Those that differ.
        usual: Of the preset.

    Raises:
        ArgumentError: A part is not one of `PARTS`, or its weight is out of range.
    """
    if given is not None and not isinstance(given, Mapping):
        raise ArgumentError(f"weights={given!r} must be a dict from {', '.join(PARTS)}")
    for name, weight in (given or {}).items():
        if name not in PARTS:
            raise ArgumentError(
                f"the reward has no part {name!r}, only {', '.join(PARTS)}"
                f"{did_you_mean(str(name), PARTS)}"
            )
        number = isinstance(weight, Real) and not isinstance(weight, bool)
        if not number or not 0 <= weight <= LARGEST_WEIGHT:
            raise ArgumentError(
                f"the weight of {name} is {weight!r}; it must be from 0 to {LARGEST_WEIGHT:g}"
            )
    return {**usual, **{name: float(weight) for name, weight in (given or {}).items()}}

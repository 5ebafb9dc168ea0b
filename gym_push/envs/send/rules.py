"""The rules of send-v0, for one person in plain numbers and for many on arrays.

What a decision leads to is `respond`; here is what is kept beside it: budget, counts, streaks,
what repeats, and the reward. `Game` plays one person, `Games` plays many, to the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from gym_push.envs.send.forms import Form
from gym_push.envs.send.response import (
    MANY,
    ONE,
    Condition,
    Moment,
    Ops,
    Outcome,
    Sent,
    respond,
)
from gym_push.envs.send.world import DAYS_A_WEEK, World
from gym_push.errors import ArgumentError, did_you_mean
from gym_push.users.keyed_random import Flags, Ints
from gym_push.users.model.states import DAY

PARTS: Final = ("outcome", "habit", "price", "leaving")
"""The parts of the reward."""

NOTHING, OPENED, DISAPPOINTED, IGNORED = range(4)
STATUSES: Final = ("nothing", "opened", "disappointed", "ignored")
"""What becomes of a decision: nothing was sent, or the message was ..."""

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
_NONE: Final = Sent(0.0, 0.0, 0.0, False, 0.0)


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


def sendable(rules: Rules, world: World, at: Moment, now: Condition, book: Book) -> Any:
    """Returns whether anything can be sent."""
    p = world.scene.response
    able = (at.available > 0.0) & (at.mute >= p.mute * now.burden)
    if p.once_a_day:
        able = able & (book.done_today == 0)
    if rules.budget is not None and not rules.over_budget:
        able = able & (book.sent_week < rules.budget)
    return able


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


class Game:
    """One person's days.

    Args:
        world: With the person.
        person: Index of the person.
        rules: What it is played by.

    Attributes:
        decision: The decision of the world at which the agent is asked.
        at: What holds then.
        now: How the person stands. Not for agents.
        book: The sender's own doings.
        stale: How much of a repeat each message is, from 0 to 1.
        sent_at: When each message was sent, ms.
        counts: How often each message was sent.
        effect: What messages have added to outcomes so far.
        sendable: Whether anything can be sent.
        mask: Which actions are possible, (width,).
        left: Whether the person has left.
        over: Whether the episode has ended.
    """

    def __init__(self, world: World, person: int, rules: Rules) -> None:
        self.world, self.person, self.rules = world, person, rules
        self.decision, self._end = (int(each) for each in world.first[person : person + 2])
        self.at, self.now, self.book = world.moment(self.decision), start(world), EMPTY
        self.stale, self.counts = [0.0] * rules.form.repeats, [0] * rules.form.repeats
        self.effect, self.left = 0.0, False
        self.sent_at = [NEVER] * rules.form.repeats
        self._times: list[int] = world.time[self.decision : self._end].tolist()
        self._first = self.decision
        self.over = False
        self._moved()

    @property
    def time(self) -> int:
        """Of the decision, ms."""
        return self._times[self.decision - self._first]

    def potential_outcome(self, action: tuple[int, ...]) -> Outcome:
        """Returns what an action would lead to now; nothing changes. Not for agents."""
        return self._respond(action)[-1]

    def step(self, action: tuple[int, ...]) -> Turn:
        """Decides; `action` is in numbers. What the mask forbids is not sent."""
        rules, world, at = self.rules, self.world, self.at
        p = world.scene.response
        sent, key, outcome = self._respond(action)
        if sent:
            self.stale[key] = 1.0
            self.sent_at[key] = self.time
            self.counts[key] += 1
            self.effect += outcome.effect
        fades = at.stale_left
        before = self.stale[key]
        self.stale = [each * fades for each in self.stale]
        if sent and not p.fades_at_once:
            self.stale[key] = before

        time, following = self.time, self.decision + 1
        ends = following == self._end
        days = time // DAY, (time if ends else self._times[following - self._first]) // DAY
        budget = rules.budget
        above = sent and budget is not None and self.book.sent_week >= budget
        to_come = (world.days * DAY - time) / DAY
        parts = rewarded(rules, ONE, outcome, sent, ends, to_come)
        self.book = noted(ONE, self.book, sent, outcome, time, days)
        self.now, self.left = outcome.condition, bool(outcome.left)
        self.over = ends or self.left
        if not self.over:
            self.decision = following
            self.at = world.moment(following)
        self._moved()
        status = IGNORED if sent else NOTHING
        if outcome.opened:
            status = DISAPPOINTED if outcome.disappointed else OPENED
        return Turn(
            parts,
            self.over,
            1.0 if above else 0.0,
            float(outcome.amount),
            float(outcome.effect),
            action[0] if sent else 0,
            status,
            self.left,
        )

    def _respond(self, action: tuple[int, ...]) -> tuple[bool, int, Outcome]:
        """Returns whether something is sent, which message of `repeats`, and what comes of it."""
        world, form, message, key = self.world, self.rules.form, _NONE, -1
        sent = action[0] > 0 and bool(self.mask[action[0]])
        if sent:
            key = form.key(action)
            message = form.message(world, self.person, action, self.stale[key])
        return sent, key, respond(world.scene.response, ONE, self.at, self.now, sent, message)

    def _moved(self) -> None:
        """Finds out what is possible."""
        able = sendable(self.rules, self.world, self.at, self.now, self.book)
        self.sendable = bool(able and not self.over)
        self.mask = self.rules.form.mask(self.sendable, self.book.streak)


class Games:
    """Many people's days, one in each lane.

    Args:
        world: With the people.
        lanes: How many.
        rules: What they are played by.

    Attributes:
        person: (lanes,) index of the person.
        decision: (lanes,) the decision of the world at which the agent is asked.
        now, book: As of a `Game`.
        stale, sent_at: (lanes, repeats) as of a `Game`.
        counts, effect, left: As of a `Game`: (lanes, repeats), (lanes,), (lanes,).
        sendable: (lanes,) whether anything can be sent.
        mask: (lanes, width) which actions are possible.
        over: (lanes,) whether the episode has ended.
    """

    def __init__(self, world: World, lanes: int, rules: Rules) -> None:
        self.world, self.rules = world, rules
        self.person, self.decision, self._end = np.zeros((3, lanes), dtype=np.int64)
        self.now = Condition._make(np.zeros((len(Condition._fields), lanes)))
        self.book = Book._make(np.zeros((len(Book._fields), lanes), dtype=np.int64))
        self.stale = np.zeros((lanes, rules.form.repeats))
        self.sent_at = np.full((lanes, rules.form.repeats), NEVER)
        self.counts = np.zeros((lanes, rules.form.repeats), dtype=np.int64)
        self.effect = np.zeros(lanes)
        self.over, self.left = np.zeros((2, lanes), dtype=np.bool_)
        self._every = np.arange(lanes)
        self._moved()

    def begin(self, lanes: Ints, person: Ints) -> None:
        """Begins episodes in some lanes."""
        self.person[lanes], self.decision[lanes] = person, self.world.first[person]
        self._end[lanes] = self.world.first[person + 1]
        for of_all, first in ((self.now, start(self.world)), (self.book, EMPTY)):
            for values, value in zip(of_all, first, strict=True):
                values[lanes] = value
        self.stale[lanes], self.sent_at[lanes], self.counts[lanes] = 0.0, NEVER, 0
        self.effect[lanes], self.over[lanes], self.left[lanes] = 0.0, False, False
        self._moved()

    def potential_outcome(self, action: Ints) -> Outcome:
        """Returns what actions would lead to now; nothing changes. Not for agents."""
        return self._respond(action)[-1]

    def step(self, action: Ints) -> Turn:
        """Decides; `action` is (numbers, lanes). What a mask forbids is not sent.

        A lane whose episode is over earns nothing, and waits to begin another.
        """
        rules, world, at = self.rules, self.world, self.at
        p, playing = world.scene.response, ~self.over
        sent, key, outcome = self._respond(action)
        lane, which = self._every[sent], key[sent]
        self.stale[lane, which] = 1.0
        self.sent_at[lane, which] = self.time[sent]
        self.counts[lane, which] += 1
        self.effect += outcome.effect
        self.stale *= at.stale_left[:, None]
        if not p.fades_at_once:
            self.stale[lane, which] = 1.0

        ends = self.decision + 1 == self._end
        following = np.where(ends, self.decision, self.decision + 1)
        days = world.day[self.decision], world.day[following]
        above = sent & (self.book.sent_week >= rules.budget) if rules.budget is not None else None
        to_come = (world.days * DAY - self.time) / DAY
        parts = np.array(rewarded(rules, MANY, outcome, sent, ends, to_come)) * playing
        self.book = noted(MANY, self.book, sent, outcome, self.time, days)
        self.now, over = outcome.condition, (ends | outcome.left) & playing
        self.decision = np.where(over | self.over, self.decision, following)
        self.over, self.left = self.over | over, self.left | (outcome.left & playing)
        self._moved()
        closed = np.where(outcome.disappointed, DISAPPOINTED, OPENED)
        status = np.where(sent, np.where(outcome.opened, closed, IGNORED), NOTHING)
        zeros = np.zeros(len(sent))
        return Turn(
            parts,
            over,
            zeros if above is None else above.astype(np.float64),
            outcome.amount * playing,
            outcome.effect * playing,
            np.where(sent, action[0], 0),
            status,
            outcome.left & playing,
        )

    def _respond(self, action: Ints) -> tuple[Flags, Ints, Outcome]:
        """Returns where something is sent, which messages of `repeats`, and what comes of it."""
        world, form = self.world, self.rules.form
        sent: Flags = (action[0] > 0) & (self.mask[self._every, action[0]] > 0)
        key: Ints = form.key(action)
        message = form.message(world, self.person, action, self.stale[self._every, key])
        return sent, key, respond(world.scene.response, MANY, self.at, self.now, sent, message)

    def _moved(self) -> None:
        """Looks up what holds at the decisions."""
        self.at = self.world.moments_at(self.decision)
        self.time = self.world.time[self.decision]
        able: Flags = sendable(self.rules, self.world, self.at, self.now, self.book)
        self.sendable = able & ~self.over
        self.mask = self.rules.form.mask(self.sendable, self.book.streak)


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
        number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
        if not number or not 0 <= weight <= LARGEST_WEIGHT:
            raise ArgumentError(
                f"the weight of {name} is {weight!r}; it must be from 0 to {LARGEST_WEIGHT:g}"
            )
    return {**usual, **{name: float(weight) for name, weight in (given or {}).items()}}

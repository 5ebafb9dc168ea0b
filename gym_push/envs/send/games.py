"""Games of send-v0: one person in plain numbers, because an array of one costs as much as of many.

`Game` plays one person, `Games` plays many, to the same bits.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gym_push.envs.send.response import MANY, ONE, Condition, Outcome, Sent, respond
from gym_push.envs.send.rules import (
    DISAPPOINTED,
    EMPTY,
    IGNORED,
    NEVER,
    NOTHING,
    OPENED,
    Book,
    Rules,
    Turn,
    noted,
    rewarded,
    sendable,
    start,
)
from gym_push.envs.send.world import World
from gym_push.users.keyed_random import Flags, Ints
from gym_push.users.model.states import DAY

NO_MESSAGE: Final = Sent(0.0, 0.0, 0.0, False, 0.0)


class Game:
    """One person's days.

    Args:
        world: With the person.
        person: Index of the person.
        rules: What it is played by.

    Raises:
        ArgumentError: The person never looks at the phone.

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
        world.check_begins(np.array([person]))
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
        left = at.stale_left
        self.stale = [each * left for each in self.stale]
        if sent:
            self.stale[key] = left if p.fades_at_once else 1.0
            self.sent_at[key] = self.time
            self.counts[key] += 1
            self.effect += outcome.effect

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
        world, form, message, key = self.world, self.rules.form, NO_MESSAGE, -1
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
        """Begins episodes in some lanes.

        Raises:
            ArgumentError: One of the people never looks at the phone.
        """
        self.world.check_begins(person)
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
        self.stale *= at.stale_left[:, None]
        self.stale[lane, which] = at.stale_left[sent] if p.fades_at_once else 1.0
        self.sent_at[lane, which] = self.time[sent]
        self.counts[lane, which] += 1
        self.effect += outcome.effect

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

"""What an agent of send-v0 may know: the moment, and what it has done and seen come of it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Dict

from gym_push.envs.phone import PHONE
from gym_push.envs.send.games import Game, Games
from gym_push.envs.send.rules import Book, Rules
from gym_push.envs.send.world import World
from gym_push.errors import choose
from gym_push.logs import Encoding, observe
from gym_push.logs.encoding import FORMS
from gym_push.spaces import Count, Float32s, Number
from gym_push.users.keyed_random import Ints
from gym_push.users.model.states import DAY, HOUR

WEEKS: Final = 1_000
LONGEST: Final = 10_000  # hours, which also stands for never

OWN: Final = {
    "available": Count(1),
    "busy": Count(1),
    "daysLeft": Count(3_650),
    "budgetLeft": Count(100),
    "sentToday": Count(100),
    "sentThisWeek": Count(WEEKS),
    "openedThisWeek": Count(WEEKS),
    "ignoredInARow": Count(WEEKS),
    "hoursSinceSent": Count(LONGEST),
    "sent": Count(10_000),
    "opened": Count(10_000),
    "disappointed": Count(10_000),
    "doneToday": Count(1),
    "streak": Count(3_650),
    "lastOutcome": Count(1_000),
}
RATE: Final = "openRate"

# The codes of all counts from 0 on, one range after the other, because logarithms are slow.
_RANGES: Final = sorted({int(space.high) for space in OWN.values()})
_FIRST: Final = dict(zip(_RANGES, np.cumsum([0, *(most + 1 for most in _RANGES)]), strict=False))
_CODES: Final = np.concatenate([Count(most).scale(np.arange(most + 1)) for most in _RANGES])


@cache
def spaces_of(messages: int) -> Encoding:
    """Returns the encoding of an observation where there are so many messages."""
    each = {
        f"{name}{number}": space
        for number in range(1, messages + 1)
        for name, space in (("eligible", Count(1)), ("hoursSince", Count(LONGEST)))
    }
    return Encoding({**PHONE.spaces, **OWN, **each, RATE: Number(0, 1)})


def space_of(form: str, messages: int) -> Dict | Box:
    """Returns the space that every observation of a form lies in.

    Args:
        form: "raw", "codes" or "vector".
        messages: How many can be told apart; 0 where they are composed.

    Raises:
        ArgumentError: There is no such form.
    """
    return spaces_of(messages).space(choose("observation", form, FORMS))


class Views:
    """What agents see of a world.

    Args:
        world: The people.
        rules: What is played by.
        form: "raw", "codes" or "vector".
    """

    def __init__(self, world: World, rules: Rules, form: str) -> None:
        self.world, self._form, self._rules = world, form, rules
        self._messages = len(rules.form.catalogue)
        every = spaces_of(self._messages).spaces
        self._names = list(every)[len(PHONE.spaces) :]
        counts = (each for each in map(every.get, self._names) if isinstance(each, Count))
        self._most = np.array([int(each.high) for each in counts])
        self._first = np.array([_FIRST[most] for most in self._most.tolist()])
        self._phones = observe(world.sensed, PHONE, form)

    def one(self, game: Game) -> Any:
        """Returns the observation of one game."""
        phone, own = self._phones.one(game.decision), self.own(game)
        rate = _rate(game.book)
        if self._form == "raw":
            return {**phone, **dict(zip(self._names, (*own, rate), strict=True))}
        row = self._coded(np.array([own]), rate)[0]
        if self._form == "vector":
            return np.concatenate((phone, row))
        numbers = {name: row[i : i + 1] for i, name in enumerate(self._names)}
        return {**self._phones.own(phone), **numbers}

    def batch(self, games: Games) -> Any:
        """Returns the observations of many games, batched as Gymnasium does."""
        own, rate = self.own_of_many(games), _rate(games.book)
        if self._form == "vector":
            rows = np.empty((len(own), PHONE.width + len(self._names)), dtype=np.float32)
            self._phones.write(games.decision, rows[:, : PHONE.width])
            rows[:, PHONE.width :] = self._coded(own, rate)
            return rows
        phones = self._phones.batch(games.decision)
        if self._form == "raw":
            columns = (*own.T.tolist(), rate.tolist())
            numbers = zip(self._names, map(tuple, columns), strict=True)
            return {**phones, **dict(numbers)}
        coded = self._coded(own, rate)
        return {**phones, **{name: coded[:, i : i + 1] for i, name in enumerate(self._names)}}

    def own(self, game: Game) -> list[int]:
        """Returns the agent's own doings of one game, in the order of the names."""
        book, budget, now = game.book, self._rules.budget, game.time
        own = [
            int(game.sendable),
            int(self.world.told_busy[game.decision]),
            self.world.days - now // DAY,
            100 if budget is None else max(budget - book.sent_week, 0),
            book.sent_today,
            book.sent_week,
            book.opened_week,
            book.ignored_in_row,
            min((now - book.sent_at) // HOUR, LONGEST),
            book.sent,
            book.opened,
            book.disappointed,
            book.done_today,
            book.streak,
            int(book.last),
        ]
        if self._messages:
            eligible = game.mask[1:].tolist()
            for each, at in zip(eligible, game.sent_at, strict=True):
                own += (each, min((now - at) // HOUR, LONGEST))
        return own

    def own_of_many(self, games: Games) -> Ints:
        """Returns the agents' own doings, (lanes, names)."""
        book, budget, now = games.book, self._rules.budget, games.time
        own = np.empty((len(now), len(self._names) - 1), dtype=np.int64)
        left = 100 if budget is None else np.maximum(budget - book.sent_week, 0)
        columns = (
            games.sendable,
            self.world.told_busy[games.decision],
            self.world.days - now // DAY,
            left,
            *book[:4],
            np.minimum((now - book.sent_at) // HOUR, LONGEST),
            book.sent,
            book.opened,
            book.disappointed,
            book.done_today,
            book.streak,
            book.last,
        )
        for place, column in enumerate(columns):
            own[:, place] = column
        if self._messages:
            own[:, len(OWN) :: 2] = games.mask[:, 1:]
            since = (now[:, None] - games.sent_at) // HOUR
            own[:, len(OWN) + 1 :: 2] = np.minimum(since, LONGEST)
        return own

    def _coded(self, own: Ints, rate: Any) -> Float32s:
        """Returns the codes of counts and rate: (lanes, names), as the encoding's are."""
        coded = np.empty((len(own), len(self._names)), dtype=np.float32)
        coded[:, :-1] = _CODES[np.minimum(own, self._most) + self._first]
        coded[:, -1] = rate
        return coded


def _rate(book: Book) -> Any:
    """Returns how often messages were opened, in (0, 1); one of either is added."""
    return (book.opened + 1.0) / (book.sent + 2.0)

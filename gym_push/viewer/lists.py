"""What was decided in an episode, as whole for a late page as for an early one.

A decision travels as one byte and the number of its notification, and what a list says of a
notification only once, however often it is decided on: so the lists are exact however fast the
agent is, and a page gets of them what it lacks, a batch at a time.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from gym_push.viewer.basic_frame import ACTION_OF
from gym_push.viewer.words import TABLES

MAX_KEPT = 1 << 20
"""Decisions of an episode that are kept, the newest; a few bytes each."""

MAX_TEXTS = 10_000
"""Notifications whose texts are kept, the newest; a few hundred bytes each."""

BATCH = 40
"""Decisions of one list that a page is sent at a time, and keeps; it has place for eight."""

OUTCOMES = 3
"""How many of the newest outcomes the page shows apart from the lists."""

UNKNOWN: Mapping[str, object] = {"notification": {}, "posted": None}
"""What there is to say of a notification of which nothing was told, or too long ago."""


class Sorting(NamedTuple):
    """How decisions of a kind are sorted into lists.

    Attributes:
        actions: The agent's action by the name of the list.
        action_of: The action of a decision, by its byte.
        spell: Spells out a decision, given its byte and its outcome.
    """

    actions: Mapping[str, int]
    action_of: bytes
    spell: Callable[[int, int], dict[str, object]]


def _answer(cell: int, outcome: int) -> dict[str, object]:
    """With the names of `basic_frame.Decision`."""
    action, user_action = divmod(cell, 2)
    reward = 1 if action == user_action else -1
    return {"action": action, "user_action": user_action, "reward": reward}


def _delivery(action: int, outcome: int) -> dict[str, object]:
    """With the names of `delivery_frame.Delivery`."""
    return {"action": action, "outcome": outcome}


SORTINGS = {
    "basic": Sorting(TABLES["lists"]["basic"], ACTION_OF, _answer),
    "delivery": Sorting(TABLES["lists"]["delivery"], bytes(range(256)), _delivery),
}
"""How decisions are sorted, by the kind of the frames."""

_runs = itertools.count(1)

V = TypeVar("V")


class Lists:
    """Every decision of an episode, found by what the agent did, newest first.

    Attributes:
        run: Changes with the episode, and differs from that of all other lists.
    """

    def __init__(self) -> None:
        self._texts: dict[int, Mapping[str, object]] = {}
        self.begin("basic")

    def begin(self, kind: str) -> None:
        """Begins an episode; the texts of notifications are kept, for they may come again.

        Raises:
            KeyError: There are no frames of this kind.
        """
        self._sorting = SORTINGS[kind]
        self.run = next(_runs)
        self._cells = bytearray()
        self._actions = bytearray()
        self._outcomes = bytearray()
        self._known = array("q")
        self._rows = array("q")
        self._forgotten = 0

    def tell_rows(self, rows: bytes) -> None:
        """Adds what the next decisions are about, as of `Frame.rows`; before the decisions.

        Raises:
            ValueError: These are not whole numbers of 8 bytes.
        """
        self._rows.frombytes(rows)

    def tell_texts(self, texts: object) -> None:
        """Adds what there is to say of notifications: objects by the notification's number.

        Raises:
            ValueError: This is something else.
        """
        if not isinstance(texts, dict) or not all(
            isinstance(text, dict) for text in texts.values()
        ):
            raise ValueError("what is told of notifications is no table of them")
        remember(self._texts, ((int(number), text) for number, text in texts.items()))

    def extend(self, decisions: bytes) -> None:
        """Adds the episode's next decisions, as of `Frame.decisions`."""
        self._cells += decisions
        self._actions += decisions.translate(self._sorting.action_of)
        self._outcomes += bytes(len(decisions))
        surplus = len(self._cells) - MAX_KEPT
        if surplus > MAX_KEPT // 4:  # not with every message, for it moves all that is kept
            for kept in (self._cells, self._actions, self._outcomes, self._rows):
                del kept[:surplus]
            self._forgotten += surplus

    def tell_outcomes(self, outcomes: bytes) -> None:
        """Adds what decisions have led to, as of `Frame.outcomes`.

        Raises:
            ValueError: These are not whole numbers of 8 bytes, or a decision was never told.
        """
        for known in array("q", outcomes):
            index, outcome = divmod(known, 4)
            if not 0 <= index < self._forgotten + len(self._outcomes):
                raise ValueError(f"an outcome of decision {index + 1}, which was never told")
            self._known.append(known)
            if index >= self._forgotten:
                self._outcomes[index - self._forgotten] = outcome

    def newer(self, seen: Mapping[str, object]) -> dict[str, object]:
        """What a page lacks of the newest decisions.

        Args:
            seen: Of which `run` the page has lists, up to which epoch they are `listed`, and how
                many outcomes are `known` to it.

        Returns:
            The `run` and the `epoch` up to which the page then has lists, of each list the new
            decisions, newest first, and under `gaps` the names of those which do not join on to
            what the page has: there were more than a batch. How many outcomes are `known` then,
            those that are new as pairs of an epoch and an outcome under `outcomes`, and the
            decisions of the newest under `recent`, newest first.
        """
        last = self._forgotten + len(self._cells)
        after = self._from(seen, "listed", last)
        found = {name: self._find(name, last, after, BATCH + 1) for name in self._sorting.actions}
        new = self._known[self._from(seen, "known", len(self._known)) :] if after else array("q")
        return {
            "run": self.run,
            "epoch": last,
            "known": len(self._known),
            "outcomes": [(index + 1, outcome) for index, outcome in (divmod(k, 4) for k in new)],
            "recent": [self._decision(k // 4 + 1) for k in self._known[: -OUTCOMES - 1 : -1]],
            "gaps": [name for name, epochs in found.items() if len(epochs) > BATCH],
            **{name: list(map(self._decision, epochs[:BATCH])) for name, epochs in found.items()},
        }

    def older(self, run: object, name: object, before: object) -> list[dict[str, object]]:
        """The batch of a list before an epoch, newest first; empty when a page asks oddly."""
        if run != self.run or not isinstance(before, int):
            return []
        if not isinstance(name, str) or name not in self._sorting.actions:
            return []
        last = min(before - 1, self._forgotten + len(self._cells))
        return list(map(self._decision, self._find(name, last, 0, BATCH)))

    def _from(self, seen: Mapping[str, object], name: str, last: int) -> int:
        """What a page has seen of this run, from 0 to `last`."""
        known = seen.get(name) if seen.get("run") == self.run else 0
        return known if isinstance(known, int) and 0 <= known <= last else 0

    def _find(self, name: str, last: int, after: int, most: int) -> list[int]:
        """Finds the epochs of a list's newest decisions up to `last`, and none up to `after`."""
        found: list[int] = []
        start, stop = max(after - self._forgotten, 0), max(last - self._forgotten, 0)
        while len(found) < most:
            stop = self._actions.rfind(self._sorting.actions[name], start, stop)
            if stop < 0:
                break
            found.append(self._forgotten + stop + 1)
        return found

    def _decision(self, epoch: int) -> dict[str, object]:
        """Spells out a decision; one that was forgotten has no name."""
        index = epoch - self._forgotten - 1
        if index < 0:
            return {**UNKNOWN, "epoch": epoch}
        row = self._rows[index] if index < len(self._rows) else None
        text = UNKNOWN if row is None else self._texts.get(row, UNKNOWN)
        spelt = self._sorting.spell(self._cells[index], self._outcomes[index])
        return {**text, "epoch": epoch, **spelt}


def remember(texts: dict[int, V], new: Iterable[tuple[int, V]]) -> None:
    """Adds to texts by number, and forgets those that were told longest ago beyond `MAX_TEXTS`.

    Whoever tells the texts does the same, and so knows which ones to tell again.
    """
    texts.update(new)
    for number in list(itertools.islice(texts, max(len(texts) - MAX_TEXTS, 0))):
        del texts[number]

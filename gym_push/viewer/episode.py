"""What the board keeps of an episode: its curve and its lists, for late pages and early ones.

A decision is sent as one byte and the number of its notification, and the text of a notification
only once. So curve and lists are exact however fast the agent is. A page gets what it lacks, of the
lists a batch at a time.
"""

from __future__ import annotations

import itertools
from array import array
from collections import deque
from collections.abc import Iterable, Mapping
from typing import TypeVar

from gym_push.viewer.basic_frame import ACTION_OF, points
from gym_push.viewer.days_frame import OUTCOME, POINT, UNSEEN
from gym_push.viewer.frame import DIGITS, spell
from gym_push.viewer.words import TABLES

MAX_POINTS = 1000
"""Points of a curve; a chart has about as many pixels."""

MAX_KEPT = 1 << 20
"""Decisions of an episode that are kept, the newest, at a few bytes each."""

MAX_TEXTS = 10_000
"""Notifications whose texts are kept, the newest, at a few hundred bytes each."""

BATCH = 40
"""Decisions of one list that a page is sent at a time, and keeps; it shows about eight."""

RECENT = 3
"""How many of the newest outcomes the page shows apart from the lists."""

UNKNOWN: Mapping[str, object] = {"notification": {}, "posted": None}
"""A notification whose text was never sent, or too long ago."""


ACTIONS = {"basic": ACTION_OF, "delivery": bytes(range(256)), "send": bytes(range(256))}
"""The agent's action by a byte of `Frame.decisions`, by the kind of the frames."""

Point = tuple[float, ...]

_generations, _runs = itertools.count(1), itertools.count(1)

V = TypeVar("V")


class Curve:
    """A point after every decision, or in a long episode after every 2nd, 4th, 8th ...

    Attributes:
        generation: Changes when points that were there are gone; otherwise points are only added.
        points: Those that are kept, as of `basic_frame.points` or `DaysFrame.points`.
    """

    def __init__(self) -> None:
        self.generation = next(_generations)
        self.points: list[Point] = []
        self._told, self._stride = 0, 1
        self._counts = [0] * 5

    def tell_decisions(self, decisions: bytes) -> None:
        """Adds the points of the next decisions of basic-v0, as of `Frame.decisions`."""
        self._add(points(self._counts, decisions))

    def tell_points(self, points: bytes) -> None:
        """Adds the next points of other environments, as of `Frame.points`.

        Raises:
            ValueError: These are not whole numbers of 8 bytes.
        """
        numbers = array("d", points)
        self._add(tuple(numbers[at : at + POINT]) for at in range(0, len(numbers), POINT))

    def _add(self, points: Iterable[Point]) -> None:
        for point in points:
            self._told += 1
            if self._told % self._stride == 0:
                self.points.append(point)
            if len(self.points) > MAX_POINTS:
                self._stride *= 2
                self.points = self.points[1::2]
                self.generation = next(_generations)


class Lists:
    """Every decision of an episode by the agent's action, newest first.

    Attributes:
        kind: Of the frames.
        run: Changes with the episode, and differs from that of all other lists.
    """

    def __init__(self) -> None:
        self._texts: dict[int, Mapping[str, object]] = {}
        self.begin("basic")

    def begin(self, kind: str) -> None:
        """Begins an episode. Texts are kept, since notifications may come again.

        Raises:
            KeyError: There are no frames of this kind.
        """
        self._action_of, self._wanted = ACTIONS[kind], TABLES["lists"][kind]
        self.kind = kind
        self.run = next(_runs)
        self._cells = bytearray()
        self._actions = bytearray()
        self._outcomes = bytearray()
        self._known = array("d")
        self._credits = array("d")
        self._recent: deque[int] = deque(maxlen=RECENT)
        self._rows = array("q")
        self._forgotten = 0

    def tell_rows(self, rows: bytes) -> None:
        """Adds the notifications of the next decisions, as of `Frame.rows`, before the decisions.

        Raises:
            ValueError: These are not whole numbers of 8 bytes.
        """
        self._rows.frombytes(rows)

    def tell_texts(self, texts: object) -> None:
        """Adds the texts of notifications: objects by the notification's number.

        Raises:
            ValueError: This is something else.
        """
        if not isinstance(texts, dict) or not all(
            isinstance(text, dict) for text in texts.values()
        ):
            raise ValueError("the texts of notifications are not objects by number")
        remember(self._texts, ((int(number), text) for number, text in texts.items()))

    def extend(self, decisions: bytes) -> None:
        """Adds the episode's next decisions, as of `Frame.decisions`."""
        self._cells += decisions
        self._actions += decisions.translate(self._action_of)
        self._outcomes += bytes(len(decisions))
        self._credits.frombytes(bytes(8 * len(decisions)))
        surplus = len(self._cells) - MAX_KEPT
        if surplus > MAX_KEPT // 4:  # not with every message, for it moves all that is kept
            every = self._cells, self._actions, self._outcomes, self._credits, self._rows
            for kept in every:
                del kept[:surplus]
            self._forgotten += surplus

    def tell_outcomes(self, outcomes: bytes) -> None:
        """Adds what decisions have led to, as of `Frame.outcomes`.

        Raises:
            ValueError: These are not whole numbers of 8 bytes, or a decision was never told.
        """
        for index, outcome, credit in zip(*[iter(array("d", outcomes))] * OUTCOME, strict=True):
            told = self._forgotten + len(self._outcomes)
            if not 0 <= index < told or outcome not in range(len(TABLES["outcomes"])):
                raise ValueError(f"an outcome of decision {index + 1:g}, which was never told")
            self._known.extend((index, outcome, credit))
            if outcome != UNSEEN:
                self._recent.appendleft(int(index) + 1)
            if (place := int(index) - self._forgotten) >= 0:
                self._outcomes[place], self._credits[place] = int(outcome), credit

    def newer(self, seen: Mapping[str, object]) -> dict[str, object]:
        """Returns the newest decisions that a page lacks.

        Args:
            seen: The `run` whose lists the page has, the epoch up to which it has them (`listed`),
                and the number of outcomes that it knows (`known`).

        Returns:
            `run` and `epoch`, up to which the page then has the lists; the new decisions of each
            list under its name, newest first; `gaps`, the lists that had more new decisions than
            a batch, so that they do not join what the page has; `known`, the number of outcomes,
            `outcomes`, the new ones as [epoch, outcome, credit], and `recent`, the decisions with
            the newest outcomes, newest first.
        """
        last = self._forgotten + len(self._cells)
        after = self._from(seen, "listed", last)
        found = {name: self._find(name, last, after, BATCH + 1) for name in self._wanted}
        known = len(self._known) // OUTCOME
        start = self._from(seen, "known", known) if after else known
        new = iter(self._known[OUTCOME * start :])
        return {
            "run": self.run,
            "epoch": last,
            "known": known,
            "outcomes": [
                (int(index) + 1, int(outcome), round(credit, DIGITS))
                for index, outcome, credit in zip(new, new, new, strict=True)
            ],
            "recent": list(map(self._decision, self._recent)),
            "gaps": [name for name, epochs in found.items() if len(epochs) > BATCH],
            **{name: list(map(self._decision, epochs[:BATCH])) for name, epochs in found.items()},
        }

    def older(self, run: object, name: object, before: object) -> list[dict[str, object]]:
        """Returns the batch of a list before an epoch, newest first; [] if the question is odd."""
        if run != self.run or not isinstance(before, int):
            return []
        if not isinstance(name, str) or name not in self._wanted:
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
            stop = self._actions.rfind(self._wanted[name], start, stop)
            if stop < 0:
                break
            found.append(self._forgotten + stop + 1)
        return found

    def _decision(self, epoch: int) -> dict[str, object]:
        """Spells out a decision; of one that was forgotten only its epoch is left."""
        index = epoch - self._forgotten - 1
        if index < 0:
            return {**UNKNOWN, "epoch": epoch}
        row = self._rows[index] if index < len(self._rows) else None
        text = UNKNOWN if row is None else self._texts.get(row, UNKNOWN)
        led_to = self._outcomes[index], self._credits[index]
        spelt = spell(self.kind, self._cells[index], *led_to)
        return {**text, "epoch": epoch, **spelt}


def remember(texts: dict[int, V], new: Iterable[tuple[int, V]]) -> None:
    """Adds texts by number, and forgets the oldest beyond `MAX_TEXTS`.

    The sender does the same, and so knows which ones to send again.
    """
    texts.update(new)
    for number in list(itertools.islice(texts, max(len(texts) - MAX_TEXTS, 0))):
        del texts[number]

"""What of a run the viewer has not been told yet, so that a message does not grow with the run."""

from __future__ import annotations

import json
from collections.abc import Iterator

from gym_push.viewer.frame import Frame, to_json, to_line
from gym_push.viewer.lists import BATCH, remember
from gym_push.viewer.wire import MAX_BODY, Kind, Message, pack

BURST = 1000
"""Texts of notifications that are told with one frame, at most: 15 ms of work, in a thread."""

STEADY = BATCH
"""Texts that are told with every frame, however many new ones there are; the newest lines have
theirs, and of a fast run through a long log those further down have none."""

TEXTS = 100
"""Texts in a message; of the longest so many fit into `MAX_BODY`."""


class News:
    """Turns the frames of one feed into messages, each decision in one of them."""

    def __init__(self, feed: int) -> None:
        self._feed = feed
        self._episode = 0
        self._decisions = self._outcomes = self._points = 0
        self._episodes: tuple[tuple[float, ...], ...] = ()
        self._told: dict[int, None] = {}
        self._budget = BURST

    def of(self, frame: Frame) -> bytes:
        """Packs a frame, after what has happened since the one before.

        Raises:
            WireError: when the frame is too large. What has happened then goes with the next.
            ValueError, TypeError: when the frame cannot be written as JSON; likewise.
        """
        goes_on = frame.episode == self._episode and len(frame.decisions) >= self._decisions
        start = self._decisions if goes_on else 0
        unknown = self._unknown(frame, start)
        data = b"".join(map(pack, self._messages(frame, goes_on, start, unknown)))
        self._episode, self._decisions = frame.episode, len(frame.decisions)
        self._outcomes, self._points = len(frame.outcomes), len(frame.points)
        self._episodes = frame.episodes
        self._budget = min(self._budget - len(unknown) + STEADY, BURST)
        remember(self._told, dict.fromkeys(unknown).items())
        return data

    def _messages(
        self, frame: Frame, goes_on: bool, start: int, unknown: list[int]
    ) -> Iterator[Message]:
        if frame.episodes != self._episodes:
            yield Message(self._feed, Kind.EPISODES, json.dumps(frame.episodes).encode())
        if not goes_on:
            yield Message(self._feed, Kind.BEGIN, frame.kind.encode())
        for first in range(0, len(unknown), TEXTS):
            some = {row: to_line(frame.about(row)) for row in unknown[first : first + TEXTS]}
            yield Message(self._feed, Kind.TEXTS, json.dumps(some, allow_nan=False).encode())
        for kind, facts, told in (
            (Kind.ROWS, frame.rows, start),
            (Kind.DECISIONS, frame.decisions, start),
            (Kind.OUTCOMES, frame.outcomes, self._outcomes if goes_on else 0),
            (Kind.POINTS, frame.points, self._points if goes_on else 0),
        ):
            most = MAX_BODY // facts.itemsize
            for first in range(told, len(facts), most):
                yield Message(self._feed, kind, facts[first : first + most].tobytes())
        yield Message(self._feed, Kind.FRAME, to_json(frame))

    def _unknown(self, frame: Frame, start: int) -> list[int]:
        """Numbers of the newest notifications of which the viewer was not told, oldest first."""
        newest = frame.rows[max(start, len(frame.rows) - BURST) :].tolist()
        unknown = [row for row in dict.fromkeys(reversed(newest)) if row not in self._told]
        return unknown[: self._budget][::-1]

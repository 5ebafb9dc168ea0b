"""What of a run the viewer has not been told yet, so that a message does not grow with the run."""

from __future__ import annotations

import json
from collections.abc import Iterator

from gym_push.viewer.frame import Frame, to_json
from gym_push.viewer.wire import MAX_BODY, Kind, Message, pack


class News:
    """Turns the frames of one feed into messages, each decision in one of them."""

    def __init__(self, feed: int) -> None:
        """Begins with a viewer that knows nothing of `feed`."""
        self._feed = feed
        self._episode = 0
        self._decisions = 0
        self._episodes: tuple[tuple[int, ...], ...] = ()

    def of(self, frame: Frame) -> bytes:
        """Packs a frame, after what has happened since the one before.

        Raises:
            WireError: when the frame is too large. What has happened then goes with the next.
            ValueError, TypeError: when the frame cannot be written as JSON; likewise.
        """
        data = b"".join(map(pack, self._messages(frame)))
        self._episode, self._decisions = frame.episode, len(frame.decisions)
        self._episodes = frame.episodes
        return data

    def _messages(self, frame: Frame) -> Iterator[Message]:
        if frame.episodes != self._episodes:
            yield Message(self._feed, Kind.EPISODES, json.dumps(frame.episodes).encode())
        goes_on = frame.episode == self._episode and len(frame.decisions) >= self._decisions
        if not goes_on:
            yield Message(self._feed, Kind.BEGIN, b"")
        for start in range(self._decisions if goes_on else 0, len(frame.decisions), MAX_BODY):
            decisions = bytes(frame.decisions[start : start + MAX_BODY])
            yield Message(self._feed, Kind.DECISIONS, decisions)
        yield Message(self._feed, Kind.FRAME, to_json(frame))

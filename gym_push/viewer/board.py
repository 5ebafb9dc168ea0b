"""What there is to show: the newest frame of every feed, kept for pages that come and go."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from gym_push.viewer.wire import Kind, Message

MAX_ENDED = 16
"""Tabs of feeds that have ended; an agent that makes and closes environments keeps no more."""


@dataclass
class Tab:
    """One feed on the page."""

    feed: int
    label: str
    sequence: int = 0
    frame: object = None
    ended: bool = False


class Board:
    """The tabs, and a version of each that changes with everything that a page would show."""

    def __init__(self) -> None:
        """Makes a board with nothing on it."""
        self._tabs: dict[int, Tab] = {}
        self._names: Counter[str] = Counter()
        self._revision = 0

    def take(self, message: Message) -> None:
        """Puts one message of the agent on the board.

        Raises:
            KeyError: when a feed was never named, or has ended.
            ValueError: when a frame is not JSON.
        """
        if message.kind is Kind.NAME:
            name = message.body.decode(errors="replace")
            self._names[name] += 1
            again = self._names[name]
            label = name if again == 1 else f"{name} ({again})"
            self._tabs[message.feed] = Tab(message.feed, label)
            self._revision += 1
            return
        tab = self._tabs[message.feed]
        if message.kind is Kind.FRAME:
            tab.frame = json.loads(message.body)
            tab.sequence += 1
        else:
            self._end(tab)

    def end(self) -> None:
        """Marks every feed as ended: the agent's process has gone."""
        for tab in list(self._tabs.values()):
            self._end(tab)

    def version(self, feed: int | None) -> str:
        """Changes whenever `view(feed)` does."""
        tab = self._chosen(feed)
        return f"{self._revision}.{tab.feed}.{tab.sequence}" if tab else str(self._revision)

    def view(self, feed: int | None) -> dict[str, object]:
        """What a page shows of `feed`; of the first that still runs when it is None or unknown."""
        tab = self._chosen(feed)
        return {
            "version": self.version(feed),
            "tabs": [
                {"feed": each.feed, "label": each.label, "ended": each.ended}
                for each in self._tabs.values()
            ],
            "feed": tab and tab.feed,
            "ended": tab is not None and tab.ended,
            "frame": tab and tab.frame,
        }

    def _chosen(self, feed: int | None) -> Tab | None:
        if feed in self._tabs:
            return self._tabs[feed]
        tabs = list(self._tabs.values())
        return next((tab for tab in tabs if not tab.ended), tabs[-1] if tabs else None)

    def _end(self, tab: Tab) -> None:
        tab.ended = True
        self._revision += 1
        ended = [each.feed for each in self._tabs.values() if each.ended]
        for feed in ended[:-MAX_ENDED]:
            del self._tabs[feed]

"""What there is to show: every feed's newest frame and curves, kept for pages that come and go."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from gym_push.viewer.episode import Curve, Lists
from gym_push.viewer.gate import Pace
from gym_push.viewer.wire import CRASHED, Kind, Message

MAX_ENDED = 16
"""Tabs of ended feeds that are kept."""

MAX_REPLACED = 1000
"""Earlier feeds of a tab that are remembered, for pages that had chosen one of them."""


@dataclass
class Tab:
    """One feed on the page.

    Attributes:
        opened: when it was opened, on the board's own clock.
        shown: when it last had a frame, or was opened.
        replaced: the feeds that had its place before.
        crashed: it has ended by an exception, or with a process that was killed.
        lost: it has ended without a word, with a worker process.
    """

    feed: int
    name: str
    label: str
    opened: int
    shown: int
    replaced: tuple[int, ...] = ()
    sequence: int = 0
    frame: object = None
    curve: Curve = field(default_factory=Curve)
    lists: Lists = field(default_factory=Lists)
    episodes: object = None
    episodes_version: int = 0
    pace: Pace = Pace()
    ended: bool = False
    crashed: bool = False
    lost: bool = False


class Board:
    """The tabs, and a version of each that changes with what a page would show."""

    def __init__(self) -> None:
        self._tabs: dict[int, Tab] = {}
        self._names: Counter[str] = Counter()
        self._revision = 0
        self._clock = itertools.count()

    def take(self, message: Message) -> None:
        """Puts one message of the agent on the board.

        Raises:
            KeyError: The feed was never named or has ended, or the kind of its frames is unknown.
            ValueError: Something is not the JSON that it should be.
        """
        if message.kind is Kind.NAME:
            self._open(message.feed, message.body.decode(errors="replace"))
            return
        tab = self._tabs[message.feed]
        if message.kind is Kind.FRAME:
            tab.frame = json.loads(message.body)
            tab.sequence += 1
            tab.shown = next(self._clock)
        elif message.kind is Kind.BEGIN:
            tab.curve = Curve()
            tab.lists.begin(message.body.decode())
        elif message.kind is Kind.DECISIONS:
            if tab.lists.kind == "basic":
                tab.curve.tell_decisions(message.body)
            tab.lists.extend(message.body)
        elif message.kind is Kind.OUTCOMES:
            tab.lists.tell_outcomes(message.body)
        elif message.kind is Kind.POINTS:
            tab.curve.tell_points(message.body)
        elif message.kind is Kind.ROWS:
            tab.lists.tell_rows(message.body)
        elif message.kind is Kind.TEXTS:
            tab.lists.tell_texts(json.loads(message.body))
        elif message.kind is Kind.EPISODES:
            tab.episodes = json.loads(message.body)
            tab.episodes_version += 1
        else:
            self._end(tab, crashed=message.body == CRASHED)

    def lose(self, feed: int) -> None:
        """Marks a feed as ended: its worker process has gone without a word.

        The agent lives in another process, which may have ended the worker as it should.
        """
        if tab := self._tabs.get(feed):  # ended ones are forgotten at last
            tab.lost = True
            self._end(tab, crashed=False)

    def end(self, crashed: bool) -> None:
        """Marks as ended every feed that has not said so itself: the agent's process has gone."""
        for tab in list(self._tabs.values()):
            if not tab.ended or tab.lost:
                self._end(tab, crashed)

    def order(self, feed: object, wish: object) -> dict[str, object] | None:
        """Sets the pace that a page asks for, and returns what to tell the agent.

        Args:
            feed: The number of the feed, as the page says.
            wish: `{"step": true}`, which counts while the agent is paused, or as of `Pace.after`.

        Returns:
            The feed, the fields of its pace, and how many single `steps`; None for no change.
        """
        tab = self._tabs.get(feed) if isinstance(feed, int) else None
        if tab is None or tab.ended:
            return None
        before, tab.pace = tab.pace, tab.pace.after(wish)
        step = tab.pace.paused and wish == {"step": True}
        if tab.pace == before and not step:
            return None
        self._revision += 1
        return _order(tab, int(step))

    def release(self) -> list[dict[str, object]]:
        """Lets every agent run freely, and returns what to tell them."""
        held = self._held()
        for tab in held:
            tab.pace = Pace()
            self._revision += 1
        return [_order(tab) for tab in held]

    def renewed(self) -> list[dict[str, object]]:
        """Returns what the agents that do not run freely are told again and again."""
        return [_order(tab) for tab in self._held()]

    def version(self, feed: int | None) -> str:
        """Changes whenever `view(feed)` does."""
        tab = self._chosen(feed)
        return f"{self._revision}.{tab.feed}.{tab.sequence}" if tab else str(self._revision)

    def view(self, feed: int | None, seen: Mapping[str, object]) -> dict[str, object]:
        """Returns what a page shows of `feed`; of the first that runs when it is None or unknown.

        Args:
            feed: The number of the feed that the page has chosen.
            seen: What the page has: the curve's `generation` and number of `points`, the version
                of the `episodes`, and of the lists as of `Lists.newer`. It gets the rest.
        """
        tab = self._chosen(feed)
        return {
            "version": self.version(feed),
            "tabs": [
                {name: getattr(each, name) for name in ("feed", "label", "ended", "crashed")}
                for each in self._tabs.values()
            ],
            "feed": tab and tab.feed,
            "ended": tab is not None and tab.ended,
            "crashed": tab is not None and tab.crashed,
            "pace": asdict(tab.pace if tab else Pace()),
            "frame": tab and tab.frame,
            "curve": tab and _rest(tab.curve, seen),
            "lists": tab and tab.lists.newer(seen),
            "episodes": tab and _newer(tab, seen),
        }

    def older(self, feed: object, run: object, name: object, before: object) -> object:
        """Returns earlier decisions of a list of `feed`, as of `Lists.older`."""
        tab = self._tabs.get(feed) if isinstance(feed, int) else None
        return tab.lists.older(run, name, before) if tab else []

    def _held(self) -> list[Tab]:
        return [tab for tab in self._tabs.values() if tab.pace != Pace()]

    def _open(self, feed: int, name: str) -> None:
        """Opens a tab, in the place of an ended one of the same name, if there is one."""
        now = next(self._clock)
        tabs = list(self._tabs.values())
        old = next((tab for tab in tabs if tab.ended and tab.name == name), None)
        if old is None:
            self._names[name] += 1
            again = self._names[name]
            label = name if again == 1 else f"{name} ({again})"
            tabs.append(Tab(feed, name, label, now, now))
        else:
            replaced = (*old.replaced, old.feed)[-MAX_REPLACED:]
            tabs[tabs.index(old)] = Tab(feed, name, old.label, now, now, replaced)
        self._tabs = {tab.feed: tab for tab in tabs}
        self._revision += 1

    def _chosen(self, feed: int | None) -> Tab | None:
        """Returns the tab of a feed, or the one in its place; else the best one to look at.

        That is the first running one that has shown something since the newest was opened. One
        that has not may have been left for it, as by a notebook's cell that is run again.
        """
        if feed in self._tabs:
            return self._tabs[feed]
        tabs = list(self._tabs.values())
        for tab in tabs:
            if feed in tab.replaced:
                return tab
        running = [tab for tab in tabs if not tab.ended]
        newest = max((tab.opened for tab in running), default=0)
        fresh = (tab for tab in running if tab.shown >= newest or tab.pace != Pace())
        return next(fresh, tabs[-1] if tabs else None)

    def _end(self, tab: Tab, crashed: bool) -> None:
        tab.ended, tab.crashed, tab.pace = True, crashed, Pace()
        self._revision += 1
        ended = [each.feed for each in self._tabs.values() if each.ended]
        for feed in ended[:-MAX_ENDED]:
            del self._tabs[feed]


def _order(tab: Tab, steps: int = 0) -> dict[str, object]:
    return {"feed": tab.feed, **asdict(tab.pace), "steps": steps}


def _rest(curve: Curve, seen: Mapping[str, object]) -> dict[str, object]:
    known = seen.get("points") if seen.get("generation") == curve.generation else 0
    start = known if isinstance(known, int) and 0 <= known <= len(curve.points) else 0
    return {"generation": curve.generation, "start": start, "points": curve.points[start:]}


def _newer(tab: Tab, seen: Mapping[str, object]) -> dict[str, object] | None:
    version = f"{tab.feed}.{tab.episodes_version}"
    if seen.get("episodes") == version:
        return None
    return {"version": version, "ended": tab.episodes or []}

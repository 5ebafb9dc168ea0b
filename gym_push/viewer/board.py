"""What there is to show: every feed's newest frame and curves, kept for pages that come and go."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from gym_push.viewer.curve import CURVES, Counted, Curve
from gym_push.viewer.gate import Pace
from gym_push.viewer.lists import Lists
from gym_push.viewer.wire import Kind, Message

MAX_ENDED = 16
"""Tabs of feeds that have ended, of as many names."""

MAX_REPLACED = 1000
"""Feeds whose place a tab has taken, for the pages that had chosen one of them."""


@dataclass
class Tab:
    """One feed on the page.

    Attributes:
        opened: when, as counted by the board.
        shown: when it last had something to show, or was opened.
        replaced: numbers of the feeds that had its place before.
    """

    feed: int
    name: str
    label: str
    opened: int
    shown: int
    replaced: tuple[int, ...] = ()
    sequence: int = 0
    frame: object = None
    curve: Curve = field(default_factory=Counted)
    lists: Lists = field(default_factory=Lists)
    episodes: object = None
    episodes_version: int = 0
    pace: Pace = Pace()
    ended: bool = False


class Board:
    """The tabs, and a version of each that changes with everything that a page would show."""

    def __init__(self) -> None:
        self._tabs: dict[int, Tab] = {}
        self._names: Counter[str] = Counter()
        self._revision = 0
        self._moments = itertools.count()

    def take(self, message: Message) -> None:
        """Puts one message of the agent on the board.

        Raises:
            KeyError: when a feed was never named, or has ended, or its frames are of no known kind.
            ValueError: when what should be JSON is not.
        """
        if message.kind is Kind.NAME:
            self._open(message.feed, message.body.decode(errors="replace"))
            return
        tab = self._tabs[message.feed]
        if message.kind is Kind.FRAME:
            tab.frame = json.loads(message.body)
            tab.sequence += 1
            tab.shown = next(self._moments)
        elif message.kind is Kind.BEGIN:
            kind = message.body.decode()
            tab.curve = CURVES[kind]()
            tab.lists.begin(kind)
        elif message.kind is Kind.DECISIONS:
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
            self._end(tab)

    def end(self) -> None:
        """Marks every feed as ended: the agent's process has gone."""
        for tab in list(self._tabs.values()):
            self._end(tab)

    def order(self, feed: object, wish: object) -> dict[str, object] | None:
        """Sets the pace of a feed as a page wishes, and returns what to tell the agent.

        Args:
            feed: a page's word for the number of a feed.
            wish: `{"step": true}`, which counts while it is paused, or as of `Pace.after`.

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
        """Returns what to tell, again and again, the agents that do not run freely."""
        return [_order(tab) for tab in self._held()]

    def version(self, feed: int | None) -> str:
        """Changes whenever `view(feed)` does."""
        tab = self._chosen(feed)
        return f"{self._revision}.{tab.feed}.{tab.sequence}" if tab else str(self._revision)

    def view(self, feed: int | None, seen: Mapping[str, object]) -> dict[str, object]:
        """What a page shows of `feed`; of the first that still runs when it is None or unknown.

        Args:
            feed: number of the feed that the page has chosen.
            seen: what the page has: of the curve its `generation` and how many `points`, the
                version of the `episodes`, and of the lists as of `Lists.newer`. It gets what it
                lacks.
        """
        tab = self._chosen(feed)
        return {
            "version": self.version(feed),
            "tabs": [
                {"feed": each.feed, "label": each.label, "ended": each.ended}
                for each in self._tabs.values()
            ],
            "feed": tab and tab.feed,
            "ended": tab is not None and tab.ended,
            "pace": asdict(tab.pace if tab else Pace()),
            "frame": tab and tab.frame,
            "curve": tab and _rest(tab.curve, seen),
            "lists": tab and tab.lists.newer(seen),
            "episodes": tab and _newer(tab, seen),
        }

    def older(self, feed: object, run: object, name: object, before: object) -> object:
        """What was in a list of `feed` before what a page has of it, as of `Lists.older`."""
        tab = self._tabs.get(feed) if isinstance(feed, int) else None
        return tab.lists.older(run, name, before) if tab else []

    def _held(self) -> list[Tab]:
        return [tab for tab in self._tabs.values() if tab.pace != Pace()]

    def _open(self, feed: int, name: str) -> None:
        """Opens a tab, in the place of one of its name that has ended: it was made anew."""
        moment = next(self._moments)
        tabs = list(self._tabs.values())
        old = next((tab for tab in tabs if tab.ended and tab.name == name), None)
        if old is None:
            self._names[name] += 1
            again = self._names[name]
            label = name if again == 1 else f"{name} ({again})"
            tabs.append(Tab(feed, name, label, moment, moment))
        else:
            replaced = (*old.replaced, old.feed)[-MAX_REPLACED:]
            tabs[tabs.index(old)] = Tab(feed, name, old.label, moment, moment, replaced)
        self._tabs = {tab.feed: tab for tab in tabs}
        self._revision += 1

    def _chosen(self, feed: int | None) -> Tab | None:
        """The tab of a feed, or the one that is in its place; else the one to look at.

        That is the first that runs of those that have shown something since the newest was opened.
        One that has not may have been left for it, as a notebook's cell does that is run again.
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

    def _end(self, tab: Tab) -> None:
        tab.ended, tab.pace = True, Pace()
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

"""What there is to show: every feed's newest frame and curves, kept for pages that come and go."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TypeAlias

from gym_push.viewer.episode import Curve, Lists
from gym_push.viewer.gate import Pace
from gym_push.viewer.wire import CRASHED, Kind, Message

MAX_ENDED = 16
"""Tabs of ended feeds that are kept."""


Order: TypeAlias = tuple[object, dict[str, object]]
"""Whom to tell, as of `Tab.sender`; the number of the feed, its pace, and how many single steps."""


@dataclass
class Tab:
    """One feed on the page.

    Attributes:
        place: the number by which pages know it, and know the feed that takes its place.
        sender: the worker whose feed it is; None for the agent's own process.
        number: of the feed, as its sender counts.
        opened: when it was opened, on the board's own clock.
        shown: when it last had a frame, or was opened.
        crashed: it has ended by an exception, or with a process that was killed.
        lost: it has ended without a word, with a worker process.
    """

    place: int
    sender: object
    number: int
    name: str
    label: str
    opened: int
    shown: int
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
        self._running: dict[tuple[object, int], Tab] = {}
        self._names: Counter[str] = Counter()
        self._revision = 0
        self._clock, self._places = itertools.count(), itertools.count(1)

    def take(self, message: Message, sender: object = None) -> None:
        """Puts one message on the board.

        Args:
            message: The message.
            sender: The worker that sent it; None for the agent's own process.

        Raises:
            KeyError: The feed was never named or has ended, or the kind of its frames is unknown.
            ValueError: Something is not the JSON that it should be.
        """
        if message.kind is Kind.NAME:
            self._open(sender, message.feed, message.body.decode(errors="replace"))
            return
        if message.kind is Kind.GOODBYE:
            for tab in self._of(sender):
                self._end(tab, crashed=message.body == CRASHED)
            return
        tab = self._running[sender, message.feed]
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

    def lose(self, sender: object) -> None:
        """Marks as ended the feeds of a worker process that has gone without a word.

        The agent lives in another process, which may have ended the worker as it should.
        """
        for tab in self._of(sender):
            tab.lost = True
            self._end(tab, crashed=False)

    def end(self, crashed: bool) -> None:
        """Marks as ended every feed that has not said so itself: the agent's process has gone."""
        for tab in list(self._tabs.values()):
            if not tab.ended or tab.lost:
                self._end(tab, crashed)

    def order(self, place: object, wish: object) -> Order | None:
        """Sets the pace that a page asks for, and returns what to tell the agent.

        Args:
            place: Of the tab, as the page says.
            wish: `{"step": true}`, which counts while the agent is paused, or as of `Pace.after`.

        Returns:
            None for no change.
        """
        tab = self._tabs.get(place) if isinstance(place, int) else None
        if tab is None or tab.ended:
            return None
        before, tab.pace = tab.pace, tab.pace.after(wish)
        step = tab.pace.paused and wish == {"step": True}
        if tab.pace == before and not step:
            return None
        self._revision += 1
        return _order(tab, int(step))

    def release(self) -> list[Order]:
        """Lets every agent run freely, and returns what to tell them."""
        held = self._held()
        for tab in held:
            tab.pace = Pace()
            self._revision += 1
        return [_order(tab) for tab in held]

    def renewed(self) -> list[Order]:
        """Returns what the agents that do not run freely are told again and again."""
        return [_order(tab) for tab in self._held()]

    def version(self, place: int | None) -> str:
        """Changes whenever `view(place)` does."""
        tab = self._chosen(place)
        return f"{self._revision}.{tab.place}.{tab.sequence}" if tab else str(self._revision)

    def view(self, place: int | None, seen: Mapping[str, object]) -> dict[str, object]:
        """Returns what a page shows of a tab; of the first that runs if it is None or unknown.

        Args:
            place: Of the tab that the page has chosen.
            seen: What the page has: the curve's `generation` and number of `points`, the version
                of the `episodes`, and of the lists as of `Lists.newer`. It gets the rest.
        """
        tab = self._chosen(place)
        return {
            "version": self.version(place),
            "tabs": [
                {name: getattr(each, name) for name in ("place", "label", "ended", "crashed")}
                for each in self._tabs.values()
            ],
            "place": tab and tab.place,
            "ended": tab is not None and tab.ended,
            "crashed": tab is not None and tab.crashed,
            "pace": asdict(tab.pace if tab else Pace()),
            "frame": tab and tab.frame,
            "curve": tab and _rest(tab.curve, seen),
            "lists": tab and tab.lists.newer(seen),
            "episodes": tab and _newer(tab, seen),
        }

    def older(self, place: object, run: object, name: object, before: object) -> object:
        """Returns earlier decisions of a list of a tab, as of `Lists.older`."""
        tab = self._tabs.get(place) if isinstance(place, int) else None
        return tab.lists.older(run, name, before) if tab else []

    def _held(self) -> list[Tab]:
        return [tab for tab in self._tabs.values() if tab.pace != Pace()]

    def _of(self, sender: object) -> list[Tab]:
        """Returns the running tabs of a sender."""
        return [tab for tab in self._running.values() if tab.sender is sender]

    def _open(self, sender: object, number: int, name: str) -> None:
        """Opens a tab, in the place of an ended one of the same name, if there is one."""
        tabs = self._tabs.values()
        old = next((tab for tab in tabs if tab.ended and tab.name == name), None)
        if old is None:
            self._names[name] += 1
            again = self._names[name]
            place, label = next(self._places), name if again == 1 else f"{name} ({again})"
        else:
            place, label = old.place, old.label
        now = next(self._clock)
        tab = Tab(place, sender, number, name, label, now, now)
        self._tabs[place] = self._running[sender, number] = tab
        self._revision += 1

    def _chosen(self, place: int | None) -> Tab | None:
        """Returns the tab at a place; else the best one to look at.

        That is the first running one that has shown something since the newest was opened. One
        that has not may have been left for it, as by a notebook's cell that is run again.
        """
        if place in self._tabs:
            return self._tabs[place]
        tabs = list(self._tabs.values())
        running = [tab for tab in tabs if not tab.ended]
        newest = max((tab.opened for tab in running), default=0)
        fresh = (tab for tab in running if tab.shown >= newest or tab.pace != Pace())
        return next(fresh, tabs[-1] if tabs else None)

    def _end(self, tab: Tab, crashed: bool) -> None:
        tab.ended, tab.crashed, tab.pace = True, crashed, Pace()
        self._running.pop((tab.sender, tab.number), None)  # one that was lost has gone already
        self._revision += 1
        ended = [each.place for each in self._tabs.values() if each.ended]
        for place in ended[:-MAX_ENDED]:
            del self._tabs[place]


def _order(tab: Tab, steps: int = 0) -> Order:
    return tab.sender, {"feed": tab.number, **asdict(tab.pace), "steps": steps}


def _rest(curve: Curve, seen: Mapping[str, object]) -> dict[str, object]:
    known = seen.get("points") if seen.get("generation") == curve.generation else 0
    start = known if isinstance(known, int) and 0 <= known <= len(curve.points) else 0
    return {"generation": curve.generation, "start": start, "points": curve.points[start:]}


def _newer(tab: Tab, seen: Mapping[str, object]) -> dict[str, object] | None:
    version = f"{tab.opened}.{tab.episodes_version}"
    if seen.get("episodes") == version:
        return None
    return {"version": version, "ended": tab.episodes or []}

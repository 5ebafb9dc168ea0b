"""Stands before the notification daemon: an agent delivers, holds or suppresses."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from dbus_fast import Message, MessageType

from gym_push.actions import DELIVER, DELIVERY_ACTIONS, HOLD, SUPPRESS
from gym_push.agents import AgentSpec
from gym_push.live import decisions, rows
from gym_push.live.advising import LIMIT, STUCK, Adviser, AdviserThread
from gym_push.live.bus import EXPIRED, WITHDRAWN, Notification, is_call
from gym_push.live.decisions import Advice, decided
from gym_push.live.held import HELD, SUPPRESSED, Held, Waiting
from gym_push.live.keeping import LogFolder
from gym_push.live.relay import Relay
from gym_push.live.session import Moment, Session
from gym_push.live.tracking import Tracked, Tracker
from gym_push.logs import NotificationLog
from gym_push.logs.importing.pieces import Options

GUARD: Final = "org.gym_push.Guard"
"""The guard's own name and interface, by which `list` and `release` reach it."""
GUARD_PATH: Final = "/org/gym_push/Guard"

MOST_BEHIND: Final = 20
"""Notifications of one app that wait for advice at a time; of more none is asked about."""
TICK: Final = 0.25
"""Seconds between two times that is looked after what waits."""
_SYNCHRONOUS: Final = "x-canonical-private-synchronous"
"""The hint of what answers the person's own keys, such as the volume."""

_STATES: Final = {DELIVERY_ACTIONS[HOLD]: HELD, DELIVERY_ACTIONS[SUPPRESS]: SUPPRESSED}

Changed = Callable[[int, dict[str, Any]], None]


@dataclass(frozen=True)
class Settings:
    """How a guard is run.

    Attributes:
        agent: Who is asked.
        folder: Where everything is kept.
        options: What becomes of texts.
        log: What the agent learns from first; None for the guard's own log alone.
        daemon: The command of the notification daemon; None for the one that is there.
        always: Apps whose notifications always pass at once.
        never: Apps whose notifications are always suppressed; nobody is asked.
        longest: Seconds that a notification is held at most; a suppressed one is final then.
        shadow: Whether everything is delivered, whatever is decided.
        explore: Share of what the agent would not deliver that is delivered all the same.
        unlikely: What the person opens less often than that is suppressed.
        seed: Of everything random.
    """

    agent: AgentSpec
    folder: Path
    options: Options
    log: NotificationLog | None = None
    daemon: Sequence[str] | None = None
    always: Collection[str] = ()
    never: Collection[str] = ()
    longest: float = 2 * 3600.0
    shadow: bool = False
    explore: float = 0.05
    unlikely: float = 0.05
    seed: int = 0


class Guard:
    """Decides on notifications, keeps those that wait, and logs what becomes of each.

    Args:
        settings: What the person wants.
        log: The guard's log.
        held: Keeps those that wait.
        tell: Tells the person a sentence.
        changed: Is told each row, with its number, when it begins, is released and ends.

    Attributes:
        settings, log, held, tell: As given.
        relay: Reaches applications and the daemon; set before anything arrives.
        agent: Is asked.
        answers: How many notifications the person has answered.
        stopping: Whether nothing is decided any more.

    Raises:
        ArgumentError: There is no such agent, or it is not for basic-v0.
        MissingExtraError: It needs a package that is not installed.
    """

    relay: Relay

    def __init__(
        self,
        settings: Settings,
        log: LogFolder,
        held: Held,
        tell: Callable[[str], None],
        changed: Changed,
    ) -> None:
        self.settings, self.log, self.held = settings, log, held
        self.tell, self._changed = tell, changed
        self._told: set[str] = set()
        schema, unlikely = decisions.schema(settings.options.text), settings.unlikely
        adviser = Adviser(settings.agent, schema, settings.explore, unlikely, settings.seed)
        self.agent = AdviserThread(adviser, self._fail)
        self._arrivals = rows.Arrivals(settings.options)
        self._tracker = Tracker(self._ended)
        self._moment, self._away = Moment(), False
        self._count = self.answers = 0
        self.stopping = False

    # What arrives

    async def judge(self, message: Message) -> bool:
        """Says whether a call is passed on; see `Guardian`."""
        if message.path == GUARD_PATH:
            return self._serve(message)
        sent = Notification.of(message)
        closes = is_call(message, "CloseNotification") and message.signature == "u"
        if sent is None and not closes:
            return True
        number = sent.replaces if sent else message.body[0]
        waiting = await self._settled(number)
        if sent is None:
            return waiting is None or self._withdraw(waiting, message)
        updates = self._tracker.updates(number)
        row = self._arrivals.row(sent, datetime.now().astimezone(), self._moment, updates)
        why, shadow = self._passes(sent, message.sender), self.settings.shadow
        if why == "never" and not shadow:
            return self._keep(message, decided(row, SUPPRESS, why=why))
        if why:
            return self._pass(message, decided(row, DELIVER, why=why))
        advice = await self.agent.advise(row)
        await self._settled(number)
        if advice is None:
            self._once(f"an agent that is slower than {LIMIT * 1000:.0f} ms is not waited for")
            return self._pass(message, decided(row, DELIVER, why="late"))
        if shadow:
            advice = advice._replace(action=DELIVER, chances=(1.0, 0.0, 0.0))
        if self.stopping and advice.action != DELIVER:
            return self._pass(message, decided(row, DELIVER, why="stopping"))
        row = decided(row, advice.action, advice)
        if advice.action == DELIVER:
            return self._pass(message, row, advice)
        return self._keep(message, row, advice)

    async def _settled(self, number: int) -> Waiting | None:
        """Returns what waits with an id, if it is not just being shown; else that is waited for."""
        while (waiting := self.held.items.get(number)) and waiting.leaving:
            await asyncio.wait([waiting.leaving])
        return waiting

    def _passes(self, sent: Notification, sender: str | None) -> str:
        """Returns why nobody is asked about a notification; `""` where somebody is."""
        shown = sent.replaces in self._tracker.open
        reasons = (
            ("critical", sent.urgency == "critical"),
            ("call", sent.category.startswith("call")),
            ("stopping", self.stopping),
            ("always", sent.app in self.settings.always),
            ("update", shown or _SYNCHRONOUS in sent.hints),
            ("flood", self.relay.crowd(sender) > MOST_BEHIND),
            ("never", sent.app in self.settings.never),
            ("no agent", not self.agent.able),
        )
        return next((why for why, holds in reasons if holds), "")

    def _keep(self, message: Message, row: dict[str, Any], advice: Advice | None = None) -> bool:
        """Keeps a notification from the person, unless it cannot be kept."""
        self._replace(message)
        number, state = message.body[1] or self.relay.ids.new(), _STATES[row["decision"]]
        item = Waiting(number, state, row["app"], time.time(), message.body, message.sender)
        if not self.held.add(item):
            self._once("what cannot be kept passes: the disk is full, or too much waits already")
            return self._pass(message, decided(row, DELIVER, why="not kept"))
        item.tracked = Tracked(row, advice)
        self.relay.answer(message, "u", number)
        self._begin(item.tracked)
        return False

    def _pass(self, message: Message, row: dict[str, Any], advice: Advice | None = None) -> bool:
        self._replace(message)
        tracked = Tracked(row, advice)
        self._tracker.sent(message, tracked)
        self._begin(tracked)
        return True

    def _begin(self, tracked: Tracked) -> None:
        tracked.number = self._count
        self._count += 1
        self._changed(tracked.number, tracked.row)

    def _replace(self, message: Message) -> None:
        """Ends what waits and is replaced."""
        waiting = self.held.items.get(message.body[1])
        if waiting is not None:
            self.held.remove(waiting)
            self._tracker.end(waiting.tracked, rows.REPLACED)

    def _withdraw(self, waiting: Waiting, message: Message) -> bool:
        """Takes back what waits."""
        self.held.remove(waiting)
        self.relay.closed(waiting.id, WITHDRAWN, waiting.sender)
        self.relay.answer(message)
        self._tracker.end(waiting.tracked, rows.WITHDRAWN)
        return False

    # What the daemon says

    def shown(self, message: Message, number: int | None) -> None:
        """Takes in which id a notification has that was passed on; see `Guardian`."""
        self._tracker.answered(message.sender, message.serial, number)

    def heard(self, message: Message, number: int) -> None:
        """Takes in a signal of the daemon; see `Guardian`."""
        self._tracker.heard(message, number)
        reason = message.body[1] if message.member == "NotificationClosed" else None
        if reason not in (EXPIRED, WITHDRAWN):  # the person looks at notifications now
            self.release(self.held.of(HELD))

    def daemon_ended(self) -> None:
        """Takes in that all that the daemon has shown is gone."""
        self._tracker.end_all(rows.DAEMON_ENDED)

    # What waits

    def release(self, items: Iterable[Waiting]) -> int:
        """Has the daemon show what waits; returns how many there are."""
        leaving = [item for item in items if item.leaving is None]
        for item in leaving:
            item.leaving = asyncio.get_running_loop().create_future()
            body = item.body or _lost(item.app, 1)
            self.relay.show(body, item.id, item.sender, partial(self._released, item))
        return len(leaving)

    def _released(self, item: Waiting, reply: Message) -> None:
        """Takes in the daemon's answer for what waited; one that it refuses goes on waiting."""
        if reply.message_type is MessageType.METHOD_RETURN:
            self.held.remove(item)
            if item.tracked is not None:
                self._tracker.shown(item.id, item.tracked)
                self._changed(item.tracked.number, item.tracked.row)
        assert item.leaving is not None
        item.leaving.set_result(None)
        item.leaving = None

    def recover(self) -> int:
        """Has the daemon show what an earlier guard has held; returns how many there were."""
        held = self.held.of(HELD)
        lost = [item for item in held if item.body is None]
        for app in dict.fromkeys(item.app for item in lost):
            first, *others = [item for item in lost if item.app == app]
            first.body = _lost(app, 1 + len(others))
            for item in others:
                self.held.remove(item)
        self.release(self.held.of(HELD))
        return len(held)

    def release_all(self) -> None:
        """Has the daemon show all that waits and is not final."""
        final, items = self.held.final_before, [*self.held.items.values()]
        self.release([item for item in items if item.state == HELD or item.since >= final])

    async def watch(self, session: Session) -> None:
        """Sees to it that nothing waits too long, until it is cancelled."""
        asked = 0.0
        while True:
            await asyncio.sleep(TICK)
            now, held = time.time(), self.held.of(HELD)
            if not 0 <= now - asked <= (1.0 if held else 5.0):
                asked, self._moment = now, await session.moment()
            active = self._moment.idle is False and self._moment.locked is not True
            if active and self._away:
                self.release(held)
            self._away = not active
            self._in_time()
            if self.agent.late > STUCK and held:
                self._once("the agent does not answer; what it has held is delivered")
                self.release_all()
            try:
                await self.log.sync()
            except OSError as error:
                self._unlogged(error)

    def _in_time(self) -> None:
        """Has shown what is held for too long, and ends what is suppressed for as long."""
        final = self.held.final_before
        self.release([item for item in self.held.of(HELD) if item.since <= final])
        for item in self.held.of(SUPPRESSED):
            if item.tracked is not None and item.since <= final:
                self.relay.closed(item.id, EXPIRED, item.sender)
                self._tracker.end(item.tracked, decisions.NEVER_SHOWN)
                item.tracked = None

    def _fail(self, why: str) -> None:
        self._once(f"the agent has failed, and everything is delivered from now on ({why})")
        self.release_all()

    # What became of it

    @property
    def left(self) -> str:
        """What still waits, in words."""
        count = len(self.held.items)
        return f"{count} that wait are kept in {self.settings.folder}" if count else "nothing waits"

    def close(self) -> None:
        """Logs what is still open."""
        self._tracker.end_all(rows.STILL_THERE)
        for item in self.held.items.values():
            self._tracker.end(item.tracked, decisions.NEVER_SHOWN)

    def _ended(self, tracked: Tracked) -> None:
        tracked.row = row = decisions.rewarded(tracked.row)
        try:
            self.log.add(row)
        except OSError as error:
            self._unlogged(error)
        opened = row[rows.OUTCOME] in rows.ANSWERS.opened
        if opened or row[rows.OUTCOME] in rows.ANSWERS.dismissed:
            self.answers += 1
            if tracked.advice is not None:
                self.agent.learn(tracked.advice, opened)
        self._changed(tracked.number, row)

    def _unlogged(self, error: OSError) -> None:
        self._once(f"decisions cannot be logged any more: {error.strerror or error}")

    def _once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self.tell(sentence)

    # Who asks

    def _serve(self, message: Message) -> bool:
        items = list(self.held.items.values())
        if message.member == "List" and not message.body:
            self.relay.answer(message, "s", json.dumps([item.to_dict() for item in items]))
        elif message.member == "Release" and message.signature == "au":
            [numbers] = message.body
            chosen = [item for item in items if item.id in numbers or not numbers]
            self.relay.answer(message, "u", self.release(chosen))
        else:
            self.relay.refuse(message)
        return False


def _lost(app: str, count: int) -> list[Any]:
    """Returns a notification that stands for those of an app whose texts are lost."""
    some = "a notification" if count == 1 else f"{count} notifications"
    said = f"{some} that the guard held; the text is lost, as none is kept on disk"
    return [app, 0, "", app, said, [], {}, -1]

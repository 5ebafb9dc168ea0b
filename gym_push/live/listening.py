"""Listens beside a desktop's notification daemon, and changes nothing.

A monitor of the bus (`BecomeMonitor`) sees what passes between apps and the daemon: `Notify` and
the id that answers it, then `ActionInvoked` if the person opens it, and `NotificationClosed` with
its reason when it goes.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dbus_fast import Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from gym_push.errors import DesktopError
from gym_push.live import bus, rows
from gym_push.live.bus import BUS, BUS_PATH, MONITORING, NOTIFICATIONS, Notification
from gym_push.live.keeping import LogFolder
from gym_push.live.rows import Arrivals
from gym_push.live.session import Moment, Session
from gym_push.logs.importing.pieces import Options

RULES: Final = (
    f"type='method_call',interface='{NOTIFICATIONS}',member='Notify'",
    f"type='method_return',sender='{NOTIFICATIONS}'",
    f"type='error',sender='{NOTIFICATIONS}'",
    f"type='signal',interface='{NOTIFICATIONS}'",
    f"type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{NOTIFICATIONS}'",
)
"""What of all that passes on the bus the monitor is shown."""

MOST_OPEN: Final = 10_000
"""Notifications that are followed at a time; the oldest of more are given up."""

TICK: Final = 0.25
"""Seconds between two times that the log is brought to the disk."""


LAST: Final = 0.5
"""Seconds in which the bus hands over what has passed before listening ends."""


@dataclass
class Shown:
    """A notification that has been sent.

    Attributes:
        row: What was known of it when it arrived.
        replaces: Id of the one that it takes the place of.
        outcome: What became of it; `""` while nobody knows.
    """

    row: dict[str, Any]
    replaces: int = 0
    outcome: str = ""


class Listener:
    """Follows notifications from the messages of a bus.

    Args:
        arrivals: Makes their rows.
        keep: Is called with each row whose end is known.
    """

    def __init__(self, arrivals: Arrivals, keep: Callable[[dict[str, Any]], object]) -> None:
        self._arrivals = arrivals
        self._keep = keep
        self._asked: OrderedDict[tuple[str, int], Shown] = OrderedDict()
        self._shown: OrderedDict[tuple[str, int], Shown] = OrderedDict()

    def see(self, message: Message, when: datetime, moment: Moment) -> None:
        """Takes a message of the bus.

        Args:
            message: Any message.
            when: When it passed: the local time, with its offset from UTC.
            moment: How the session stands.
        """
        sent = Notification.of(message)
        if sent is not None:
            self._sent(message, sent, when, moment)
        elif message.message_type in (MessageType.METHOD_RETURN, MessageType.ERROR):
            self._answered(message)
        elif message.message_type is MessageType.SIGNAL:
            self._signal(message, when)

    def stop(self, outcome: str = rows.STILL_THERE) -> None:
        """Keeps the rows of those that are open; what no daemon has taken is nobody's."""
        for shown in self._shown.values():
            self._end(shown, outcome)
        self._asked.clear()
        self._shown.clear()

    def _sent(self, message: Message, sent: Notification, when: datetime, now: Moment) -> None:
        before = self._shown.get((self._daemon_of(sent.replaces), sent.replaces))
        updates = before.row["numberUpdates"] + 1 if before else 0
        shown = Shown(self._arrivals.row(sent, when, now, updates), sent.replaces)
        if message.flags & MessageFlag.NO_REPLY_EXPECTED:  # its id will not be known
            self._end(shown, rows.OTHER)
            return
        self._asked[str(message.sender), message.serial] = shown
        self._limit(self._asked)

    def _daemon_of(self, number: int) -> str:
        return next((daemon for daemon, known in reversed(self._shown) if known == number), "")

    def _answered(self, message: Message) -> None:
        shown = self._asked.pop((str(message.destination), message.reply_serial), None)
        if shown is None or message.message_type is MessageType.ERROR or message.signature != "u":
            return  # of another call, or refused: then the person has not seen it
        key = (str(message.sender), message.body[0])
        before = self._shown.pop(key, None)
        if before is not None:
            self._end(before, rows.REPLACED)
        self._shown[key] = shown
        self._limit(self._shown)

    def _signal(self, message: Message, when: datetime) -> None:
        body = message.body
        if message.member == "NameOwnerChanged" and message.sender == BUS:
            if body[1]:  # who owned the name; nobody where a daemon begins
                self.stop(rows.DAEMON_ENDED)
            return
        if not body or not isinstance(body[0], int):
            return
        key = (str(message.sender), body[0])
        shown = self._shown.get(key)
        if shown is None:  # nobody but the daemon that shows it says what becomes of it
            return
        if message.member == "ActionInvoked" and message.signature == "us":
            opened = body[1] == bus.DEFAULT_ACTION
            self._end(shown, rows.OPENED if opened else rows.PRESSED, when)
        elif message.member == "NotificationReplied":
            self._end(shown, rows.PRESSED, when)
        elif message.member == "NotificationClosed" and message.signature == "uu":
            self._end(shown, rows.OF_REASON.get(body[1], rows.OTHER), when)
            del self._shown[key]

    def _end(self, shown: Shown, outcome: str, when: datetime | None = None) -> None:
        """Keeps a row at the first of its ends; an opened one can be shown until it is closed."""
        if not shown.outcome:
            shown.outcome = outcome
            self._keep(rows.ended(shown.row, outcome, when))

    def _limit(self, some: OrderedDict[tuple[str, int], Shown]) -> None:
        if len(some) > MOST_OPEN:
            self._end(some.popitem(last=False)[1], rows.STILL_THERE)


async def listen(
    folder: Path,
    options: Options,
    stopped: asyncio.Event,
    begun: Callable[[bool], object] = lambda anybody: None,
) -> Counter[str]:
    """Listens to the notifications of the session until it is stopped, and keeps them in a folder.

    Args:
        folder: Of the log; see `LogFolder`.
        options: What becomes of texts.
        stopped: Listening ends when it is set.
        begun: Called when nothing is missed any more, with whether anybody shows notifications.

    Returns:
        What became of the notifications in the folder, and of how many.

    Raises:
        ArgumentError: The folder holds something else, or is in use.
        DesktopError: There is no bus, it refuses, or it ends while it is listened to.
        OSError: The folder cannot be written; what was known before is on the disk.
    """
    log = LogFolder(folder, rows.schema(options.text))
    try:
        listener = Listener(Arrivals(options), log.add)
        await _follow(listener, log, stopped, begun)
        return log.outcomes()
    finally:
        log.close()


async def _follow(
    listener: Listener,
    log: LogFolder,
    stopped: asyncio.Event,
    begun: Callable[[bool], object],
) -> None:
    asking, monitor = await bus.connect(), await bus.connect()
    session = Session(asking)
    try:
        await session.start()
        seen: asyncio.Queue[tuple[Message, datetime]] = asyncio.Queue()

        def take(message: Message) -> bool:
            seen.put_nowait((message, datetime.now().astimezone()))
            # A call counts as handled: nobody answers it, as a monitor that sends is thrown out.
            return message.message_type is MessageType.METHOD_CALL

        monitor.add_message_handler(take)
        await bus.call(monitor, BUS, BUS_PATH, MONITORING, "BecomeMonitor", "asu", list(RULES), 0)
        begun(await bus.owner(asking, NOTIFICATIONS) is not None)
        ends = [
            asyncio.ensure_future(each)
            for each in (stopped.wait(), _keep_up(log, monitor), _see_all(listener, seen, session))
        ]
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in done:
                end.result()  # raises what it has raised
            await _last_messages(asking)
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
        while not seen.empty():
            listener.see(*seen.get_nowait(), Moment())
        listener.stop()
        if ends[0] not in done:
            raise DesktopError(f"the session bus is gone; {log.folder} has all until then")
    finally:
        session.close()
        monitor.disconnect()
        asking.disconnect()


async def _see_all(
    listener: Listener, seen: asyncio.Queue[tuple[Message, datetime]], session: Session
) -> None:
    """Takes messages in their order; how the session stands is asked when a notification comes."""
    while True:
        message, when = await seen.get()
        moment = Moment()
        try:
            if bus.is_call(message, "Notify"):
                moment = await session.moment()
        finally:  # also if listening ends meanwhile
            listener.see(message, when, moment)


async def _last_messages(asking: MessageBus) -> None:
    """Waits until what the bus has passed so far is seen, too."""
    if asking.connected:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(bus.owner(asking, NOTIFICATIONS), LAST)
            await asyncio.sleep(LAST / 10)


async def _keep_up(log: LogFolder, monitor: MessageBus) -> None:
    """Brings the log to the disk until the bus is gone."""
    while monitor.connected:
        await asyncio.sleep(TICK)
        await log.sync()

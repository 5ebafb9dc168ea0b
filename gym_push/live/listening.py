"""Listens beside a desktop's notification daemon, and changes nothing.

A monitor of the bus (`BecomeMonitor`) sees what passes between apps and the daemon: `Notify` and
the id that answers it, then `ActionInvoked` if the person opens it, and `NotificationClosed` with
its reason when it goes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dbus_fast import Message, MessageFlag, MessageType

from gym_push.errors import DesktopError
from gym_push.live import bus, rows
from gym_push.live.bus import BUS, BUS_PATH, MONITORING, NOTIFICATIONS, Notification
from gym_push.live.keeping import LogFolder
from gym_push.live.rows import Arrivals
from gym_push.live.session import Moment, Session
from gym_push.live.tracking import Tracked, Tracker
from gym_push.logs.importing.pieces import Options

RULES: Final = (
    f"type='method_call',interface='{NOTIFICATIONS}',member='Notify'",
    f"type='method_return',sender='{NOTIFICATIONS}'",
    f"type='error',sender='{NOTIFICATIONS}'",
    f"type='signal',interface='{NOTIFICATIONS}'",
    f"type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{NOTIFICATIONS}'",
)
"""What of all that passes on the bus the monitor is shown."""

TICK: Final = 0.25
"""Seconds between two times that the log is brought to the disk."""

LAST: Final = 0.5
"""Seconds in which the bus hands over what has passed before listening ends."""


class Listener:
    """Follows notifications from the messages of a bus.

    Args:
        arrivals: Makes their rows.
        keep: Is called with each row whose end is known.

    Attributes:
        tracker: Knows those that are open.
    """

    def __init__(self, arrivals: Arrivals, keep: Callable[[dict[str, Any]], object]) -> None:
        self._arrivals = arrivals
        self.tracker = Tracker(lambda tracked: keep(tracked.row))
        self._daemon: str | None = None

    def see(self, message: Message, when: datetime, moment: Moment) -> None:
        """Takes a message of the bus.

        Args:
            message: Any message.
            when: When it passed: the local time, with its offset from UTC.
            moment: How the session stands.
        """
        sent = Notification.of(message)
        if sent is not None:
            updates = self.tracker.updates(sent.replaces)
            tracked = Tracked(self._arrivals.row(sent, when, moment, updates))
            if message.flags & MessageFlag.NO_REPLY_EXPECTED:  # its id will not be known
                self.tracker.end(tracked, rows.OTHER)
            else:
                self.tracker.sent(message, tracked)
        elif message.message_type in (MessageType.METHOD_RETURN, MessageType.ERROR):
            self._daemon = message.sender
            taken = message.message_type is MessageType.METHOD_RETURN and message.signature == "u"
            number = message.body[0] if taken else None
            self.tracker.answered(message.destination, message.reply_serial, number)
        elif message.sender == BUS:
            if message.member == "NameOwnerChanged" and message.body[1]:  # who owned the name
                self.tracker.end_all(rows.DAEMON_ENDED)
        elif message.sender == self._daemon and message.signature.startswith("u"):
            self.tracker.heard(message, message.body[0], when)


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
    listener: Listener, log: LogFolder, stopped: asyncio.Event, begun: Callable[[bool], object]
) -> None:
    asking, monitor = await bus.connect(), await bus.connect()
    session = Session(asking)
    seen: asyncio.Queue[tuple[Message, datetime]] = asyncio.Queue()

    def take(message: Message) -> bool:
        seen.put_nowait((message, datetime.now().astimezone()))
        # A call counts as handled: nobody answers it, as a monitor that sends is thrown out.
        return message.message_type is MessageType.METHOD_CALL

    async def see() -> None:
        """Takes messages in order; how the session stands is asked when a notification comes."""
        while True:
            message, when = await seen.get()
            moment = Moment()
            try:
                if bus.is_call(message, "Notify"):
                    moment = await session.moment()
            finally:  # also if listening ends meanwhile
                listener.see(message, when, moment)

    async def sync() -> None:
        while True:
            await asyncio.sleep(TICK)
            await log.sync()

    ends: list[asyncio.Future[Any]] = []
    try:
        await session.start()
        monitor.add_message_handler(take)
        await bus.call(monitor, BUS, BUS_PATH, MONITORING, "BecomeMonitor", "asu", list(RULES), 0)
        begun(await bus.owner(asking, NOTIFICATIONS) is not None)
        waits = stopped.wait(), bus.until_gone(monitor), see(), sync()
        ends += map(asyncio.ensure_future, waits)
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in done:
            end.result()  # raises what it has raised
        with suppress(asyncio.TimeoutError):  # what the bus has passed so far is seen, too
            await asyncio.wait_for(bus.owner(asking, NOTIFICATIONS), LAST)
            await asyncio.sleep(LAST / 10)
    finally:
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
        while not seen.empty():
            listener.see(*seen.get_nowait(), Moment())
        listener.tracker.end_all(rows.STILL_THERE)
        session.close()
        monitor.disconnect()
        asking.disconnect()
    if not stopped.is_set():
        raise DesktopError(f"the session bus is gone; {log.folder} has all until then")

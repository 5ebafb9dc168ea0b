"""Has the daemon show what waits, once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any, Final

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from gym_push.errors import DesktopError
from gym_push.live import decided, messages, rows
from gym_push.live.bus import EXPIRED
from gym_push.live.following import Following
from gym_push.live.held import HELD, SUPPRESSED, Held, Waiting
from gym_push.live.relay import Relay

PATIENCE: Final = 5.0
"""Seconds in which a daemon has to take a notification."""


class Releasing:
    """Lets out what is held or suppressed.

    Args:
        held: What waits.
        following: Follows what is shown.
        longest: Seconds that a notification is held at most; a suppressed one is final then.

    Attributes:
        relay: Set before anything waits.
    """

    relay: Relay

    def __init__(self, held: Held, following: Following, longest: float) -> None:
        self._held, self._following, self._longest = held, following, longest

    def release(self, numbers: Collection[int] | None = None, *, everything: bool = False) -> int:
        """Has the daemon show what waits.

        Args:
            numbers: Ids; None for what is held.
            everything: Whether also what is suppressed, if it is not older than `longest`.

        Returns:
            How many.
        """
        since = time.time() - self._longest
        chosen = [
            item
            for item in [*self._held.items.values()]
            if not item.leaving
            and (
                item.id in numbers
                if numbers is not None
                else item.state == HELD or (everything and item.since >= since)
            )
        ]
        for item in chosen:
            item.leaving = True
            self.relay.show(item.body or lost([item]), item.id, item.sender, self._shower(item))
        return len(chosen)

    def _shower(self, item: Waiting) -> Callable[[Message], None]:
        def shown(reply: Message) -> None:
            if reply.message_type is MessageType.METHOD_RETURN:
                self._held.remove(item)
                if item.about is not None:
                    self._following.follow(item.id, item.about)
            else:
                item.leaving = False

        return shown

    def recover(self) -> int:
        """Has the daemon show what an earlier guard has held; returns how many notifications."""
        held = list(self._held.of(HELD))
        without = [item for item in held if item.body is None]
        for app in dict.fromkeys(item.app for item in without):
            of_app = [item for item in without if item.app == app]

            def shown(reply: Message, of_app: list[Waiting] = of_app) -> None:
                for item in of_app:
                    self._held.remove(item)

            for item in of_app:
                item.leaving = True
            self.relay.show(lost(of_app), 0, None, shown)
        self.release()
        return len(held)

    def in_time(self) -> None:
        """Has shown what is held for too long, and ends what is suppressed for as long."""
        since = time.time() - self._longest
        self.release([item.id for item in self._held.of(HELD) if item.since <= since])
        for item in self._held.of(SUPPRESSED):
            if item.about is not None and item.since <= since:
                self.relay.signal("NotificationClosed", "uu", [item.id, EXPIRED], item.sender)
                self._following.end(item.about, decided.NEVER_SHOWN)
                item.about = None

    async def empty(self, bus: MessageBus) -> int:
        """Delivers what waits through the daemon that has taken the name again.

        Args:
            bus: The session's.

        Returns:
            How many there were.
        """
        since = time.time() - self._longest
        out = 0
        for item in [*self._held.items.values()]:
            if item.state == HELD or item.since >= since:
                body = item.body or lost([item])
                reply = await asyncio.wait_for(bus.call(messages.notify(body)), PATIENCE)
                if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
                    raise DesktopError("the daemon does not take what was held")
                self._held.remove(item)
                self._following.end(item.about, rows.STILL_THERE)
                out += 1
        return out


def lost(items: list[Waiting]) -> list[Any]:
    """Returns a notification that stands for those of one app whose text is lost."""
    app, count = items[0].app, len(items)
    some = "a notification" if count == 1 else f"{count} notifications"
    said = f"{some} that the guard held"
    return [app, 0, "", app, f"{said}; the text is lost, as none is kept on disk", [], {}, -1]

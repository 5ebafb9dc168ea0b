"""The session bus: interfaces by name, a notification as its app sends it, and the connection.

Names, numbers and types are those of the Desktop Notifications Specification 1.3
(specifications.freedesktop.org/notification/1.3) and of the D-Bus specification.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from socket import socket
from typing import Any, Final

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError

from gym_push.errors import DesktopError

NOTIFICATIONS: Final = "org.freedesktop.Notifications"
"""The bus name that a notification daemon owns, and its interface."""

NOTIFICATIONS_PATH: Final = "/org/freedesktop/Notifications"

BUS: Final = "org.freedesktop.DBus"
"""The bus itself: its name and its interface."""

BUS_PATH: Final = "/org/freedesktop/DBus"
MONITORING: Final = "org.freedesktop.DBus.Monitoring"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"

NOTIFY_SIGNATURE: Final = "susssasa{sv}i"
"""Types of the arguments of `Notify`."""

EXPIRED: Final = 1
"""Reason of `NotificationClosed`: its time was over."""
DISMISSED: Final = 2
"""Reason of `NotificationClosed`: the person closed it."""
WITHDRAWN: Final = 3
"""Reason of `NotificationClosed`: its app called `CloseNotification`."""

URGENCIES: Final = ("low", "normal", "critical")
"""Names of the hint `urgency`, in the order of its numbers."""

PATIENCE: Final = 10.0
"""Seconds in which a program has to be on a bus."""
POLL: Final = 0.02

DEFAULT_ACTION: Final = "default"
"""Key of the action that a click on the notification itself invokes."""


@dataclass(frozen=True)
class Notification:
    """A notification as its app sends it.

    Attributes:
        app: What the app calls itself.
        replaces: Id of the notification that it takes the place of; 0 for none.
        icon: Name or path of its icon.
        summary: Its title.
        body: Its text, which may hold markup.
        actions: Its actions: what is shown of each, by key.
        hints: What else the app says, by name, as plain values.
        timeout: Milliseconds until it expires; 0 for never, -1 as the daemon likes.
    """

    app: str
    replaces: int
    icon: str
    summary: str
    body: str
    actions: Mapping[str, str]
    hints: Mapping[str, Any]
    timeout: int

    @classmethod
    def of(cls, message: Message) -> Notification | None:
        """Returns the notification that a call of `Notify` sends.

        Args:
            message: Any message.

        Returns:
            The notification; None for another message, and for a call whose arguments have other
            types, which a daemon refuses.
        """
        if not is_call(message, "Notify") or message.signature != NOTIFY_SIGNATURE:
            return None
        app, replaces, icon, summary, body, pairs, hints, timeout = message.body
        actions = dict(zip(pairs[::2], pairs[1::2], strict=False))
        plain = {name: _plain(hint) for name, hint in hints.items()}
        return cls(app, replaces, icon, summary, body, actions, plain, timeout)

    @property
    def urgency(self) -> str:
        """One of `URGENCIES`; normal where the app says none that there is."""
        given = self.hints.get("urgency")
        return URGENCIES[given] if isinstance(given, int) and 0 <= given <= 2 else URGENCIES[1]

    @property
    def category(self) -> str:
        """What kind it is, such as `"im.received"` or `"call.incoming"`; `""` if it says none."""
        given = self.hints.get("category")
        return given if isinstance(given, str) else ""

    @property
    def buttons(self) -> int:
        """How many actions it has beside the one of a click on itself."""
        return len(self.actions.keys() - {DEFAULT_ACTION})


def is_call(message: Message, member: str) -> bool:
    """Returns whether a message calls a method of a notification daemon."""
    return (
        message.message_type is MessageType.METHOD_CALL
        and message.member == member
        and message.path == NOTIFICATIONS_PATH
        and message.interface in (NOTIFICATIONS, None)
    )


async def connect(address: str | None = None) -> MessageBus:
    """Returns a connection to a bus.

    Args:
        address: Of the bus; None for the session's own.

    Raises:
        DesktopError: There is no bus, or it refuses.
    """
    address = address or session_address()
    try:
        bus = await MessageBus(address).connect()
    except (OSError, EOFError, AuthError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise DesktopError(
            f"the session bus {address} cannot be reached ({why}); run this in a desktop session, "
            "or set DBUS_SESSION_BUS_ADDRESS"
        ) from None
    writer: Any = bus._writer
    writer.sock = _PatientSocket(writer.sock)
    return bus


class _PatientSocket:
    """A socket that takes nothing while it is full.

    dbus-fast ends a connection when a message does not fit into the socket at once and another one
    follows: `send` says EAGAIN, which it takes for the end (github.com/altdesktop/python-dbus-next,
    issue 153). One megabyte of image is enough.
    """

    def __init__(self, socket: socket) -> None:
        self._socket = socket

    def send(self, data: memoryview) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0


def session_address() -> str:
    """Returns the address of the session's bus, where systemd has it if nobody says another.

    Raises:
        DesktopError: This is no system that has one.
    """
    if os.name != "posix":
        raise DesktopError("there is no session bus on this system; use a Linux desktop")
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS") or f"unix:path={runtime}/bus"


async def call(
    bus: MessageBus,
    name: str,
    path: str,
    interface: str,
    member: str,
    signature: str = "",
    *body: Any,
) -> list[Any]:
    """Calls a method and returns what it answers. No service is started to answer it.

    Raises:
        DesktopError: It answers with an error, or the bus is gone.
    """
    flags = MessageFlag.NO_AUTOSTART
    message = Message(
        name, path, interface, member, flags=flags, signature=signature, body=list(body)
    )
    try:
        reply = await bus.call(message) if bus.connected else None
    except (OSError, EOFError):
        reply = None
    if reply is None:
        raise DesktopError("the bus is gone")
    if reply.message_type is MessageType.ERROR:
        said = reply.body[0] if reply.body else ""
        raise DesktopError(f"{name} does not answer {member}: {reply.error_name} {said}".rstrip())
    answer: list[Any] = reply.body
    return answer


async def owner(bus: MessageBus, name: str) -> str | None:
    """Returns the unique name of who owns a name on a bus; None for nobody."""
    try:
        [found] = await call(bus, BUS, BUS_PATH, BUS, "GetNameOwner", "s", name)
    except DesktopError:
        return None
    return str(found)


async def owned(
    bus: MessageBus,
    name: str,
    by: str | None = None,
    unless: Callable[[], bool] = lambda: False,
) -> bool:
    """Waits until a name has an owner; returns False if it has none after `PATIENCE` seconds.

    Args:
        bus: Where.
        name: The name.
        by: Unique name of the owner; None for anybody.
        unless: Says that it is in vain to wait.
    """
    for _ in range(int(PATIENCE / POLL)):
        holder = await owner(bus, name)
        if holder and by in (None, holder):
            return True
        if unless():
            break
        await asyncio.sleep(POLL)
    return False


async def until_gone(bus: MessageBus) -> None:
    """Waits until a connection has ended, whatever has ended it."""
    waiting: Any = bus.wait_for_disconnect  # dbus-fast does not say its type
    gone = asyncio.ensure_future(waiting())
    gone.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.wait([gone])  # which does not cancel it: that would end the connection's own


def _plain(value: Any) -> Any:
    return _plain(value.value) if isinstance(value, Variant) else value

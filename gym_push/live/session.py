"""What the desktop tells of the moment: whether anybody is there, and wants to be left alone.

Each desktop tells it elsewhere, so all are asked, and whoever is not there is passed over. Nothing
is started by asking.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from gym_push.errors import DesktopError
from gym_push.live.bus import NOTIFICATIONS, NOTIFICATIONS_PATH, PROPERTIES, connect

IDLE_AFTER: Final = 120
"""Seconds without a key or a movement of the mouse after which nobody is there."""

FRESH: Final = 1.0
"""Seconds for which an answer holds: many notifications may arrive at once."""

PATIENCE: Final = 0.5
"""Seconds that an answer may take."""

SYSTEM_BUS: Final = "unix:path=/run/dbus/system_bus_socket"
LOGIND: Final = "org.freedesktop.login1"


class Moment(NamedTuple):
    """How the session stands; None where nobody tells.

    Attributes:
        idle: Nobody has touched keyboard or mouse for some time.
        locked: The screen is locked, or its saver is on.
        do_not_disturb: The desktop shows no notifications now, or only urgent ones.
    """

    idle: bool | None = None
    locked: bool | None = None
    do_not_disturb: bool | None = None


class Question(NamedTuple):
    """Whom to ask for what of a moment, and what the answer means.

    Attributes:
        about: Name of the attribute of `Moment`.
        name: On the bus.
        path: Of the object.
        interface: Of the method or the property.
        member: The method, or the property where `get` is set.
        arguments: Of the method: signature and values.
        get: Whether it is a property.
        means: Returns the answer's meaning.
        system: Whether the system's bus is asked.
    """

    about: str
    name: str
    path: str
    interface: str
    member: str
    arguments: tuple[str, list[Any]] = ("", [])
    get: bool = False
    means: Callable[[Any], bool] = bool
    system: bool = False

    def message(self) -> Message:
        """Returns the message that asks, and does not start a service to answer it."""
        member, interface, (signature, body) = self.member, self.interface, self.arguments
        if self.get:
            member, interface, signature = "Get", PROPERTIES, "ss"
            body = [self.interface, self.member]
        return Message(
            self.name,
            self.path,
            interface,
            member,
            MessageType.METHOD_CALL,
            MessageFlag.NO_AUTOSTART,
            signature=signature,
            body=body,
        )


def _long(milliseconds: int) -> bool:
    return milliseconds >= IDLE_AFTER * 1000


_SAVER: Final = "org.freedesktop.ScreenSaver"
_GNOME: Final = "org.gnome.ScreenSaver"
_MUTTER: Final = "org.gnome.Mutter.IdleMonitor"
_SESSION: Final = f"{LOGIND}.Session"
_AUTO: Final = "/org/freedesktop/login1/session/auto"

QUESTIONS: Final = (
    Question("idle", _MUTTER, "/org/gnome/Mutter/IdleMonitor/Core", _MUTTER, "GetIdletime",
             means=_long),
    Question("idle", _SAVER, "/org/freedesktop/ScreenSaver", _SAVER, "GetSessionIdleTime",
             means=_long),
    Question("idle", LOGIND, _AUTO, _SESSION, "IdleHint", get=True, system=True),
    Question("locked", _SAVER, "/org/freedesktop/ScreenSaver", _SAVER, "GetActive"),
    Question("locked", _GNOME, "/org/gnome/ScreenSaver", _GNOME, "GetActive"),
    Question("locked", LOGIND, _AUTO, _SESSION, "LockedHint", get=True, system=True),
    # KDE's daemon; dunst; that of Xfce.
    Question("do_not_disturb", NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "Inhibited",
             get=True),
    Question("do_not_disturb", NOTIFICATIONS, NOTIFICATIONS_PATH, "org.dunstproject.cmd0",
             "paused", get=True),
    Question("do_not_disturb", "org.xfce.Xfconf", "/org/xfce/Xfconf", "org.xfce.Xfconf",
             "GetProperty", ("ss", ["xfce4-notifyd", "/do-not-disturb"])),
)  # fmt: skip
"""Who is asked. KDE answers GetSessionIdleTime in milliseconds, as Mutter does."""


class Session:
    """Knows how the session stands.

    Args:
        bus: A connection to the session's bus, which no monitor uses.
        daemon: The bus of the notification daemon, if that is another one.
    """

    def __init__(self, bus: MessageBus, daemon: MessageBus | None = None) -> None:
        self._bus = bus
        self._daemon = daemon or bus
        self._system: MessageBus | None = None
        self._asked = -FRESH
        self._answer: asyncio.Task[Moment] | None = None

    async def start(self) -> None:
        """Connects to the system's bus where there is one."""
        address = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or SYSTEM_BUS
        try:
            self._system = await connect(address)
        except DesktopError:
            self._system = None

    async def moment(self) -> Moment:
        """Returns how the session stands now, or did a second ago."""
        if self._answer is None or time.monotonic() - self._asked >= FRESH:
            self._asked = time.monotonic()
            self._answer = asyncio.ensure_future(self._ask_all())
        return await asyncio.shield(self._answer)

    def close(self) -> None:
        """Ends the connection to the system's bus."""
        if self._system is not None:
            self._system.disconnect()

    async def _ask_all(self) -> Moment:
        answers = await asyncio.gather(*map(self._ask, QUESTIONS))
        known: dict[str, list[bool]] = {name: [] for name in Moment._fields}
        for question, answer in zip(QUESTIONS, answers, strict=True):
            if answer is not None:
                known[question.about].append(answer)
        return Moment(**{name: any(each) if each else None for name, each in known.items()})

    async def _ask(self, question: Question) -> bool | None:
        bus = self._system if question.system else self._bus
        if question.name == NOTIFICATIONS:
            bus = self._daemon
        if bus is None or not bus.connected:
            return None
        try:
            reply = await asyncio.wait_for(bus.call(question.message()), PATIENCE)
            if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
                return None
            [value] = reply.body
            return question.means(value.value if isinstance(value, Variant) else value)
        except (OSError, EOFError, ValueError, TypeError, asyncio.TimeoutError):
            return None  # who answers otherwise than the interface says is not asked for more

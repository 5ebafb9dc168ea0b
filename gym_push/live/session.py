"""What the desktop tells of the moment: whether anybody is there, and wants to be left alone.

Each desktop tells it elsewhere, so all are asked, and whoever is not there is passed over.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any, Final, NamedTuple

from dbus_fast import Variant
from dbus_fast.aio import MessageBus

from gym_push.errors import DesktopError
from gym_push.live.bus import NOTIFICATIONS, NOTIFICATIONS_PATH, PROPERTIES, call, connect

IDLE_AFTER: Final = 120
"""Seconds without a key or a movement of the mouse after which nobody is there."""

FRESH: Final = 1.0
"""Seconds for which an answer holds: many notifications may arrive at once."""

PATIENCE: Final = 0.5
"""Seconds that an answer may take."""

SYSTEM_BUS: Final = "unix:path=/run/dbus/system_bus_socket"


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


_IDLE: Final = "org.gnome.Mutter.IdleMonitor"
_SAVER: Final = "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"
_GNOME: Final = "org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"
_LOGIND: Final = "org.freedesktop.login1", "/org/freedesktop/login1/session/auto", PROPERTIES
_DAEMON: Final = NOTIFICATIONS, NOTIFICATIONS_PATH, PROPERTIES
_XFCE: Final = "org.xfce.Xfconf", "/org/xfce/Xfconf", "org.xfce.Xfconf"
_SESSION: Final = "org.freedesktop.login1.Session"

QUESTIONS: Final[tuple[tuple[Any, ...], ...]] = (
    ("idle", _IDLE, "/org/gnome/Mutter/IdleMonitor/Core", _IDLE, "GetIdletime"),
    ("idle", *_SAVER, _SAVER[0], "GetSessionIdleTime"),
    ("idle", *_LOGIND, "Get", "ss", _SESSION, "IdleHint"),
    ("locked", *_SAVER, _SAVER[0], "GetActive"),
    ("locked", *_GNOME, _GNOME[0], "GetActive"),
    ("locked", *_LOGIND, "Get", "ss", _SESSION, "LockedHint"),
    ("do_not_disturb", *_DAEMON, "Get", "ss", NOTIFICATIONS, "Inhibited"),  # KDE
    ("do_not_disturb", *_DAEMON, "Get", "ss", "org.dunstproject.cmd0", "paused"),
    ("do_not_disturb", *_XFCE, "GetProperty", "ss", "xfce4-notifyd", "/do-not-disturb"),
)
"""Attributes of `Moment`, and the arguments of `call` that ask for each.

Answers are flags, or for how many milliseconds the session has been idle: Mutter and KDE.
"""


class Session:
    """Knows how the session stands.

    Args:
        bus: A connection to the session's bus, which no monitor uses.
    """

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
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
        answers = await asyncio.gather(*(self._ask(*call) for _, *call in QUESTIONS))
        known: dict[str, list[bool]] = {}
        for (name, *_), answer in zip(QUESTIONS, answers, strict=True):
            if answer is not None:
                known.setdefault(name, []).append(answer)
        return Moment(**{name: any(each) for name, each in known.items()})

    async def _ask(self, name: str, *about: Any) -> bool | None:
        bus = self._system if name == _LOGIND[0] else self._bus
        if bus is None:
            return None
        try:
            [value] = await asyncio.wait_for(call(bus, name, *about), PATIENCE)
        except (DesktopError, ValueError, asyncio.TimeoutError):
            return None  # who answers otherwise than the interface says is not asked for more
        value = value.value if isinstance(value, Variant) else value
        if isinstance(value, int) and not isinstance(value, bool):
            return value >= 1000 * IDLE_AFTER
        return value if isinstance(value, bool) else None

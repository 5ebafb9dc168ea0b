"""The person's notification daemon, on a bus of its own."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from dbus_fast import NameFlag, RequestNameReply
from dbus_fast.aio import MessageBus

from gym_push.errors import DesktopError
from gym_push.live.bus import BUS, BUS_PATH, NOTIFICATIONS, call, connect, owned, owner, until_gone

DAEMONS: Final = (
    "dunst",
    "mako",
    "swaync",
    "fnott",
    "xfce4-notifyd",
    "mate-notification-daemon",
    "lxqt-notificationd",
    "notification-daemon",
)
"""Programs that only show notifications, so that they can be moved to another bus."""

_FOLDERS: Final = ("/usr/lib", "/usr/libexec", "/usr/lib/notification-daemon")
"""Where some of them are that no shell would find."""
_CONFIG: Final = Path(__file__).with_name("private-bus.conf")


class Daemon:
    """The notification daemon and its bus, which end with this process, whatever ends it.

    Args:
        command: Starts the daemon, which stays in the foreground.

    Attributes:
        command: As given.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self._processes: list[Process] = []
        self._bus: MessageBus | None = None

    async def start(self) -> MessageBus:
        """Starts both, and returns a connection to the bus on which the daemon has its name.

        Raises:
            DesktopError: One of them cannot be started.
        """
        where = f"unix:abstract=gym-push-{secrets.token_hex(16)}"
        serve = ["dbus-daemon", "--nofork", f"--config-file={_CONFIG}", f"--address={where}"]
        served = await self._run([*serve, "--print-address=1"], {}, stdout=PIPE)
        assert served.stdout is not None
        address = (await served.stdout.readline()).decode().strip()
        if not address:
            raise DesktopError("dbus-daemon ends at once; start it by hand to see why")
        self._bus = bus = await connect(address)
        shown = await self._run(self.command, {"DBUS_SESSION_BUS_ADDRESS": address})
        if not await owned(bus, NOTIFICATIONS, unless=lambda: shown.returncode is not None):
            raise DesktopError(
                f"{self.command[0]} does not show notifications; start it by hand to see why, or "
                "name another one with --daemon"
            )
        return bus

    async def stop(self) -> None:
        """Ends both."""
        if self._bus is not None:
            self._bus.disconnect()
            await until_gone(self._bus)
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 2.0)
            except asyncio.TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        self._processes.clear()

    async def _run(
        self, command: Sequence[str], environment: dict[str, str], stdout: int = DEVNULL
    ) -> Process:
        tied = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        try:
            process = await asyncio.create_subprocess_exec(
                *tied, *command, stdin=DEVNULL, stdout=stdout, stderr=DEVNULL,
                env={**os.environ, **environment}, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise DesktopError(f"{command[0]} cannot be started: {error.strerror}") from None
        self._processes.append(process)
        return process


def installed() -> list[str] | None:
    """Returns the command of a daemon that is installed; None if there is none."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *_FOLDERS))
    for name in DAEMONS:
        if found := shutil.which(name, path=path):
            return [found]
    return None


async def in_place(bus: MessageBus) -> tuple[int, list[str]] | None:
    """Returns the process that shows the session's notifications, and its command; None for none.

    Raises:
        DesktopError: It does more than that, as a desktop's shell does, so that it cannot be moved.
    """
    holder = await owner(bus, NOTIFICATIONS)
    if holder is None:
        return None
    [pid] = await call(bus, BUS, BUS_PATH, BUS, "GetConnectionUnixProcessID", "s", holder)
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    except OSError:
        words = []
    command = [os.fsdecode(word) for word in words]
    name = Path(command[0]).name if command else f"process {pid}"
    if name not in DAEMONS:
        raise DesktopError(
            f"{name} shows the notifications and cannot be moved, so that nothing can stand before "
            "it; use  gym-push listen  instead"
        )
    return int(pid), command


async def take_place(bus: MessageBus, pid: int | None) -> None:
    """Takes the name of the notification daemon, so that no call is lost in between.

    Args:
        bus: The session's bus.
        pid: The process that has the name, which is ended; None for none.

    Raises:
        DesktopError: Another program has it, or it does not give way.
    """
    flags = NameFlag.DO_NOT_QUEUE if pid is None else NameFlag.NONE  # else this one is the next
    reply = await bus.request_name(NOTIFICATIONS, flags)
    if reply is RequestNameReply.PRIMARY_OWNER:
        return
    if pid is None:
        raise DesktopError("another program has just begun to show notifications; end it")
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if not await owned(bus, NOTIFICATIONS, bus.unique_name):
        raise DesktopError(f"process {pid} goes on showing notifications; end it, and start again")


async def put_back(bus: MessageBus, command: Sequence[str]) -> None:
    """Starts a daemon that outlives this process.

    Args:
        bus: The session's.
        command: Of the daemon.

    Raises:
        DesktopError: It does not take the name.
    """
    apart = ["sh", "-c", '"$@" < /dev/null > /dev/null 2>&1 &', "sh", *command]
    subprocess.run(apart, start_new_session=True)
    if not await owned(bus, NOTIFICATIONS):
        raise DesktopError(f"{command[0]} does not come back")

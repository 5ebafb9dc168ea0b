"""A real desktop in small: a session bus of its own, a virtual screen, dunst, and apps."""

import asyncio
import contextlib
import os
import secrets
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("dbus_fast")  # skips the module that imports this one

from dbus_fast import Message, MessageType, Variant  # noqa: E402

from gym_push.live import bus  # noqa: E402

NEEDED = ("Xvfb", "dbus-daemon", "dbus-send", "dunst", "dunstctl", "notify-send")
"""Programs of the Debian packages dbus, dunst, libnotify-bin and xvfb."""

LIMITS = {
    "max_incoming_bytes": 1_000_000_000,
    "max_outgoing_bytes": 1_000_000_000,
    "max_message_size": 1_000_000_000,
    "max_replies_per_connection": 50_000,
}
"""Those of a session's bus, dbus-daemon(1)."""

BUS = """<busconfig><type>session</type><listen>{address}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy>{limits}</busconfig>"""

DUNST = """[global]
monitor = 0
notification_limit = 0
idle_threshold = 0
sort = no
markup = full
sticky_history = no
"""


def run_async(coroutine):
    """Runs a coroutine in a thread of its own: in this one a browser's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def missing():
    return [name for name in NEEDED if shutil.which(name) is None]


def start_screen():
    """Starts a virtual screen; returns the process and its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24"]
    command += ["-nolisten", "tcp", "-noreset"]  # else it ends who comes as the last one leaves
    screen = subprocess.Popen(
        command, pass_fds=[write], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(write)
    with open(read) as number:
        return screen, f":{number.readline().strip()}"


def start_bus(folder):
    """Starts a bus without services that start by themselves; returns process and address."""
    limits = "".join(f'<limit name="{name}">{most}</limit>' for name, most in LIMITS.items())
    address = f"unix:abstract=gym-push-{os.getpid()}-{secrets.token_hex(6)}"
    file = folder / f"bus-{secrets.token_hex(4)}.conf"
    file.write_text(BUS.format(address=address, limits=limits))
    process = subprocess.Popen(
        ["dbus-daemon", f"--config-file={file}", "--nofork", "--nopidfile", "--print-address"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return process, process.stdout.readline().strip()


def stop(process):
    """Ends a process that a test has started, and waits until it is gone."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


class Desktop:
    """A session with its bus; `start_daemon()` brings dunst onto it.

    Attributes:
        address: Of the bus.
        env: For programs in the session.
        daemon: The process of dunst; None before it is started.
    """

    def __init__(self, folder, display):
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir(exist_ok=True)
        self.bus, self.address = start_bus(folder)
        self.daemon = None
        self.env = {
            **os.environ,
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_RUNTIME_DIR": str(self.home),
            "DISPLAY": display,
            "DBUS_SESSION_BUS_ADDRESS": self.address,
        }

    def start_daemon(self, address=None):
        """Starts dunst on the session's bus or another one, and waits until it is there."""
        config = self.folder / "dunstrc"
        config.write_text(DUNST)
        env = {**self.env, "DBUS_SESSION_BUS_ADDRESS": address or self.address}
        self.daemon = subprocess.Popen(
            ["dunst", "-config", str(config)],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self.has_owner(address), "dunst on the bus")
        return self.daemon

    def has_owner(self, address=None):
        """Whether anybody owns the name of a notification daemon."""
        return b"true" in subprocess.run(
            ["dbus-send", f"--bus={address or self.address}", "--print-reply", "--dest=" + bus.BUS,
             bus.BUS_PATH, f"{bus.BUS}.NameHasOwner", f"string:{bus.NOTIFICATIONS}"],
            capture_output=True,
        ).stdout  # fmt: skip

    def send(self, *arguments, **options):
        """Runs notify-send and returns what it prints."""
        return self._run("notify-send", *arguments, **options)

    def send_and_wait(self, *arguments):
        """Starts notify-send, which waits for an action or the end, and returns the process."""
        return subprocess.Popen(
            ["notify-send", *arguments], env=self.env, stdout=subprocess.PIPE, text=True
        )

    def dunstctl(self, *arguments, address=None):
        """Acts as the person does: `action 0`, `close` (the oldest), `set-paused true`.

        dunst goes on showing what an action was invoked of until it is closed.
        """
        return self._run("dunstctl", *arguments, address=address)

    def shown(self, address=None):
        """How many notifications dunst shows."""
        return int(self.dunstctl("count", "displayed", address=address))

    def _run(self, *command, address=None, timeout=20):
        env = {**self.env, "DBUS_SESSION_BUS_ADDRESS": address or self.address}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=timeout)
        assert done.returncode == 0, (command[:3], done.stderr)
        return done.stdout.strip()

    def close(self):
        """Ends what was started, the bus last."""
        for process in filter(None, (self.daemon, self.bus)):
            stop(process)


class App:
    """An application as libnotify makes one: it sends, replaces, withdraws, and is told.

    Attributes:
        signals: What it was told, oldest first: the name of the signal and its arguments.
    """

    def __init__(self, connection):
        self.connection = connection
        self.signals = []
        connection.add_message_handler(self._take)

    @classmethod
    async def start(cls, address):
        app = cls(await bus.connect(address))
        rule = f"type='signal',interface='{bus.NOTIFICATIONS}'"
        await bus.call(app.connection, bus.BUS, bus.BUS_PATH, bus.BUS, "AddMatch", "s", rule)
        return app

    def _take(self, message):
        if message.message_type is MessageType.SIGNAL and message.interface == bus.NOTIFICATIONS:
            self.signals.append((message.member, *message.body))

    async def ask(self, member, signature="", *body):
        """Calls a method of the daemon and returns the reply, which may be an error."""
        return await self.connection.call(
            Message(
                bus.NOTIFICATIONS, bus.NOTIFICATIONS_PATH, bus.NOTIFICATIONS, member,
                signature=signature, body=list(body),
            )
        )  # fmt: skip

    async def notify(
        self, summary, body="", app="Chat", replaces=0, icon="", actions=(), hints=None, timeout=-1
    ):
        """Sends a notification and returns its id; hints are a dict of `Variant`s."""
        arguments = [app, replaces, icon, summary, body, list(actions), hints or {}, timeout]
        reply = await self.ask("Notify", bus.NOTIFY_SIGNATURE, *arguments)
        assert reply.message_type is MessageType.METHOD_RETURN, reply.body
        return reply.body[0]

    async def withdraw(self, number):
        await self.ask("CloseNotification", "u", number)

    async def told(self, *signal):
        """Waits until it was told something."""
        await until_async(lambda: signal in self.signals, signal)

    def close(self):
        self.connection.disconnect()


def urgency(level):
    """The hint of an urgency: 0 low, 1 normal, 2 critical."""
    return {"urgency": Variant("y", level)}


def until(holds, what, seconds=20.0):
    """Waits until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


async def until_async(holds, what, seconds=20.0):
    """Waits until something holds, while the loop goes on."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def an_app(address):
    app = await App.start(address)
    try:
        yield app
    finally:
        app.close()

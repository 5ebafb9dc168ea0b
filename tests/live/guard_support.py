"""Relays and guards as tests run them, conversations that are recorded, and logs to learn from."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from dbus_fast import Message, MessageFlag
from live_support import App, an_app, until

from gym_push import read_log
from gym_push.agents import AgentSpec
from gym_push.live import bus, rows
from gym_push.live.daemon import Daemon
from gym_push.live.guarding import Settings
from gym_push.live.keeping import LogFolder
from gym_push.live.relay import Relay
from gym_push.live.running import guard
from gym_push.live.session import Moment
from gym_push.logs.importing.keys import Hasher
from gym_push.logs.importing.pieces import Options

DUNST = "org.dunstproject.cmd0"
HABITS = {"Chat": (70, 70), "News": (21, 70), "Ads": (0, 70)}
"""How often the person has opened how many of an app's: delivered, held, suppressed."""


def dunst(desktop):
    return ["dunst", "-config", str(desktop.folder / "dunstrc")]


@contextlib.asynccontextmanager
async def a_relay(desktop):
    """A relay on a desktop that passes all on, with what it tells in `told`."""
    front, ready, told = await bus.connect(desktop.address), asyncio.Event(), []
    with patch.dict(os.environ, desktop.env):
        daemon = Daemon(dunst(desktop))
        relay = Relay(front, daemon, PassesAll(), told.append)
        running = asyncio.ensure_future(relay.run(ready.set))
        relay.told, relay.daemon = told, daemon
        try:
            async with _until_ready(running, ready):
                yield relay
        finally:
            await daemon.stop()
            front.disconnect()
            await bus.until_gone(front)


@contextlib.asynccontextmanager
async def _until_ready(running, ready):
    waiting = asyncio.ensure_future(ready.wait())
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if not running.done():
            yield
    finally:
        running.cancel()
        await asyncio.wait([running])
    if not running.cancelled():
        running.result()


class PassesAll:
    async def judge(self, message):
        return True

    def shown(self, message, number):
        pass

    def heard(self, message, number):
        pass

    def daemon_ended(self):
        pass


def habits(folder):
    """Returns a log of a person with `HABITS`, as `listen` keeps it."""
    arrivals, log = rows.Arrivals(Options(Hasher(), "drop")), LogFolder(folder, rows.schema("drop"))
    when = datetime.now().astimezone() - timedelta(days=19)
    for turn in range(70):
        for app, (opened, every) in HABITS.items():
            sent = bus.Notification(app, 0, "", "Hello", "", {}, {}, -1)
            when += timedelta(minutes=3)
            row = arrivals.row(sent, when, Moment())
            outcome = rows.OPENED if turn * opened % every < opened else rows.DISMISSED
            log.add(rows.ended(row, outcome, when))
    log.close()
    return read_log(folder)


class Guarding:
    """A guard that runs: what it has told, and how to stop it."""

    def __init__(self):
        self.told, self.ready, self.stopped = [], asyncio.Event(), asyncio.Event()

    def tell(self, sentence):
        self.told.append(sentence)
        if sentence.startswith("guarding"):
            self.ready.set()


@contextlib.asynccontextmanager
async def a_guard(
    desktop, agent="table-per-app", text="drop", log=True, changed=lambda *row: None, **others
):
    """A guard on a desktop, whose agent knows `HABITS`; it is stopped as by Ctrl-C."""
    known = habits(desktop.folder / "habits") if log else None
    settings = Settings(
        AgentSpec.of(agent), desktop.folder / "guard", Options(Hasher(), text), known,
        **{"daemon": dunst(desktop), "explore": 0.0, **others},
    )  # fmt: skip
    running = Guarding()
    with patch.dict(os.environ, desktop.env):
        task = asyncio.ensure_future(guard(settings, running.stopped, running.tell, changed))
        waiting = asyncio.ensure_future(running.ready.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        try:
            if not task.done():
                yield running
        finally:
            running.stopped.set()
            await task


class Process:
    """`gym-push guard` as the person runs it."""

    def __init__(self, desktop, *options):
        command = [sys.executable, "-m", "gym_push.cli", "guard", "--agent", "table-per-app"]
        command += [
            "--log",
            str(desktop.folder / "habits"),
            "--folder",
            str(desktop.folder / "guard"),
        ]
        command += ["--daemon", " ".join(dunst(desktop)), "--explore", "0", *options]
        if not (desktop.folder / "habits").exists():
            habits(desktop.folder / "habits")
        self.said = desktop.folder / f"said-{time.monotonic()}"
        with self.said.open("w") as file:
            self.process = subprocess.Popen(
                command, env=desktop.env, stderr=file, cwd=desktop.folder
            )
        until(lambda: "guarding" in self.text() or self.process.poll() is not None, "the guard", 60)

    def text(self):
        return self.said.read_text()

    def end(self, how):
        os.kill(self.process.pid, how)
        return self.process.wait(30)


class Recorder(App):
    """An app that keeps all that it is told, but for what is new with each connection."""

    def __init__(self, connection):
        super().__init__(connection)
        self.replies = []

    async def ask(self, member, signature="", *body):
        reply = await super().ask(member, signature, *body)
        self.replies.append((reply.message_type, reply.error_name, reply.signature, reply.body))
        return reply

    async def tell(self, member, signature, *body):
        """Calls without wanting an answer."""
        await self.connection.send(Message(
            bus.NOTIFICATIONS, bus.NOTIFICATIONS_PATH, bus.NOTIFICATIONS, member,
            flags=MessageFlag.NO_REPLY_EXPECTED, signature=signature, body=list(body),
        ))  # fmt: skip


class Person:
    """Acts at the daemon, wherever it is."""

    def __init__(self, connection):
        self.connection = connection

    async def does(self, member, signature="", *body):
        call = Message(
            bus.NOTIFICATIONS, bus.NOTIFICATIONS_PATH, DUNST, member,
            signature=signature, body=list(body),
        )  # fmt: skip
        return await self.connection.call(call)

    async def sees(self, number):
        """Waits until the daemon shows so many, and no others."""
        await asyncio.sleep(0.05)
        about = bus.PROPERTIES, "Get", "ss", DUNST, "displayedLength"
        while True:
            name, path = bus.NOTIFICATIONS, bus.NOTIFICATIONS_PATH
            [shown] = await bus.call(self.connection, name, path, *about)
            if shown.value == number:
                return
            await asyncio.sleep(0.005)


async def recorded(address, conversation):
    """Returns what an app is answered and told in a conversation, and what another one is."""
    async with an_app(address) as person:
        app, other = await Recorder.start(address), await Recorder.start(address)
        try:
            await conversation(app, other, Person(person.connection))
            await quiet(app, other)
        finally:
            app.close(), other.close()
    return [(each.replies, each.signals) for each in (app, other)]


async def quiet(*apps):
    """Waits until nothing is told any more."""
    told = None
    while told != (told := [len(app.signals) for app in apps]):
        await asyncio.sleep(0.1)


async def both_ways(desktop, conversation):
    """Returns a conversation as it is recorded without and with a relay, each with a new dunst."""
    desktop.start_daemon()
    without = await recorded(desktop.address, conversation)
    desktop.daemon.terminate()
    desktop.daemon.wait(10)
    async with a_relay(desktop):
        return without, await recorded(desktop.address, conversation)


async def watch(address, seen):
    """Notes what passes on a bus, and when."""
    monitor = await bus.connect(address)

    def take(message):
        sent = bus.Notification.of(message)
        if sent is not None:
            seen.append((sent.summary, time.perf_counter()))
        return sent is not None

    monitor.add_message_handler(take)
    rules = ["type='method_call',member='Notify'"]
    about = bus.BUS, bus.BUS_PATH, bus.MONITORING, "BecomeMonitor", "asu"
    await bus.call(monitor, *about, rules, 0)
    return monitor


def private_bus(desktop):
    """Returns the address of the bus of the dunst that stands behind the guard."""
    config = str(desktop.folder / "dunstrc")
    found = subprocess.run(
        ["pgrep", "-f", f"^dunst -config {config}"], capture_output=True, text=True
    )
    [pid] = found.stdout.split()
    words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    [address] = [w for w in words if w.startswith(b"DBUS_SESSION_BUS_ADDRESS=")]
    return address.decode().partition("=")[2]

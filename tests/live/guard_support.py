"""The relay as a test runs it, and conversations that are recorded with it and without it."""

import asyncio
import contextlib
import os

from dbus_fast import Message, MessageFlag
from live_support import App, an_app

from gym_push.live import bus
from gym_push.live.daemon import Daemon
from gym_push.live.relay import Relay

DUNST = "org.dunstproject.cmd0"


def dunst(desktop):
    config = desktop.folder / "dunstrc"
    return ["dunst", "-config", str(config)]


@contextlib.asynccontextmanager
async def a_relay(desktop):
    """A relay on a desktop, with what it tells in `told`."""
    for name, value in desktop.env.items():
        os.environ[name] = value
    front, ready, told = await bus.connect(desktop.address), asyncio.Event(), []
    relay = Relay(
        front, daemon := Daemon(dunst(desktop)), lambda call: True, ignore, ignore, told.append
    )
    running = asyncio.ensure_future(relay.run(ready.set))
    relay.told, relay.daemon, relay.running = told, daemon, running
    waiting = asyncio.ensure_future(ready.wait())
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if running.done():
            running.result()
        yield relay
    finally:
        running.cancel()
        await asyncio.wait([running])
        await daemon.stop()
        front.disconnect()
        with contextlib.suppress(Exception):
            await front.wait_for_disconnect()


def ignore(*told):
    pass


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

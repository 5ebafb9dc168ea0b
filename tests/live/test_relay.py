"""What applications see through the guard is what they see without it, message by message."""

import asyncio
import random

import pytest
from dbus_fast import Message, Variant
from guard_support import a_relay, both_ways
from live_support import an_app, run_async, until_async, urgency

from gym_push.errors import DesktopError
from gym_push.live import bus

SEQUENCES = 60
"""Of the test of random sequences; 500 were tried."""

IMAGE = Variant("(iiibiiay)", [2, 1, 8, True, 8, 4, b"\0\1\2\3\4\5\6\7"])


async def everything(app, other, person):
    """A conversation with all that the specification has, and with mistakes."""
    await app.ask("GetCapabilities")
    await app.ask("GetServerInformation")
    first = await app.notify("Maya", "Tonight?", actions=["default", "Open", "no", "No"])
    second = await other.notify("<b>Sale</b>", "naïve 🎉 \x1b[31m", hints=urgency(2))
    assert second == first + 1
    await person.sees(2)
    await person.does("NotificationAction", "u", 0)
    await app.told("ActionInvoked", first, "default")
    await app.notify("Maya", "Tomorrow?", replaces=first, timeout=0)
    await app.withdraw(first)
    await app.told("NotificationClosed", first, bus.WITHDRAWN)
    await person.sees(1)
    await person.does("NotificationCloseLast")
    await other.told("NotificationClosed", second, bus.DISMISSED)
    third = await app.notify("large", "x" * 1_000_000, hints={"image-data": IMAGE})
    await app.withdraw(third)
    brief = await app.notify("brief", timeout=30)
    await app.told("NotificationClosed", brief, bus.EXPIRED)
    await app.notify("unknown", replaces=700)
    await app.withdraw(12345)
    await app.ask("Notify", "s", "wrong")
    await app.ask("Frob")
    await app.tell("Notify", bus.NOTIFY_SIGNATURE, "Quiet", 0, "", "s", "", [], {}, -1)
    await app.ask("GetServerInformation")
    calls = [app.notify(f"at once {number}") for number in range(20)]
    await asyncio.gather(*calls)
    introspected = await app.connection.call(Message(
        bus.NOTIFICATIONS, bus.NOTIFICATIONS_PATH, "org.freedesktop.DBus.Introspectable",
        "Introspect",
    ))  # fmt: skip
    app.replies.append(introspected.body)


def test_a_conversation_is_the_same_message_by_message(empty_desktop):
    without, through = run_async(both_ways(empty_desktop, everything))
    for (replies, signals), (replies_through, signals_through) in zip(
        without, through, strict=True
    ):
        assert len(replies) > 0 and replies_through == replies
        assert len(signals) > 0 and signals_through == signals


@pytest.mark.parametrize("sequences", [SEQUENCES, pytest.param(500, marks=pytest.mark.weekly)])
def test_random_conversations_are_the_same(empty_desktop, sequences):
    async def conversation(app, other, person):
        for seed in range(sequences):
            await at_random(random.Random(seed), app, other, person)

    without, through = run_async(both_ways(empty_desktop, conversation))
    assert through == without
    assert sum(len(replies) for replies, _ in without) > 4 * sequences
    assert sum(len(signals) for _, signals in without) > sequences


async def at_random(chance, app, other, person):
    """A random sequence of calls and acts, each with what follows from it."""
    shown, acts = [], True  # id and whose, the newest last; whether dunst tells of all actions
    for _ in range(chance.randint(3, 10)):
        mine = chance.choice([app, other])
        ids = [number for number, whose in shown if whose is mine]
        kind = chance.choice(["notify", "notify", "replace", "close", "dismiss", "act", "odd"])
        if kind == "notify" or (kind == "replace" and not ids):
            summary = f"{chance.random()}"  # dunst puts equal ones together
            number = await mine.notify(summary, actions=["default", "Open"], timeout=0)
            shown.append((number, mine))
        elif kind == "replace":
            number = chance.choice(ids)
            assert number == await mine.notify(f"{chance.random()}", replaces=number, timeout=0)
            acts = False
        elif kind == "close" and ids:
            number = chance.choice(ids)
            await mine.withdraw(number)
            await mine.told("NotificationClosed", number, bus.WITHDRAWN)
            shown.remove((number, mine))
        elif kind in ("act", "dismiss") and shown:
            if kind == "act" and acts:  # dunst tells it of each notification once
                await person.sees(len(shown))  # not at once
                before = len(app.signals + other.signals)
                # dunst 1.9 does not find the others
                await person.does("NotificationAction", "u", 0)
                await until_async(
                    lambda b=before: len(app.signals + other.signals) > b, "an action"
                )
            await close_all(person, shown)
            acts = True
        elif kind == "odd":
            await mine.ask(chance.choice(["GetCapabilities", "CloseNotification", "Frob"]))
            await mine.withdraw(chance.randint(1 << 20, 1 << 21))
    await close_all(person, shown)


async def close_all(person, shown):
    await person.does("NotificationCloseAll")
    for number, whose in shown:
        await whose.told("NotificationClosed", number, bus.DISMISSED)
    shown.clear()


def test_a_daemon_that_is_killed_is_started_again_and_nothing_is_lost(empty_desktop):
    async def talk():
        async with a_relay(empty_desktop) as relay, an_app(empty_desktop.address) as app:
            old = [await app.notify(f"before {number}") for number in range(3)]
            relay.daemon._processes[-1].kill()
            new = await asyncio.gather(*(app.notify(f"after {number}") for number in range(5)))
            assert len({*old, *new}) == 8  # no application takes another one's for its own
            assert relay.told == ["dunst has ended and is started again"]
            assert await shown(empty_desktop) == 5
            await app.withdraw(old[0])
            assert await shown(empty_desktop) == 5  # it has been another one's
            await app.withdraw(new[0])
            await app.told("NotificationClosed", new[0], bus.WITHDRAWN)
            assert old[1] == await app.notify("again", replaces=old[1])
            assert await shown(empty_desktop) == 5

    empty_desktop.start_daemon()
    empty_desktop.daemon.terminate()
    empty_desktop.daemon.wait(10)
    run_async(talk())


async def shown(desktop):
    return await asyncio.to_thread(desktop.shown)


def test_one_daemon_can_have_the_name(desktop):
    async def talk():
        with pytest.raises(DesktopError, match="another program"):
            async with a_relay(desktop):
                pass

    run_async(talk())

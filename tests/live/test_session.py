"""How the session stands is what the desktop's own interfaces say."""

import asyncio

import pytest
from dbus_fast import Message, MessageType, Variant
from live_support import run_async

from gym_push.live import bus
from gym_push.live.session import FRESH, Moment, Session


async def serve(address, name, answers):
    """Owns a name and answers calls by member; a method that is missing is never answered."""
    connection = await bus.connect(address)

    def answer(message):
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        member = message.body[1] if message.member == "Get" else message.member
        if member not in answers:
            return True
        signature, value = answers[member]
        return Message.new_method_return(message, signature, [value])

    connection.add_message_handler(answer)
    await connection.request_name(name)
    return connection


def moments(address, services, change=None):
    async def ask():
        served = [await serve(address, *each) for each in services]
        asking = await bus.connect(address)
        session = Session(asking)
        await session.start()
        found = [await session.moment()]
        if change is not None:
            change()
            found.append(await session.moment())
            await asyncio.sleep(FRESH)
            found.append(await session.moment())
        session.close()
        for each in (asking, *served):
            each.disconnect()
        return found

    return run_async(ask())


@pytest.fixture(autouse=True)
def no_system_bus(monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")


def test_a_desktop_that_tells_nothing_leaves_all_unknown(empty_desktop):
    assert moments(empty_desktop.address, []) == [Moment()]


def test_idle_and_locked_are_what_savers_and_monitors_say(empty_desktop):
    kde = {"GetSessionIdleTime": ("u", 500_000), "GetActive": ("b", False)}
    gnome = {"GetActive": ("b", True)}
    services = [("org.freedesktop.ScreenSaver", kde), ("org.gnome.ScreenSaver", gnome)]
    assert moments(empty_desktop.address, services) == [Moment(True, True, None)]
    mutter = [("org.gnome.Mutter.IdleMonitor", {"GetIdletime": ("t", 119_000)})]
    assert moments(empty_desktop.address, mutter) == [Moment(False, None, None)]


def test_do_not_disturb_is_what_the_daemon_says(desktop):
    before, fresh, after = moments(
        desktop.address, [], lambda: desktop.dunstctl("set-paused", "true")
    )
    assert before.do_not_disturb is fresh.do_not_disturb is False
    assert after.do_not_disturb is True


def test_do_not_disturb_of_kde_and_xfce(empty_desktop):
    kde = [(bus.NOTIFICATIONS, {"Inhibited": ("v", Variant("b", True))})]
    assert moments(empty_desktop.address, kde)[0].do_not_disturb is True
    xfce = [("org.xfce.Xfconf", {"GetProperty": ("v", Variant("b", False))})]
    assert moments(empty_desktop.address, xfce)[0].do_not_disturb is False


def test_who_answers_late_or_nonsense_is_passed_over(empty_desktop):
    mute = [
        ("org.freedesktop.ScreenSaver", {}),
        ("org.gnome.Mutter.IdleMonitor", {"GetIdletime": ("s", "?")}),
    ]
    assert moments(empty_desktop.address, mute) == [Moment()]


def test_the_system_bus_is_asked_where_there_is_one(empty_desktop, monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", empty_desktop.address)
    hints = {"IdleHint": ("v", Variant("b", False)), "LockedHint": ("v", Variant("b", True))}
    logind = [("org.freedesktop.login1", hints)]
    assert moments(empty_desktop.address, logind) == [Moment(False, True, None)]

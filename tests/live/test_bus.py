"""What passes on the session bus is parsed as it is, and a missing bus is told in a sentence."""

import asyncio

import pytest
from dbus_fast import Message, Variant
from live_support import an_app, run_async, urgency

from gym_push.errors import DesktopError
from gym_push.live import bus


def notify(*body, signature=bus.NOTIFY_SIGNATURE, **other):
    call = {
        "path": bus.NOTIFICATIONS_PATH,
        "interface": bus.NOTIFICATIONS,
        "member": "Notify",
        **other,
    }
    return Message(signature=signature, body=list(body), **call)


def test_a_notification_is_what_its_app_has_sent():
    hints = {"urgency": Variant("y", 2), "category": Variant("s", "call.incoming")}
    actions = ["default", "Open", "reply", "Reply"]
    sent = bus.Notification.of(notify("Chat", 7, "face", "Maya", "<b>Hi</b>", actions, hints, -1))
    assert (sent.app, sent.replaces, sent.icon, sent.timeout) == ("Chat", 7, "face", -1)
    assert (sent.summary, sent.body) == ("Maya", "<b>Hi</b>")
    assert sent.actions == {"default": "Open", "reply": "Reply"} and sent.buttons == 1
    assert (sent.urgency, sent.category) == ("critical", "call.incoming")


def test_hints_of_wrong_types_and_odd_lists_of_actions_are_nobodys_end():
    hints = {
        "urgency": Variant("s", "high"),
        "category": Variant("i", 3),
        "nested": Variant("v", Variant("v", Variant("u", 1))),
    }
    sent = bus.Notification.of(notify("Chat", 0, "", "Maya", "", ["default"], hints, 0))
    assert (sent.urgency, sent.category, dict(sent.actions)) == ("normal", "", {})
    assert sent.hints["nested"] == 1
    loud = bus.Notification.of(notify("", 0, "", "", "", [], {"urgency": Variant("i", 9)}, 0))
    assert loud.urgency == "normal"


def test_what_is_no_notification_is_none():
    assert bus.Notification.of(notify("Chat", signature="s")) is None
    assert bus.Notification.of(notify(3, signature="u", member="CloseNotification")) is None
    hello = Message(bus.BUS, bus.BUS_PATH, bus.BUS, "Hello")
    assert bus.Notification.of(hello) is None


def test_a_missing_bus_is_told_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(DesktopError, match="cannot be reached .* in a desktop session") as caught:
        run_async(bus.connect())
    assert str(tmp_path / "bus") in str(caught.value)
    for broken in ("nonsense", "unix:path=/dev/null"):
        with pytest.raises(DesktopError, match="cannot be reached"):
            run_async(bus.connect(broken))


def test_more_than_a_socket_holds_is_sent_whole_and_in_order(empty_desktop):
    async def ask():
        connection = await bus.connect(empty_desktop.address)
        names = ["a.b" + "c" * (1_000_000 if number % 3 else 100) for number in range(60)]
        calls = [
            bus.call(connection, bus.BUS, bus.BUS_PATH, bus.BUS, "NameHasOwner", "s", name)
            for name in names
        ]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert len(answers) == 60 and connection.connected
        assert all(type(each) is DesktopError or each == [False] for each in answers), answers[:3]
        many = [
            bus.call(connection, bus.BUS, bus.BUS_PATH, bus.BUS, "NameHasOwner", "s", bus.BUS)
            for _ in range(3000)
        ]
        assert await asyncio.gather(*many) == [[True]] * 3000
        connection.disconnect()

    run_async(ask())


def test_what_waits_when_a_connection_ends_is_told(empty_desktop):
    async def ask():
        connection = await bus.connect(empty_desktop.address)
        calls = [
            asyncio.ensure_future(
                bus.call(
                    connection,
                    bus.BUS,
                    bus.BUS_PATH,
                    bus.BUS,
                    "NameHasOwner",
                    "s",
                    "a." + "b" * 10**6,
                )
            )
            for _ in range(20)
        ]
        await asyncio.sleep(0)
        connection.disconnect()
        answers = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 20)
        assert all(isinstance(each, Exception) for each in answers)
        with pytest.raises(DesktopError, match="the bus is gone"):
            await bus.call(connection, bus.BUS, bus.BUS_PATH, bus.BUS, "GetId")

    run_async(ask())


def test_an_app_talks_to_the_daemon_as_on_any_desktop(desktop):
    async def talk():
        async with an_app(desktop.address) as app:
            assert await bus.owner(app.connection, bus.NOTIFICATIONS)
            assert await bus.owner(app.connection, "org.example.Nobody") is None
            first = await app.notify("Maya", "Tonight?", actions=["default", "Open"])
            desktop.dunstctl("action", "0")
            await app.told("ActionInvoked", first, "default")
            desktop.dunstctl("close")
            second = await app.notify("Sale", hints=urgency(2))
            desktop.dunstctl("close")
            await app.told("NotificationClosed", second, bus.DISMISSED)
            third = await app.notify("Mail")
            await app.withdraw(third)
            await app.told("NotificationClosed", third, bus.WITHDRAWN)
            with pytest.raises(DesktopError, match="does not answer Frob"):
                await bus.call(
                    app.connection, bus.NOTIFICATIONS, bus.NOTIFICATIONS_PATH,
                    bus.NOTIFICATIONS, "Frob",
                )  # fmt: skip

    run_async(talk())
    assert desktop.send("-p", "Hello").isdecimal()

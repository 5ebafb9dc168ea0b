"""Each notification of a real desktop becomes a row that says what became of it."""

import asyncio

import pytest
from dbus_fast import Message, Variant
from listen_support import listening, rows_of
from live_support import run_async, stop, until_async, urgency

from gym_push import read_log
from gym_push.errors import DesktopError
from gym_push.live import bus

OPEN = ["default", "Open"]


def run(desktop, monkeypatch, folder, does, text="keep"):
    """Listens while an app does something; returns the rows by title, and the outcomes."""

    async def talk():
        async with listening(desktop, monkeypatch, folder, text) as (app, found):
            await does(app)
        return found.outcomes

    outcomes = run_async(talk())
    return {row["text"]: row for row in rows_of(folder)} if text == "keep" else {}, outcomes


def test_every_end_of_a_notification_is_told(desktop, monkeypatch, tmp_path):
    async def day(app):
        opened = await app.notify("opened", actions=OPEN)
        desktop.dunstctl("action", "0")
        await app.told("ActionInvoked", opened, "default")
        desktop.dunstctl("close")  # the first answer counts
        await app.told("NotificationClosed", opened, bus.DISMISSED)
        pressed = await app.notify("pressed", actions=["reply", "Reply"])
        desktop.dunstctl("action", "0")
        await app.told("ActionInvoked", pressed, "reply")
        await app.withdraw(pressed)
        dismissed = await app.notify("dismissed")
        desktop.dunstctl("close")
        await app.told("NotificationClosed", dismissed, bus.DISMISSED)
        expired = await app.notify("expired", timeout=50)
        await app.told("NotificationClosed", expired, bus.EXPIRED)
        withdrawn = await app.notify("withdrawn")
        await app.withdraw(withdrawn)
        await app.told("NotificationClosed", withdrawn, bus.WITHDRAWN)
        number = await app.notify("replaced")
        again = await app.notify("replaced, too", replaces=number)
        last = await app.notify("last of three", replaces=again)
        assert number == again == last
        await app.notify("there at the end")

    folder = tmp_path / "log"
    rows, outcomes = run(desktop, monkeypatch, folder, day)
    assert {title: row["outcome"] for title, row in rows.items()} == {
        "opened": "opened",
        "pressed": "button pressed",
        "dismissed": "dismissed",
        "expired": "expired",
        "withdrawn": "withdrawn",
        "replaced": "replaced",
        "replaced, too": "replaced",
        "last of three": "still there",
        "there at the end": "still there",
    }
    assert outcomes == {
        "opened": 1, "button pressed": 1, "dismissed": 1, "expired": 1, "withdrawn": 1,
        "replaced": 2, "still there": 2,
    }  # fmt: skip
    for title, row in rows.items():
        answered = title in ("opened", "pressed", "dismissed")
        assert (row["responseTime"] is not None) == answered
        assert not answered or 0 <= row["responseTime"] < 10
    updates = [rows[title]["numberUpdates"] for title in ("replaced", "replaced, too")]
    assert [*updates, rows["last of three"]["numberUpdates"]] == [0, 1, 2]
    log = read_log(folder)
    assert (len(log), log.actions.tolist(), sum(log.unanswered.values())) == (3, [1, 1, 0], 6)
    assert log.times.tolist() == sorted(log.times)


def test_a_row_says_what_was_known_when_it_arrived(desktop, monkeypatch, tmp_path):
    async def hour(app):
        await app.notify("Ümläut ☂", "<b>fett</b>", app="Chat", actions=[*OPEN, "reply", "R"])
        await app.notify("call", app="Phone", hints={
            **urgency(2), "category": Variant("s", "call.incoming"),
            "transient": Variant("b", True), "value": Variant("i", 40),
            "image-data": Variant("(iiibiiay)", [1, 1, 3, False, 8, 3, b"rgb"]),
        })  # fmt: skip
        desktop.dunstctl("set-paused", "true")
        await asyncio.sleep(1.1)  # answers of the desktop hold for a second
        await app.notify("later", app="Chat", hints=urgency(0))

    rows, _ = run(desktop, monkeypatch, tmp_path / "log", hour)
    first, second, third = rows.values()
    assert list(rows) == ["Ümläut ☂ <b>fett</b>", "call", "later"]
    assert (first["app"], first["category"], first["urgency"]) == ("Chat", "", "normal")
    assert (first["clickable"], first["buttons"], first["image"]) == (True, 1, False)
    assert (second["category"], second["urgency"]) == ("call.incoming", "critical")
    assert (second["transient"], second["progress"], second["image"]) == (True, True, True)
    assert [row["doNotDisturb"] for row in rows.values()] == [False, False, True]
    assert [row["idle"] for row in rows.values()] == [None, None, None]
    assert [row["postedLastHour"] for row in rows.values()] == [0, 1, 2]
    assert first["timeAppLastPosted"] == second["timeAppLastPosted"] == 7 * 24 * 3600
    assert 1 <= third["timeAppLastPosted"] < 20
    assert third["urgency"] == "low"


def test_notify_send_is_logged_too(desktop, monkeypatch, tmp_path):
    async def send(app):
        waits = desktop.send_and_wait("-A", "default=Open", "-a", "Signal", "Maya", "Tonight?")
        await until_async(lambda: desktop.shown() == 1, "the notification")
        desktop.dunstctl("action", "0")
        await until_async(lambda: waits.poll() is not None, "notify-send")
        assert waits.communicate()[0].strip() == "default"

    rows, outcomes = run(desktop, monkeypatch, tmp_path / "log", send)
    assert outcomes == {"opened": 1} and rows["Maya Tonight?"]["app"] == "Signal"


def test_a_daemon_that_ends_answers_nothing(desktop, monkeypatch, tmp_path):
    async def restart(app):
        await app.notify("before")
        await asyncio.to_thread(stop, desktop.daemon)
        await asyncio.to_thread(desktop.start_daemon)
        number = await app.notify("after", actions=OPEN)
        desktop.dunstctl("action", "0")
        await app.told("ActionInvoked", number, "default")

    rows, _ = run(desktop, monkeypatch, tmp_path / "log", restart)
    assert (rows["before"]["outcome"], rows["after"]["outcome"]) == ("daemon ended", "opened")


def test_only_the_daemon_says_what_becomes_of_a_notification(desktop, monkeypatch, tmp_path):
    async def lie(app):
        number = await app.notify("true")
        for signature, body in (("uu", [number, 2]), ("us", [number, "default"])):
            member = "NotificationClosed" if signature == "uu" else "ActionInvoked"
            await app.connection.send(
                Message.new_signal(
                    bus.NOTIFICATIONS_PATH, bus.NOTIFICATIONS, member, signature, body
                )
            )
        await app.notify("refused", hints={"urgency": Variant("s", "\u202e")}, timeout=-7)
        reply = await app.ask("Notify", "s", "with other arguments")
        assert reply.message_type.name == "ERROR"

    rows, outcomes = run(desktop, monkeypatch, tmp_path / "log", lie)
    assert rows["true"]["outcome"] == "still there" and outcomes.total() == 2


def test_hostile_notifications_change_nothing_but_themselves(desktop, monkeypatch, tmp_path):
    nested = Variant("s", "deep")
    for _ in range(20):
        nested = Variant("v", nested)

    desktop.dunstctl("set-paused", "true")  # what dunst shows, it draws

    async def attack(app):
        await app.notify("a" * 50_000, "b" * 1_000_000, app="c" * 10_000)
        await app.notify("\x1b[2J\x1b]0;title\x07", "<b><i>&amp;</b><script>\u202e", app="\x1b[31m")
        image = Variant("(iiibiiay)", [1000, 1000, 3000, False, 8, 3, bytes(3_000_000)])
        await app.notify("image", hints={"image-data": image, "nested": nested})
        many = {f"hint-{number}": Variant("s", "x" * 1000) for number in range(2000)}
        await app.notify("hints", hints={**many, "category": Variant("s", "secret text here")})
        await app.notify("", "", app="")
        number = await app.notify("the last", actions=OPEN * 500)
        await app.withdraw(number)
        await app.told("NotificationClosed", number, bus.WITHDRAWN)

    folder = tmp_path / "log"
    _, outcomes = run(desktop, monkeypatch, folder, attack)
    rows = rows_of(folder)
    assert outcomes.total() == len(rows) == 6
    assert len(rows[0]["text"]) == 20_001 and len(rows[0]["app"]) == 80
    assert rows[1]["text"].startswith("\x1b[2J") and rows[1]["app"] == "\x1b[31m"
    assert rows[2]["image"] and rows[3]["category"] == "other"
    assert rows[5]["outcome"] == "withdrawn" and rows[5]["buttons"] == 0


def test_a_flood_is_logged_whole(desktop, monkeypatch, tmp_path):
    desktop.dunstctl("set-paused", "true")  # what dunst shows, it draws

    async def flood(app):
        for number in range(1000):
            await app.notify(f"{number}", app="Flood", timeout=0)
        number = await app.notify("calm", app="Chat")
        await app.withdraw(number)
        await app.told("NotificationClosed", number, bus.WITHDRAWN)

    rows, outcomes = run(desktop, monkeypatch, tmp_path / "log", flood)
    assert outcomes == {"still there": 1000, "withdrawn": 1}
    assert len(rows) == 1001 and rows["calm"]["postedLastHour"] == 1000


@pytest.mark.parametrize("text", ["drop", "hash"])
def test_no_text_is_on_the_disk_unless_it_is_to_be_kept(text, desktop, monkeypatch, tmp_path):
    words = ("Zimmerlinde", "Quittengelee", "Sonnenschirm")

    async def send(app):
        number = await app.notify(words[0], f"{words[1]} x", actions=["default", words[2]])
        desktop.dunstctl("action", "0")
        await app.told("ActionInvoked", number, "default")
        await app.notify(f"{words[1]}", words[0])

    folder = tmp_path / "log"
    run(desktop, monkeypatch, folder, send, text)
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert len(files) > 4
    for file in files:
        content = file.read_bytes().lower()
        for word in words:
            assert word.lower().encode() not in content, file
    for made in (folder, *folder.iterdir()):
        assert made.stat().st_mode & 0o077 == 0, made
    rows = rows_of(folder)
    if text == "hash":
        first, second = (row["text"].split() for row in rows)
        assert first[:2] == second[::-1] and len(first) == 3
    else:
        assert "text" not in rows[0]
    assert read_log(folder).actions.tolist() == [1]


def test_a_bus_that_ends_is_told_in_a_sentence(desktop, monkeypatch, tmp_path):
    async def end(app):
        number = await app.notify("before")
        await app.withdraw(number)
        await app.notify("open")
        await asyncio.sleep(0.3)
        await asyncio.to_thread(stop, desktop.bus)
        await asyncio.sleep(0.5)

    async def talk():
        async with listening(desktop, monkeypatch, folder, "keep") as (app, found):
            await end(app)
            await asyncio.wait([found.task], timeout=20)
            raise KeyError  # the app cannot speak any more

    folder = tmp_path / "log"
    with pytest.raises(DesktopError, match=r"^the session bus is gone; .* has all until then$"):
        run_async(talk())
    outcomes = {row["text"]: row["outcome"] for row in rows_of(folder)}
    assert outcomes["before"] == "withdrawn"
    assert outcomes["open"] in ("daemon ended", "still there")

"""Whatever an application sends changes nothing but itself."""

import asyncio
import signal
import subprocess
import sys

import pytest
from dbus_fast import Message, MessageType, Variant
from guard_support import Recorder, private_bus, watch
from live_support import an_app, run_async, until

from gym_push.live import held

ESCAPES = "\x1b]0;owned\x07 \x1b[2J \u202e <script>alert(1)</script> <a href='x'>&amp;</a>"
HINTS = {
    "urgency": Variant("s", "critical"),
    "variant": Variant("a{sv}", {"variant": Variant("s", "bytes")}),
    "numbers": Variant("a{ui}", {1: -1}),
    "bytes": Variant("ay", b"\0\xff" * 10),
    "image-data": Variant("(iiibiiay)", [9, 9, 27, False, 8, 3, b"\1" * 243]),
    "\x1b[31m": Variant("v", Variant("as", ["x", ""])),
    "large": Variant("s", "x" * 1_000_000),
}


def test_what_is_kept_comes_back_as_it_was():
    body = ["app", 0, "", ESCAPES, "", ["default", ""], HINTS, -1]
    assert held.read(held.written(body)) == body


def test_escapes_and_odd_hints_are_held_listed_and_delivered(desktop, guards):
    guard = guards("--text", "keep")
    before = {path for path in desktop.folder.rglob("*") if "guard" not in path.parts}

    async def talk():
        async with an_app(desktop.address) as app:
            await app.notify(ESCAPES, ESCAPES, app="News", hints=HINTS)
            await app.notify(ESCAPES, app=ESCAPES)
            wrong = await app.ask("Notify", "ss", "News", "x")
            assert wrong.message_type is MessageType.ERROR
            other = await app.connection.call(Message(
                "org.gym_push.Guard", "/org/gym_push/Guard", "org.gym_push.Guard", "Release",
                signature="s", body=["all"],
            ))  # fmt: skip
            assert other.message_type is MessageType.ERROR

    run_async(talk())
    listed = subprocess.run(
        [sys.executable, "-m", "gym_push.cli", "guard", "list"],
        env=desktop.env, capture_output=True, text=True,
    )  # fmt: skip
    assert "News" in listed.stdout and "\x1b" not in listed.stdout and "\u202e" not in listed.stdout
    assert guard.end(signal.SIGKILL) == -signal.SIGKILL
    again = guards("--text", "keep")
    assert "2 that an earlier guard held" in again.text()
    until(lambda: desktop.shown() == 2, "what was held")
    after = {path for path in desktop.folder.rglob("*") if "guard" not in path.parts}
    assert {path.name for path in after - before if not path.name.startswith("said-")} == set()


@pytest.mark.parametrize("number", [200, pytest.param(10_000, marks=pytest.mark.weekly)])
def test_a_flood_of_one_app_keeps_no_other_waiting(desktop, guards, number):
    guards()
    desktop.dunstctl("set-paused", "true", address=private_bus(desktop))  # drawing takes it longer

    async def talk():
        seen = []
        monitor = await watch(private_bus(desktop), seen)
        flood = await Recorder.start(desktop.address)
        async with an_app(desktop.address) as app:
            calls = [flood.notify(f"Sale {turn}", app="Ads") for turn in range(number)]
            flooded = asyncio.gather(*calls)
            await asyncio.sleep(0)
            await app.notify("Maya", app="Chat")
            seen_before_it = len(seen)
            ids = await flooded  # the daemon goes on answering
        flood.close()
        monitor.disconnect()
        return ids, seen_before_it, {summary for summary, _ in seen}

    ids, before, seen = run_async(talk())
    assert len(set(ids)) == number and before < number
    assert "Maya" in seen

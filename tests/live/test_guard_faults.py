"""Whatever ends or fails, nothing that the guard holds is lost, and nothing is delivered twice."""

import asyncio
import os
import resource
import signal
import subprocess
import time

import pytest
from agents_that_fail import Fails, Sleeps
from guard_support import a_guard
from live_support import an_app, run_async, stop, until
from test_guarding import shown, shows

from gym_push.errors import DesktopError
from gym_push.live import bus, running

SECRET = "the password of the 🐈 is hunter2"


async def send(app, *names):
    """Sends notifications with texts that are different, or dunst would show them as one."""
    texts = [f"{time.monotonic()}: {SECRET}" for _ in names]
    return [
        await app.notify(*each, app=name) for name, *each in zip(names, texts, texts, strict=True)
    ]


def in_files(folder, text):
    return [p for p in folder.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]


def test_it_ends_and_all_is_delivered_once(desktop, guards):
    guard = guards()

    async def talk():
        async with an_app(desktop.address) as app:
            await send(app, "News", "Ads", "News")
            assert await shown(desktop) == 0

    run_async(talk())
    assert guard.end(signal.SIGTERM) == 0
    until(lambda: desktop.shown() == 3, "what was held")
    assert "Traceback" not in guard.text()
    again = guards()
    assert again.process.poll() is None and "earlier guard" not in again.text()
    assert again.end(signal.SIGINT) == 0
    assert not in_files(desktop.folder / "guard", "hunter2")


@pytest.mark.parametrize("text", ["drop", "keep"])
def test_it_is_killed_and_the_next_one_delivers_what_was_held(desktop, guards, text):
    guard = guards("--text", text)

    async def talk():
        async with an_app(desktop.address) as app:
            return await send(app, "News", "News", "Ads")

    ids = run_async(talk())
    assert guard.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not desktop.has_owner(), "its daemon to end, too")
    assert bool(in_files(desktop.folder / "guard", "hunter2")) == (text == "keep")
    again = guards("--text", text)
    assert "2 that an earlier guard held are delivered" in again.text()
    until(lambda: desktop.shown() == (2 if text == "keep" else 1), "what was held")  # one an app
    [ads] = run_async(waiting(desktop))
    assert (ads["id"], ads["state"], ads["app"]) == (ids[2], "suppressed", "Ads")
    assert (SECRET in (ads["body"] or "")) == (text == "keep")
    assert again.end(signal.SIGTERM) == 0
    once_more = guards("--text", text)
    assert "earlier guard" not in once_more.text()
    for path in [desktop.folder / "guard", *(desktop.folder / "guard").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


async def waiting(desktop):
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = desktop.address
    return await running.waiting(desktop.folder / "guard")


def test_an_agent_fails(desktop):
    async def talk():
        async with a_guard(desktop, agent=Fails) as guard, an_app(desktop.address) as app:
            await send(app, "News", "Chat")
            assert await shown(desktop) == 0
            await send(app, "Trouble")
            await shows(desktop, 3)
            await send(app, "News")
            await shows(desktop, 4)
            [said] = [s for s in guard.told if "failed" in s]
            assert said.endswith("(ValueError: no such thing)")

    run_async(talk())


def test_an_agent_sleeps(desktop):
    async def talk():
        async with a_guard(desktop, agent=Sleeps) as guard, an_app(desktop.address) as app:
            await send(app, "News", "Chat")
            began = time.monotonic()
            await send(app, "Trouble")
            await send(app, "News")
            assert time.monotonic() - began < 1.0
            await shows(desktop, 4)  # all that waited, too
            assert [s for s in guard.told if "slower than 50 ms" in s]
            assert [s for s in guard.told if "does not answer" in s]

    began = time.monotonic()
    run_async(talk())
    assert time.monotonic() - began < 9.0  # and it is not waited for


def test_the_disk_is_full(desktop, guards):
    guard = guards()
    most = 4000  # bytes of a file: sentences yes, a page of the database no
    resource.prlimit(guard.process.pid, resource.RLIMIT_FSIZE, (most, most))

    async def talk():
        async with an_app(desktop.address) as app:
            await send(app, *["News"] * 20)
            await shows(desktop, 20)

    run_async(talk())
    assert guard.end(signal.SIGTERM) == 0
    assert guard.text().count("what cannot be kept passes") == 1
    assert guard.text().count("decisions cannot be logged any more") == 1
    assert "Traceback" not in guard.text()


def test_the_daemon_is_killed(desktop):
    async def talk():
        async with a_guard(desktop) as guard, an_app(desktop.address) as app:
            await send(app, "News", "Chat")
            await shows(desktop, 1)
            for pid in await asyncio.to_thread(daemons, desktop):
                os.kill(pid, signal.SIGKILL)
            await send(app, "Chat", "News")
            await shows(desktop, 1)
            assert len(await running.waiting(desktop.folder)) == 2
            assert [s for s in guard.told if "started again" in s]
            assert await running.release([]) == 2
            await shows(desktop, 3)
            assert await running.waiting(desktop.folder) == []

    run_async(talk())


def daemons(desktop):
    config = str(desktop.folder / "dunstrc")
    found = subprocess.run(
        ["pgrep", "-f", f"^dunst -config {config}"], capture_output=True, text=True
    )
    return [int(pid) for pid in found.stdout.split()]


def test_a_daemon_that_cannot_be_started_changes_nothing(desktop):
    async def talk():
        with pytest.raises(DesktopError, match="^false does not show notifications"):
            async with a_guard(desktop, daemon=["false"]):
                pass

    run_async(talk())
    assert desktop.daemon.poll() is None and desktop.shown() == 0


def test_what_is_withdrawn_while_it_is_shown_does_not_stay(desktop):
    async def talk():
        async with a_guard(desktop), an_app(desktop.address) as app:
            [news, more] = await send(app, "News", "News")
            [pid] = await asyncio.to_thread(daemons, desktop)
            os.kill(pid, signal.SIGSTOP)
            assert await running.release([]) == 2
            withdrawing = asyncio.ensure_future(app.withdraw(news))
            replacing = asyncio.ensure_future(app.notify("Snow", app="News", replaces=more))
            await asyncio.sleep(0.2)
            os.kill(pid, signal.SIGCONT)
            await withdrawing
            await app.told("NotificationClosed", news, bus.WITHDRAWN)
            assert await replacing == more
            await shows(desktop, 1)

    run_async(talk())


def test_it_ends_while_its_daemon_hangs(desktop):
    async def talk():
        async with an_app(desktop.address) as app:
            async with a_guard(desktop):
                [pid] = await asyncio.to_thread(daemons, desktop)
                os.kill(pid, signal.SIGSTOP)
                sending = asyncio.ensure_future(app.notify("Maya", app="Chat"))
                await send(app, "News")
            await shows(desktop, 2)
            await app.withdraw(await sending)
            await shows(desktop, 1)

    run_async(talk())


def test_the_bus_goes(desktop, guards):
    guard = guards("--text", "keep")

    async def talk():
        async with an_app(desktop.address) as app:
            await send(app, "News")

    run_async(talk())
    stop(desktop.bus)
    assert guard.process.wait(30) == 2
    assert "the session bus is gone; 1 that wait are kept in" in guard.text()
    assert guard.text().count("\n") == 3 and "Traceback" not in guard.text()

"""The guard delivers, holds and suppresses, and loses nothing of what it holds back."""

import asyncio
import json
from urllib.request import urlopen

import pytest
from dbus_fast import MessageType
from guard_support import a_guard
from live_support import an_app, run_async, until_async, urgency

from gym_push.errors import DesktopError
from gym_push.evaluation import LoggedDecisions
from gym_push.live import bus, decisions, running
from gym_push.live.report import Report
from gym_push.live.showing import Showing
from gym_push.viewer import url
from gym_push.viewer.frame import to_json
from gym_push.viewer.text import to_text

ACTIONS = ["default", "Open"]


async def shown(desktop):
    return await asyncio.to_thread(desktop.shown)


async def shows(desktop, number):
    for _ in range(200):
        if await shown(desktop) == number:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{await shown(desktop)} are shown, not {number}")


def test_it_delivers_holds_and_suppresses(desktop):
    async def talk():
        async with a_guard(desktop) as guard, an_app(desktop.address) as app:
            chat = await app.notify("Maya", app="Chat", actions=ACTIONS)
            news = await app.notify("Rain", app="News", actions=ACTIONS)
            ads = await app.notify("Sale", app="Ads", actions=ACTIONS)
            assert len({chat, news, ads}) == 3
            await shows(desktop, 1)
            assert [(w["app"], w["state"]) for w in await running.waiting(desktop.folder)] == [
                ("News", "held"), ("Ads", "suppressed"),
            ]  # fmt: skip
            await asyncio.to_thread(desktop.dunstctl, "close")  # the person is there
            await app.told("NotificationClosed", chat, bus.DISMISSED)
            await shows(desktop, 1)  # what was held
            await asyncio.to_thread(desktop.dunstctl, "action", "0")
            await app.told("ActionInvoked", news, "default")
            await asyncio.to_thread(desktop.dunstctl, "close")
            await app.told("NotificationClosed", news, bus.DISMISSED)
            assert await running.release([ads]) == 1
            await shows(desktop, 1)
            await app.withdraw(ads)
            await app.told("NotificationClosed", ads, bus.WITHDRAWN)
            await shows(desktop, 0)
            assert await running.waiting(desktop.folder) == []
            assert [s for s in guard.told if "failed" in s] == []

    run_async(talk())
    assert desktop.has_owner()  # the daemon is in its place again
    logged = LoggedDecisions.read(desktop.folder / "guard" / "decisions")
    assert logged.decisions.tolist() == [0, 1, 2]
    assert logged.log.columns["became"].take(slice(None)) == ["dismissed", "opened", "withdrawn"]
    report = Report.of(desktop.folder / "guard")
    assert report.decisions == 3 and report.done["held"] == {"opened": 1}
    assert json.loads(json.dumps(report.to_dict()))["wished"] == report.wished


def test_what_waits_is_withdrawn_and_replaced_by_its_app(desktop):
    async def talk():
        async with a_guard(desktop), an_app(desktop.address) as app:
            first = await app.notify("Rain", app="News")
            assert await app.notify("Snow", app="News", replaces=first) == first
            assert [w["summary"] for w in await running.waiting(desktop.folder)] == ["Snow"]
            await app.withdraw(first)
            await app.told("NotificationClosed", first, bus.WITHDRAWN)
            assert await running.waiting(desktop.folder) == []
            ads = await app.notify("Sale", app="Ads")
            assert await app.notify("Fire", app="Ads", replaces=ads, hints=urgency(2)) == ads
            await shows(desktop, 1)
            assert await app.notify("Fire!", app="Ads", replaces=ads) == ads  # it is seen
            assert await shown(desktop) == 1
            await asyncio.to_thread(desktop.dunstctl, "close")
            await app.told("NotificationClosed", ads, bus.DISMISSED)

    run_async(talk())


def test_some_always_pass_and_some_never(desktop):
    async def talk():
        rules = {"always": ["News"], "never": ["Chat"], "longest": 1.0}
        async with a_guard(desktop, **rules), an_app(desktop.address) as app:
            await app.notify("Rain", app="News")
            await app.notify(
                "Ring", app="Ads", hints={"category": bus.Variant("s", "call.incoming")}
            )
            await shows(desktop, 2)
            chat = await app.notify("Maya", app="Chat")
            assert await shown(desktop) == 2
            await app.told("NotificationClosed", chat, bus.EXPIRED)  # final by now
            [waits] = await running.waiting(desktop.folder)
            assert (waits["id"], waits["state"]) == (chat, "suppressed")

    run_async(talk())


def test_what_is_held_comes_in_the_end(desktop):
    async def talk():
        async with a_guard(desktop, longest=0.5), an_app(desktop.address) as app:
            await app.notify("Rain", app="News")
            assert await shown(desktop) == 0
            await shows(desktop, 1)

    run_async(talk())


def test_a_shadow_delivers_everything(desktop):
    async def talk():
        async with a_guard(desktop, shadow=True), an_app(desktop.address) as app:
            for name in ("Chat", "News", "Ads"):
                await app.notify("Hello", app=name)
            await shows(desktop, 3)
            await asyncio.to_thread(desktop.dunstctl, "close-all")
            await until_async(lambda: len(app.signals) == 3, "three signals")

    run_async(talk())
    report = Report.of(desktop.folder / "guard")
    assert report.done["delivered"] == {"dismissed": 3}
    assert report.wished["held"] == report.wished["suppressed"] == {"dismissed": 1}
    assert report.delivering_all.value == report.reward.value


def test_the_agent_begins_when_enough_is_known(desktop):
    async def talk():
        async with a_guard(desktop, log=False) as guard, an_app(desktop.address) as app:
            for turn in range(51):
                await app.notify(f"Sale {turn}", app="Ads", timeout=0)
                await asyncio.to_thread(desktop.dunstctl, "close-all")
            await until_async(lambda: "learned" in guard.told[-1], "the agent")
            await app.notify("Sale", app="Ads")
            assert await running.waiting(desktop.folder)

    run_async(talk())


def test_the_page_shows_what_happens(desktop, monkeypatch):
    monkeypatch.setenv("GYM_PUSH_BROWSER", "0")
    shown_on_page = Showing("table-per-app", decisions.schema("drop"))

    async def talk():
        async with a_guard(desktop, changed=shown_on_page), an_app(desktop.address) as app:
            for name in ("Chat", "News", "Ads"):
                await app.notify("Hello", app=name, actions=ACTIONS)
            frame = shown_on_page.frame(shown_on_page.state())
            assert (frame.epoch, frame.held, frame.suppressed, frame.delivered) == (3, 1, 1, 1)
            assert frame.notification["app"] == "Ads" and frame.roles == {"app": "app"}
            await asyncio.to_thread(desktop.dunstctl, "action", "0")
            await shows(desktop, 2)
            await until_async(lambda: shown_on_page.state().sums["opened"] == 1, "an opening")
            page = await asyncio.to_thread(urlopen, url())
            assert page.status == 200 and page.read()
            page.close()

    run_async(talk())
    frame = shown_on_page.frame(shown_on_page.state())
    assert (frame.held, frame.delivered, frame.opened) == (0, 2, 1)
    assert frame.reward == 0.5 == frame.deliver_all and frame.acted_on == 1
    told = to_text(frame)
    assert "guard · table-per-app" in told and "1 opened" in told and "Chat" in told
    assert json.loads(to_json(frame))["env"] == "guard"
    shown_on_page.close()


def test_what_cannot_be_moved_is_told(empty_desktop):
    async def talk():
        async with an_app(empty_desktop.address) as shell:
            await shell.connection.request_name(bus.NOTIFICATIONS)
            with pytest.raises(DesktopError, match="cannot be moved, .* use  gym-push listen"):
                async with a_guard(empty_desktop):
                    pass

    run_async(talk())


def test_there_is_one_guard(desktop):
    async def talk():
        async with a_guard(desktop):
            with pytest.raises(DesktopError, match="another guard"):
                async with a_guard(desktop, log=False):
                    pass

    run_async(talk())


def test_while_it_takes_the_daemons_place_no_call_is_refused(desktop):
    async def talk():
        async with an_app(desktop.address) as app:
            ends, replies = asyncio.Event(), []

            async def send():
                while not ends.is_set():
                    body = ["Chat", 0, "", f"{len(replies)}", "", [], {}, -1]
                    replies.append(await app.ask("Notify", bus.NOTIFY_SIGNATURE, *body))

            sending = asyncio.ensure_future(send())
            async with a_guard(desktop):
                await asyncio.sleep(0.1)
                ends.set()
                await sending
            errors = [r.error_name for r in replies if r.message_type is MessageType.ERROR]
            assert len(replies) > 3
            assert errors in ([], ["org.freedesktop.DBus.Error.NoReply"])  # of the old daemon

    run_async(talk())

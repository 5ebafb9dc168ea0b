"""Many notifications: none is lost, none is doubled, and those that are delivered hardly wait."""

import asyncio
import os
import signal
import time
from collections import Counter

import numpy as np
import psutil
import pytest
from guard_support import Process, private_bus, watch
from live_support import an_app, run_async, until_async

from gym_push.live import running

APPS = ("Chat", "News", "Ads")


@pytest.mark.parametrize("number", [300, pytest.param(10_000, marks=pytest.mark.weekly)])
def test_none_is_lost_and_none_is_doubled(desktop, number):
    guard = Process(desktop)
    desktop.dunstctl("set-paused", "true", address=private_bus(desktop))  # drawing takes it longer
    process = psutil.Process(guard.process.pid)
    sizes = []

    async def talk():
        seen, sent, begun = [], {}, time.perf_counter()
        monitor = await watch(private_bus(desktop), seen)
        async with an_app(desktop.address) as app:
            calls = []
            for turn in range(number):
                await asyncio.sleep(max(begun + turn / 200 - time.perf_counter(), 0))
                name = APPS[turn % 3]
                sent[f"{name} {turn}"] = time.perf_counter()
                calls.append(asyncio.ensure_future(app.notify(f"{name} {turn}", app=name)))
                if turn % 30 == 29:
                    seen_by_now = (await asyncio.gather(*calls))[::3]  # those of Chat
                    await asyncio.gather(*map(app.withdraw, seen_by_now))
                    calls.clear()
                if turn in (number // 4, number - 1):
                    sizes.append(process.memory_info().rss)
            await asyncio.gather(*calls)
            kept = await running.waiting(desktop.folder / "guard")
            await until_async(lambda: len(seen) + len(kept) >= number, "all")
        monitor.disconnect()
        return seen, sent, kept

    try:
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = desktop.address
        seen, sent, kept = run_async(talk())
    finally:
        guard.end(signal.SIGKILL)  # else it delivers all that is suppressed
    summaries = Counter([summary for summary, _ in seen] + [item["summary"] for item in kept])
    assert summaries == Counter(dict.fromkeys(sent, 1))
    assert sizes[1] - sizes[0] < 30e6, "memory is flat"
    waits = np.array([when - sent[name] for name, when in seen if name.startswith("Chat")])
    median, most = np.quantile(waits, [0.5, 0.99])
    print(f"{number}: median {1e3 * median:.1f} ms, 99 % {1e3 * most:.1f} ms, "
          f"memory {(sizes[1] - sizes[0]) / 1e6:.1f} MB more")  # fmt: skip
    if number > 1000:
        assert median < 0.010 and most < 0.050

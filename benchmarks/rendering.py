"""What render() costs the agent, with and without a page that watches."""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from time import perf_counter
from typing import Any

import gymnasium

from benchmarks.rounds import title, verdict
from gym_push import viewer

EPISODES = 30
THINKING = 0.0001  # seconds that the agent computes between steps


def run() -> None:
    """Measures and prints."""
    title(f"render() on every step, microseconds ({EPISODES} episodes)")
    os.environ["GYM_PUSH_BROWSER"] = "0"
    env = gymnasium.make("gym_push:basic-v0")
    env.reset()
    env.render()
    url = viewer.url()
    if url is None:
        print("  no viewer here: not measured")
        return
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    _measure(env, "no page open")
    with _page(url, chromium) if chromium else nullcontext():
        _measure(env, "page open" if chromium else "no page open (no Chromium here)")
    env.close()


def _measure(env: gymnasium.Env[Any, Any], when: str) -> None:
    costs = []
    for _ in range(EPISODES):
        env.reset()
        ended = False
        while not ended:
            ended = env.step(1)[2]
            start = perf_counter()
            env.render()
            rendered = perf_counter()
            costs.append(1e6 * (rendered - start))
            while perf_counter() < rendered + THINKING:
                pass
    costs.sort()
    p999, worst = costs[int(0.999 * len(costs))], costs[-1]
    verdict(f"render(), {when}, median", statistics.median(costs), 5, at_most=True)
    print(f"       99.9 %: {p999:.1f}, worst: {worst:.0f}")


@contextmanager
def _page(url: str, chromium: str) -> Iterator[None]:
    """Opens the page in a Chromium of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector("#epoch")
        yield
        browser.close()

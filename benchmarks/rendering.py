"""What render() costs the agent, and how soon and how often a page in Chromium is painted.

The page itself is unchanged: a script of the benchmark watches its episode and epoch, and notes
when the browser has painted them.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import gymnasium

from benchmarks.rounds import table, title, verdict
from gym_push import viewer

if TYPE_CHECKING:
    from playwright.sync_api import Page

SECONDS = 5.0  # of each measurement
THINKING = 0.0001  # seconds that the agent computes between steps

# The message is handled after the current frame has been painted.
WATCH = """
window.paints = [];
document.addEventListener('DOMContentLoaded', () => {
  const read = id => parseInt(document.getElementById(id).textContent.replace(/^\\D+/, ''));
  const after = new MessageChannel();
  let shown = null, waiting = false;
  after.port1.onmessage = () => {
    waiting = false;
    paints.push([...shown, performance.timeOrigin + performance.now()]);
  };
  const look = () => {
    const now = [read('episode'), read('epoch')];
    if (waiting || String(now) === String(shown) || now.some(isNaN)) return;
    shown = now;
    waiting = true;
    after.port2.postMessage(null);
  };
  const changes = {subtree: true, childList: true, characterData: true};
  new MutationObserver(look).observe(document.querySelector('.progress'), changes);
});
"""


@dataclass(frozen=True)
class Played:
    """Measurements in the agent's process.

    Attributes:
        costs: Of every render(), in microseconds, ascending.
        rate: Steps a second.
        called: When render() was called, in seconds since 1970, by (episode, epoch).
    """

    costs: Sequence[float]
    rate: float
    called: dict[tuple[int, int], float]


def run() -> None:
    """Measures and prints."""
    title(f"render() on every step, {SECONDS:g} seconds with and {SECONDS:g} without a page")
    os.environ["GYM_PUSH_BROWSER"] = "0"
    env = gymnasium.make("gym_push:basic-v0")
    env.reset()
    env.render()
    url = viewer.url()
    if url is None:
        print("  no viewer here: not measured")
        return
    episodes = [1]
    played = {"no page open": _play(env, episodes)}
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    paints: list[tuple[int, int, float]] = []
    if chromium:
        with _page(url, chromium) as page:
            page.evaluate("paints.length = 0")
            played["page open"] = _play(env, episodes)
            page.wait_for_timeout(500)
            paints = [(episode, epoch, at) for episode, epoch, at in page.evaluate("paints")]
    env.close()
    table(
        ("render(), microseconds", "median", "99 %", "99.9 %", "worst", "steps a second"),
        (
            (when, *(f"{_share(each.costs, share):.1f}" for share in (0.5, 0.99, 0.999)),
             f"{each.costs[-1]:.0f}", f"{each.rate:.0f}")
            for when, each in played.items()
        ),
    )  # fmt: skip
    for when, each in played.items():
        verdict(f"render(), {when}, median", _share(each.costs, 0.5), 5, at_most=True)
    if not chromium:
        print("  no Chromium here: painting is not measured")
        return
    _judge(paints, played["page open"].called)


def _judge(paints: list[tuple[int, int, float]], called: dict[tuple[int, int], float]) -> None:
    """Prints how often and how soon the page painted what the agent showed."""
    known = [paint for paint in paints if paint[:2] in called]
    late = sorted(at - 1000 * called[episode, epoch] for episode, epoch, at in known)
    rate = 1000 * (len(known) - 1) / (known[-1][2] - known[0][2])
    verdict("painted frames a second", rate, 23)
    verdict("render() to painted, median, ms", _share(late, 0.5), 14, at_most=True)
    print(f"       99 %: {_share(late, 0.99):.1f}, worst: {late[-1]:.1f}")


def _play(env: gymnasium.Env[Any, Any], episodes: list[int]) -> Played:
    """Plays for `SECONDS`; `episodes` counts the resets of the environment, as the page does."""
    costs, called, steps = [], {}, 0
    began = perf_counter()
    while perf_counter() < began + SECONDS:
        env.reset()
        episodes[0] += 1
        ended, epoch = False, 0
        while not ended:
            ended = env.step(1)[2]
            steps += 1
            epoch += 1
            called[episodes[0], epoch] = time.time()
            start = perf_counter()
            env.render()
            rendered = perf_counter()
            costs.append(1e6 * (rendered - start))
            while perf_counter() < rendered + THINKING:
                pass
    return Played(sorted(costs), steps / (perf_counter() - began), called)


def _share(values: Sequence[float], share: float) -> float:
    return values[int(share * (len(values) - 1))]


@contextmanager
def _page(url: str, chromium: str) -> Iterator[Page]:
    """Opens the page in a new Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.add_init_script(WATCH)
        page.goto(url)
        page.get_by_text("/ 324").wait_for()
        yield page
        browser.close()

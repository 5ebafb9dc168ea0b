"""Makes docs/page.png, the README's picture, from a real run: `python -m nox -s picture`."""

from __future__ import annotations

import os
import random
import shutil
import sys
from pathlib import Path

import gymnasium
from playwright.sync_api import expect, sync_playwright

from gym_push import viewer

PICTURE = Path(__file__).with_name("page.png")
EPISODES = 16
DECISIONS = 187  # of the last episode


def main() -> None:
    """Plays until the picture is full, and takes it."""
    env = gymnasium.make("gym_push:basic-v0", order="shuffled", render_mode="human")
    chance = random.Random(7)
    did: dict[tuple[object, ...], list[int]] = {}
    for episode in range(EPISODES):
        observation, _ = env.reset(seed=None if episode else 7)
        for _ in range(DECISIONS if episode == EPISODES - 1 else 324):
            # An agent that remembers what the person did, and trusts its memory more and more.
            about = observation["appPackage"], observation["contactSignificantContext"]
            before = did.setdefault(about, [])
            guesses = not before or chance.random() < 0.7**episode
            action = chance.randrange(2) if guesses else round(sum(before) / len(before))
            observation, reward, *_ = env.step(action)
            before.append(action if reward > 0 else 1 - action)
    url = viewer.url()
    if url is None:
        sys.exit("the viewer did not start: see above")
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1360, "height": 980}, device_scale_factor=1)
        page.goto(url)
        expect(page.locator("#epoch")).to_have_text(f"{DECISIONS} / 324")
        page.screenshot(path=PICTURE)
        browser.close()
    env.close()


if __name__ == "__main__":
    main()

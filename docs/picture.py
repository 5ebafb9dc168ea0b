"""Makes docs/page.png, the README's picture, from a real run: `python -m nox -s picture`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import gymnasium
from playwright.sync_api import expect, sync_playwright

from gym_push import viewer

PICTURE = Path(__file__).with_name("page.png")
DECISIONS = 187


def main() -> None:
    """Plays until the picture is full, and takes it."""
    env = gymnasium.make("gym_push:basic-v0", render_mode="human")
    env.action_space.seed(7)
    observation, _ = env.reset(seed=7)
    opened: dict[str, list[int]] = {}
    for _ in range(DECISIONS):  # an agent that remembers what the person did with each app
        did = opened.setdefault(observation["appPackage"], [])
        action = round(sum(did) / len(did)) if did else int(env.action_space.sample())
        observation, reward, *_ = env.step(action)
        did.append(action if reward > 0 else 1 - action)
    url = viewer.url()
    if url is None:
        sys.exit("the viewer did not start: see above")
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1360, "height": 880}, device_scale_factor=1)
        page.goto(url)
        expect(page.locator("#epoch")).to_have_text(f"{DECISIONS} / 324")
        page.screenshot(path=PICTURE)
        browser.close()
    env.close()


if __name__ == "__main__":
    main()

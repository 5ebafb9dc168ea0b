"""Makes the pictures of the page in docs/ from real runs: `python -m nox -s picture`."""

from __future__ import annotations

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gymnasium
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

import gym_push
from gym_push import viewer
from gym_push.agents import AgentSpec

FOLDER = Path(__file__).parent
WIDE, PHONE = (1360, 980), (390, 844)
SEED = 7


def main() -> None:
    """Takes one picture after the other."""
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take_page(browser)
        take_delivery(browser)
        take_comparison(browser, Path(folder))
        browser.close()


def take_page(browser: Browser) -> None:
    """The page in the middle of a run, light, dark, and on a phone."""
    env = play("gym_push:basic-v0", "table-per-app-and-time", 6, 187, "human", order="shuffled")
    for name, size, scheme in (
        ("page-light", WIDE, "light"),
        ("page-dark", WIDE, "dark"),
        ("page-phone", PHONE, "light"),
    ):
        take(browser, name, address(), ("#epoch", "187 / 324"), size, scheme)
    env.close()


def take_delivery(browser: Browser) -> None:
    """The page of delivery-v0, on the fifth day of a person."""
    env = play("gym_push:delivery-v0", "hold-to-next-use", 2, 150, "human", days=7)
    take(browser, "page-delivery", address(), ("#l-epoch", "#150"), WIDE, "light")
    env.close()


def take_comparison(browser: Browser, folder: Path) -> None:
    """Two recordings of the same log side by side."""
    agents = ("always-open", "table-per-app")
    files = [folder / f"{agent}.html" for agent in agents]
    for agent, file in zip(agents, files, strict=True):
        play("gym_push:basic-v0", agent, record=file).close()
    gym_push.compare_page(files, folder / "compare.html")
    shown = ("#epoch", "324 / 324")
    take(browser, "compare", (folder / "compare.html").as_uri(), shown, WIDE, "light")


def play(
    env_id: str,
    name: str,
    episodes: int = 1,
    steps: int | None = None,
    render_mode: str | None = None,
    record: Path | None = None,
    **options: Any,
) -> gymnasium.Env[Any, Any]:
    """Lets a baseline play, shown or recorded, to a step of the last episode."""
    spec = AgentSpec.of(name)
    env: gymnasium.Env[Any, Any] = gymnasium.make(
        env_id, observation=spec.form, render_mode=render_mode, agent_name=name, **options
    )
    if record is not None:
        env = gym_push.record(env, record)
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(SEED)
    for episode in range(episodes):
        observation, _ = env.reset(seed=None if episode else SEED)
        ended, taken = False, 0
        while not ended and (episode < episodes - 1 or taken != steps):
            action = agent.act(observation)
            following, reward, terminated, truncated, _ = env.step(action)
            agent.learn(observation, action, float(reward))
            observation, ended, taken = following, terminated or truncated, taken + 1
    return env


def address() -> str:
    """Returns where the page is."""
    url = viewer.url()
    if url is None:
        sys.exit("the viewer did not start: see above")
    return url


def take(
    browser: Browser,
    name: str,
    url: str,
    shown: tuple[str, str],
    size: tuple[int, int],
    scheme: str,
) -> None:
    """Takes a picture once an element of the page, by its selector, shows a text."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if size == PHONE else 1,
    )
    page.goto(url)
    expect(page.locator(shown[0])).to_have_text(shown[1])
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.save(FOLDER / f"{name}.webp", quality=88, method=6)
    page.close()


if __name__ == "__main__":
    main()

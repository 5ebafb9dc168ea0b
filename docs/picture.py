"""Makes the pictures of the page in docs/pictures from real runs: `python -m nox -s picture`."""

from __future__ import annotations

import os
import shutil
import subprocess
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
from gym_push.agents import AgentSpec, Pretrainable
from gym_push.evaluation.playing import practice

FOLDER = Path(__file__).with_name("pictures")
WIDE, PHONE = (1360, 980), (390, 844)
FRAMES, MOVING = 16, (720, 450)
SEED = 7
AGENTS = ("table-per-app", "online-logistic", "majority", "always-open", "random")


def page(browser: Browser) -> None:
    """The page in the middle of a run, light, dark, and on a phone."""
    env = play("gym_push:basic-v0", "table-per-app-and-time", 6, 187, "human", order="shuffled")
    for name, size, scheme in (
        ("page-light", WIDE, "light"),
        ("page-dark", WIDE, "dark"),
        ("page-phone", PHONE, "light"),
    ):
        take(browser, name, address(), ("#epoch", "187 / 324"), size, scheme)
    env.close()


def delivery(browser: Browser) -> None:
    """The page of delivery-v0, amid a week."""
    env = play("gym_push:delivery-v0", "delivery-table", 4, 140, "human", days=7)
    take(browser, "page-delivery", address(), ("#l-epoch", "#140"), WIDE, "light")
    env.close()


def send(browser: Browser) -> None:
    """The page of send-v0, amid four weeks."""
    env = play("gym_push:send-v0", "contextual-bandit", 3, 70, "human")
    take(browser, "page-send", address(), ("#l-epoch", "#70"), WIDE, "light")
    env.close()


def compare(browser: Browser) -> None:
    """Two recordings of the same log side by side."""
    agents = ("always-open", "table-per-app")
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{agent}.html" for agent in agents]
        for agent, file in zip(agents, files, strict=True):
            play("gym_push:basic-v0", agent, record=file).close()
        path = Path(folder) / "compare.html"
        gym_push.compare_page(files, path)
        take(browser, "compare", path.as_uri(), ("#epoch", "324 / 324"), WIDE, "light")


def moving(_: Browser) -> None:
    """A moving picture of each environment, for its page."""
    for name, env_id, agent, episodes, first_step in (
        ("basic", "gym_push:basic-v0", "table-per-app", 1, 120),
        ("delivery", "gym_push:delivery-v0", "delivery-table", 1, 120),
        ("send", "gym_push:send-v0", "contextual-bandit", 3, 56),
    ):
        pictures: list[Image.Image] = []
        for steps in range(first_step, first_step + FRAMES):
            env = play(env_id, agent, episodes, steps, "rgb_array")
            shown: Any = env.render()
            pictures.append(Image.fromarray(shown).resize(MOVING))
            env.close()
        first, *rest = pictures
        first.save(
            FOLDER / f"{name}.webp", save_all=True, append_images=rest, duration=700, loop=0,
            quality=70, method=6,
        )  # fmt: skip


def leaderboard(browser: Browser) -> None:
    """The leaderboard as a page."""
    with TemporaryDirectory() as folder:
        board, path = f"{folder}/board.sqlite", Path(folder) / "leaderboard.html"
        run("evaluate", *AGENTS, "--suite", "users-24/v1", "--board", board)
        run("leaderboard", board, "--html", str(path))
        take(browser, "leaderboard", path.as_uri(), ("h1", "gym-push leaderboard"), WIDE, "light")


def plots(_: Browser) -> None:
    """Plots of an evaluation, and of the bundled log."""
    with TemporaryDirectory() as folder:
        for command in (
            ("evaluate", *AGENTS, "--suite", "users-24/v1", "--board", f"{folder}/board.sqlite"),
            ("log", "describe"),
        ):
            file = Path(folder) / f"plots-{command[0]}.png"
            run(*command, "--plots", str(file))
            with Image.open(file) as picture:
                picture.thumbnail((1400, 2000))
                picture.save(FOLDER / f"{file.stem}.webp", quality=88, method=6)


PICTURES = {
    each.__name__: each for each in (page, delivery, send, compare, moving, leaderboard, plots)
}


def main(names: list[str]) -> None:
    """Takes all pictures, or one; each in a process of its own, as the page of a process is."""
    if len(names) != 1:
        for name in names or PICTURES:
            subprocess.run([sys.executable, __file__, name], check=True)
        return
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        PICTURES[names[0]](browser)
        browser.close()


def run(*arguments: str) -> None:
    """Runs a command of gym-push."""
    subprocess.run([sys.executable, "-m", "gym_push.cli", *arguments], check=True)


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
        env_id, **spec.form, render_mode=render_mode, agent_name=name, **options
    )
    if record is not None:
        env = gym_push.record(env, record)
    agent = spec.make(env.observation_space, env.action_space)
    agent.reset(SEED)
    if isinstance(agent, Pretrainable):
        agent.pretrain(practice(spec.form, SEED, env_id.removeprefix("gym_push:")), SEED)
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
        reduced_motion="reduce",  # the LED is lit, and does not blink
    )
    page.goto(url)
    expect(page.locator(shown[0])).to_have_text(shown[1])
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.save(FOLDER / f"{name}.webp", quality=88, method=6)
    page.close()


if __name__ == "__main__":
    main(sys.argv[1:])

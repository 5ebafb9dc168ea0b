"""What the page shows of any log: its app and its text, whatever the columns are called."""

import numpy as np
import pytest

import gym_push
from gym_push.envs.basic.frames import roles
from gym_push.viewer import words

APPS = ["Signal", "Bank", "Mail", "Signal", "Bank"]
TEXTS = ["Mum: call me", "A payment of 12 €", "שלום, מה שלומך", "今日は会議です", "x" * 300]

AGENT = f"""
import sys
import gymnasium, gym_push, pandas as pd
table = pd.DataFrame({{
    "app": {APPS!r}, "text": {TEXTS!r}, "place": "home", "battery": [80, 70, 60, 50, 40],
    "opened": [1, 0, 0, 1, 0], "seconds": 3.5,
}})
schema = gym_push.Schema(
    notification=["app", "text"],
    context=["place", "battery"],
    action="opened",
    engagement=["seconds"],
)
log = gym_push.read_log(table, schema)
env = gymnasium.make(
    "gym_push:basic-v0", data=log, render_mode="human", agent_name="who matters"
)
env = gym_push.record(env, PATH)
env.reset(seed=0)
from gym_push import viewer
print(viewer.url(30), flush=True)
for action in (1, 1, 0, 1):
    env.step(action)
sys.stdin.readline()
env.close()
"""


def check(page, see):
    """Whether a page shows the log's last notification, and the four before it in the lists."""
    see(page, "#agent", "who matters")
    see(page, "#epoch", "4 / 5")
    see(page, "#n-app", "Bank")
    see(page, "#n-text", TEXTS[4])
    see(page, "#p-place", "home")
    see(page, "#p-battery", "40%")
    see(page, "#d-text", f"Signal · {TEXTS[3]}")
    listed = [line for name in ("opened", "dismissed")
              for line in page.locator(f"#{name} li bdi").all_inner_texts()]  # fmt: skip
    assert listed == [f"{APPS[row]} · {TEXTS[row]}" for row in (3, 1, 0, 2)]
    assert page.locator("#chips h2:visible").count() == 0  # there is nothing below them
    see(page, "#against", "25.0 points above always opening")
    see(page, "#ctr-words", "opens more than the person does")
    assert not page.locator("body", has_text="3.5").count(), "what is known only afterwards"


@pytest.mark.browser
def test_the_readmes_own_log_shows_its_app_and_text(agent, open_page, open_file, see, tmp_path):
    path = tmp_path / "run.html"
    player = agent(AGENT.replace("PATH", repr(str(path))))
    page = open_page(player.url)
    check(page, see)
    see(page, "#tabs", "basic-v0 · who matters")
    assert player.finish()[0] == 0
    check(open_file(path), see)


def log_of(columns, **kwargs):
    import pandas as pd

    table = pd.DataFrame({**columns, "action": np.arange(8) % 2})
    return gym_push.read_log(table, gym_push.Schema(list(columns), **kwargs))


MANY = [f"{word} {word} number {at}" for at, word in enumerate("abcdefgh")]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"app": ["x"] * 8, "text": MANY}, {"app": "app", "text": "text"}),
        ({"source_app": ["x", "y"] * 4, "body": MANY}, {"app": "source_app", "text": "body"}),
        ({"PackageName": ["x", "y"] * 4, "n": range(8)}, {"app": "PackageName"}),
        (
            {"mood": ["a", "b"] * 4, "kind": ["a", "b", "c", "d"] * 2, "body": MANY},
            {"text": "body", "first": "kind"},
        ),
        ({"body": MANY}, {"text": "body"}),
        ({"mood": ["a", "b"] * 4, "n": range(8), "m": range(8)}, {"first": "mood", "second": "n"}),
        ({"n": range(8)}, {"first": "n"}),
    ],
)
def test_the_app_and_the_text_are_found_once_for_all(columns, found):
    kinds = {"body": "text"}
    features = [gym_push.Feature(name, kinds.get(name)) for name in columns]
    log = log_of(columns)
    log = gym_push.read_log(log.to_frame(), gym_push.Schema(features))
    assert roles(log) == found
    notification = log.features(0, "notification")
    named = [f"{words.label(found[role])}: {notification[found[role]]}"
             for role in ("first", "second") if role in found]  # fmt: skip
    title = words.app_name(notification[found["app"]]) if "app" in found else None
    text = notification[found["text"]] if "text" in found else None
    said = [each for each in (title, *named, text) if each]
    if "app" not in found and "first" not in found:
        said = ["Notification", *said]
    assert words.about(notification, found, " · ") == " · ".join(said)

"""The page of a delivery-v0 that another process steps, in a real Chromium."""

import re
from decimal import ROUND_HALF_UP, Decimal

import gymnasium
import pytest
from charts_support import values_drawn

pytestmark = pytest.mark.browser

AGENT = """
import sys
import gymnasium
env = gymnasium.make("gym_push:delivery-v0", render_mode="human", days=2)
env.reset(seed=5)
from gym_push import viewer
print(viewer.url(30), flush=True)
for line in sys.stdin:
    steps = 0
    for action in line.split():
        steps += 1
        if env.step(int(action))[2]:
            env.reset()
    print(steps, flush=True)
env.close()
"""


@pytest.fixture
def frames():
    """Frames of the same environment in this process: `frames(actions)` after each of them."""

    def play(actions):
        env = gymnasium.make("gym_push:delivery-v0", days=2)
        env.reset(seed=5)
        describe = env.unwrapped.frame_builder()
        shown = [describe(env.unwrapped.snapshot())]
        for action in actions:
            env.step(action)
            shown.append(describe(env.unwrapped.snapshot()))
        return shown

    return play


def signed(number):
    """A number as the page writes it: halves are rounded away from zero, as they are read."""
    shown = Decimal(str(number)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{shown:+}".rstrip("0").rstrip(".").replace("-", "−") if shown else "0"


def check(page, see, frame):
    """Whether the page shows a frame."""
    see(page, "#k-total", "–" if not frame.arrived else signed(frame.reward / frame.arrived))
    see(page, "#n-text", frame.notification["tickerText"])
    see(page, "#p-clock", frame.now[11:16])
    see(page, "#p-place", frame.context["place"])
    see(page, "#chips-context", "in use")
    for part in frame.parts:
        see(page, "#parts", "–" if not frame.arrived else signed(part / frame.arrived))
    see(page, "#k-acted-ctr", "–" if frame.ctr is None else f"{frame.ctr:.1%}")
    see(page, "#delivered-count", str(frame.delivered))
    see(page, "#suppressed-count", str(frame.suppressed))
    counts = page.locator("#outcomes dd").all_inner_texts()
    unseen = frame.delivered - frame.acted_on
    assert list(map(int, counts)) == [
        frame.opened, frame.dismissed, frame.ignored, unseen, frame.held, frame.suppressed
    ]  # fmt: skip


def outcomes_listed(page):
    """The epoch and the outcome of the deliveries that are listed."""
    lines = page.locator("#delivered li small").all_inner_texts()
    return {int(re.match(r"#(\d+)", line)[1]): line.split(" · ")[2] for line in lines}


def outcomes_of(frame):
    from gym_push.actions import DELIVER
    from gym_push.viewer.delivery_frame import OUTCOMES

    delivered = (told for told in frame.latest() if told["action"] == DELIVER)
    return {told["epoch"]: OUTCOMES[told["outcome"]] for told in delivered}


def test_the_page_follows_the_environment(agent, open_page, see, frames):
    actions = [0, 1, 2, *[0] * 12, 1, 2, 0]
    shown = frames(actions)
    player = agent(AGENT)
    page = open_page(player.url, viewport={"width": 1360, "height": 980})
    see(page, "#epoch", "day 1 of 2")
    see(page, "#recent", "nothing yet")
    check(page, see, shown[0])
    for epoch, done in enumerate(("delivered", "held", "suppressed")):
        player.act(actions[epoch])
        see(page, "#l-action", done)
        see(page, "#l-epoch", f"#{epoch + 1}")
        see(page, "#l-text", shown[epoch].notification["tickerText"])
        check(page, see, shown[epoch + 1])
    player.act(*actions[3:])
    see(page, "#l-epoch", f"#{len(actions)}")
    check(page, see, shown[-1])
    assert outcomes_listed(page) == outcomes_of(shown[-1])
    assert "not seen yet" in outcomes_listed(page).values()
    page.reload()
    see(page, "#l-epoch", f"#{len(actions)}")
    assert outcomes_listed(page) == outcomes_of(shown[-1])


def test_outcomes_reach_the_list_when_they_are_known(agent, open_page, see, frames):
    actions = [0] * 30
    shown = frames(actions)
    player = agent(AGENT)
    page = open_page(player.url)
    changed = 0
    for first in range(0, 30, 5):
        player.act(*actions[first : first + 5])
        see(page, "#l-epoch", f"#{first + 5}")
        expected = outcomes_of(shown[first + 5])
        assert outcomes_listed(page) == expected
        changed += sum(
            outcome == "not seen yet" != outcomes_of(shown[-1])[epoch]
            for epoch, outcome in expected.items()
        )
    assert changed, "a delivery was first listed without what became of it"


def test_the_curve_is_exact_however_fast_the_agent_is(agent, open_page, see, frames):
    actions = [0, 0, 2, 1] * 12
    shown = frames(actions)
    player = agent(AGENT)
    page = open_page(player.url)
    player.act(*actions)
    see(page, "#l-epoch", f"#{len(actions)}")
    rewards = [frame.reward_each for frame in shown[1:]]
    drawn = values_drawn(page, "curve", "reward")
    assert drawn == pytest.approx([*rewards, rewards[-1]], abs=max(map(abs, rewards)) / 100)


def test_the_page_goes_on_to_the_next_episode(agent, open_page, see):
    player = agent(AGENT)
    page = open_page(player.url)
    for _ in range(40):
        player.act(*[0] * 50)
        shown = re.search(r"episode (\d+)", page.locator("#episode").inner_text())
        if shown and int(shown[1]) > 2:
            break
    see(page, "#episodes-words", "after each")
    page.wait_for_timeout(500)
    assert page.locator("#episodes .curve.reward").count() == 1
    assert page.locator("#delivered li").count() == min(
        int(page.locator("#delivered-count").inner_text()), 40
    )


def test_the_page_shows_the_first_of_many(agent, open_page, see, frames):
    code = """
import gymnasium, numpy, sys
env = gymnasium.make_vec("gym_push:delivery-v0", num_envs=3, days=2, render_mode="human")
env.reset(seed=5)
from gym_push import viewer
print(viewer.url(30), flush=True)
for step in range(10):
    env.step(numpy.array([0, 1, 2]))
sys.stdin.readline()
"""
    page = open_page(agent(code).url)
    see(page, "#l-epoch", "#10")
    check(page, see, frames([0] * 10)[-1])


def test_a_single_step_is_one_decision(agent, open_page, see):
    code = """
import time, gymnasium
env = gymnasium.make("gym_push:delivery-v0", render_mode="human")
env.reset(seed=1)
from gym_push import viewer
print(viewer.url(30), flush=True)
while True:
    if env.step(0)[2]:
        env.reset(seed=1)
    time.sleep(0.02)
"""
    page = open_page(agent(code).url)
    see(page, "#status", "live")
    page.keyboard.press("Space")
    see(page, "#status", "paused")
    page.wait_for_timeout(500)
    epoch = int(page.locator("#l-epoch").inner_text()[1:])
    page.keyboard.press("ArrowRight")
    see(page, "#l-epoch", f"#{epoch + 1}")

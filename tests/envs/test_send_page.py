"""The page of a send-v0 that another process steps, in a real Chromium."""

import gymnasium
import pytest
from charts_support import values_drawn

pytestmark = pytest.mark.browser

AGENT = """
import sys
import gymnasium
env = gymnasium.make("gym_push:send-v0", render_mode="human", population={"size": 4}, days=9)
env.reset(seed=5, options={"user": 1})
from gym_push import viewer
print(viewer.url(30), flush=True)
for line in sys.stdin:
    for action in line.split():
        if env.step(int(action))[2]:
            env.reset(options={"user": 1})
    print(1, flush=True)
env.close()
"""


def frames(actions):
    """Frames of the same environment in this process, after each of the actions."""
    env = gymnasium.make("gym_push:send-v0", population={"size": 4}, days=9)
    env.reset(seed=5, options={"user": 1})
    describe = env.unwrapped.frame_builder()
    shown = [describe(env.unwrapped.snapshot())]
    for action in actions:
        env.step(action)
        shown.append(describe(env.unwrapped.snapshot()))
    return shown


def signed(number):
    words = f"{number:+.2f}".rstrip("0").rstrip(".").replace("-", "−")
    return words if float(number) else "0"


def check(page, see, frame):
    """Whether the page shows a frame."""
    see(page, "#k-sum", signed(frame.reward))
    see(page, "#k-effect", signed(frame.effect))
    see(page, "#p-clock", frame.now[11:16])
    see(page, "#p-place", frame.context["place"])
    see(page, "#chips-context", "seems busy")
    see(page, "#k-week", str(frame.week))
    see(page, "#sent-count", str(frame.sent))
    see(page, "#unsent-count", str(frame.counts[0]))
    see(page, "#offers-words", ", ".join(frame.hindered) or f"{frame.lacks.count('')} of 10")
    if frame.newest:
        see(page, "#n-text", frame.notification["text"])
    assert page.locator("#outcomes > dl:first-of-type dd").all_inner_texts() == [
        str(frame.counts[status]) for status in (1, 2, 3, 0)
    ]


def test_the_page_follows_the_environment(agent, open_page, see):
    actions = [1, 0, 3, 9, *[5, 0, 2] * 4]
    shown = frames(actions)
    assert len(set(map(bool, (frame.hindered for frame in shown)))) == 2
    player = agent(AGENT)
    page = open_page(player.url, viewport={"width": 1360, "height": 980})
    see(page, "#epoch", "day 1 of 9")
    see(page, "#recent", "nothing yet")
    check(page, see, shown[0])
    for epoch in range(1, 5):
        player.act(actions[epoch - 1])
        see(page, "#l-epoch", f"#{epoch}")
        check(page, see, shown[epoch])
    player.act(*actions[4:])
    see(page, "#l-epoch", f"#{len(actions)}")
    check(page, see, shown[-1])
    page.reload()
    see(page, "#l-epoch", f"#{len(actions)}")
    check(page, see, shown[-1])
    rewards = [frame.reward for frame in shown[1:]]
    drawn = values_drawn(page, "curve", "reward")
    assert drawn == pytest.approx([*rewards, rewards[-1]], abs=max(map(abs, rewards)) / 50)
    assert page.locator("#curve .sign").count() == shown[-1].sent


def test_the_page_goes_on_to_the_next_episode(agent, open_page, see):
    player = agent(AGENT)
    page = open_page(player.url)
    player.act(*[1] * 80)
    see(page, "#episode", "episode 3")
    see(page, "#episodes-words", "people differ; ")
    env = gymnasium.make("gym_push:send-v0", population={"size": 4}, days=9)
    env.reset(seed=5, options={"user": 1})
    for _ in range(80):
        if env.step(1)[2]:
            env.reset(options={"user": 1})
    frame = env.unwrapped.frame_builder()(env.unwrapped.snapshot())
    for name, action in (("sent", 1), ("unsent", 0)):
        texts = [
            told["notification"]["text"] for told in frame.latest() if told["action"] == action
        ]
        lines = page.locator(f"#{name} li bdi").all_text_contents()
        assert [line.removeprefix("Push · ") for line in lines] == texts
    assert page.locator("#episodes .curve").count() == 1
    assert page.locator("#episodes .sign").count() == 0


def test_the_page_shows_one_of_many(agent, open_page, see):
    code = """
import gymnasium, numpy, sys
env = gymnasium.make_vec("gym_push:send-v0", num_envs=3, render_mode="human", shown=1, days=9)
env.reset(seed=5)
from gym_push import viewer
print(viewer.url(30), flush=True)
for step in range(10):
    env.step(numpy.array([0, 1, 2]))
sys.stdin.readline()
"""
    page = open_page(agent(code).url)
    see(page, "#l-epoch", "#10")
    see(page, "#tabs", "send-v0, 2 of 3")
    single = gymnasium.make("gym_push:send-v0", days=9)
    single.reset(seed=6)
    for _ in range(10):
        single.step(1)
    check(page, see, single.unwrapped.frame_builder()(single.unwrapped.snapshot()))

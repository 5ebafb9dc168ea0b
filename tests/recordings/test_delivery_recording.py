"""A recorded run of delivery-v0: nothing of it is lost, it is small, and the page replays it."""

from dataclasses import replace

import gymnasium
import numpy as np
import pytest
from recordings_support import basic, read, record_run, scrub, whole, written

import gym_push
from gym_push.recordings.document import data_of

ACTIONS = [0.55, 0.25, 0.2]


def make(**options):
    return gymnasium.make("gym_push:delivery-v0", days=2, **options)


def play(env, seed=1, steps=None):
    """Plays an episode, or its first steps."""
    drawn = np.random.default_rng(seed)
    env.reset(seed=seed)
    ended, taken = False, 0
    while not ended and taken != steps:
        ended = env.step(int(drawn.choice(3, p=ACTIONS)))[2]
        taken += 1


@pytest.fixture(scope="module")
def run():
    """The frames of two episodes, made one by one."""
    env = make()
    describe, shown = env.unwrapped.frame_builder(), []
    for seed in (1, 2):
        drawn = np.random.default_rng(seed)
        env.reset(seed=seed)
        shown.append(describe(env.unwrapped.snapshot()))
        ended = False
        while not ended:
            ended = env.step(int(drawn.choice(3, p=ACTIONS)))[2]
            shown.append(describe(env.unwrapped.snapshot()))
    return shown


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A file of the same two episodes."""
    path = tmp_path_factory.mktemp("recorded") / "run.html"
    with gym_push.record(make(), path) as env:
        play(env, 1)
        play(env, 2)
    return path


def test_every_frame_comes_back(run, recorded):
    assert read(written(run)) == read(data_of(recorded.read_bytes())) == list(map(whole, run))


def test_a_step_is_less_than_150_bytes(run):
    assert len(written(run)) < 150 * len(run)


def test_frames_in_any_order_come_back(run):
    env = basic()
    env.reset()
    other = env.unwrapped.frame_builder()(env.unwrapped.snapshot())
    strange = [
        run[5],
        run[9],
        replace(run[10], reward=0.125, parts=(1, 2, 3, 4.5), held=7),
        other,
        run[11],
        run[-1],
        run[3],
        replace(run[3], episode=17, episodes=((3, 1.5, 2, 3),)),
        run[3],
    ]
    assert read(written(strange)) == list(map(whole, strange))


def test_two_of_them_are_not_compared(recorded, tmp_path):
    record_run(tmp_path / "basic.html", last=3)
    with pytest.raises(gym_push.RecordingError, match="is a run of delivery-v0"):
        gym_push.compare_page([tmp_path / "basic.html", recorded], tmp_path / "compare.html")


@pytest.fixture
def page(recorded, open_file):
    pytest.importorskip("playwright.sync_api")
    return open_file(recorded, viewport={"width": 1360, "height": 980})


def listed(page, name):
    return page.locator(f"#{name} li small").all_inner_texts()


@pytest.mark.browser
def test_the_page_shows_what_there_was(run, page):
    from playwright.sync_api import expect

    from gym_push.actions import DELIVER, SUPPRESS
    from gym_push.viewer.delivery_frame import DONE, OUTCOMES

    episodes_end = next(at for at, frame in enumerate(run) if frame.episode == 2) - 1
    for place in (0, 1, 2, 3, 20, 21, 19, episodes_end, episodes_end + 1, len(run) - 1, 7):
        scrub(page, place)
        frame = run[place]
        expect(page.locator("#where")).to_contain_text(f"decision {frame.epoch} · day ")
        expect(page.locator("#where")).to_contain_text(f"episode {frame.episode}")
        expect(page.locator("#n-text")).to_have_text(frame.notification["tickerText"])
        expect(page.locator("#p-clock")).to_have_text(frame.now[11:16])
        expect(page.locator("#l-action")).to_have_text(
            "–" if frame.decision is None else DONE[frame.decision["action"]]
        )
        shown = page.locator("#k-total").inner_text().replace("−", "-")
        each = frame.reward_each
        assert shown == "–" if each is None else float(shown) == pytest.approx(each, abs=0.006)
        unseen = frame.delivered - frame.acted_on
        expect(page.locator("#outcomes dd")).to_have_text(
            list(map(str, (frame.opened, frame.dismissed, frame.ignored, unseen, frame.held,
                           frame.suppressed)))
        )  # fmt: skip
        delivered, suppressed_ones = (
            [told for told in frame.latest() if told["action"] == action]
            for action in (DELIVER, SUPPRESS)
        )
        lines = [f"{line.split()[0]} {line.split(' · ')[2]}" for line in listed(page, "delivered")]
        suppressed = [line.split()[0] for line in listed(page, "suppressed")]
        if frame.rows:
            assert (
                lines
                == [f"#{told['epoch']} {OUTCOMES[told['outcome']]}" for told in delivered][:40]
            )
            assert suppressed == [f"#{told['epoch']}" for told in suppressed_ones][:40]
        recent = page.locator("#recent small").all_inner_texts()
        known = [
            f"#{index + 1:.0f} · {OUTCOMES[int(outcome)]} · "
            for index, outcome in reversed(
                list(zip(frame.outcomes[::3], frame.outcomes[1::3], strict=True))
            )
            if outcome
        ]
        assert [line.startswith(said) for line, said in zip(recent, known, strict=False)] == [
            True
        ] * min(3, len(known))


class Twice(gymnasium.Wrapper):
    """Takes every action twice."""

    def step(self, action):
        first = self.env.step(action)
        return first if first[2] else self.env.step(action)


@pytest.mark.browser
def test_steps_that_were_not_recorded_are_listed_all_the_same(tmp_path, open_file):
    from playwright.sync_api import expect

    from gym_push.actions import DELIVER

    path = tmp_path / "run.html"
    env = make()
    with gym_push.record(Twice(env), path) as recorder:
        recorder.reset(seed=3)
        for _ in range(6):
            recorder.step(DELIVER)
        frame = env.unwrapped.frame_builder()(env.unwrapped.snapshot())
    assert read(data_of(path.read_bytes()))[-1] == whole(frame)
    page = open_file(path)
    expect(page.locator("#where")).to_contain_text("decision 12")
    texts = [told["notification"]["tickerText"] for told in frame.latest()]
    lines = page.locator("#delivered li bdi").all_text_contents()
    assert [line.partition(" · ")[2] for line in lines] == texts

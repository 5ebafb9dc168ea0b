"""A recorded run of send-v0: nothing of it is lost, it is small, and the page replays it."""

import gymnasium
import numpy as np
import pytest
from recordings_support import read, record_run, scrub, whole, written

import gym_push
from gym_push.recordings.document import data_of
from gym_push.viewer.send_frame import SENT


def make(**options):
    people = {"size": 12, "seed": 3}
    return gymnasium.make("gym_push:send-v0", population=people, days=12, **options)


def play(env, seed, note=lambda: None):
    """Plays an episode by chance."""
    drawn = np.random.default_rng(seed)
    _, info = env.reset(seed=seed)
    note()
    ended = False
    while not ended:
        _, _, ended, _, info = env.step(int(drawn.choice(np.flatnonzero(info["action_mask"]))))
        note()


@pytest.fixture(scope="module")
def run():
    """The frames of two episodes, made one by one."""
    env, shown = make(), []
    describe = env.unwrapped.frame_builder()
    for seed in (1, 2):
        play(env, seed, lambda: shown.append(describe(env.unwrapped.snapshot())))
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
    back = read(written(run))
    assert back == read(data_of(recorded.read_bytes()))
    assert back == list(map(whole, run))


def test_a_step_is_less_than_300_bytes(run):
    assert len(written(run)) < 300 * len(run)


def test_two_of_them_are_not_compared(recorded, tmp_path):
    record_run(tmp_path / "basic.html", last=3)
    with pytest.raises(gym_push.RecordingError, match="is a run of send-v0"):
        gym_push.compare_page([tmp_path / "basic.html", recorded], tmp_path / "compare.html")


def test_composed_messages_are_recorded_with_their_words(tmp_path):
    path = tmp_path / "run.html"
    said = {"topic": "tech", "tone": "warm", "urgency": "low", "length": "short", "channel": "push"}
    said |= {"send": 1, "occasion": "any", "words": "</script><b>Read this"}
    with gym_push.record(make(action="dict"), path) as env:
        env.reset(seed=1)
        for _ in range(12):
            env.step(said)
    frame = read(data_of(path.read_bytes()))[-1]
    texts = [each["notification"]["text"] for each in frame["decisions"] if each["action"]]
    assert texts and set(texts) == {"</script><b>Read this"}
    assert b"</script><b>Read" not in path.read_bytes()


@pytest.mark.browser
def test_the_page_shows_what_there_was(run, recorded, open_file):
    expect = pytest.importorskip("playwright.sync_api").expect
    page = open_file(recorded, viewport={"width": 1360, "height": 980})
    second = next(at for at, frame in enumerate(run) if frame.episode == 2)
    for place in (0, 1, 2, 3, 20, 21, 19, second - 1, second, len(run) - 1, 7):
        scrub(page, place)
        frame = run[place]
        expect(page.locator("#where")).to_contain_text(f"decision {frame.epoch} · ")
        expect(page.locator("#where")).to_contain_text(f"{frame.day} · episode {frame.episode}")
        expect(page.locator("#p-clock")).to_have_text(frame.now[11:16])
        expect(page.locator("#outcomes > dl:first-of-type dd")).to_have_text(
            [str(frame.counts[status]) for status in (1, 2, 3, 0)]
        )
        decision = frame.decision
        expect(page.locator("#l-action")).to_have_text(
            SENT[decision["outcome"]] if decision else "–"
        )
        if frame.newest:
            expect(page.locator("#n-text")).to_have_text(frame.notification["text"])
        expect(page.locator("#l-why")).to_have_text(
            f"could be sent: {decision['why']}" if decision and decision["action"] else ""
        )
        for name, action in (("sent", 1), ("unsent", 0)):
            told = [each for each in frame.latest() if each["action"] == action][:40]
            lines = page.locator(f"#{name} li small:first-of-type").all_inner_texts()
            assert [line.split()[0] for line in lines] == [f"#{each['epoch']}" for each in told]
            if action:
                assert [line.split(" · ")[2] for line in lines] == [
                    SENT[each["outcome"]] for each in told
                ]
        expect(page.locator("#offers li")).to_have_count(10)
        expect(page.locator("#offers .right")).to_have_count(
            0 if frame.hindered else frame.lacks.count("")
        )
    page.keyboard.press("/")
    page.keyboard.type("opened")
    opened = sum(frame.epoch > 0 and frame.decision["outcome"] == 1 for frame in run)
    expect(page.locator("#found")).to_contain_text(f"{opened} of ")

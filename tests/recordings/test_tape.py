"""Nothing of a frame is lost on a tape, and nothing but a tape is taken for one."""

import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings_support import JSON, basic, by_contact, read, whole, written

from gym_push.recordings.tape import FORMAT, Tape, frames
from gym_push.viewer.basic_frame import BasicFrame


def snapshots(env, policy, episodes):
    for episode in range(episodes):
        observation, _ = env.reset(seed=episode)
        yield env.unwrapped.snapshot()
        terminated = False
        while not terminated:
            observation, _, terminated, _, _ = env.step(policy(observation))
            yield env.unwrapped.snapshot()


@pytest.fixture(scope="module")
def run():
    """The frames of three shuffled episodes."""
    env = basic(order="shuffled")
    return list(map(env.unwrapped.frame_builder(), snapshots(env, by_contact, 3)))


def test_every_frame_comes_back(run):
    assert len(run) == 3 * 325
    assert read(written(run)) == list(map(whole, run))


def test_frames_in_any_order_come_back(run):
    """Other scores, skipped steps, an episode that turns back."""
    strange = [
        replace(run[5], reward=2.5, user="Zoë\u2028", env="delivery-v0"),
        run[9],
        replace(run[11], notification={}, context={"__proto__": 1, "": True}, posted=None),
        replace(run[30], units={"a": "b"}, size=10_000),
        run[700],
        run[3],
        replace(run[3], episode=17, episodes=((3, 1, 2, 3, 4),)),
        run[3],
        run[3],
    ]
    assert read(written(strange)) == list(map(whole, strange))


def test_a_line_holds_what_has_changed(run):
    data = zlib.decompress(written([*run[:9], run[8]])).splitlines()
    assert len(data) == 1 + 9 + 1
    assert "episode" in json.loads(data[1]) and "units" not in json.loads(data[2])
    assert json.loads(data[-1]) == {}


def test_a_copy_goes_on_by_itself(run):
    tape = Tape()
    assert tape.empty
    for frame in run[:100]:
        tape.add(frame)
    twin, before = tape.copy(), tape.data()
    for frame in run[100:]:
        twin.add(frame)
    assert tape.data() == before == written(run[:100])
    assert twin.data() == written(run)


def test_what_is_kept_while_recording_is_less_than_300_bytes_a_step(run):
    tape = Tape()
    for frame in run:
        tape.add(frame)
    assert sum(map(len, tape._pieces)) < 300 * len(run)
    assert len(json.dumps(tape._before)) < 20_000


def test_long_and_infinite_values_are_as_on_the_page(run):
    frame = replace(run[0], notification={"text": "x" * 5000}, context={"noise": float("inf")})
    (back,) = read(written([frame]))
    assert back["notification"] == {"text": "x" * 2000 + "…"}
    assert back["context"] == {"noise": "inf"}


def packed(*lines):
    return zlib.compress("".join(json.dumps(line) + "\n" for line in lines).encode())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "damaged"),
        (b"no zlib", "damaged"),
        (zlib.compress(b"no JSON\n"), "damaged"),
        (zlib.compress(b"\xff\xfe\n"), "damaged"),
        (packed(FORMAT)[:-2], "damaged"),
        (packed(FORMAT), "nothing was recorded"),
        (packed({"gym-push recording": 2}), "an older version"),
        (packed({"gym-push recording": 4}), "not the recording of a run"),
        (packed(FORMAT, [1]), "damaged"),
        (packed(FORMAT, {"+decisions": 7}), "line 2 is broken"),
        (packed(FORMAT, {"points": 1}, {"+points": []}), "line 3 is broken"),
        (zlib.compress(json.dumps(FORMAT).encode() + b'\n{"reward": 1e999}\n'), "damaged"),
        (packed(FORMAT, {"reward": 10**400}), "damaged"),
        (zlib.compress(json.dumps(FORMAT).encode() + b"\n" + b"[" * 100_000 + b"\n"), "damaged"),
    ],
)
def test_what_is_no_tape_is_refused(data, why):
    with pytest.raises(ValueError, match=why):
        list(frames(data))


@pytest.fixture(scope="module")
def some_lines(run):
    return [json.loads(line) for line in zlib.decompress(written(run[:4])).splitlines()]


KEYS = st.sampled_from([*BasicFrame.__dataclass_fields__, "kind", "+decisions", "+points", "+env"])


@settings(max_examples=150)
@given(at=st.integers(1, 4), key=KEYS, value=JSON)
def test_a_strange_line_is_refused_or_merged(some_lines, at, key, value):
    lines = [*some_lines[:at], {**some_lines[at], key: value}, *some_lines[at + 1 :]]
    try:
        assert len(list(frames(packed(*lines)))) == 4
    except ValueError:
        return


def test_a_bomb_is_not_unfolded(monkeypatch):
    monkeypatch.setattr("gym_push.recordings.tape.MAX_UNFOLDED", 1000)
    with pytest.raises(ValueError, match="damaged"):
        list(frames(packed(FORMAT, {"user": "a" * 100_000})))

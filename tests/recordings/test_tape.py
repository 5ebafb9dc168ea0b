"""Nothing of a frame is lost on a tape, and nothing but a tape is taken for one."""

import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings_support import basic, by_contact

from gym_push.recordings import table
from gym_push.recordings.reading import frames
from gym_push.recordings.tape import FORMAT, Tape
from gym_push.viewer.basic_frame import BasicFrame, Decision


def written(run):
    tape = Tape()
    for frame in run:
        tape.add(frame)
    return tape.data()


def moments(env, policy, episodes):
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
    return list(map(env.unwrapped.frame_builder(), moments(env, by_contact, 3)))


def test_every_frame_comes_back(run):
    assert len(run) == 3 * 325
    assert list(frames(written(run))) == run


def test_frames_that_nobody_expects_come_back(run):
    """Another environment: other scores, other decisions, skipped steps, an episode that turns."""
    decision = Decision(9, 0, 1, {"another": [1, {"deep": None}]}, None)
    strange = [
        replace(run[5], performance=0.123456789, reward=2.5, user="Zoë\u2028", env="delivery-v0"),
        run[9],
        replace(run[10], decision=decision, opened=(decision,), dismissed=(decision, decision)),
        replace(run[11], notification={}, context={"__proto__": 1, "": True}, posted=None),
        replace(run[30], units={"a": "b"}, confusion=(1, 2, 3, 4), size=10_000),
        run[700],
        run[3],
        replace(run[3], episode=17, episodes=((3, 1, 2, 3, 4),)),
        run[3],
        run[3],
    ]
    assert list(frames(written(strange))) == strange


def test_what_is_known_costs_next_to_nothing():
    env = basic()
    played = list(map(env.unwrapped.frame_builder(), moments(env, by_contact, 4)))
    once, often = written(played[:325]), written(played)
    assert len(once) < 60 * 325
    assert len(often) - len(once) < 3 * 3 * 325


def test_memory_has_a_bound(run, monkeypatch):
    monkeypatch.setattr(table, "MAX_KNOWN", 10)
    tape = Tape()
    for frame in run:
        tape.add(frame)
        assert len(tape._notifications._known) <= 10
    assert list(frames(tape.data())) == run


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


def test_long_and_infinite_values_are_as_on_the_page(run):
    frame = replace(run[0], notification={"text": "x" * 5000}, context={"noise": float("inf")})
    (back,) = frames(written([frame]))
    assert back.notification == {"text": "x" * 2000 + "…"}
    assert back.context == {"noise": "inf"}


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
        (packed({"gym-push recording": 2}), "no recording of this format"),
        (packed(FORMAT, [1]), "damaged"),
        (packed(FORMAT, {"decided": "7"}), "damaged"),
        (packed(FORMAT, {"episode": 1}), "line 2 is broken"),
        (zlib.compress(json.dumps(FORMAT).encode() + b'\n{"reward": 1e999}\n'), "damaged"),
        (zlib.compress(json.dumps(FORMAT).encode() + b"\n" + b"[" * 100_000 + b"\n"), "damaged"),
    ],
)
def test_what_is_no_tape_is_refused(data, why):
    with pytest.raises(ValueError, match=why):
        list(frames(data))


@pytest.fixture(scope="module")
def some_lines(run):
    return [json.loads(line) for line in zlib.decompress(written(run[:4])).splitlines()]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = st.sampled_from([*BasicFrame.__dataclass_fields__, "names", "decided"])


@settings(max_examples=150, deadline=None)
@given(at=st.integers(1, 4), key=KEYS, value=JSON)
def test_a_broken_line_is_refused_or_harmless(some_lines, at, key, value):
    lines = [*some_lines[:at], {**some_lines[at], key: value}, *some_lines[at + 1 :]]
    try:
        found = list(frames(packed(*lines)))
    except ValueError:
        return
    assert all(isinstance(frame, BasicFrame) for frame in found)


def test_a_bomb_is_not_unfolded(monkeypatch):
    monkeypatch.setattr("gym_push.recordings.reading.MAX_UNFOLDED", 1000)
    with pytest.raises(ValueError, match="damaged"):
        list(frames(packed(FORMAT, {"user": "a" * 100_000})))

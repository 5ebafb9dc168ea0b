"""The spaces keep Gymnasium's promises: what they draw they contain, flatten and batch."""

import copy
import math
import pickle
import random

import numpy as np
import pytest
from gymnasium.spaces import Box, Dict
from gymnasium.spaces.utils import flatdim, flatten, flatten_space, unflatten
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate
from hypothesis import given
from hypothesis import strategies as st

from gym_push.errors import ArgumentError
from gym_push.spaces import Count, Flag, Label, Number, Text

SPACES = {
    "label": Label(["a", "b", "c"]),
    "no label": Label([]),
    "flag": Flag(),
    "number": Number(-1.5, 3.0),
    "constant": Number(2.0, 2.0),
    "integer": Number(0, 100, integer=True),
    "large integer": Number(0, 2**53, integer=True),
    "count": Count(1000),
    "text": Text(),
}


@pytest.fixture(params=SPACES.values(), ids=SPACES)
def space(request):
    return copy.deepcopy(request.param)


def test_what_it_draws_it_contains(space):
    space.seed(1)
    assert all(space.sample() in space for _ in range(100))


def test_the_same_seed_draws_the_same(space):
    again = copy.deepcopy(space)
    space.seed(5)
    again.seed(5)
    assert [space.sample() for _ in range(20)] == [again.sample() for _ in range(20)]


def test_it_draws_all_there_is():
    drawn = {name: {SPACES[name].sample() for _ in range(200)} for name in ("label", "flag")}
    assert drawn == {"label": {"a", "b", "c"}, "flag": {True, False, "unknown"}}
    numbers = [SPACES["number"].sample() for _ in range(200)]
    assert -1.5 <= min(numbers) < -1.2 < 2.7 < max(numbers) <= 3.0
    assert {Number(1, 3, integer=True).sample() for _ in range(100)} == {1, 2, 3}


def test_nobody_elses_random_numbers_are_drawn(space):
    before = random.getstate(), np.random.get_state()[1].tolist()
    space.seed(3)
    space.sample()
    batch_space(space, 3).sample()
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


@pytest.mark.parametrize(
    ("space", "inside", "outside"),
    [
        (Label(["a"]), ["a", "never seen", ""], [None, 1, True, b"a", ["a"]]),
        (Flag(), [True, False, "unknown"], [1, 0, None, "true", "", np.array(["unknown"] * 2)]),
        (Number(0.0, 1.0), [0, 0.5, -7, 1e300, np.float64(2)],
         ["1", None, True, math.nan, math.inf, -math.inf, 10**400, np.array([0.5])]),
        (Number(0, 9, integer=True), [0, 9, -7, 10**12], [0.5, 1.0, "1", None, True, 10**400]),
        (Count(9), [0, 9, 10**12], [0.5, "1", None, True]),
        (Text(), ["", "See you at 8?"], [None, 8, b"text"]),
    ],
)  # fmt: skip
def test_what_is_inside(space, inside, outside):
    for value in inside:
        assert value in space
    for value in outside:
        assert value not in space


def test_equal_spaces_hold_and_encode_the_same(space):
    others = [other for other in SPACES.values() if repr(other) != repr(space)]
    assert len(others) == len(SPACES) - 1
    again = pickle.loads(pickle.dumps(space))
    assert space == again == copy.deepcopy(space)
    assert hash(space) == hash(again)
    assert space not in others
    assert Dict({"x": space}) == Dict({"x": again})


def test_numbers_are_equal_however_their_range_is_written():
    assert Number(0, 1) == Number(0.0, np.float64(1.0))
    assert Number(0, 1) != Number(0, 1, integer=True)
    assert Label(["a"]) == Label(("a",))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Number(1.0, 0.0),
        lambda: Number(math.nan, 1.0),
        lambda: Number(0.0, math.inf),
        lambda: Number(-1.7e308, 1.7e308),
        lambda: Count(0),
        lambda: Label("abc"),
        lambda: Label([1, 2]),
        lambda: Label(["a", "a"]),
    ],
)
def test_a_space_that_cannot_be(make):
    with pytest.raises(ArgumentError):
        make()


# ---- the flat encoding ----


def test_it_flattens_into_its_flat_space(space):
    flat = flatten_space(space)
    assert flat == Box(0.0, 1.0, (flatdim(space),), np.float32)
    for _ in range(20):
        slots = flatten(space, space.sample())
        assert slots in flat
        assert slots.dtype == np.float32


@pytest.mark.parametrize("name", ["label", "flag", "constant", "integer", "count"])
def test_what_is_flattened_comes_back(name):
    space = SPACES[name]
    for _ in range(50):
        value = space.sample()
        assert unflatten(space, flatten(space, value)) == value


def test_a_number_comes_back_as_near_as_float32_keeps_it():
    space = SPACES["number"]
    for _ in range(50):
        value = space.sample()
        assert unflatten(space, flatten(space, value)) == pytest.approx(value, abs=1e-6)


def test_a_word_never_seen_has_the_last_slot():
    space = Label(["a", "b"])
    assert flatten(space, "b").tolist() == [0, 1, 0]
    assert flatten(space, "zzz").tolist() == flatten(space, "").tolist() == [0, 0, 1]
    assert unflatten(space, np.array([0, 0, 1], np.float32)) == "other"


def test_the_slots_of_a_switch():
    assert [flatten(Flag(), value).tolist() for value in (False, True, "unknown")] == [
        [1, 0, 0], [0, 1, 0], [0, 0, 1],
    ]  # fmt: skip


def test_text_has_no_slot():
    assert flatten(Text(), "See you").shape == (0,)
    assert unflatten(Text(), np.zeros(0, np.float32)) == ""


FINITE = st.floats(-1e300, 1e300)


@given(FINITE, FINITE, FINITE)
def test_a_number_is_encoded_by_its_place_in_the_range(one, other, value):
    low, high = sorted((one, other))
    space = Number(low, high)
    (slot,) = space.encode(value)
    assert 0.0 <= slot <= 1.0
    if low == high or value <= low:
        assert slot == 0.0
    elif value >= high:
        assert slot == 1.0
    assert space.encode(value) in flatten_space(space)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_count_is_encoded_by_its_logarithm(one, other):
    few, many = (Count(10_000).encode(n)[0] for n in sorted((one, other)))
    assert 0.0 <= few <= many <= 1.0
    assert Count(10_000).encode(0) == 0.0 and Count(10_000).encode(10_000) == 1.0
    if one != other and max(one, other) <= 10_000:
        assert few < many


def test_a_dict_of_spaces_flattens_in_its_order():
    space = Dict([("x", Label(["a"])), ("t", Text()), ("b", Flag()), ("n", Number(0, 10))])
    value = {"x": "a", "t": "words", "b": "unknown", "n": 5}
    assert flatten(space, value).tolist() == [1, 0, 0, 0, 1, 0.5]
    assert flatdim(space) == 6
    assert unflatten(space, flatten(space, value)) == {**value, "t": ""}


# ---- vector environments ----


def test_a_batch_holds_a_value_for_each_environment(space):
    batched = batch_space(space, 3)
    values = tuple(space.sample() for _ in range(3))
    assert values in batched
    batch = concatenate(space, values, create_empty_array(space, 3))
    assert tuple(batch) == values
    assert tuple(iterate(batched, batch)) == values


def test_batches_are_drawn_by_their_seed(space):
    first, second = batch_space(space, 4), batch_space(space, 4)
    first.seed(9)
    second.seed(9)
    assert first.sample() == second.sample()

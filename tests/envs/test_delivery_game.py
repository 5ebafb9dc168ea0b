"""A game in plain numbers is a lane of many games, bit for bit."""

import numpy as np
import pytest
from delivery_support import world
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_push.actions import DELIVER, HOLD, PARTS, SUPPRESS
from gym_push.envs.delivery.observations import Views
from gym_push.envs.delivery.rewards import GRID, MAX_WEIGHT, MIN_WEIGHT, Weights, alert_stress
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.single import Game
from gym_push.users.model.decisions import faded, fatigue_load

WORLDS = (
    {"people": 5, "days": 2},
    {"people": 3, "days": 3, "seed": 8, "volume_median": 150.0},
    {"people": 6, "days": 3, "seed": 2, "drift": 0.6, "drift_day": 1},
    {"people": 2, "days": 30, "seed": 4, "volume_median": 6.0},
)
shares = st.sampled_from([0.02, 0.3, 0.6, 0.95])
weight = st.just(0.0) | st.floats(MIN_WEIGHT, MAX_WEIGHT)


def bits(numbers):
    return np.asarray(numbers, dtype=np.float64).tobytes()


def stands_like(game, games, lane):
    """Whether all that is asked of a game is what is asked of a lane."""
    same = [
        game.note == games.note[lane],
        game.tick == games.tick[lane],
        game.held == games.held[lane],
        game.age == games.age[lane],
        game.recent == tuple(each[lane] for each in games.recent),
        game.known == games.known[lane].tolist(),
        game.at_the_end == games.at_the_end[lane],
    ]
    return all(same)


@pytest.mark.bits
@settings(max_examples=12)
@given(
    st.sampled_from(WORLDS),
    st.integers(0, 2**32 - 1),
    shares,
    shares,
    st.fixed_dictionaries({part: weight for part in PARTS}),
)
def test_a_game_plays_like_one_of_many(people, seed, hold, deliver, weights):
    a_world, weights = world(**people), Weights.of(weights)
    played = np.flatnonzero(np.diff(a_world.first))
    lanes, random = np.arange(len(played)), np.random.default_rng(seed)
    many = Deliveries(a_world, len(played), weights)
    many.begin(lanes, played)
    games = [Game(a_world, int(person), weights) for person in played]
    views, batches = Views(a_world, "vector"), Views(a_world, "vector")
    playing = np.ones(len(played), dtype=bool)
    for _ in range(800):
        if not playing.any():
            break
        holds, delivers = random.random((2, len(played))) < [[hold], [deliver]]
        actions = np.where(holds, HOLD, np.where(delivers, DELIVER, SUPPRESS))
        parts, over = many.step(actions, playing)
        assert not (parts % GRID).any()
        rows = batches.batch(many)
        for lane in np.flatnonzero(playing):
            earned, ended = games[lane].step(int(actions[lane]))
            assert bits(earned) == bits(parts[:, lane])
            assert ended == over[lane]
            assert stands_like(games[lane], many, lane)
            assert views.one(games[lane]).tobytes() == rows[lane].tobytes()
        playing &= ~over
    for lane, game in enumerate(games):
        notes = range(*a_world.first[game.person : game.person + 2])
        assert [game.status_of(note) for note in notes] == many.status[lane, : len(notes)].tolist()
        assert sum(game.statuses().values()) == len(notes)


def test_the_model_says_of_a_number_what_it_says_of_many():
    p = world().simulation.people.parameters
    random = np.random.default_rng(0)
    short, long, volume = random.exponential(20.0, (3, 20_000))
    since = random.integers(0, 3 * 86_400_000, 20_000)
    before = random.integers(0, 60, 20_000)
    many = (
        *faded(short, long, since, p),
        fatigue_load(short, long, volume, p),
        alert_stress(before, volume),
    )
    each = np.stack((short, long, volume, since, before), axis=1).tolist()
    ones = [
        (*faded(a, b, time, p), fatigue_load(a, b, usual, p), alert_stress(alerts, usual))
        for a, b, usual, time, alerts in each
    ]
    assert bits(many) == bits(np.transpose(ones))

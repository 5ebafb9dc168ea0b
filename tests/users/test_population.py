"""A person is a function of the seed and their number, whoever else is simulated."""

from datetime import date, datetime

import numpy as np
import pytest

import gym_push
from gym_push import ArgumentError, Population
from gym_push.envs.basic.env import BasicEnv
from gym_push.users import Parameters
from tools.bundled_log import simulate

DAYS = 10


def rows_equal(one, other):
    for name, column in one.columns.items():
        assert column.take(slice(None)) == other.columns[name].take(slice(None)), name
    np.testing.assert_array_equal(one.actions, other.actions)
    np.testing.assert_array_equal(one.times, other.times)
    assert one.owner.take(slice(None)) == other.owner.take(slice(None))


def test_a_population_is_made_of_people_who_are_the_same_alone():
    whole = Population(30, 7).log(DAYS)
    alone = Population(1000, 7).log(DAYS, users=[3, 17])
    kept = np.concatenate([whole.rows_of("3"), whole.rows_of("17")])
    for name, column in whole.columns.items():
        assert column.take(kept) == alone.columns[name].take(slice(None)), name
    np.testing.assert_array_equal(whole.actions[kept], alone.actions)


def test_logs_in_pieces_are_the_log():
    population = Population(7, 2)
    pieces = list(population.logs(DAYS, users_at_once=3))
    assert [piece.users for piece in pieces] == [("0", "1", "2"), ("3", "4", "5"), ("6",)]
    first = population.log(DAYS, users=range(3))
    rows_equal(pieces[0], first)
    assert sum(map(len, pieces)) == len(population.log(DAYS))


def test_a_log_of_a_population_plays():
    log = Population(3, 1).log(4)
    env = BasicEnv(log, observation="vector")
    observation, info = env.reset(seed=5)
    assert observation in env.observation_space
    assert info["user"] in log.users


def test_a_log_is_of_those_who_get_a_notification():
    people = Population(12, seed=2, volume_median=0.5)
    heard = np.unique(people.simulate(range(12), 7).arrivals.person)
    log = people.log(7)
    assert set(log.users) == {str(user) for user in heard} and len(heard) < 12
    assert all(len(log.rows_of(user)) for user in log.users)


def test_a_log_says_what_the_simulation_says():
    log, columns = Population(5, 3).log(6), simulate(3, range(5), 6)
    frame = log.to_frame()
    assert list(frame["tickerText"]) == list(columns["tickerText"])
    assert list(frame["user"]) == [str(user) for user in columns["user"]]
    assert (frame["posted"].to_numpy().astype("datetime64[s]") == columns["posted"]).all()


def test_the_log_of_a_population_can_be_read_without_a_schema(tmp_path):
    log = Population(3, 1).log(2)
    log.to_frame().to_csv(tmp_path / "log.csv", index=False)
    again = gym_push.read_log(tmp_path / "log.csv")
    assert again.users == log.users
    assert again.to_frame()["tickerText"].tolist() == log.to_frame()["tickerText"].tolist()


def test_parameters_change_the_people():
    quiet, busy = (
        len(Population(40, 1, volume_median=volume).log(DAYS)) for volume in (10.0, 80.0)
    )
    assert 5 < busy / quiet < 11
    population = Population(40, 1, volume_median=10.0)
    assert repr(population) == "Population(40, seed=1, volume_median=10.0)"


def test_tastes_drift_on_the_day_that_is_given():
    steady, drifting = Population(60, 4), Population(60, 4, drift=0.9, drift_day=5)
    before, after = steady.simulate(range(60), 20), drifting.simulate(range(60), 20)
    np.testing.assert_array_equal(before.arrivals.time, after.arrivals.time)
    changed = before.responses.opened != after.responses.opened
    day = before.at_arrival.day
    assert not changed[day < 4].any()  # what arrives on day 4 may be seen on day 5
    assert changed[day >= 5].mean() > 0.15
    spread = [tastes.app.std() for tastes in (before.people.tastes, after.people.tastes)]
    assert spread[1] == pytest.approx(spread[0], rel=0.1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": 0}, "size=0 must be from 1 to"),
        ({"size": 2.5}, "size=2.5 must be a whole number"),
        ({"size": True}, "size=True must be a whole number"),
        ({"size": 5, "seed": -1}, "seed=-1 must be from 0 to"),
        ({"size": 5, "volum_median": 3}, "no parameter 'volum_median'; did you mean 'volume_med"),
        ({"size": 5, "worker": 1.5}, "worker=1.5 (probability of a job"),
        ({"size": 5, "volume_median": float("nan")}, "volume_median=nan"),
        ({"size": 5, "priority": (1, 2)}, "must be 5 numbers"),
        ({"size": 5, "apps_most": 2.5}, "must be a whole number from 1 to"),
        ({"size": 5, "apps_fewest": 30}, "apps_fewest=30 is above apps_most=24"),
        ({"size": 5, "priority": 0.5}, "priority=0.5 (utility, from min to max) must be 5 numbers"),
        ({"size": 5, "start": "2020-01-01"}, "start='2020-01-01' must be a day"),
        ({"size": 5, "start": datetime(2020, 1, 1, 13)}, "must be a day, such as datetime.date("),
        ({"size": 5, "start": date(9999, 12, 31)}, "start=9999-12-31 must be from 1970-01-01 to"),
        ({"size": 5, "parameters": {"noise": 1}}, "must be a gym_push.users.Parameters"),
    ],
)
def test_what_cannot_be_is_refused(given, message):
    with pytest.raises(ArgumentError) as caught:
        Population(**given)
    assert message in str(caught.value)


def test_people_and_days_that_are_not_there_are_refused():
    population = Population(5, 1)
    with pytest.raises(ArgumentError, match="no user 5 in a population of 5"):
        population.log(3, users=[0, 5])
    with pytest.raises(ArgumentError, match="days=0 must be from 1 to 3650"):
        population.log(0)


def test_every_parameter_says_what_it_is():
    for about in Parameters.describe():
        assert about.meaning, about.name
        assert about.source.startswith(("fitted", "assumed"))
        assert about.least < about.most


def test_numbers_of_numpy_are_numbers():
    population = Population(np.int64(5), np.uint8(1), volume_median=np.float32(50))
    assert repr(population) == "Population(5, seed=1, volume_median=50.0)"


@pytest.mark.parametrize("end", ["least", "most"])
def test_every_parameter_may_be_at_the_end_of_its_range(end):
    pairs = {"apps_fewest": "apps_most", "concentration_least": "concentration_most"}
    for about in Parameters.describe():
        most = getattr(about, end)
        several = isinstance(about.default, tuple)
        value = (most,) * len(about.default) if several else type(about.default)(most)
        changes = {about.name: value}
        if about.name in pairs and end == "most":
            changes[pairs[about.name]] = value
        for lower, upper in pairs.items():
            if about.name == upper and end == "least":
                changes[lower] = value
        simulation = Population(3, 1, **changes).simulate(range(3), 2)
        assert np.isfinite(simulation.responses.margin).all(), about.name
        assert (simulation.responses.acted >= simulation.arrivals.time).all(), about.name

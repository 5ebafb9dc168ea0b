"""What is withheld shows in nothing that an agent gets: it could as well be something else."""

import pickle
from dataclasses import replace
from datetime import date
from functools import cached_property

import numpy as np
import pytest

from gym_push import Population
from gym_push.agents import AgentSpec, RemoteAgent
from gym_push.envs import BasicEnv
from gym_push.evaluation import SUITES, PeopleSuite
from gym_push.logs import Encoding
from gym_push.logs.columns import CodedColumn, NumberColumn, coded
from gym_push.spaces import Flag
from gym_push.users import simulation

TELLING = ("subject", "sentiment", "enticement", "contactSignificantContext")
FORMS = (
    {"observation": "raw"},
    {"observation": "codes"},
    {"observation": "vector", "text": "tf-idf"},
)


class Listener(RemoteAgent):
    """Keeps all that is sent to the process of an agent, to the byte."""

    def __init__(self, form):
        self.spec, self.form, self.sent = AgentSpec("nobody:Nobody"), form, []

    def _ask(self, *request):
        self.sent.append(pickle.dumps(request, pickle.HIGHEST_PROTOCOL))
        answers = {"make": True, "decide": (len(self.sent) % 2, None, 0)}
        return answers.get(request[0])


def all_that_is_told(suite):
    """Returns what agents get of a suite, what practice tells them, and the infos."""
    told = []
    for form in FORMS:
        for person in suite.people:
            listener, env = Listener(form), suite.env(person, form)
            suite.test(listener, 0, person)
            told += [*listener.sent, pickle.dumps(suite.trial(person).encoding.to_dict())]
            told.append(pickle.dumps(env.reset(seed=0)))
            told += [pickle.dumps(env.step(1)) for _ in range(len(env.log))]
        practice = suite.practice_envs(form, suite.people[0])
        if practice is not None:
            told.append(pickle.dumps(practice.reset(seed=1)))
            actions = np.ones(practice.num_envs, dtype=np.int64)
            told += [pickle.dumps(practice.step(actions)) for _ in range(60)]
    return told


def small(suite):
    """Returns a suite of the same kind, of a few people and days."""
    few = {"days": 6, "learn_days": min(suite.learn_days, 3), "practice_days": 3}
    for name in ("population", "practice"):
        if (of := getattr(suite, name)) is not None:
            few[name] = Population(3, of.seed, start=of.start, parameters=of.parameters)
    return replace(suite, **few)


@pytest.fixture(autouse=True)
def no_chance(monkeypatch):
    """Lets random numbers without a seed, such as those of unused environments, be the same."""
    monkeypatch.setattr("numpy.random.bit_generator.randbits", lambda bits: 7)


@pytest.fixture
def own():
    people, others = Population(3, seed=11), Population(3, seed=12, start=date(2018, 1, 1))
    return PeopleSuite("mine/v1", people, 6, 3, others, 3, withheld=TELLING)


def shuffled(column):
    rows = np.arange(len(column.take(slice(None))))
    return column.select(np.random.default_rng(1).permutation(rows))


def other(column):
    """Returns the opposite of a number or flag, and fewer labels for labels."""
    if isinstance(column, NumberColumn):
        return NumberColumn(1.0 - column.numbers)
    if column.values == Flag.VALUES:
        return CodedColumn(column.codes ^ 1, column.values)
    return coded(np.arange(len(column.codes)) % 2, ["one", "other"])


def rewrite(monkeypatch, change):
    """Lets logs of simulated people say something else in the columns that tell."""
    columns = simulation._columns

    def changed(simulated):
        for name, column in columns(simulated):
            yield name, change(column) if name in TELLING else column

    monkeypatch.setattr(simulation, "_columns", changed)


def differs(suite, monkeypatch, change=other):
    """Returns whether an agent is told anything else when what tells is changed."""
    told = all_that_is_told(replace(suite))
    with monkeypatch.context() as context:
        rewrite(context, change)
        changed = all_that_is_told(replace(suite))
    assert len(told) == len(changed) > 100
    return any(one != other for one, other in zip(told, changed, strict=True))


@pytest.mark.parametrize("change", [shuffled, other])
def test_an_agent_is_told_the_same_whatever_is_withheld(change, own, monkeypatch):
    assert not differs(own, monkeypatch, change)
    assert differs(replace(own, withheld=TELLING[:-1]), monkeypatch, change)


def test_so_it_is_in_all_suites_that_withhold(monkeypatch):
    for suite in (make() for make in SUITES.values()):
        if getattr(suite, "withheld", ()):
            assert set(TELLING) >= set(suite.withheld)
            assert not differs(small(suite), monkeypatch)


def first_is_significant(log):
    return log.columns["contactSignificantContext"].take(slice(0, 1)) == [True]


def by_a_value(whole, shown):
    battery = shown.columns["batteryLevel"].numbers ^ first_is_significant(whole)
    return replace(shown, columns={**shown.columns, "batteryLevel": NumberColumn(battery)})


def by_a_dtype(whole, shown):
    kind = np.float64 if first_is_significant(whole) else np.int64
    updates = NumberColumn(shown.columns["numberUpdates"].numbers.astype(kind))
    return replace(shown, columns={**shown.columns, "numberUpdates": updates})


def by_the_order_of_features(whole, shown):
    schema, step = shown.schema, -1 if first_is_significant(whole) else 1
    schema = schema.of_features(shown.columns)
    schema.__dict__["features"] = schema.features[::step]
    return replace(shown, schema=schema)


def by_the_order_of_rows(whole, shown):
    step = -1 if first_is_significant(whole) else 1
    of_each = [whole.rows_of(user) for user in whole.users][::step]
    return shown.select(np.concatenate(of_each))


class Leaky(PeopleSuite):
    """Withholds what tells, and tells it another way."""

    @cached_property
    def _log(self):
        whole = PeopleSuite("whole/v1", self.population, self.days)._log
        return self.leak(whole, super()._log) if self.where == "test" else super()._log

    @cached_property
    def _others(self):
        whole = self.practice.log(self.practice_days)
        shown = whole.without(*self.withheld)
        encoding = Encoding.fit(self.fitted_on(whole, shown))
        return self.leak(whole, shown) if self.where == "practice" else shown, encoding

    where = "nowhere"

    @staticmethod
    def fitted_on(whole, shown):
        return shown


LEAKS = [
    ("test", by_a_value),
    ("test", by_a_dtype),
    ("practice", by_a_value),
    ("practice", by_a_dtype),
    ("practice", by_the_order_of_features),
    ("practice", by_the_order_of_rows),
]


@pytest.mark.parametrize(("place", "leak"), LEAKS)
def test_whatever_tells_it_another_way_is_found(place, leak, own, monkeypatch):
    class Leaking(Leaky):
        where = place

    Leaking.leak = staticmethod(leak)
    assert differs(Leaking(**vars_of(own)), monkeypatch)


def test_who_could_tell_and_does_not_is_not_accused(own, monkeypatch):
    assert not differs(Leaky(**vars_of(own)), monkeypatch)


def test_an_info_that_tells_is_found(own, monkeypatch):
    class Env(BasicEnv):
        def step(self, action):
            *others, info = super().step(action)
            return *others, dict(sorted(info.items(), reverse=bool(self.tells)))

    class Leaking(PeopleSuite):
        def env(self, person, form):
            trial = self.trial(person)
            env = Env(trial.log, **trial.arguments(form))
            whole = PeopleSuite("whole/v1", self.population, self.days).trial(person).log
            env.tells = first_is_significant(whole)
            return env

    assert differs(Leaking(**vars_of(own)), monkeypatch)


def test_an_encoding_that_was_fitted_on_what_is_withheld_is_found(own, monkeypatch):
    class Leaking(Leaky):
        @staticmethod
        def fitted_on(whole, shown):
            significant = whole.columns["contactSignificantContext"].codes == 1
            return shown.select(np.flatnonzero(significant))

    assert differs(Leaking(**vars_of(own)), monkeypatch)


def vars_of(suite):
    names = "id", "population", "days", "learn_days", "practice", "practice_days", "withheld"
    return {name: getattr(suite, name) for name in names}

"""An agent that asks for text gets it, wherever it is tested; TF-IDF never sees what is tested."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from gymnasium.spaces import Box

import gym_push
from gym_push import ArgumentError, Feature, Population, Schema, SuiteError, read_log
from gym_push.agents import AgentSpec, RemoteAgent
from gym_push.errors import AgentError
from gym_push.evaluation import LoggedDecisions, audit, evaluate, learned_elsewhere
from gym_push.evaluation.off_policy.targets import probabilities_of
from gym_push.evaluation.suites import LogSuite, PeopleSuite, Suite
from gym_push.logs import Encoding, NotificationLog

TF_IDF = {"observation": "vector", "text": "tf-idf"}
HASHING = {"observation": "vector", "text": {"kind": "hashing", "width": 64}}


class Reader:
    """Opens if the text says a word that it has heard of."""

    observation, text = "vector", "tf-idf"

    def __init__(self, observation_space):
        self.width = observation_space.shape[0]

    def reset(self, seed=None):
        self.seen = np.zeros(self.width)

    def act(self, observation):
        return int(self.seen @ observation >= 0.0)

    def learn(self, observation, action, reward):
        self.seen += (1.0 if action else -1.0) * reward * observation


def text_of(trial, form=TF_IDF):
    return trial.env(form)._observations.encoding.spaces["tickerText"].encoder


def words_of(log, rows):
    return set(re.findall(r"\w+", " ".join(log.columns["tickerText"].take(rows)).lower()))


@pytest.fixture(scope="module")
def people():
    return PeopleSuite("small/v1", Population(2, seed=11), 20, 10)


def test_tf_idf_is_fitted_on_what_is_learned_from_and_on_nothing_that_is_tested(people):
    own = LogSuite("own/v1", gym_push.bundled_log(), 0.5)
    for suite in (people, own):
        trial = suite.trial(suite.people[0])
        learned, tested = np.flatnonzero(~trial.tested), np.flatnonzero(trial.tested)
        encoder = text_of(trial)
        assert (
            encoder
            == Encoding.fit(trial.log.select(learned), text="tf-idf").spaces["tickerText"].encoder
        )
        words = set(encoder.to_dict()["words"])
        only_tested = words_of(trial.log, tested) - words_of(trial.log, learned)
        assert words and only_tested and not words & only_tested


def test_with_others_to_practise_it_is_fitted_on_them():
    others = Population(2, seed=12, start=date(2018, 1, 1))
    suite = PeopleSuite("cold/v1", Population(2, seed=11), 5, 0, others, 5)
    trial = suite.trial(suite.people[0])
    assert trial.tested.all()
    fitted = Encoding.fit(others.log(5), text="tf-idf")
    assert text_of(trial) == fitted.spaces["tickerText"].encoder
    practice = suite.practice_envs(TF_IDF, suite.people[0])
    assert practice.single_observation_space == trial.env(TF_IDF).observation_space


def test_basic_324_fits_it_on_the_log_that_its_encoding_is_fitted_on():
    suite = Suite.of("basic-324/v1")
    trial = suite.trial(suite.people[0])
    assert isinstance(trial.fitted_on, NotificationLog) and trial.tested.all()
    assert trial.encoding == Encoding.fit(trial.fitted_on)
    assert not set(trial.fitted_on.times.tolist()) & set(trial.log.times.tolist())
    known, fitted = words_of(trial.fitted_on, slice(None)), text_of(trial).to_dict()["words"]
    only_tested = words_of(trial.log, slice(None)) - known
    assert not only_tested & set(fitted)


def test_where_all_is_tested_there_is_nothing_to_fit_it_on():
    suite = LogSuite("own/v1", gym_push.bundled_log(), 0.0)
    with pytest.raises(SuiteError, match="nothing but what is tested of the person to fit"):
        suite.env("the person", TF_IDF)
    pytest.importorskip("sklearn")
    assert suite.env("the person", HASHING).observation_space.shape[0] > 64


def test_asking_for_text_changes_no_hash(people):
    before = people.data
    text_of(people.trial(people.people[0]))
    again = PeopleSuite("small/v1", Population(2, seed=11), 20, 10)
    assert again.data == before


def test_what_an_agent_asks_for():
    pytest.importorskip("sklearn")
    assert AgentSpec.of("online-logistic").form == {"observation": "vector"}
    assert AgentSpec.of("online-logistic(text='hashing')").form["text"] == "hashing"
    named = "pooled-logistic(text={'kind': 'hashing', 'width': 32})"
    assert AgentSpec.of(named).form["text"] == {"kind": "hashing", "width": 32}
    assert AgentSpec.of(Reader).form == TF_IDF
    assert AgentSpec.of("table-per-app").form == {"observation": "raw"}


@pytest.mark.parametrize("name", ["online-logistic", "pooled-logistic", "linucb", "thompson"])
def test_linear_agents_read_hashed_words(name, people):
    pytest.importorskip("mabwiser")
    text = {"kind": "hashing", "width": 32}
    done = evaluate(AgentSpec.of(name, text=text), LogSuite("own/v1", gym_push.bundled_log(), 0.5))
    assert len(done.people) == 1
    assert done.run.parameters == {"text": text}
    assert "scikit-learn" in done.run.versions and len(done.run.versions["text"]) == 16


def test_an_agent_of_ones_own_reads_text_in_a_process_of_its_own():
    spec = AgentSpec.of(Reader)
    agent = RemoteAgent(spec)
    try:
        assert agent.form == TF_IDF
    finally:
        agent.close()
    few = PeopleSuite("few/v1", Population(2, seed=11), 6, 3)
    assert audit(spec, few) == ()
    assert len(evaluate(spec, few).people) == 2


def test_a_class_that_asks_for_more_than_text_gets_no_more(tmp_path, monkeypatch):
    (tmp_path / "greedy.py").write_text(
        "from gym_push.agents.local import LocalAgent\n"
        "def put(self, name, value):\n"
        "    asked = {'observation': 'raw', 'data': 'mine.csv'}\n"
        "    object.__setattr__(self, name, asked if name == 'form' else value)\n"
        "LocalAgent.__setattr__ = put\n"
        "class Greedy:\n"
        "    def reset(self, seed=None): ...\n"
        "    def act(self, observation): return 0\n"
        "    def learn(self, *_): ...\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    with pytest.raises(AgentError, match="that is not an answer"):
        RemoteAgent(AgentSpec.of("greedy:Greedy"))


def test_off_policy_targets_read_text():
    rows = np.arange(80)
    frame = {
        "words": np.where(rows % 2, "dinner at 8", "sale today"), "who": rows // 4, "p": 0.5,
        "did": np.where(rows % 4 < 2, "a", "b"), "paid": (rows % 2).astype(float), "opened": 1,
    }  # fmt: skip
    schema = Schema(
        [Feature("words", "text")], user="who", action="opened",
        engagement=["did", Feature("p", "number"), Feature("paid", "number")],
    )  # fmt: skip
    logged = LoggedDecisions.of(
        read_log(pd.DataFrame(frame), schema),
        decision="did", propensity="p", reward="paid", actions=("a", "b"),
    )  # fmt: skip

    class Diner(Reader):
        def act(self, observation):
            assert observation.shape == (5,)  # 8, at, dinner, sale, today
            return int(observation[2] > 0.0)

    probabilities = probabilities_of(logged, Diner(Box(0, 1, (5,))))
    assert probabilities.argmax(axis=1).tolist() == (rows % 2).tolist()
    assert learned_elsewhere(logged, Reader, folds=4).shape == (80, 2)


def test_an_unknown_encoder_is_named_before_anything_is_tested():
    pytest.importorskip("sklearn")
    with pytest.raises(ArgumentError, match="text='hashin' is not one of"):
        evaluate("online-logistic(text='hashin')", LogSuite("own/v1", gym_push.bundled_log(), 0.5))

"""What an evaluation costs grows with the people, and threads do not fight each other."""

import pandas as pd
import threadpoolctl

from gym_push import Population, Schema, evaluate, read_log
from gym_push.evaluation import Suite
from gym_push.evaluation.fidelity import learnability, two_sample
from gym_push.evaluation.suites import simulated
from gym_push.logs.log_statistics import LogStatistics
from gym_push.processes import one_thread


class Counted(tuple):
    """People who count how often somebody goes through all of them."""

    walks = 0

    def __iter__(self):
        Counted.walks += 1
        return super().__iter__()

    def index(self, *arguments):
        Counted.walks += 1
        return super().index(*arguments)


def walks(people):
    users = [f"user {row // 2}" for row in range(2 * people)]
    frame = pd.DataFrame({"app": "a", "action": [0, 1] * people, "user": users})
    suite = Suite.from_log(read_log(frame, Schema(["app"], user="user")))
    suite.people = Counted(suite.people)
    Counted.walks = 0
    evaluate("always-open", suite)
    return Counted.walks


def test_nobody_goes_through_all_people_for_each_of_them():
    assert walks(12) == walks(3)


def test_an_oracle_is_asked_once_about_all(monkeypatch):
    asked = []
    monkeypatch.setattr(
        simulated, "oracle", lambda each: asked.append(each) or each.traits.noise > 0
    )
    suite = simulated.PeopleSuite("few/v1", Population(3, 1), 2)
    for person in suite.people:
        suite.trial(person)
    assert len(asked) == 1


def threads():
    return max(each["num_threads"] for each in threadpoolctl.threadpool_info())


def test_who_learns_alone_has_one_thread():
    seen = []

    def spy(learn, test):
        seen.append(threads())
        return learnability.majority(learn, test)

    log = Population(1, 1).log(28)
    with threadpoolctl.threadpool_limits(2):
        assert threads() == 2
        learnability.learn_each(log, LogStatistics.of_log(log), {"spy": spy})
        assert threads() == 2
    assert seen == [1]


def test_the_classifier_of_a_two_sample_test_has_one_thread(monkeypatch):
    seen = []

    class Spy(two_sample.HistGradientBoostingClassifier):
        def fit(self, *arguments):
            seen.append(threads())
            return super().fit(*arguments)

    monkeypatch.setattr(two_sample, "HistGradientBoostingClassifier", Spy)
    one, other = (LogStatistics.of_log(Population(10, seed).log(2)) for seed in (1, 2))
    with threadpoolctl.threadpool_limits(2):
        two_sample.two_sample(one, other, 0)
    assert seen == [1] * two_sample.FOLDS


def test_libraries_are_looked_for_once(monkeypatch):
    found, load = [], threadpoolctl.ThreadpoolController._load_libraries

    def loading(self):
        found.append(self)
        load(self)

    with one_thread():
        pass
    monkeypatch.setattr(threadpoolctl.ThreadpoolController, "_load_libraries", loading)
    for _ in range(3):
        with one_thread():
            pass
    assert found == []

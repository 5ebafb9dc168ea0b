"""An evaluation: the same to the bit however it is run, whole however it is ended."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

import gym_push
from gym_push import Population
from gym_push.agents import BASELINES, AgentSpec
from gym_push.errors import (
    ActionError,
    AgentError,
    ArgumentError,
    GymPushError,
    LeaderboardError,
)
from gym_push.evaluation.comparing import check_comparable, compare
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.evaluating import evaluate, evaluate_each, run_of
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.results import ranked
from gym_push.evaluation.suites import PeopleSuite, Suite
from gym_push.logs.writing import write_log

RECIPES = [AgentSpec.of("random"), AgentSpec.of("majority"), AgentSpec.of("table-per-app")]
CHEATS = Path(__file__).parent


@pytest.fixture(scope="module")
def suite():
    return PeopleSuite("five/v1", Population(5, seed=21), days=8, learn_days=4)


def facts(evaluation):
    people = [
        (each.person, dict(each.metrics), each.curve)
        for people in evaluation.by_seed
        for each in people
    ]
    return evaluation.run, people, evaluation.metrics


def by_agent(evaluations):
    return {each.agent: facts(each) for each in evaluations}


def content(path):
    """All that a leaderboard says, but for when and how fast."""
    with closing(sqlite3.connect(path)) as board:
        runs = board.execute(
            'SELECT key, suite, data, agent, parameters, seed, seeds, versions, "commit", stopped '
            "FROM runs ORDER BY key"
        ).fetchall()
        people = board.execute(
            "SELECT run, seed, person, metrics, curve FROM people ORDER BY 1, 2, 3"
        )
        done = board.execute("SELECT run, people FROM evaluations ORDER BY 1")
        return runs, people.fetchall(), done.fetchall()


def test_once_twice_and_in_two_processes_are_the_same_to_the_bit(suite):
    once = by_agent(evaluate_each(RECIPES, suite, seed=3))
    assert by_agent(evaluate_each(RECIPES, suite, seed=3)) == once
    assert by_agent(evaluate_each(RECIPES, suite, seed=3, processes=2)) == once
    assert by_agent(evaluate_each(RECIPES, suite, seed=4)) != once


def test_learners_learn_the_same_in_any_number_of_processes():
    for package in ("mabwiser", "sklearn", "vowpalwabbit"):
        pytest.importorskip(package)
    names = [name for name, each in BASELINES.items() if each.extra and "basic-v0" in each.plays]
    specs = [AgentSpec.of(name) for name in names]
    few = PeopleSuite("few/v1", Population(2, seed=24), days=5, learn_days=3)
    once = by_agent(evaluate_each(specs, few))
    assert len(once) == len(names)
    assert by_agent(evaluate_each(specs, few, processes=2)) == once


def test_alone_and_among_others_are_the_same(suite):
    together = by_agent(evaluate_each(RECIPES, suite))
    for spec in RECIPES:
        assert facts(evaluate(spec, suite)) == together[str(spec)]


def test_people_come_in_the_order_of_the_suite_and_all_are_told_of(suite):
    told = []
    evaluation = evaluate("majority", suite, processes=2, on_person=lambda *each: told.append(each))
    assert tuple(each.person for each in evaluation.people) == suite.people
    assert sorted(result.person for _, result in told) == sorted(suite.people)


def test_random_agents_are_not_random_alike_with_different_people(suite):
    evaluation = evaluate("random", suite)
    assert len({each.metrics["ctr"] for each in evaluation.people}) == len(suite.people)


def test_what_is_resumed_is_what_one_run_would_have_been(suite, tmp_path):
    with Leaderboard(tmp_path / "whole.sqlite") as board:
        for _ in evaluate_each(RECIPES, suite, board=board):
            pass
    told = []
    with Leaderboard(tmp_path / "parts.sqlite") as board:
        stopped = Interrupted(board, after=7)
        with pytest.raises(KeyboardInterrupt):
            for _ in evaluate_each(RECIPES, suite, board=stopped):
                pass
        for _ in evaluate_each(
            RECIPES, suite, board=board, resume=RECIPES, on_person=lambda *each: told.append(each)
        ):
            pass
    assert content(tmp_path / "parts.sqlite") == content(tmp_path / "whole.sqlite")
    assert len(told) == 15


class Interrupted:
    """A board at which somebody presses Ctrl-C."""

    def __init__(self, board, after):
        self._board, self._after = board, after

    def __getattr__(self, name):
        return getattr(self._board, name)

    def add_person(self, run, seed, result):
        if not self._after:
            raise KeyboardInterrupt
        self._after -= 1
        self._board.add_person(run, seed, result)


def test_killed_half_way_and_resumed_is_the_same_as_one_run(tmp_path):
    write_log(Population(120, seed=23).log(4), tmp_path / "log.csv", "csv")
    arguments = ["majority", "table-per-app", "--log", "log.csv", "--processes", "2"]

    def run(board, *more):
        return subprocess.Popen(
            [sys.executable, "-m", "gym_push.cli", "evaluate", *arguments, "--board", board, *more],
            cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    killed = run("parts.sqlite")
    while not finished(tmp_path / "parts.sqlite"):
        assert killed.poll() is None, killed.stderr.read()
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    before = finished(tmp_path / "parts.sqlite")
    assert 0 < before < 240
    for board, more in (("parts.sqlite", ["--resume"]), ("whole.sqlite", [])):
        done = run(board, *more)
        _, complaint = done.communicate()
        assert done.returncode == 0, complaint
    assert content(tmp_path / "parts.sqlite") == content(tmp_path / "whole.sqlite")


def finished(path):
    """How many persons a board has results of."""
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as board:
            return board.execute("SELECT count(*) FROM people").fetchone()[0]
    except sqlite3.OperationalError:  # not begun yet
        return 0


def test_a_run_names_all_that_decides_it(suite):
    run = run_of(AgentSpec.of("table-per-app", prior=2.0), suite, 7)
    assert (run.suite, run.agent, dict(run.parameters), run.seed) == (
        "five/v1", "table-per-app", {"prior": 2.0}, 7
    )  # fmt: skip
    assert run.data == suite.data
    assert {"python", "gym-push", "gymnasium", "numpy"} <= set(run.versions)
    assert run.key != replace(run, seed=8).key


MINE = """
from helper import ACTION

class Mine:
    def __init__(self, observation_space, action_space): pass
    def reset(self, seed=None): pass
    def act(self, observation): return ACTION
    def learn(self, observation, action, reward): pass
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The folder of an agent of one's own, which does what a module beside it says."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_agent.py").write_text(MINE)
    (tmp_path / "helper.py").write_text("ACTION = 1\n")
    return tmp_path


def test_an_agent_of_ones_own_is_another_one_when_any_file_of_it_has_changed(suite, mine):
    spec = AgentSpec.of("my_agent:Mine")
    before = run_of(spec, suite, 0)
    assert run_of(spec, suite, 0) == before
    keys = {before.key}
    for name in ("my_agent.py", "helper.py", "weights.bin"):
        with (mine / name).open("a") as file:
            file.write("# changed\n")
        keys.add(run_of(spec, suite, 0).key)
    assert len(keys) == 4


def test_what_has_changed_is_not_resumed(suite, mine):
    def opened():
        with Leaderboard(mine / "board.sqlite") as board:
            found = evaluate("my_agent:Mine", suite, board=board, resume=True)
        return found.metrics["ctr"].value

    assert opened() == opened() == 1.0
    (mine / "helper.py").write_text("ACTION = 0\n")
    assert opened() == 0.0


def test_what_a_key_does_not_know_is_found_when_the_agent_is_run_again(
    suite, mine, tmp_path_factory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "action.txt"
    (mine / "helper.py").write_text(f"ACTION = int(open({str(elsewhere)!r}).read())\n")
    elsewhere.write_text("1")
    with Leaderboard(mine / "board.sqlite") as board:
        key = evaluate("my_agent:Mine", suite, board=board).run.key
        elsewhere.write_text("0")
        with pytest.raises(LeaderboardError, match=f"leaderboard remove {key[:8]}"):
            evaluate("my_agent:Mine", suite, board=board)
        board.remove(key)
        assert evaluate("my_agent:Mine", suite, board=board).metrics["ctr"].value == 0.0


CELLS = """
import gym_push
from gym_push.evaluation import Suite
suite = Suite.from_log(gym_push.Population(2, seed=1).log(4))

def cell(action):
    source = f'''
class Mine:
    def __init__(self, observation_space, action_space): pass
    def reset(self, seed=None): pass
    def act(self, observation): return {action}
    def learn(self, observation, action, reward): pass
'''
    exec(source, globals())
    with gym_push.Leaderboard("board.sqlite") as board:
        return gym_push.evaluate(Mine, suite, board=board, resume=True).metrics["ctr"].value

print(cell(1), cell(0), cell(0))
"""


@pytest.mark.parametrize("how", ["script", "notebook"])
def test_a_class_that_is_defined_anew_is_tested_anew(tmp_path, how):
    """In a script without a guard, and where the code is in no file, as in a notebook."""
    script = tmp_path / "script.py"
    script.write_text(CELLS)
    command = [str(script)] if how == "script" else ["-"]
    done = subprocess.run(
        [sys.executable, "-W", "error", *command], input=CELLS, cwd=tmp_path, capture_output=True,
        text=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("1.0 0.0 0.0\n", "")


def test_an_agent_of_ones_own_does_the_same_elsewhere_to_the_bit(suite, mine):
    """A baseline in this process, its twin in one of its own, and that beside two workers."""
    (mine / "my_agent.py").write_text(
        "from gym_push.agents.simple import Table\n\nclass Twin(Table):\n    pass\n"
    )
    _, people, metrics = facts(evaluate("table-per-app", suite, seed=3))
    for processes in (1, 2):
        found = facts(evaluate("my_agent:Twin", suite, seed=3, processes=processes))
        assert found[1:] == (people, metrics)
    assert "my_agent" not in sys.modules


def test_threads_do_not_take_each_others_agents(suite, mine):
    agents = ["my_agent:Mine", "majority", "my_agent:Mine"]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda agent: facts(evaluate(agent, suite)), agents))
    assert together == [facts(evaluate(agent, suite)) for agent in agents]


def test_who_practises_does_so_elsewhere_too(mine):
    (mine / "my_agent.py").write_text(PRACTISING)
    people = Population(2, seed=11)
    others = Population(2, seed=12, start=date(2018, 1, 1))
    cold = PeopleSuite("cold/v1", people, days=3, practice=others, practice_days=3)
    monkeyed = evaluate("my_agent:Practising", cold)
    assert monkeyed.metrics["ctr"].value == 1.0  # all of what it has learned in practising
    code = PRACTISING.replace("self.seen == 16", "self.seen == 16 and self.seed == 1")
    (mine / "my_agent.py").write_text(code)
    by_seed = evaluate("my_agent:Practising", cold, seeds=2).by_seed
    assert [[each.metrics["ctr"] for each in people] for people in by_seed] == [[0, 0], [1, 1]]


PRACTISING = """
class Practising:
    observation = "vector"
    def __init__(self, observation_space, action_space): self.seen = 0
    def pretrain(self, env, seed):
        observations, _ = env.reset(seed=seed)
        self.seen += len(observations)
        self.seed = seed
    def reset(self, seed=None): pass
    def act(self, observation): return int(self.seen == 16)
    def learn(self, observation, action, reward): pass
"""


FAILING = """
class Failing:
    made = 0
    def __init__(self, observation_space, action_space):
        Failing.made += 1
    def reset(self, seed=None): pass
    def act(self, observation):
        HOW
        return 0
    def learn(self, observation, action, reward): pass
"""


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("1 // (self.made < 4)", "failed in my_agent.py, line 8: ZeroDivisionError: "),
        ("if self.made == 4: __import__('os')._exit(3)", "ended its own process, with exit code 3"),
        ("if self.made == 4: __import__('os').abort()", "ended its own process, with signal 6"),
        ("if self.made == 4: raise SystemExit", "ended its own process, with exit code 0"),
        ("if self.made == 4: return 2", "action 2 is neither 0 (dismiss) nor 1 (open)"),
        ("if self.made == 4: return 0.5", "the agent answers 0.5, which is not an action"),
    ],
)
def test_a_run_that_has_crashed_ends_as_failed(suite, mine, how, sentence):
    (mine / "my_agent.py").write_text(FAILING.replace("HOW", how))
    with Leaderboard(mine / "board.sqlite") as board:
        with pytest.raises(GymPushError) as failed:
            evaluate("my_agent:Failing", suite, board=board)
        assert sentence in str(failed.value)
        [left] = board.unfinished()
        assert (left.people, left.status) == (2, f"failed: {failed.value}")
        assert sentence in left.status
        board.begin(left.run)
        assert board.unfinished()[0].stopped is None


def test_who_has_no_fault_says_who_stopped_it(suite, mine):
    (mine / "my_agent.py").write_text(FAILING.replace("HOW", "raise ValueError('no')"))
    specs = [AgentSpec.of("my_agent:Failing"), AgentSpec.of("majority")]
    with Leaderboard(mine / "board.sqlite") as board:
        with pytest.raises(AgentError):
            list(evaluate_each(specs, suite, board=board))
        assert ["agent my_agent:Failing failed" in each.status for each in board.unfinished()] == [
            True, True
        ]  # fmt: skip
        with pytest.raises(KeyboardInterrupt):
            evaluate("majority", suite, board=Interrupted(board, after=2))
        [stopped] = (each for each in board.unfinished() if each.run.agent == "majority")
        assert (stopped.people, stopped.status) == (2, "stopped by Ctrl-C")


def test_nothing_is_tested_if_one_of_the_agents_does_not_go_with_the_suite(suite):
    told = []
    with pytest.raises(ArgumentError, match="deliver-all plays delivery-v0"):
        evaluate_each(
            [RECIPES[0], AgentSpec.of("deliver-all")],
            suite,
            on_person=lambda *each: told.append(each),
        )
    assert not told


def test_an_agent_that_answers_no_action_gets_a_sentence(suite, monkeypatch):
    monkeypatch.syspath_prepend(CHEATS)
    with pytest.raises(ActionError, match="2 is neither"):
        evaluate("agents_that_cheat:OutOfRange", suite)


@pytest.mark.parametrize("processes", [0, 1.5, 2000])
def test_processes_out_of_range_are_refused(suite, processes):
    with pytest.raises(ArgumentError, match="processes"):
        evaluate("random", suite, processes=processes)


def test_it_is_a_public_name():
    assert gym_push.evaluate is evaluate


@pytest.mark.parametrize("agent", ["table-per-app(prior=0)", "table-per-app(priro=1)"])
def test_nothing_is_tested_if_one_of_the_agents_cannot_be_made(suite, tmp_path, agent):
    with Leaderboard(tmp_path / "board.sqlite") as board:
        with pytest.raises(ArgumentError, match="prior|priro"):
            evaluate_each([RECIPES[0], AgentSpec.of(agent)], suite, board=board)
        assert not board.unfinished()


def test_several_seeds_are_those_of_several_runs(suite):
    alone = [evaluate("random", suite, seed=seed) for seed in (3, 4, 5)]
    together = evaluate("random", suite, seed=3, seeds=3, processes=2)
    assert [facts(each)[1] for each in alone] == [
        [(each.person, dict(each.metrics), each.curve) for each in people]
        for people in together.by_seed
    ]
    reward = together.metrics["reward"]
    means = [each.metrics["reward"].value for each in alone]
    assert reward.value == pytest.approx(sum(means) / 3)
    assert reward.spread == pytest.approx(np.std(means, ddof=1)) and reward.spread > 0.0
    assert len({together.run.key, *(each.run.key for each in alone)}) == 4
    ends = zip(*(each.metrics["reward"].interval for each in alone), strict=True)
    narrowest = min(high - low for low, high in zip(*ends, strict=True))
    assert reward.high - reward.low < narrowest  # chance in the agent is averaged away


def test_seeds_leave_an_agent_without_chance_as_it_is(suite):
    one, five = (evaluate("table-per-app", suite, seeds=seeds) for seeds in (1, 5))
    assert five.metrics["reward"].spread == 0.0
    assert five.metrics["reward"][:3] == pytest.approx(one.metrics["reward"][:3])


def test_seeds_that_were_stopped_are_resumed(suite, tmp_path):
    with Leaderboard(tmp_path / "whole.sqlite") as board:
        evaluate("random", suite, seeds=3, board=board)
    with Leaderboard(tmp_path / "parts.sqlite") as board:
        with pytest.raises(KeyboardInterrupt):
            evaluate("random", suite, seeds=3, board=Interrupted(board, after=7))
        evaluate("random", suite, seeds=3, board=board, resume=True)
    assert content(tmp_path / "parts.sqlite") == content(tmp_path / "whole.sqlite")


@pytest.mark.parametrize("seeds", [0, 1.5, 1001])
def test_seeds_out_of_range_are_refused(suite, seeds):
    with pytest.raises(ArgumentError, match="seeds"):
        evaluate("random", suite, seeds=seeds)


def test_an_agent_that_stands_twice_is_tested_once(suite):
    agents = "table-per-app(prior=2)", "table-per-app(prior=2.0)", "majority"
    assert len(list(evaluate_each([AgentSpec.of(each) for each in agents], suite))) == 2


def test_agents_that_earn_alike_stand_in_one_order(suite):
    alike = evaluate("table-per-app(prior=1)", suite), evaluate("table-per-app", suite)
    better = evaluate("table-per-app-and-time", suite)
    names = [each.agent for each in ranked([*alike, better])]
    assert names == [each.agent for each in ranked([better, *reversed(alike)])]
    assert names.index("table-per-app") + 1 == names.index("table-per-app(prior=1)")


def test_an_evaluation_can_be_written_as_json(suite):
    evaluation = evaluate("table-per-app(features=['place'])", suite)
    closed = replace(evaluation.run, parameters=MappingProxyType(evaluation.run.parameters))
    assert closed.key == evaluation.run.key
    told = json.loads(json.dumps(replace(evaluation, run=closed).to_dict()))
    assert told["key"] == evaluation.run.key and told["parameters"] == {"features": ["place"]}
    assert told["metrics"]["reward"] == evaluation.metrics["reward"]._asdict()
    assert {"score", "regret", "balanced accuracy", "auc", "user ctr", "worst person"} <= set(
        told["metrics"]
    )
    assert [len(person["curve"]) for person in told["people"]] == [10] * 5


class TestComparing:
    def test_the_better_one_comes_first_whoever_is_named_first(self, suite):
        one, other = evaluate("random", suite), evaluate("table-per-app", suite)
        comparison = compare(one, other)
        assert comparison == compare(other, one)
        assert comparison.better == "table-per-app"
        assert comparison.people == 5
        assert comparison.wins == 5
        assert comparison.effect_size > 0.8

    @pytest.mark.parametrize("worse", ["random", "always-dismiss", "majority"])
    def test_interval_and_p_value_say_the_same(self, suite, worse):
        found = compare(evaluate("table-per-app", suite), evaluate(worse, suite))
        assert (found.p_value < 0.05) == (found.difference.low > 0.0)

    def test_an_agent_is_not_better_than_itself(self, suite):
        same = compare(evaluate("majority", suite), evaluate("majority", suite))
        assert same.difference == Estimate(0.0)
        assert same.p_value is None
        assert same.effect_size is None
        assert same.wins == 2.5

    def test_ten_thousand_people_take_no_time_and_no_memory(self, suite):
        one = evaluate("majority", suite)
        many = [replace(one.people[n % 5], person=str(n)) for n in range(10_000)]
        more = [
            replace(each, metrics={"reward": each.metrics["reward"] + n / 10_000})
            for n, each in enumerate(many)
        ]
        found = compare(*(replace(one, by_seed=(tuple(people),)) for people in (many, more)))
        assert found.wins == 9_999.5 and found.p_value < 1e-100

    def test_agents_of_one_name_are_told_apart_by_their_parameters(self, suite):
        found = compare(evaluate("table-per-app", suite), evaluate("table-per-app(prior=8)", suite))
        assert {found.better, found.worse} == {"table-per-app", "table-per-app(prior=8)"}

    def test_the_same_difference_with_everybody_has_no_effect_size(self, suite):
        one = evaluate("majority", suite)
        more = [
            replace(each, metrics={"reward": each.metrics["reward"] + 0.1}) for each in one.people
        ]
        found = compare(replace(one, by_seed=(tuple(more),)), one)
        assert found.difference.value == pytest.approx(0.1)
        assert found.effect_size is None and found.difference.interval is None

    def test_other_people_cannot_be_compared(self, suite):
        other = PeopleSuite("five/v1", Population(5, seed=22), 8, 4)
        with pytest.raises(ArgumentError, match="the same suite and data"):
            compare(evaluate("random", suite), evaluate("random", other))

    def test_one_person_is_too_few(self):
        with pytest.raises(ArgumentError, match="basic-324/v1 has one person"):
            check_comparable(Suite.of("basic-324/v1"))
        one, other = (evaluate(name, "basic-324/v1") for name in ("random", "majority"))
        with pytest.raises(ArgumentError, match="is known for 1 of 1 people in both"):
            compare(one, other)

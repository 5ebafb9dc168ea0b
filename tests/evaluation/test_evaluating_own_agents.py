"""Agents of one's own are tested in processes of their own, and known by their code."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from leaderboard_support import facts

from gym_push import Leaderboard, Population
from gym_push.agents import AgentSpec
from gym_push.errors import GymPushError, LeaderboardError
from gym_push.evaluation import PeopleSuite, evaluate
from gym_push.evaluation.evaluating import run_of


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

    helper = mine / "helper.py"
    written = helper.stat().st_mtime
    assert opened() == opened() == 1.0
    helper.write_text("ACTION = 0\n")
    os.utime(helper, (written, written))  # as if within the same second
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

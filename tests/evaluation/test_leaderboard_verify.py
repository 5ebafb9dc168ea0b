"""An entry is verified by playing it again, and says from which commit it is."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from leaderboard_support import HOSTILE, evaluated, finished, log_of, run_of

from gym_push.agents.agent_spec import AgentSpec
from gym_push.errors import LeaderboardError, MissingExtraError
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.leaderboard import Leaderboard, Verdict, verify
from gym_push.evaluation.leaderboard.board import commit_of


@pytest.fixture(scope="module")
def log():
    return log_of()


@pytest.fixture(scope="module", params=["random", "majority", "table-per-app"])
def entry(request, log, tmp_path_factory):
    """What a leaderboard has of an evaluation, after the file was closed and opened."""
    path = tmp_path_factory.mktemp("board") / "leaderboard.sqlite"
    spec = AgentSpec.of(request.param)
    if request.param == "table-per-app":
        spec = AgentSpec.of("table-per-app", features=["appPackage"], prior=0.1 + 0.2)
    with Leaderboard(path) as board:
        board.finish(evaluated(spec, log, seed=3))
    with Leaderboard(path, read_only=True) as board:
        return board.entries()[0]


def on(log):
    """Evaluates a run on a log."""
    return lambda run: evaluated(AgentSpec(run.agent, run.parameters), log, run.seed)


def test_a_deterministic_agent_reproduces_to_the_bit(entry, log):
    verdict = verify(entry, on(log))
    assert verdict == Verdict() and verdict.reproduced and verdict.lines() == []


def test_other_data_is_told_with_all_that_it_changes(entry):
    verdict = verify(entry, on(log_of(seed=6)))
    assert not verdict.reproduced
    assert verdict.data is not None and verdict.data[0] == entry.run.data != verdict.data[1]
    assert {"reward", "performance"} <= set(verdict.metrics)
    assert verdict.lines()[0].startswith(f"the suite plays other data: {entry.run.data} then, ")


def test_an_agent_whose_luck_is_not_of_its_seed_is_found_out(log):
    entry = evaluated(AgentSpec.of("random"), log, seed=3)
    verdict = verify(entry, lambda run: evaluated(AgentSpec.of("random"), log, run.seed + 1))
    assert not verdict.reproduced and verdict.data is None
    assert set(verdict.people) == set(log.users)
    assert all("learning curve" in differences for differences in verdict.people.values())


def test_a_person_an_estimate_and_a_curve_are_told_by_name(entry, log):
    first, *others = entry.people
    nudged = {**first.metrics, "reward": first.metrics["reward"] + 2.0**-52}
    changed = replace(
        entry,
        by_seed=(
            (replace(first, metrics=nudged), replace(others[0], curve=others[0].curve[::-1])),
        ),
        metrics={"reward": Estimate(0.5, 0.25, 0.75), "score": Estimate(0.1, 0.0, 0.2, 0.03)},
    )
    verdict = verify(changed, on(log))
    assert list(verdict.people[first.person]) == ["reward"]
    assert list(verdict.people[others[0].person]) == ["learning curve"]
    assert set(verdict.people[others[1].person]) == {"reward", "performance", "learning curve"}
    assert verdict.metrics["score"] == (Estimate(0.1, 0.0, 0.2, 0.03), None)
    lines = verdict.lines()
    assert "score: 0.1 [0.0, 0.2] ± 0.03 then, none now" in lines
    assert f"person {first.person} differs in reward" in lines


def test_zeros_of_both_signs_are_not_the_same_bits(entry):
    first = entry.people[0]
    plus, minus = (
        replace(entry, by_seed=((replace(first, metrics={"reward": zero}),),))
        for zero in (0.0, -0.0)
    )
    assert not verify(plus, lambda run: minus).reproduced


def test_other_versions_are_told_and_do_not_count(entry, log):
    versions = {"gym-push": "0.0.1", "numpy": entry.run.versions["numpy"], "lost": "1"}
    verdict = verify(replace(entry, run=replace(entry.run, versions=versions)), on(log))
    assert verdict.reproduced
    now = entry.run.versions["gym-push"]
    assert verdict.versions == {"gym-push": ("0.0.1", now), "lost": ("1", None)}
    assert f"the version of gym-push differs: 0.0.1 then, {now} now" in verdict.lines()


def test_times_are_not_compared(entry, log):
    people = tuple(replace(each, microseconds=1e6) for each in entry.people)
    slow = replace(entry, seconds=1e6, by_seed=(people,))
    assert verify(slow, on(log)).reproduced


def test_what_cannot_be_run_here_is_a_sentence(entry):
    lost = replace(entry, run=replace(entry.run, agent="tabel-per-app", parameters={}))
    with pytest.raises(
        LeaderboardError, match="cannot be run again here: there is no agent 'tabel"
    ):
        verify(lost, on(log_of()))

    def without_the_extra(run):
        raise MissingExtraError("the agent", "scikit-learn", "agents")

    with pytest.raises(LeaderboardError, match=r"small/v1 cannot be run again here: .*pip install"):
        verify(entry, without_the_extra)


def git(folder, *arguments):
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_the_commit_is_that_of_the_agents_working_copy(tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path / "work")
    module = tmp_path / "work" / "agent_of_this_test.py"
    module.parent.mkdir()
    module.write_text("class Mine: pass\n")
    name = "agent_of_this_test:Mine"
    assert commit_of(name) is None
    git(module.parent, "init", "--quiet")
    assert commit_of(name) is None, "never added"
    git(module.parent, "add", ".")
    git(module.parent, "commit", "--quiet", "--message", "first")
    git(module.parent, "tag", "v1")
    commit = git(module.parent, "rev-parse", "HEAD")
    assert commit_of(name) == commit
    with Leaderboard(tmp_path / "board.sqlite") as board:
        board.finish(finished(run_of(name)))
        assert board.entries()[0].commit == commit
    module.write_text("class Mine: changed = True\n")
    assert commit_of(name) == f"{commit}-dirty"


@pytest.mark.parametrize("name", ["no_such_module:Agent", "..:x", "", "sys:exit", HOSTILE])
def test_what_lies_in_no_working_copy_has_no_commit(name):
    assert commit_of(name) is None


@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_a_baselines_commit_is_that_of_the_package():
    from gym_push.agents import simple

    module = Path(simple.__file__)  # where the package is installed, no git may know it
    in_git = ["git", "-C", str(module.parent)]
    known = subprocess.run([*in_git, "ls-files", "--error-unmatch", module.name], check=False)
    commit = commit_of("majority")
    assert (commit is None) == bool(known.returncode)
    if commit is not None:
        head = subprocess.run([*in_git, "rev-parse", "HEAD"], capture_output=True, text=True)
        assert commit.startswith(head.stdout.strip())

"""Two nodes of Ray do what one process does, and a node that is lost changes nothing."""

import json
import operator
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import closing
from itertools import count

import pytest
from extras_support import installed
from test_processes import fail

import gym_push
from gym_push import ArgumentError, Population
from gym_push import workers as side_by_side
from gym_push.evaluation import PeopleSuite
from gym_push.logs import write_log
from gym_push.users import write_logs
from gym_push.workers import RayCluster, work_through

pytestmark = [installed("ray"), pytest.mark.filterwarnings("ignore")]  # of Ray's own code

MINE = """
from helper import shown

class Mine:
    def reset(self, seed=None):
        self.seen = 0

    def act(self, observation):
        self.seen += 1
        return shown(self.seen)

    def learn(self, observation, action, reward):
        self.seen += int(reward)
"""
HELPER = "def shown(seen):\n    return seen % 3 % 2\n"
DAYS, AT_ONCE = 2, 5


@pytest.fixture(scope="module")
def cluster():
    """A cluster with a node of one CPU, to which tests add nodes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "token")  # or Ray writes one into the home folder
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        patch.setenv("PYTHONPATH", os.path.dirname(__file__), prepend=os.pathsep)
        from ray.cluster_utils import Cluster  # reads the environment

        # Without the dashboard, which on a busy machine may begin too late for Ray.
        alone = {"num_cpus": 1, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=alone)
        yield cluster
        cluster.shutdown()


@pytest.fixture
def workers(cluster):
    return RayCluster(cluster.address)


@pytest.fixture
def loses_a_node(cluster):
    """What the driver is to call with each result: the third time, a node that works is lost."""
    node = cluster.add_node(num_cpus=1)
    calls = count(1)

    def call(*_):
        if next(calls) == 3:
            cluster.remove_node(node, allow_graceful=False)

    yield call
    assert next(calls) > 3, "the node was never lost"


def test_every_task_is_done_once_and_a_few_are_taken_ahead(workers):
    assert sorted(work_through(operator.neg, range(9), workers)) == list(range(-8, 1))
    taken = count()
    with closing(work_through(operator.neg, taken, workers)) as done:
        assert next(done) <= 0
    assert next(taken) <= 3


def test_closing_ends_what_is_being_done(workers):
    began = time.monotonic()
    with closing(work_through(time.sleep, [0, 600, 600], workers)) as done:
        next(done)
    assert list(work_through(operator.neg, [1], workers)) == [-1], "the CPU is free again"
    assert time.monotonic() < began + 60


def test_whatever_a_task_raises_is_told(workers):
    with pytest.raises(TypeError, match="bad operand"):
        list(work_through(operator.neg, ["no number"], workers))
    with pytest.raises(RuntimeError, match="PickyError: one and other") as caught:
        list(work_through(fail, ["picky"], workers))
    assert "test_processes.py" in str(caught.value.__cause__), "with where it was raised"


def test_a_task_that_always_kills_its_worker_is_given_up(workers):
    with pytest.raises(ChildProcessError, match="Ray could not do a task"):
        list(work_through(fail, ["killed"], workers))


def test_other_versions_are_refused(workers, monkeypatch):
    monkeypatch.setattr(side_by_side, "_versions", lambda packages: {"numpy": "1.0"})
    with pytest.raises(ArgumentError, match=r"has numpy .*, not 1\.0: install the same"):
        list(work_through(operator.neg, [1], workers))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere"])
def test_where_there_is_no_cluster_that_is_told(address):
    with pytest.raises(ArgumentError, match=f"Ray does not work at '{address}': "):
        list(work_through(operator.neg, [1], RayCluster(address)))


def test_an_agent_of_ones_own_has_the_same_results_though_a_node_is_lost(
    workers, loses_a_node, tmp_path, monkeypatch
):
    (tmp_path / "mine_for_ray.py").write_text(MINE, encoding="utf-8")
    (tmp_path / "helper.py").write_text(HELPER, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    suite = PeopleSuite("few/v1", Population(12, 3), days=4, learn_days=2)
    here = gym_push.evaluate("mine_for_ray:Mine", suite)
    there = gym_push.evaluate("mine_for_ray:Mine", suite, processes=workers, on_person=loses_a_node)
    assert [each.metrics for each in there.people] == [each.metrics for each in here.people]
    assert there.metrics == here.metrics


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "SHA256SUMS"}


def test_the_files_are_the_same_bytes_though_a_node_is_lost(workers, loses_a_node, tmp_path):
    people, here, there = Population(40), tmp_path / "here", tmp_path / "there"
    write_logs(people, here, DAYS, users_at_once=AT_ONCE)
    write_logs(people, there, DAYS, users_at_once=AT_ONCE, processes=workers, on_file=loses_a_node)
    assert content(here) == content(there)


def until_there_are(folder, files, named="users-*"):
    end = time.monotonic() + 120
    while len(list(folder.glob(named))) < files:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def generating(workers, tmp_path):
    """The command, when it is about to connect to the cluster."""
    command = [
        sys.executable, "-m", "gym_push.cli", "generate", "--users", "300", "--users-at-once", "5",
        "--days", "3", "--out", str(tmp_path), "--engine", "ray", "--address", workers.address,
        "--json",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    until_there_are(tmp_path, 1, "README.md")
    yield process
    process.kill()
    process.communicate()


def test_the_command_prints_its_result_alone_though_a_node_is_lost(cluster, generating, tmp_path):
    until_there_are(tmp_path, 2)
    node = cluster.add_node(num_cpus=1)
    until_there_are(tmp_path, min(len(list(tmp_path.glob("users-*"))) + 5, 60))  # of both
    cluster.remove_node(node, allow_graceful=False)
    out, errors = generating.communicate(timeout=120)
    assert generating.returncode == 0
    assert json.loads(out)["files"] == 60
    assert errors.count("of 300 people") == 10


@pytest.mark.parametrize("files", [0, 2], ids=["while it connects", "half way"])
def test_ctrl_c_keeps_what_is_finished(generating, tmp_path, files):
    until_there_are(tmp_path, files)
    os.killpg(generating.pid, signal.SIGINT)
    out, errors = generating.communicate(timeout=60)
    assert (generating.returncode, out) == (130, ""), errors
    assert errors.endswith(f"the files in {tmp_path} are whole, and --resume continues\n")
    assert "Traceback" not in errors


def run(*words):
    done = subprocess.run(
        [sys.executable, "-m", "gym_push.cli", *words, "--json"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def without_times(found):
    """A result of evaluate, compare or verify without how long a decision takes."""
    if isinstance(found, dict):
        return {k: without_times(v) for k, v in found.items() if not k.endswith("seconds")}
    return [without_times(each) for each in found] if isinstance(found, list) else found


def test_commands_print_what_one_process_does(workers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cluster = "--engine", "ray", "--address", workers.address
    write_log(Population(6, 3).log(6), tmp_path / "people.csv")
    about = "majority", "table-per-app", "--log", "people.csv", "--seeds", "2"
    for command in ("evaluate", "compare"):
        here = run(command, *about, "--board", f"{command}-here.sqlite")
        there = run(command, *about, "--board", f"{command}-there.sqlite", *cluster)
        assert without_times(there) == without_times(here)
    with gym_push.Leaderboard("evaluate-here.sqlite") as board:
        key = board.entries()[0].run.key
    run("leaderboard", "verify", key, "evaluate-here.sqlite", *about[2:4], *cluster)

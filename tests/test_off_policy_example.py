"""examples/off_policy.py runs as a user runs it."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from extras_support import installed

from gym_push import Population
from gym_push.evaluation import simulate_decisions
from gym_push.logs import write_log

pytestmark = [pytest.mark.slow, installed("sklearn")]

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "off_policy.py"
POLICIES = [
    "deliver all",
    "suppress all",
    "who matters, and messengers",
    "learned per app, from other people",
]


def run(*arguments, cwd):
    command = [sys.executable, EXAMPLE, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    return run("--users", 20, "--days", 2, "--seed", 1, cwd=tmp_path_factory.mktemp("simulated"))


def test_it_values_policies_beside_the_truth(simulated):
    assert simulated.returncode == 0, simulated.stderr
    _, *tables = simulated.stdout.split("\n\n")
    assert [table.split("\n")[0] for table in tables] == POLICIES
    for table in tables:
        low, high = map(float, re.search(r"\nips +\S+ +(\S+) to (\S+)", table).groups())
        truth = float(re.search(r"\ntruth +(\S+)", table)[1])
        width = high - low
        assert low - width < truth < high + width
        assert all(f"\n{method} " in table for method in ("snips", "dm", "dr"))


def test_it_values_policies_by_a_log(simulated, tmp_path):
    log = simulate_decisions(Population(20, 1), 2).log
    write_log(log, tmp_path / "decisions.csv", "csv")
    shown = run("--log", "decisions.csv", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert [line for line in shown.stdout.splitlines() if line in POLICIES] == POLICIES
    assert "truth" not in shown.stdout
    estimates = [line for line in shown.stdout.splitlines() if line.startswith("ips")]
    assert estimates == [line for line in simulated.stdout.splitlines() if line.startswith("ips")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--log", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["--schema", "log.toml"], "give both"),
        (["--users", "0"], "size=0 must be from 1"),
        (["--behaviour", "random:2"], "needs a probability of delivering between 0 and 1"),
    ],
)
def test_a_mistake_gets_a_sentence(arguments, message, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["off_policy.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(EXAMPLE), run_name="__main__")
    assert ended.value.code == 2
    assert message in capsys.readouterr().err

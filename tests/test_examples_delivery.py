"""The examples of Stable-Baselines3 run as a user runs them, though not for so long."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from extras_support import installed

pytestmark = [pytest.mark.slow, installed("stable_baselines3")]

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
NAMES = {"ppo_delivery.py": "PPO", "dqn_delivery.py": "DQN"}


@pytest.fixture(params=NAMES)
def example(request, tmp_path):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, EXAMPLES / request.param, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )

    run.learner = NAMES[request.param]
    return run


def test_it_learns_and_is_compared_on_other_people(example):
    result = example("--steps", "6000", "--people", "2", "--seed", "1")
    assert result.returncode == 0, result.stderr
    title, all_delivered, learned, gain = result.stdout.splitlines()
    assert title == "reward a notification, mean over 2 other people:"
    assert all_delivered.startswith("  deliver all  ")
    assert learned.split()[0] == example.learner
    difference = float(learned.split()[1]) - float(all_delivered.split()[2])
    assert float(gain.split()[1].rstrip(",")) == pytest.approx(difference, abs=0.002)
    # Who has learned to deliver everything earns the same with everybody: that has no interval.
    assert ("95 % interval" in gain) == (difference != 0.0)


@pytest.mark.parametrize("name", ["ppo_delivery.py", "dqn_delivery.py"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--steps", "0"], "--steps is a whole number, 1 or more"),
        (["--people", "1"], "--people is a whole number, 2 or more"),
        (["--seed", "-1"], "--seed is a whole number, 0 or more"),
        (["--seed", "x"], "invalid int value"),
    ],
)
def test_a_mistake_gets_a_sentence(name, arguments, message, monkeypatch, capsys):
    # In this process, as Torch takes each one seconds to load.
    monkeypatch.setattr(sys, "argv", [name, *arguments])
    monkeypatch.syspath_prepend(EXAMPLES)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    assert ended.value.code == 2
    assert message in capsys.readouterr().err

"""RLlib's PPO learns delivery-v0 from the native vector environment, as the example shows."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
from extras_support import installed

pytestmark = installed("ray", "tree")  # RLlib needs the latter

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "rllib_delivery.py"
MINUTES = 5


def test_ppo_earns_more_than_delivering_everything(tmp_path):
    done = subprocess.run([sys.executable, EXAMPLE], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    title, delivered, decided, gained = done.stdout.splitlines()
    assert title == "reward a notification, mean over 30 other people:"
    assert delivered.startswith("  deliver all  ") and decided.startswith("  PPO          ")
    gain, *interval = re.findall(r"[+-]0\.\d+", gained)
    assert float(gain) > 0.0 and float(interval[0]) > 0.0
    seconds = re.findall(r" steps, (\d+) s$", done.stderr, re.MULTILINE)
    assert int(seconds[-1]) < 60 * MINUTES


def test_env_runners_share_no_episode():
    make = runpy.run_path(str(EXAMPLE))["make"]
    first, second = (make({"num_envs": 32}).reset(seed=runner)[0] for runner in (1, 2))
    seen = np.concatenate([first["observations"], second["observations"]])
    assert len(np.unique(seen, axis=0)) > 33, "they would share 31 if their seeds were 1 and 2"
    assert first["action_mask"].shape == (32, 3)

"""What is not installed is named with the command that brings it."""

import subprocess
import sys

import pytest

COMPARE = """
from gym_push.evaluation import fidelity
fidelity(gym_push.Population(20, 1), gym_push.Population(100, 2), days=7)
"""
PLOT = "import gym_push.evaluation.plots"
CLUSTER = "from gym_push.workers import RayCluster; RayCluster()"
MODEL = "import gym_push.integrations.stable_baselines"


@pytest.mark.parametrize(
    ("missing", "code", "message"),
    [
        ("sklearn", COMPARE, "needs scikit-learn, which is not installed"),
        ("matplotlib", PLOT, 'a page of plots needs Matplotlib, which is not installed: run  '
                             'python -m pip install ".[plots]"  in a clone of gym-push'),
        ("ray", CLUSTER, "a cluster of workers needs Ray, which is not installed"),
    ],
)  # fmt: skip
def test_a_missing_package_is_named(missing, code, message):
    script = f"import sys; sys.modules[{missing!r}] = None\nimport gym_push\n{code}"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert shown.returncode == 1
    assert message in shown.stderr.splitlines()[-1]

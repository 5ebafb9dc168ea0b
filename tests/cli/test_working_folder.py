"""What lies in the working folder is only looked at for an agent of one's own, and last."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.slow

TRAP = """
import os
with open({file!r}, "a") as file:
    file.write({name!r} + "\\n")
raise ImportError({name!r})
"""
AGENT = """
class Agent:
    def __init__(self, observation_space, action_space): pass
    def reset(self, seed=None): pass
    def act(self, observation): return 1
    def learn(self, observation, action, reward): pass
"""
OURS = ("gym_push", "gymnasium", "numpy", "pandas", "click", "rich", "eel", "gevent", "bottle")


@pytest.fixture
def run(tmp_path):
    """Runs the command as it is installed, in a folder where every module has a false one."""
    work, fallen, script = tmp_path / "work", tmp_path / "fallen", tmp_path / "bin" / "gym-push"
    for folder in (work, script.parent):
        folder.mkdir()
    script.write_text("from gym_push.cli.app import main\nif __name__ == '__main__':\n    main()\n")
    for name in {*sys.stdlib_module_names, *OURS}:
        if find_spec(name):  # those of other systems are really nowhere else
            (work / f"{name}.py").write_text(TRAP.format(file=str(fallen), name=name))
    (work / "mine.py").write_text(AGENT)
    here = os.pathsep.join(path for path in sys.path if path)  # where the package is found from

    def run(*words):
        done = subprocess.run(
            [sys.executable, script, *words],
            cwd=work, capture_output=True, text=True, timeout=300,
            env={**os.environ, "PYTHONPATH": here},
        )  # fmt: skip
        assert not fallen.exists(), fallen.read_text()
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_the_page_is_shown(run):
    assert "watch at http://" in run("play", "random", "--delay", "0.02").stderr


@pytest.mark.parametrize("agent", ["random", "mine:Agent"])
def test_workers_test_agents(run, agent):
    assert agent in run("evaluate", agent, "--seeds", "2", "--processes", "2").stdout


def test_workers_write_logs(run):
    words = "--users 3 --users-at-once 1 --days 1 --format csv --processes 2 --out logs"
    assert "to 3 files in logs" in run("generate", *words.split()).stdout


def test_python_m_does_not_look_there_either(tmp_path):
    (tmp_path / "statistics.py").touch()
    words = ["-m", "gym_push.cli", "play", "random", "--no-page"]
    done = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")

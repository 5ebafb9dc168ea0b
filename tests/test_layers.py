"""Imports point downwards only, and each outside package has one home."""

import ast
import re
from functools import cache
from pathlib import Path

import gym_push

PACKAGE = Path(gym_push.__file__).parent
RULE = re.search(
    r"```layers\n(.*?)```",
    (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8"),
    re.DOTALL,
)[1]
BELOW = {
    part.strip(): set(below.split())
    for part, below in (line.split("←") for line in RULE.splitlines())
}
"""What each part may import of the package, beside itself: CONTRIBUTING says it."""

# Outside packages that cost much or can fail, and where they may be imported.
HOMES = {
    "click": "cli/",
    "rich": "cli/",
    "sqlite3": ("evaluation/leaderboard/", "agents/llm/cache.py", "live/"),
    "dbus_fast": "live/",
    "openai": "agents/llm/client.py",
    "eel": "viewer/server.py",
    "gevent": "viewer/",
    "geventwebsocket": "viewer/",
    "bottle": "viewer/server.py",
    "gym": ("envs/classic/", "registration.py"),
    "PIL": "viewer/drawing/",
    "matplotlib": ("evaluation/plots/", "viewer/drawing/"),
    "pandas": (
        "logs/",
        "evaluation/exporting.py",
        "evaluation/fidelity/",
        "evaluation/fixed_policies.py",
        "evaluation/results.py",
    ),
    "openpyxl": "logs/sources.py",
    "pyarrow": "logs/",
    "json_tricks": "logs/encoding.py",
    "scipy": ("evaluation/", "users/fitting/"),
    "sklearn": ("agents/", "evaluation/", "logs/text_encoders.py"),
    "minari": ("integrations/minari.py", "evaluation/exporting.py"),
    "d3rlpy": "evaluation/exporting.py",
    "mabwiser": "agents/linear_bandits.py",
    "vowpalwabbit": "agents/vowpal.py",
    "torch": ("agents/deep.py", "logs/embeddings.py"),
    "transformers": "logs/embeddings.py",
    "sentence_transformers": "logs/embeddings.py",
    "ray": "workers.py",
    "stable_baselines3": ("agents/deep.py", "agents/send_deep.py", "integrations/"),
    "sb3_contrib": "agents/send_deep.py",
}


@cache
def trees():
    """Each file's path within the package, its module's name and its syntax tree."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        path = file.relative_to(PACKAGE)
        names = path.with_suffix("").parts
        module = ".".join(("gym_push", *names)).removesuffix(".__init__")
        found.append((path.as_posix(), module, ast.parse(file.read_text(encoding="utf-8"))))
    return found


def imports(tree):
    """All modules that are imported, wherever in a file, and whether only to check types."""
    typing = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in typing) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import is relative"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node in typing


def part_of(module):
    names = module.split(".")
    return names[1] if len(names) > 1 else "__init__"


def test_imports_and_file_paths_point_downwards():
    modules = {module for _, module, _ in trees()}
    assert {part_of(module) for module in modules} == set(BELOW)
    for path, module, tree in trees():
        part = part_of(module)
        for name, _ in imports(tree):
            if name.split(".")[0] == "gym_push":
                other = part_of(name)
                other = other if other in BELOW else "__init__"
                assert other == part or other in BELOW[part], f"{path} imports {name}"
        for node in ast.walk(tree):  # Path(...) / "envs"
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                right = node.right.value if isinstance(node.right, ast.Constant) else None
                assert right not in set(BELOW) - BELOW[part] - {part}, f"{path} reaches {right!r}"


def test_no_import_goes_in_a_circle():
    modules = {module for _, module, _ in trees()}
    graph = {}
    for _, module, tree in trees():
        names = {name for name, typing in imports(tree) if not typing}
        found = {name if name in modules else name.rpartition(".")[0] for name in names}
        graph[module] = (found & modules) - {module}
    graph = {m: {o for o in others if not m.startswith(o + ".")} for m, others in graph.items()}
    done = set()

    def visit(module, path):
        assert module not in path, " → ".join((*path[path.index(module) :], module))
        if module not in done:
            for other in graph[module]:
                visit(other, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_outside_packages_stay_at_home():
    for path, _, tree in trees():
        for module, _ in imports(tree):
            home = HOMES.get(module.split(".")[0])
            assert home is None or path.startswith(home), f"{path} imports {module}"

"""What the help, the README and the documentation say of the command line is run, all of it.

A command that is added is looked at without a change here; only what no example shows of it goes
to MORE, and what makes its examples fast to FAST.
"""

import json
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from command_support import command_of, commands, run_apart, run_here

from gym_push import Leaderboard, Population, Schema, Suite, evaluate, read_log
from gym_push.agents import AgentSpec
from gym_push.cli.demo import NEXT
from gym_push.evaluation.evaluating import run_of
from gym_push.logs import to_toml, write_log

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

# Put behind the lines of a command, where the last of two options counts.
FAST = {
    "gym-push generate": "--users 6 --days 2",
    "gym-push fidelity": "--users 100 --days 1 --parameter volume_median=20 --json --force",
    "gym-push play": "--delay 0 --force",
    "gym-push demo": "--seconds 0",
    "gym-push evaluate": "majority --board ../all.sqlite --resume",  # that of all tests
    "gym-push compare": "--board ../all.sqlite",
    "gym-push listen": "--print-unit",  # tests/live run it, and what follows
    "gym-push guard": "--print-unit",
    "gym-push guard release": "--help",
    "gym-push guard report": "--help",
}

# Lines that show what no example shows.
MORE = [
    "gym-push",
    "gym-push -h",
    "gym-push --version",
    "gym-push demo --no-page --json",
    "gym-push play majority --no-page --delay 0.001 --json",
    "gym-push evaluate random --seed 3 --board scores.sqlite --audit --json",
    "gym-push evaluate --log my-log.csv --schema my-log.toml --groups 2 --force",
    "gym-push evaluate --explain",
    "gym-push compare --explain",
    "gym-push leaderboard --explain --force",
    "gym-push log describe --plots page.svg --force",
    "gym-push compare random majority --log my-log.csv --schema my-log.toml --learn 0.4 --seed 1 "
    "--seeds 2 --processes 1 --groups 2 --board scores.sqlite --json",
    "gym-push leaderboard --json",
    "gym-push leaderboard verify KEY --log my-log.csv --schema my-log.toml --learn 0.5 "
    "--groups 2 --import-agent --json",
    "gym-push leaderboard remove KEY --yes --json",
    "gym-push compare table-per-app majority --resume",
    "gym-push log schema my-log.csv --json",
    "gym-push log describe bundled --json",
    "gym-push log validate my-log.csv --schema my-log.toml --json",
    "gym-push log convert my-log.csv copy.csv --schema my-log.toml --json",
    "gym-push import adb events.txt --out other.csv --text hash --key my.key --year 2026 --force "
    "--json",
    "gym-push listen --out my-log.csv --text hash --key my.key --seconds 9 --json",
    "gym-push guard --agent majority --folder guard --text hash --key my.key --always Signal "
    "--never Game --longest 30 --unlikely 0.1 --explore 0.1 --daemon dunst --seconds 9 --page "
    "--seed 1 --shadow --log my-log.csv",
    "gym-push guard list --folder guard --json",
    "gym-push guard release --json",
    "gym-push guard report --folder guard --json",
    "gym-push generate --users 6 --days 1 --seed 2 --start 2024-02-28 --format csv "
    "--users-at-once 3 --json --out few/",
    "gym-push trial --people 12 --days 7 --out trial.csv --force --json",
]

EVENT = (
    "2026-03-02 09:01:00.500  1  2 I notification_enqueue: "
    "[1,2,a.b,3,NULL,0,Notification(channel=c shortcut=null),0]\n"
    "2026-03-02 09:01:01.500  1  2 I notification_clicked: [0|a.b|3|null|1,9,9,9,0,1]\n"
)
USED = '  time="2026-03-02 08:30:10" type=ACTIVITY_RESUMED package=a.b\n'

OF_A_CLUSTER = "--engine", "--address"
"""Options that need what tests/test_ray.py starts."""

KEY = re.compile(r"(?<=leaderboard (?:verify|remove) )(KEY|[0-9a-f]{4,})")
"""Stands for the key of an entry, which differs from version to version."""

SHOWS_THE_PAGE = ("play", "demo")


def examples(command):
    """The lines below "Examples:", up to the next heading."""
    lines = (command.epilog or "").partition("Examples:\n")[2].splitlines()
    return [line.strip() for line in lines if line.startswith("  gym-push")]


def documented():
    """Lines in the documents, between backticks and in blocks, but for mere names of commands.

    The blocks of the site are run by tests/site/test_code.py.
    """
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        on_the_site = document.parent.name == "docs"
        blocks = "" if on_the_site else "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
        inline = re.findall(r"(?<!`)`(gym-push [^`\n]+)`", text)
        for line in inline + re.findall(r"^gym-push .+$", blocks, re.MULTILINE):
            if tuple(line.split()) not in dict(commands()):
                yield line


def only_leads_on(command):
    """Whether a command does nothing itself, but has commands that do."""
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    return isinstance(command, click.Group) and not arguments


EXAMPLES = {" ".join(path): examples(command) for path, command in commands()}
ELSEWHERE = sorted({*documented(), *(line for line, _ in NEXT)})
COMMANDS = [pytest.param(path, command, id=" ".join(path)) for path, command in commands()]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The files that examples name, where they are run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GYM_PUSH_LEADERBOARD", raising=False)
    kept = Schema(
        ["appPackage"], ["place"], user="user", time="posted", engagement=["responseTime"]
    )
    log = Population(2, 8).log(8)
    log.to_frame()[list(kept.columns)].to_csv("my-log.csv", index=False)
    Path("my-desktop").mkdir()
    Path("my-log.toml").write_text(to_toml(kept), encoding="utf-8")
    if find_spec("pyarrow"):
        write_log(log, "my-log.parquet")
        Path("years").mkdir()
        write_log(log, "years/2025.parquet")
        Path("years.toml").write_text(to_toml(log.schema), encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    posted = {"packageName": "a.b", "key": "k", "postTime": 0, "systemTime": 9, "offset": 0}
    export = {"device": {}, "posted": [posted], "removed": [{**posted, "removeReason": 1}]}
    Path("notification_export.json").write_text(json.dumps(export), encoding="utf-8")
    Path("events.txt").write_text(EVENT, encoding="utf-8")
    Path("usage.txt").write_text(USED, encoding="utf-8")


def key_for(line):
    """The key of an entry that a line can verify, on boards that are made for it."""
    spec = AgentSpec.of("majority")
    log = read_log("my-log.csv", "my-log.toml")
    groups = 2 if "--groups" in line else 0
    suites = Suite.of("basic-324/v1"), Suite.from_log(log, name="my-log.csv", groups=groups)
    for name in ("leaderboard.sqlite", "scores.sqlite"):
        with Leaderboard(name) as board:
            for suite in suites:
                evaluate(spec, suite, board=board)
    return run_of(spec, suites["--log" in line], 0).key


def run(line, monkeypatch, capsys):
    if any(option in line for option in OF_A_CLUSTER):
        return
    line, _, target = line.partition(" > ")
    path, _ = command_of(line)
    if "leaderboard" in path:
        line = KEY.sub(key_for(line), line)
    line = f"{line} {FAST.get(' '.join(path), '')}"
    if path[1:2] and path[1] in SHOWS_THE_PAGE and "--no-page" not in line:
        shown = run_apart(line)  # the viewer would stay with the tests
    else:
        shown = run_here(line, monkeypatch, capsys)
    if "which is not installed: run" in shown.errors:
        pytest.skip(shown.errors)
    assert shown.code == 0, shown.errors
    assert shown.out.strip() or "wrote " in shown.errors
    assert "Traceback" not in shown.errors
    if target:
        Path(target.strip()).write_text(shown.out, encoding="utf-8")


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_it_has_help_with_examples_of_itself(path, command, monkeypatch, capsys):
    shown = run_here(" ".join([*path, "--help"]), monkeypatch, capsys)
    assert (shown.code, shown.errors) == (0, "")
    assert "Examples:\n" in shown.out
    assert command.get_short_help_str(200).endswith(".")
    shown_examples = EXAMPLES[" ".join(path)]
    assert shown_examples
    for line in shown_examples:
        assert line in shown.out, "an example is one line of the help"
        assert command_of(line)[0][: len(path)] == path


@pytest.mark.parametrize("name", [name for name, lines in EXAMPLES.items() if lines])
def test_the_examples_of_its_help_run_one_after_the_other(name, files, monkeypatch, capsys):
    for line in EXAMPLES[name]:
        run(line, monkeypatch, capsys)


@pytest.mark.parametrize("line", [*ELSEWHERE, *MORE])
def test_other_lines_run(line, files, monkeypatch, capsys):
    run(line, monkeypatch, capsys)


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_every_option_stands_in_a_line_that_is_run(path, command):
    lines = [line for lines in EXAMPLES.values() for line in lines] + MORE + ELSEWHERE
    fast = FAST.get(" ".join(path), "")
    given = {
        word.partition("=")[0]
        for line in lines
        if command_of(line.partition(" > ")[0])[0] == path
        for word in shlex.split(f"{line} {fast}")
    }
    for option in command.params:
        if option.param_type_name == "option" and not {*OF_A_CLUSTER} & {*option.opts}:
            assert given & {*option.opts, *option.secondary_opts}, f"nobody runs {option.opts}"


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_a_group_alone_shows_its_help(path, command, monkeypatch, capsys):
    if only_leads_on(command):
        alone = run_here(" ".join(path), monkeypatch, capsys)
        assert alone == run_here(" ".join([*path, "--help"]), monkeypatch, capsys)
        assert alone.code == 0


@pytest.mark.parametrize(("path", "command"), COMMANDS)
def test_it_speaks_to_programs_too(path, command):
    if not only_leads_on(command):
        assert "--json" in {word for option in command.params for word in option.opts}

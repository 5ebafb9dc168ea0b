"""`gym-push leaderboard` as it is run: the table, the files, and `verify`."""

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from leaderboard_support import HOSTILE, finished, run_of

from gym_push import Population, read_log
from gym_push.cli.app import main
from gym_push.evaluation.evaluating import evaluate
from gym_push.evaluation.leaderboard import Leaderboard
from gym_push.evaluation.suites import Suite
from gym_push.users import write_logs

posix = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")


@pytest.fixture
def board(tmp_path, monkeypatch):
    """The folder of a leaderboard with three entries of two suites, one of them hostile."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GYM_PUSH_LEADERBOARD", raising=False)
    with Leaderboard("leaderboard.sqlite") as board:
        board.finish(finished(run_of("majority"), reward=0.1))
        board.finish(finished(run_of(f"={HOSTILE}", depth=3), people=24, reward=0.3))
        board.finish(finished(run_of("random", "basic-324/v1", seed=7), people=1))
        yield board


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command: `run(*arguments)` gives its exit code, output and errors."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["gym-push", "leaderboard", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def test_it_prints_a_table_for_each_suite(board, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, errors = run()
    assert (code, errors) == (0, "")
    assert "\x1b" not in out and "\u202e" not in out
    assert out.index("basic-324/v1, data abababab") < out.index("users-24/v1, data abababab")
    best = next(entry for entry in board.entries("users-24/v1"))
    (line,) = (line for line in out.splitlines() if best.run.key[:8] in line)
    shown = [best.metrics[name].value for name in ("reward", "performance", "ctr", "user ctr")]
    score, reward, performance, ctr, user_ctr = (
        f"{value:.3f}" for value in (best.merit.value, *shown)
    )
    low, high = f"{best.merit.low:.3f}", f"{best.merit.high:.3f}"
    agent = "=</title><script>alert(1)</script>\\x1b[2J\\u202e'\"&(depth=3)"
    date = f"{best.finished:%Y-%m-%d}"
    assert line.split() == [
        "1", agent, best.run.key[:8], score, low, "to", high, reward, performance, ctr, "0", "24",
        date, user_ctr,
    ]  # fmt: skip


def test_one_suite_alone(board, run):
    code, out, _ = run("--suite", "basic-324/v1")
    assert code == 0 and "random" in out and "users-24" not in out
    code, out, errors = run("--suite", "users-24/v2")
    assert (code, out) == (2, "")
    assert "no entry of 'users-24/v2'; it has " in errors
    assert errors.endswith("; did you mean 'users-24/v1'?\n") and errors.count("\n") == 1


def test_json_is_one_line_with_all_that_makes_a_score_repeatable(board, run):
    code, out, errors = run("--json")
    assert (code, errors, out.count("\n")) == (0, "", 1)
    told = json.loads(out)
    assert (told["file"], told["unfinished"]) == ("leaderboard.sqlite", [])
    for entry, line in zip(board.entries(), told["entries"], strict=True):
        assert (line["key"], line["suite"], line["data"]) == (
            entry.run.key, entry.run.suite, entry.run.data
        )  # fmt: skip
        assert (line["agent"], line["parameters"]) == (entry.run.agent, entry.run.parameters)
        assert (line["seed"], line["versions"]) == (entry.run.seed, entry.run.versions)
        assert line["metrics"]["score"] == entry.metrics["score"]._asdict()
    assert [line["rank"] for line in told["entries"]] == [1, 1, 2]


def test_csv_keeps_every_bit_and_starts_no_formula(board, run, tmp_path):
    code, out, errors = run("--csv", "-")
    assert (code, errors) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out)))
    for entry, row in zip(board.entries(), rows, strict=True):
        assert row["key"] == entry.run.key
        assert json.loads(row["parameters"]) == entry.run.parameters
        for name, value in entry.metrics.items():
            cells = [row[f"{name}{end}"] for end in ("", " low", " high", " spread")]
            assert [float(cell) if cell else None for cell in cells] == [*value]
    assert rows[1]["agent"].startswith("'=")
    assert run("--csv", "board.csv") == (0, "", "wrote board.csv\n")
    assert (tmp_path / "board.csv").read_text(encoding="utf-8") == out


def test_a_page_and_csv_and_json_at_once(board, run, tmp_path):
    code, out, errors = run("--html", "page.html", "--csv", "board.csv", "--json")
    assert (code, errors) == (0, "wrote page.html\nwrote board.csv\n")
    assert len(json.loads(out)["entries"]) == 3
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<h2") == 2 and "<script" not in page


def test_a_file_is_named_or_comes_from_the_environment(board, run, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    other = tmp_path / "elsewhere" / "scores.sqlite"
    with Leaderboard(other) as more:
        more.finish(finished(run_of("suppress-all", "delivery-50/v1")))
    assert "suppress-all" in run(other)[1]
    monkeypatch.setenv("GYM_PUSH_LEADERBOARD", str(other))
    assert "suppress-all" in run()[1]
    assert "majority" in run("leaderboard.sqlite")[1]


def test_an_empty_board_says_how_to_fill_it(tmp_path, run):
    path = tmp_path / "new.sqlite"
    with Leaderboard(path) as board:
        code, out, _ = run(path)
        assert (code, out) == (
            0,
            f"{path} has no finished evaluation; gym-push evaluate adds them\n",
        )
        board.begin(run_of())
        board.stop(run_of(), "failed: disk full")
        out = run(path)[1]
        assert "Not finished" in out and "failed: disk full" in out and run_of().key[:8] in out
        [told] = json.loads(run(path, "--json")[1])["unfinished"]
        assert (told["key"], told["status"]) == (run_of().key, "failed: disk full")
    assert run(path, "--csv", "-")[1].startswith("rank,key,suite,")
    assert json.loads(run(path, "--json")[1])["entries"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.sqlite"], 2, "there is no leaderboard none.sqlite; gym-push evaluate creates one"),
        (["notes.txt"], 2, "notes.txt is not a leaderboard"),
        (["--csv", "-", "--json"], 2, "--csv - and --json both print"),
        (["--html", "no/page.html"], 2, "'no/page.html' cannot be written: there is no folder no"),
        (["--csv", "no/b.csv"], 2, "'no/b.csv' cannot be written: there is no folder no"),
        (["--jsn"], 2, "No such option"),
        (["leaderboard.sqlite", "verify"], 2, "unexpected extra argument (verify)"),
        (["verify"], 2, "Missing argument 'ENTRY'"),
        (["verify", "xyz"], 2, "leaderboard.sqlite has no entry with the key 'xyz'"),
        (["verify", "xyz", "none.sqlite"], 2, "there is no leaderboard none.sqlite"),
        (["verify", "xyz", "--processes", "0"], 2, "Invalid value for '--processes'"),
        (["remove", "xyz"], 2, "leaderboard.sqlite has no run with the key 'xyz'"),
        (["remove", "xyz", "none.sqlite"], 2, "there is no leaderboard none.sqlite"),
    ],
)
def test_a_mistake_is_named_in_one_sentence(board, tmp_path, run, arguments, code, message):
    (tmp_path / "notes.txt").write_text("not a database\n" * 99)
    ended, out, errors = run(*arguments)
    assert (ended, out) == (code, "")
    assert errors.startswith("gym-push: ") and message in errors and errors.count("\n") == 1


def test_what_is_removed_is_asked_about_on_a_terminal(board, run, monkeypatch):
    key = run_of("majority").key
    code, out, errors = run("remove", key[:8])
    assert (code, out) == (2, "") and f"the run {key} of majority on users-24/v1" in errors
    assert "add --yes" in errors and len(board.entries()) == 3
    for answer, left in (("n\n", 3), ("y\n", 2)):
        terminal = io.StringIO(answer)
        terminal.isatty = lambda: True
        monkeypatch.setattr(sys, "stdin", terminal)
        assert run("remove", key[:8])[0] == 0
        assert len(board.entries()) == left


def test_an_impossible_row_is_refused_and_can_be_removed(board, run):
    key = run_of("majority").key
    with closing(sqlite3.connect("leaderboard.sqlite")) as connection, connection:
        change = "json_set(metrics, '$.reward', 5.0, '$.performance', 3.0)"
        connection.execute(f"UPDATE people SET metrics = {change} WHERE run = ?", (key,))
    code, out, errors = run()
    assert (code, out) == (2, "") and errors.count("\n") == 1
    assert "person 'user-0': " in errors and "must be from " in errors
    assert f"gym-push leaderboard remove {key[:8]}" in errors
    assert run("remove", key[:8], "--yes") == (
        0, f"removed the run {key} of majority on users-24/v1\n", ""
    )  # fmt: skip
    assert run()[0] == 0


def test_an_agent_of_others_is_not_imported_unasked(board, run, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "trap.py").write_text("raise SystemExit('imported')")
    board.finish(finished(run_of("trap:Agent")))
    (entry,) = (entry for entry in board.entries() if entry.run.agent == "trap:Agent")
    code, out, errors = run("verify", entry.run.key)
    assert (code, out) == (2, "")
    assert "is of trap:Agent, which is not an agent of gym-push: add --import-agent" in errors


@posix
@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_a_narrow_terminal_has_fewer_columns_and_cuts_none(board, columns):
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": columns}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "gym_push.cli", "leaderboard", "--suite", "users-24/v1"]
    subprocess.run(command, stdout=theirs, env=environment, check=True, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "\x1b[1m" in shown, "the best is bold"
    lines = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert "…" not in "".join(lines)
    for entry in board.entries("users-24/v1"):
        assert any(entry.run.key[:8] in line for line in lines)
    short = ["reward", "performance", "ctr"]
    names = [*short, "seeds", "people", "date", "user ctr"]
    there = {"60": 0, "80": 0, "120": 4}[columns]
    assert re.split(" {2,}", lines[2].strip())[4:] == names[:there]
    below = " ".join(" ".join(lines).split())
    assert f"no room for {', '.join(names[there:])}: --json has all; --explain says" in below


@pytest.fixture
def evaluated(tmp_path, monkeypatch):
    """The only entry of a leaderboard here, of a real evaluation."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GYM_PUSH_LEADERBOARD", raising=False)
    with Leaderboard("leaderboard.sqlite") as board:
        evaluate("table-per-app", "basic-324/v1", seed=3, board=board)
        return board.entries()[0]


def test_verify_runs_an_entry_again(evaluated, run):
    key = evaluated.run.key
    code, out, errors = run("verify", key[:8])
    assert (code, errors) == (0, "1 of 1 episode\n")
    assert out == f"{key}: table-per-app on basic-324/v1 is the same to the bit\n"
    told = json.loads(run("verify", key[:8], "--json", "--processes", "2")[1])
    assert told["reproduced"] is True and told["people"] == {} and told["versions"] == {}


def test_verify_finds_a_number_that_was_changed(evaluated, run):
    person = evaluated.people[0].person
    with closing(sqlite3.connect("leaderboard.sqlite")) as connection, connection:
        change = "json_set(metrics, '$.reward', 0.9, '$.performance', 0.95)"
        assert connection.execute(f"UPDATE people SET metrics = {change}").rowcount == 1
    code, out, _ = run("verify", evaluated.run.key[:8])
    assert code == 1
    assert "is not the same" in out and f"person {person} differs in reward, performance\n" in out
    told = json.loads(run("verify", evaluated.run.key[:8], "--json")[1])
    assert told["people"][person]["reward"] == [0.9, evaluated.metrics["reward"].value]


def test_verify_takes_a_log_of_ones_own_and_sees_if_it_is_another(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for seed, name in ((5, "mine.csv"), (6, "other.csv")):
        write_logs(Population(3, seed, volume_median=20.0), f"logs-{seed}", 4, format="csv")
        next((tmp_path / f"logs-{seed}").glob("users-*")).rename(name)
    suite = Suite.from_log(read_log("mine.csv"), 0.5, name="mine.csv")
    with Leaderboard("leaderboard.sqlite") as board:
        evaluate("majority", suite, board=board)
        key = board.entries()[0].run.key
    code, out, errors = run("verify", key)
    assert (code, out) == (2, "")
    assert "majority on mine.csv/v1 cannot be run again here: there is no suite" in errors
    assert run("verify", key, "--log", "mine.csv", "--learn", "0.5")[0] == 0
    code, out, _ = run("verify", key, "--log", "other.csv")
    assert code == 1 and "the suite plays other data" in out


def test_verify_runs_an_agent_of_ones_own_when_told_to(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    code = "from gym_push.agents.simple import Always\n\nclass Mine(Always):\n    pass\n"
    (tmp_path / "agent_to_verify.py").write_text(code)
    with Leaderboard("leaderboard.sqlite") as board:
        evaluate("agent_to_verify:Mine", "basic-324/v1", board=board)
        key = board.entries()[0].run.key
    assert run("verify", key)[0] == 2
    assert run("verify", key, "--import-agent")[0] == 0

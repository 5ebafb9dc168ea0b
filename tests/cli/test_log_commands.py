"""`gym-push log`: describe, validate, convert and schema, on logs as people have them."""

import errno
import json
import os

import pandas as pd
import pytest
from command_support import run_apart, run_here

from gym_push import Population, bundled_log, read_log
from gym_push.logs import describe
from gym_push.users import write_logs

SCHEMA = (
    'action = "opened"\nnotification = ["app", "text"]\ntime = "at"\n[engagement]\ns = "number"\n'
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.toml").write_text(SCHEMA)


@pytest.fixture
def run(monkeypatch, capsys):
    return lambda line: run_here(f"gym-push log {line}", monkeypatch, capsys)


def write(name="log.csv", **columns):
    rows = {"app": ["mail", "chat"], "text": ["Hi", "You"], "s": [1.5, None], "opened": [1, 0]}
    frame = pd.DataFrame({**rows, "at": ["2024-01-01", "2024-01-02"], **columns})
    frame.to_csv(name, index=False)


def test_describe_says_what_agents_see_and_what_never(run):
    shown = run("describe")
    assert (shown.code, shown.errors) == (0, "")
    first, *_ = shown.out.splitlines()
    assert first.startswith("notifications.csv: 324 notifications of 1 person, 2019-07-01T00:06:56")
    assert first.endswith("(9 days), 64.2% opened")
    observed, hidden = shown.out.split("Engagement: known only afterwards, never shown")
    assert "contactSignificantContext" in observed and "responseTime" not in observed
    assert "responseTime" in hidden
    assert "The 10 busiest of 12 apps" in observed and "com.whatsapp" in observed


def test_describe_shows_how_people_differ(run):
    Population(12, 1).log(3).to_frame().to_csv("people.csv", index=False)
    about = describe(read_log("people.csv"))
    shown = run("describe people.csv")
    [line] = [line for line in shown.out.splitlines() if "open rate of a person" in line]
    assert f"{about.open_rate_of_users.median:.1%}" in line
    assert json.loads(run("describe people.csv --json").out) == json.loads(
        json.dumps(about.to_dict())
    )


def test_describe_reads_a_folder_of_parquet_in_pieces(run):
    pytest.importorskip("pyarrow")
    write_logs(Population(9, 1), "people", 2, format="parquet", users_at_once=4)
    whole, pieces = run("describe people"), run("describe people --scan")
    assert (pieces.code, pieces.out) == (0, whole.out)
    assert "18 people" not in whole.out and "9 people" in whole.out
    refused = run("describe --scan")
    assert refused.code == 2 and "--scan is for files of Parquet" in refused.errors


def test_a_log_of_decisions_has_no_open_rate_and_is_not_played(run, monkeypatch, capsys):
    write(allowed=['["mail"]', '["chat", "mail"]'], sent=["mail", "chat"])
    with open("log.toml", "w", encoding="utf-8") as file:
        file.write(SCHEMA.replace('"opened"', '""') + 'allowed = "list"\nsent = "label"\n')
        file.write('[decisions]\ndecision = "sent"\nreward = "s"\neligible = "allowed"\n')
    shown = run("describe log.csv")
    assert "(2 days), decisions without answers" in shown.out and "open rate" not in shown.out
    assert json.loads(run("describe log.csv --json").out)["open_rate"] is None
    assert run("validate log.csv").code == 0
    played = run_here("gym-push play majority --log log.csv --no-page", monkeypatch, capsys)
    assert played.code == 2 and "holds decisions and no answers of a person" in played.errors


def test_describe_gives_a_terminal_no_commands_of_the_logs(run):
    write(app=["\x1b[31mred\x07", "[bold]chat[/bold]"], text=["\x1b]0;title\x07", "ok"])
    shown = run("describe log.csv --schema log.toml")
    assert shown.code == 0
    assert "\x1b" not in shown.out and "\x07" not in shown.out
    assert "\\x1b[31mred\\x07" in shown.out and "[bold]chat[/bold]" in shown.out


def test_words_that_the_terminal_does_not_have_are_written_otherwise(tmp_path, monkeypatch):
    write(app=["☂", "mail"])
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    shown = run_apart("gym-push log describe log.csv --schema log.toml")
    assert shown.code == 0, shown.errors


@pytest.mark.parametrize("name", ["page.svg", "page.png", "page.pdf"])
def test_describe_draws_a_page(run, name, tmp_path):
    pytest.importorskip("matplotlib")
    assert run(f"describe --plots {name}").code == 0
    begins = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[name[-3:]]
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_validate_says_what_was_read_and_by_what(run):
    write()
    shown = run("validate log.csv --schema log.toml")
    assert (shown.code, shown.errors) == (0, "")
    assert shown.out == "log.csv can be read: 2 notifications of 1 person, by log.toml\n"
    told = run("validate bundled").out
    assert told == (
        "bundled can be read: 324 notifications of 1 person, by its columns, which are known\n"
    )


def test_validate_warns_of_what_looks_wrong_and_lets_it_pass(run):
    write(app=["mail", "mail"], at=["2024-01-02", "2024-01-01"])
    shown = run("validate log.csv --schema log.toml")
    assert shown.code == 0 and "can be read" in shown.out
    warnings = shown.errors.splitlines()
    assert len(warnings) == 2 and all(line.startswith("warning: ") for line in warnings)
    done = json.loads(run("validate log.csv --schema log.toml --json").out)
    assert [f"warning: {each}" for each in done.pop("warnings")] == warnings
    found = {"log": "log.csv", "rows": 2, "users": 1, "schema": "log.toml"}
    assert done == {"valid": True, **found}


def test_validate_names_the_first_mistake_of_every_column(run):
    write(opened=["1", "opend"], at=["soon", "2024-01-01"])
    shown = run("validate log.csv --schema log.toml")
    assert (shown.code, shown.out) == (2, "")
    first, second = shown.errors.splitlines()
    assert first.startswith("gym-push: log.csv, row 2, column 'opened': action 'opend'")
    assert second.startswith("log.csv, row 1, column 'at': 'soon' is not a time")
    shown = run("validate log.csv --schema log.toml --json")
    assert shown.code == 2
    done = json.loads(shown.out)
    assert not done["valid"] and done["mistakes"] == [first.removeprefix("gym-push: "), second]


def test_convert_says_what_it_wrote(run, tmp_path):
    write()
    shown = run("convert log.csv new.csv --schema log.toml")
    assert (shown.code, shown.errors) == (0, "wrote new.csv\nwrote new.toml\n")
    assert shown.out == "new.csv holds 2 notifications, and new.toml what its columns mean\n"
    again = read_log("new.csv", "new.toml").to_frame()
    assert again.equals(read_log("log.csv", "log.toml").to_frame())
    assert run("convert bundled all.csv").out == "all.csv holds 324 notifications\n"
    assert read_log("all.csv").to_frame().equals(bundled_log().to_frame())


def test_convert_replaces_nothing_unasked(run, tmp_path):
    write()
    before = (tmp_path / "log.csv").read_bytes()
    assert run("convert bundled log.csv").code == 2
    assert (tmp_path / "log.csv").read_bytes() == before
    assert run("convert bundled log.csv --force").code == 0
    assert len(read_log("log.csv")) == 324


def test_a_schema_that_is_there_is_replaced_with_its_log(run, tmp_path):
    (tmp_path / "log.csv").unlink(missing_ok=True)
    refused = run("convert bundled log.csv")
    assert refused.code == 2 and "log.toml is there" in refused.errors
    assert [each.name for each in tmp_path.iterdir()] == ["log.toml"]
    assert run("convert bundled log.csv --force").code == 0
    assert read_log("log.csv").schema == bundled_log().schema


@pytest.mark.parametrize("line", ["convert bundled new.csv", "describe --plots page.svg"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(run, line, tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    pytest.importorskip("matplotlib")
    monkeypatch.setattr(os, "fsync", full)
    shown = run(line)
    name = line.split()[-1]
    assert (shown.code, shown.out) == (1, "")
    assert shown.errors == f"gym-push: {name} cannot be written: No space left on device\n"
    assert [each.name for each in tmp_path.iterdir()] == ["log.toml"]


def test_the_draft_of_a_schema_leaves_the_roles_to_the_person(run, tmp_path):
    write()
    shown = run("schema log.csv")
    assert (shown.code, shown.errors) == (0, "")
    assert '# "app" = "label"' in shown.out
    (tmp_path / "draft.toml").write_text(shown.out)
    refused = run("validate log.csv --schema draft.toml")
    assert refused.code == 2 and "the action column must be named" in refused.errors
    assert json.loads(run("schema log.csv --json").out) == {"log": "log.csv", "toml": shown.out}


def test_the_environments_are_told_by_their_own_docstrings(monkeypatch, capsys):
    from gym_push.registration import ENVIRONMENTS

    done = json.loads(run_here("gym-push envs --json", monkeypatch, capsys).out)
    assert [each["id"] for each in done] == [each.id for each in ENVIRONMENTS]
    shown = run_here("gym-push envs", monkeypatch, capsys).out
    for each in done:
        assert each["summary"] in shown and each["actions"] in shown
        assert {"observation", "render_mode"} <= {one["name"] for one in each["arguments"]}
        assert all(one["meaning"] for one in each["arguments"])


@pytest.fixture
def generated(run, monkeypatch, capsys):
    line = "gym-push generate --users 6 --days 2 --users-at-once 2 --format csv --out logs"
    assert run_here(line, monkeypatch, capsys).code == 0


@pytest.mark.parametrize("log", ["logs", "'logs/*.csv'", "logs/*.csv"])
@pytest.mark.parametrize(
    "line", ["validate {}", "describe {}", "schema {}", "convert {} one.csv", "validate {} --json"]
)
def test_what_generate_writes_is_one_log(generated, run, tmp_path, log, line):
    files = " ".join(sorted(str(path) for path in tmp_path.glob("logs/*.csv")))
    shown = run(line.format(files if log == "logs/*.csv" else log))
    assert (shown.code, shown.errors) == (0, "wrote one.csv\n" * line.startswith("convert"))
    if line.startswith("validate {} --json"):
        assert json.loads(shown.out)["users"] == 6
    elif line.startswith(("validate", "describe")):
        assert "of 6 people" in shown.out
    elif line.startswith("convert"):
        assert read_log("one.csv").to_frame().equals(Population(6).log(2).to_frame())
    else:
        assert '# "appPackage" = "label"' in shown.out


@pytest.mark.parametrize(
    "line",
    [
        "play majority --no-page --log logs --json",
        "evaluate majority --log logs --board b.sqlite --json",
        "compare majority random --log 'logs/*.csv' --board b.sqlite --json",
        "fidelity logs --users 100 --days 2 --json",
    ],
)
def test_every_command_reads_what_generate_writes(generated, line, monkeypatch, capsys):
    if line.startswith("fidelity"):
        pytest.importorskip("sklearn")
    shown = run_here(f"gym-push {line}", monkeypatch, capsys)
    assert shown.code == 0, shown.errors
    json.loads(shown.out)


@pytest.mark.parametrize("log", ["nothing", "'nothing/*.csv'", "empty", "logs/population.json"])
def test_what_is_no_log_is_one_sentence(generated, run, tmp_path, log):
    (tmp_path / "empty").mkdir()
    shown = run(f"validate {log}")
    assert shown.code == 2 and shown.out == ""
    assert len(shown.errors.splitlines()) == 1 and "Traceback" not in shown.errors


ANSWERS = """\
action = { column = "reason", opened = [1], dismissed = [2, 3], no_answer = [8, ""] }
notification = ["app", "text"]
"""


@pytest.fixture
def phone(tmp_path):
    reasons = ["1", "2", "8", "3", "", "1", "8", "2", "1", "3", "2", "1"]
    rows = [f"{'mail' if number % 2 else 'chat'},Hi {number},{reason}"
            for number, reason in enumerate(reasons)]  # fmt: skip
    (tmp_path / "phone.csv").write_text("\n".join(["app,text,reason", *rows]) + "\n")
    (tmp_path / "phone.toml").write_text(ANSWERS)
    why = "column 'reason', 8: 2, empty: 1"
    return f"phone.csv: 3 of 12 rows have no answer and are left out ({why})"


def test_describe_tells_what_has_no_answer(run, phone):
    shown = run("describe phone.csv")
    assert (shown.code, shown.errors) == (0, f"{phone}\n")
    assert "phone.csv: 9 notifications of 1 person, 44.4% opened" in shown.out
    lines = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert "8 no answer: left out 2 16.7%" in lines and "1 opened 4 33.3%" in lines
    assert "empty no answer: left out 1 8.3%" in lines
    about = json.loads(run("describe phone.csv --json").out)
    assert about["unanswered"] == 3
    assert about["outcomes"][0] == {"value": "1", "answer": "opened", "rows": 4}


def test_every_command_reads_the_log_by_the_schema_beside_it(run, phone, monkeypatch, capsys):
    shown = run("validate phone.csv")
    assert shown.out == "phone.csv can be read: 9 notifications of 1 person, by phone.toml\n"
    assert phone in shown.errors
    converted = run("convert phone.csv copy.csv")
    assert phone in converted.errors and converted.code == 0
    assert len(read_log("copy.csv")) == 9 and not read_log("copy.csv").unanswered
    for line in (
        "play majority --log phone.csv --no-page",
        "evaluate majority --log phone.csv --learn 0 --force",
    ):
        shown = run_here(f"gym-push {line}", monkeypatch, capsys)
        assert shown.code == 0, shown.errors
        assert phone in shown.errors

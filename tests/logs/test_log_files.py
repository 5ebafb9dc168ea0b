"""A log is read from files of every kind, and from several as from one."""

import datetime
import json
import sys

import gymnasium
import pandas as pd
import pytest
from logs_support import CSV, SCHEMA, VALUES, assert_same, sentence

from gym_push import Feature, LogError, MissingExtraError, Population, Schema, read_log
from gym_push.logs import shared_log, sources
from gym_push.users import write_logs

# ---- JSON lines ----


def records():
    typed = {name: list(column) for name, column in VALUES.items()}
    typed["action"] = [True, 0, "opened", False]
    typed["posted"] = [str(time) for time in VALUES["posted"]]
    typed["charging"] = [True, False, None, "unknown"]
    rows = [dict(zip(typed, row, strict=True)) for row in zip(*typed.values(), strict=True)]
    del rows[1]["delay"], rows[1]["place"]  # what is missing is empty
    return rows


@pytest.mark.parametrize("name", ["log.jsonl", "log.ndjson", "LOG.JSONL"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_lines(tmp_path, name, encoding, monkeypatch):
    monkeypatch.setattr(sources.Source, "PIECE", 3)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n\n" for row in records())
    (tmp_path / name).write_bytes(text.encode(encoding))
    assert_same(read_log(tmp_path / name, SCHEMA))


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("", ["log.jsonl is empty"]),
        ('{"app": "a", "action": 1}\n{"app": \n', ["log.jsonl, row 2: this is not JSON", "mend"]),
        ('["a", 1]\n', ["log.jsonl, row 1: ['a', 1] is not an object"]),
        ('{"app": "a", "action": 1}\n{"app": {"b": 1}, "action": 1}\n', ["row 2, column 'app'"]),
        ('{"app": "a", "action": 2}\n', ["log.jsonl, row 1, column 'action': action '2'"]),
        ('{"app": "\xff", "action": 1}\n', ["log.jsonl: a byte is not UTF-8", "cp1252"]),
    ],
)
def test_broken_json_lines(tmp_path, text, fragments):
    (tmp_path / "log.jsonl").write_bytes(text.encode("latin-1"))
    message = sentence(read_log, tmp_path / "log.jsonl", Schema(["app"]))
    assert all(fragment in message for fragment in fragments)


# ---- workbooks ----


@pytest.fixture
def book():
    return pytest.importorskip("openpyxl").Workbook()


HEADER = ["app", "battery", "on", "at", "seconds", "opened"]
ROWS = [
    ["Mail", 85.5, True, datetime.datetime(2024, 3, 15, 8, 12), datetime.timedelta(seconds=5), 1],
    [None] * 6,
    ["NA", None, None, datetime.datetime(2024, 3, 16), datetime.timedelta(days=1), "FALSE"],
]
WORKBOOK = Schema(
    [Feature("app", "label"), Feature("battery", missing=50), "on"],
    time="at",
    action="opened",
    engagement=[Feature("seconds", "number", "s")],
)


def test_a_workbook(tmp_path, book):
    sheet = book.active
    for row in [[], [*HEADER, None], *ROWS]:
        sheet.append(row)
    book.create_sheet("empty")
    book.save(tmp_path / "log.xlsx")
    log = read_log(tmp_path / "log.xlsx", WORKBOOK)
    assert log.source == "log.xlsx"
    assert log.columns["app"].take(slice(None)) == ["Mail", "unknown"]
    assert log.columns["battery"].take(slice(None)) == [85.5, 50.0]
    assert log.columns["on"].take(slice(None)) == [True, "unknown"]
    assert log.columns["seconds"].take(slice(None)) == [5.0, 86400.0]
    assert [log.posted(row) for row in (0, 1)] == ["2024-03-15T08:12:00", "2024-03-16T00:00:00"]
    assert log.actions.tolist() == [1, 0]


def test_what_is_wrong_with_a_workbook_is_said(tmp_path, book):
    path = tmp_path / "log.xlsx"
    book.save(path)
    assert "log.xlsx is empty" in sentence(read_log, path, WORKBOOK)
    book.active.append(["app", "app", "action"])
    book.save(path)
    assert "column 'app' appears twice" in sentence(read_log, path, WORKBOOK)
    book.create_sheet("more").append([1])
    book.save(path)
    assert "several sheets ('Sheet', 'more'); keep one" in sentence(read_log, path, WORKBOOK)
    path.write_bytes(b"PK\x03\x04 no workbook")
    assert "log.xlsx is damaged" in sentence(read_log, path, WORKBOOK)


def test_without_openpyxl_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    message = sentence(read_log, tmp_path / "log.xlsx", WORKBOOK, error=MissingExtraError)
    assert 'pip install ".[xlsx]"' in message


# ---- several files ----


@pytest.fixture
def parts(tmp_path):
    header, *rows = CSV.replace('"\nthere', '" there').splitlines(keepends=True)
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "README.md").write_text("no log")
    (folder / ".b.csv").write_text("no log")
    for name, some in (("a", rows[:1]), ("b", rows[1:3]), ("c", rows[3:])):
        (folder / f"{name}.csv").write_text(header + "".join(some), encoding="utf-8")
    whole = tmp_path / "whole.csv"
    whole.write_text(header + "".join(rows), encoding="utf-8")
    return folder, read_log(whole, SCHEMA)


def test_a_folder_a_pattern_and_a_list_are_one_log(parts):
    folder, whole = parts
    files = [folder / f"{name}.csv" for name in "abc"]
    for data in (folder, str(folder), folder / "*.csv", f"{folder}/[a-c].csv", files, [folder]):
        log = read_log(data, SCHEMA)
        assert_same(log, whole.to_frame())
        assert log.source == "3 files in logs"
        assert log.fingerprint == whole.fingerprint
    assert_same(read_log([files[2], files[0]], SCHEMA), read_log(
        pd.concat([whole.to_frame()[3:], whole.to_frame()[:1]], ignore_index=True), SCHEMA
    ).to_frame())  # fmt: skip


def test_a_mistake_names_the_file_and_its_row(parts):
    folder, _ = parts
    text = (folder / "b.csv").read_text(encoding="utf-8")
    (folder / "b.csv").write_text(text.replace("Say", "Say").replace(",opened,", ",opend,"))
    message = sentence(read_log, folder, SCHEMA)
    assert message.startswith("b.csv, row 2, column 'action': action 'opend'")
    (folder / "b.csv").write_text("app,action\nmail,1\n")
    assert "b.csv has no column 'words', which a.csv has" in sentence(read_log, folder, SCHEMA)


def test_files_of_several_kinds_are_not_mixed(parts):
    folder, _ = parts
    (folder / "d.jsonl").write_text("{}")
    message = sentence(read_log, folder, SCHEMA)
    assert "holds files of several kinds (.csv, .jsonl)" in message and "*.csv" in message


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_what_is_generated_is_read_as_one_log(tmp_path, format):
    if format == "parquet":
        pytest.importorskip("pyarrow")
    population = Population(5, seed=1)
    write_logs(population, tmp_path / "logs", days=2, format=format, users_at_once=2)
    log = read_log(tmp_path / "logs")
    assert log.to_frame().equals(population.log(2).to_frame())
    assert shared_log(str(tmp_path / "logs")) is shared_log(tmp_path / "logs" / f"*.{format}")
    gymnasium.make("gym_push:basic-v0", data=str(tmp_path / "logs")).close()


def test_a_shared_folder_is_read_again_when_it_changed(parts):
    folder, _ = parts
    frame = Population(2, seed=1).log(2).to_frame()
    for path in folder.glob("?.csv"):
        path.unlink()
    frame[:5].to_csv(folder / "a.csv", index=False)
    log = shared_log(folder)
    assert shared_log(folder) is log
    frame[5:].to_csv(folder / "b.csv", index=False)
    assert len(shared_log(folder)) == len(frame)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(LogError, match="there is no such file"):
        shared_log(tmp_path / "log.csv")

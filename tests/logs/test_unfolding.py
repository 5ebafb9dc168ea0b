"""A small file from anybody does not fill the memory, and a pipe is refused, not waited for."""

import gzip
import os
import stat
import subprocess
import sys

import pandas as pd
import pytest

from gym_push import Encoding, EncodingError, LogError, Schema, SchemaError, read_log
from gym_push.logs import convert, sources, text_sources

SCHEMA = Schema(["app"], action="opened")
posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices of POSIX")


def packed(path, *parts):
    with gzip.open(path, "wb", 1) as file:
        for part in parts:
            file.write(part)
    return path


@pytest.mark.parametrize(
    "row",
    [b"," * 70_000, b"a" * 70_000, b'"' + b"\n" * 70_000, b'"\n",' * 20_000],
    ids=["cells", "one word", "lines in a quote", "quotes without end"],
)
def test_a_row_is_not_taken_without_end(tmp_path, monkeypatch, row):
    monkeypatch.setattr(text_sources, "LONGEST", 1 << 16)
    path = packed(tmp_path / "log.csv.gz", b"app,opened\nmail,1\n", row)
    with pytest.raises(LogError, match=r"row 2: this is not CSV \(a row has more than 65,536"):
        read_log(path, SCHEMA)


def test_a_line_of_json_is_not_taken_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(text_sources, "LONGEST", 1 << 16)
    path = packed(tmp_path / "log.jsonl.gz", b'{"app": "mail", "opened": 1}\n', b"[" * 70_000)
    with pytest.raises(LogError, match=r"row 2: this is not JSON \(a row has more than"):
        read_log(path, SCHEMA)


@pytest.mark.parametrize("row", [b"a,1\n", b"\n"], ids=["rows", "blank lines"])
def test_rows_are_not_taken_without_end(tmp_path, monkeypatch, row):
    monkeypatch.setattr(text_sources, "MUCH", 1 << 18)
    path = packed(tmp_path / "log.csv.gz", b"app,opened\n", row * (1 << 18))
    with pytest.raises(LogError, match="log.csv.gz is damaged.*more than 100 times its size"):
        read_log(path, SCHEMA)
    plain = tmp_path / "log.csv"
    plain.write_bytes(b"app,opened\n" + b"a,1\n" * (1 << 17))
    assert len(read_log(plain, SCHEMA)) == 1 << 17, "what is not packed may be of any length"


def test_rows_of_parquet_are_not_taken_without_end(tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(sources, "MANY_ROWS", 1 << 10)
    monkeypatch.setattr(sources, "MOST_TIMES", 10)
    path = tmp_path / "log.parquet"
    pd.DataFrame({"app": "a", "opened": True}, index=range(1 << 17)).to_parquet(path, index=False)
    with pytest.raises(LogError, match="it claims more rows than its bytes can hold"):
        read_log(path, SCHEMA)


@pytest.mark.parametrize("limit", ["MUCH", "MANY_CELLS"])
def test_cells_of_a_workbook_are_not_taken_without_end(tmp_path, monkeypatch, limit):
    openpyxl = pytest.importorskip("openpyxl")
    path, book = tmp_path / "log.xlsx", openpyxl.Workbook()
    book.active.append(["app", "opened"])
    book.active["ZZ9999"] = 1
    book.save(path)
    monkeypatch.setattr(sources, "MOST_TIMES", 0)
    monkeypatch.setattr(sources, limit, 1 << 10)
    with pytest.raises(LogError, match="log.xlsx is damaged.*(cells|unfolds)"):
        read_log(path, SCHEMA)


@posix
@pytest.mark.parametrize("name", ["log.csv", "log.parquet", "log.jsonl"])
def test_a_log_from_a_pipe_is_refused_and_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(LogError, match="is a pipe or a device, and a log is read more than once"):
        read_log(tmp_path / name, SCHEMA)


@posix
def test_the_shells_pipes_are_told_in_one_sentence(tmp_path):
    command = 'exec 3<&0; exec "$0" -m gym_push.cli log schema /dev/fd/3'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable],
        input="app,opened\n", capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "/dev/fd/3 is a pipe or a device" in done.stderr and done.stderr.count("\n") == 1


@pytest.fixture
def zero(tmp_path):
    """A file without end, or one that is as good."""
    path = tmp_path / "zero.json"
    try:
        os.mknod(path, stat.S_IFCHR | 0o444, os.makedev(1, 5))
        path.open("rb").close()
    except (OSError, AttributeError):
        path.unlink(missing_ok=True)
        with path.open("wb") as file:
            file.truncate(1 << 33)  # of holes, which take no room
    return path


def test_a_schema_or_an_encoding_is_not_taken_without_end(zero):
    with pytest.raises(SchemaError, match="it is larger than 4 MiB"):
        Schema.read(zero)
    with pytest.raises(EncodingError, match="it is larger than 64 MiB"):
        Encoding.load(zero)


def test_a_schema_that_powershell_wrote_is_read(tmp_path):
    path = tmp_path / "schema.toml"
    path.write_text('action = "opened"\nnotification = ["app"]\n', encoding="utf-16")
    assert Schema.read(path) == SCHEMA


def test_a_long_text_that_was_written_is_read(tmp_path):
    frame = pd.DataFrame({"app": ["x" * 1_000_000, "y"], "opened": [1, 0]})
    log = read_log(frame, Schema([("app")], action="opened"))
    convert(log, tmp_path / "log.csv")
    again = read_log(tmp_path / "log.csv", tmp_path / "log.toml")
    assert again.to_frame().equals(log.to_frame())


@pytest.mark.parametrize(
    ("word", "why"),
    [("x" * 17_000_000, "row 2 is too long for CSV"), ("a\0b", "NUL, which CSV cannot")],
)
def test_what_csv_cannot_hold_is_not_written(tmp_path, word, why):
    log = read_log(pd.DataFrame({"app": ["mail", word], "opened": [1, 0]}), SCHEMA)
    with pytest.raises(LogError, match=f"{why}.*: write Parquet"):
        convert(log, tmp_path / "log.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["\ufeffapp", "sep=", "Sep=,", "a;b", "a\tb"])
def test_a_first_column_that_looks_like_something_else_is_read_again(tmp_path, name):
    schema = Schema([name], action="opened")
    log = read_log(pd.DataFrame({name: ["mail", "chat"], "opened": [1, 0]}), schema)
    convert(log, tmp_path / "log.csv")
    again = read_log(tmp_path / "log.csv", tmp_path / "log.toml")
    assert again.to_frame().equals(log.to_frame())

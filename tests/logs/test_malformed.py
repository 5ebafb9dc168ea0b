"""Whatever is wrong with a log or a schema, one sentence says what, where, and what to do."""

import gzip
import pickle
import sqlite3
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from logs_support import case, sentence

from gym_push import Feature, Schema, read_log
from gym_push.envs.basic.episodes import BUNDLED as BUNDLED_PATH

HEADER = "app,words,battery,noise,charging,at,action\n"
ROW = "mail,See you,80,0.5,true,2019-07-01T08:00:00,1\n"
SCHEMA = Schema(
    [Feature("app", "label"), Feature("words", "text")],
    [Feature("battery", "integer"), Feature("noise", "number"), Feature("charging", "flag")],
    time="at",
)
FIRST = ROW.rstrip().split(",")
PLACES = dict(zip(HEADER.rstrip().split(","), range(7), strict=True))


def good(rows=3):
    return HEADER + ROW * rows


def with_cell(column, cell):
    """A good CSV but for one cell in row 2."""
    cells = [*FIRST]
    cells[PLACES[column]] = cell
    return HEADER + ROW + ",".join(cells) + "\n" + ROW


def damaged_gzip(where):
    packed = bytearray(gzip.compress(good(500).encode(), mtime=0))
    packed[where] ^= 0xFF
    return bytes(packed)


def cell(name, column, text, *fragments):
    return case(name, with_cell(column, text), f"log.csv, row 2, column '{column}': ", *fragments)


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
UTF8 = ("log.csv", "not UTF-8", "as UTF-8")

FILES = [
    case("empty", "", "log.csv is empty", "line of column names"),
    case("only a byte order mark", "\ufeff", "log.csv is empty"),
    case("only blank lines", "\n\r\n\n", "log.csv is empty"),
    case("header only", HEADER, "log.csv has a header and no rows", "needs one notification"),
    case("no action column", "app,words,battery,noise,charging,at\n",
         "log.csv has no column 'action'",
         "it has 'app', 'words', 'battery'"),
    case("another case", good().replace("action", "Action"), "no column 'action'",
         "did you mean 'Action'?"),
    case("a blank in a name", good().replace("battery", " battery"), "no column 'battery'",
         "did you mean ' battery'?"),
    case("a feature missing", good().replace("noise", "p7"), "no column 'noise', which the schema"),
    case("a long list of columns", ",".join(f"c{i}" for i in range(500)) + "\n", "no column 'app'",
         "'c7' and 492 more"),
    case("column twice", good().replace("noise", "app"), "column 'app' appears twice", "rename"),
    case("the index of pandas", good().replace("app,", ",app,"), "column 1 is called ''",
         "index=False"),
    case("comma at the end", good().replace("action", "action,"), "column 8 is called ''"),
    case("row too short", good(2) + "mail,1\n" + ROW, "log.csv, row 3: 2 cells",
         "header names 7 columns", "mend the row"),
    case("row of one cell", good(1) + "end of file\n", "log.csv, row 2: 1 cell where"),
    case("row too long", good(1) + ROW.replace("See", "So, see"), "log.csv, row 2: 8 cells",
         "a comma in a text needs quotes"),
    case("row counted without blank lines", HEADER + "\n\n" + ROW + "\nx\n",
         "log.csv, row 2: 1 cell"),
    case("last row cut off", good()[:-25], "log.csv, row 3: 5 cells"),
    case("semicolons and a row too short", good(2).replace(",", ";") + "mail;1\n",
         "log.csv, row 3: 2 cells", "header names 7 columns"),
    case("a line before the header", "my log\n" + good(), "no column 'app'", "it has 'my log'"),
    case("quote not closed", HEADER + ROW + ROW.replace("See", '"See') + ROW, "log.csv, row 2",
         "quote that is not closed"),
    case("quote not closed in a long file", HEADER + ROW.replace("See", '"See') + ROW * 5000,
         "log.csv, row 1", "quote that is not closed"),
    case("quote in the header not closed", '"' + good(), "log.csv, the header",
         "quote that is not closed"),
    case("words behind a quote", HEADER + ROW.replace("See you", '"See" you'), "log.csv, row 1",
         "not CSV"),
    case("latin-1 header", good().replace("app", "äpp").encode("latin-1"), *UTF8, "the header"),
    case("latin-1 in row 1", good().replace("you", "Zoë", 1).encode("latin-1"), *UTF8, "row 1"),
    case("latin-1 in row 70000", (good(69_999) + ROW.replace("you", "Zoë") + ROW).encode("latin-1"),
         *UTF8, "row 70000"),
    case("half a character at the end", (good()[:-2] + "☂").encode()[:-1], *UTF8, "row 3"),
    case("gzipped latin-1", gzip.compress(good().replace("you", "Zoë", 1).encode("latin-1")), *UTF8,
         "row 1"),
    case("UTF-16 without its mark", good().encode("utf-16-le"), *UTF8),
    case("half of UTF-16", good().encode("utf-16")[:-1], "a byte is not UTF-16"),
    case("a picture", PNG, "log.csv is binary", "as UTF-8"),
    case("NUL", good().replace("you", "\0", 1), "log.csv is binary"),
    case("a workbook", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "log.csv is binary"),
    case("a pickle", pickle.dumps({"app": ["mail"]}), "log.csv is binary"),
    case("an old pickle", pickle.dumps({"app": ["mail"]}, protocol=0),
         "log.csv has no column 'app'"),
    case("gzipped binary", gzip.compress(PNG), *UTF8),
    case("gzip cut short", gzip.compress(good(500).encode())[:-30], "log.csv is damaged",
         "make it again"),
    case("gzip with its first bytes only", gzip.compress(b"")[:5], "log.csv is damaged"),
    case("gzip with a flipped byte", damaged_gzip(40), "log.csv is damaged"),
    case("gzip with a wrong checksum", damaged_gzip(-6), "log.csv is damaged", "CRC"),
    case("gzip and rubbish", gzip.compress(good().encode()) + b"rubbish", "log.csv is damaged"),
    cell("unknown action", "action", "opend", "action 'opend' is not one of 1, true, opened, 0",
         "did you mean 'opened'?"),
    cell("action missing", "action", "", "the action is missing", "leave the row out"),
    cell("action unknown", "action", "unknown", "the action is missing"),
    cell("a third action", "action", "2", "action '2' is not one of"),
    cell("not a number", "noise", "loud", "'loud' is not a number", "another kind"),
    cell("a decimal comma", "noise", '"0,5"', "'0,5'", 'decimal = ","', "mend it"),
    cell("number empty", "noise", "", "the cell is empty", "`missing`"),
    cell("number unknown", "noise", "unknown", "'unknown' where a number", "`missing`"),
    cell("inf", "noise", "inf", "'inf' is not a number", "mend it"),
    cell("-Infinity", "noise", "-Infinity", "'-Infinity' is not a number"),
    cell("NaN", "noise", "NaN", "'NaN' where a number is needed", "`missing`"),
    cell("too large", "noise", "1e101", "'1e101' is not a finite number up to 1e+100"),
    cell("beyond float", "noise", "-1e999", "'-1e999' is not a finite number up to 1e+100"),
    cell("integer with a fraction", "battery", "80.5", "'80.5' is not a whole number",
         "make the column a number"),
    cell("integer too large to count", "battery", "9223372036854775807",
         "is not a finite number up",
         "make the column a label"),
    cell("a long word for a number", "noise", "x" * 100_000, "'xxxxx", "is not a number"),
    cell("not a flag", "charging", "yes", "'yes' is not one of true, false, 1, 0", "label"),
    cell("not a time", "at", "yesterday", "'yesterday' is not a time", "2019-02-18T04:55:12"),
    cell("time empty", "at", "", "the time is missing", "leave the row out"),
    cell("no such day", "at", "2019-02-30", "'2019-02-30' is not a time"),
    cell("time NaN", "at", "nan", "the time is missing"),
    cell("time infinite", "at", "inf", "'inf' is not a time"),
    cell("time in microseconds", "at", "1561968000000000", "is not a time by itself", "unit"),
    cell("time before 1970", "at", "-1e14", "as s or ms it is in no year from 1970"),
    cell("time of 8 digits that are no date", "at", "20241315", "not a time by itself", "in 1970"),
    cell("time of 10 digits", "at", "2024031508", "not a time by itself", "as s it is in 2034"),
    cell("time of 12 digits", "at", "202403150812", "not a time by itself", "as ms it is in 1976"),
    cell("seconds from some beginning", "at", "60", "not a time by itself", "as s it is in 1970"),
    cell("a spreadsheet's day", "at", "45366.341667",
         "as a spreadsheet's day it is 2024-03-15 08:12", "unit", "d for a spreadsheet's days"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "fragments"), FILES)
def test_a_broken_csv(tmp_path, content, fragments):
    path = tmp_path / "log.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    message = sentence(read_log, path, SCHEMA)
    for fragment in fragments:
        assert fragment in message


def test_a_good_one_is_read(tmp_path):
    (tmp_path / "log.csv").write_text(good())
    assert len(read_log(tmp_path / "log.csv", SCHEMA)) == 3


def test_a_database(tmp_path):
    with sqlite3.connect(tmp_path / "log.csv") as database:
        database.execute("create table log (app text)")
    database.close()
    assert "log.csv is binary" in sentence(read_log, tmp_path / "log.csv", SCHEMA)


def test_without_a_schema(tmp_path):
    (tmp_path / "log.csv").write_text(good())
    message = sentence(read_log, tmp_path / "log.csv")
    assert message.startswith(
        "log.csv is not one of the logs known by their columns (column 'appPac"
    )
    assert message.endswith("--schema at the command line, where gym-push log schema begins one")


def test_a_known_log_with_a_column_more_or_less(tmp_path):
    bundled = pd.read_csv(BUNDLED_PATH)
    message = sentence(read_log, bundled.drop(columns="noise"))
    assert (
        "the DataFrame is not one of the logs known by their columns (column 'noise' is" in message
    )
    assert "(column 'mood' is unknown)" in sentence(read_log, bundled.assign(mood=1))


# ---- what is no file ----


@pytest.mark.parametrize(
    ("data", "fragments"),
    [
        case("no file", "nope.csv", "nope.csv: there is no such file", "check the path"),
        case("a folder", ".", ". is a folder without a file that ends in .csv", "name the one"),
        case("a pattern", "*.csv", "'*.csv' does not match any file", "check the pattern"),
        case("a file twice", ["a.csv", "a.csv"], "named twice among 'a.csv', 'a.csv'"),
        case("no files", [], "not from <class 'list'>"),
        case("nothing", "", ". is a folder"),
        case("text of a CSV", good(), "'app,words,", "is not a path", "save the text to one"),
        case("NUL in a path", "a\0b.csv", "is not a path"),
        case("a name too long", "x" * 300 + ".csv", "cannot be read", "check the path"),
        case("None", None, "from a path, a list of paths or a pandas DataFrame, not", "NoneType"),
        case("bytes", b"log.csv", "not from <class 'bytes'>"),
        case("a list", [{"app": "a"}], "not from <class 'list'>"),
        case("an array", np.zeros((3, 3)), "not from <class 'numpy.ndarray'>"),
        case("a series", pd.Series([1, 2]), "not from <class 'pandas"),
    ],
)  # fmt: skip
def test_no_log_at_all(tmp_path, monkeypatch, data, fragments):
    monkeypatch.chdir(tmp_path)
    message = sentence(read_log, data, SCHEMA)
    for fragment in fragments:
        assert fragment in message


def test_a_script_that_reads_a_broken_log_ends_with_one_traceback(tmp_path):
    (tmp_path / "log.csv").write_text(with_cell("noise", "loud"))
    script = "from gym_push import *; read_log('log.csv', Schema([Feature('noise', 'number')]))"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.stderr.count("Traceback") == 1
    assert result.stderr.splitlines()[-1].startswith("gym_push.errors.LogError: log.csv, row 2")

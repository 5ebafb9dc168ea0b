"""A log that is written as spreadsheets do is read, or one sentence says how it can be."""

import gzip

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from logs_support import sentence

from gym_push import Feature, LogError, Schema, read_log
from gym_push.logs import draft, mistakes, to_toml
from gym_push.logs.dialect import Dialect

GERMAN = """App;Text;Akku;Zeit;Geöffnet
Mail;Grüße;85,5;15.03.2024 08:12;ja
Chat;;;16.03.2024 09:15;nein
"""
DIALECT = {
    "encoding": "cp1252",
    "decimal": ",",
    "times": "%d.%m.%Y %H:%M",
    "true": ["ja"],
    "false": ["nein"],
}
SAYS = (
    'dialect = { encoding = "cp1252", decimal = ",", times = "%d.%m.%Y %H:%M", true = ["ja"], '
    'false = ["nein"] }'
)


def schema(dialect=DIALECT):
    return Schema(
        ["App", Feature("Text", "text")],
        [Feature("Akku", missing=50)],
        action="Geöffnet",
        time="Zeit",
        dialect=dialect,
    )


@pytest.fixture
def path(tmp_path):
    (tmp_path / "log.csv").write_bytes(GERMAN.encode("cp1252"))
    return tmp_path / "log.csv"


def check(log):
    assert log.columns["Akku"].take(slice(None)) == [85.5, 50.0]
    assert log.columns["Text"].take(slice(None)) == ["Grüße", ""]
    assert log.actions.tolist() == [1, 0]
    assert [log.posted(row) for row in (0, 1)] == ["2024-03-15T08:12:00", "2024-03-16T09:15:00"]


def test_a_german_export_is_read_by_its_dialect(path):
    check(read_log(path, schema()))


def test_one_sentence_names_all_that_there_is_to_say(path, tmp_path):
    message = sentence(read_log, path, schema({}))
    assert message.startswith("log.csv, the header: a byte is not UTF-8")
    assert message.endswith(SAYS)
    lines = to_toml(schema({})).splitlines()
    (tmp_path / "log.toml").write_text("\n".join([SAYS, *lines]), encoding="utf-8")
    check(read_log(path, tmp_path / "log.toml"))


@pytest.mark.parametrize("feature", ["Akku", Feature("Akku", "number", missing=50)])
def test_what_is_written_in_utf8_says_so_with_the_first_cell(tmp_path, feature):
    (tmp_path / "log.csv").write_text(GERMAN, encoding="utf-8")
    message = sentence(read_log, tmp_path / "log.csv", Schema([feature], action="Geöffnet"))
    assert "column 'Akku': '85,5'" in message
    written = SAYS.replace('encoding = "cp1252", ', "")
    assert message.endswith(f"can be read with  {written}  in the schema")


def test_a_dialect_that_does_not_help_is_not_named(tmp_path):
    (tmp_path / "log.csv").write_text("a,b,action\n1,ja,1\nx7,nein,2\n", encoding="utf-8")
    message = sentence(read_log, tmp_path / "log.csv", Schema([Feature("a", "number")]))
    assert "'x7' is not a number" in message and "dialect" not in message


def test_a_draft_says_the_dialect_and_fits_the_holes(path, tmp_path):
    text = draft(path)
    assert text.splitlines()[8].startswith(SAYS)
    assert '# "Akku" = { kind = "number", missing = 85.5 }' in text
    assert '(these columns could be it: "Geöffnet")' in text
    lines = text.replace('action = ""', 'action = "Geöffnet"').splitlines()
    observed = [line[2:] for line in lines if line.startswith('# "') and "Geöffnet" not in line]
    lines.insert(lines.index("[context]") + 1, "\n".join(observed))
    (tmp_path / "log.toml").write_text("\n".join(lines), encoding="utf-8")
    read = read_log(path, tmp_path / "log.toml")
    assert read.columns["Akku"].take(slice(None)) == [85.5, 85.5]


@pytest.mark.parametrize("holes", ["", "NA", "-", "unknown"])
@pytest.mark.parametrize(("cells", "middle"), [("3 7 9", "7"), ("0.5 1 40", "1.0")])
def test_a_draft_says_what_holes_stand_for(tmp_path, holes, cells, middle):
    cells = [*cells.split(), holes]
    (tmp_path / "log.csv").write_text("app,x\n" + "".join(f"mail,{cell}\n" for cell in cells))
    assert f"missing = {middle} }}" in draft(tmp_path / "log.csv")
    frame = pd.DataFrame({"app": "mail", "x": cells[:3]})
    assert "missing" not in draft(frame)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["log.csv", "log.tsv", "log.txt", "log.csv.gz"])
def test_delimiters_are_found(tmp_path, delimiter, name):
    rows = [["app", "say; or, not"], ["mail", "a; b"], ["chat", "c, d | e"]]
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    pack = gzip.compress if name.endswith(".gz") else bytes
    (tmp_path / name).write_bytes(pack(text.replace("say; or, not", "action").encode()))
    message = sentence(read_log, tmp_path / name, Schema(["app"]))
    assert "row 1, column 'action': action 'a; b'" in message


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("app;battery, %;action\nmail;1;0\n", ("app", "battery, %", "action")),
        ("app,a;b,action\nmail,1;2,0\n", ("app", "a;b", "action")),
        ("sep=;\napp;x;action\nmail;1;0\n", ("app", "x", "action")),
        ("sep=|\r\napp|x;y|action\r\nmail|1|0\r\n", ("app", "x;y", "action")),
        ("app;x;action\nmail;a, b;0\nmail;a, b, c\n", ("app", "x", "action")),
    ],
)
def test_the_delimiter_that_fits_the_rows_is_taken(tmp_path, text, columns):
    (tmp_path / "log.csv").write_text(text)
    message = sentence(read_log, tmp_path / "log.csv", Schema(["nothing"]), error=LogError)
    assert message.endswith(f"it has {', '.join(map(repr, columns))}")


def test_a_delimiter_that_is_said_counts(tmp_path):
    (tmp_path / "log.csv").write_text("app;x!action\nma;il!0\n")
    log = read_log(tmp_path / "log.csv", Schema(["app;x"], dialect={"delimiter": "!"}))
    assert log.columns["app;x"].values == ("ma;il",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_so_themselves(tmp_path, encoding):
    text = "app\taction\nGrüße ☂\t1\n"
    for pack in (bytes, gzip.compress):
        (tmp_path / "log.csv").write_bytes(pack(text.encode(encoding)))
        assert read_log(tmp_path / "log.csv", Schema(["app"])).columns["app"].values == ("Grüße ☂",)


def test_truth_words_and_marks():
    frame = pd.DataFrame({"on": ["x", "", "X"], "action": ["Ja", "nein", "JA "]})
    marks = {"true": ["x", "ja"], "false": ["", "Nein"]}
    log = read_log(frame, Schema([Feature("on")], dialect=marks))
    assert log.columns["on"].take(slice(None)) == [True, False, True]
    assert log.actions.tolist() == [1, 0, 1]
    message = sentence(read_log, frame, Schema([Feature("on", "label")]))
    assert message.endswith('dialect = { true = ["x", "ja"], false = ["", "nein"] }  in the schema')


def test_thousands_are_not_taken_for_fractions():
    frame = pd.DataFrame({"x": ["1,234", "12,000"], "action": [1, 0]})
    message = sentence(read_log, frame, Schema(["x"]))
    assert "'1,234': if its comma is a decimal one" in message
    assert "can be read" not in message
    frame = pd.DataFrame({"x": ["1.234", "5,5"], "action": [1, 0]})
    schema = Schema([Feature("x", "number")], dialect={"decimal": ","})
    assert "'1.234': it has a point" in sentence(read_log, frame, schema)


def test_days_and_months_that_could_be_each_other_are_not_guessed():
    frame = pd.DataFrame({"app": "a", "at": ["03/04/2024", "05/06/2024"], "action": [1, 0]})
    assert "can be read" not in sentence(read_log, frame, Schema(["app"], time="at"))
    frame.loc[1, "at"] = "05/16/2024"
    message = sentence(read_log, frame, Schema(["app"], time="at"))
    assert 'dialect = { times = "%m/%d/%Y" }' in message
    log = read_log(frame, Schema(["app"], time="at", dialect={"times": "%m/%d/%Y"}))
    assert log.posted(0) == "2024-03-04T00:00:00"


def test_every_mistake_says_how_the_log_is_written(path):
    found = mistakes(path, schema({"encoding": "cp1252"}))
    assert len(found) == 3
    assert all(SAYS in str(each) for each in found)


def test_what_was_read_is_written_as_usual(path):
    log = read_log(path, schema())
    assert log.schema.dialect == Dialect()
    check(read_log(log.to_frame(), log.schema))


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dialect=st.builds(
        Dialect,
        encoding=st.sampled_from(["", "cp1252", "utf-16"]),
        delimiter=st.sampled_from(["", ";", "\t", "'"]),
        decimal=st.sampled_from([".", ","]),
        times=st.just("") | WORDS.map("%d".__add__),
        true=st.lists(WORDS).map(tuple),
        holes=st.lists(WORDS).map(tuple),
    )
)
def test_any_dialect_is_read_from_a_schema_file_as_it_was(dialect, tmp_path):
    whole = Schema(["a"], dialect=dialect)
    (tmp_path / "s.toml").write_text(to_toml(whole), encoding="utf-8")
    assert Schema.read(tmp_path / "s.toml") == whole

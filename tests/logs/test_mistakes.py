"""`mistakes` names the first mistake of every column at once."""

import pytest

from gym_push import Feature, LogError, Schema, bundled_log, read_log
from gym_push.logs import mistakes

SCHEMA = Schema(
    ["app", Feature("words", "integer")],
    [Feature("charging", "flag"), Feature("noise", missing=1.0)],
    user="user",
    time="at",
)

GOOD = "app,words,charging,noise,user,at,action\n"
BAD = """mail,3,true,0.5,ann,2024-01-01,1
chat,many,true,0.5,ann,2024-01-02,opend
mail,more,perhaps,0.5,ann,2024-01-03,1
mail,3,true,loud,ann,yesterday,1
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "log.csv"


def test_each_column_tells_its_first(path):
    path.write_text(GOOD + BAD, encoding="utf-8")
    told = [str(each) for each in mistakes(path, SCHEMA)]
    places = [each.partition(": ")[0] for each in told]
    assert places == [
        "log.csv, row 2, column 'words'",
        "log.csv, row 3, column 'charging'",
        "log.csv, row 4, column 'noise'",
        "log.csv, row 2, column 'action'",
        "log.csv, row 4, column 'at'",
    ]
    with pytest.raises(LogError) as first:
        read_log(path, SCHEMA)
    assert str(first.value) in told


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("app,words\nmail,1\n", "no column"),
        (GOOD + "mail,1\n" + BAD, "row 1: 2 cells where the header names 7 columns"),
        (GOOD + BAD.splitlines()[0].replace("0.5", "loud"), "`missing` is for integers"),
        ("", "is empty"),
    ],
)
def test_what_concerns_all_columns_is_said_once(path, text, sentence):
    path.write_text(text, encoding="utf-8")
    [told] = mistakes(path, SCHEMA)
    assert sentence in str(told)


def test_a_log_that_can_be_read_has_none(path):
    path.write_text(GOOD + BAD.splitlines()[0], encoding="utf-8")
    assert mistakes(path, SCHEMA) == ()
    assert mistakes(bundled_log().to_frame()) == ()


def test_a_log_without_rows_is_told(path):
    path.write_text("app,action\n", encoding="utf-8")
    [told] = mistakes(path, Schema(["app"]))
    assert "has a header and no rows" in str(told)

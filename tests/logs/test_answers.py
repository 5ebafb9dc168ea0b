"""Outcomes of any values: what they mean is said, never guessed."""

import pickle

import gymnasium
import numpy as np
import pandas as pd
import pytest
from logs_support import sentence

from gym_push import Answers, Feature, Schema, SchemaError, read_log
from gym_push.logs import describe, mistakes, suspicions, write_log
from gym_push.logs.unanswered import left_out

ANDROID = Answers("reason", [1], [2, 3], no_answer=[8, 9, 18, 19])
"""Of `NotificationListenerService`: clicked; cancelled, and with all; by its app; snoozed; out."""
REASONS = [1, 2, 3, 8, 9, 18, 19, 1, 8]


def schema(answers, **others):
    return Schema(["app"], action=answers, **others)


def frame(outcomes, column="reason", **others):
    apps = [f"app{row % 3}" for row in range(len(outcomes))]
    return pd.DataFrame({"app": apps, column: outcomes, **others})


def log_of(outcomes, answers=ANDROID, **others):
    return read_log(frame(outcomes, **others), schema(answers))


@pytest.fixture(params=["frame", "csv", "parquet", "jsonl"])
def given(request, tmp_path):
    """Returns a function that gives a table as a source of each kind."""

    def source(table):
        path = tmp_path / f"log.{request.param}"
        if request.param == "frame":
            return table
        if request.param == "csv":
            table.to_csv(path, index=False)
        elif request.param == "jsonl":
            table.to_json(path, orient="records", lines=True)
        else:
            pytest.importorskip("pyarrow")
            table.to_parquet(path)
        return path

    return source


@pytest.mark.parametrize(
    ("outcomes", "answers", "acted", "unanswered"),
    [
        (REASONS, ANDROID, [1, 0, 0, 1], {"8": 2, "9": 1, "18": 1, "19": 1}),
        ([1.0, 3.0, None], Answers("reason", [1], [3], no_answer=[""]), [1, 0], {"": 1}),
        (
            ["clicked", "swiped", "timeout", "CLICK ", " clicked "],
            Answers("reason", ["clicked"], ["swiped"], ["CLICK"], ["timeout"]),
            [1, 0, 0, 1],
            {"timeout": 1},
        ),
        ([True, False, None, True], Answers("reason", [True], [False], [""]), [1, 0, 0, 1], {}),
        ([True, None, False], Answers("reason", [True], [False], (), [""]), [1, 0], {"": 1}),
        (["1", "x", "2.5"], Answers("reason", [1, "x"], ignored=[2.5]), [1, 1, 0], {}),
        ([-1, 0, 1], Answers("reason", [1], [0], no_answer=[-1]), [0, 1], {"-1": 1}),
        (["unknown", "NA", "y"], Answers("reason", ["y"], ["unknown"], [""]), [0, 0, 1], {}),
    ],
    ids=["codes", "holes", "words", "flags", "flags-holes", "mixed", "negative", "words-of-holes"],
)
def test_each_value_means_what_the_schema_says(given, outcomes, answers, acted, unanswered):
    log = read_log(given(frame(outcomes)), schema(answers))
    assert log.actions.tolist() == acted and log.actions.dtype == np.int8
    assert log.unanswered == unanswered
    assert len(log.outcome.codes) == len(log)


def test_the_dialect_says_how_true_and_numbers_are_written():
    table = frame(["ja", "2,5", "nein", "ja"])
    dialect = {"decimal": ",", "true": ["ja"], "false": ["nein"]}
    log = read_log(table, schema(Answers("reason", [True], [2.5, False]), dialect=dialect))
    assert log.actions.tolist() == [1, 0, 0, 1]
    assert log.outcome.take(slice(None)) == ["true", "2.5", "false", "true"]


def test_a_binary_log_is_as_it_was():
    log = read_log(frame(["opened", "dismissed", 1, 0]), schema("reason"))
    assert log.outcome is None and log.unanswered == {} and log.schema.answers is None
    assert describe(log).outcomes == ()


def test_cells_of_rows_without_an_answer_are_nobodys_business():
    table = frame([1, 8, 2], battery=["80", "broken", "40"])
    about = Schema(["app"], ["battery"], action=ANDROID)
    log = read_log(table, about)
    assert log.schema.observed[1].kind == "integer"
    assert log.columns["battery"].take(slice(None)) == [80, 40]


def test_labels_of_rows_without_an_answer_are_none_of_the_log():
    log = read_log(frame([1, 8, 2]), schema(ANDROID))
    assert log.columns["app"].values == ("app0", "app2")


@pytest.mark.parametrize(
    ("outcomes", "answers", "fragments"),
    [
        pytest.param(
            [1, 8, 2, 12],
            ANDROID,
            ["row 4, column 'reason'", "'12' is none of the values", "'1', '2', '3', '8'"],
            id="code",
        ),
        pytest.param(
            ["clicked", "Clicked"],
            Answers("reason", ["clicked"], ["swiped"]),
            ["row 2, column 'reason'", "did you mean 'clicked'?"],
            id="case",
        ),
        pytest.param(
            [1, None],
            ANDROID,
            ["row 2, column 'reason'", "there is no answer", 'name "" in no_answer'],
            id="hole",
        ),
        pytest.param([8, 9, 8], ANDROID, ["none of its 3 rows has an answer"], id="nobody"),
        pytest.param([8] * 9000 + [5], ANDROID, ["row 9001,"], id="far below"),
    ],
)
def test_nothing_is_guessed(outcomes, answers, fragments):
    message = sentence(read_log, frame(outcomes), schema(answers))
    for fragment in fragments:
        assert fragment in message
    assert [str(each) for each in mistakes(frame(outcomes), schema(answers))] == [message]


def test_a_mistake_below_rows_that_are_left_out_has_the_row_of_the_file():
    table = frame([8, 1, 9, 9, 2], battery=[1, 2, 3, 4, "empty"])
    about = Schema(["app"], [Feature("battery", "integer")], action=ANDROID)
    assert "row 5, column 'battery'" in sentence(read_log, table, about)


@pytest.mark.parametrize(
    ("action", "fragment"),
    [
        ({"column": "x", "dismissed": [1]}, "opened must name the values that mean it"),
        ({"opened": [1]}, "a table of answers names its column"),
        ({"column": "x", "opened": 1}, "opened must be a list of values, not 1"),
        ({"column": "x", "opened": "yes"}, "opened must be a list of values, not 'yes'"),
        ({"column": "x", "opened": [[1]]}, "opened holds words, codes, true or false, not [1]"),
        ({"column": "x", "opened": [float("nan")]}, "opened holds words, codes, true or false"),
        ({"column": "x", "opened": [None]}, "opened holds words, codes, true or false"),
        ({"column": "x", "opened": [1], "dismised": [2]}, "did you mean 'dismissed'?"),
        ({"column": "x", "opened": [1], "ignored": [1.0]}, "named in opened and in ignored"),
        ({"column": "x", "opened": [1], "ignored": ["1"]}, "named in opened and in ignored"),
        ({"column": "x", "opened": [True], "ignored": [1]}, "named in opened and in ignored"),
        ({"column": "x", "opened": ["True", True]}, "named in opened and in opened"),
        ({"column": "", "opened": [1]}, "the action column must be named by a word"),
        ({"column": "app", "opened": [1]}, "column 'app' is named twice in the schema"),
    ],
)
def test_answers_that_make_no_sense_are_refused(action, fragment):
    with pytest.raises(SchemaError) as caught:
        Schema(["app"], action=action)
    assert fragment in str(caught.value)


def test_answers_are_read_from_a_file_as_from_python(tmp_path):
    (tmp_path / "a.toml").write_text(
        'notification = ["app"]\n[action]\ncolumn = "reason"\nopened = [1]\ndismissed = [2, 3]\n'
        "no_answer = [8, 9, 18, 19]\n"
    )
    (tmp_path / "b.json").write_text(
        '{"notification": ["app"], "action": {"column": "reason", "opened": [1], '
        '"dismissed": [2, 3], "no_answer": [8, 9, 18, 19]}}'
    )
    expected = schema(ANDROID)
    assert Schema.read(tmp_path / "a.toml") == Schema.read(tmp_path / "b.json") == expected
    assert expected.action == "reason" and expected.answers is ANDROID
    assert "reason" in expected.columns


def test_a_log_with_outcomes_is_copied_and_selected_as_any():
    log = log_of(REASONS)
    assert pickle.loads(pickle.dumps(log)).unanswered == log.unanswered
    assert pickle.loads(pickle.dumps(log)).fingerprint == log.fingerprint
    assert "4 rows, 2 opened, 5 without an answer left out" in repr(log)
    some = log.select(np.array([0, 3]))
    assert some.outcome.values == ("1",) and not some.unanswered
    with pytest.raises(TypeError):
        log.unanswered["1"] = 3


def test_why_it_was_not_opened_is_part_of_the_log_and_of_a_frame():
    swiped, cleared = log_of([1, 2]), log_of([1, 3])
    assert swiped.actions.tolist() == cleared.actions.tolist()
    assert swiped.fingerprint != cleared.fingerprint
    assert cleared.to_frame()["reason"].tolist() == [1, 3]
    words = log_of(["a", "b"], Answers("reason", ["a"], ["b"]))
    assert words.to_frame()["reason"].tolist() == ["a", "b"]


def test_basic_plays_the_rows_with_an_answer():
    env = gymnasium.make("gym_push:basic-v0", data=log_of(REASONS))
    env.reset(seed=1)
    rewards = []
    ended = False
    while not ended:
        _, reward, ended, _, _ = env.step(1)
        rewards.append(reward)
    assert rewards == [1, -1, -1, 1]


def test_every_row_can_be_asked_for():
    about = schema(ANDROID).without_answers()
    assert about.action == "" and about.answers is None
    assert about.features == schema(ANDROID).features


def test_a_description_says_what_each_value_means_and_how_often_it_occurs():
    about = describe(log_of(REASONS))
    assert (about.rows, about.unanswered, about.open_rate) == (4, 5, 0.5)
    told = [(each.value, each.answer, each.rows) for each in about.outcomes]
    assert told == [
        ("1", "opened", 2), ("2", "dismissed", 1), ("3", "dismissed", 1),
        ("8", "no_answer", 2), ("9", "no_answer", 1), ("18", "no_answer", 1),
        ("19", "no_answer", 1),
    ]  # fmt: skip


def test_what_is_left_out_is_told_by_reason():
    assert left_out(log_of(REASONS)) == (
        "the DataFrame: 5 of 9 rows have no answer and are left out "
        "(column 'reason', 8: 2, 9: 1, 18: 1, 19: 1)"
    )
    many = Answers("reason", [0], no_answer=["", *range(1, 12)])
    assert left_out(log_of([0, None, *range(1, 12)], many)).endswith(", others: 4)")
    assert "empty: 1" in left_out(log_of([0, None], many))


def test_much_without_an_answer_is_suspicious():
    assert any("5 of 9 rows have no answer" in each for each in suspicions(log_of(REASONS)))
    assert not any("no answer" in each for each in suspicions(log_of([1, 2, 8])))


def test_suspicions_say_which_rows_they_count():
    about = schema(ANDROID, time="at")
    table = frame([8, 1, 2], at=["2024-01-03", "2024-01-02", "2024-01-01"])
    assert any(
        "row 2 of those with an answer" in each for each in suspicions(read_log(table, about))
    )


def test_a_log_like_that_of_one_person_is_read_by_answers(tmp_path):
    """Python's True and False, mixed spellings, and times known only afterwards."""
    path = tmp_path / "one.csv"
    path.write_text(
        "id,appPackage,contactSignificantContext,seenTime,action,postDate\n"
        "0,chrome,False,23.19,False,2019-02-18 04:55:12.955030\n"
        "1,chat,true,,True,2019-02-18 05:29:52.080850\n"
        "2,chat,unknown,4.5,True,2019-02-19 05:29:52.080850\n"
    )
    about = Schema(
        ["appPackage"],
        ["contactSignificantContext"],
        action=Answers("action", [True], [False]),
        time="postDate",
        engagement=["seenTime"],
    )
    log = read_log(path, about)
    assert log.actions.tolist() == [0, 1, 1]
    assert log.columns["contactSignificantContext"].take(slice(None)) == [False, True, "unknown"]
    assert read_log(path, Schema(["appPackage"], action="action")).actions.tolist() == [0, 1, 1]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_outcomes_are_written_as_they_were(tmp_path, suffix):
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    log = log_of(REASONS)
    path = tmp_path / f"log.{suffix}"
    write_log(log, path, suffix)
    again = read_log(path, log.schema)
    assert again.fingerprint == log.fingerprint
    assert again.unanswered == {}
    if suffix == "csv":
        assert path.read_text() == "app,reason\napp0,1\napp1,2\napp2,3\napp1,1\n"

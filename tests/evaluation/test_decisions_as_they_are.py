"""Decisions as products and studies log them: eligible actions, availability, any reward."""

import numpy as np
import pandas as pd
import pytest

from gym_push import ArgumentError, Feature, LogError, Schema, SchemaError, read_log
from gym_push.evaluation import LoggedDecisions, off_policy_estimate, sequential_table
from gym_push.logs import Answers, DecisionColumns, convert, describe

SCHEMA = Schema(
    ["language"],
    action="",
    user="who",
    engagement=["template", Feature("allowed", "list"), Feature("minutes", "number"),
                Feature("there", "flag"), Feature("p", "number"), Feature("can_a", "flag")],
    decisions={"decision": "template", "reward": "minutes", "eligible": "allowed",
               "propensity": "uniform"},
)  # fmt: skip


def frame(**changes):
    columns = {
        "language": ["de", "en", "de", "en"],
        "template": ["a", "b", "c", "a"],
        "allowed": [["a", "b"], ["b", "c"], ["a", "b", "c"], ["c", "a"]],
        "minutes": [1.5, -2.0, 0.0, 4.0],
        "there": [True, True, True, True],
        "p": [0.5, 0.5, 0.25, 1.0],
        "can_a": [1, 0, 1, 1],
        "who": ["x", "x", "y", "y"],
    }
    return pd.DataFrame({**columns, **changes})


def logged(log=None, **columns):
    return LoggedDecisions.of(read_log(frame() if log is None else log, SCHEMA), **columns)


def test_the_schema_says_what_was_decided_among_what():
    found = logged()
    assert found.actions == ("a", "b", "c")
    assert found.decisions.tolist() == [0, 1, 2, 0]
    assert found.rewards.tolist() == [1.5, -2.0, 0.0, 4.0]
    assert found.eligible.tolist() == [[1, 1, 0], [0, 1, 1], [1, 1, 1], [1, 0, 1]]
    third = pytest.approx([1 / 3] * 3)
    assert found.chances.tolist() == [[0.5, 0.5, 0], [0, 0.5, 0.5], third, [0.5, 0, 0.5]]
    assert found.propensities.tolist() == pytest.approx([0.5, 0.5, 1 / 3, 0.5])
    np.testing.assert_array_equal(found.uniform, found.chances)


def test_by_chance_among_the_eligible_earns_the_mean():
    estimate = off_policy_estimate(logged(), "random", over="notifications")
    assert estimate.value == pytest.approx(0.875)


def test_eligible_actions_are_columns_of_flags_too():
    found = logged(eligible={"a": "can_a"}, propensity="p")
    assert found.eligible.tolist() == [[1, 1, 1], [0, 1, 1], [1, 1, 1], [1, 1, 1]]
    assert found.propensities.tolist() == [0.5, 0.5, 0.25, 1.0]
    assert found.chances is None


def test_where_nothing_was_to_be_decided_the_row_is_left_out_and_may_hold_anything():
    log = frame(there=[True, True, False, True], template=["a", "b", None, "a"],
                minutes=[1.5, -2.0, None, 4.0], allowed=[["a", "b"], ["b"], [], ["a"]])  # fmt: skip
    found = logged(log, available="there")
    assert (len(found), found.unavailable, len(found.log)) == (3, 1, 3)
    assert found.rewards.tolist() == [1.5, -2.0, 4.0]
    assert found.log.users == ("x", "y") and found.units.count == 2
    told = off_policy_estimate(found, "random").warnings
    assert "1 rows without one are left out" in told[0]
    with pytest.raises(LogError, match="has no row in which anything was to be decided"):
        logged(frame(there=[False] * 4), available="there")


@pytest.mark.parametrize(
    ("recipe", "chances"),
    [
        ({"a": "p", "b": "rest"}, [[0.5, 0.5], [0.5, 0.5], [0.25, 0.75], [1.0, 0.0]]),
        ({"a": "rest", "b": 0.25}, [[0.75, 0.25]] * 4),
        ("uniform", [[0.5, 0.5]] * 4),
    ],
)
def test_propensities_follow_a_recipe(recipe, chances):
    log = frame(template=[0, 1, 1, 0])
    found = logged(log, eligible=None, actions=("a", "b"), propensity=recipe)
    assert found.chances.tolist() == chances
    constant = logged(log, eligible=None, actions=("a", "b"), propensity=0.25)
    assert constant.propensities.tolist() == [0.25] * 4 and constant.chances is None


@pytest.mark.parametrize("cells", [[0, 1, 1, 0], ["0", "1", "1", "0"], [False, True, True, False]])
def test_actions_are_numbers_words_or_flags(cells):
    found = logged(frame(template=cells), eligible=None, actions=("a", "b"), propensity=0.5)
    assert found.decisions.tolist() == [0, 1, 1, 0]


def test_numbers_without_names_are_actions_in_their_order():
    found = logged(frame(template=[10, 9, 9, 11]), eligible=None, propensity=0.5)
    assert found.actions == ("9", "10", "11") and found.decisions.tolist() == [1, 0, 0, 2]


@pytest.mark.parametrize("kind", ["integer", "number", "label"])
def test_names_that_are_numbers_are_names_and_not_places(kind):
    schema = Schema(["language"], action="", engagement=[Feature("arm", kind), "minutes"],
                    decisions={"decision": "arm", "reward": "minutes", "propensity": 0.5,
                               "actions": ["1", "2", "0"]})  # fmt: skip
    log = pd.DataFrame({"language": "de", "arm": [1, 2, 0, 1], "minutes": 1.0})
    assert LoggedDecisions.read(log, schema).decisions.tolist() == [0, 1, 2, 0]
    with pytest.raises(LogError, match="row 2, column 'arm': '?3.* is not '1', '2', '0'; correct"):
        LoggedDecisions.read(log.assign(arm=[1, 3, 0, 1]), schema)


def test_lists_that_are_none_are_named_before_anything_is_read_from_them():
    schema = Schema(["language"], action="", engagement=["template", "allowed", "minutes"],
                    decisions={"decision": "template", "reward": "minutes", "eligible": "allowed",
                               "propensity": "uniform"})  # fmt: skip
    log = pd.DataFrame({"language": "de", "template": ["a"], "allowed": ["a|b"], "minutes": [1.0]})
    with pytest.raises(SchemaError, match="'allowed' .* does not hold lists of actions"):
        LoggedDecisions.read(log, schema)


def test_flags_and_answers_are_rewards():
    assert logged(reward="there").rewards.tolist() == [1.0] * 4
    answered = Schema(
        ["language"], action="can_a", user="who", engagement=["template", Feature("p", "number")],
        decisions=DecisionColumns("template", "can_a", "p"),
    )  # fmt: skip
    assert LoggedDecisions.of(read_log(frame(), answered)).rewards.tolist() == [1, 0, 1, 1]
    assert LoggedDecisions.read(frame(), answered).rewards.tolist() == [1, 0, 1, 1]


def test_it_is_told_how_many_rows_without_an_answer_are_left_out():
    schema = Schema(
        ["language"],
        action={"column": "why", "opened": [1], "no_answer": [8, 9]},
        engagement=["template"],
        decisions={"decision": "template", "reward": "why", "propensity": 0.5},
    )
    log = pd.DataFrame({"language": "de", "template": ["a", "b"] * 3, "why": [1, 8, 1, 1, 9, 1]})
    found = LoggedDecisions.read(log, schema)
    assert (len(found), found.unanswered) == (4, 2)
    half = np.full((4, 2), 0.5)
    for told in (off_policy_estimate(found, half).warnings, sequential_table(found, half).notes):
        assert any("2 rows without an answer are left out" in each for each in told)


def test_decisions_that_nobody_answered_are_read_too():
    answered = Schema(
        ["language"], action="answer", user="who", engagement=SCHEMA.of_role("engagement"),
        decisions=SCHEMA.decisions,
    )  # fmt: skip
    log = frame(answer=[1, None, None, 0])
    assert len(LoggedDecisions.read(log, answered)) == 4
    assert LoggedDecisions.read(log, answered, reward="p").rewards.tolist() == [0.5, 0.5, 0.25, 1]
    meant = Schema(
        ["language"], action=Answers("answer", opened=[1], dismissed=[0], no_answer=[""]),
        user="who", engagement=SCHEMA.of_role("engagement"), decisions=SCHEMA.decisions,
    )  # fmt: skip
    assert len(LoggedDecisions.read(log, meant)) == 4
    with pytest.raises(LogError, match="was read without the 2 rows that have no answer"):
        LoggedDecisions.of(read_log(log, meant))
    by_answer = LoggedDecisions.read(log, meant, reward="answer")
    assert by_answer.rewards.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_is_written_is_read_again(kind, tmp_path):
    log = read_log(frame(), SCHEMA)
    schema = convert(log, tmp_path / f"log.{kind}")
    again = read_log(tmp_path / f"log.{kind}", schema)
    assert again.fingerprint == log.fingerprint and again.schema == log.schema
    assert again.columns["allowed"].take(slice(None))[3] == ("c", "a")
    assert LoggedDecisions.of(again).eligible.tolist() == logged().eligible.tolist()
    values = {each.name: each.values for each in describe(again).columns}
    assert ("a + b", 1) in values["allowed"]


def test_lists_are_lists_where_no_schema_gives_their_kind(tmp_path):
    log = frame(allowed=['["a", "b"]', '["b"]', "", "[1, 2.50]"])
    log.to_csv(tmp_path / "log.csv", index=False)
    schema = Schema(["language"], action="can_a", engagement=["allowed"])
    column = read_log(tmp_path / "log.csv", schema).columns["allowed"]
    assert column.take(slice(None)) == [("a", "b"), ("b",), (), ("1", "2.50")]


def test_a_log_without_answers_is_not_played():
    from gym_push.envs import BasicEnv
    from gym_push.evaluation import Suite

    log = read_log(frame(), SCHEMA)
    about = describe(log)
    assert about.open_rate is about.open_rate_of_users is None
    assert "action" not in [each.role for each in about.columns]
    for play in (BasicEnv, Suite.from_log):
        with pytest.raises(LogError, match="holds decisions and no answers of a person"):
            play(log)


@pytest.mark.parametrize(
    ("changes", "columns", "message"),
    [
        ({"template": ["c", "b", "c", "a"]}, {}, "row 1: c was decided, and was not eligible"),
        ({"allowed": [["a"], ["b", "d"], ["c"], ["a"]]}, {"actions": ("a", "b", "c")},
         "row 2, column 'allowed': ('b', 'd') names more than 'a', 'b', 'c'"),
        ({}, {"propensity": {"a": 0.5, "b": 0.5}},
         "row 2: a was not eligible, and has a propensity above 0"),
        ({"p": [0.5, 0.5, 1.25, 0.5]}, {"propensity": {"a": "p", "b": "rest"}, "eligible": None},
         "row 3, column 'p': 1.25 is not a probability from 0 to 1"),
        ({}, {"propensity": {"a": 0.8, "b": 0.4, "c": "rest"}, "eligible": None},
         "row 1: the propensities of all actions have the sum 1.2, not 1"),
        ({"there": [True, None, True, True]}, {"available": "there"},
         "row 2, column 'there': 'unknown' is neither true nor false"),
        ({}, {"available": "p"}, "row 1, column 'p': 0.5 is neither true nor false"),
        ({}, {"eligible": {"a": "template"}}, "column 'template' of the DataFrame does not hold"),
        ({}, {"eligible": "template"}, "does not hold lists of actions; give it the kind list"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_named_with_its_row(changes, columns, message):
    with pytest.raises(LogError) as caught:
        logged(frame(**changes), **columns)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"propensity": 0.0}, "propensity=0.0 must be above 0 and up to 1"),
        ({"propensity": {"a": 2.0}}, "that of 'a', 2.0, must be from 0 to 1"),
        (
            {"eligible": {"d": "can_a"}, "actions": ("a", "b", "c")},
            "eligible names the action 'd' is not one of 'a', 'b', 'c'",
        ),
        ({"propensities": "p"}, "'propensities' is not one of"),
    ],
)
def test_a_recipe_that_is_none_is_named(columns, message):
    with pytest.raises(ArgumentError) as caught:
        logged(**columns)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("uniform", "decisions must be a table of decision, reward"),
        ({"decided": "x"}, "decisions: 'decided' is not one of 'decision'"),
        ({"decision": 3}, "decision is the name of a column, not 3"),
        ({"actions": "a"}, "actions is a list of names, not 'a'"),
        ({"propensity": ["p"]}, "propensity names a column, or a column for each action"),
        ({"propensity": True}, "propensity names a column, or a column for each action"),
        ({"propensity": "rest"}, "the propensity of one action is what the others leave"),
        ({"propensity": {"a": "rest", "b": "rest"}}, "'rest' is left to one action, not to a, b"),
        ({"decision": "languag"}, "decisions: column 'languag' is not one of"),
    ],
)
def test_a_table_of_decisions_that_is_none_is_named(given, message):
    with pytest.raises(SchemaError) as caught:
        Schema(["language"], action="", engagement=["decision", "reward"], decisions=given)
    assert message in str(caught.value)


def test_a_log_needs_answers_or_decisions():
    with pytest.raises(SchemaError, match="the action column must be named by a word, not ''"):
        Schema(["language"], action="")


def test_policies_keep_to_what_is_eligible():
    found = logged()
    always_a = np.eye(3)[np.zeros(4, dtype=int)]
    with pytest.raises(ArgumentError, match="takes 'a' in row 2, where it was not eligible"):
        off_policy_estimate(found, always_a)
    with pytest.raises(ArgumentError, match="takes 'b' in row 4, where it was not eligible"):
        off_policy_estimate(found, Says(0, 1, 0))
    with pytest.raises(ArgumentError, match="takes 'a' in row 2, where it was not eligible"):
        off_policy_estimate(found, Does())
    mostly_b = off_policy_estimate(found, Says(0.2, 0.6, 0.2))
    weights = np.array([0.25, 0.75, 0.2, 0.5]) / found.propensities
    assert mostly_b.value == pytest.approx((weights * found.rewards).mean())


class Does:
    """Always takes the first action."""

    def __init__(self, observation_space=None, action_space=None):
        pass

    def reset(self, seed=None):
        pass

    def act(self, observation):
        return 0

    def learn(self, observation, action, reward):
        pass


class Says(Does):
    def __init__(self, *chances):
        self.chances = list(chances)

    def probabilities(self, observation):
        return self.chances

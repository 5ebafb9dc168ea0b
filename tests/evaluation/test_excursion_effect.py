"""The effect of sending in a micro-randomised trial."""

import json
import re
import shlex
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_trial import published_trial

from gym_push import ArgumentError, Feature, LogError, Schema, read_log
from gym_push.cli.app import app
from gym_push.evaluation import LoggedDecisions, excursion_effect, off_policy_difference
from tools.coverage import NOMINAL
from tools.trials import AT_HOME_MORE, CHANCES, TRIALS, coverage, logged, trial, truth

#        available   home     sent   steps
SMALL = {
    "ada": ("11111", "01011", "10110", (3, 1, 4, 6, 2)),
    "ben": ("11011", "00111", "01010", (2, 5, 0, 7, 3)),
    "cleo": ("11111", "11010", "11001", (6, 8, 1, 2, 4)),
    "dan": ("01111", "10100", "00101", (0, 2, 9, 1, 3)),
    "eve": ("11110", "01101", "01010", (1, 7, 2, 5, 0)),
    "finn": ("11111", "10011", "00110", (3, 2, 4, 8, 6)),
}
P = {0: Fraction(2, 5), 1: Fraction(3, 5)}
"""The probability of sending elsewhere and at home."""


def small():
    rows = [
        (person, int(home), available == "1", int(sent), float(P[int(home)]), steps)
        for person, columns in SMALL.items()
        for available, home, sent, steps in zip(*columns, strict=True)
    ]
    return pd.DataFrame(rows, columns=["person", "home", "available", "sent", "p", "steps"])


def of(frame, **changes):
    """The decisions of a frame whose further columns are known before them."""
    roles = {"person": None, "sent": "flag", "p": "number", "steps": "number"}
    schema = Schema(
        context=[name for name in frame.columns if name not in roles],
        engagement=[Feature(name, kind) for name, kind in roles.items() if kind],
        action="",
        user="person",
        decisions={
            "decision": "sent",
            "actions": ["none", "send"],
            "available": "available",
            "propensity": {"send": "p", "none": "rest"},
            "reward": "steps",
        }
        | changes,
    )
    return LoggedDecisions.of(read_log(frame, schema))


# --- the published equations, in exact fractions


def inverse(a):
    rows = np.hstack([a, np.eye(len(a), dtype=int)]).astype(object)
    for i in range(len(a)):
        pivot = next(j for j in range(i, len(a)) if rows[j, i])
        rows[[i, pivot]] = rows[[pivot, i]]
        rows[i] = rows[i] / Fraction(rows[i, i])
        for j in set(range(len(a))) - {i}:
            rows[j] = rows[j] - rows[j, i] * rows[i]
    return rows[:, len(a) :]


def by_hand(moderated, numerator):
    """Boruvka and others (2018), and the correction of Mancl and DeRouen (2001) as published.

    Their hat matrix has a row and a column for each of a person's decision points.
    """
    people = []
    for columns in SMALL.values():
        design, outcomes, weights = [], [], []
        for available, home, sent, steps in zip(*columns, strict=True):
            if available == "1":
                h, a, p = int(home), int(sent), P[int(home)]
                effect = [1, h] if moderated else [1]
                design.append([1, h, *((a - numerator) * each for each in effect)])
                outcomes.append(steps)
                weights.append(numerator / p if a else (1 - numerator) / (1 - p))
        x, y = np.array(design, dtype=object), np.array(outcomes, dtype=object)
        people.append((x, y, np.diag(weights)))
    bread = inverse(sum(x.T @ w @ x for x, y, w in people))
    coefficients = bread @ sum(x.T @ w @ y for x, y, w in people)
    meat = 0
    for x, y, w in people:
        hat = x @ bread @ x.T @ w
        residuals = inverse(np.eye(len(y), dtype=int) - hat) @ (y - x @ coefficients)
        score = x.T @ w @ residuals
        meat += np.outer(score, score)
    return coefficients, bread @ meat @ bread


@pytest.mark.parametrize("numerator", [Fraction(1, 2), Fraction(3, 10)])
@pytest.mark.parametrize("moderated", [False, True])
def test_small_trials_have_the_numbers_of_the_published_equations(moderated, numerator):
    coefficients, covariance = by_hand(moderated, numerator)
    columns = {"moderators": ["home"]} if moderated else {"controls": ["home"]}
    found = excursion_effect(of(small()), numerator=float(numerator), **columns)
    for number, effect in enumerate(found.effects, 2):
        assert effect.value == pytest.approx(float(coefficients[number]), rel=1e-12)
        assert isinstance(covariance[number, number], Fraction)  # exact
        error = float(covariance[number, number]) ** 0.5
        assert effect.standard_error == pytest.approx(error, rel=1e-12)
    if moderated:
        assert found.covariance[0][1] == pytest.approx(float(covariance[2, 3]), rel=1e-12)
    assert found.degrees == 6 - len(coefficients)


def test_the_numbers_of_a_small_trial():
    found = excursion_effect(of(small()), moderators=["home"], numerator=0.5)
    assert str(found) == (
        "effect of         value   error  95 % interval            p\n"
        "sending         +2.5000  0.4041  +0.7611 to +4.2389  0.0252\n"
        "sending x home  +2.0714  0.8635  -1.6437 to +5.7866  0.1385\n"
        "against 'none'; 6 persons less 4 parameters are 2 degrees of freedom\n"
        "30 decision points, 27 available, 14 sent"
    )
    there = small().query("available")
    means = there.groupby(["home", "sent"]).steps.mean()
    assert found["sending"].value == pytest.approx(means[0, 1] - means[0, 0])
    assert found.at({"home": 1.0}).value == pytest.approx(means[1, 1] - means[1, 0])


def test_the_published_numbers_of_wcls():
    """Of R's package MRTAnalysis 0.1.2: its tests to 7 digits, and its manual to 3."""
    frame = published_trial()
    assert frame.steps[1:5].round(4).tolist() == [-0.6931, 2.4647, 0.1207, 0.8322]
    trial = of(frame)
    tested = excursion_effect(trial, controls=["before"], numerator=0.6)["sending"]
    assert tested.value == pytest.approx(0.1574444, abs=5e-8)

    one = excursion_effect(trial, controls=["before"], numerator=0.5)
    assert rounded(one["sending"]) == (0.157, 0.0622, 0.031, 0.284, 0.0162)
    assert one.degrees == 34
    controls = ["before", "last", "home"]
    two = excursion_effect(trial, controls=controls, numerator=0.5)
    assert rounded(two["sending"]) == (0.159, 0.0607, 0.0351, 0.283, 0.0135)
    assert two.degrees == 32
    three = excursion_effect(trial, controls=controls, moderators=["home"], numerator=0.5)
    assert rounded(three["sending"]) == (0.109, 0.0677, -0.0288, 0.247, 0.117)
    assert rounded(three["sending x home"]) == (0.135, 0.148, -0.166, 0.436, 0.368)
    assert three["sending x home"].standard_error == pytest.approx(0.1475, abs=5e-5)
    assert three.degrees == 31
    assert three.at({"home": 1.0}).value == pytest.approx(0.244, abs=5e-4)


def rounded(effect):
    """To three significant digits, as R prints."""
    return tuple(float(f"{each:.3g}") for each in effect[1:])


def test_the_page_shows_what_its_examples_print(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs/trials.md").read_text(encoding="utf-8")
    variables, shown = {}, 0
    for kind, title, text in re.findall(
        r'```(\w+)(?: title="([^"]*)")?\n(.*?)```', page, re.DOTALL
    ):
        if title:
            Path(title).write_text(text, encoding="utf-8")
        elif kind == "python":
            exec(text, variables)
        elif kind == "sh":
            assert app.main(shlex.split(text)[1:], standalone_mode=False) is None
        else:
            assert capsys.readouterr().out == text
            shown += 1
    assert shown == 4


# --- what it is


def test_the_standard_error_is_how_much_the_estimate_changes_without_each_person():
    frame = small()
    found = excursion_effect(of(frame), controls=["home"], numerator=0.5)
    without = [
        excursion_effect(of(frame[frame.person != person]), controls=["home"], numerator=0.5)
        for person in SMALL
    ]
    changes = [found["sending"].value - each["sending"].value for each in without]
    assert found["sending"].standard_error == pytest.approx(np.linalg.norm(changes))


def test_without_columns_it_is_the_difference_of_two_policies():
    decisions = of(small())
    always, never = (np.eye(2)[np.full(len(decisions), action)] for action in (1, 0))
    found = excursion_effect(decisions)
    other = off_policy_difference(decisions, always, never, "snips", over="notifications")
    assert found["sending"].value == pytest.approx(other.value)


def test_sending_more_where_more_is_done_anyway_is_not_taken_for_an_effect():
    """At home, where half of the time is spent, people do 5 more, and a message does 3, not 1."""
    away, home = [(0, True, a, 0.2, 1.0 * a) for a in (1, 1, *[0] * 8)], []
    home = [(1, True, a, 0.6, 5.0 + 3.0 * a) for a in (*[1] * 6, *[0] * 4)]
    rows = [(person, *row) for person in range(6) for row in (*away, *home)]
    frame = pd.DataFrame(rows, columns=["person", "home", "available", "sent", "p", "steps"])
    for controls in ([], ["home"]):
        found = excursion_effect(of(frame), controls=controls)["sending"]
        assert found.value == pytest.approx(2.0)
        assert found.standard_error < 1e-9 and found.low is found.high is found.p_value is None
        design = frame.assign(one=1.0)[["sent", "one", *controls]].to_numpy(float)
        unweighted = np.linalg.lstsq(design, frame.steps, rcond=None)[0][0]
        assert unweighted == pytest.approx(2.2 if controls else 55 / 12)
    by_home = excursion_effect(of(frame), moderators=["home"])
    assert [each.value for each in by_home.effects] == pytest.approx([1.0, 2.0])


# --- what does not change it


def random_trial(seed, people=9, points=8):
    """A trial with any numbers."""
    random, rows = np.random.default_rng(seed), people * points
    home = random.integers(0, 2, rows)
    p = np.where(home, 0.6, 0.4)
    return pd.DataFrame({
        "person": np.repeat([f"p{number}" for number in range(people)], points),
        "home": home,
        "before": random.normal(size=rows).round(2),
        "available": random.random(rows) < 0.9,
        "sent": random.random(rows) < p,
        "p": p,
        "steps": random.normal(size=rows).round(2),
    })  # fmt: skip


def numbers(frame, **columns):
    columns = {"controls": ["before"], "moderators": ["home"]} | columns
    found = excursion_effect(of(frame), **columns)
    return np.array([(each.value, each.standard_error) for each in found.effects])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_neither_order_nor_what_controls_explain_changes_it(seed, data):
    frame = random_trial(seed)
    found = numbers(frame)
    order = data.draw(st.permutations(range(len(frame))))
    assert numbers(frame.iloc[order].reset_index(drop=True)) == pytest.approx(found)
    shift = [data.draw(st.floats(-9.0, 9.0)) for _ in range(3)]
    explained = shift[0] + shift[1] * frame.before + shift[2] * frame.home
    assert numbers(frame.assign(steps=frame.steps + explained)) == pytest.approx(found)
    assert numbers(frame.assign(before=3.0 - 2.0 * frame.before)) == pytest.approx(found)
    assert numbers(frame.assign(steps=-5.0 * frame.steps)) == pytest.approx(found * [-5.0, 5.0])
    more = frame.steps + frame.sent * (2.0 + 3.0 * frame.home)
    assert numbers(frame.assign(steps=more)) == pytest.approx(found + [[2.0, 0.0], [3.0, 0.0]])


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_twice_the_persons_have_the_same_effect_less_noisily(seed):
    frame = random_trial(seed)
    twins = pd.concat([frame, frame.assign(person=frame.person + "b")], ignore_index=True)
    found, twice = numbers(frame), numbers(twins)
    assert twice[:, 0] == pytest.approx(found[:, 0])
    assert (twice[:, 1] < found[:, 1] / np.sqrt(2.0)).all()  # and less of it to correct


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_rows_in_which_nothing_was_decided_may_say_anything(seed):
    frame = random_trial(seed)
    there = frame[frame.available].reset_index(drop=True)
    assert numbers(frame) == pytest.approx(numbers(there))
    strange = frame.where(frame.available, frame.assign(sent=True, p=1.0, steps=np.nan))
    assert numbers(strange) == pytest.approx(numbers(there))
    assert excursion_effect(of(frame)).decision_points == len(frame)
    assert excursion_effect(of(frame)).available == len(there)
    never = frame.assign(available=frame.available & (frame.person != "p0"))
    assert excursion_effect(of(never)).persons == 8


# --- columns


def test_labels_and_flags_have_a_term_for_each_value_but_the_first():
    frame = random_trial(1, people=20)
    place = np.where(frame.home == 1, "home", np.where(frame.before > 0.3, "street", "office"))
    found = excursion_effect(of(frame.assign(place=place)), moderators=["place"])
    assert [each.term for each in found.effects] == [
        "sending",
        "sending x place=office",
        "sending x place=street",
    ]


def test_a_flag_is_a_moderator_as_ones_are():
    frame = random_trial(2)
    flags = frame.assign(home=frame.home == 1)
    assert numbers(flags) == pytest.approx(numbers(frame))
    assert excursion_effect(of(flags), controls="home").controls == ("home",)


def test_at_tells_the_effect_at_values_of_moderators():
    frame = random_trial(3)
    found = excursion_effect(of(frame), moderators=["home", "before"])
    moved = frame.assign(home=1 - frame.home, before=frame.before - 0.5)
    there = excursion_effect(of(moved), moderators=["home", "before"])["sending"]
    at = found.at({"home": 1, "before": 0.5})
    assert at.term == "sending at home 1, before 0.5"
    assert at[1:] == pytest.approx(there[1:])
    assert found.at({}) == found["sending"]
    with pytest.raises(ArgumentError, match="moderators: 'hme' is not one of 'home', 'before'"):
        found.at({"hme": 1})


def test_anything_that_is_sent_is_held_against_nothing():
    frame = random_trial(4)
    kinds = frame.assign(sent=np.where(frame.sent, np.where(frame.before > 0, "a", "b"), "none"))
    shares = kinds.assign(pa=kinds.p / 4, pb=3 * kinds.p / 4)
    schema = Schema(
        context=["home", "before", Feature("available", "flag")],
        engagement=["sent", *(Feature(name, "number") for name in ("pa", "pb", "steps"))],
        action="",
        user="person",
        decisions={
            "decision": "sent",
            "available": "available",
            "propensity": {"a": "pa", "b": "pb", "none": "rest"},
            "reward": "steps",
        },
    )
    several = LoggedDecisions.of(read_log(shares.drop(columns="p"), schema))
    assert several.actions == ("a", "b", "none")
    found = excursion_effect(several, controls=["before"], moderators=["home"])
    assert [each[1:3] for each in found.effects] == [pytest.approx(each) for each in numbers(frame)]


def test_the_probability_of_what_was_done_is_enough():
    frame = random_trial(5)
    done = frame.assign(p=np.where(frame.sent, frame.p, 1.0 - frame.p))
    found = excursion_effect(of(done, propensity="p"))["sending"]
    assert found.value == pytest.approx(excursion_effect(of(frame))["sending"].value)


def test_the_numerator_is_the_mean_probability_or_a_number_or_a_column_of_the_moderators():
    frame = random_trial(6)
    usual = frame[frame.available].p.mean()
    assert excursion_effect(of(frame)).numerator == pytest.approx(usual)
    assert numbers(frame) == pytest.approx(numbers(frame, numerator=usual))
    assert numbers(frame, numerator=0.2) != pytest.approx(numbers(frame), rel=1e-3)
    by_home = excursion_effect(of(frame), moderators=["home"], numerator="p")
    there = frame[frame.available]
    means = there.groupby(["home", "sent"]).steps.mean()
    assert by_home.numerator == "p"
    assert by_home["sending"].value == pytest.approx(means[0, True] - means[0, False])
    with pytest.raises(ArgumentError, match="'p' differs where all moderators are equal"):
        excursion_effect(of(frame), numerator="p")


def test_it_is_plain_values_in_json():
    found = excursion_effect(of(small()), moderators=["home"])
    given = json.loads(json.dumps(found.to_dict()))
    assert given["effects"][1]["term"] == "sending x home"
    assert given["effects"][0]["low"] == found["sending"].low
    assert (given["persons"], given["sent"], given["against"]) == (6, 14, "none")


def test_a_misread_probability_is_told():
    frame = random_trial(7, people=40, points=30).assign(p=0.2)
    frame["sent"] = np.random.default_rng(3).random(len(frame)) < 0.2
    found = excursion_effect(of(frame, propensity={"none": "p", "send": "rest"}))
    assert "fits as the probability of 'send'" in found.warnings[0]
    assert found.warnings[0] in str(found)
    assert not excursion_effect(of(frame)).warnings
    (warning,) = excursion_effect(of(frame.assign(p=0.3))).warnings
    assert warning.startswith(
        "Something was sent in 20.8% of the decisions, and the probabilities say 30.0%"
    )


# --- errors


@pytest.mark.parametrize(
    ("changes", "arguments", "said"),
    [
        ({}, {"against": "nothing"}, "against='nothing' is not one of 'none', 'send'"),
        (
            {},
            {"controls": ["hom"]},
            "controls: 'hom' is not one of 'home', .*; did you mean 'home'",
        ),
        ({}, {"moderators": ["steps"]}, "moderators: 'steps' is not .* known before the decision"),
        ({}, {"numerator": 1.0}, "numerator=1.0 must be between 0 and 1"),
        ({}, {"numerator": [0.5]}, r"numerator=\[0.5\] must be between 0 and 1, or name a column"),
        ({}, {"numerator": "q"}, "numerator='q' is not one of 'home', 'before', 'p', 'steps'"),
        ({}, {"numerator": "home"}, "'home' must be between 0 and 1 everywhere"),
        ({"p": 0.0}, {}, "probability of sending is 0 or 1 in 1 of the .*`available`"),
        ({"p": 1.0}, {}, "probability of sending is 0 or 1 in 1 of the"),
        ({"before": 7.0}, {"controls": ["before"]}, "'before' follows from 'intercept' in"),
        ({"place": "home"}, {"controls": ["place"]}, "'place' is always 'home'"),
        (
            {"twice": None},
            {"moderators": ["home", "twice"]},
            "'twice' follows from 'intercept', 'home'",
        ),
        ({"person": "ada"}, {}, "has 1 person for 2 parameters, .*: take more persons"),
        ({"only": None}, {"controls": ["only"]}, "without 'p3' a term of 'intercept', 'only'"),
    ],
)
def test_an_error_is_one_sentence_that_says_what_to_do(changes, arguments, said):
    frame = random_trial(8).assign(available=True, sent=lambda each: each.index % 3 == 0)
    first = frame.index == 0
    known = {
        "p": lambda value: np.where(first, value, frame.p),
        "twice": lambda _: 2 * frame.home,
        "only": lambda _: (frame.person == "p3").astype(int),
    }
    frame = frame.assign(**{n: known[n](v) if n in known else v for n, v in changes.items()})
    if changes.get("p") == 0.0:
        frame.loc[first, "sent"] = False
    with pytest.raises(ArgumentError, match=said) as error:
        excursion_effect(of(frame), **arguments)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("sent", "said"), [(True, "never 'none'"), (False, "always 'none'")])
def test_without_contrast_there_is_no_effect(sent, said):
    with pytest.raises(ArgumentError, match=f"the decision in .* is {said}"):
        excursion_effect(of(random_trial(9).assign(sent=sent)))


def test_a_log_of_one_person_has_no_effect_of_people():
    decisions = of(random_trial(9))
    alone = replace(decisions, log=replace(decisions.log, owner=None))
    with pytest.raises(ArgumentError, match="has 1 person for 2 parameters"):
        excursion_effect(alone)


def test_nobody_was_available():
    with pytest.raises(LogError, match="no row in which anything was to be decided"):
        of(random_trial(9).assign(available=False))


def test_unknown_probabilities_are_refused():
    with pytest.raises(ArgumentError, match="does not say how likely 'none' was"):
        excursion_effect(of(random_trial(9), propensity=None))


# --- how often its intervals hold the truth


def test_the_simulated_trials_have_the_effect_that_they_say():
    """As many people as it takes to see it."""
    chances = CHANCES["0.2, at home 0.6"]
    simulated = logged(trial(1, people=2000, points=30, chances=chances))
    found = excursion_effect(simulated, controls=["before"], moderators=["home"])
    for effect, true in ((found["sending"], truth(30, chances)), (found.effects[1], AT_HOME_MORE)):
        assert effect.low < true < effect.high
        assert effect.high - effect.low < 0.15


def test_a_simulated_trial_is_what_its_columns_say():
    columns = trial(2, people=12, points=30)
    frame = pd.DataFrame(columns)
    arguments = {"controls": ["before"], "moderators": ["home"]}
    given, read = (excursion_effect(each, **arguments) for each in (logged(columns), of(frame)))
    assert given.to_dict() == read.to_dict()


@pytest.mark.slow
@pytest.mark.parametrize("chances", CHANCES.values(), ids=CHANCES)
def test_95_percent_intervals_hold_the_effect_in_93_to_97_percent_of_1000_trials(chances):
    for each in coverage(chances):
        assert NOMINAL.holds(each.held), each
        error = each.width / (2.0 * 1.96) / np.sqrt(TRIALS)  # of the mean estimate
        assert abs(each.bias) < 4.0 * error


@pytest.mark.slow
@pytest.mark.parametrize("numerator", [0.3, None])
def test_wrong_weights_would_be_noticed(numerator, monkeypatch):
    """Probabilities that are taken for those of the mean."""
    import tools.trials

    made = trial

    def blind(*arguments):
        columns = made(*arguments)
        return columns | {"p": np.full_like(columns["p"], columns["p"].mean())}

    monkeypatch.setattr(tools.trials, "trial", blind)
    average, _, _ = coverage((0.1, 0.7), trials=40, points=42, numerator=numerator)
    assert average.held < 0.5

"""What a policy earns that takes all decisions of a person: against truths that are known."""

import importlib.util
import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_push import ArgumentError, Feature, Population, Schema, read_log
from gym_push.evaluation import (
    LoggedDecisions,
    off_policy_table,
    sequential_table,
    simulate_decisions,
)
from gym_push.evaluation.off_policy.estimators import NOTIFICATIONS, PERSONS
from gym_push.evaluation.off_policy.fitted_q import fitted_q
from gym_push.evaluation.off_policy.pareto import largest_k, pareto_k
from gym_push.evaluation.off_policy.sequential_methods import SEQUENTIAL
from gym_push.evaluation.off_policy.streams import Streams

DECISIONS = 8
SCHEMA = Schema(
    [Feature("tired", "integer"), Feature("mood", "label"), Feature("noise", "number")],
    action="",
    user="who",
    time="at",
    engagement=["did", *(Feature(name, "number") for name in ("p", "paid"))],
    decisions={"decision": "did", "reward": "paid", "propensity": {"send": "p", "wait": "rest"},
               "actions": ["wait", "send"]},
)  # fmt: skip


def lived(send, people, seed):
    """People whom a policy sends to: what is sent tires them, and what is not lets them rest.

    Args:
        send: Probability of sending.
        people: How many.
        seed: Of the draws.
    """
    random = np.random.default_rng(seed)
    sent = (random.random((people, DECISIONS)) < send).astype(int)
    tired = np.zeros_like(sent)
    for now in range(DECISIONS - 1):
        tired[:, now + 1] = np.clip(tired[:, now] + 2 * sent[:, now] - 1, 0, 3)
    paid = sent * (1.0 - 0.6 * tired) + random.normal(0.0, 0.5, sent.shape)
    at = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(DECISIONS), unit="h")
    return pd.DataFrame({
        "who": np.repeat([f"{n:05}" for n in range(people)], DECISIONS),
        "at": np.tile(at.astype(str), people),
        "tired": tired.ravel(),
        "mood": np.array(["fresh", "fine", "tired", "weary"])[tired.ravel()],
        "noise": random.random(sent.size),
        "did": np.where(sent, "send", "wait").ravel(),
        "p": float(send),
        "paid": paid.ravel(),
    })  # fmt: skip


@cache
def logged(people=300, seed=1, send=0.5):
    return LoggedDecisions.of(read_log(lived(send, people, seed), SCHEMA))


def sending(chance, log):
    return np.tile([1.0 - chance, chance], (len(log), 1))


@cache
def truth(chance):
    return float(lived(chance, 40_000, 99).paid.mean())


@pytest.mark.parametrize("over", [PERSONS, NOTIFICATIONS])
@pytest.mark.parametrize("chance", [0.3, 0.65])
def test_each_method_holds_the_truth_of_those_who_live_with_the_policy(chance, over):
    table = sequential_table(logged(), sending(chance, logged()), over=over)
    assert [each.method for each in table.estimates] == list(SEQUENTIAL)
    assert table.state == ("tired",)
    for each in table.estimates:
        assert each.low < truth(chance) < each.high, each
        assert each.supported
    assert (table.rows, table.units, table.unit, table.over) == (2400, 300, "person", over)


def test_each_decision_alone_is_another_question():
    # Sent to always, they would be tired; the log knows what a tired one earns, and how often.
    always = sending(1.0, logged(1500, 3))
    alone = off_policy_table(logged(1500, 3), always, ["snips"])["snips"]
    together = sequential_table(logged(1500, 3), always, ["marginal", "fqe"], state=["tired"])
    assert alone.low > truth(1.0) + 0.5
    for each in together.estimates:
        assert abs(each.value - truth(1.0)) < 0.15, each
    assert together["marginal"].low < truth(1.0) < together["marginal"].high
    assert together["marginal"].verdict == "worse"


def test_verdicts():
    often = logged(300, 1, 0.65)
    table = sequential_table(often, sending(0.5, often))
    assert truth(0.5) > truth(0.65)
    assert {each.verdict for each in table.estimates} == {"better"} == {table.verdict}
    table = sequential_table(logged(), sending(0.65, logged()))
    assert table["marginal"].verdict == table.verdict == "worse"
    assert not table.warnings and "verdict: worse" in str(table)
    same = sequential_table(logged(), sending(0.5, logged()))
    assert same.verdict == "can't tell from this log"
    assert sequential_table(often, sending(0.5, often), ["fqe"]).verdict == same.verdict


def test_what_the_log_does_not_support_is_not_told():
    table = sequential_table(logged(40), sending(1.0, logged(40)))
    assert table.verdict == table["pdis"].verdict == "can't tell from this log"
    told = "\n".join(table.warnings)
    assert "The log does not support 'pdis': its weights have the Pareto k" in told
    assert "effective persons (it takes 30), its weights leave hardly anybody for " in told
    assert told in str(table) and not table.to_dict()["estimates"][0]["supported"]
    assert table["pdis"].thin == 0.75 > table["marginal"].thin
    json.dumps(table.to_dict())


def test_where_propensities_look_misread_there_is_no_verdict():
    random = np.random.default_rng(0)
    chance = random.uniform(0.1, 0.9, 2000)
    sent = random.random(2000) < chance
    log = pd.DataFrame({
        "who": np.tile([f"{n:02}" for n in range(50)], 40), "at": "2024-01-01", "tired": 0,
        "mood": "fine", "noise": 0.0, "did": np.where(sent, "send", "wait"), "p": chance,
        "paid": 1.0 * sent + random.normal(0.0, 0.3, 2000),
    })  # fmt: skip
    always = np.tile([0.0, 1.0], (2000, 1))
    right, wrong = (
        sequential_table(logged, always, ["snpdis", "fqe"], horizon=1)
        for logged in (LoggedDecisions.read(log, SCHEMA),
                       LoggedDecisions.read(log, SCHEMA, propensity="p"))
    )  # fmt: skip
    assert right.verdict == "better" and not right.warnings
    assert {each.verdict for each in wrong.estimates} == {"can't tell from this log"}
    assert wrong.verdict == "can't tell from this log"
    note, *reasons = wrong.warnings
    assert note.startswith("Column 'p' fits as the probability of 'send'")
    assert all(each.endswith("the propensities look misread.") for each in reasons)


def test_the_policy_that_was_logged_earns_what_was_logged():
    table = sequential_table(logged(), sending(0.5, logged()))
    for each in table.estimates:
        exactly = 0.02 if each.method == "fqe" else 5e-3
        assert each.value == pytest.approx(logged().rewards.mean(), abs=exactly)
        assert each.pareto_k == 0.0 and each.effective == pytest.approx(300)
    assert table.logged.value == pytest.approx(logged().rewards.mean())
    assert table["pdis"].gain.interval is None


def test_with_a_horizon_of_one_each_decision_is_valued_alone():
    policy = sending(0.8, logged())
    alone = off_policy_table(logged(), policy, ["ips", "snips"])
    table = sequential_table(logged(), policy, horizon=1)
    for one, other in (("ips", "pdis"), ("snips", "snpdis"), ("snips", "marginal")):
        assert table[other].value == pytest.approx(alone[one].value)
    assert table["pdis"].low == pytest.approx(alone["ips"].low)
    linear = pytest.importorskip("sklearn.linear_model")
    seen = logged().encoding.vectors(logged().log)
    expected = np.zeros(len(logged()))
    for action in (0, 1):
        did = logged().decisions == action
        model = linear.Ridge(10.0).fit(seen[did], logged().rewards[did])
        expected += policy[:, action] * model.predict(seen)
    assert table["fqe"].value == pytest.approx(expected.mean(), abs=1e-5)


def test_a_horizon_that_is_long_enough_is_as_good_as_the_whole_stream():
    whole = sequential_table(logged(), sending(0.7, logged()))
    cut = sequential_table(logged(), sending(0.7, logged()), horizon=4)
    assert cut["pdis"].low < truth(0.7) < cut["pdis"].high
    assert cut["pdis"].high - cut["pdis"].low < whole["pdis"].high - whole["pdis"].low


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=1, max_size=6), min_size=2),
    st.none() | st.integers(1, 4),
)
def test_products_go_back_to_the_horizon_or_the_beginning_of_a_stream(people, horizon):
    streams = streams_of([len(each) for each in people], horizon)
    expected = [
        np.prod(each[max(0, n + 1 - (horizon or n + 1)) : n + 1])
        for each in people
        for n in range(len(each))
    ]
    np.testing.assert_allclose(streams.products(np.concatenate(people)), expected)


def streams_of(lengths, horizon=None):
    frame = lived(0.5, len(lengths), 0)
    numbers = frame.groupby("who").cumcount()
    kept = frame[numbers < np.repeat(np.minimum(lengths, DECISIONS), DECISIONS)]
    shuffled = kept.sample(frac=1.0, random_state=0)
    log = LoggedDecisions.of(read_log(shuffled, SCHEMA))
    streams = Streams.of(log, PERSONS, horizon)
    assert log.log.owner.take(streams.order) == kept.who.tolist()
    assert np.array(log.log.times)[streams.order].tolist() == [
        int(pd.Timestamp(at).value // 10**6) for at in kept["at"]
    ]
    return streams


@pytest.mark.parametrize(("zones", "order"), [
    (("+02:00", "+01:00"), [0, 2, 1, 3]),  # the clocks went back between the two
    (("", ""), [0, 1, 2, 3]),
    (("+02:00", ""), [0, 1, 2, 3]),  # not all are known
])  # fmt: skip
def test_an_hour_that_the_clocks_repeat_is_in_order(zones, order):
    summer, winter = zones
    log = pd.DataFrame({
        "who": "a", "tired": 0, "mood": "fine", "noise": 0.0, "did": "send", "p": 0.5, "paid": 1.0,
        "at": [f"2026-10-25T02:00:00{summer}", f"2026-10-25T02:10:00{winter}",
               f"2026-10-25T02:50:00{summer}", f"2026-10-25T03:00:00{winter}"],
    })  # fmt: skip
    found = LoggedDecisions.read(log, SCHEMA)
    assert Streams.of(found, PERSONS, None).order.tolist() == order


def test_what_is_left_without_some_people_is_what_a_log_without_them_says():
    log, policy = logged(30), sending(0.6, logged(30))
    streams = Streams.of(log, PERSONS, None)
    group = np.arange(30)[streams.units.of_row] % 3
    seen = log.encoding.vectors(log.log)[streams.order]
    arguments = log.decisions[streams.order], log.rewards[streams.order], policy, seen
    _, without = fitted_q(streams, *arguments, group)
    rows = np.flatnonzero(group != 1)
    less = LoggedDecisions.of(log.log.select(streams.order[rows]))
    fewer = Streams.of(less, PERSONS, None)
    value, _ = fitted_q(fewer, *(each[rows] for each in arguments), np.zeros(len(rows), dtype=int))
    assert without[1] == pytest.approx(value)


def test_the_shape_of_a_tail_is_that_of_its_distribution():
    random = np.random.default_rng(0)
    for shape in (0.2, 0.5, 1.0):
        weights = ((1.0 - random.random(20_000)) ** -shape - 1.0) / shape
        assert pareto_k(weights) == pytest.approx(shape, abs=0.2)
    assert pareto_k(np.ones(100)) == 0.0
    assert pareto_k(np.arange(20.0)) == np.inf  # too few to say
    assert pareto_k(random.random(1000)) < 0.0
    assert largest_k(10) == pytest.approx(0.04, abs=0.01) and largest_k(10**6) == 0.7


def test_late_decisions_at_which_weights_leave_hardly_anybody_are_counted():
    streams = streams_of([8] * 10 + [3] * 10)
    assert streams.thin(np.ones(110)) == 0.0
    late = np.where((streams.step >= 6) & (streams.units.of_row > 0), 0.0, 1.0)
    assert streams.thin(late) == pytest.approx(10 * 2 / 8 / 20)


def test_days_of_one_person_are_streams_and_it_is_said():
    one = Schema(SCHEMA.of_role("notification"), action="", time="at",
                 engagement=SCHEMA.of_role("engagement"), decisions=SCHEMA.decisions)  # fmt: skip
    frame = lived(0.5, 50, 1)
    days = pd.to_timedelta(np.repeat(np.arange(50), DECISIONS), unit="D")
    frame["at"] = (pd.to_datetime(frame["at"]) + days).astype(str)
    log = LoggedDecisions.of(read_log(frame, one))
    table = sequential_table(log, sending(0.4, log), ["pdis"])
    assert (table.unit, table.units, table.over) == ("day", 50, NOTIFICATIONS)
    assert "each day is taken as a stream by itself" in table.warnings[0]
    assert table["pdis"].low < truth(0.4) < table["pdis"].high


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"methods": ["ips"]}, "method='ips' is not one of 'pdis'"),
        ({"horizon": 0}, "horizon=0 must be 1 or more, or None"),
        ({"state": ["tird"]}, "state names 'tird', which is not an observed number, flag or label"),
        ({"state": ["paid"]}, "state names 'paid'"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(arguments, message):
    with pytest.raises(ArgumentError) as caught:
        sequential_table(logged(30), sending(0.5, logged(30)), **arguments)
    assert message in str(caught.value)


def test_a_model_that_would_fill_the_memory_is_left_out_or_refused(monkeypatch):
    monkeypatch.setattr("gym_push.evaluation.off_policy.fitted_q.LARGEST", 1000)
    table = sequential_table(logged(30), sending(0.5, logged(30)))
    assert [each.method for each in table.estimates] == ["pdis", "snpdis", "marginal"]
    with pytest.raises(ArgumentError, match="2 actions and 7 slots of an observation are too many"):
        sequential_table(logged(30), sending(0.5, logged(30)), ["fqe"])


def test_what_cannot_be_weighed_is_refused():
    unknown = LoggedDecisions.of(logged(30).log, propensity=None)
    with pytest.raises(ArgumentError, match="are unknown, so that there are no weights"):
        sequential_table(unknown, sending(0.5, unknown))
    opposite = np.eye(2)[1 - logged(30).decisions]
    with pytest.raises(ArgumentError, match="the policy never begins as"):
        sequential_table(logged(30), opposite)


def test_the_log_of_delivery_has_the_state_that_tires():
    people = Population(100, 5, volume_median=15.0)
    log = simulate_decisions(people, 1, "random:0.5").logged
    policy = np.tile([0.6, 0.0, 0.4], (len(log), 1))
    table = sequential_table(log, policy, ["snpdis", "marginal"])
    assert set(table.state) <= {"deliveredLastHour", "deliveredLastDay", "appDelivered"}
    assert table["marginal"].supported


@pytest.mark.slow
def test_the_script_of_the_page_measures_what_the_page_says():
    path = Path(__file__).resolve().parents[2] / "docs" / "sequential.py"
    spec = importlib.util.spec_from_file_location("sequential_page", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    results = script.measured(4, at_once=2, people=30)
    text = script.page(results, 4, people=30)
    lines = [line for line in text.splitlines() if line.startswith("| deliver")]
    assert len(lines) == 3 * 6
    for each in results.values():
        assert {len(found) for found in each.found.values()} == {4}
        assert np.mean(each.alone) == pytest.approx(each.truth, abs=0.05)
    committed = path.with_suffix(".md").read_text(encoding="utf-8")
    assert len([row for row in committed.splitlines() if row.startswith("| deliver")]) == len(lines)

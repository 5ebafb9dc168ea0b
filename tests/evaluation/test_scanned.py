"""What one pass over files finds is what is found in memory, and no policy is misread."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from gym_push import ArgumentError, Feature, LogError, Population, Schema, evaluate, read_log
from gym_push.evaluation import (
    LoggedDecisions,
    Suite,
    evaluate_scan,
    off_policy_scan,
    off_policy_table,
)
from gym_push.evaluation.off_policy.simulated import Behaviour
from gym_push.logs import scan_log, scanning
from gym_push.users import write_logs
from tests.evaluation.off_policy_support import small

parquet = pytest.importorskip("pyarrow.parquet")

ACTIONS = ("deliver", "hold", "suppress")


class ByApp:
    """Opens what some apps send; learns nothing."""

    observation = "raw"

    def reset(self, seed=None):
        pass

    def act(self, observation):
        return int(observation["appPackage"] < "com.m")

    def learn(self, observation, action, reward):
        pass


def by_app(rows):
    return rows["appPackage"].astype(str) < "com.m"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Decisions of thirty people in five files."""
    path = tmp_path_factory.mktemp("decisions")
    phones = Behaviour.of("by-app").phones()
    write_logs(
        Population(30, seed=3), path, days=3, users_at_once=6, format="parquet", phone_policy=phones
    )
    return path


@pytest.fixture(params=[97, 1 << 17])
def piece(request, monkeypatch):
    monkeypatch.setattr(scanning, "PIECE", request.param)


def assert_same(found, expected):
    """Estimates are the same to the bit; sums over all rows but for rounding."""
    assert [(e.method, e.value, e.low, e.high) for e in found.estimates] == [
        (e.method, e.value, e.low, e.high) for e in expected.estimates
    ]
    mine, theirs = (asdict(each.estimates[0].diagnostics) for each in (found, expected))
    for name in ("agreement", "effective", "clipped", "unsupported"):
        known = theirs.pop(name)
        assert mine.pop(name) == (known and pytest.approx(known, rel=1e-12)), name
    assert mine == theirs


def test_a_fixed_policy_is_scored_as_in_memory(folder, piece):
    known = evaluate(ByApp, Suite.from_log(read_log(folder), learn=0.0)).metrics
    assert evaluate_scan(scan_log(folder), by_app, ["appPackage"]) == known
    apps = read_log(folder).columns["appPackage"].values
    table = pd.Series({app: int(app < "com.m") for app in apps}).rename_axis("appPackage")
    assert evaluate_scan(scan_log(folder), table) == known


@pytest.mark.parametrize("constant", [0, 1])
def test_shares_of_nothing_have_no_value(folder, constant):
    agent = "always-open" if constant else "always-dismiss"
    known = evaluate(agent, Suite.from_log(read_log(folder), learn=0.0)).metrics
    assert evaluate_scan(scan_log(folder), lambda rows: np.full(len(rows), constant)) == known


@pytest.mark.parametrize("over", ["persons", "notifications"])
@pytest.mark.parametrize("clip", [None, 1.1])
def test_decisions_are_weighed_as_in_memory(folder, piece, over, clip):
    log = read_log(folder)
    apps = log.columns["appPackage"].values
    chances = np.random.default_rng(1).random(len(apps))
    index = pd.Index(apps, name="appPackage")
    table = pd.DataFrame({"suppress": chances, "deliver": 1.0 - chances}, index=index)
    chance = chances[log.columns["appPackage"].codes]
    policy = np.stack([1.0 - chance, np.zeros(len(log)), chance], axis=1)
    known = off_policy_table(
        LoggedDecisions.of(log), policy, ["ips", "snips"], over=over, clip=clip
    )
    assert_same(off_policy_scan(scan_log(folder), table, over=over, clip=clip), known)


def test_a_function_answers_numbers_or_probabilities(folder):
    scan, names = scan_log(folder), ["appPackage", "batteryLevel"]
    low = off_policy_scan(scan, lambda rows: 2 * (rows["batteryLevel"] < 50), names)
    one_hot = np.eye(3)
    same = off_policy_scan(
        scan, lambda rows: one_hot[2 * (rows["batteryLevel"] < 50).to_numpy()], names
    )
    log = read_log(folder)
    battery = log.columns["batteryLevel"].numbers
    known = off_policy_table(LoggedDecisions.of(log), one_hot[2 * (battery < 50)], ["ips", "snips"])
    assert_same(low, known)
    assert_same(same, known)


def scan_of(log, path):
    """A scan of a log, whose schema names nothing else than the log's."""
    half = len(log) // 2
    for name, rows in {"a": np.arange(half), "b": np.arange(half, len(log))}.items():
        parquet.write_table(pa_table(log.select(rows)), path / f"{name}.parquet")
    return scan_log(path, log.schema)


def pa_table(log):
    import pyarrow

    return pyarrow.table(log)


SMALL = dict(decision="did", reward="paid", actions=("a", "b"))


@pytest.mark.parametrize("propensity", ["p", {"a": "pa", "b": "pb"}, {"a": "rest", "b": "pb"}])
@pytest.mark.parametrize("people", [40, 1])
def test_recipes_and_days_of_one_person(tmp_path, piece, people, propensity):
    log = small(people=people)
    columns = SMALL | {"propensity": propensity}
    scan = scan_of(log, tmp_path)
    app = np.array(log.columns["app"].take(slice(None)))
    known = off_policy_table(
        LoggedDecisions.of(log, **columns), np.eye(2)[(app == "x").astype(int)], ["ips", "snips"]
    )
    found = off_policy_scan(scan, lambda rows: rows["app"] == "x", ["app"], **columns)
    assert_same(found, known)
    assert found["ips"].diagnostics.unit == ("person" if people > 1 else "day")


def test_blocks_of_one_person_without_times(tmp_path, piece):
    made = small(people=1)
    frame = made.to_frame().drop(columns="at")
    engagement = [each for each in made.schema.features if each.role == "engagement"]
    schema = Schema([Feature("app", "label")], action="opened", engagement=engagement)
    log = read_log(frame, schema)
    known = off_policy_table(
        LoggedDecisions.of(log, **SMALL, propensity="p"), np.tile([0.5, 0.5], (400, 1)),
        ["ips", "snips"],
    )  # fmt: skip
    half = lambda rows: np.full((len(rows), 2), 0.5)  # noqa: E731
    assert_same(off_policy_scan(scan_of(log, tmp_path), half, **SMALL, propensity="p"), known)


def test_a_column_that_is_misread_is_told(tmp_path):
    log = small(rows=20_000)
    found = off_policy_scan(
        scan_of(log, tmp_path), lambda rows: np.ones(len(rows)), **SMALL, propensity="pb"
    )
    known = off_policy_table(
        LoggedDecisions.of(log, **SMALL, propensity="pb"), np.tile([0.0, 1.0], (20_000, 1)),
        ["ips", "snips"],
    )  # fmt: skip
    assert found["ips"].diagnostics.reading is not None
    assert_same(found, known)


LESSONS = Schema(
    context=[Feature("language", "label")],
    action="",
    user="user",
    engagement=[
        Feature("allowed", "list"),
        Feature("template", "label"),
        Feature("minutes", "number"),
        Feature("there", "flag"),
    ],
    decisions={
        "decision": "template",
        "reward": "minutes",
        "eligible": "allowed",
        "available": "there",
        "propensity": "uniform",
        "actions": ["friend", "owl", "streak"],
    },
)


def lessons(rows=300):
    random = np.random.default_rng(2)
    names = np.array(LESSONS.decisions.actions)
    eligible = random.random((rows, 3)) < 0.6
    eligible[np.arange(rows), random.integers(3, size=rows)] = True
    allowed = [names[each].tolist() for each in eligible]
    there = random.random(rows) < 0.8
    return pd.DataFrame(
        {
            "user": random.integers(12, size=rows).astype(str),
            "language": random.choice(["de", "en"], size=rows),
            "allowed": [each if here else [] for each, here in zip(allowed, there, strict=True)],
            "template": [
                random.choice(each) if here else None
                for each, here in zip(allowed, there, strict=True)
            ],
            "minutes": np.where(there, random.normal(size=rows), np.nan),
            "there": there,
        }
    )


def test_what_was_not_eligible_or_available_counts_as_in_memory(tmp_path, piece):
    frame = lessons()
    frame.to_parquet(tmp_path / "lessons.parquet")
    logged = LoggedDecisions.read(frame, LESSONS)
    policy = logged.uniform * [1.0, 3.0, 1.0]
    policy /= policy.sum(axis=1, keepdims=True)
    table = pd.DataFrame(
        {"friend": 0.2, "owl": 0.6, "streak": 0.2}, index=pd.Index(["de", "en"], name="language")
    )
    found = off_policy_scan(scan_log(tmp_path, LESSONS), table)
    known = off_policy_table(logged, policy, ["ips", "snips"])
    assert found["ips"].diagnostics.left_out == known["ips"].diagnostics.left_out
    for method in ("ips", "snips"):
        assert found[method].value == pytest.approx(known[method].value, rel=1e-12)
        assert found[method].low == pytest.approx(known[method].low, rel=1e-9)
    never = pd.Series({"de": "owl", "en": "owl"}).rename_axis("language")
    with pytest.raises(ArgumentError, match=r"row \d+: the policy takes no action that was eligi"):
        off_policy_scan(scan_log(tmp_path, LESSONS), never)


def test_a_bad_cell_of_a_later_piece_is_named_by_its_row(tmp_path, piece):
    frame = lessons()
    frame.loc[250, ["there", "template"]] = True, "cat"
    frame.to_parquet(tmp_path / "lessons.parquet")
    anything = lambda rows: np.full((len(rows), 3), 1 / 3)  # noqa: E731
    with pytest.raises(LogError, match=r"lessons\.parquet, row 251, column 'template': 'cat' is"):
        off_policy_scan(scan_log(tmp_path, LESSONS), anything)


@pytest.mark.parametrize(
    ("policy", "columns", "problem"),
    [
        ("always-open", [], "is neither a function of a DataFrame nor a table"),
        (lambda rows: rows["decision"], ["decision"], "reads the column 'decision'"),
        (lambda rows: 1, [], r"an array of shape \(\)"),
        (lambda rows: np.full(len(rows), 2), [], r"row 1: the policy answers 2, and the actions"),
        (lambda rows: np.full(len(rows), 0.5), [], "the policy answers 0.5"),
        (lambda rows: np.full((len(rows), 2), 0.5), [], "must be the number of an action for each"),
        (lambda rows: ["open"] * len(rows), [], "must be the number of an action for each"),
        (lambda rows: rows, "appPackage", "must be a list of names"),
        (pd.Series([1, 0]), [], "must have the names of columns"),
        (pd.Series([1, 0], pd.Index(["a", "a"], name="place")), [], "two rows for the same thing"),
        (pd.Series({"home": 1}).rename_axis("place"), [], "table has no row for place="),
    ],
)
def test_a_policy_that_is_none_is_refused(folder, policy, columns, problem):
    with pytest.raises(ArgumentError, match=problem):
        evaluate_scan(scan_log(folder), policy, columns)


@pytest.mark.parametrize(
    ("policy", "arguments", "problem"),
    [
        (lambda rows: np.full((len(rows), 3), 0.5), {}, r"row 1: .*with the sum 1"),
        (lambda rows: np.zeros((len(rows), 2)), {}, r"not probabilities, shape \(rows, actions\)"),
        (lambda rows: np.ones(len(rows)), {}, "the policy never takes the action that was taken"),
        (
            lambda rows: np.tile([0.5, 0.5, 0.0], (len(rows), 1)), {},
            r"takes the action 'hold' in 100\.0% of the rows, but .* never does",
        ),
        (
            pd.DataFrame({"open": [1.0]}, index=pd.Index(["home"], name="place")), {},
            "the policy's table has a column 'open'",
        ),
        (lambda rows: np.zeros(len(rows)), {"methods": ["dr"]}, "method='dr'"),
        (lambda rows: np.zeros(len(rows)), {"over": "days"}, "over='days'"),
        (lambda rows: np.zeros(len(rows)), {"clip": 0}, "clip=0 must be a weight above 0"),
        (lambda rows: np.zeros(len(rows)), {"actions": None}, "name them in the schema's decis"),
        (lambda rows: np.zeros(len(rows)), {"propensity": None}, "are unknown, so that there are"),
    ],
)  # fmt: skip
def test_an_estimate_that_rests_on_nothing_is_refused(folder, policy, arguments, problem):
    with pytest.raises(ArgumentError, match=problem):
        off_policy_scan(scan_log(folder), policy, **arguments)


def test_a_log_without_answers_is_not_played(tmp_path):
    lessons().to_parquet(tmp_path / "lessons.parquet")
    with pytest.raises(LogError, match="holds decisions and no answers"):
        evaluate_scan(scan_log(tmp_path, LESSONS), lambda rows: np.zeros(len(rows)))

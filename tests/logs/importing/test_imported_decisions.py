"""Imported logs of decisions are valued at once, and their policies are worth what is known."""

import numpy as np
import pytest

pytest.importorskip("pyarrow")

import pyarrow.parquet  # noqa: E402
from duolingo_support import TEMPLATES, written_log  # noqa: E402
from import_support import written  # noqa: E402
from test_data_sets import HEARTSTEPS, ITEMS, ORALYTICS  # noqa: E402

from gym_push import Schema  # noqa: E402
from gym_push.evaluation import LoggedDecisions, off_policy_estimate  # noqa: E402


@pytest.mark.parametrize(
    ("format", "text", "actions", "propensities", "rewards"),
    [
        ("heartsteps", HEARTSTEPS, ("none", "sedentary", "active"), [0.3, 0.4, 0.3], "logSteps30"),
        ("oralytics", ORALYTICS, ("none", "send"), [0.49, 0.75, 0.8], [167, 0, 184.5]),
        ("open-bandit", ITEMS, ("14", "31"), [0.029411764705882353, 0.5], [0, 1]),
    ],
)
def test_recipes_fit(format, text, actions, propensities, rewards, tmp_path, importing):
    imported = importing(format, written(tmp_path, "data.csv", text))
    logged = LoggedDecisions.read(imported.path)
    assert logged.actions == actions
    assert logged.propensities == pytest.approx(propensities)
    if isinstance(rewards, str):
        rewards = np.log(np.array([100, 0, 20.5]) + 0.5)
    assert logged.rewards == pytest.approx(rewards)


def check_policies(importing, path, earned, fresh, widest):
    """Checks the values of two policies of reminders against the known ones.

    Only the columns of the decisions are read: what the second policy goes by comes from the file.
    """
    imported = importing("duolingo", path)
    assert imported.rows == imported.found
    whole = Schema.read(imported.schema)
    few = Schema(
        context=["ui_language"],
        engagement=whole.of_role("engagement"),
        action=whole.action,
        time=whole.time,
        decisions=whole.decisions,
    )
    logged = LoggedDecisions.read(imported.path, few)
    assert logged.rewards.mean() == pytest.approx(earned)
    since = pyarrow.parquet.read_table(
        imported.path, columns=[f"daysSince{name}" for name in TEMPLATES]
    )
    recent = np.stack([np.nan_to_num(each.to_numpy(), nan=100) < 1 for each in since], axis=1)
    uniform = logged.eligible / logged.eligible.sum(axis=1, keepdims=True)
    rested = np.where(logged.eligible & ~recent, 1.0, 0.0)
    rested = np.where(rested.any(axis=1, keepdims=True), rested, logged.eligible)
    rested /= rested.sum(axis=1, keepdims=True)
    assert off_policy_estimate(logged, uniform).value == pytest.approx(earned)  # weights are 1
    for method in ("ips", "snips"):
        for policy, truth in ((uniform, earned), (rested, fresh)):
            estimate = off_policy_estimate(logged, policy, method)
            assert estimate.low <= truth <= estimate.high
            assert estimate.high - estimate.low < widest


def test_policies_of_reminders_have_their_known_values(tmp_path, importing):
    values = written_log(tmp_path / "training.parquet", 20_000)
    check_policies(importing, tmp_path / "training.parquet", *values, widest=0.03)


@pytest.mark.slow
def test_policies_of_many_reminders_have_their_known_values(tmp_path, importing):
    values = written_log(tmp_path / "training.parquet", 300_000)
    check_policies(importing, tmp_path / "training.parquet", *values, widest=0.008)

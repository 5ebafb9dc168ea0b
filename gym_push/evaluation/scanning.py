"""Tests fixed policies on logs larger than memory, in one pass."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from gym_push.errors import ArgumentError
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.fixed_policies import FixedPolicy, Policy
from gym_push.evaluation.metrics import FLOOR, TOP, summary_of
from gym_push.logs.log import refuse_unanswered
from gym_push.logs.log_statistics import Floats
from gym_push.logs.scanning import LogScan
from gym_push.logs.sums import Sums


def evaluate_scan(
    log: LogScan, policy: Policy, columns: Collection[str] = ()
) -> dict[str, Estimate]:
    """Tests a policy that learns nothing on all answers of a log, in one pass.

    ```python
    log = gym_push.logs.scan_log("logs/*.parquet", "my-log.toml")
    evaluate_scan(log, lambda rows: rows["app"] == "mail", ["app"])
    evaluate_scan(log, pd.Series({"mail": 1, "news": 0}).rename_axis("app"))
    ```

    Args:
        log: What people answered.
        policy: A function of a DataFrame of some rows, in which labels are categories, that returns
            1 for open and 0 for dismiss, shape (rows,); or a table of these: a Series whose index
            has the names of columns.
        columns: Those that the function reads.

    Returns:
        The metrics that `gym_push.evaluate` finds for the same policy on `Suite.from_log(log,
        learn=0.0)`, with intervals over people.

    Raises:
        ArgumentError: The policy answers otherwise, or the log has no rows.
        LogError, SchemaError: As `LogScan.pieces` and `Pieces`, or nobody answers in the log.
    """
    refuse_unanswered(log.source, log.schema)
    fixed, counts = FixedPolicy.of(policy, columns, ("dismiss", "open"), log.schema), Sums(4)
    pieces = log.pieces(fixed.columns)
    for piece in pieces:
        counts.add("rows", piece.person * 4 + piece.log.actions * 2 + fixed.numbers(piece), 1.0)
    of_each = counts.of("rows", pieces.in_order()).reshape(-1, 2, 2)
    of_each = of_each[of_each.any(axis=(1, 2))]
    if not len(of_each):
        raise ArgumentError(f"{log.source} has no notification to be tested on")
    return summary_of(_agreement(of_each))


def _agreement(rows: Floats) -> dict[str, Floats]:
    """Returns the metrics of each person.

    Args:
        rows: How often the person opened, and the policy: (people, 2, 2).
    """
    every, both = rows.sum(axis=(1, 2)), rows[:, 1, 1]
    opened, opens = rows[:, 1].sum(axis=1), rows[:, :, 1].sum(axis=1)
    right, recall = (rows[:, 0, 0] + both) / every, _share(both, opened)
    return {
        "reward": 2.0 * right - 1.0,
        "performance": right,
        "balanced accuracy": (recall + _share(rows[:, 0, 0], every - opened)) / 2.0,
        "ctr": opens / every,
        "user ctr": opened / every,
        "precision": _share(both, opens),
        "recall": recall,
        FLOOR: 2.0 * (opened / every) - 1.0,
        TOP: np.ones(len(rows)),
    }


def _share(part: Floats, whole: Floats) -> Floats:
    shares: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0.0)
    return shares

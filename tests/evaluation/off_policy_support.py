"""A small log of two actions, with known propensities."""

import numpy as np
import pandas as pd

from gym_push import Feature, Schema, read_log
from gym_push.evaluation import LoggedDecisions

ALWAYS_B = np.tile([0.0, 1.0], (400, 1))


def small(rows=400, people=40, **columns):
    """A log of two actions with known propensities; `b` pays 1 more than `a` on average."""
    random = np.random.default_rng(0)
    p = np.where(np.arange(rows) % 2, 0.2, 0.7)  # of b
    did_b = random.random(rows) < p
    frame = {
        "app": np.where(np.arange(rows) % 2, "x", "y"),
        "who": np.arange(rows) % people,
        "at": pd.date_range("2024-01-01", periods=rows, freq="2h").astype(str),
        "did": np.where(did_b, "b", "a"),
        "p": np.where(did_b, p, 1.0 - p),
        "pa": 1.0 - p,
        "pb": p,
        "paid": did_b + random.normal(size=rows),
        "opened": 1,
    }
    engagement = ["did", *(Feature(name, "number") for name in ("p", "pa", "pb", "paid"))]
    user = None if people == 1 else "who"
    schema = Schema(["app"], action="opened", engagement=engagement, user=user, time="at")
    return read_log(pd.DataFrame({**frame, **columns}), schema)


def of(log, propensity="p"):
    known = {"a": "pa", "b": "pb"} if propensity == "all" else propensity
    return LoggedDecisions.of(
        log, decision="did", propensity=known, reward="paid", actions=("a", "b")
    )

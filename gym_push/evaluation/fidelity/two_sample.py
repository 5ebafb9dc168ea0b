"""A two-sample test by a classifier: can it tell the rows of one log from those of another?

It sees the columns that both logs have, and is tested on people that it has not learned from, so
that it cannot win by recognising them. An area under the ROC curve of 0.5 means that it cannot tell
at all.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from gym_push.errors import extra_import
from gym_push.evaluation.fidelity.distances import same_clock
from gym_push.logs.log_statistics import Floats, Ints, LogStatistics
from gym_push.processes import one_thread

with extra_import("telling logs apart", "scikit-learn", "fidelity"):
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold

FEWEST_TO_SPLIT: Final = 10
"""In each log: two in every fold."""
FOLDS: Final = 5
ROWS_OF_EACH: Final = 60
"""At most, evenly spread over a person's notifications, so that busy people do not dominate."""


def two_sample(
    one: LogStatistics, other: LogStatistics, seed: int
) -> tuple[float, tuple[str, ...]]:
    """Trains a classifier to tell two logs apart, in folds split by person.

    It sees what both have of action, hour, weekday, gap, response time and rank of the app. It does
    not see labels such as the app's name or its colour: with few people a classifier would
    recognise the persons by them.

    Args:
        one: Of at least `FEWEST_TO_SPLIT` people.
        other: Likewise.
        seed: Of folds and classifier.

    Returns:
        The area under its ROC curve on people that it has not learned from, and the columns it saw.
    """
    rows = [_thinned(of) for of in (one, other)]
    seen = [_columns(of) for of in same_clock(one, other)]
    table = pd.concat([seen[0].iloc[rows[0]], seen[1].iloc[rows[1]]], join="inner").astype(float)
    is_other = np.repeat([0, 1], [len(kept) for kept in rows])
    person = np.concatenate([one.person[rows[0]], one.people + other.person[rows[1]]])
    return _auc(table.to_numpy(), is_other, person, seed), tuple(table.columns)


def deviation(one: int, other: int) -> float:
    """Returns the largest standard deviation of the AUC of two equal populations.

    It is reached if all rows of a person get the same score, so that the test is one of Mann and
    Whitney on persons.

    Args:
        one: Number of people on one side.
        other: Number on the other.
    """
    return float(np.sqrt((one + other + 1) / (12.0 * one * other)))


def _auc(features: Floats, is_other: Ints, person: Ints, seed: int) -> float:
    seed %= 2**32  # scikit-learn takes no larger ones
    scores = np.empty(len(is_other))
    weights = (1.0 / np.bincount(is_other))[is_other] * len(is_other) / 2.0  # both count alike
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    with one_thread():
        for learn, test in folds.split(features, is_other, person):
            classifier = HistGradientBoostingClassifier(
                max_iter=60, max_leaf_nodes=15, min_samples_leaf=50, random_state=seed
            )
            classifier.fit(features[learn], is_other[learn], weights[learn])
            scores[test] = classifier.decision_function(features[test])
    return float(roc_auc_score(is_other, scores))


def _thinned(of: LogStatistics) -> Ints:
    """Returns rows evenly spread over each person's, at most `ROWS_OF_EACH`."""
    count = np.bincount(of.person)
    number = np.arange(len(of)) - (np.cumsum(count) - count)[of.person]
    kept = np.minimum(count, ROWS_OF_EACH)[of.person]
    count = count[of.person]
    # number * kept / count passes a whole number `kept` times in `count` rows.
    return np.flatnonzero(number * kept // count != (number + 1) * kept // count)


def _columns(of: LogStatistics) -> pd.DataFrame:
    """Returns what there is of each notification."""
    table = pd.DataFrame({"action": of.opened})
    if of.time is not None:
        table = table.assign(hour=of.hour, weekday=of.weekday, gap=of.gap)
    if of.response is not None:
        table["response time"] = of.response
    if of.app is not None:
        table["rank of the app"] = of.app_rank
    return table

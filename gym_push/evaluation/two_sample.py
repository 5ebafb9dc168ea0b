"""A two-sample test by a classifier: can it tell the rows of one log from those of another?

It sees what both logs have, and is tested on people whom it has not met, so that it cannot win by
knowing them again. An area under the ROC curve of 0.5 says that it cannot tell at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import MissingExtraError
from gym_push.evaluation.distances import same_clock
from gym_push.logs import NotificationLog
from gym_push.logs.columns import CodedColumn, NumberColumn
from gym_push.logs.marginals import APP, Floats, Ints, Marginals

try:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold
except ImportError:
    raise MissingExtraError("telling logs apart", "scikit-learn", "fidelity") from None

FEWEST_PEOPLE: Final = 10
"""In each log: two in every fold."""
FOLDS: Final = 5
ROWS_OF_EACH: Final = 60
"""At most, evenly spread over a person's notifications, so that nobody counts for more."""
MOST_LABELS: Final = 64
"""A feature with more different labels names things rather than kinds."""


@dataclass(frozen=True)
class TwoSample:
    """What the classifier reached.

    Attributes:
        auc: Area under its ROC curve on people whom it has not met.
        columns: What it saw.
        left_out: The observed features of the first log that it did not see.
    """

    auc: float
    columns: tuple[str, ...]
    left_out: tuple[str, ...]


def two_sample(
    log: NotificationLog, of_log: Marginals, other: NotificationLog, of_other: Marginals, seed: int
) -> TwoSample:
    """Trains a classifier to tell two logs apart, in folds split by person.

    It sees what both logs have of: hour, weekday, gap, response time, rank of the app and action,
    and the observed features of the same name and kind. The app's name is not among them (its rank
    stands for it), nor are texts.

    Args:
        log: Of at least `FEWEST_PEOPLE` people.
        of_log: What it shows.
        other: Likewise.
        of_other: What it shows.
        seed: Of folds and classifier.
    """
    rows = [_thinned(of) for of in (of_log, of_other)]
    table = _marginals(of_log, of_other, rows)
    names = _common_features(log, other)
    for name in names:
        table[name] = _joined(
            [each.columns[name] for each in (log, other)],
            [of.row[kept] for of, kept in zip((of_log, of_other), rows, strict=True)],
        )
    features = np.stack(list(table.values()), axis=1)
    is_other = np.repeat([0, 1], [len(kept) for kept in rows])
    person = np.concatenate([of_log.person[rows[0]], of_log.people + of_other.person[rows[1]]])
    left_out = tuple(each.name for each in log.schema.observed if each.name not in names)
    return TwoSample(_auc(features, is_other, person, seed), tuple(table), left_out)


def _auc(features: Floats, is_other: Ints, person: Ints, seed: int) -> float:
    scores = np.empty(len(is_other))
    weights = (1.0 / np.bincount(is_other))[is_other] * len(is_other) / 2.0  # both count the same
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for learn, test in folds.split(features, is_other, person):
        classifier = HistGradientBoostingClassifier(
            max_iter=60, max_leaf_nodes=15, min_samples_leaf=50, random_state=seed
        )
        classifier.fit(features[learn], is_other[learn], weights[learn])
        scores[test] = classifier.decision_function(features[test])
    return float(roc_auc_score(is_other, scores))


def _thinned(of: Marginals) -> Ints:
    """Returns rows evenly spread over each person's, at most `ROWS_OF_EACH`."""
    count = np.bincount(of.person)
    number = np.arange(len(of)) - (np.cumsum(count) - count)[of.person]
    kept = np.minimum(count, ROWS_OF_EACH)[of.person]
    count = count[of.person]
    # One where number * kept / count passes a whole number: `kept` times in `count` rows.
    return np.flatnonzero(number * kept // count != (number + 1) * kept // count)


def _marginals(one: Marginals, other: Marginals, rows: list[Ints]) -> dict[str, Floats]:
    def both(first: NDArray[np.generic], second: NDArray[np.generic]) -> Floats:
        return np.concatenate([first[rows[0]], second[rows[1]]]).astype(np.float64)

    table = {"action": both(one.opened, other.opened)}
    if one.time is not None and other.time is not None:
        first, second = same_clock(one, other)
        table["hour"] = both(first.hour, second.hour)
        table["weekday"] = both(first.weekday, second.weekday)
        table["gap"] = both(first.gap, second.gap)
    if one.response is not None and other.response is not None:
        table["response time"] = both(one.response, other.response)
    if one.app is not None and other.app is not None:
        table["rank of the app"] = both(one.app_rank, other.app_rank)
    return table


def _common_features(log: NotificationLog, other: NotificationLog) -> list[str]:
    kinds = {each.name: each.kind for each in other.schema.observed}
    return [
        each.name
        for each in log.schema.observed
        if each.name != APP
        and kinds.get(each.name) == each.kind
        and all(_is_plain(of.columns[each.name]) for of in (log, other))
    ]


def _is_plain(column: object) -> bool:
    if isinstance(column, CodedColumn):
        return len(column.values) <= MOST_LABELS
    return isinstance(column, NumberColumn)


def _joined(columns: list[object], rows: list[Ints]) -> Floats:
    """Returns the rows of two columns of the same kind, labels as their place among all."""
    parts: list[Floats] = []
    coded = [each for each in columns if isinstance(each, CodedColumn)]
    labels = sorted({str(value) for each in coded for value in each.values})
    for column, kept in zip(columns, rows, strict=True):
        if isinstance(column, CodedColumn):
            place = np.searchsorted(labels, [str(value) for value in column.values])
            parts.append(place[column.codes[kept]].astype(np.float64))
        elif isinstance(column, NumberColumn):
            parts.append(column.numbers[kept].astype(np.float64))
    return np.concatenate(parts)

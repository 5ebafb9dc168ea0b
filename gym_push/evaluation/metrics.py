"""How good decisions were, in numbers: of one person, and of all of them with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.evaluation.results import Estimate, PersonResult

FLOOR, TOP = "floor", "top"
"""Rewards on the same notifications that make a score of 0 and of 1."""

RESAMPLES: Final = 2000
CONFIDENCE: Final = 0.95
TENTHS: Final = 10

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Reference(NamedTuple):
    """What others earn with a person, as mean rewards of a decision.

    Attributes:
        floor: Who lets everything through: it opens, or delivers, all.
        top: An oracle who knows the person but not chance; where nobody knows the person, one who
            knows what they did.
    """

    floor: float
    top: float


def agreement(actions: Ints, did: Ints, scores: Floats | None = None) -> dict[str, float | None]:
    """Returns how well answers agree with what a person did.

    Args:
        actions: What the agent answered: 1 open, 0 dismiss; shape (n,), n at least 1.
        did: What the person did, likewise.
        scores: The higher, the surer the agent was of an opening; None if it does not say.

    Returns:
        Metrics by name. One is None where it has no value: precision if the agent opened nothing,
        recall and AUC if the person did.
    """
    opens, opened = actions == 1, did == 1
    recall, rejection = _share(opens, opened), _share(~opens, ~opened)
    both = None if recall is None or rejection is None else (recall + rejection) / 2.0
    right = float(np.mean(opens == opened))
    return {
        "reward": 2.0 * right - 1.0,
        "performance": right,
        "balanced accuracy": both,
        "auc": None if scores is None else auc(scores, opened),
        "ctr": float(np.mean(opens)),
        "user ctr": float(np.mean(opened)),
        "precision": _share(opened, opens),
        "recall": recall,
    }


def auc(scores: Floats, opened: NDArray[np.bool_]) -> float | None:
    """Returns the chance that what was opened scored above what was not; ties count half.

    Args:
        scores: Shape (n,).
        opened: Shape (n,).

    Returns:
        The area under the ROC curve; None if all were opened, or none.
    """
    yes, no = np.sort(scores[opened]), np.sort(scores[~opened])
    if not len(yes) or not len(no):
        return None
    below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
    return float(below.sum() / (2.0 * len(yes) * len(no)))


def curve(rewards: Floats) -> tuple[float | None, ...]:
    """Returns the mean reward by tenth of the decisions."""
    return tuple(float(t.mean()) if len(t) else None for t in np.array_split(rewards, TENTHS))


def summary(people: Sequence[PersonResult]) -> dict[str, Estimate]:
    """Returns what all persons say together.

    Means of their metrics, each over those who have a value of it, and from their rewards:

    - score: (mean reward - mean floor) / (mean top - mean floor)
    - regret: mean of what the top earned more
    - worst person, lowest tenth: the reward of whom the agent served worst, and of the lowest
      tenth of them (of at least one). There is no interval for the worst.
    """
    names = list(dict.fromkeys(name for each in people for name in each.metrics))
    columns = {name: _column(people, name) for name in names}
    metrics = {
        name: estimate(column)
        for name, column in columns.items()
        if name not in (FLOOR, TOP) and not np.isnan(column).all()
    }
    reward = columns["reward"]
    worst = float(np.nanmin(reward))
    metrics["worst person"] = Estimate(worst, worst, worst)
    metrics["lowest tenth"] = _resampled(reward, _lowest_tenth)
    if FLOOR in columns:
        every = np.stack([reward, columns[FLOOR], columns[TOP]], axis=-1)
        metrics["score"] = _resampled(every, _score)
        metrics["regret"] = estimate(columns[TOP] - reward)
    return metrics


def estimate(values: Floats) -> Estimate:
    """Returns the mean of the values that are there, with its bootstrap interval.

    Args:
        values: One for each person, NaN where there is none; shape (people,).
    """
    return _resampled(values[~np.isnan(values)], lambda rows: rows.mean(axis=-1))


def estimate_of(people: Sequence[PersonResult], metric: str) -> Estimate:
    """Returns what persons say together about one of their metrics, which one of them has."""
    return estimate(_column(people, metric))


def differences(
    one: Sequence[PersonResult], other: Sequence[PersonResult], metric: str
) -> tuple[tuple[str, ...], Floats]:
    """Returns who has a metric in both, and how much more it is in the one: (people,)."""
    theirs: Mapping[str, PersonResult] = {each.person: each for each in other}
    found = [
        (each.person, mine - yours)
        for each in one
        if each.person in theirs
        and (mine := each.metrics.get(metric)) is not None
        and (yours := theirs[each.person].metrics.get(metric)) is not None
    ]
    return tuple(person for person, _ in found), np.array([value for _, value in found])


def _share(of: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    return float(of[among].mean()) if among.any() else None


def _column(people: Sequence[PersonResult], name: str) -> Floats:
    values = [each.metrics.get(name) for each in people]
    return np.array([np.nan if value is None else value for value in values])


def _score(rewards: Floats) -> Floats:
    """Of rewards, floors and tops, (..., people, 3); 0 where there is nothing to gain."""
    reward, floor, top = np.moveaxis(rewards.mean(axis=-2), -1, 0)
    gain = top - floor
    score: Floats = np.divide(reward - floor, gain, out=np.zeros_like(gain), where=gain > 0.0)
    return score


def _lowest_tenth(rewards: Floats) -> Floats:
    lowest = max(rewards.shape[-1] // TENTHS, 1)
    mean: Floats = np.sort(rewards, axis=-1)[..., :lowest].mean(axis=-1)
    return mean


def _resampled(values: Floats, statistic: Callable[[Floats], Floats]) -> Estimate:
    """The statistic of the people, and of people drawn from them with replacement."""
    value = float(statistic(values))
    if len(values) == 1:
        return Estimate(value, value, value)
    drawn = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(statistic(values[drawn]), (tail, 1.0 - tail))
    return Estimate(value, float(low), float(high))

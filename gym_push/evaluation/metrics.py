"""How good decisions were, in numbers: of one person, and of all of them with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.evaluation.estimates import Estimate, Floats, jackknife, mean, ratio
from gym_push.evaluation.results import PersonResult, over_seeds

FLOOR, TOP = "floor", "top"
"""Rewards on the same notifications that make a score of 0 and of 1."""

TENTHS: Final = 10
FEWEST_SCORED: Final = 10
"""Decisions whose scores are compared with each other."""
FEWEST_FOR_A_SCORE: Final = 10
FEWEST_FOR_A_TENTH: Final = 24
"""People below which an interval of the score, or of the lowest tenth, would hold the truth less
often than it says: docs/intervals.md."""

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
        scores: The higher, the surer the agent was of an opening, as a copy of it says that learns
            nothing in the same stretch; None if it does not say.

    Returns:
        Metrics by name. One is None where it has no value: precision if the agent opened nothing,
        recall if the person did, AUC if nothing can be compared.
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


def stretches(decisions: int) -> tuple[int, ...]:
    """Returns where the stretches of a test begin, over which scores come from one frozen copy.

    They are tenths, but of ten decisions at least: shorter ones would have few pairs to compare,
    and longer ones would let the copy know less than the agent.
    """
    count = min(max(decisions // FEWEST_SCORED, 1), TENTHS)
    return tuple(decisions * n // count for n in range(count))


def auc(scores: Floats, opened: NDArray[np.bool_]) -> float | None:
    """Returns the chance that what was opened scored above what was not; ties count half.

    Only notifications of one of the `stretches` are compared, whose scores know nothing of what
    was done in it. Scores of an agent that learns all the way would be biased: who has just seen
    an opening scores the next notification higher, and coin flips would come out below one half.
    Like this they come out as one half on average, however few they are, and what an agent learns
    from stretch to stretch counts.

    Args:
        scores: Shape (n,), n at least 1.
        opened: Shape (n,).

    Returns:
        The area under the ROC curve, the mean over all pairs; None if there are none.
    """
    above, pairs = 0.0, 0
    ends = stretches(len(scores))[1:]
    for part, did in zip(np.split(scores, ends), np.split(opened, ends), strict=True):
        yes, no = part[did], np.sort(part[~did])
        below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
        above += float(below.sum()) / 2.0
        pairs += len(yes) * len(no)
    return above / pairs if pairs else None


def curve(rewards: Floats) -> tuple[float | None, ...]:
    """Returns the mean reward by tenth of the decisions."""
    return tuple(float(t.mean()) if len(t) else None for t in np.array_split(rewards, TENTHS))


def summary(by_seed: Sequence[Sequence[PersonResult]]) -> dict[str, Estimate]:
    """Returns what all persons say together.

    Means over persons of their metrics, each over those who have a value of it, and from their
    rewards:

    - score: (mean reward - mean floor) / (mean top - mean floor)
    - regret: mean of what the top earned more
    - worst person, lowest tenth: the reward of whom the agent served worst, and of the tenth of all
      people whom it served worst (the last of whom may count in part)

    Intervals are over persons, of their means over the seeds of the agent. The worst person has
    none, nor has the score of fewer than 10 people, nor the lowest tenth of fewer than 24.

    Args:
        by_seed: For each seed a result for each person.
    """
    together = _summary(over_seeds(by_seed))
    if len(by_seed) == 1:
        return together
    apart = [_summary(people) for people in by_seed]
    return {
        name: value._replace(spread=_spread([each[name].value for each in apart if name in each]))
        for name, value in together.items()
    }


def _summary(people: Sequence[PersonResult]) -> dict[str, Estimate]:
    names = list(dict.fromkeys(name for each in people for name in each.metrics))
    columns = {name: _column(people, name) for name in names}
    metrics = {
        name: mean(known)
        for name, column in columns.items()
        if name not in (FLOOR, TOP) and len(known := column[~np.isnan(column)])
    }
    reward = columns["reward"]
    metrics["worst person"] = Estimate(float(np.nanmin(reward)))
    metrics["lowest tenth"] = _lowest_tenth(np.sort(reward))
    if FLOOR in columns:
        metrics["score"] = _score(reward, columns[FLOOR], columns[TOP])
        metrics["regret"] = mean(columns[TOP] - reward)
    return metrics


def mean_of(people: Sequence[PersonResult], metric: str) -> Estimate:
    """Returns what persons say together about one of their metrics, which one of them has."""
    column = _column(people, metric)
    return mean(column[~np.isnan(column)])


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


def _spread(values: Sequence[float]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def _score(reward: Floats, floor: Floats, top: Floats) -> Estimate:
    """The score; 0 where there is nothing to gain."""
    gain = top - floor
    if gain.sum() <= 0.0:
        return Estimate(0.0)
    score = ratio(reward - floor, gain)
    return score if len(reward) >= FEWEST_FOR_A_SCORE else Estimate(score.value)


def _lowest_tenth(ordered: Floats) -> Estimate:
    """The mean of the lowest tenth of rewards that are in order; at least of the first."""
    people = len(ordered)
    counted = np.clip(people / TENTHS - np.arange(people), 0.0, 1.0)
    value = float(ordered @ counted / counted.sum())
    if people < FEWEST_FOR_A_TENTH:
        return Estimate(value)
    fewer = np.clip((people - 1) / TENTHS - np.arange(people - 1), 0.0, 1.0)
    before = np.append(0.0, np.cumsum(ordered[:-1] * fewer))
    after = np.append(0.0, np.cumsum((ordered[1:] * fewer)[::-1]))[::-1]
    return jackknife(value, (before + after) / fewer.sum() - value)

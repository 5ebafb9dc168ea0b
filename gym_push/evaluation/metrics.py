"""How good decisions are, in numbers: of one person, and of all people with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.evaluation.estimates import Estimate, Floats, jackknife, mean, ratio
from gym_push.evaluation.results import PersonResult, over_seeds

EXPLANATION: Final = Path(__file__).with_name("numbers.md")
"""Says what the numbers mean, in Markdown, in the same words as docs/evaluation.md."""

FLOOR, TOP = "floor", "top"
"""Rewards on the same notifications that are a score of 0 and of 1."""

TENTHS: Final = 10
SHORTEST_STRETCH: Final = 10
"""Decisions whose confidence is compared with each other."""
FEWEST_FOR_A_SCORE: Final = 10
FEWEST_FOR_A_TENTH: Final = 24
"""With fewer people, their intervals would hold the truth less often than they say:
docs/intervals.md."""

Ints = NDArray[np.int64]


class Reference(NamedTuple):
    """What others earn with a person, as mean rewards of a decision.

    Attributes:
        floor: By opening, or delivering, everything; in send-v0 by sending nothing.
        top: By an oracle that knows the person but not chance; if nobody knows the person, by one
            that knows what they did.
    """

    floor: float
    top: float


def agreement(
    actions: Ints, did: Ints, confidence: Floats | None = None
) -> dict[str, float | None]:
    """Returns how well an agent's actions agree with a person's.

    Args:
        actions: Of the agent: 1 open, 0 dismiss; (n,), at least one.
        did: Of the person, likewise.
        confidence: Of a frozen copy of the agent that the person opens, as of `auc`; None if it has
            none.

    Returns:
        Metrics by name. One without a value is None: precision if the agent opens nothing, recall
        if the person opens nothing, AUC if there is nothing to compare.
    """
    opens, opened = actions == 1, did == 1
    recall, rejection = _share(opens, opened), _share(~opens, ~opened)
    both = None if recall is None or rejection is None else (recall + rejection) / 2.0
    right = float(np.mean(opens == opened))
    return {
        "reward": 2.0 * right - 1.0,
        "performance": right,
        "balanced accuracy": both,
        "auc": None if confidence is None else auc(confidence, opened),
        "ctr": float(np.mean(opens)),
        "user ctr": float(np.mean(opened)),
        "precision": _share(opened, opens),
        "recall": recall,
    }


def stretches(decisions: int) -> tuple[int, ...]:
    """Returns where the stretches of a test begin, in each of which one frozen copy is asked.

    They are tenths, but have at least ten decisions: shorter ones would have few pairs to compare,
    and in longer ones the copy would know less than the agent.
    """
    count = min(max(decisions // SHORTEST_STRETCH, 1), TENTHS)
    return tuple(decisions * n // count for n in range(count))


def auc(confidence: Floats, opened: NDArray[np.bool_]) -> float | None:
    """Returns how often an opened notification has more confidence than another.

    Ties count half. Only notifications of one of the `stretches` are compared: their confidence is
    that of a copy of the agent that knows nothing of the stretch. That of an agent that learns all
    the way would be biased: just after an opening it is higher, and coin flips would come out below
    one half. This way they are one half on average, however few they are, and what an agent learns
    between stretches counts.

    Args:
        confidence: (n,), at least one.
        opened: (n,).

    Returns:
        The area under the ROC curve, a mean over all pairs; None if there are no pairs.
    """
    above, pairs = 0.0, 0
    ends = stretches(len(confidence))[1:]
    for part, did in zip(np.split(confidence, ends), np.split(opened, ends), strict=True):
        yes, no = part[did], np.sort(part[~did])
        below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
        above += float(below.sum()) / 2.0
        pairs += len(yes) * len(no)
    return above / pairs if pairs else None


def curve(rewards: Floats) -> tuple[float | None, ...]:
    """Returns the mean reward by tenth of the decisions."""
    return tuple(float(t.mean()) if len(t) else None for t in np.array_split(rewards, TENTHS))


def summary(by_seed: Sequence[Sequence[PersonResult]]) -> dict[str, Estimate]:
    """Returns the metrics of all people together.

    These are means over the people who have a value and, from their rewards,

    - score: (mean reward - mean floor) / (mean top - mean floor)
    - regret: mean of top - reward
    - worst person, lowest tenth: the lowest reward of a person, and the mean of the lowest tenth
      of the people (the last of whom may count in part)

    Intervals are over people, of their means over the seeds of the agent. The worst person has
    none, nor has the score of fewer than 10 people, nor the lowest tenth of fewer than 24.

    Args:
        by_seed: For each seed, a result for each person.
    """
    together = summary_of(_columns(over_seeds(by_seed)))
    if len(by_seed) == 1:
        return together
    apart = [summary_of(_columns(people)) for people in by_seed]
    return {
        name: value._replace(spread=_spread(values))
        for name, value in together.items()
        if (values := [each[name].value for each in apart if name in each])
    }


def _spread(values: list[float]) -> float | None:
    """Returns the standard deviation, which is exactly 0 where all values are equal."""
    if len(values) == 1:
        return None
    return float(np.std(np.array(values) - values[0], ddof=1))


def _columns(people: Sequence[PersonResult]) -> dict[str, Floats]:
    names = dict.fromkeys(name for each in people for name in each.metrics)
    return {name: _column(people, name) for name in names}


def summary_of(columns: Mapping[str, Floats]) -> dict[str, Estimate]:
    """Returns the metrics of all people together, of one seed, as `summary`.

    Args:
        columns: Of each metric, the value of each person: (people,); NaN for none.
    """
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
    """Returns the mean of a metric that at least one person has."""
    column = _column(people, metric)
    return mean(column[~np.isnan(column)])


def _share(of: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    return float(of[among].mean()) if among.any() else None


def _column(people: Sequence[PersonResult], name: str) -> Floats:
    return np.array([each.metrics.get(name) for each in people], dtype=np.float64)


def _score(reward: Floats, floor: Floats, top: Floats) -> Estimate:
    """The score; 0 where there is nothing to gain."""
    gain = top - floor
    if gain.sum() <= 0.0:
        return Estimate(0.0)
    score = ratio(reward - floor, gain)
    return score if len(reward) >= FEWEST_FOR_A_SCORE else Estimate(score.value)


def _lowest_tenth(ordered: Floats) -> Estimate:
    """The mean of the lowest tenth of sorted rewards, or of the first if there are fewer."""
    people = len(ordered)
    counted = np.clip(people / TENTHS - np.arange(people), 0.0, 1.0)
    value = float(ordered @ counted / counted.sum())
    if people < FEWEST_FOR_A_TENTH:
        return Estimate(value)
    fewer = np.clip((people - 1) / TENTHS - np.arange(people - 1), 0.0, 1.0)
    before = np.append(0.0, np.cumsum(ordered[:-1] * fewer))
    after = np.append(0.0, np.cumsum((ordered[1:] * fewer)[::-1]))[::-1]
    return jackknife(value, (before + after) / fewer.sum() - value)

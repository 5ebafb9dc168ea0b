"""Fitted Q evaluation: what a model says that the target policy would earn from each state.

Le, Voloshin and Yue, "Batch policy learning under constraints" (2019), for episodes without a
discount: one ridge regression for each action says what it earns, and one for each step ahead what
will be earned then, if the target policy decides in between. The model is linear in what was known
and does not know how long a stream is already; what that gets wrong, no interval shows.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push.evaluation.off_policy.streams import Streams
from gym_push.logs.log_statistics import Floats, Ints

ALPHA: Final = 10.0
"""Of the ridge, as in the direct method."""
AHEAD: Final = 200
"""Steps ahead after which what is earned no longer changes."""


def fitted_q(
    streams: Streams,
    decisions: Ints,
    rewards: Floats,
    target: Floats,
    features: NDArray[np.float32],
    group: Ints,
) -> tuple[float, Floats]:
    """Returns the target's mean reward by the model, and the same without each group of units.

    The next step is linear in the coefficients of this one, so that the decisions are gone through
    once, however many steps and groups there are.

    Args:
        streams: The order of the decisions, which is that of all that follows.
        decisions: The actions taken: (rows,).
        rewards: (rows,).
        target: The policy's probability of each action: (rows, actions).
        features: What was known: (rows, width).
        group: The group of each row's unit: (rows,).
    """
    x = np.column_stack([np.ones(len(rewards)), features]).astype(np.float64)
    count, ages = int(group.max()) + 1, min(int(streams.age.max()) + 1, AHEAD)
    sums = [_Sums(decisions, rewards, target, x, streams, group == each) for each in range(count)]
    asked = np.zeros((count, ages, target.shape[1] * x.shape[1]))
    for action in range(target.shape[1]):
        part = slice(action * x.shape[1], (action + 1) * x.shape[1])
        first = x[streams.begins] * (target[streams.begins, action] * streams.worth)[:, None]
        np.add.at(asked[:, :, part], (group, np.minimum(streams.age, ages - 1)), first)
    size = np.bincount(group, streams.worth, count)
    every = np.ones(count, dtype=np.bool_)
    kept = [every] + [np.arange(count) != each for each in range(count)] * (count > 1)
    values = [
        float((_ahead(sums, each, ages) * asked[each].sum(axis=0)).sum() / size[each].sum())
        for each in kept
    ]
    return values[0], np.array(values[1:])


class _Sums:
    """What the regressions need to know of a group of units: sums over its decisions."""

    def __init__(
        self,
        decisions: Ints,
        rewards: Floats,
        target: Floats,
        x: Floats,
        streams: Streams,
        mine: NDArray[np.bool_],
    ) -> None:
        followed = np.zeros(len(rewards), dtype=np.bool_)
        followed[streams.follows - 1] = True
        self.squares, self.earned, self.followed, self.next = [], [], [], []
        for action in range(target.shape[1]):
            rows = np.flatnonzero(mine & (decisions == action))
            goes_on = rows[followed[rows]]
            now, then = x[goes_on], goes_on + 1
            self.squares.append(x[rows].T @ x[rows])
            self.earned.append(x[rows].T @ rewards[rows])
            self.followed.append(now.T @ now)
            likely = [x[then] * target[then, each][:, None] for each in range(target.shape[1])]
            self.next.append(now.T @ np.concatenate(likely, axis=1))


def _ahead(sums: list[_Sums], kept: NDArray[np.bool_], ages: int) -> Floats:
    """Returns the coefficients of what is earned so many steps ahead: (ages, actions * width)."""
    chosen = [each for each, keep in zip(sums, kept, strict=True) if keep]
    actions = range(len(chosen[0].earned))

    def total(name: str, action: int) -> Floats:
        summed: Floats = np.sum([getattr(each, name)[action] for each in chosen], axis=0)
        return summed

    width = len(chosen[0].earned[0])
    penalty = np.diag(np.concatenate([[1e-6], np.full(width - 1, ALPHA)]))
    found = [np.concatenate([
        np.linalg.solve(total("squares", each) + penalty, total("earned", each))
        for each in actions
    ])]  # fmt: skip
    step = np.concatenate([
        np.linalg.solve(total("followed", each) + penalty, total("next", each)) for each in actions
    ])  # fmt: skip
    for _ in range(ages - 1):
        found.append(step @ found[-1])
    return np.array(found)

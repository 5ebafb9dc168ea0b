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
LARGEST: Final = 1 << 27
"""Numbers that the sums of all groups may have: a gigabyte."""
PIECE: Final = 1 << 13
"""Decisions gone through at a time."""
AHEAD: Final = 200
"""Steps ahead after which what is earned no longer changes."""


def fits(actions: int, width: int, groups: int) -> bool:
    """Returns whether a model of so many actions and features is small enough."""
    return (actions * (width + 1)) ** 2 * groups <= LARGEST


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
    count, ages = int(group.max()) + 1, min(int(streams.age.max()) + 1, AHEAD)
    actions, width = target.shape[1], features.shape[1] + 1
    sums = [_Sums(actions, width) for _ in range(count)]
    asked = np.zeros((count, ages, actions * width))
    followed = np.zeros(len(rewards), dtype=np.bool_)
    followed[streams.follows - 1] = True
    for start in range(0, len(rewards), PIECE):
        piece = np.arange(start, min(start + PIECE, len(rewards)))
        begins = streams.begins[piece]
        first = _likely(features, target, begins) * streams.worth[piece, None]
        np.add.at(asked, (group[piece], np.minimum(streams.age[piece], ages - 1)), first)
        for each in np.unique(group[piece]).tolist():
            for action in range(actions):
                rows = piece[(group[piece] == each) & (decisions[piece] == action)]
                goes_on = rows[followed[rows]]
                ahead = _likely(features, target, goes_on + 1)
                now = _known(features, rows)
                sums[each].add(action, now, rewards[rows], now[followed[rows]], ahead)
    size = np.bincount(group, streams.worth, count)
    every = np.ones(count, dtype=np.bool_)
    kept = [every] + [np.arange(count) != each for each in range(count)] * (count > 1)
    values = [
        float((_ahead(sums, each, ages) * asked[each].sum(axis=0)).sum() / size[each].sum())
        for each in kept
    ]
    return values[0], np.array(values[1:])


def _known(features: NDArray[np.float32], rows: Ints) -> Floats:
    """Returns what was known at some decisions, after a one: (rows, width)."""
    return np.column_stack([np.ones(len(rows)), features[rows]]).astype(np.float64)


def _likely(features: NDArray[np.float32], target: Floats, rows: Ints) -> Floats:
    """Returns what was known, times the target's probability of each action: (rows, all)."""
    known = _known(features, rows)
    each: Floats = target[rows][:, :, None] * known[:, None, :]
    return each.reshape(len(rows), target.shape[1] * known.shape[1])


class _Sums:
    """What the regressions need to know of a group of units: sums over its decisions."""

    def __init__(self, actions: int, width: int) -> None:
        self.squares, self.followed = np.zeros((2, actions, width, width))
        self.earned = np.zeros((actions, width))
        self.next = np.zeros((actions, width, actions * width))

    def add(self, action: int, x: Floats, rewards: Floats, now: Floats, ahead: Floats) -> None:
        """Adds some decisions for an action, and what came after those with another behind."""
        self.squares[action] += x.T @ x
        self.earned[action] += x.T @ rewards
        self.followed[action] += now.T @ now
        self.next[action] += now.T @ ahead


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

"""What the vector environments take from their caller, and what they refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import ActionError, ArgumentError


def check_count(num_envs: Any) -> None:
    """Makes sure that it is a number of environments.

    Raises:
        ArgumentError: It is none.
    """
    if not isinstance(num_envs, int) or num_envs < 1:
        raise ArgumentError(f"num_envs={num_envs!r} is no number of environments, 1 or more")


def seeds_for(seed: int | Sequence[int | None] | None, count: int) -> Sequence[int | None]:
    """Returns a seed for each environment: `seed + i`, or the i-th of a sequence.

    Raises:
        ArgumentError: There are not `count` seeds.
    """
    if seed is None:
        return [None] * count
    if isinstance(seed, (int, np.integer)):
        return [int(seed) + i for i in range(count)]
    if len(seed) != count:
        raise ArgumentError(f"{len(seed)} seeds for {count} environments")
    return seed


def whole_actions(actions: Any, count: int, kinds: str = "iu") -> NDArray[np.int64]:
    """Returns actions as int64, shape (count,).

    Args:
        actions: What was given.
        count: How many environments there are.
        kinds: Of the dtypes that will do, as NumPy's letters; True and False say open or not.

    Raises:
        ActionError: They are not one whole number for each environment.
    """
    try:
        given = np.asarray(actions)
    except ValueError:  # NumPy's word for rows of different lengths
        raise ActionError("actions must be one row of integers") from None
    if given.shape != (count,):
        raise ActionError(
            f"actions of shape {given.shape} for {count} environments; "
            f"give one action each, shape {(count,)}"
        )
    if given.dtype.kind not in kinds:
        raise ActionError(f"actions must be integers, not {given.dtype}")
    return given.astype(np.int64, copy=False)

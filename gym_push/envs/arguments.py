"""What the environments are given, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import not_an_action
from gym_push.errors import ActionError, ArgumentError, EpisodeError
from gym_push.logs.columns import read_only

Flags: TypeAlias = NDArray[np.bool_]

MASK: Final = "reset_mask"


def check_count(name: str, given: Any) -> int:
    """Returns an argument that is a whole number, 1 or more.

    Raises:
        ArgumentError: It is not.
    """
    whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
    if not whole or given < 1:
        raise ArgumentError(f"{name}={given!r} must be a whole number, 1 or more")
    return int(given)


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


def user_option(options: Mapping[str, Any] | None) -> Any:
    """Returns the user that `reset(options=...)` asks for.

    Raises:
        ArgumentError: There is an option that reset does not take.
    """
    if not isinstance(options or {}, Mapping):
        raise ArgumentError(f"options={options!r} is not a dict; reset takes {{'user': name}}")
    for name in options or {}:
        if name != "user":
            raise ArgumentError(f"reset takes the option 'user', not {name!r}")
    return (options or {}).get("user")


def reset_options(
    options: Mapping[str, Any] | None, count: int, ended: Flags | None
) -> tuple[Any, Flags]:
    """Returns the user that `reset(options=...)` asks for, and which environments are to begin.

    The option "reset_mask" is Gymnasium's: bool, shape (count,), True at least where an episode
    has ended. Without it all environments begin an episode.

    Args:
        options: As they were given.
        count: How many environments there are.
        ended: (count,) which of them have ended their episode; None before they began.

    Raises:
        ArgumentError: Reset does not take an option, or the mask is not one.
        EpisodeError: An environment is to go on that has not begun, or has ended.
    """
    if not isinstance(options, Mapping) or MASK not in options:
        return user_option(options), read_only(np.ones(count, dtype=np.bool_))
    mask = read_only(np.array(options[MASK]))
    if mask.shape != (count,) or mask.dtype != np.bool_ or not mask.any():
        raise ArgumentError(
            f"options['{MASK}'] must be booleans of shape {(count,)}, one of them True at least"
        )
    if not mask.all():
        if ended is None:
            raise EpisodeError(f"a {MASK} before reset(): call reset() for all environments first")
        if (ended & ~mask).any():
            place = int((ended & ~mask).argmax())
            raise EpisodeError(f"environment {place} has ended: it has to be in the {MASK}")
    return user_option({name: each for name, each in options.items() if name != MASK}), mask


def whole_actions(actions: Any, count: int, kinds: str = "iu") -> NDArray[np.int64]:
    """Returns actions as int64, shape (count,).

    Args:
        actions: What was given.
        count: How many environments there are.
        kinds: Of the dtypes that will do, as NumPy's letters; "b" for True and False.

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


def refuse_action(actions: NDArray[np.int64], wrong: Flags, names: tuple[str, ...]) -> None:
    """Refuses the first of the wrong actions.

    Raises:
        ActionError: Always.
    """
    place = int(wrong.argmax())
    where = f" of environment {place}"
    raise ActionError(not_an_action(int(actions[place]), names, where))

"""Which actions there are in delivery-v0, and which of them make sense."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.delivery.rules import ACTIONS, HOLD, Deliveries
from gym_push.envs.delivery.single import Game
from gym_push.errors import ActionError
from gym_push.logs.columns import read_only

_ALL = np.ones(len(ACTIONS), dtype=np.int8)
_AT_THE_END = _ALL.copy()
_AT_THE_END[HOLD] = 0
_MASKS = read_only(np.stack((_ALL, _AT_THE_END)))


def mask(game: Game | None) -> NDArray[np.int8]:
    """Returns the mask of a game: int8, shape (3,); holding at the end is in vain."""
    return (_AT_THE_END if game is not None and game.at_the_end else _ALL).copy()


def masks(games: Deliveries) -> NDArray[np.int8]:
    """Returns the mask of every lane: int8, shape (lanes, 3); holding at the end is in vain."""
    return _MASKS.take(games.at_the_end, axis=0)


def checked(action: Any) -> int:
    """Returns an action as an int.

    Raises:
        ActionError: It is none of `ACTIONS`.
    """
    given = action.item() if isinstance(action, np.ndarray) and action.ndim == 0 else action
    whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
    if whole and given in ACTIONS:
        return int(given)
    raise ActionError(f"action {action!r} is neither 0 (deliver) nor 1 (hold) nor 2 (suppress)")

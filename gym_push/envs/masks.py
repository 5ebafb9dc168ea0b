"""Which actions make sense in delivery-v0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.delivery_game import Game
from gym_push.envs.delivery_rules import ACTIONS, HOLD, Deliveries
from gym_push.logs.columns import read_only

_ALL = np.ones(len(ACTIONS), dtype=np.int8)
_AT_THE_END = _ALL.copy()
_AT_THE_END[HOLD] = 0
_MASKS = read_only(np.stack((_ALL, _AT_THE_END)))


def mask(game: Game) -> NDArray[np.int8]:
    """Returns the mask of a game: int8, shape (3,); holding at the end is in vain."""
    return (_AT_THE_END if game.at_the_end else _ALL).copy()


def masks(games: Deliveries) -> NDArray[np.int8]:
    """Returns the mask of every lane: int8, shape (lanes, 3); holding at the end is in vain."""
    return _MASKS.take(games.at_the_end, axis=0)

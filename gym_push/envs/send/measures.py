"""What is measured beside the reward: of an episode, and over people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from gym_push.envs.send.games import Game, Games
from gym_push.envs.send.rules import Book
from gym_push.users.keyed_random import Floats
from gym_push.users.model.states import DAY

MEASURES: Final[Mapping[str, str]] = {
    "sends_a_week": "messages a week, until the end or until the person left",
    "left": "1 if the person has left",
    "ctr": "opened / sent; NaN where nothing was sent",
    "effect_per_send": "what messages added to the outcome of their decision, on average",
    "habit": "the habit at the end, from 0 to 1: the distal outcome",
    "diversity": "entropy of what was sent, in bits",
    "trust": "the person's trust at the end, from 0 to 1",
}

_WEEK: Final = 7 * DAY


def measured(game: Game | Games) -> dict[str, Any]:
    """Returns the `MEASURES` of an episode as it stands: numbers, or (lanes,) of many games."""
    one = isinstance(game, Game)
    book = Book._make(map(np.atleast_1d, game.book)) if one else game.book
    counts = np.atleast_2d(np.asarray(game.counts, dtype=np.float64))
    passed = np.where(
        np.atleast_1d(game.left) | ~np.atleast_1d(game.over), game.time, game.world.days * DAY
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {
            "sends_a_week": book.sent / np.maximum(passed / _WEEK, 1.0 / 7.0),
            "left": np.atleast_1d(game.left).astype(np.float64),
            "ctr": book.opened / np.float64(1) / book.sent,
            "effect_per_send": np.atleast_1d(game.effect) / book.sent,
            "habit": np.atleast_1d(game.now.habit).astype(np.float64),
            "diversity": entropy(counts),
            "trust": 1.0 - np.atleast_1d(game.now.distrust),
        }
    return {name: float(value[0]) for name, value in values.items()} if one else values


def entropy(counts: Floats) -> Floats:
    """Returns the entropy of how often each message was sent, in bits.

    Args:
        counts: (lanes, messages).
    """
    total = counts.sum(axis=1, keepdims=True)
    share = counts / np.maximum(total, 1.0)
    bits: Floats = -(share * np.log2(np.where(share > 0.0, share, 1.0))).sum(axis=1)
    return bits + 0.0  # not minus zero


def over_people(each: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float]]:
    """Returns the mean of every measure over people, and that of their lowest tenth.

    Args:
        each: The measures of one episode of each person. NaN is left out.
    """
    told = {}
    for name in MEASURES:
        values = np.sort([one[name] for one in each])
        values = values[~np.isnan(values)]
        if len(values):
            tenth = max(1, len(values) // 10)
            told[name] = float(values.mean()), float(values[:tenth].mean())
    return told

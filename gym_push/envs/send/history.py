"""The history of an episode of send-v0, kept so that it can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gym_push.envs.basic.episodes import Ended
from gym_push.envs.send.games import Game
from gym_push.envs.send.response import Condition
from gym_push.envs.send.rules import DISAPPOINTED, IGNORED, OPENED, Book, Rules, Turn
from gym_push.envs.send.world import World

DIGITS = 4
"""Of rewards, after the point, where they are shown."""


class Decided(NamedTuple):
    """A decision.

    Attributes:
        decision: Of the world.
        now: How the person stood.
        book: The sender's own doings until then.
        action: In numbers.
        words: Of the agent's own; empty where it has none.
        turn: What it has led to.
        reward: Of the step.
    """

    decision: int
    now: Condition
    book: Book
    action: tuple[int, ...]
    words: str
    turn: Turn
    reward: float


class EpisodeHistory:
    """An episode, which is only added to, so that what was read of it stays true.

    Attributes:
        world: Where it plays.
        person: Index of the person.
        rules: What it is played by.
        turns: The decisions, in their order.
    """

    def __init__(self, world: World, person: int, rules: Rules) -> None:
        self.world, self.person, self.rules = world, person, rules
        self.turns: list[Decided] = []

    def decide(
        self,
        asked: tuple[int, Condition, Book],
        action: tuple[int, ...],
        given: Any,
        turn: Turn,
        reward: float,
    ) -> None:
        """Notes a decision.

        Args:
            asked: The decision of the world, how the person stood, and the sender's own doings.
            action: In numbers.
            given: The action as the agent gave it.
            turn: What it has led to.
            reward: Of the step.
        """
        composed = action[0] and isinstance(given, Mapping)
        words = str(given.get("words", "")) if composed else ""
        self.turns.append(Decided(*asked, action, words, turn, reward))

    def result(self) -> tuple[float, ...]:
        """Returns the result of a `SendFrame`."""
        reward = round(sum([each.reward for each in self.turns]), DIGITS)
        statuses = [each.turn.status for each in self.turns]
        counts = map(statuses.count, (OPENED, DISAPPOINTED, IGNORED))
        return reward, *counts, int(self.turns[-1].turn.left)

    def by_sending_nothing(self) -> list[float]:
        """Returns what sending nothing to the same person earns until each of all decisions.

        It plays all days, which takes some milliseconds.
        """
        game, earned = Game(self.world, self.person, self.rules), [0.0]
        while not game.over:
            earned.append(earned[-1] + sum(game.step((0,)).parts))
        return [round(each, DIGITS) for each in earned]


class SendSnapshot(NamedTuple):
    """Where an episode stands. Cheap to make.

    Attributes:
        episode: The number of the episode, from 1.
        history: What happened in it, of which this many `turns` count.
        decision: The decision of the world at which the agent is asked.
        now: How the person stands.
        book: The sender's own doings.
        over: Whether the episode has ended.
        ended: The episodes before it.
    """

    episode: int
    history: EpisodeHistory
    turns: int
    decision: int
    now: Condition
    book: Book
    over: bool
    ended: Ended

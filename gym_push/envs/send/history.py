"""The history of an episode of send-v0, kept so that it can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gym_push.envs.send.rules import Book, Rules, Turn
from gym_push.envs.send.world import World


class Decided(NamedTuple):
    """A decision.

    Attributes:
        decision: Of the world.
        action: In numbers.
        words: Of the agent's own; empty where it has none.
        turn: What it has led to.
        reward: Of the step.
    """

    decision: int
    action: tuple[int, ...]
    words: str
    turn: Turn
    reward: float


class EpisodeHistory:
    """An episode, which is only added to, so that what was read of it stays true.

    Attributes:
        world: Where it plays.
        person: Index of the person.
        turns: The decisions, in their order.
    """

    def __init__(self, world: World, person: int) -> None:
        self.world, self.person = world, person
        self.turns: list[Decided] = []

    def decide(
        self, decision: int, action: tuple[int, ...], given: Any, turn: Turn, reward: float
    ) -> None:
        """Notes a decision.

        Args:
            decision: Of the world.
            action: In numbers.
            given: The action as the agent gave it.
            turn: What it has led to.
            reward: Of the step.
        """
        words = str(given.get("words", "")) if isinstance(given, Mapping) else ""
        self.turns.append(Decided(decision, action, words, turn, reward))


class SendSnapshot(NamedTuple):
    """Where an episode stands. Cheap to make.

    Attributes:
        episode: The number of the episode, from 1.
        history: What happened in it, of which this many `turns` count.
        decision: The decision of the world at which the agent is asked.
        book: The sender's own doings.
        over: Whether the episode has ended.
        rules: What is played by.
    """

    episode: int
    history: EpisodeHistory
    turns: int
    decision: int
    book: Book
    over: bool
    rules: Rules

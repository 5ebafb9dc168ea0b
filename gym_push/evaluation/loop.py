"""The loop of an agent in an environment, which every test and every play goes through."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from gym_push.agents.local import Player


class Played:
    """What an agent did, step by step.

    Args:
        agent: Who decides and learns.

    Attributes:
        actions, rewards: One a step.
        scores: One a step since the agent was first frozen, if it gives any.
        info: Of the newest step, which the agent does not see.
    """

    def __init__(self, agent: Player) -> None:
        self._agent = agent
        self.actions: list[int] = []
        self.rewards: list[float] = []
        self.scores: list[float] = []
        self.info: dict[str, Any] = {}
        self._nanoseconds: list[int] = []
        self._reward: float | None = None

    def step(self, env: gymnasium.Env[Any, Any], observation: Any) -> tuple[Any, bool]:
        """Takes a step, and returns the next observation and whether the episode has ended.

        Raises:
            ActionError: The agent answers what is no action.
            ArgumentError: Its confidence is not a number.
            AgentError: Its code fails, in a process of its own.
        """
        decision = self._agent.decide(observation, self._reward)
        following, paid, terminated, truncated, self.info = env.step(decision.action)
        reward = float(paid)
        ended = terminated or truncated
        if ended:
            self._agent.end(reward)
        self._reward = None if ended else reward
        self.actions.append(decision.action)
        self.rewards.append(reward)
        self._nanoseconds.append(decision.nanoseconds)
        if decision.confidence is not None:
            self.scores.append(decision.confidence)
        return following, ended

    def microseconds(self, which: NDArray[np.bool_] | None = None) -> float:
        """Returns the median time of a decision, of all or of some."""
        times = np.array(self._nanoseconds)
        return float(np.median(times if which is None else times[which])) / 1000.0

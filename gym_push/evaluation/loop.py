"""The loop of an agent in an environment, which every test and every play goes through."""

from __future__ import annotations

from math import isnan
from time import perf_counter_ns
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from gym_push.agents import Agent, Scorer
from gym_push.errors import ArgumentError


class Played:
    """What an agent did, step by step.

    Args:
        agent: Who acts and learns.

    Attributes:
        actions, rewards, scores: One a step; no scores if the agent gives none.
        info: Of the newest step, which the agent does not see.
    """

    def __init__(self, agent: Agent) -> None:
        """Begins with nothing."""
        self._agent = agent
        self._scorer = agent if isinstance(agent, Scorer) else None
        self.actions: list[int] = []
        self.rewards: list[float] = []
        self.scores: list[float] = []
        self.info: dict[str, Any] = {}
        self._nanoseconds: list[int] = []

    def episode(self, env: gymnasium.Env[Any, Any]) -> None:
        """Plays an episode to its end.

        Args:
            env: Gives observations of the agent's form.
        """
        observation, _ = env.reset(seed=0)
        ended = False
        while not ended:
            observation, ended = self.step(env, observation)

    def step(self, env: gymnasium.Env[Any, Any], observation: Any) -> tuple[Any, bool]:
        """Acts, learns, and returns the next observation and whether the episode has ended.

        Raises:
            ActionError: The agent answers what is no action.
            ArgumentError: Its score is no number.
        """
        agent = self._agent
        if self._scorer is not None:
            score = float(self._scorer.score(observation))
            if isnan(score):
                raise ArgumentError("the agent's score is no number (NaN), which has no order")
            self.scores.append(score)
        began = perf_counter_ns()
        action = agent.act(observation)
        self._nanoseconds.append(perf_counter_ns() - began)
        following, reward, terminated, truncated, self.info = env.step(action)
        agent.learn(observation, action, float(reward))
        self.actions.append(int(action))
        self.rewards.append(float(reward))
        return following, terminated or truncated

    def microseconds(self, which: NDArray[np.bool_] | None = None) -> float:
        """Returns the median time of a decision, of all or of some."""
        times = np.array(self._nanoseconds)
        return float(np.median(times if which is None else times[which])) / 1000.0

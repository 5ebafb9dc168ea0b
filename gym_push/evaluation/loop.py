"""The loop of an agent in an environment, which every test and every play goes through."""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from gym_push.agents import Agent, Scorer


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

    def episode(self, env: gymnasium.Env[Any, Any], options: dict[str, Any] | None = None) -> None:
        """Plays an episode to its end.

        Args:
            env: Gives observations of the agent's form.
            options: For `env.reset`.
        """
        observation, _ = env.reset(seed=0, options=options)
        ended = False
        while not ended:
            observation, ended = self.step(env, observation)

    def step(self, env: gymnasium.Env[Any, Any], observation: Any) -> tuple[Any, bool]:
        """Acts, learns, and returns the next observation and whether the episode has ended."""
        agent = self._agent
        if self._scorer is not None:
            self.scores.append(float(self._scorer.score(observation)))
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

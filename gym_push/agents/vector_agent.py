"""Agents in a vector environment: one for each environment."""

from __future__ import annotations

from typing import Any, Final

import gymnasium
import numpy as np
from gymnasium.vector.utils import iterate
from numpy.typing import NDArray

from gym_push.agents.agent_spec import AgentSpec
from gym_push.errors import ArgumentError

NEXT_STEP: Final = "NextStep"
NO_DECISION: Final = 0
"""The action in a step that begins an episode, where the environment ignores it."""


class VectorAgent:
    """One agent for each environment of a vector environment, all of the same spec.

    Each does exactly what it would do alone. After an episode has ended, the next step begins a new
    one (`AutoresetMode.NEXT_STEP`); that step is not a decision: the agent neither acts nor learns.

        agents = VectorAgent(AgentSpec.of("table-per-app"), env)
        agents.reset(seed)
        observations, infos = env.reset(seed=seed)
        for step in range(1000):
            actions = agents.act(observations)
            following, rewards, terminated, truncated, infos = env.step(actions)
            agents.learn(observations, actions, rewards, terminated | truncated)
            observations = following

    Args:
        spec: Of the agents.
        env: Gives observations of their form.

    Attributes:
        agents: One for each environment, in order.

    Raises:
        ArgumentError: The environment does not use NEXT_STEP autoreset, or the agents do not fit
            it.
        MissingExtraError: They need a package that is not installed.
    """

    def __init__(self, spec: AgentSpec, env: gymnasium.vector.VectorEnv[Any, Any, Any]) -> None:
        mode = env.metadata.get("autoreset_mode", NEXT_STEP)
        if getattr(mode, "value", mode) != NEXT_STEP:
            raise ArgumentError(
                f"the vector environment begins episodes by {mode}: make it with "
                "AutoresetMode.NEXT_STEP, the default"
            )
        spaces = env.single_observation_space, env.single_action_space
        self.agents = [spec.make(*spaces) for _ in range(env.num_envs)]
        self._space = env.observation_space
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Resets all agents.

        Args:
            seed: Agent i is seeded `seed + i`.
        """
        for place, agent in enumerate(self.agents):
            agent.reset(None if seed is None else seed + place)
        self._ended = np.zeros(len(self.agents), dtype=np.bool_)
        self._asked: Any = None
        self._split: list[Any] = []

    def act(self, observations: Any) -> NDArray[np.int64]:
        """Returns an action for each environment: int64, shape (num_envs,).

        Args:
            observations: Of all environments, as the vector environment returned them.
        """
        split = self._each(observations)
        actions = np.full(len(self.agents), NO_DECISION, dtype=np.int64)
        for place in np.flatnonzero(~self._ended):
            actions[place] = self.agents[place].act(split[place])
        return actions

    def learn(
        self,
        observations: Any,
        actions: NDArray[np.integer[Any]],
        rewards: NDArray[np.floating[Any]],
        ended: NDArray[np.bool_],
    ) -> None:
        """Lets each agent learn from its own reward.

        Args:
            observations: What the actions were chosen for.
            actions: Shape (num_envs,).
            rewards: Shape (num_envs,).
            ended: Whether each episode ended with the step, terminated or truncated.
        """
        split = self._each(observations)
        for place in np.flatnonzero(~self._ended):
            self.agents[place].learn(split[place], int(actions[place]), float(rewards[place]))
        self._ended = np.array(ended, dtype=np.bool_)

    def _each(self, observations: Any) -> list[Any]:
        """Returns the observation of each; split once for `act` and `learn`."""
        if observations is not self._asked:
            self._asked, self._split = observations, list(iterate(self._space, observations))
        return self._split

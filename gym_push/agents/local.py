"""Agents in this process: one under test, and those of a vector environment."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from copy import deepcopy
from math import isnan
from time import perf_counter_ns
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import iterate
from numpy.typing import NDArray

from gym_push.agents.agent import Action, Agent, Pretrainable, Scorer
from gym_push.agents.agent_spec import AgentSpec
from gym_push.errors import ActionError, ArgumentError
from gym_push.text import quoted

NEXT_STEP: Final = "NextStep"
NO_DECISION: Final = 0
"""The action in a step that begins an episode, where the environment ignores it."""


class Decision(NamedTuple):
    """A decision of an agent.

    Attributes:
        action: The action.
        confidence: Of its frozen copy that the person opens; None without such a copy.
        nanoseconds: Time it took to decide.
    """

    action: Action
    confidence: float | None
    nanoseconds: int


class Player(Protocol):
    """Takes an agent's turns in an episode."""

    def decide(self, observation: Any, reward: float | None = None) -> Decision:
        """Learns from the reward of the previous decision, and decides.

        Args:
            observation: Of the agent's form.
            reward: Of the previous decision; None at the first one of an episode.

        Raises:
            ActionError: The answer is not an action, as of `plain_action`.
            ArgumentError: The confidence is not a number.
            AgentError: The agent's code fails, in a process of its own.
        """

    def end(self, reward: float) -> None:
        """Learns from the reward of the last decision of an episode."""

    def freeze(self) -> None:
        """Takes the confidence of later decisions from a copy of the agent as it is now."""


class Candidate(Player, Protocol):
    """An agent under test, in this process or its own.

    Attributes:
        spec: Of the agent.
    """

    spec: AgentSpec

    @property
    def form(self) -> Mapping[str, Any]:
        """Of the observations that it reads: arguments of an environment, as `AgentSpec.form`."""

    def make(self, observation_space: Space[Any], action_space: Space[Any]) -> bool:
        """Makes a new agent, as it was after its pretraining, if it had any; `reset` comes next.

        Returns:
            Whether it has to be pretrained first.

        Raises:
            ArgumentError: It cannot be made for these spaces, or with its parameters.
            MissingExtraError: It needs a package that is not installed.
        """

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Lets it learn from other people; see `Pretrainable`."""

    def reset(self, seed: int) -> None:
        """Resets it before each person."""

    def close(self) -> None:
        """Ends it. Further calls do nothing."""


class Turns:
    """An agent's turns in this process, as `Player` describes them.

    Args:
        agent: Acts and learns.
    """

    def __init__(self, agent: Agent) -> None:
        self._begin(agent)

    def _begin(self, agent: Agent) -> None:
        self._agent = agent
        self._scorer: Scorer | None = None
        self._decided: tuple[Any, Action] = None, 0

    def decide(self, observation: Any, reward: float | None = None) -> Decision:
        """Converts the agent's answer to plain values before anything else uses it."""
        if reward is not None:
            self.end(reward)
        confidence = None
        if self._scorer is not None:
            confidence = float(self._scorer.confidence(observation))
            if isnan(confidence):
                raise ArgumentError("the agent's confidence is not a number (NaN)")
        began = perf_counter_ns()
        answer = self._agent.act(observation)
        taken = perf_counter_ns() - began
        action = plain_action(answer)
        self._decided = observation, action
        return Decision(action, confidence, taken)

    def end(self, reward: float) -> None:
        """Passes the reward to the agent."""
        self._agent.learn(*self._decided, reward)

    def freeze(self) -> None:
        """Copies the agent, if it has a confidence."""
        if isinstance(self._agent, Scorer):
            self._scorer = deepcopy(self._agent)


class LocalAgent(Turns):
    """An agent under test in this process, as `Candidate` describes it; for trusted code.

    Args:
        spec: Of the agent.
    """

    def __init__(self, spec: AgentSpec) -> None:
        self.spec = spec
        self.form: Mapping[str, Any] = spec.form
        self._pretrained: Agent | None = None

    def make(self, observation_space: Space[Any], action_space: Space[Any]) -> bool:
        """Copies the pretrained agent, or makes a new one."""
        made = self.spec.make(observation_space, action_space)
        self._begin(made if self._pretrained is None else deepcopy(self._pretrained))
        return self._pretrained is None and isinstance(made, Pretrainable)

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Pretrains the agent, and keeps a copy of it."""
        assert isinstance(self._agent, Pretrainable)
        self._agent.pretrain(env, seed)
        self._pretrained = deepcopy(self._agent)

    def reset(self, seed: int) -> None:
        """Resets the agent, and drops its frozen copy."""
        self._agent.reset(seed)
        self._begin(self._agent)

    def close(self) -> None:
        """Does nothing."""


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
            it, or its actions are dicts.
        MissingExtraError: They need a package that is not installed.
    """

    def __init__(self, spec: AgentSpec, env: VectorEnv[Any, Any, Any]) -> None:
        mode = env.metadata.get("autoreset_mode", NEXT_STEP)
        if getattr(mode, "value", mode) != NEXT_STEP:
            raise ArgumentError(
                f"the vector environment begins episodes by {mode}: make it with "
                "AutoresetMode.NEXT_STEP, the default"
            )
        spaces = env.single_observation_space, env.single_action_space
        if env.action_space.shape is None:
            raise ArgumentError(f"the actions are {spaces[1]}: make the environment for numbers")
        self.agents = [spec.make(*spaces) for _ in range(env.num_envs)]
        self._space, self._shape = env.observation_space, env.action_space.shape
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
        """Returns an action for each environment: int64, (num_envs,) or (num_envs, numbers).

        Args:
            observations: Of all environments, as the vector environment returned them.
        """
        split = self._each(observations)
        actions = np.full(self._shape, NO_DECISION, dtype=np.int64)
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
            actions: As `act` returned them.
            rewards: Shape (num_envs,).
            ended: Whether each episode ended with the step, terminated or truncated.
        """
        split = self._each(observations)
        for place in np.flatnonzero(~self._ended):
            action = plain_action(actions[place])
            self.agents[place].learn(split[place], action, float(rewards[place]))
        self._ended = np.array(ended, dtype=np.bool_)

    def _each(self, observations: Any) -> list[Any]:
        """Returns the observation of each; split once for `act` and `learn`."""
        if observations is not self._asked:
            self._asked, self._split = observations, list(iterate(self._space, observations))
        return self._split


def plain_action(answer: Any) -> Action:
    """Returns an agent's answer in plain numbers and words, of which nothing can change later.

    Raises:
        ActionError: It is not a whole number, a row of them, or a dict of them and words.
    """
    if type(answer) is int:
        return answer
    try:
        if isinstance(answer, Mapping):
            return {str(name): _plain(value) for name, value in answer.items()}
        if isinstance(answer, (list, tuple)) or getattr(answer, "ndim", 0) == 1:
            return tuple(map(_whole, answer))
        return _whole(answer)
    except TypeError:
        raise ActionError(
            f"the agent answers {quoted(answer)}, which is not an action: an action is a whole "
            "number, a row of them, or a dict of them and words"
        ) from None


def _plain(value: Any) -> int | str:
    return str(value) if isinstance(value, str) else _whole(value)


def _whole(value: Any) -> int:
    if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0:
        value = value.item()
    return int(operator.index(value))  # an instance of a subclass of int becomes an int

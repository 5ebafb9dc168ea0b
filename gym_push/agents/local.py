"""An agent under test: made anew for person after person, deciding and learning by turns."""

from __future__ import annotations

import operator
from copy import deepcopy
from math import isnan
from time import perf_counter_ns
from typing import Any, NamedTuple, Protocol

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector import VectorEnv

from gym_push.agents.agent import Agent, Pretrainable, Scorer
from gym_push.agents.agent_spec import AgentSpec
from gym_push.errors import ActionError, ArgumentError


class Decision(NamedTuple):
    """What an agent decides.

    Attributes:
        action: What it does.
        confidence: How sure its frozen copy is of an opening; None without one that says so.
        nanoseconds: How long it took to decide.
    """

    action: int
    confidence: float | None
    nanoseconds: int


class Player(Protocol):
    """Takes an agent's turns in an episode."""

    def decide(self, observation: Any, reward: float | None = None) -> Decision:
        """Learns from what the decision before has earned, and decides.

        Args:
            observation: Of the agent's form.
            reward: Of the decision before; None if this is the first one of an episode.

        Raises:
            ActionError: The agent answers what is no whole number.
            ArgumentError: Its confidence is no number.
            AgentError: Its code fails, where it has a process of its own.
        """

    def end(self, reward: float) -> None:
        """Learns from what the last decision of an episode has earned."""

    def freeze(self) -> None:
        """Lets a copy of the agent as it is now give the scores from here on."""


class Candidate(Player, Protocol):
    """An agent under test, wherever it lives.

    Attributes:
        spec: How it is made.
    """

    spec: AgentSpec

    @property
    def form(self) -> str:
        """Of the observations that it reads."""

    def make(self, observation_space: Space[Any], action_space: Space[Any]) -> bool:
        """Makes it anew; call `reset` before it decides.

        Returns:
            Whether it wants to `pretrain` first. One that has done so is made as it was then.

        Raises:
            ArgumentError: It cannot be made for these spaces, or with its parameters.
            MissingExtraError: It needs a package that is not installed.
        """

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Lets it learn with other people; see `Pretrainable`."""

    def reset(self, seed: int) -> None:
        """Lets it begin with a person."""

    def close(self) -> None:
        """Ends it. A second time does nothing."""


class Turns:
    """An agent's turns, in this process.

    Args:
        agent: Who acts and learns.
    """

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._scorer: Scorer | None = None
        self._decided: tuple[Any, int] = None, 0

    def decide(self, observation: Any, reward: float | None = None) -> Decision:
        """As `Player` says. The agent's answer becomes a plain number before anything happens."""
        if reward is not None:
            self.end(reward)
        confidence = (
            None
            if self._scorer is None
            else _plain_confidence(self._scorer.confidence(observation))
        )
        began = perf_counter_ns()
        answer = self._agent.act(observation)
        taken = perf_counter_ns() - began
        action = _plain_action(answer)
        self._decided = observation, action
        return Decision(action, confidence, taken)

    def end(self, reward: float) -> None:
        """As `Player` says."""
        self._agent.learn(*self._decided, reward)

    def freeze(self) -> None:
        """As `Player` says."""
        if isinstance(self._agent, Scorer):
            self._scorer = deepcopy(self._agent)


class LocalAgent:
    """An agent under test in this process, as `Candidate` says; for code that one trusts.

    Args:
        spec: How it is made.
    """

    def __init__(self, spec: AgentSpec) -> None:
        self.spec = spec
        self.form = spec.form
        self._practised: Agent | None = None

    def make(self, observation_space: Space[Any], action_space: Space[Any]) -> bool:
        """As `Candidate` says."""
        agent = self.spec.make(observation_space, action_space)
        practises = isinstance(agent, Pretrainable)
        if self._practised is not None:
            agent = deepcopy(self._practised)
        self._agent = agent
        return practises and self._practised is None

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """As `Candidate` says."""
        assert isinstance(self._agent, Pretrainable)
        self._agent.pretrain(env, seed)
        self._practised = deepcopy(self._agent)

    def reset(self, seed: int) -> None:
        """As `Candidate` says."""
        self._agent.reset(seed)
        self._turns = Turns(self._agent)

    def decide(self, observation: Any, reward: float | None = None) -> Decision:
        """As `Player` says."""
        return self._turns.decide(observation, reward)

    def end(self, reward: float) -> None:
        """As `Player` says."""
        self._turns.end(reward)

    def freeze(self) -> None:
        """As `Player` says."""
        self._turns.freeze()

    def close(self) -> None:
        """As `Candidate` says."""


def _plain_action(answer: Any) -> int:
    if isinstance(answer, (np.generic, np.ndarray)) and answer.ndim == 0:
        answer = answer.item()
    try:
        return int(operator.index(answer))  # of a class of one's own, too, a plain one
    except TypeError:
        raise ActionError(
            f"the agent answers {answer!r}, which is no action: an action is a whole number"
        ) from None


def _plain_confidence(confidence: Any) -> float:
    plain = float(confidence)
    if isnan(plain):
        raise ArgumentError("the agent's confidence is not a number (NaN)")
    return plain

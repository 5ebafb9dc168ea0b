"""An agent that is a language model: it reads what a person did, and is asked what they will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gymnasium.spaces import Dict, Space

from gym_push.actions import DISMISS, OPEN
from gym_push.agents.llm.endpoint import Endpoint
from gym_push.agents.llm.prompt import SHORT, History, as_data
from gym_push.agents.llm.settings import Settings, Usage
from gym_push.agents.simple import BaseAgent, check_actions, opened
from gym_push.errors import ArgumentError
from gym_push.meanings import features_by_meaning


@dataclass(eq=False)
class LLM(Settings, BaseAgent):
    """Asks a language model how likely the person is to open, and opens from one half on.

    It shows the model the newest of what the person did, and the notification. Where there is no
    answer in time, or a wrong one, the person's own open rate decides. `confidence` is the
    probability by which `act` decides; it is not asked for twice.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Dismiss and open.

    The parameters are those of `Settings`.

    Raises:
        ArgumentError: Observations are not by name, or a parameter is wrong.
    """

    observation = "raw"

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_actions(action_space)
        if not isinstance(observation_space, Dict):
            raise ArgumentError(f"llm needs observations by name, not {observation_space}")
        meant = features_by_meaning(observation_space)
        self._names = tuple(observation_space)
        short = {meant[each] for each in SHORT if each in meant}
        self._short = tuple(name for name in self._names if name in short) or self._names
        self._endpoint = Endpoint(self)

    def reset(self, seed: int | None = None) -> None:
        """Forgets the person."""
        self._seed = (seed or 0) % 2**31  # more is not taken everywhere
        self._history = History(self.history_tokens)
        self._answered: tuple[str, float] | None = None

    def confidence(self, observation: Any) -> float:
        """Returns the probability that the person opens.

        Raises:
            AgentError: There is no endpoint, or it takes no requests; or an answer is missing
                offline.
        """
        notification = as_data(observation, self._names)
        if self._answered is None or self._answered[0] != notification:
            answer = self._endpoint.ask(self._history.messages(notification), self._seed)
            probability = self._history.open_rate if answer is None else answer
            self._answered = notification, probability
        return self._answered[1]

    def act(self, observation: Any) -> int:
        """Opens if that is at least as likely as not."""
        return OPEN if self.confidence(observation) >= 0.5 else DISMISS

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Adds what the person did to the history."""
        self._history.add(as_data(observation, self._short), opened(action, reward))
        self._answered = None

    @property
    def report(self) -> Usage:
        """What agents with these parameters have used in this program."""
        return self._endpoint.answers.usage(self._endpoint.user)

    @classmethod
    def report_of(cls, parameters: Mapping[str, Any]) -> Usage:
        """Returns the report of agents with some parameters."""
        endpoint = Endpoint(Settings(**parameters))
        return endpoint.answers.usage(endpoint.user)

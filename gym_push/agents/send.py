"""Agents of send-v0 that need only NumPy: what a learner has to beat there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector import VectorEnv

from gym_push.agents.send_messages import NOTHING
from gym_push.agents.send_practice import Practice, practise
from gym_push.agents.simple import (
    BaseAgent,
    Floats,
    check_features,
    check_not_negative,
    check_positive,
    check_whole,
    number_of,
    shrunken,
)
from gym_push.errors import ArgumentError

HOURS_A_DAY: Final = 24.0

FEATURES: Final = ("minuteOfDay", "busy", "budgetLeft", "eligible1", "hoursSince1")


@dataclass(eq=False)
class SendAgent(BaseAgent):
    """An agent that reads raw observations of send-v0, with a catalogue.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: 0 sends nothing, k sends message k.

    Raises:
        ArgumentError: The environment is not send-v0 with a catalogue, or its observations are not
            raw.
    """

    observation = "raw"

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        plays = "send-v0 with a catalogue, observation='raw'"
        check_features(observation_space, FEATURES, plays)
        self._messages = number_of(action_space) - 1
        numbers = range(1, self._messages + 1)
        self._eligible = [f"eligible{number}" for number in numbers]
        self._since = [f"hoursSince{number}" for number in numbers]

    def _can_send(self, observation: Mapping[str, Any]) -> list[int]:
        """Returns the indices of the messages that can be sent now."""
        return [place for place, name in enumerate(self._eligible) if observation[name]]


@dataclass(eq=False)
class WithinBudget(SendAgent):
    """Sends whenever it can, until the week's budget is spent.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: 0 sends nothing, k sends message k.
        message: The number of the message, from 1; None for any that is eligible, by chance.

    Raises:
        ArgumentError: The environment does not fit, or has no such message.
    """

    message: int | None = None

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        super()._prepare(observation_space, action_space)
        if self.message is None:
            return
        check_whole(message=self.message)
        if self.message > self._messages:
            raise ArgumentError(
                f"message={self.message!r} is not one of the {self._messages} messages"
            )

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._random = np.random.default_rng(seed)

    def act(self, observation: Mapping[str, Any]) -> int:
        """Sends, if that is possible."""
        places = self._can_send(observation)
        if self.message is not None:
            return self.message if self.message - 1 in places else NOTHING
        return int(self._random.choice(places)) + 1 if places else NOTHING


@dataclass(eq=False)
class BestOfHistory(SendAgent):
    """Sends the message that has paid most so far, whenever it can.

    What was sent n times gets `bonus` / sqrt(n + 1) more, so that all are tried.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: 0 sends nothing, k sends message k.
        prior: How many rewards the mean of all messages counts as in that of each.
        bonus: For what is not known yet, as a reward.

    Raises:
        ArgumentError: The environment does not fit, or a number is out of range.
    """

    prior: float = 2.0
    bonus: float = 0.3

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(prior=self.prior)
        check_not_negative(bonus=self.bonus)
        super()._prepare(observation_space, action_space)

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._random = np.random.default_rng(seed)
        self._paid, self._times = np.zeros((2, self._messages))

    def act(self, observation: Mapping[str, Any]) -> int:
        """Sends the best message that is eligible."""
        places = self._can_send(observation)
        if not places:
            return NOTHING
        mean = self._paid.sum() / max(self._times.sum(), 1.0)
        rates = shrunken(self._paid, self._times, mean, self.prior)
        rates += self.bonus / np.sqrt(self._times + 1.0)
        best = [place for place in places if rates[place] == rates[places].max()]
        return 1 + int(self._random.choice(best))

    def learn(self, observation: Mapping[str, Any], action: int, reward: float) -> None:
        """Notes what the message has paid."""
        if action != NOTHING:
            self._paid[action - 1] += within(reward)
            self._times[action - 1] += 1.0


@dataclass(eq=False)
class RecoveringSoftmax(SendAgent):
    """Draws messages by how much better they are than what else would be sent, and how rested.

    Yancey, Settles (2020): A Sleeping, Recovering Bandit Algorithm for Optimizing Recurring
    Notifications. The score of a message is its relative difference: the mean reward where it was
    sent over that of other messages where it could have been, less 1. It loses `staleness` when it
    is sent, which recovers with a half-life; messages are drawn by the softmax of the scores of
    those that are eligible ("awake"). Scores are learned by practising with other people, where the
    reward counts what a message does to the days after it, too. What messages pay with the person,
    over what is usual there, moves them.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: 0 sends nothing, k sends message k.
        staleness: Of a score, at once. The paper has .017, of messages that differ by 1 %.
        half_life: Until half of that has recovered, in days. The paper has 15.
        temperature: Of the softmax. The paper has .0025.
        prior: Messages to the person that the practice counts as.
        steps: Of practice, over all environments.

    Raises:
        ArgumentError: The environment does not fit, or a number is out of range.
    """

    staleness: float = 0.6
    half_life: float = 3.0
    temperature: float = 0.03
    prior: float = 8.0
    steps: int = 400_000

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(half_life=self.half_life, temperature=self.temperature, prior=self.prior)
        check_whole(steps=self.steps)
        check_not_negative(staleness=self.staleness)
        super()._prepare(observation_space, action_space)
        self._practised, self._usual = np.zeros(self._messages), 0.0

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns the scores from other people."""
        seen = practise(env, seed, self.steps)
        self._practised = relative_differences(seen)
        paid = seen.rewards[seen.numbers != NOTHING]
        self._usual = float(paid.mean()) if len(paid) else 0.0
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Starts over with what practice has taught."""
        self._random = np.random.default_rng(seed)
        self._paid, self._times = np.zeros((2, self._messages))

    def act(self, observation: Mapping[str, Any]) -> int:
        """Draws an eligible message."""
        chances = self.probabilities(observation)
        return int(self._random.choice(len(chances), p=chances))

    def learn(self, observation: Mapping[str, Any], action: int, reward: float) -> None:
        """Notes what the message has paid."""
        if action != NOTHING:
            self._paid[action - 1] += within(reward)
            self._times[action - 1] += 1.0

    def probabilities(self, observation: Mapping[str, Any]) -> Floats:
        """Returns the probability of each action: (actions,)."""
        chances = np.zeros(self._messages + 1)
        places = self._can_send(observation)
        if not places:
            chances[NOTHING] = 1.0
            return chances
        hours = np.array([observation[self._since[place]] for place in places])
        stale = self.staleness * 0.5 ** (hours / HOURS_A_DAY / self.half_life)
        logits = (self._scores()[places] - stale) / self.temperature
        weights = np.exp(logits - logits.max())
        chances[1 + np.array(places)] = weights / weights.sum()
        return chances

    def _scores(self) -> Floats:
        """Returns the relative differences, of practice and of the person together."""
        usual = shrunken(self._paid.sum(), self._times.sum(), self._usual, self.prior)
        if usual <= 0.0:
            return self._practised
        scores: Floats = shrunken(
            self._paid / usual - self._times, self._times, self._practised, self.prior
        )
        return scores


def relative_differences(seen: Practice) -> Floats:
    """Returns the score of each message; 0 for one that cannot be compared."""
    values = seen.rewards + seen.parts @ seen.later()
    sent = seen.numbers > 0
    scores = np.zeros(seen.eligible.shape[1])
    for place in range(len(scores)):
        awake, mine = sent & seen.eligible[:, place], seen.numbers == place + 1
        chosen, others = values[awake & mine], values[awake & ~mine]
        if len(chosen) and len(others) and others.mean() > 0.0:
            scores[place] = chosen.mean() / others.mean() - 1.0
    return scores


def within(reward: float) -> float:
    """Returns a reward without what is paid at the end of an episode, which no message explains.

    Outcomes are to be 0 or 1: of steps or seconds it leaves only whether there were any.
    """
    return min(max(reward, -1.0), 1.0)

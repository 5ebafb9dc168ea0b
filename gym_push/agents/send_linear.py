"""Contextual bandits of send-v0: a Bayesian linear model of what each message gains now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import erf, sqrt
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector import VectorEnv

from gym_push.agents.send import within
from gym_push.agents.send_messages import NOTHING, messages_of
from gym_push.agents.send_practice import CHANCE, CONTEXTS, context_of, practise
from gym_push.agents.simple import (
    BaseAgent,
    Floats,
    check_not_negative,
    check_positive,
    check_whole,
)
from gym_push.errors import ArgumentError

NOISE: Final = 0.4
"""Standard deviation of rewards that the model does not explain, of a 0 or 1."""

RIDGE: Final = 1.0
STALE_HOURS: Final = 72.0
DAYS_A_WEEK: Final = 7
ANY_NUMBER: Final = 100
"""What `budgetLeft` says where there is no budget."""


@dataclass(eq=False)
class ContextualBandit(BaseAgent):
    """Thompson sampling over what the moment and the messages have in common.

    The model of a reward is linear: the context, and where a message is sent, the context again,
    the parts of the message, the parts with a busy person, and the parts of a repeat. A message of
    a catalogue is a part of its own; the parts of one that is composed are its topic, its tone and
    so on. Practice with other people gives the coefficients that are expected, how far people
    differ in what a part is worth to them, and what the parts do to the days after; each person's
    own rewards move the coefficients that far. Agrawal, Goyal (2013): Thompson Sampling for
    Contextual Bandits with Linear Payoffs.

    A message is sent where it gains more than the price of the budget: the multiplier of its
    Lagrangian, by dual ascent. Each day it rises by `price_step` for each message that was sent
    above a seventh of the budget, and falls for each one below, never under 0. Without a budget it
    stays 0.

    Args:
        observation_space: Of send-v0, in the raw form.
        action_space: Of a catalogue, or of messages that are composed in numbers.
        price_step: Of the dual ascent, as a reward; 0 sends whatever gains anything.
        spread: Of the draws, in standard deviations of the coefficients.
        steps: Of practice, over all environments.

    Raises:
        ArgumentError: The environment does not fit, or a number is out of range.
    """

    observation = "raw"

    price_step: float = 0.2
    spread: float = 0.1
    steps: int = 400_000

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(spread=self.spread)
        check_whole(steps=self.steps)
        check_not_negative(price_step=self.price_step)
        self._messages = messages_of(observation_space, action_space)
        parts = self._messages.parts.shape[1]
        self._later, self._width = np.zeros(parts), CONTEXTS - 1 + 3 * parts
        width = CONTEXTS + self._copies * self._width
        self._expected, self._prior = np.zeros(width), np.eye(width) / RIDGE

    _copies = 1
    """How often the features of a message stand in a row."""

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns what people have in common."""
        seen = practise(env, seed, self.steps)
        can = seen.drawn.max(axis=1)
        features = _features(seen.context, seen.drawn, seen.hours) * can[:, None]
        rows = self._rows(seen.context, features, np.full(len(features), CHANCE), seen.sent)
        known: Any = np.linalg.inv(rows.T @ rows + RIDGE * np.eye(rows.shape[1]))
        self._expected = known @ (rows.T @ seen.rewards)
        unexplained = seen.rewards - rows @ self._expected
        base = seen.differences(unexplained, 1.0 - seen.sent)
        tastes, copies = seen.tastes(unexplained), self._copies
        begins = CONTEXTS + self._width * np.arange(copies)
        parts = np.add.outer(begins, np.arange(len(tastes))).ravel()
        between = np.zeros_like(known)
        between[0, 0] = max(base, 0.0)
        # What a person likes is the same in all copies
        between[np.ix_(parts, parts)] = np.tile(tastes, (copies, copies))
        self._prior = known + between / NOISE**2
        self._later = seen.later()
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Starts over with what practice has taught."""
        self._random = np.random.default_rng(seed)
        self._price, self._day, self._today, self._budget = 0.0, -1, 0, 0
        evidence: Any = np.linalg.solve(self._prior, self._expected)
        self._evidence: Floats = evidence
        self._covariance = self._prior.copy()
        self._asked: tuple[Floats, Floats] | None = None
        self._messages.begin()

    def act(self, observation: Mapping[str, Any]) -> Any:
        """Draws coefficients, and sends the message that gains most with them, or nothing."""
        self._pay(observation)
        if not self._can_send(observation):
            return self._send(NOTHING)
        mean, covariance = self._effect()
        draw = np.linalg.cholesky(covariance) @ self._random.normal(size=len(mean))
        context, features, best, gain = self._best(observation, mean + self.spread * NOISE * draw)
        self._note(context, features, 1.0)
        return self._send(1 + best if gain > self._price else NOTHING)

    def learn(self, observation: Mapping[str, Any], action: Any, reward: float) -> None:
        """Learns from the reward, if something could have been sent."""
        if self._asked is None:
            return
        row = self._asked[int(np.ravel(action)[0] > 0)]
        self._evidence += row * within(reward)
        moved = self._covariance @ row
        self._covariance -= np.outer(moved, moved) / (1.0 + row @ moved)
        self._asked = None

    def _pay(self, observation: Mapping[str, Any]) -> None:
        """Changes the price, once a day."""
        day, left = observation["daysLeft"], observation["budgetLeft"]
        if day == self._day:
            return
        if self._day >= 0 and left < ANY_NUMBER:
            above = self._today - self._budget / DAYS_A_WEEK
            self._price = max(0.0, self._price + self.price_step * above)
        self._day, self._today = day, 0
        self._budget = left + observation["sentThisWeek"]

    def _can_send(self, observation: Mapping[str, Any]) -> bool:
        return bool(observation["available"] and self._messages.eligible(observation).any())

    def _send(self, number: int) -> Any:
        """Returns the action that sends a message, and counts and notes it."""
        self._today += number != NOTHING
        self._messages.note(number)
        return self._messages.action(number)

    def _best(
        self, observation: Mapping[str, Any], coefficients: Floats
    ) -> tuple[Floats, Floats, int, float]:
        """Returns the context, and of the best message the features, the index and the gain."""
        messages, context = self._messages, context_of(observation)
        hours, parts = messages.hours(observation)[messages.key], messages.parts
        count = parts.shape[1]
        moment, each, busy, again = np.split(coefficients, -count * np.arange(3, 0, -1))
        stale = _staleness(hours)
        worth = parts @ np.stack((each + context[1] * busy + self._later, again), axis=1)
        gains = context[1:] @ moment + worth[:, 0] + stale * worth[:, 1]
        gains = np.where(messages.eligible(observation), gains, -np.inf)
        best = int(gains.argmax())
        return context, _features(context, parts[best], hours[best]), best, float(gains[best])

    def _effect(self) -> tuple[Floats, Floats]:
        """Returns mean and covariance of the coefficients of messages, the latter without noise."""
        coefficients: Floats = self._covariance @ self._evidence
        return coefficients[-self._width :], self._covariance[-self._width :, -self._width :]

    def _note(self, context: Floats, features: Floats, chance: float) -> None:
        """Keeps what a reward is learned for: nothing sent, and this message sent."""
        both, chances = np.stack((features, features)), np.full(2, chance)
        sends = np.array([False, True])
        nothing, sent = self._rows(np.stack((context, context)), both, chances, sends)
        self._asked = nothing, sent

    def _rows(self, context: Floats, features: Floats, chances: Floats, sent: Any) -> Floats:
        """Returns the rows of the regression."""
        return np.concatenate((context, features * sent[:, None]), axis=1)


@dataclass(eq=False)
class ActionCentredThompson(ContextualBandit):
    """Thompson sampling of whether to send, robust to what else moves the outcome.

    Liao, Greenewald, Klasnja, Murphy (2020): Personalized HeartSteps. The message that promises
    most is sent with the probability that it gains more than the price, within `least` and `most`,
    so that its effect can be estimated afterwards. In the regression the message counts as
    `sent - probability`, so that a wrong model of what happens without one does not bias it.

    Args:
        observation_space, action_space, price_step, spread, steps: As of `ContextualBandit`.
        least, most: Of the probability.

    Raises:
        ArgumentError: The environment does not fit, or a number is out of range.
    """

    _copies = 2
    least: float = 0.1
    most: float = 0.9

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        if not 0.0 <= self.least <= self.most <= 1.0:
            raise ArgumentError(
                f"least={self.least!r} and most={self.most!r} must be from 0 to 1, in this order"
            )
        super()._prepare(observation_space, action_space)

    def act(self, observation: Mapping[str, Any]) -> Any:
        """Draws whether to send."""
        self._pay(observation)
        if not self._can_send(observation):
            return self._send(NOTHING)
        mean, covariance = self._effect()
        context, row, best, gain = self._best(observation, mean)
        deviation = self.spread * NOISE * sqrt(row @ covariance @ row)
        above = 0.5 * (1.0 + erf((gain - self._price) / max(deviation, 1e-9) / sqrt(2.0)))
        chance = min(max(above, self.least), self.most)
        self._note(context, row, chance)
        return self._send(1 + best if self._random.random() < chance else NOTHING)

    def _rows(self, context: Floats, features: Floats, chances: Floats, sent: Any) -> Floats:
        centred = features * (sent - chances)[:, None]
        return np.concatenate((context, features * chances[:, None], centred), axis=1)


def _features(context: Floats, parts: Floats, hours: Any) -> Floats:
    """Returns the features of messages: (..., width)."""
    busy, stale = context[..., 1:2], _staleness(hours)[..., None]
    return np.concatenate((context[..., 1:], parts, parts * busy, parts * stale), axis=-1)


def _staleness(hours: Any) -> Any:
    return np.exp2(-hours / STALE_HOURS)

"""Contextual bandits of send-v0: a Bayesian linear model of what each message gains now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import erf, sqrt
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector import VectorEnv

from gym_push.agents.send import SendAgent, within
from gym_push.agents.send_practice import (
    CHANCE,
    CONTEXTS,
    NOTHING,
    context_of,
    practise,
)
from gym_push.agents.simple import Floats, check_positive, check_whole
from gym_push.errors import ArgumentError

NOISE: Final = 0.4
"""Standard deviation of rewards that the model does not explain, of a 0 or 1."""

RIDGE: Final = 1.0
STALE_HOURS: Final = 72.0
DAYS_A_WEEK: Final = 7
ANY_NUMBER: Final = 100
"""What `budgetLeft` says where there is no budget."""


@dataclass(eq=False)
class ContextualBandit(SendAgent):
    """Thompson sampling over what the moment and the messages have in common.

    The model of a reward is linear: the context, and where a message is sent, the context again,
    the message, the message with a busy person, and how much of a repeat it is. Practice with
    other people gives the coefficients that are expected, and what a message does to the days
    after it; each person's own rewards move them. Agrawal, Goyal (2013): Thompson Sampling for
    Contextual Bandits with Linear Payoffs.

    A message is sent where it gains more than the price of the budget: the multiplier of its
    Lagrangian, by dual ascent. Each day it rises by `price_step` for each message that was sent
    above a seventh of the budget, and falls for each one below, never under 0. Without a budget it
    stays 0.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: 0 sends nothing, k sends message k.
        price_step: Of the dual ascent, as a reward; 0 sends whatever gains anything.
        spread: Of the draws, in standard deviations of the coefficients.
        prior: Decisions of the person that the practice counts as.
        steps: Of practice, over all environments.

    Raises:
        ArgumentError: The environment does not fit, or a number is out of range.
    """

    price_step: float = 0.03
    spread: float = 0.1
    prior: float = 300.0
    steps: int = 400_000

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_positive(spread=self.spread, prior=self.prior)
        check_whole(steps=self.steps)
        if not 0.0 <= self.price_step < float("inf"):
            raise ArgumentError(f"price_step={self.price_step!r} must be 0 or more")
        super()._prepare(observation_space, action_space)
        self._later = np.zeros(self._messages + 1)
        width = CONTEXTS + self._copies * self._width
        self._expected, self._precision = np.zeros(width), RIDGE * np.eye(width)

    _copies = 1

    @property
    def _width(self) -> int:
        """How many features a message has."""
        return CONTEXTS - 1 + 3 * self._messages

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns what people have in common."""
        seen = practise(env, seed, self.steps)
        features = np.zeros((len(seen.actions), self._width))
        sent = np.flatnonzero(seen.actions)
        places = seen.actions[sent] - 1
        features[sent] = self._features(seen.context[sent], places, seen.hours[sent, places])
        rows = self._rows(seen.context, features, np.full(len(features), CHANCE), seen.actions > 0)
        gram: Floats = rows.T @ rows
        ridge = RIDGE * np.eye(len(gram))
        expected: Any = np.linalg.solve(gram + ridge, rows.T @ seen.rewards)
        precision: Floats = gram * (self.prior / len(rows)) + ridge
        self._expected, self._precision = expected, precision
        self._later = seen.later()
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Starts over with what practice has taught."""
        self._random = np.random.default_rng(seed)
        self._price, self._day, self._today, self._budget = 0.0, -1, 0, 0
        self._evidence = self._precision @ self._expected
        covariance: Any = np.linalg.inv(self._precision)
        self._covariance: Floats = covariance
        self._asked: tuple[Floats, Floats] | None = None

    def act(self, observation: Mapping[str, Any]) -> int:
        """Draws coefficients, and sends the message that gains most with them, or nothing."""
        self._pay(observation)
        places = self._can_send(observation)
        if not places:
            return NOTHING
        context, features = self._seen(observation, places)
        mean, covariance = self._effect()
        draw = np.linalg.cholesky(covariance) @ self._random.normal(size=len(mean))
        gains = features @ (mean + self.spread * NOISE * draw) + self._later[1:][places]
        best = int(gains.argmax())
        self._note(context, features[best], 1.0)
        return self._send(1 + places[best] if gains[best] > self._price else NOTHING)

    def learn(self, observation: Mapping[str, Any], action: int, reward: float) -> None:
        """Learns from the reward, if something could have been sent."""
        if self._asked is None:
            return
        row = self._asked[action != NOTHING]
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

    def _send(self, action: int) -> int:
        self._today += action != NOTHING
        return action

    def _seen(self, observation: Mapping[str, Any], places: list[int]) -> tuple[Floats, Floats]:
        """Returns the context, and the features of messages: (messages, width)."""
        context = context_of(observation)
        hours = np.array([observation[self._since[place]] for place in places], dtype=np.float64)
        every = np.broadcast_to(context, (len(places), len(context)))
        return context, self._features(every, np.array(places), hours)

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

    def _features(self, context: Floats, places: Any, hours: Floats) -> Floats:
        """Returns the features of messages: (messages, width)."""
        which = np.eye(self._messages)[places]
        stale = np.exp2(-hours / STALE_HOURS)[:, None]
        return np.concatenate(
            (context[:, 1:], which, which * context[:, 1:2], which * stale), axis=1
        )


@dataclass(eq=False)
class ActionCentredThompson(ContextualBandit):
    """Thompson sampling of whether to send, robust to what else moves the outcome.

    Liao, Greenewald, Klasnja, Murphy (2020): Personalized HeartSteps. The message that promises
    most is sent with the probability that it gains more than the price, within `least` and `most`,
    so that its effect can be estimated afterwards. In the regression the message counts as
    `sent - probability`, so that a wrong model of what happens without one does not bias it.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: 0 sends nothing, k sends message k.
        price_step, spread, prior, steps: As of `ContextualBandit`.
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

    def act(self, observation: Mapping[str, Any]) -> int:
        """Draws whether to send."""
        self._pay(observation)
        places = self._can_send(observation)
        if not places:
            return NOTHING
        context, features = self._seen(observation, places)
        mean, covariance = self._effect()
        gains = features @ mean + self._later[1:][places]
        best = int(gains.argmax())
        row = features[best]
        deviation = self.spread * NOISE * sqrt(row @ covariance @ row)
        above = 0.5 * (1.0 + erf((gains[best] - self._price) / max(deviation, 1e-9) / sqrt(2.0)))
        chance = min(max(above, self.least), self.most)
        self._note(context, row, chance)
        return self._send(1 + places[best] if self._random.random() < chance else NOTHING)

    def _rows(self, context: Floats, features: Floats, chances: Floats, sent: Any) -> Floats:
        centred = features * (sent - chances)[:, None]
        return np.concatenate((context, features * chances[:, None], centred), axis=1)

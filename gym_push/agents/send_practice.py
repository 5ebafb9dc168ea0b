"""What agents of send-v0 learn with other people before: a trial in which chance decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from gymnasium.vector import VectorEnv

from gym_push.agents.send_messages import NOTHING, Flags, Ints, messages_of
from gym_push.agents.simple import Floats

CHANCE: Final = 0.3
"""Of sending something that is eligible."""

DISCOUNT: Final = 0.98
"""Of what a decision leads to, from one decision to the next: a time of 50 decisions."""

RIDGE: Final = 10.0


@dataclass(frozen=True)
class Practice:
    """Decisions by chance, as of a micro-randomised trial.

    Attributes:
        context: Of `context_of`: (decisions, contexts).
        eligible: Which messages could be sent: (decisions, messages), or (decisions, 1).
        numbers: Of the message that was sent, from 1; 0 for nothing: (decisions,).
        drawn: Parts of the message that was drawn to be sent or not: (decisions, parts); 0 where
            none was eligible.
        hours: Since it, or what it repeats, was sent: (decisions,).
        rewards: From -1 to 1: (decisions,).
        after: Discounted sum of the rewards that followed: (decisions,).
        days_left: Of the episode: (decisions,).
        episode: Its number: (decisions,).
    """

    context: Floats
    eligible: Flags
    numbers: Ints
    drawn: Floats
    hours: Floats
    rewards: Floats
    after: Floats
    days_left: Floats
    episode: Ints

    @property
    def sent(self) -> Floats:
        """1 where something was sent: (decisions,)."""
        return (self.numbers > 0).astype(np.float64)

    @property
    def parts(self) -> Floats:
        """Parts of the message that was sent: (decisions, parts); 0 for nothing."""
        return self.drawn * self.sent[:, None]

    def later(self) -> Floats:
        """Returns what each part of a message adds to the rewards that follow: (parts,).

        By a ridge regression on what was done, beside the context and how long the episode lasts,
        with a constant for each episode, since people differ.
        """
        lasts = np.exp2(-self.days_left[:, None] / np.array([3.0, 9.0]))
        can = self.eligible.max(axis=1, keepdims=True)
        rows = np.concatenate((self.context[:, 1:], lasts, can, self.parts), axis=1)
        rows, after = self._within(rows), self._within(self.after[:, None])[:, 0]
        gram = rows.T @ rows + RIDGE * np.eye(rows.shape[1])
        coefficients: Any = np.linalg.solve(gram, rows.T @ after)
        later: Floats = coefficients[-self.drawn.shape[1] :]
        return later

    def tastes(self, unexplained: Floats) -> Floats:
        """Returns how people differ in what a message is worth, as a covariance.

        It is that of the coefficients of the context, without its constant, and of the parts.

        Args:
            unexplained: Of the rewards, by what people have in common: (decisions,).
        """
        parts = self.parts
        columns = np.concatenate((self.context[:, 1:] * self.sent[:, None], parts), axis=1)
        common = self.differences(unexplained, self.sent)
        own = [self.differences(unexplained, column) - common for column in columns.T]
        tastes: Floats = np.diag(np.maximum(own, 0.0))
        count = parts.shape[1]
        tastes[-count:, -count:] += max(common, 0.0) / max(parts.sum(axis=1).max(), 1.0) ** 2
        return tastes

    def differences(self, unexplained: Floats, weights: Floats) -> float:
        """Returns how a coefficient differs between people: a variance, by pairs of decisions.

        Chance is different in each decision of a person, and so has no part in it.

        Args:
            unexplained: Of the rewards: (decisions,).
            weights: What the coefficient stands before: (decisions,).
        """
        _, which = np.unique(self.episode, return_inverse=True)
        values = weights * unexplained
        sizes = weights * weights
        size, fourth, total, squares = (
            np.bincount(which, each) for each in (sizes, sizes * sizes, values, values * values)
        )
        pairs = (size * size - fourth).sum()
        return float((total * total - squares).sum() / max(pairs, 1.0))

    def _within(self, columns: Floats) -> Floats:
        """Returns how far columns are from their means in each episode."""
        _, which, counts = np.unique(self.episode, return_inverse=True, return_counts=True)
        means = [np.bincount(which, column) / counts for column in columns.T]
        return columns - np.array(means).T[which]


CONTEXTS: Final = 12


def context_of(observation: Any) -> Floats:
    """Returns what matters to all messages: (contexts,), or (lanes, contexts) of a batch."""
    known = {name: np.asarray(observation[name]) for name in _COUNTS}
    recent = np.exp2(-known["hoursSinceSent"] / 48.0)
    columns = (
        np.ones(recent.shape),
        known["busy"],
        np.asarray(observation["inUse"]),
        known["minuteOfDay"] >= 720,
        known["minuteOfDay"] >= 1080,
        known["doneToday"],
        np.minimum(known["streak"], 3) / 3.0,
        recent,
        known["sentThisWeek"] / 7.0,
        np.minimum(known["ignoredInARow"], 5) / 5.0,
        np.minimum(known["disappointed"], 3) / 3.0,
        known["openRate"],
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=-1)


_COUNTS: Final = (
    "busy", "minuteOfDay", "doneToday", "streak", "hoursSinceSent", "sentThisWeek",
    "ignoredInARow", "disappointed", "openRate",
)  # fmt: skip


def practise(env: VectorEnv[Any, Any, Any], seed: int, steps: int) -> Practice:
    """Sends by chance.

    Args:
        env: Of send-v0 with raw observations.
        seed: Of chance and of the environments.
        steps: Over all environments.

    Raises:
        ArgumentError: The environment is another one, or of another form.
    """
    random, lanes = np.random.default_rng(seed), env.num_envs
    messages = messages_of(env.single_observation_space, env.single_action_space)
    messages.begin(lanes)
    observation, _ = env.reset(seed=seed)
    every, begins, told = np.arange(lanes), np.zeros(lanes, dtype=np.bool_), []
    for _ in range(0, steps, lanes):
        eligible, hours = messages.eligible(observation), messages.hours(observation)
        drawn = messages.draw(random, eligible)
        since = hours[every, messages.key[drawn - 1]]
        sends = (random.random(lanes) < CHANCE) & eligible.any(axis=1)
        numbers = np.where(sends, drawn, NOTHING)
        messages.note(numbers)
        context, days = context_of(observation), np.asarray(observation["daysLeft"])
        observation, rewards, terminated, truncated, _ = env.step(messages.action(numbers))
        ended = terminated | truncated
        told.append((context, eligible, since, numbers, drawn, rewards, ended, begins, days))
        begins = ended
    context, eligible, since, numbers, drawn, rewards, ended, begun, days = map(
        np.array, zip(*told, strict=True)
    )
    after, following = np.zeros(rewards.shape), np.zeros(lanes)
    for step in range(len(rewards) - 1, -1, -1):
        after[step] = np.where(ended[step], 0.0, DISCOUNT * following)
        following = rewards[step] + after[step]
    counts = ~begun
    return Practice(
        context[counts],
        eligible[counts],
        numbers[counts],
        messages.parts[drawn[counts] - 1] * eligible[counts].max(axis=1, keepdims=True),
        since[counts],
        np.clip(rewards, -1.0, 1.0)[counts],
        # What is paid at the end, for leaving or the habit, follows
        (after + rewards - np.clip(rewards, -1.0, 1.0))[counts],
        days[counts].astype(np.float64),
        (begun.cumsum(axis=0) * lanes + np.arange(lanes))[counts],
    )

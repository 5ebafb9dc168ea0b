"""The planner: what a delivery is worth now, what it would be worth later, and never."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from gymnasium.spaces import Space
from gymnasium.vector import VectorEnv

from gym_push.actions import DELIVER, HOLD, SUPPRESS
from gym_push.agents.planner.diary import (
    AGE,
    AGE_UNIT,
    ALERTS,
    APP_AND_AGE,
    DAY,
    HOUR,
    IDLE,
    IN_USE,
    MATTERS,
    MEMORY,
    MOMENT,
    UNLOCKS,
    Diary,
    Floats,
    Layout,
    Moment,
    Row,
    chance,
    crowd,
    shared_out,
    softened,
)
from gym_push.agents.planner.fitting import Lessons, Worths, posterior
from gym_push.agents.planner.practice import practise
from gym_push.agents.simple import BaseAgent, check_whole
from gym_push.errors import ArgumentError, EpisodeError

WAITS: Final = -np.log(1.0 - np.array([0.1, 0.3, 0.5, 0.7, 0.9]))
"""Quantiles of an exponential wait, in units of its mean."""
AHEAD: Final = np.arange(1, 9)
"""Hours that it looks ahead."""
FORGETS: Final = 0.95
"""What a moment in the same hour of day leaves of those before it."""


class Options(NamedTuple):
    """What the actions are worth, and how likely the person is to open it now."""

    deliver: float
    hold: float
    suppress: float
    likely: float


@dataclass(eq=False)
class Planner(BaseAgent):
    """Learns a person online, with other people as its prior, and compares now, later and never.

    The probability of an opening is a Bayesian logistic regression on the notification, the moment,
    its age and how much has alerted lately. Mean and variances of its coefficients come from
    practice with other people; each outcome then moves them. Practice also shows what openings
    are worth, what alerts cost, and how soon a phone is taken up, by the rewards alone.

    Now costs the alert, and the openings that tired people do not make in the next half hour.
    Later is the next use of the phone, or one in the coming hours of a day like those before. What
    waits and is delivered with it shares the alert, and so does what will have arrived by then.
    Never costs what withholding costs. What matters to the person it delivers at once.

    It does not explore, as that has shown no gain: it delivers much anyway. `explore` above 0 draws
    the log odds anew each time, so many standard deviations wide.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Deliver, hold and suppress.
        steps: Decisions of practice, over all environments.
        explore: How widely it draws the log odds of an opening around their mean.
        prompt: Whether it delivers at once what matters; else that is worth what it earns.

    Raises:
        ArgumentError: The environment is not delivery-v0, its observations are not raw, or a
            number is out of range.
    """

    observation = "raw"

    steps: int = 100_000
    explore: float = 0.0
    prompt: bool = True

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_whole(steps=self.steps)
        if not 0.0 <= self.explore < math.inf:
            raise ArgumentError(f"explore={self.explore!r} must be 0 or more")
        self._layout = Layout(observation_space)
        self._worths = Worths(self._layout)
        self._lessons: Lessons | None = None

    def pretrain(self, env: VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns from other people; 64 environments or more are best."""
        lessons = practise(env, self._layout, self._worths, seed, self.steps)
        if lessons is None:
            raise ArgumentError(
                f"steps={self.steps} are too few to learn from: practise for more, with more people"
            )
        self._lessons = lessons
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Starts over with what other people have taught it."""
        self._random = np.random.default_rng(seed)
        lessons = self._lessons
        if lessons is None:
            return
        self._mean = lessons.mean.copy()
        self._covariance = np.diag(lessons.variance).astype(np.float32)
        self._diary = Diary(self._layout, lessons.volume)
        self._taken_up = np.array([3.0, 3.0])  # uses of the phone: seen and expected
        self._delivers = np.array([3.0, 3.0])  # decisions: deliveries and all
        self._slope = 0.25  # what a unit of log odds is worth
        self._hours = np.zeros((3, 24))  # weight, log odds of the moment, price; in use
        self._looked: tuple[Any, Any] = None, None  # the newest observation, and where it stands
        self._waits = 0.0  # uses expected a minute, while something is held

    def confidence(self, observation: Mapping[str, Any]) -> float:
        """Returns how likely it is to be opened if it is delivered now."""
        mean, variance = self._margin(observation, self._diary.look(observation))
        return float(chance(mean * softened(variance)))

    def act(self, observation: Mapping[str, Any]) -> int:
        """Takes the action that is worth most.

        Raises:
            EpisodeError: It has not practised.
        """
        if self._lessons is None:
            raise EpisodeError("act() before pretrain(): let the planner practise first")
        moment = self._diary.look(observation)
        self._looked = observation, moment
        if self.prompt and moment.row.values[MATTERS]:
            return DELIVER
        options = self._options(observation, moment)
        if options.hold > max(options.deliver, options.suppress):
            return HOLD
        return DELIVER if options.deliver >= options.suppress else SUPPRESS

    def learn(self, observation: Mapping[str, Any], action: int, reward: float) -> None:
        """Learns what the observation tells of earlier deliveries, and notes the decision."""
        diary, in_use = self._diary, observation["inUse"] is True
        looked, moment = self._looked
        if looked is not observation:
            moment = diary.look(observation)
        if self._waits:
            waited = max(moment.minute - diary.minute, 0.5)
            self._taken_up += in_use, waited * self._waits
        rows, opened = diary.outcomes(observation)
        if rows:
            margins = np.array([self._mean[row.at] @ row.values for row in rows])
            for row, share in zip(rows, shared_out(margins, opened), strict=True):
                self._update(row, float(share))
        arrives = observation["minutesSincePosted"] == 0
        if arrives or action != HOLD:
            self._delivers = 0.99 * self._delivers + [action == DELIVER, 1.0]
        if action == DELIVER:
            mean, variance = self._margin(observation, moment)
            likely = float(chance(mean * softened(variance)))
            gain = self._worth(moment.row, observation["minutesSincePosted"]) + self._known.loss
            self._slope += 0.02 * (likely * (1.0 - likely) * gain - self._slope)
        if in_use:
            hour = moment.minute % DAY // HOUR
            price = self._price(observation, moment, in_use=True)
            self._hours[:, hour] *= FORGETS
            self._hours[:, hour] += 1.0, self._of_moment(moment.row), price
        held = observation["held"] + arrives - (action != HOLD)
        self._waits = self._rate(observation) if held > 0 and not in_use else 0.0
        diary.note(observation, moment, action)

    @property
    def _known(self) -> Lessons:
        assert self._lessons is not None
        return self._lessons

    @property
    def _share(self) -> float:
        """How much it delivers of what it has decided on lately."""
        return float(self._delivers[0] / self._delivers[1])

    def _options(self, seen: Mapping[str, Any], moment: Moment) -> Options:
        """Returns what each action is worth."""
        lessons, row = self._known, moment.row
        mean, variance = self._margin(seen, moment)
        if self.explore:
            mean += self.explore * math.sqrt(variance) * self._random.standard_normal()
        soft, age, in_use = softened(variance), seen["minutesSincePosted"], seen["inUse"] is True

        likely = float(chance(mean * soft))
        tires = self._tiredness(moment)
        others = seen["held"] - (age > 0)
        now = likely * (self._worth(row, age) + lessons.loss) - lessons.loss
        if moment.alerts:
            next_to_it = others if in_use and age > 0 else 0  # in the same review
            now -= (self._price(seen, moment) + tires) / (1.0 + self._share * next_to_it)

        # Log odds at a later use of the phone, before what its age takes
        by_age = float(self._mean[row.at[AGE]] + self._mean[row.at[APP_AND_AGE]])
        later = mean - by_age * row.values[AGE]
        if not in_use:
            later += self._mean[IN_USE] - self._mean[IDLE] * row.values[IDLE]
        margins, prices = self._coming_hours(moment)
        ages = age + HOUR * (AHEAD - 0.5)
        if not in_use:
            margins = np.concatenate((np.zeros(len(WAITS)), margins))
            soon = self._price(seen, moment, in_use=True)
            prices = np.concatenate((np.full(len(WAITS), soon), prices))
            ages = np.concatenate((age + self._next_use(seen), ages))
        chances = chance((later + margins + by_age * np.log1p(ages / AGE_UNIT)) * soft)
        values = chances * (self._worth_later(row, ages) + lessons.loss) - lessons.loss
        joined = others + moment.rate * (ages - age)
        values -= (prices + tires) / (1.0 + self._share * joined)
        hold = float(values[-len(AHEAD) :].max())
        if not in_use:
            hold = max(hold, float(values[: len(WAITS)].mean()))
        return Options(now, hold, -lessons.withheld[int(row.values[MATTERS])], likely)

    def _margin(self, seen: Mapping[str, Any], moment: Moment) -> tuple[float, float]:
        """Returns mean and variance of the log odds of an opening now."""
        at, values = moment.row
        covariance = self._covariance[at[:, None], at]
        return float(self._mean[at] @ values), float(values @ covariance @ values)

    def _price(self, seen: Mapping[str, Any], moment: Moment, in_use: bool | None = None) -> float:
        """Returns what an alert costs at once, now or as if the phone were in use."""
        level = self._known.prices[self._layout.cell(seen, in_use)]
        return float(level + self._known.crowd * crowd(seen, moment.volume))

    def _tiredness(self, moment: Moment) -> float:
        """Returns what an alert costs by openings that do not come of those that follow it."""
        following = moment.rate * self._share * MEMORY
        loses = max(-float(self._mean[ALERTS]), 0.0) / (moment.usual + moment.recent)
        return float(loses * following * self._slope)

    def _next_use(self, seen: Mapping[str, Any]) -> Floats:
        """Returns in how many minutes the phone may be taken up, each as likely."""
        more = float(self._taken_up[0] / self._taken_up[1])
        waits: Floats = WAITS / (self._rate(seen) * more)
        return waits

    def _rate(self, seen: Mapping[str, Any]) -> float:
        """Returns how often a minute other people in this moment take up the phone."""
        return math.exp(float(self._layout.use_row(seen) @ self._known.use))

    def _coming_hours(self, moment: Moment) -> tuple[Floats, Floats]:
        """Returns by how much log odds are higher in the coming hours, and the price of alerts."""
        own = self._of_moment(moment.row)
        total, odds, price = self._hours.sum(axis=1).tolist()
        usual = np.array([[1.0], [odds / total], [price / total]] if total else [[1.0], [own], [0]])
        hours = (moment.minute % DAY // HOUR + AHEAD) % 24
        seen, odds, prices = self._hours[:, hours] + usual
        return odds / seen - own, prices / seen

    def _of_moment(self, row: Row) -> float:
        """Returns the log odds that the moment adds."""
        by_label = self._mean[row.at[MOMENT]].sum()
        return float(by_label + self._mean[UNLOCKS] * row.values[UNLOCKS])

    def _worth(self, row: Row, age: float) -> float:
        """Returns what an opening is worth if it is delivered now."""
        line, app = self._known.worth, self._layout.app_of(row)
        logarithm = line[0] + line[1] * row.values[MATTERS] + line[3 + app] * age
        if not row.values[IN_USE]:
            logarithm += line[2] + line[3 + self._layout.apps + app]
        return math.exp(logarithm)

    def _worth_later(self, row: Row, ages: Floats) -> Floats:
        """Returns what it is worth at some ages, delivered while the phone is in use."""
        line, app = self._known.worth, self._layout.app_of(row)
        worth: Floats = np.exp(line[0] + line[1] * row.values[MATTERS] + line[3 + app] * ages)
        return worth

    def _update(self, row: Row, opened: float) -> None:
        """Moves the coefficients by an outcome: the posterior that is nearest to a normal one.

        Args:
            row: Of a delivery.
            opened: How likely it was opened.
        """
        at, values = row
        along = self._covariance[:, at] @ values
        mean, variance = float(self._mean[at] @ values), float(values @ along[at])
        found, left = posterior(mean, variance, opened)
        self._mean += along * ((found - mean) / variance)
        taken = ((variance - left) / variance**2) * along
        self._covariance -= np.outer(taken, along).astype(np.float32)

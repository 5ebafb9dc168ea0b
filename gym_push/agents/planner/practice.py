"""How the planner practises: with people who are not those it is tested with.

It acts by chance, so that it meets all kinds of moments and loads. With some people it delivers one
notification at a time and waits, so that the rewards tell what became of that one alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import iterate

from gym_push.actions import DELIVER, HOLD, SUPPRESS
from gym_push.agents.planner.diary import Diary, Floats, Layout, Moment, Row, crowd
from gym_push.agents.planner.fitting import (
    CLEAR,
    Lessons,
    Outcomes,
    Worths,
    fit_people,
    fit_prices,
    fit_use,
)

ALONE: Final = 3 / 8
"""Share of the environments in which one notification is delivered at a time."""
ALONE_FOR: Final = 40
"""Minutes between two such deliveries."""
MANY_HELD: Final = 6
VOLUME: Final = 40.0
"""Notifications a day, before anything is known."""


@dataclass
class Experience:
    """What practice has shown.

    Attributes:
        prices: Cell, crowd and price of alerts.
        waits: Rows of moments in which the phone was not in use, the minutes until the next look,
            and whether it was in use then.
        alone: Row and age of single deliveries, and what they earned.
        outcomes: Who opened what.
        withheld: Rewards of suppressing what does not, and what does, matter.
        volumes: Notifications a day.
    """

    prices: list[tuple[int, float, float]] = field(default_factory=list)
    waits: list[tuple[Floats, float, bool]] = field(default_factory=list)
    alone: list[tuple[Row, int, int, float, float]] = field(default_factory=list)
    outcomes: list[Outcomes] = field(default_factory=list)
    withheld: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    volumes: list[float] = field(default_factory=list)


class _Turn:
    """A decision and what it was made for."""

    def __init__(self, seen: Mapping[str, Any], moment: Moment, action: int) -> None:
        self.seen, self.moment, self.action, self.reward = seen, moment, action, 0.0


class _Person:
    """One person of the practice.

    Args:
        number: Of the person.
        layout: Of the features.
        alone: Whether one notification is delivered at a time.
        random: Where chance comes from.
        found: Gets what is learned.
    """

    def __init__(
        self, number: int, layout: Layout, alone: bool, random: np.random.Generator,
        found: Experience,
    ) -> None:  # fmt: skip
        self._number, self._layout, self._alone = number, layout, alone
        self._random, self._found = random, found
        self._eager = random.uniform(0.25, 0.6)
        self._diary = Diary(layout, VOLUME)
        self._last: _Turn | None = None
        self._single: _Turn | None = None

    def act(self, seen: Mapping[str, Any]) -> int:
        """Learns what the observation tells, and acts by chance."""
        moment = self._diary.look(seen)
        self._look_back(seen, moment)
        action = self._alone_action(seen, moment) if self._alone else self._action(seen)
        self._diary.note(seen, moment, action)
        self._last = _Turn(seen, moment, action)
        return action

    def learn(self, reward: float) -> None:
        """Notes the reward of the action."""
        turn = self._last
        assert turn is not None
        turn.reward = reward
        matters = turn.seen["contactSignificantContext"] is True
        if turn.action == SUPPRESS:
            self._found.withheld[matters].append(reward)
        if self._alone and turn.action == DELIVER:
            self._single = _Turn(turn.seen, turn.moment, DELIVER)
            self._single.reward = reward
        elif self._single is not None and not (turn.action == SUPPRESS and matters):
            self._single.reward += reward

    def end(self) -> None:
        """Notes how much arrives."""
        if self._last is not None:
            self._found.volumes.append(self._last.moment.volume)

    def _look_back(self, seen: Mapping[str, Any], moment: Moment) -> None:
        rows, opened = self._diary.outcomes(seen)
        if rows:
            self._found.outcomes.append(Outcomes(self._number, rows, opened))
        last = self._last
        if last is None:
            return
        minutes = moment.minute - last.moment.minute
        if last.action == DELIVER and last.moment.alerts and minutes == 0:
            # Too soon for anything else to be paid with it
            self._found.prices.append((*self._met(last), -last.reward))
        if last.action == HOLD and not last.seen["inUse"]:
            row = self._layout.use_row(last.seen)
            self._found.waits.append((row, max(minutes, 0.5), seen["inUse"]))

    def _met(self, turn: _Turn) -> tuple[int, float]:
        return self._layout.cell(turn.seen), crowd(turn.seen, turn.moment.volume)

    def _alone_action(self, seen: Mapping[str, Any], moment: Moment) -> int:
        single, draw = self._single, self._random.random()
        if single is None or moment.minute - single.moment.minute >= ALONE_FOR:
            if single is not None:
                age = single.seen["minutesSincePosted"]
                cell, crowded = self._met(single)
                cell = cell if single.moment.alerts else -1
                self._found.alone.append((single.moment.row, age, cell, crowded, single.reward))
                self._single = None
            likely = 0.4 if seen["minutesSincePosted"] == 0 else 0.7 if seen["inUse"] else 0.03
            if draw < likely:
                return DELIVER
        elif draw < 0.2:
            return SUPPRESS
        return SUPPRESS if seen["held"] > MANY_HELD else HOLD

    def _action(self, seen: Mapping[str, Any]) -> int:
        draw, other = self._random.random(2)
        if seen["minutesSincePosted"] == 0:
            return DELIVER if draw < self._eager else HOLD if other < 0.9 else SUPPRESS
        if seen["inUse"]:
            return DELIVER if draw < 0.8 else HOLD if other < 0.7 else SUPPRESS
        return DELIVER if draw < 0.06 else HOLD


def practise(
    env: VectorEnv[Any, Any, Any], layout: Layout, worths: Worths, seed: int, steps: int
) -> Lessons | None:
    """Returns what is learned from other people; None if that was too little.

    Args:
        env: With raw observations of delivery-v0.
        layout: Of the features.
        worths: Of openings.
        seed: Of the people and of all that is left to chance.
        steps: Decisions, over all environments.
    """
    found, random = Experience(), np.random.default_rng(seed)
    lanes = env.num_envs
    everybody = 0

    def new(lane: int) -> _Person:
        nonlocal everybody
        everybody += 1
        return _Person(everybody, layout, lane < ALONE * lanes, random, found)

    observations, _ = env.reset(seed=seed)
    people, begins = [new(lane) for lane in range(lanes)], np.zeros(lanes, dtype=np.bool_)
    for _ in range(0, steps, lanes):
        each = list(iterate(env.observation_space, observations))
        actions = np.full(lanes, DELIVER)
        for lane in np.flatnonzero(~begins).tolist():
            actions[lane] = people[lane].act(each[lane])
        observations, rewards, terminated, truncated, _ = env.step(actions)
        for lane in range(lanes):
            if begins[lane]:  # this step began an episode, with another person
                people[lane].end()
                people[lane] = new(lane)
            else:
                people[lane].learn(float(rewards[lane]))
        begins = terminated | truncated
    for person in people:
        person.end()
    return _lessons(layout, worths, found)


def _lessons(layout: Layout, worths: Worths, found: Experience) -> Lessons | None:
    if not (found.prices and found.waits and found.alone and found.outcomes):
        return None
    cells, crowds, paid = map(np.array, zip(*found.prices, strict=True))
    prices, slope = fit_prices(layout, cells, crowds, paid)
    rows, gains, losses = [], [], []
    for row, age, cell, crowded, reward in found.alone:
        gain = reward + (prices[cell] + slope * crowded if cell >= 0 else 0.0)
        if gain > CLEAR:
            rows.append(worths.row(row, age))
            gains.append(gain)
        elif gain < -CLEAR:
            losses.append(-gain)
    if not rows or not losses:
        return None
    mean, variance = fit_people(layout, found.outcomes)
    without, matters = (-float(np.median(each)) if each else 0.0 for each in found.withheld)
    return Lessons(
        volume=float(np.median(found.volumes)),
        prices=prices,
        crowd=slope,
        withheld=(without, matters),
        loss=float(np.mean(losses)),
        use=fit_use(*map(np.array, zip(*found.waits, strict=True))),
        worth=worths.fit(np.array(rows), np.array(gains)),
        mean=mean,
        variance=variance,
    )

"""What an agent of send-v0 cannot change: when it is asked, what holds then, and all chance.

Everybody's decisions stand in one array, ordered by person and time. The noise of a decision is a
hash of person, day and minute, so that what any message would have led to exists, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.phone import sensed_at
from gym_push.envs.send.messages import (
    CHANNEL,
    LENGTH,
    SIZES,
    TONE,
    TONES,
    TOPIC,
    URGENCY,
    Message,
    features_of,
)
from gym_push.envs.send.presets import PICK_UPS
from gym_push.envs.send.response import Moment, Response
from gym_push.errors import ArgumentError
from gym_push.logs import NotificationLog, Schema
from gym_push.logs.columns import read_only
from gym_push.logs.known import SITUATION
from gym_push.users.keyed_random import Flags, Floats, Ints, Stream, derive
from gym_push.users.model.days import Situation, situation
from gym_push.users.model.decisions import context_utility
from gym_push.users.model.sensing import activity, hour_keys
from gym_push.users.model.states import ACTIVITIES, DAY, HOUR, MINUTE, per_state
from gym_push.users.population import Population
from gym_push.users.simulation import Lives

DAYS_A_WEEK: Final = 7
DIGITS: Final = 9
"""After the point, of what is laid out: logarithms and powers differ in the last bits by CPU."""

_VEHICLE: Final = ACTIVITIES.index("vehicle")
_SATURDAY: Final = 5
_NOON: Final = 12
_FIRST_COLUMN: Final = np.concatenate(([0], np.cumsum(SIZES)[:-1]))


@dataclass(frozen=True)
class Scene:
    """What worlds are laid out by; calling it lays out one.

    Attributes:
        response: The numbers.
        times: Hours of the day at which the agent is asked, or `PICK_UPS`.
        catalogue: What it can send; empty where it composes.
    """

    response: Response
    times: tuple[float, ...] | str
    catalogue: tuple[Message, ...]

    def __call__(self, population: Population, users: Sequence[int], days: int) -> World:
        """Lays out the days of some people."""
        return build_world(self, population, users, days)


@dataclass(frozen=True, eq=False)
class World:
    """Some people and their days, as far as no agent can change them.

    Attributes:
        scene: What it is laid out by.
        population: The people are of it.
        users: Their numbers.
        days: How many.
        lives: What they do all day.
        first: (people + 1,) the first decision of each person.
        person: (decisions,) index of the person.
        time: (decisions,) milliseconds.
        moments: (decisions, fields) of `Moment`, in its order.
        told_busy: (decisions,) 1 where the agent is told that the person is busy.
        worth: (people, values) utility of the values of all `FEATURES`, one after the other.
        lift: (people,) utility of a message.
    """

    scene: Scene
    population: Population
    users: tuple[int, ...]
    days: int
    lives: Lives
    first: Ints
    person: Ints
    time: Ints
    moments: Floats
    told_busy: Ints
    worth: Floats
    lift: Floats

    @cached_property
    def day(self) -> Ints:
        """(decisions,) number of the day, from 0."""
        return self.time // DAY

    @cached_property
    def in_use(self) -> Flags:
        """(decisions,) whether the person is using the phone."""
        return self.lives.checks.around(self.person, self.time)[0]

    @cached_property
    def lifts(self) -> Floats:
        """(people, messages) utility of each message of the catalogue."""
        catalogue = self.scene.catalogue
        own = np.array([each.lift for each in catalogue])
        features = features_of(catalogue)
        people = np.arange(len(self.lift))[:, None]
        lifts: Floats = self.lift_of(people, *features.T[:, None, :]) + own
        return lifts

    @cached_property
    def lift_lists(self) -> list[list[float]]:
        """The same in plain numbers."""
        lists: list[list[float]] = self.lifts.tolist()
        return lists

    def lift_of(self, person: Any, *features: Any) -> Any:
        """Returns the utility of messages to people, but for what catalogues add.

        Args:
            person: Indices.
            *features: Of the messages, in the order of `FEATURES`; the arrays broadcast.
        """
        total = self.lift[person]
        for value, start in zip(features[:-1], _FIRST_COLUMN, strict=False):
            total = total + self.worth[person, start + value]
        return total

    @cached_property
    def sensed(self) -> NotificationLog:
        """What the phones sense: a row for each decision. Its actions mean nothing."""
        return NotificationLog(
            source="the phones of the simulated people",
            schema=Schema(context=SITUATION),
            columns=sensed_at(self.lives, self.person, self.time, self.in_use),
            actions=read_only(np.zeros(len(self.time), dtype=np.int8)),
        )

    def moment(self, decision: int) -> Moment:
        """Returns what holds at a decision, in plain numbers."""
        return Moment._make(self.moments[decision].tolist())

    def moments_at(self, decisions: Ints) -> Moment:
        """Returns what holds at some decisions: (decisions,) each."""
        return Moment._make(self.moments.take(decisions, axis=0).T)

    def check_begins(self, person: Ints) -> None:
        """Checks that there is something to decide on with people.

        Args:
            person: Their indices.

        Raises:
            ArgumentError: One of them never looks at the phone.
        """
        idle = person[self.first[person] == self.first[person + 1]]
        if idle.size:
            raise ArgumentError(
                f"user {self.users[idle[0]]} never looks at the phone, so that nothing is to be "
                "decided: name another user, or times of the day"
            )

    def __deepcopy__(self, memo: dict[int, Any]) -> World:
        """Returns itself: what cannot change need not be copied."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles what it is made from."""
        return build_world, (self.scene, self.population, self.users, self.days)


def build_world(scene: Scene, population: Population, users: Sequence[int], days: int) -> World:
    """Lays out the days of some people.

    Args:
        scene: By what.
        population: They are of it.
        users: Their numbers.
        days: How many.

    Raises:
        ArgumentError: The days are out of range, or nobody has such a number.
    """
    lives, p = population.live(users, days), scene.response
    person, time = _decisions(lives, scene.times, days)
    at = situation(lives.routine, person, time)
    people, key = lives.people, lives.people.key
    now = derive(key[person], at.day, time % DAY // MINUTE)
    following = np.append(time[1:], 0)
    last = np.append(person[1:] != person[:-1], True)
    gap = np.where(last, days * DAY, following) - time

    def left(share: float, hours: float) -> Floats:
        each = np.full(len(gap), share) if hours == 0 else share ** (gap / (HOUR * hours))
        return np.round(each, DIGITS + 3)

    def chance(stream: Stream) -> Floats:
        return stream.uniform(now)

    def factor(stream: Stream) -> Floats:
        return 1.0 + p.state_noise * (chance(stream) - 0.5)

    base = p.base + p.base_spread * Stream.SEND_BASE.normal(key)[person]
    base += p.evening * (at.hour >= _NOON) + p.weekend * (at.weekday >= _SATURDAY)
    amount = p.amount * np.exp(p.amount_spread * Stream.SEND_AMOUNT.normal(key)[person])
    draw = chance(Stream.SEND_DOES)
    intrusion = per_state("interruption")[at.state] - per_state("interruption").mean()
    moment = Moment(
        base=base,
        noise=np.log(draw / (1.0 - draw)) if p.logit else -draw,
        receptive=p.receptive * context_utility(people, at),
        amount=amount,
        amount_lift=p.amount_lift + p.amount_lift_share * amount,
        amount_noise=Stream.SEND_HOW_MUCH.normal(now),
        busy=chance(Stream.SEND_BUSY) < np.array(p.busy)[at.state],
        available=_available(lives, at, p, chance(Stream.SEND_AVAILABLE)),
        mute=chance(Stream.SEND_MUTE),
        intrusion=np.maximum(1.0 + p.intrusive * intrusion, 0.0),
        bait=chance(Stream.SEND_BAIT),
        leave=chance(Stream.SEND_LEAVE),
        days=gap / DAY,
        late=at.day >= p.overdose_day,
        stale_left=left(p.stale_left, p.stale_hours),
        habituation_left=left(p.habituation_left, p.habituation_hours),
        burden_left=left(p.burden_left, p.burden_hours),
        distrust_left=left(p.distrust_left, p.distrust_hours),
        habit_left=left(p.habit_left, p.habit_hours),
        habituation_noise=factor(Stream.SEND_HABITUATION),
        burden_noise=factor(Stream.SEND_BURDEN),
    )
    kept = {"habituation_left", "stale_left", "burden_left", "distrust_left", "habit_left"}
    rounded = {
        name: column if name in kept else np.round(column.astype(np.float64), DIGITS)
        for name, column in moment._asdict().items()
    }
    return World(
        scene=scene,
        population=population,
        users=tuple(users),
        days=days,
        lives=lives,
        first=np.searchsorted(person, np.arange(len(key) + 1)),
        person=person,
        time=time,
        told_busy=(moment.busy ^ (chance(Stream.SEND_MISREAD) < p.misread)).astype(np.int64),
        moments=np.stack(list(rounded.values()), axis=1),
        worth=_worth(lives, p),
        lift=np.round(p.lift + p.lift_spread * Stream.SEND_LIFT.normal(key), DIGITS),
    )


def _decisions(lives: Lives, times: tuple[float, ...] | str, days: int) -> tuple[Ints, Ints]:
    """Returns person and time of every decision, ordered by both."""
    people = len(lives.people.key)
    if times != PICK_UPS:
        assert not isinstance(times, str)
        of_day = np.rint(60.0 * np.array(times)).astype(np.int64) * MINUTE  # as in `times_of`
        each = (np.arange(days)[:, None] * DAY + of_day).ravel()
        return np.repeat(np.arange(people), len(each)), np.tile(each, people)
    person, start = lives.checks.started_before(days * DAY)
    hour = person * (days * 24) + start // HOUR
    firsts = np.flatnonzero(np.diff(hour, prepend=-1))
    return person[firsts], start[firsts] // MINUTE * MINUTE


def _available(lives: Lives, at: Situation, p: Response, chance: Floats) -> Flags:
    there: Flags = chance < np.array(p.available)[at.state]
    if p.driving:
        there &= activity(at, hour_keys(lives.people, at)) != _VEHICLE
    return there


def _worth(lives: Lives, p: Response) -> Floats:
    key = lives.people.key
    tone = Stream.SEND_TONE.normal(derive(key[:, None], np.arange(len(TONES))))
    worth = np.zeros((len(key), sum(SIZES)))
    parts: dict[int, NDArray[Any]] = {
        TOPIC: p.topic_taste * lives.people.tastes.topic[0],
        TONE: np.array(p.tone) + p.tone_taste * tone,
        URGENCY: np.array(p.urgency),
        LENGTH: np.array(p.length),
        CHANNEL: np.array(p.channel),
    }
    for feature, values in parts.items():
        start = _FIRST_COLUMN[feature]
        worth[:, start : start + SIZES[feature]] = values
    return np.round(worth, DIGITS)

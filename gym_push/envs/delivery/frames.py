"""A snapshot of delivery-v0 as the frame that the page, the text and the picture show."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np

from gym_push.actions import DELIVER, PARTS, SUPPRESS
from gym_push.envs.delivery.history import STEP, DeliverySnapshot, EpisodeHistory
from gym_push.envs.delivery.ledger import Ledger
from gym_push.envs.delivery.observations import NOTIFICATION, by_name
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.world import World
from gym_push.envs.phone import PHONE
from gym_push.envs.reading import Growing, reading_on
from gym_push.logs import Encoding, NotificationLog
from gym_push.logs.schema import OBSERVED
from gym_push.meanings import columns_by_meaning
from gym_push.users.model.states import DAY, MINUTE
from gym_push.viewer.delivery_frame import DeliveryFrame
from gym_push.viewer.frame import DIGITS, LISTED, About

KEPT: Final = 256
"""Notifications and ticks in the cache: the lists of the next frames show them again."""

UNITS: Final = {"batteryLevel": "%", "minutesSincePosted": "min"}
ROLES: Final = columns_by_meaning((*NOTIFICATION.spaces, *PHONE.spaces), {})
TOLD: Final = [ROLES[role] for role in LISTED if role in ROLES]

NOTES: Final = 1 << 32
"""Numbers of notifications from one person's to the next one's."""


def frame_builder(
    name: str, agent: str, weights: Weights
) -> Callable[[DeliverySnapshot], DeliveryFrame]:
    """Returns a function that makes frames of snapshots; those of an episode come in their order.

    Args:
        name: What the page calls the environment.
        agent: What it calls the agent.
        weights: Of the parts of the reward.
    """

    def reader(history: EpisodeHistory) -> Callable[[DeliverySnapshot], DeliveryFrame]:
        return partial(_EpisodeReader(history, weights).frame, name, agent)

    return reading_on(reader)


class _EpisodeReader:
    """Makes the frames of an episode; each reads on where the one before stopped."""

    def __init__(self, history: EpisodeHistory, weights: Weights) -> None:
        self._reader = _WorldReader(history.world)
        self._ledger = Ledger(history, weights)
        self._decisions, self._rows = Growing(np.uint8), Growing(np.int64)
        self._outcomes, self._points = Growing(np.float64), Growing(np.float64)
        self._parts = np.zeros(len(PARTS))
        self._taken, self._known = [0, 0, 0], [0, 0, 0, 0]  # by action, by outcome
        self._step = self._act = self._arrived = 0  # read so far
        self._credit = 0.0

    def frame(self, name: str, agent: str, snapshot: DeliverySnapshot) -> DeliveryFrame:
        history, reader = snapshot.history, self._reader
        minutes = history.world.days * DAY // MINUTE
        self._read(snapshot, minutes)
        ended, own = snapshot.ended, by_name(snapshot.own)
        if snapshot.over:
            ended = ended.add(snapshot.episode, history.result())
        _, opened, dismissed, ignored = self._known
        return DeliveryFrame(
            env=name,
            agent=agent,
            episode=snapshot.episode,
            epoch=len(self._decisions),
            user=str(history.world.users[history.person]),
            notification=reader.notification(snapshot.note),
            context={**reader.context(snapshot.tick), **own},
            units=UNITS,
            roles=ROLES,
            posted=reader.log.posted(snapshot.note),
            reward=self._reward,
            decisions=self._decisions.view(),
            episodes=ended.episodes,
            rows=self._rows.view(),
            outcomes=self._outcomes.view(),
            points=self._points.view(),
            about=reader.about,
            now=reader.time(snapshot.tick),
            minute=minutes if snapshot.over else reader.minute(snapshot.tick),
            minutes=minutes,
            credit=round(self._credit, DIGITS),
            arrived=self._arrived,
            deliver_all=self._deliver_all,
            parts=tuple(round(part, DIGITS) for part in self._parts.tolist()),
            held=int(own["held"]),
            delivered=self._taken[DELIVER],
            opened=opened,
            dismissed=dismissed,
            ignored=ignored,
            suppressed=self._taken[SUPPRESS],
        )

    @property
    def _reward(self) -> float:
        return round(float(self._parts.sum()), DIGITS)

    @property
    def _deliver_all(self) -> float:
        return round(self._ledger.deliver_all[self._arrived], DIGITS)

    def _read(self, snapshot: DeliverySnapshot, minutes: int) -> None:
        """Reads what is new; each point tells what was known before the next decision."""
        steps = snapshot.history.steps[self._step : snapshot.steps]
        acts = snapshot.history.acts[self._act : snapshot.acts]
        self._step, self._act = snapshot.steps, snapshot.acts
        new = np.array(steps).reshape(-1, STEP)
        ticks = [*new[1:, 1].astype(int).tolist(), snapshot.tick]
        paid = self._ledger.paid(acts[1::2])
        outcomes = list(zip(acts[0::2], acts[1::2], paid, strict=True))[::-1]
        for (note, _, action, *parts), tick in zip(new.tolist(), ticks, strict=False):
            index, last = len(self._decisions), (len(self._decisions) + 1) * STEP == snapshot.steps
            ends = last and snapshot.over
            self._decisions.add(action)
            self._rows.add(self._reader.first_row + int(note))
            self._taken[int(action)] += 1
            self._parts += parts
            self._arrived = max(self._arrived, int(note) + 1 - self._ledger.first)
            led_to = self._ledger.decided(index, int(note), int(action), parts, ends)
            while outcomes and outcomes[-1][0] <= len(self._decisions):
                _, known, worth = outcomes.pop()
                led_to.append(self._ledger.acted(*divmod(known, 4), worth))
                self._known[known % 4] += 1
            for each in led_to:
                self._outcomes.add(*each)
            self._credit = self._ledger.credit(index)
            minute = minutes if ends else self._reader.minute(tick)
            acted, opened = sum(self._known), self._known[1]
            arrived = self._arrived, self._deliver_all
            self._points.add(minute, self._reward, acted, opened, *arrived)


class _WorldReader:
    """Reads notifications and ticks of a world in words."""

    def __init__(self, world: World) -> None:
        self.log, self._ticks = world.log, world.ticks
        self.first_row = world.users[0] * NOTES  # as the next episode may be of another world
        assert self.log.times is not None
        self._start = int(self.log.times[0] - world.simulation.arrivals.time[0])
        self.notification = lru_cache(KEPT)(lambda note: _named(world.log, note, NOTIFICATION))
        self.context = lru_cache(KEPT)(lambda tick: _named(world.sensed, tick, PHONE))

    def about(self, row: int) -> About:
        note = row - self.first_row
        features = self.notification(note)
        return About({name: features[name] for name in TOLD}, self.log.posted(note))

    def minute(self, tick: int) -> int:
        return int(self._ticks.time[tick]) // MINUTE

    def time(self, tick: int) -> str:
        now = np.datetime64(self._start + int(self._ticks.time[tick]), "ms")
        return str(now.astype("datetime64[s]"))


def _named(log: NotificationLog, row: int, encoding: Encoding) -> dict[str, Any]:
    """Returns the features of a row by name, in the order of an encoding."""
    every = {name: value for role in OBSERVED for name, value in log.features(row, role).items()}
    return {name: every[name] for name in encoding.spaces}

"""A moment of delivery-v0, as the frame that the page and the text show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import DELIVER, SUPPRESS
from gym_push.envs.delivery.history import STEP, EpisodeHistory, Snapshot
from gym_push.envs.delivery.observations import NOTIFICATION, PHONE, by_name
from gym_push.envs.delivery.world import World
from gym_push.users.model.clock import DAY, MINUTE
from gym_push.viewer.delivery_frame import (
    DISMISSED,
    IGNORED,
    OPENED,
    POINT,
    DeliveryFrame,
)
from gym_push.viewer.frame import About

KEPT: Final = 256
"""Notifications that stay read, for the next frames have them too."""

DIGITS: Final = 4
"""Of a reward, after the point."""

UNITS: Final = {"batteryLevel": "%", "minutesSincePosted": "min"}

_EPOCH: Final = datetime(1970, 1, 1)


def frame_builder(name: str) -> Callable[[Snapshot], DeliveryFrame]:
    """Returns a function that makes frames of moments; those of an episode come in their order.

    Args:
        name: What the page calls the environment.
    """
    told: WeakKeyDictionary[EpisodeHistory, _Told] = WeakKeyDictionary()

    def build(snapshot: Snapshot) -> DeliveryFrame:
        history = snapshot.history
        if history not in told:
            told[history] = _Told(history)
        return told[history].frame(name, snapshot)

    return build


class _Told:
    """What is told of an episode; it is read on from where it was read before."""

    def __init__(self, history: EpisodeHistory) -> None:
        self._reader = _Reader(history.world)
        self._decisions, self._rows = _Growing(np.uint8), _Growing(np.int64)
        self._outcomes, self._points = _Growing(np.int64), _Growing(np.float64)
        self._parts = np.zeros(STEP - 3)
        self._sent = self._suppressed = 0
        self._known = [0, 0, 0, 0]
        self._step = self._act = 0  # read so far
        self._gained = 0.0

    def frame(self, name: str, snapshot: Snapshot) -> DeliveryFrame:
        history, reader = snapshot.history, self._reader
        world, user = history.world, history.world.users[history.person]
        minutes = world.days * DAY // MINUTE
        self._read(snapshot, minutes)
        ended, own = snapshot.ended, by_name(snapshot.own)
        if snapshot.over:
            ended = ended.keep(snapshot.episode, history.result)
        return DeliveryFrame(
            env=name,
            episode=snapshot.episode,
            epoch=len(self._decisions),
            user=str(user),
            notification=reader.notification(snapshot.note),
            context={**reader.context(snapshot.tick), **own},
            units=UNITS,
            posted=reader.posted(snapshot.note),
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
            gained=self._gained,
            parts=tuple(round(part, DIGITS) for part in self._parts.tolist()),
            held=int(own["held"]),
            delivered=self._sent,
            opened=self._known[OPENED],
            dismissed=self._known[DISMISSED],
            ignored=self._known[IGNORED],
            suppressed=self._suppressed,
        )

    @property
    def _reward(self) -> float:
        return round(float(self._parts.sum()), DIGITS)

    def _read(self, snapshot: Snapshot, minutes: int) -> None:
        """Reads what is new; each point tells what was known before the next decision."""
        steps = snapshot.history.steps[self._step : snapshot.steps]
        acts = snapshot.history.acts[self._act : snapshot.acts]
        self._step, self._act = snapshot.steps, snapshot.acts
        new = np.array(steps).reshape(-1, STEP)
        ticks = [*new[1:, 1].astype(int).tolist(), snapshot.tick]
        outcomes = list(zip(acts[0::2], acts[1::2], strict=True))[::-1]
        for (note, _, action, *parts), tick in zip(new.tolist(), ticks, strict=False):
            self._decisions.add(int(action))
            self._rows.add(int(note))
            self._sent += action == DELIVER
            self._suppressed += action == SUPPRESS
            self._parts += parts
            self._gained = round(sum(parts), DIGITS)
            while outcomes and outcomes[-1][0] <= len(self._decisions):
                _, outcome = outcomes.pop()
                self._outcomes.add(outcome)
                self._known[outcome % 4] += 1
            last = snapshot.over and len(self._decisions) * STEP == snapshot.steps
            minute = minutes if last else self._reader.minute(tick)
            self._points.add(minute, self._reward, sum(self._known), self._known[OPENED])


class _Reader:
    """Reads notifications and ticks of a world in words; the newest stay read."""

    def __init__(self, world: World) -> None:
        self._log, self._sensed, self._ticks = world.log, world.sensed, world.ticks
        times = self._log.times
        assert times is not None
        self._start = int(times[0] - world.simulation.arrivals.time[0])
        self.notification = lru_cache(KEPT)(self._notification)
        self.context = lru_cache(KEPT)(self._context)

    def about(self, note: int) -> About:
        return About(self.notification(note), self.posted(note))

    def posted(self, note: int) -> str | None:
        return self._log.posted(note)

    def minute(self, tick: int) -> int:
        return int(self._ticks.time[tick]) // MINUTE

    def time(self, tick: int) -> str:
        now = timedelta(milliseconds=self._start + int(self._ticks.time[tick]))
        return (_EPOCH + now).isoformat(timespec="seconds")

    def _notification(self, note: int) -> dict[str, Any]:
        every = {
            **self._log.features(note, "notification"),
            **self._log.features(note, "context"),
        }
        return {name: every[name] for name in NOTIFICATION.spaces}

    def _context(self, tick: int) -> dict[str, Any]:
        every = {
            **self._sensed.features(tick, "notification"),
            **self._sensed.features(tick, "context"),
        }
        return {name: every[name] for name in PHONE.spaces}


class _Growing:
    """Numbers that are only added to: a view of them stays as it is, and costs nothing."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._numbers: NDArray[Any] = np.empty(64 * POINT, dtype=dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, *numbers: float) -> None:
        stop = self._length + len(numbers)
        if stop > len(self._numbers):
            self._numbers = np.concatenate((self._numbers, np.empty_like(self._numbers)))
        self._numbers[self._length : stop] = numbers
        self._length = stop

    def view(self) -> memoryview:
        return self._numbers[: self._length].data

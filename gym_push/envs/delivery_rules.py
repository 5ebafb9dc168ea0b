"""The rules of delivery-v0, for any number of people at once.

Each of them has a queue of notifications that the agent holds, and a line of ticks at which the
agent is asked: about what arrives, and, in the order in which it arrived, about all that is held.
Nothing here knows of Gymnasium; the environments give an array of actions and take the rewards.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.users.classes import APPS
from gym_push.users.clock import HOUR
from gym_push.users.counters import Flags, Floats, Ints
from gym_push.users.decisions import fatigue_load
from gym_push.users.outcomes import (
    ONE_ALERT,
    Prospects,
    Weights,
    alert_costs,
    alert_stress,
    prospects,
    prospects_at_once,
    usual_alerts,
)
from gym_push.users.worlds import NONE, World

DELIVER, HOLD, SUPPRESS = ACTIONS = range(3)

# Parts of the reward
ENGAGEMENT, INTERRUPTION, STRESS, MISSED = range(4)
PARTS: Final = ("engagement", "interruption", "stress", "missed")

# What became of a notification
AHEAD, WAITING, OPENED, DISMISSED, IGNORED, SUPPRESSED = range(6)
FATES: Final = ("ahead", "waiting", "opened", "dismissed", "ignored", "suppressed")

# What is known of an app
SENT, TAPPED, REFUSED, WITHHELD = range(4)


class Recent(NamedTuple):
    """What happened lately; (lanes,) each.

    Attributes:
        delivered_hour, delivered_day: Deliveries in the last hour and day.
        opened_hour, opened_day: Openings, from the first tick after them on.
        alerts: In the last hour.
    """

    delivered_hour: Ints
    delivered_day: Ints
    opened_hour: Ints
    opened_day: Ints
    alerts: Ints


# The counts of an hour share one integer, and those of a day another, so that they are added and
# taken back in one go. 2**21 is more than all notifications of ten years of a usual person.
_BITS: Final = 21
_MASK: Final = (1 << _BITS) - 1
_DELIVERED, _OPENED, _ALERT = (1 << _BITS * place for place in range(3))


class Deliveries:
    """Games of delivery, one in each lane.

    Args:
        world: The people, and what the agent cannot change about their days.
        lanes: How many games.
        weights: Of the parts of the reward.

    Attributes:
        person: (lanes,) index of the person who is played.
        tick: (lanes,) the tick of the world at which the agent is asked.
        note: (lanes,) the notification about which it is asked.
        held: (lanes,) how many are held.
        fate: (lanes, longest) what became of each notification of the person, as of `FATES`. Known
            from the delivery on: not for agents.
        acted: What people did in the newest step: some lanes, and a notification of each that was
            opened, dismissed or cleared. What is still open when the days are over is not in it.
    """

    def __init__(self, world: World, lanes: int, weights: Weights) -> None:
        """Makes room; every lane is to begin before it steps."""
        self.world, self.weights = world, weights
        self._at_once, self._alert_costs = prospects_at_once(world), alert_costs(world)
        self._every = np.arange(lanes)
        self._longest = int(np.diff(world.first).max())
        self._ticks = int(np.diff(world.ticks.first).max()) + 1
        self.person, self.tick, self.note, self.held = np.zeros((4, lanes), dtype=np.int64)
        self._this_hour, self._today = np.zeros((2, lanes), dtype=np.int64)
        # Loads of fatigue, when they were last changed, and when the person was last alerted.
        self._short, self._long, self._loaded, self._alerted = np.zeros((4, lanes))
        self._volume, self._fatigue, self._usual_alerts = np.ones((3, lanes))
        # The queue: its ends, what was looked at before this, and what comes behind each.
        self._head, self._tail, self._before = np.full((3, lanes), NONE)
        # Of a lane's apps, notifications and ticks, end to end: one index is faster than two.
        self._history = np.zeros(lanes * len(APPS) * 4, dtype=np.int64)
        self._row0, self._column0, self._behind_last = np.zeros((3, lanes), dtype=np.int64)
        self._behind = np.full(lanes * self._longest, NONE)
        self._worth = np.zeros(lanes * self._longest)
        self._fate = np.zeros(lanes * self._longest, dtype=np.int8)
        self._acts_too = np.full(lanes * self._longest, NONE)
        self._acts = np.full(lanes * self._ticks, NONE)
        self._leave_hour, self._leave_day = np.zeros((2, lanes * self._ticks), dtype=np.int64)
        self.acted: list[tuple[Ints, Ints]] = []

    @property
    def fate(self) -> NDArray[np.int8]:
        """What became of each notification."""
        return self._fate.reshape(-1, self._longest)

    @property
    def at_the_end(self) -> Flags:
        """Whether this is a lane's last tick, after which nothing is reviewed any more."""
        ends: Flags = self.tick + 1 == self._behind_last
        return ends

    def fates(self, lane: int) -> dict[str, int]:
        """Returns how many notifications of a lane came to what."""
        first, behind = self.world.first[self.person[lane] : self.person[lane] + 2]
        counts = np.bincount(self.fate[lane, : behind - first], minlength=len(FATES))
        return dict(zip(FATES, counts.tolist(), strict=True))

    def waiting_that_matter(self, lanes: Ints) -> Ints:
        """Returns how many are held of the notifications of senders who matter: (lanes,)."""
        lane, row = np.nonzero(self.fate[lanes] == WAITING)
        notes = self.world.first[self.person[lanes[lane]]] + row
        matters = self.world.simulation.features.significant[notes]
        return np.bincount(lane[matters], minlength=len(lanes))

    def load(self) -> Floats:
        """Returns how tired each person is now, in units of their fatigue; not for agents."""
        loads = self._loads(self._every, self.world.ticks.time[self.tick])
        return fatigue_load(*loads, self._volume, self.world.simulation.parameters)

    def alert_price(self) -> Floats:
        """Returns what the alert of a delivery now takes from the reward; not for agents."""
        alerts = self.world.ticks.time[self.tick] - self._alerted >= ONE_ALERT
        stress = self.weights.stress * alert_stress(self.recent.alerts, self._usual_alerts)
        price: Floats = alerts * (self.weights.interruption * self._alert_costs[self.tick] + stress)
        return price

    def known_of(self, app: Ints) -> Ints:
        """Returns how many of an app were delivered, opened, refused, suppressed: (lanes, 4).

        Refused are those that were dismissed or ignored. They and the opened count once it has
        happened.

        Args:
            app: (lanes,) index in `APPS`.
        """
        known: Ints = self._history.reshape(-1, 4)[self._every * len(APPS) + app]
        return known

    @property
    def recent(self) -> Recent:
        """What happened in the last hour and day."""
        hour, day = self._this_hour, self._today
        opened_hour = hour >> _BITS & _MASK
        return Recent(hour & _MASK, day & _MASK, opened_hour, day >> _BITS, hour >> 2 * _BITS)

    def begin(self, lanes: Ints, person: Ints) -> None:
        """Begins games, each at the person's first notification, of which there must be one."""
        world, ticks, people = self.world, self.world.ticks, self.world.simulation.people
        first = ticks.first[person]
        tick = np.where(ticks.arrival[first] == NONE, ticks.next_arrival[first], first)
        self.person[lanes], self.tick[lanes], self.note[lanes] = person, tick, ticks.arrival[tick]
        self._volume[lanes], self._fatigue[lanes] = people.volume[person], people.fatigue[person]
        self._usual_alerts[lanes] = usual_alerts(people.volume[person])
        self._row0[lanes] = lanes * self._longest - world.first[person]
        self._column0[lanes] = lanes * self._ticks - first
        self._behind_last[lanes] = ticks.first[person + 1]
        for one in (self.held, self._this_hour, self._today, self._short, self._long, self._loaded):
            one[lanes] = 0
        self._alerted[lanes] = -ONE_ALERT
        self._head[lanes] = self._tail[lanes] = self._before[lanes] = NONE
        count = len(self._every)
        for cleared, to in (
            (self._history, 0),
            (self._fate, AHEAD),
            (self._worth, 0.0),
            (self._behind, NONE),
            (self._acts, NONE),
            (self._leave_hour, 0),
            (self._leave_day, 0),
        ):
            cleared.reshape(count, -1)[lanes] = to

    def step(self, actions: Ints, playing: Flags | None = None) -> tuple[Floats, Flags]:
        """Carries out one decision in each lane.

        Args:
            actions: (lanes,) `DELIVER`, `HOLD` or `SUPPRESS`.
            playing: Lanes that take part; None for all.

        Returns:
            The weighted parts of the reward, (4, lanes), whose sum it is; and which games are over.
        """
        lanes = self._every if playing is None else np.flatnonzero(playing)
        chosen, note, tick = actions[lanes], self.note[lanes], self.tick[lanes]
        reviewed = self.world.ticks.arrival[tick] == NONE
        parts = np.zeros((len(PARTS), len(self._every)))
        self.acted = []

        hold, review = chosen == HOLD, reviewed.nonzero()[0]
        deliver = (chosen == DELIVER).nonzero()[0]
        if deliver.size:
            again = deliver[reviewed[deliver]] if review.size else review
            met = self._at_once.take(note[deliver], axis=0)
            if again.size:
                met[reviewed[deliver]] = np.stack(
                    prospects(self.world, note[again], tick[again]), axis=1
                )
            self._deliver(lanes[deliver], note[deliver], tick[deliver], Prospects(*met.T), parts)
        suppress = (chosen == SUPPRESS).nonzero()[0]
        if suppress.size:
            self._suppress(lanes[suppress], note[suppress], parts)
        enter = (hold & ~reviewed).nonzero()[0]
        if enter.size:
            self._enqueue(lanes[enter], note[enter])
        if not review.size:
            return parts, self._move(lanes, tick, parts)
        following = np.full(len(lanes), NONE)
        following[review] = self._review(lanes[review], note[review], hold[review])
        more = following != NONE
        self.note[lanes[more]] = following[more]
        return parts, self._move(lanes[~more], tick[~more], parts)

    def _deliver(self, lanes: Ints, note: Ints, tick: Ints, met: Prospects, parts: Floats) -> None:
        ticks, p, weights = self.world.ticks, self.world.simulation.parameters, self.weights
        now = ticks.time[tick]
        short, long = self._loads(lanes, now)
        load = fatigue_load(short, long, self._volume[lanes], p)
        opened = met.inclination - self._fatigue[lanes] * load > 0.0
        added = np.where(opened, 1.0 - p.opened_relief, 1.0 + p.not_opened_load)
        self._short[lanes], self._long[lanes] = short + added, long + added
        self._loaded[lanes] = now

        row = self._row0[lanes] + note
        self._worth[row] = weights.engagement * np.where(opened, met.opened, met.refused)
        self._fate[row] = np.where(opened, OPENED, DISMISSED + met.ignored)
        acts_at = np.where(opened, met.opened_at, met.refused_at).astype(np.int64)
        column = self._column0[lanes] + acts_at
        self._acts_too[row] = self._acts[column]
        self._acts[column] = note

        alerts = now - self._alerted[lanes] >= ONE_ALERT
        self._alerted[lanes] = np.where(alerts, now, self._alerted[lanes])
        this_hour = self._this_hour[lanes]
        before = this_hour >> 2 * _BITS
        stress = alerts * alert_stress(before, self._usual_alerts[lanes])
        parts[INTERRUPTION, lanes] = -weights.interruption * alerts * self._alert_costs[tick]
        parts[STRESS, lanes] = -weights.stress * (stress + met.late)

        for_an_hour = _DELIVERED + alerts * _ALERT
        self._this_hour[lanes] = this_hour + for_an_hour
        self._today[lanes] += _DELIVERED
        self._leave_hour[self._column0[lanes] + ticks.hour_later[tick]] += for_an_hour
        self._leave_day[self._column0[lanes] + ticks.day_later[tick]] += _DELIVERED
        self._history[self._app(lanes, note) + SENT] += 1

    def _loads(self, lanes: Ints, now: Ints) -> tuple[Floats, Floats]:
        """The loads of fatigue at a time, short and long, in deliveries."""
        p, hours = self.world.simulation.parameters, (now - self._loaded[lanes]) / HOUR
        short = self._short[lanes] * np.exp(-hours / p.short_memory)
        return short, self._long[lanes] * np.exp(-hours / p.long_memory)

    def _suppress(self, lanes: Ints, note: Ints, parts: Floats) -> None:
        self._fate[self._row0[lanes] + note] = SUPPRESSED
        self._history[self._app(lanes, note) + WITHHELD] += 1
        self._withhold(lanes, self.world.simulation.features.significant[note], parts)

    def _withhold(self, lanes: Ints, significant: NDArray[Any], parts: Floats) -> None:
        """Accounts for notifications of people who matter that are never delivered."""
        if significant.any():
            parts[STRESS, lanes] -= self.weights.stress * significant
            parts[MISSED, lanes] -= self.weights.missed * significant

    def _app(self, lanes: Ints, note: Ints) -> Ints:
        """The place of a notification's app in the histories of these lanes."""
        place: Ints = (lanes * len(APPS) + self.world.simulation.arrivals.app[note]) * 4
        return place

    def _enqueue(self, lanes: Ints, note: Ints) -> None:
        """Puts what is held at the end of the queue."""
        tail = self._tail[lanes]
        empty = tail == NONE
        self._head[lanes[empty]] = note[empty]
        last = lanes[~empty]
        self._behind[self._row0[last] + tail[~empty]] = note[~empty]
        self._tail[lanes] = note
        self._fate[self._row0[lanes] + note] = WAITING
        self.held[lanes] += 1

    def _review(self, lanes: Ints, note: Ints, hold: Flags) -> Ints:
        """Takes what is no longer held out of the queue.

        Returns:
            (lanes,) the notification that is up for review next, at the same tick; else `NONE`.
        """
        behind: Ints = self._behind[self._row0[lanes] + note]
        self._before[lanes[hold]] = note[hold]
        out = (~hold).nonzero()[0]
        if out.size:
            lane, after, before = lanes[out], behind[out], self._before[lanes[out]]
            first, last = before == NONE, after == NONE
            self._head[lane[first]] = after[first]
            inside = lane[~first]
            self._behind[self._row0[inside] + before[~first]] = after[~first]
            self._tail[lane[last]] = before[last]
            self.held[lane] -= 1
        return behind

    def _move(self, lanes: Ints, old: Ints, parts: Floats) -> Flags:
        """Moves on to the next tick with a decision, and pays for what happens until then."""
        ticks = self.world.ticks
        over = np.zeros(len(self._every), dtype=np.bool_)
        new = np.where(self.held[lanes] > 0, old + 1, ticks.next_arrival[old])
        ends = new == self._behind_last[lanes]
        if ends.any():
            done, going = lanes[ends], ~ends
            over[done] = True
            self._close(done, parts)
            lanes, old, new = lanes[going], old[going], new[going]
        if lanes.size:
            self._pass_ticks(lanes, old, new, parts)
            arrival = ticks.arrival[new]
            self.tick[lanes] = new
            self.note[lanes] = np.where(arrival == NONE, self._head[lanes], arrival)
            self._before[lanes] = NONE
        return over

    def _pass_ticks(self, lanes: Ints, old: Ints, new: Ints, parts: Floats) -> None:
        """Lets happen what happens after one tick and until another."""
        passed = new - old
        first = passed.cumsum() - passed
        column = np.arange(passed.sum()) + (self._column0[lanes] + old + 1 - first).repeat(passed)
        acts = self._acts[column]
        found = (acts != NONE).nonzero()[0]
        if found.size:
            lane = lanes.repeat(passed)[found]
            self._act(lane, column[found] - self._column0[lane], acts[found], parts)
        self._this_hour[lanes] -= np.add.reduceat(self._leave_hour[column], first)
        self._today[lanes] -= np.add.reduceat(self._leave_day[column], first)

    def _act(self, lane: Ints, tick: Ints, note: Ints, parts: Floats) -> None:
        """Lets people act on what was delivered: they open, dismiss or clear it."""
        ticks = self.world.ticks
        while note.size:
            self.acted.append((lane, note))
            row = self._row0[lane] + note
            np.add.at(parts[ENGAGEMENT], lane, self._worth[row])
            self._worth[row] = 0.0
            opened = self._fate[row] == OPENED
            known = self._app(lane, note) + np.where(opened, TAPPED, REFUSED)
            np.add.at(self._history, known, 1)
            column = self._column0[lane]
            now_opened = opened * _OPENED
            np.add.at(self._this_hour, lane, now_opened)
            np.add.at(self._today, lane, now_opened)
            np.add.at(self._leave_hour, column + ticks.hour_later[tick], now_opened)
            np.add.at(self._leave_day, column + ticks.day_later[tick], now_opened)
            note = self._acts_too[row]
            left = (note != NONE).nonzero()[0]
            lane, tick, note = lane[left], tick[left], note[left]

    def _close(self, lanes: Ints, parts: Floats) -> None:
        """Pays for what is still to happen when the days are over."""
        owed = self._worth.reshape(-1, self._longest)
        lane, row = np.nonzero(owed[lanes])
        parts[ENGAGEMENT, lanes] += np.bincount(lane, owed[lanes[lane], row], len(lanes))
        owed[lanes] = 0.0
        self._withhold(lanes, self.waiting_that_matter(lanes), parts)

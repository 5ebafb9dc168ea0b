"""The rules of delivery-v0, for any number of people at once.

Each person has a row of ticks, at which the agent is asked: about the notification that arrives,
or, in order of arrival, about all that it holds. Nothing here knows of Gymnasium; the environments
give an array of actions and take the rewards.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_push.actions import (
    AHEAD,
    DELIVER,
    DISMISSED,
    ENGAGEMENT,
    HOLD,
    INTERRUPTION,
    MISSED,
    OPENED,
    PARTS,
    STRESS,
    SUPPRESS,
    SUPPRESSED,
    WAITING,
)
from gym_push.envs.delivery.rewards import Weights, alert_stress, on_grid, usual_alerts
from gym_push.envs.delivery.state import Counts, Fatigue, Pending, Queue, Recent, alerts
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import Tables, World
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.decisions import ONE_ALERT


class Deliveries:
    """Games of delivery, one in each lane.

    Args:
        world: The people and their days.
        lanes: How many games.
        weights: Of the parts of the reward.

    Attributes:
        person: (lanes,) index of the person who is played.
        tick: (lanes,) the tick of the world at which the agent is asked.
        note: (lanes,) the notification about which it is asked.
        status: (lanes, longest) what becomes of each notification of the person, as of `STATUSES`.
            Known from the delivery on: not for agents.
        decided: (lanes,) the notification of the newest decision.
        credit: (lanes,) what that decision earns by its own notification, whenever it is paid; 0
            for holding, and where no decision was made. Not for agents that are tested.
    """

    def __init__(self, world: World, lanes: int, weights: Weights) -> None:
        self.world, self.weights, self._reactions = world, weights, world.reactions
        self._every = np.arange(lanes)
        self._longest = int(np.diff(world.first).max())
        self._ticks = ticks = int(np.diff(world.ticks.first).max()) + 1
        self.person, self.tick, self.note, self.decided = np.zeros((4, lanes), dtype=np.int64)
        self.credit = np.zeros(lanes)
        # The rows of the tick and of the notification.
        self._at, self._about = self._tables.ticks[self.tick], self._tables.notes[self.note]
        self._fatigue = Fatigue(world, lanes)
        self._alerted, self._usual_alerts = np.zeros(lanes), np.ones(lanes)
        # A lane's notifications and ticks are rows, end to end: one index is faster than two.
        self._row0, self._column0, self._behind_last = np.zeros((3, lanes), dtype=np.int64)
        self._queue = Queue(lanes * self._longest, lanes)
        self._pending = Pending(self._longest, ticks, lanes)
        self._status = np.zeros(lanes * self._longest, dtype=np.int8)
        self._counts = Counts(lanes, ticks)

    @property
    def _tables(self) -> Tables:
        return self.world.tables(self.weights)

    @property
    def status(self) -> NDArray[np.int8]:
        """What becomes of each notification."""
        return self._status.reshape(-1, self._longest)

    @property
    def held(self) -> Ints:
        """(lanes,) how many notifications are held."""
        return self._queue.held

    @property
    def at_the_end(self) -> Flags:
        """Whether this is a lane's last tick, after which nothing is reviewed any more."""
        ends: Flags = self.tick + 1 == self._behind_last
        return ends

    @property
    def age(self) -> Ints:
        """(lanes,) milliseconds since the notification was posted."""
        age: Ints = self._at["time"] - self._about["posted"]
        return age

    def _waiting_that_matter(self, lanes: Ints) -> Ints:
        """Returns how many are held of the notifications of senders who matter: (lanes,)."""
        lane, row = np.divmod((self.status[lanes].ravel() == WAITING).nonzero()[0], self._longest)
        notes = self.world.first[self.person[lanes[lane]]] + row
        matters = self.world.simulation.features.significant[notes]
        return np.bincount(lane[matters], minlength=len(lanes))

    def load(self) -> Floats:
        """Returns how tired each person is now, in units of their fatigue; not for agents."""
        return self._fatigue.load(self._at["time"])

    def alert_price(self) -> Floats:
        """Returns what the alert of a delivery now takes from the reward; not for agents."""
        alerted = self._at["time"] - self._alerted >= ONE_ALERT
        stress = alert_stress(self.recent.alerts, self._usual_alerts)
        price: Floats = alerted * (self._at["alert_cost"] + on_grid(self.weights.stress * stress))
        return price

    @property
    def known(self) -> Ints:
        """(lanes, 4) how many of the app were delivered, opened, not opened and suppressed."""
        return self._counts.of_app(self._about["app"])

    @property
    def recent(self) -> Recent:
        """What happened in the last hour and day."""
        return self._counts.recent

    def begin(self, lanes: Ints, person: Ints) -> None:
        """Begins games, each at the person's first notification.

        Raises:
            ArgumentError: One of them gets none.
        """
        self.world.check_begins(person)
        world, ticks, people = self.world, self.world.ticks, self.world.simulation.people
        first = ticks.first[person]
        tick = np.where(ticks.arrival[first] == NONE, ticks.next_arrival[first], first)
        self.person[lanes], self.tick[lanes], self.note[lanes] = person, tick, ticks.arrival[tick]
        self._fatigue.begin(lanes, person)
        self._usual_alerts[lanes] = usual_alerts(people.volume[person])
        self._row0[lanes] = lanes * self._longest - world.first[person]
        self._column0[lanes] = lanes * self._ticks - first
        self._behind_last[lanes] = ticks.first[person + 1]
        for each in (self._queue, self._counts, self._pending):
            each.clear(lanes)
        self._alerted[lanes] = -ONE_ALERT
        self.status[lanes] = AHEAD
        self._at[lanes] = self._tables.ticks[tick]
        self._about[lanes] = self._tables.notes[self.note[lanes]]

    def step(self, actions: Ints, playing: Flags | None = None) -> tuple[Floats, Flags]:
        """Carries out one decision in each lane.

        Args:
            actions: (lanes,) `DELIVER`, `HOLD` or `SUPPRESS`.
            playing: Lanes that take part; None for all.

        Returns:
            The weighted parts of the reward, (4, lanes), whose sum it is; and which games are over.
        """
        if playing is not None:
            actions = np.where(playing, actions, NONE)
        parts = np.zeros((len(PARTS), len(self._every)))
        self.decided, self.credit = self.note.copy(), np.zeros(len(self._every))
        reviewed, hold = self._at["arrival"] == NONE, actions == HOLD
        deliver = (actions == DELIVER).nonzero()[0]
        if deliver.size:
            self._deliver(deliver, parts)
        suppress = (actions == SUPPRESS).nonzero()[0]
        if suppress.size:
            self._suppress(suppress, parts)
        self.credit += parts.sum(axis=0)
        enter = (hold & ~reviewed).nonzero()[0]
        if enter.size:
            row = self._row0[enter] + self.note[enter]
            self._queue.append(enter, row)
            self._status[row] = WAITING
        going = actions != NONE
        review = (reviewed & going).nonzero()[0]
        if review.size:
            row0 = self._row0[review]
            row = self._queue.review(review, row0 + self.note[review], hold[review])
            more = (row != NONE).nonzero()[0]
            lanes = review[more]
            self.note[lanes] = row[more] - row0[more]
            going[lanes] = False
        return parts, self._move(going, parts)

    def _deliver(self, lanes: Ints, parts: Floats) -> None:
        weights = self.weights
        tick, note = self.tick[lanes], self.note[lanes]
        at, met = self._at.take(lanes), self._about.take(lanes)
        again = (at["arrival"] == NONE).nonzero()[0]
        if again.size:
            later = self._reactions.potential_outcomes(note[again], tick[again])
            met["inclination"][again] = later.inclination
            met["opened"][again] = on_grid(weights.engagement * later.opened)
            met["late"][again] = later.late
        now, last = at["time"], self._alerted[lanes]
        alerted = now - last >= ONE_ALERT
        self._alerted[lanes] = np.where(alerted, now, last)
        opened = self._fatigue.deliver(lanes, now, met["inclination"], alerted)
        row = self._row0[lanes] + note
        self._status[row] = np.where(opened, OPENED, DISMISSED + met["ignored"])
        acted = np.where(opened, met["opened_at"], met["refused_at"])
        if again.size:
            then = np.where(opened[again], later.opened_at, later.refused_at)
            acted[again] = self._reactions.tick_of_act(note[again], then, tick[again])
        worth = np.where(opened, met["opened"], met["refused"])
        self._pending.add(row, self._column0[lanes] + acted, worth)
        self.credit[lanes] = worth

        before = alerts(self._counts.hour[lanes])
        stress = alerted * alert_stress(before, self._usual_alerts[lanes])
        parts[INTERRUPTION, lanes] -= alerted * at["alert_cost"]
        parts[STRESS, lanes] -= on_grid(weights.stress * (stress + met["late"]))
        self._counts.deliver(lanes, met["app"], alerted)

    def _suppress(self, lanes: Ints, parts: Floats) -> None:
        self._status[self._row0[lanes] + self.note[lanes]] = SUPPRESSED
        self._counts.suppress(lanes, self._about["app"][lanes])
        self._withhold(lanes, self._about["significant"][lanes], parts)

    def _withhold(self, lanes: Ints, significant: NDArray[Any], parts: Floats) -> None:
        """Charges for notifications of senders who matter that are never delivered."""
        some = significant.nonzero()[0]
        lanes, significant = lanes[some], significant[some]
        parts[STRESS, lanes] -= self.weights.stress * significant
        parts[MISSED, lanes] -= self.weights.missed * significant

    def _move(self, going: Flags, parts: Floats) -> Flags:
        """Moves on to the next decision, and pays for what happens until then."""
        old = self.tick
        new = np.where(self.held > 0, old + 1, self._at["next_arrival"])
        over: Flags = going & (new == self._behind_last)
        if over.any():
            self._close(over.nonzero()[0], parts)
            going = going & ~over
        self.tick = np.where(going, new, old)
        self._pass_ticks(self.tick - old, old, parts)
        self._at = self._tables.ticks.take(self.tick)
        arrival = self._at["arrival"]
        asked = np.where(arrival == NONE, self._queue.first - self._row0, arrival)
        self.note = np.where(going, asked, self.note)
        self._about = self._tables.notes.take(self.note)
        self._queue.start_over(going)
        self._counts.look_back(
            self._column0 + self._at["since_hour"], self._column0 + self._at["since_day"]
        )
        return over

    def _pass_ticks(self, passed: Ints, old: Ints, parts: Floats) -> None:
        """Processes all events between two ticks."""
        first = passed.cumsum() - passed
        lane = self._every.repeat(passed)
        column = np.arange(len(lane)) + (self._column0 + old + 1 - first)[lane]
        place, row = self._pending.due(column)
        opened = self._status[row] == OPENED
        self._counts.keep(column, lane, first, place, opened)
        if row.size:
            lane = lane[place]
            note = row - self._row0[lane]
            np.add.at(parts[ENGAGEMENT], lane, self._pending.pay(row))
            self._counts.act(lane, self._tables.notes["app"][note], opened)

    def _close(self, lanes: Ints, parts: Floats) -> None:
        """Pays for all that is pending when the days are over."""
        parts[ENGAGEMENT, lanes] += self._pending.pay_all(lanes)
        self._withhold(lanes, self._waiting_that_matter(lanes), parts)

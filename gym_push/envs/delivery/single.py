"""One game of delivery-v0 in plain numbers, because an array of one costs as much as of a thousand.

It does for one person what `Deliveries` does for many, to the last bit. How people react comes from
the same functions and tables; only the books are kept a second time.
"""

from __future__ import annotations

import numpy as np

from gym_push.actions import (
    AHEAD,
    DELIVER,
    DISMISSED,
    ENGAGEMENT,
    HOLD,
    IGNORED,
    INTERRUPTION,
    MISSED,
    OPENED,
    PARTS,
    STATUSES,
    STRESS,
    SUPPRESS,
    SUPPRESSED,
    WAITING,
)
from gym_push.envs.delivery.rewards import Weights, alert_stress, on_grid, usual_alerts
from gym_push.envs.delivery.state import (
    APP_DELIVERED,
    APP_NOT_OPENED,
    APP_OPENED,
    APP_SUPPRESSED,
    ONE_ALERTED,
    ONE_DELIVERED,
    ONE_OPENED,
    Recent,
    alerts,
    recent,
)
from gym_push.envs.delivery.ticks import NONE
from gym_push.envs.delivery.world import World
from gym_push.users.model.app_classes import APPS
from gym_push.users.model.decisions import ONE_ALERT, added_load, faded, fatigue_load


class Game:
    """A game of delivery, played by a person from their first notification on.

    Args:
        world: Where they live.
        person: Their index in it.
        weights: Of the parts of the reward.

    Raises:
        ArgumentError: They get no notification.

    Attributes:
        world, person: As given.
        tick: The tick of the world at which the agent is asked.
        note: The notification about which it is asked.
        acted: The notifications that were opened, dismissed or cleared in the newest step, in
            order of arrival; without those that are still pending when the days are over.
    """

    def __init__(self, world: World, person: int, weights: Weights) -> None:
        world.check_begins(np.array([person]))
        tables, people, ticks = world.tables(weights), world.simulation.people, world.ticks
        self.world, self.person, self._weights = world, person, weights
        self._note0, behind_last_note = int(world.first[person]), int(world.first[person + 1])
        self._tick0, self._behind_last = int(ticks.first[person]), int(ticks.first[person + 1])
        self._notes = tables.notes[self._note0 : behind_last_note].tolist()
        self._ticks = tables.ticks[self._tick0 : self._behind_last].tolist()
        self._volume, self._fatigue = float(people.volume[person]), float(people.fatigue[person])
        self._usual_alerts = float(usual_alerts(people.volume[person]))

        # Loads of fatigue, when they were last changed, and when the person was last alerted.
        self._short, self._long, self._loaded, self._alerted = 0.0, 0.0, 0, -ONE_ALERT
        self._held: list[int] = []
        self._reviewed = 0  # of those that are held, before the one that is up for review
        self._status = [AHEAD] * len(self._notes)
        self._worth: dict[int, float] = {}  # of what was delivered and is not yet acted on
        self._acts: dict[int, list[int]] = {}  # the notifications that are acted on at a tick
        self._count, self._before = 0, [0] * len(self._ticks)  # now, and before each tick
        self._history = [[0, 0, 0, 0] for _ in APPS]
        self.acted: list[int] = []
        _, _, arrival, next_arrival, *_ = self._ticks[0]
        self._look(self._tick0 if arrival != NONE else next_arrival)

    @property
    def held(self) -> int:
        """How many notifications are held."""
        return len(self._held)

    @property
    def at_the_end(self) -> bool:
        """Whether this is the last tick, after which nothing is reviewed any more."""
        return self.tick + 1 == self._behind_last

    @property
    def age(self) -> int:
        """Milliseconds since the notification was posted."""
        age: int = self._time - self._about[0]
        return age

    @property
    def recent(self) -> Recent:
        """What happened in the last hour and day."""
        return recent(self._hour, self._count - self._before_day)

    @property
    def known(self) -> list[int]:
        """How many of the app were delivered, opened, not opened and suppressed."""
        *_, app, _ = self._about
        return self._history[app]

    def status_of(self, note: int) -> int:
        """Returns what becomes of a notification, as of `STATUSES`."""
        return self._status[note - self._note0]

    def statuses(self) -> dict[str, int]:
        """Returns how many notifications have each status."""
        return {name: self._status.count(status) for status, name in enumerate(STATUSES)}

    def step(self, action: int) -> tuple[list[float], bool]:
        """Carries out one decision.

        Args:
            action: `DELIVER`, `HOLD` or `SUPPRESS`.

        Returns:
            The weighted parts of the reward, whose sum it is; and whether the game is over.
        """
        parts = [0.0] * len(PARTS)
        self.acted = []
        if action == DELIVER:
            self._deliver(parts)
        elif action == SUPPRESS:
            self._suppress(parts)
        elif self._arrives:
            self._held.append(self.note)
            self._status[self.note - self._note0] = WAITING
        if not self._arrives:
            if action == HOLD:
                self._reviewed += 1
            else:
                del self._held[self._reviewed]
            if self._reviewed < len(self._held):
                self._ask(self._held[self._reviewed])
                return parts, False
        new = self.tick + 1 if self._held else self._next_arrival
        if new == self._behind_last:
            self._close(parts)
            return parts, True
        self._pass_ticks(new, parts)
        self._look(new)
        return parts, False

    @property
    def _hour(self) -> int:
        return self._count - self._before_hour

    def _look(self, tick: int) -> None:
        """Moves to a tick with a decision."""
        at = self._ticks[tick - self._tick0]
        self.tick = tick
        self._time, self._alert_cost, arrival, self._next_arrival, since_hour, since_day = at
        self._before_hour: int = self._before[since_hour - self._tick0]
        self._before_day: int = self._before[since_day - self._tick0]
        self._arrives = arrival != NONE
        self._reviewed = 0
        self._ask(arrival if self._arrives else self._held[0])

    def _ask(self, note: int) -> None:
        self.note, self._about = note, self._notes[note - self._note0]

    def _deliver(self, parts: list[float]) -> None:
        world, weights, now, row = self.world, self._weights, self._time, self.note - self._note0
        p = world.simulation.people.parameters
        _, inclination, worth, refused, ignored, opened_at, refused_at, late, app, _ = self._about
        if not self._arrives:
            note, tick = np.array([self.note]), np.array([self.tick])
            met = world.reactions.potential_outcomes(note, tick)
            inclination, late = met.inclination.item(), met.late.item()
            worth = on_grid(weights.engagement * met.opened).item()
        short, long = faded(self._short, self._long, now - self._loaded, p)
        load = fatigue_load(short, long, self._volume, p)
        opened = bool(inclination - self._fatigue * load > 0.0)
        added, alerted = added_load(p)[opened], now - self._alerted >= ONE_ALERT
        self._short, self._long = float(short + alerted * added), float(long + added)
        self._loaded = now

        self._worth[row] = worth if opened else refused
        self._status[row] = OPENED if opened else IGNORED if ignored else DISMISSED
        acted_at = opened_at if opened else refused_at
        if not self._arrives:
            acted = met.opened_at if opened else met.refused_at
            acted_at = world.reactions.tick_of_act(note, acted, tick).item()
        self._acts.setdefault(acted_at - self._tick0, []).append(row)

        stress = 0.0
        if alerted:
            self._alerted = now
            stress = float(alert_stress(alerts(self._hour), self._usual_alerts))
        parts[INTERRUPTION] -= alerted * self._alert_cost
        parts[STRESS] -= float(on_grid(weights.stress * (stress + late)))
        self._count += ONE_DELIVERED + alerted * ONE_ALERTED
        self._history[app][APP_DELIVERED] += 1

    def _suppress(self, parts: list[float]) -> None:
        *_, app, significant = self._about
        self._status[self.note - self._note0] = SUPPRESSED
        self._history[app][APP_SUPPRESSED] += 1
        self._withhold(significant, parts)

    def _withhold(self, significant: int, parts: list[float]) -> None:
        """Charges for notifications of senders who matter that are never delivered."""
        parts[STRESS] -= self._weights.stress * significant
        parts[MISSED] -= self._weights.missed * significant

    def _pass_ticks(self, new: int, parts: list[float]) -> None:
        """Processes all events until a tick."""
        for tick in range(self.tick + 1 - self._tick0, new + 1 - self._tick0):
            self._before[tick] = self._count
            for row in self._acts.pop(tick, ()):
                *_, app, _ = self._notes[row]
                opened = self._status[row] == OPENED
                self.acted.append(row + self._note0)
                parts[ENGAGEMENT] += self._worth.pop(row)
                self._count += opened * ONE_OPENED
                self._history[app][APP_OPENED if opened else APP_NOT_OPENED] += 1
        self.acted.sort()

    def _close(self, parts: list[float]) -> None:
        """Pays for all that is pending when the days are over."""
        parts[ENGAGEMENT] += sum(self._worth.values())
        self._worth.clear()
        waiting = (self._notes[note - self._note0] for note in self._held)
        self._withhold(sum(significant for *_, significant in waiting), parts)

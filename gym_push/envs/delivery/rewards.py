"""What a delivery leads to, and what it is worth: the potential outcomes of person-model.md.

The numbers of the rewards are assumptions; their unit is the worth of one fresh opening.

Powers and logarithms differ in the last bit from CPU to CPU and from NumPy to NumPy, and a sum of
floats depends on its order. Rewards depend on neither: all that is paid is put on a `GRID`, on
which sums are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.delivery.ticks import Ticks, table
from gym_push.errors import ArgumentError, did_you_mean
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.days import SLOT
from gym_push.users.model.decisions import Numbers, ResponseTraits, acted_at, half_life, staleness
from gym_push.users.model.sensing import Attention, seen_at
from gym_push.users.model.states import per_state
from gym_push.users.simulation import Simulation

GRID: Final = 2.0**-20
"""Rewards and their parts are multiples of it, so that their sums are exact up to 2**33."""

MIN_WEIGHT: Final = 0.001
"""Of a part that counts: with less, little would be left of it on the grid."""

MAX_WEIGHT: Final = 1000.0

WORTH_DISMISSED: Final = -0.30
WORTH_IGNORED: Final = -0.10
WORTH_SIGNIFICANT: Final = 0.5
"""Added to the worth of an opening if the sender matters to the person."""

ALERT_COST: Final = 0.5
"""Of an alert in a state of cost 1 with the ringer on."""

ALERT_BY_RINGER: Final = np.array([0.35, 0.8, 1.0])  # silent, vibrate, normal
ALERT_IN_USE: Final = 0.5  # in place of the ringer's, while the phone is in use

USUAL_ALERTS: Final = 1 / 16
"""Share of a day's volume that alerts in a usual hour."""

_OPENED_OR_NOT = np.array([[True], [False]])


@dataclass(frozen=True)
class Weights:
    """How much each part of the reward counts; put on the `GRID`.

    Attributes:
        engagement: Worth of openings, and the cost of what is dismissed or ignored.
        interruption: Cost of alerts.
        stress: For each alert the logarithm of one plus the alerts of the hour before it over a
            usual hour's; and one for each notification of a sender who matters that is suppressed,
            or delivered later than its half-life, or never.
        missed: One for each notification of a sender who matters that is never delivered.

    Raises:
        ArgumentError: A weight is neither 0 nor between `MIN_WEIGHT` and `MAX_WEIGHT`.
    """

    engagement: float = 1.0
    interruption: float = 1.0
    stress: float = 0.1
    missed: float = 0.0

    def __post_init__(self) -> None:
        """Checks the weights, and puts them on the `GRID`."""
        for name, weight in vars(self).copy().items():
            number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
            if not number or not (weight == 0 or MIN_WEIGHT <= weight <= MAX_WEIGHT):
                raise ArgumentError(
                    f"weights={{{name!r}: {weight!r}}} must be 0 or a number from {MIN_WEIGHT} "
                    f"to {MAX_WEIGHT:.0f}"
                )
            object.__setattr__(self, name, float(on_grid(weight)))

    @classmethod
    def of(cls, given: Mapping[str, float] | None) -> Weights:
        """Returns the default weights with some of them changed.

        Raises:
            ArgumentError: There is no such part, or a weight is out of range.
        """
        known = [each.name for each in fields(cls)]
        if given is not None and not isinstance(given, Mapping):
            raise ArgumentError(f"weights={given!r} must be a dict from {', '.join(known)}")
        for name in given or {}:
            if name not in known:
                raise ArgumentError(
                    f"the reward has no part {name!r}, only {', '.join(known)}"
                    f"{did_you_mean(str(name), known)}"
                )
        return cls(**(given or {}))


class PotentialOutcomes(NamedTuple):
    """What deliveries lead to, opened or not; (deliveries,) each.

    Whether a notification is opened depends on the fatigue that comes on top; nothing else here
    depends on what an agent does. What it is worth is unweighted, and on the `GRID`.

    Attributes:
        inclination: Utility of opening it when it is seen, with its noise, before fatigue.
        opened: Worth of an opening.
        refused: Worth of not opening it, below zero.
        ignored: Whether it is ignored if it is not opened; else it is dismissed.
        opened_at: When it is opened, if it is, in milliseconds.
        refused_at: When it is dismissed or cleared, if it is.
        late: Whether it matters and comes later than its half-life.
    """

    inclination: Floats
    opened: Floats
    refused: Floats
    ignored: Flags
    opened_at: Ints
    refused_at: Ints
    late: Flags


@dataclass(frozen=True, eq=False)
class Reactions:
    """How people react to deliveries, whenever they come.

    Attributes:
        simulation: The people, and what happens if everything is delivered when it arrives.
        static_utility: (eras, notifications) utility that does not depend on when it is seen.
        slots: What every ten minutes mean, as of `build_slots`.
        ticks: When notifications may be delivered.
    """

    simulation: Simulation
    static_utility: Floats
    slots: NDArray[Any]
    ticks: Ticks

    def potential_outcomes(self, notification: Ints, tick: Ints) -> PotentialOutcomes:
        """Returns what deliveries at these ticks lead to.

        Args:
            notification: (deliveries,) indices of notifications.
            tick: (deliveries,) indices of ticks of the same people.
        """
        tastes, p = self.simulation.people.tastes, self.simulation.people.parameters
        note, at = self._note_facts.take(notification), self._tick_facts.take(tick)
        slots_each = len(self.slots) // len(self.simulation.people.key)
        person, arrived, life = note["person"], note["arrived"], note["half_life"]
        attention = Attention(note["alert"], note["after_alert"], note["in_use"])
        traits = ResponseTraits(note["noise"], note["to_act"], note["ignores"], note["to_clear"])
        delivered = at["time"]
        seen = seen_at(attention, delivered, at["notice"], at["in_use"], at["next_check"], p)
        when = self.slots.take(person * slots_each + seen // SLOT)
        era = when["era"]
        utility = (
            self.static_utility[era, notification]
            + when["context_utility"]
            + tastes.class_day_part[era, person, note["app_class"], when["day_part"]]
            + staleness(seen - arrived, life, p)
        )
        opened_at, refused_at = acted_at(traits, _OPENED_OR_NOT, seen, when["state"], p)
        return PotentialOutcomes(
            inclination=utility + traits.noise,
            opened=on_grid(note["fresh"] * 2.0 ** ((arrived - seen) / life)),
            refused=note["refused"],
            ignored=traits.ignores,
            opened_at=opened_at,
            refused_at=refused_at,
            late=_late(note, delivered),
        )

    @cached_property
    def at_once(self) -> PotentialOutcomes:
        """The potential outcomes of every notification delivered when it arrives."""
        arrived = self.ticks.of_arrival
        return self.potential_outcomes(np.arange(len(arrived)), arrived)

    @cached_property
    def alert_costs(self) -> Floats:
        """(ticks,) what an alert at each costs the person, above zero, on the `GRID`."""
        slot = self.ticks.slot
        ringer = ALERT_BY_RINGER[self.slots["ringer"][slot]]
        strength = np.where(self.ticks.in_use, ALERT_IN_USE, ringer)
        return on_grid(ALERT_COST * per_state("interruption")[self.slots["state"][slot]] * strength)

    def is_late(self, notification: Ints, time: Ints) -> Flags:
        """Returns whether notifications matter and are older than their half-life by then."""
        return _late(self._note_facts.take(notification), time)

    def tick_of_act(self, notification: Ints, acted: Ints, delivered: Ints) -> Ints:
        """Returns the ticks from which on it is known what people did with notifications.

        Args:
            notification: (deliveries,) indices of notifications.
            acted: (deliveries,) when they are opened, dismissed or cleared, in milliseconds.
            delivered: (deliveries,) the ticks of the deliveries, after which the others are.
        """
        person = self.simulation.arrivals.person[notification]
        tick: Ints = np.maximum(self.ticks.at(person, acted), delivered + 1)
        return tick

    @cached_property
    def _note_facts(self) -> NDArray[Any]:
        simulation, arrivals = self.simulation, self.simulation.arrivals
        significant, ignores = simulation.features.significant, simulation.traits.ignores
        return table(
            person=arrivals.person,
            app_class=arrivals.app_class,
            arrived=arrivals.time,
            half_life=half_life(arrivals.app_class),
            significant=significant,
            fresh=np.where(significant, 1.0 + WORTH_SIGNIFICANT, 1.0),
            refused=on_grid(np.where(ignores, WORTH_IGNORED, WORTH_DISMISSED)),
            **simulation.attention._asdict(),
            **simulation.traits._asdict(),
        )

    @cached_property
    def _tick_facts(self) -> NDArray[Any]:
        ticks = self.ticks
        return table(
            time=ticks.time,
            notice=self.slots["notice"][ticks.slot],
            in_use=ticks.in_use,
            next_check=ticks.next_check,
        )


def on_grid(amounts: Numbers) -> Numbers:
    """Returns the nearest multiples of `GRID`."""
    nearest: Numbers = np.rint(amounts / GRID) * GRID
    return nearest


def alert_stress(before: Any, usual: Numbers) -> Numbers:
    """Returns the stress of alerts that follow others within the hour.

    Args:
        before: (alerts,) how many others.
        usual: (alerts,) how many are usual for the person, from `usual_alerts`.
    """
    stress: Numbers = np.log1p(before / usual)
    return stress


def usual_alerts(volume: Floats) -> Floats:
    """Returns how many alerts an hour are usual for people with so many notifications a day."""
    return np.maximum(volume * USUAL_ALERTS, 1.0)


def _late(note: NDArray[Any], time: Ints) -> Flags:
    late: Flags = note["significant"] & (time - note["arrived"] > note["half_life"])
    return late

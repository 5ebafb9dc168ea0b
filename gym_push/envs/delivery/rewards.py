"""What a delivery leads to, and what it is worth: person-model.md's potential outcomes.

The numbers of the rewards are assumptions; their unit is the worth of one fresh opening.

Powers and logarithms differ in the last bit from CPU to CPU and from NumPy to NumPy, and a sum of
floats depends on its order. Rewards depend on neither: all that is paid is put on a `GRID`, on
which sums are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.delivery.world import World
from gym_push.errors import ArgumentError, did_you_mean
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.days import SLOT
from gym_push.users.model.decisions import Numbers, ResponseTraits, acted_at, half_life, staleness
from gym_push.users.model.sensing import Attention, seen_at
from gym_push.users.model.states import per_state

GRID: Final = 2.0**-20
"""Rewards and their parts are multiples of it, so that their sums are exact up to 2**33."""

WEIGHTS_FROM: Final = 0.001
"""Of a part that counts: with less, little would be left of it on the grid."""

WEIGHTS_TO: Final = 1000.0

DISMISSED: Final = -0.30
IGNORED: Final = -0.10
SIGNIFICANT: Final = 0.5
"""Added to the worth of an opening if the sender matters to the person."""

ALERT: Final = 0.5
"""Cost of an alert in a state of cost 1 with the ringer on."""

ALERT_BY_RINGER: Final = np.array([0.35, 0.8, 1.0])  # silent, vibrate, normal
ALERT_IN_USE: Final = 0.5  # in place of the ringer's, while the phone is in use

USUAL_ALERTS: Final = 1 / 16
"""Of a day's volume: so many alerts an hour are usual."""

_OPENED_OR_NOT = np.array([[True], [False]])


@dataclass(frozen=True)
class Weights:
    """How much each part of the reward counts.

    Attributes:
        engagement: Worth of openings, and the cost of what is dismissed or ignored.
        interruption: Cost of alerts.
        stress: For each alert the logarithm of one plus the alerts of the hour before it over a
            usual hour's; and one for each notification of a sender who matters that is suppressed,
            or delivered later than its half-life, or never.
        missed: One for each notification of a sender who matters that is never delivered.
    """

    engagement: float = 1.0
    interruption: float = 1.0
    stress: float = 0.1
    missed: float = 0.0

    def __post_init__(self) -> None:
        """Checks the weights, and puts them on the `GRID`.

        Raises:
            ArgumentError: One of them is neither 0 nor between `WEIGHTS_FROM` and `WEIGHTS_TO`.
        """
        for name, weight in vars(self).copy().items():
            number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
            if not number or not (weight == 0 or WEIGHTS_FROM <= weight <= WEIGHTS_TO):
                raise ArgumentError(
                    f"weights={{{name!r}: {weight!r}}} must be 0 or a number from {WEIGHTS_FROM} "
                    f"to {WEIGHTS_TO:.0f}"
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


def on_grid(amounts: Numbers) -> Numbers:
    """Returns the nearest multiples of `GRID`."""
    nearest: Numbers = np.rint(amounts / GRID) * GRID
    return nearest


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


def potential_outcomes(world: World, notification: Ints, tick: Ints) -> PotentialOutcomes:
    """Returns what it leads to if notifications are delivered at these ticks.

    Args:
        world: Where they are.
        notification: (deliveries,) indices of notifications.
        tick: (deliveries,) indices of ticks of the same people.
    """
    tastes, p = world.simulation.people.tastes, world.simulation.parameters
    facts = _facts(world)
    note, at = facts.notes.take(notification), facts.ticks.take(tick)
    person, arrived, life = note["person"], note["arrived"], note["half_life"]
    attention = Attention(note["alert"], note["after_alert"], note["in_use"])
    traits = ResponseTraits(note["noise"], note["to_act"], note["ignores"], note["to_clear"])
    delivered = at["time"]
    seen = seen_at(attention, delivered, at["notice"], at["in_use"], at["next_check"], p)
    when = facts.slots.take(person * world.slots.count + seen // SLOT)
    era = when["era"]
    utility = (
        world.static_utility[era, notification]
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


def is_late(world: World, notification: Ints, time: Ints) -> Flags:
    """Returns whether notifications matter and are older than their half-life at these times."""
    return _late(_facts(world).notes.take(notification), time)


def _late(note: NDArray[Any], time: Ints) -> Flags:
    late: Flags = note["significant"] & (time - note["arrived"] > note["half_life"])
    return late


def tick_of_act(world: World, notification: Ints, acted: Ints, delivered: Ints) -> Ints:
    """Returns the ticks at which it is known what people did with notifications.

    Args:
        world: Where they are.
        notification: (deliveries,) indices of notifications.
        acted: (deliveries,) when they are opened, dismissed or cleared, in milliseconds.
        delivered: (deliveries,) the ticks of the deliveries, after which the others are.
    """
    person = world.simulation.arrivals.person[notification]
    tick: Ints = np.maximum(world.ticks.at(person, acted), delivered + 1)
    return tick


def potential_outcomes_at_once(world: World) -> PotentialOutcomes:
    """Returns the potential_outcomes of every notification delivered when it arrives; kept."""
    kept: dict[str, Any] = vars(world)
    if "_at_once" not in kept:
        every = np.arange(len(world.ticks.of_arrival))
        kept["_at_once"] = potential_outcomes(world, every, world.ticks.of_arrival)
    at_once: PotentialOutcomes = kept["_at_once"]
    return at_once


def alert_costs(world: World) -> Floats:
    """Returns what an alert at each tick costs the person, above zero, on the `GRID`; kept."""
    kept: dict[str, Any] = vars(world)
    if "_alert_costs" not in kept:
        ticks, slots = world.ticks, world.slots
        ringer = ALERT_BY_RINGER[slots.ringer[ticks.slot]]
        strength = np.where(ticks.in_use, ALERT_IN_USE, ringer)
        state = slots.state[ticks.slot]
        kept["_alert_costs"] = on_grid(ALERT * per_state("interruption")[state] * strength)
    costs: Floats = kept["_alert_costs"]
    return costs


def alert_stress(before: Any, usual: Numbers) -> Numbers:
    """Returns the stress of alerts that come after so many others within the hour.

    Args:
        before: (alerts,) their number.
        usual: (alerts,) the usual number of the person, from `usual_alerts`.
    """
    stress: Numbers = np.log1p(before / usual)
    return stress


def usual_alerts(volume: Floats) -> Floats:
    """Returns how many alerts an hour are usual for people with so many notifications a day."""
    return np.maximum(volume * USUAL_ALERTS, 1.0)


class _Facts(NamedTuple):
    """What `potential_outcomes` looks up of notifications, ticks and slots, a row of each."""

    notes: NDArray[Any]
    ticks: NDArray[Any]
    slots: NDArray[Any]


def _facts(world: World) -> _Facts:
    kept: dict[str, Any] = vars(world)
    if "_facts" not in kept:
        simulation, slots, ticks = world.simulation, world.slots, world.ticks
        arrivals, significant = simulation.arrivals, simulation.features.significant
        kept["_facts"] = _Facts(
            table(
                person=arrivals.person,
                app_class=world.app_class,
                arrived=arrivals.time,
                half_life=half_life(world.app_class),
                significant=significant,
                fresh=np.where(significant, 1.0 + SIGNIFICANT, 1.0),
                refused=on_grid(np.where(simulation.traits.ignores, IGNORED, DISMISSED)),
                **simulation.attention._asdict(),
                **simulation.traits._asdict(),
            ),
            table(
                time=ticks.time,
                notice=slots.notice[ticks.slot],
                in_use=ticks.in_use,
                next_check=ticks.next_check,
            ),
            table(
                context_utility=slots.context_utility,
                era=slots.era,
                day_part=slots.day_part,
                state=slots.state,
            ),
        )
    facts: _Facts = kept["_facts"]
    return facts


def table(**columns: NDArray[Any]) -> NDArray[Any]:
    """Returns columns of one length as a table whose rows each lie in one piece."""
    dtype = np.dtype([(name, column.dtype) for name, column in columns.items()], align=True)
    rows = np.empty(len(next(iter(columns.values()))), dtype=dtype)
    for name, column in columns.items():
        rows[name] = column
    return rows

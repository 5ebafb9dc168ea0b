"""What games of delivery look up at every decision: of each tick and notification one row.

A row lies in one piece of memory, so that thousands of games wait for it once and not column by
column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.delivery.rewards import (
    Weights,
    alert_costs,
    on_grid,
    potential_outcomes_at_once,
    table,
    tick_of_act,
)
from gym_push.envs.delivery.world import World
from gym_push.users.keyed_random import Ints


@dataclass(frozen=True, eq=False)
class Tables:
    """A world as games read it.

    Attributes:
        world, weights: What they are of.
        ticks: Of each its `time`, its weighted `alert_cost`, and its `arrival`, `next_arrival`,
            `since_hour` and `since_day`, as `worlds.Ticks` has them.
        notes: Of each notification when it was `posted`; its weighted `PotentialOutcomes` if it is
            delivered when it arrives, which tell by the tick when the person acts; its `app`, and
            whether it is `significant`.
    """

    world: World
    weights: Weights
    ticks: NDArray[Any]
    notes: NDArray[Any]

    def __deepcopy__(self, memo: dict[int, Any]) -> Tables:
        """Returns itself: what cannot change need not be copied."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles what it is made from."""
        return tables_of, (self.world, self.weights)


def tables_of(world: World, weights: Weights) -> Tables:
    """Returns the tables of a world, with the parts of the reward weighted; kept."""
    kept: dict[Weights, Tables] = vars(world).setdefault("_tables", {})
    if weights not in kept:
        kept[weights] = _tables_of(world, weights)
    return kept[weights]


def _tables_of(world: World, weights: Weights) -> Tables:
    ticks, arrivals = world.ticks, world.simulation.arrivals
    at_once, arrived = potential_outcomes_at_once(world), ticks.of_arrival
    every = np.arange(len(arrived))
    return Tables(
        world,
        weights,
        ticks=table(
            time=ticks.time,
            alert_cost=on_grid(weights.interruption * alert_costs(world)),
            arrival=_short(ticks.arrival),
            next_arrival=_short(ticks.next_arrival),
            since_hour=_short(ticks.since_hour),
            since_day=_short(ticks.since_day),
        ),
        notes=table(
            posted=arrivals.time,
            inclination=at_once.inclination,
            opened=on_grid(weights.engagement * at_once.opened),
            refused=on_grid(weights.engagement * at_once.refused),
            ignored=at_once.ignored,
            opened_at=_short(tick_of_act(world, every, at_once.opened_at, arrived)),
            refused_at=_short(tick_of_act(world, every, at_once.refused_at, arrived)),
            late=at_once.late,
            app=arrivals.app.astype(np.int8),
            significant=world.simulation.features.significant,
        ),
    )


def _short(index: Ints) -> NDArray[np.int32]:
    """Halves an index: a world of two thousand million ticks would fit into no memory."""
    return index.astype(np.int32)

"""How tired the people of many games of delivery are of notifications."""

from __future__ import annotations

import numpy as np

from gym_push.envs.delivery.world import World
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.decisions import added_load, faded, fatigue_load


class Fatigue:
    """Two loads of each person, which deliveries add to and which fade.

    Args:
        world: The people.
        lanes: How many games.
    """

    def __init__(self, world: World, lanes: int) -> None:
        self._world = world
        self._short, self._long, self._changed = np.zeros((3, lanes))
        self._volume, self._trait = np.ones((2, lanes))

    def begin(self, lanes: Ints, person: Ints) -> None:
        """Begins with people who are rested."""
        people = self._world.simulation.people
        self._short[lanes] = self._long[lanes] = self._changed[lanes] = 0.0
        self._volume[lanes], self._trait[lanes] = people.volume[person], people.fatigue[person]

    def load(self, time: Ints) -> Floats:
        """Returns how tired everybody is, in units of their trait.

        Args:
            time: (lanes,) milliseconds.
        """
        p = self._world.simulation.parameters
        short, long = faded(self._short, self._long, time - self._changed, p)
        return fatigue_load(short, long, self._volume, p)

    def deliver(self, lanes: Ints, time: Ints, inclination: Floats, alerts: Flags) -> Flags:
        """Adds deliveries, and returns whether they are opened.

        Args:
            lanes: To whom.
            time: (deliveries,) milliseconds.
            inclination: (deliveries,) utility of opening them, with its noise, before fatigue.
            alerts: (deliveries,) whether they alert.
        """
        p, since = self._world.simulation.parameters, time - self._changed[lanes]
        short, long = faded(self._short[lanes], self._long[lanes], since, p)
        load = fatigue_load(short, long, self._volume[lanes], p)
        opened: Flags = inclination - self._trait[lanes] * load > 0.0
        if_refused, if_opened = added_load(p)
        added = np.where(opened, if_opened, if_refused)
        self._short[lanes], self._long[lanes] = short + alerts * added, long + added
        self._changed[lanes] = time
        return opened

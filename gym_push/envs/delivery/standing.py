"""How one of many games of delivery stands, for who follows it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.delivery.world import World


class LaneView(NamedTuple):
    """What a `Game` tells of itself, of one of many.

    Attributes:
        world: Where it plays.
        person: Index of who is played.
        note: The notification about which the agent is asked.
        tick: The tick at which it is.
        acted: The notifications that were acted on in the newest step, in order of arrival.
        status: What became, or becomes, of each notification of the person.
    """

    world: World
    person: int
    note: int
    tick: int
    acted: list[int]
    status: NDArray[np.int8]

    def status_of(self, note: int) -> int:
        """Returns what became of a notification, as of `STATUSES`."""
        return int(self.status[note - self.world.first[self.person]])

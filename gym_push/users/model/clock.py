"""Time in a simulation: whole milliseconds since midnight of its first day.

The units are in milliseconds. Times are integers, as a float sum depends on the order of its terms.
"""

from typing import Final

import numpy as np

from gym_push.users.keyed_random import Floats, Ints

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_PARTS: Final = ("early-morning", "morning", "afternoon", "evening", "night")
DAY_PART_OF_HOUR: Final[Ints] = np.repeat(np.arange(5), (6, 6, 5, 4, 3))
"""(24,) index in `DAY_PARTS`."""


def milliseconds(amount: Floats, unit: int = SECOND) -> Ints:
    """Rounds amounts of a unit to whole milliseconds."""
    return np.rint(amount * unit).astype(np.int64)

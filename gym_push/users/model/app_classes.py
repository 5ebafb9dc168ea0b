"""The classes of apps, how they differ, and the apps in each.

Popularity, cluster size, gap, half-life, decision time and the two probabilities were
fitted by hand to the marginals of ten anonymous notification logs; where messages convert best is
also what "Dismissed! A Detailed Exploration of How Mobile Phone Users Handle Push Notifications"
reports. Hourly profiles, weekend factors, the priorities of rarer classes and which classes lead
are assumptions in line with those logs.
"""

import json
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from gym_push.logs.columns import read_only
from gym_push.users.keyed_random import Flags, Floats, Ints

PRIORITIES: Final = ("min", "low", "default", "high", "max")


class AppClass(NamedTuple):
    """A kind of app; one row of `app_classes.json`.

    Attributes:
        name: Short name.
        popularity: Weight in the Plackett-Luce ranking of a person's apps, shared by its packages.
        cluster_size: Mean number of notifications that arrive together.
        gap: Median gap inside a cluster, in seconds.
        half_life: Time in which a notification's value halves, in minutes.
        decision_time: Median time from seeing to opening, in seconds.
        significant: Probability that the sender matters to the person.
        category: Android's notification category, where the app sets it.
        category_set: Probability that it does, the same for all that it sends to a person.
        weekend: Rate on Saturday and Sunday over the rate on other days.
        leads: Whether its apps can be a person's busiest one, because people write there.
        priorities: Probabilities of `PRIORITIES`.
        intents: Probabilities of what its messages want, where they mean something; assumed.
        hours: Relative arrival rate in each hour of the day, for a person who wakes at seven.
        packages: Android packages of this class.
    """

    name: str
    popularity: float
    cluster_size: float
    gap: float
    half_life: float
    decision_time: float
    significant: float
    category: str
    category_set: float
    weekend: float
    leads: bool
    priorities: list[float]
    intents: list[float]
    hours: list[float]
    packages: list[str]


_ROWS = json.loads(Path(__file__).with_name("app_classes.json").read_text(encoding="utf-8"))
CLASSES: Final = tuple(AppClass(**row) for row in _ROWS)
APPS: Final = tuple(package for each in CLASSES for package in each.packages)
"""Every package, class by class."""

CLASS_OF_APP: Final[Ints] = np.repeat(
    np.arange(len(CLASSES)), [len(each.packages) for each in CLASSES]
)
"""(apps,) index in `CLASSES`."""

LEADS: Final[Flags] = np.array([CLASSES[each].leads for each in CLASS_OF_APP])
"""(apps,) whether it can be a person's busiest app."""


@cache
def per_class(field: str) -> Floats:
    """Returns a field of `AppClass` for every class: (classes, ...) float64, read-only."""
    return read_only(np.array([getattr(each, field) for each in CLASSES], dtype=np.float64))

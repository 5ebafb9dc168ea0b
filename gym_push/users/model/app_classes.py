"""The classes of apps, how they differ, and the apps in each.

Popularity, cluster size, gap, half-life, decision time and the two probabilities were
fitted by hand to the marginals of ten anonymous notification logs; where messages convert best is
also what "Dismissed! A Detailed Exploration of How Mobile Phone Users Handle Push Notifications"
reports. Hourly profiles, weekend factors, the priorities of rarer classes and which classes lead
are assumptions in line with those logs.
"""

from functools import cache
from typing import Final, NamedTuple

import numpy as np

from gym_push.logs.columns import read_only
from gym_push.users.keyed_random import Flags, Floats, Ints

PRIORITIES: Final = ("min", "low", "default", "high", "max")


class AppClass(NamedTuple):
    """A kind of app; one row of `CLASSES`.

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
        priorities: Probabilities of `PRIORITIES`.
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
    priorities: tuple[float, ...]
    hours: tuple[float, ...]
    packages: tuple[str, ...]


# fmt: off
CLASSES: Final = (
    AppClass("msg", 5.2, 2.0, 90, 45, 55, .30, "msg", .48, 1.05, (0, 0, .73, .24, .03),
             (.4, .2, .1, .1, .1, .4, 2, 4, 5, 5.5, 6, 6,
              6, 6, 5.5, 5.5, 6, 7, 7, 6.5, 5.5, 3.5, 2, 1),
             ("com.whatsapp", "com.facebook.orca", "org.telegram.messenger",
              "com.google.android.apps.messaging")),
    AppClass("group", 1.5, 2.6, 60, 90, 80, .10, "msg", .35, 1.15, (0, 0, .73, .24, .03),
             (.5, .2, .1, .1, .1, .3, 2, 3.5, 4.5, 5, 6, 6,
              6, 6, 5.5, 5.5, 6, 7, 7.5, 7, 6, 4, 2.4, 1),
             ("com.discord", "com.Slack")),
    AppClass("email", 4.0, 1.15, 300, 240, 150, .12, "email", .72, .4,
             (.01, 0, .88, .07, .04),
             (.3, .2, .2, .3, .5, 1.2, 3, 5, 7, 8, 8, 7.5,
              6.5, 6.5, 7, 7, 6.5, 6, 4.5, 3.5, 2.5, 1.5, .8, .5),
             ("com.google.android.gm", "com.microsoft.office.outlook",
              "com.yahoo.mobile.client.android.mail")),
    AppClass("dating", .7, 1.4, 120, 180, 130, .10, "social", .10, 1.2,
             (.01, .01, .86, .06, .06),
             (1, .5, .2, .1, .1, .2, 1, 2, 3, 3, 4, 4,
              5, 5, 5, 5, 5, 6, 7, 8, 8, 6, 4, 2),
             ("com.tinder", "com.bumble.app")),
    AppClass("social", .8, 1.25, 600, 360, 130, .08, "social", .12, 1.1,
             (.01, .01, .86, .06, .06),
             (.6, .3, .2, .2, .2, .5, 2, 4, 5, 5, 5, 5.5,
              6, 6, 5.5, 5, 5, 6, 7, 7.5, 7, 4.5, 2.5, 1.3),
             ("com.instagram.android", "com.facebook.katana", "com.twitter.android",
              "com.snapchat.android")),
    AppClass("news", .9, 1.1, 900, 360, 150, 0, "recommendation", .05, .9,
             (.02, .01, .80, .12, .05),
             (.3, .2, .2, .3, .5, 2, 7, 10, 8, 5, 4, 4,
              6, 5, 4, 4, 5, 7, 8, 6, 5, 4, 2, 1),
             ("bbc.mobile.news.ww", "com.guardian", "com.reddit.frontpage")),
    AppClass("media", .8, 1.05, 600, 60, 130, 0, "transport", .75, 1.0,
             (.10, .02, .86, .01, .01),
             (.5, .3, .2, .2, .2, .5, 3, 6, 5, 4, 5, 5,
              6, 5, 4, 4, 6, 8, 7, 7, 7, 6, 4, 2),
             ("com.spotify.music", "com.google.android.youtube", "com.netflix.mediaclient")),
    AppClass("assistant", 1.8, 1.1, 900, 120, 90, 0, "recommendation", .03, .9,
             (.25, .01, .58, .06, .10),
             (.3, .2, .2, .2, .3, 1, 5, 9, 7, 5, 5, 5,
              6, 5, 5, 5, 6, 7, 6, 5, 4, 3, 2, 1),
             ("com.google.android.googlequicksearchbox", "com.google.android.apps.maps")),
    AppClass("calendar", .6, 1.05, 900, 30, 45, .25, "event", .80, .35, (0, 0, .5, .4, .1),
             (.2, .1, .1, .1, .2, 1, 6, 9, 9, 9, 8, 7,
              6, 8, 8, 8, 7, 5, 4, 3, 2, 1, .5, .3),
             ("com.google.android.calendar", "com.todoist")),
    AppClass("call", .5, 1.1, 60, 3, 8, .30, "call", .90, .7, (0, 0, .5, .4, .1),
             (.2, .1, .1, .1, .1, .2, 1, 3, 6, 7, 8, 8,
              7, 7, 7, 7, 7, 8, 8, 6, 4, 3, 1, .5),
             ("com.google.android.dialer",)),
    AppClass("system", 1.2, 1.15, 300, 240, 170, 0, "service", .30, 1.0,
             (.3, .05, .6, .05, 0),
             (2, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4,
              4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3),
             ("android", "com.android.vending", "com.google.android.gms")),
    AppClass("promo", .8, 1.05, 900, 1440, 200, 0, "promo", .30, 1.1,
             (.02, .03, .9, .05, 0),
             (.1, .1, .1, .1, .1, .2, 1, 3, 5, 8, 9, 8,
              8, 6, 6, 6, 7, 8, 8, 7, 5, 3, 1, .3),
             ("com.amazon.mShop.android.shopping", "com.ebay.mobile", "com.etsy.android")),
)
# fmt: on

APPS: Final = tuple(package for each in CLASSES for package in each.packages)
"""Every package, class by class."""

CLASS_OF_APP: Final[Ints] = np.repeat(
    np.arange(len(CLASSES)), [len(each.packages) for each in CLASSES]
)
"""(apps,) index in `CLASSES`."""


LEADS: Final[Flags] = np.array(
    [CLASSES[each].name in ("msg", "group", "email", "dating", "social") for each in CLASS_OF_APP]
)
"""(apps,) whether it can be a person's busiest app, because people write there."""


@cache
def per_class(field: str) -> Floats:
    """Returns a field of `AppClass` for every class: (classes, ...) float64, read-only."""
    return read_only(np.array([getattr(each, field) for each in CLASSES], dtype=np.float64))

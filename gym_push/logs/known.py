"""Logs known by their columns: the bundled one, that of 2019, and two of simulated people."""

from __future__ import annotations

from collections.abc import Collection

from gym_push.logs.schema import FEATURE_ROLES, Feature, Schema

_OF_THE_PHONE = [
    Feature("place", "label"),
    Feature("activity", "label"),
    Feature("noise", "label"),
    Feature("batteryLevel", "integer", "%"),
    Feature("charging", "flag"),
    Feature("headphonesIn", "flag"),
    Feature("ringerMode", "label"),
    Feature("unlockCount_prev2", "integer"),
]

MOMENT = (
    Feature("dayOfWeek", "label"),
    Feature("timeOfDay", "label"),
    Feature("minuteOfDay", "integer", "min"),
    *_OF_THE_PHONE,
    Feature("inUse", "flag"),
)
"""What a phone knows of a moment, in delivery-v0."""

BUNDLED = Schema(
    notification=[
        Feature("appPackage", "label"),
        Feature("category", "label"),
        Feature("priority", "label"),
        Feature("numberUpdates", "integer"),
        Feature("ledARGB", "label"),
        Feature("vibrate", "label", "ms"),
        Feature("visibility", "label"),
        Feature("subject", "label"),
        Feature("sentiment", "number"),
        Feature("enticement", "number"),
        Feature("tickerText", "text"),
    ],
    context=[
        Feature("postedDayOfWeek", "label"),
        Feature("postedTimeOfDay", "label"),
        *_OF_THE_PHONE,
        Feature("timeAppLastUsed", "integer", "min"),
        Feature("contactSignificantContext", "flag"),
    ],
    engagement=[Feature("responseTime", "number", "s")],
    time="posted",
)

# p1 to p6 are undocumented, and `removed` and `response` come after the act: none is observed.
GYM_PUSH_2019 = Schema(
    notification=[
        Feature("appPackage", "label"),
        Feature("category", "label"),
        Feature("priority", "integer"),
        Feature("numberUpdates", "integer"),
        Feature("subject", "label"),
    ],
    context=[
        Feature("postedDayOfWeek", "label"),
        Feature("postedTimeOfDay", "label"),
        Feature("contactSignificantContext", "flag"),
    ],
    engagement=[
        *(Feature(f"p{i}", "number") for i in range(1, 7)),
        Feature("removed", "number", "ms"),
        Feature("response", "label"),
    ],
    time=Feature("posted", unit="ms"),
)

_BY_ROLE = {
    role: [each for each in BUNDLED.features if each.role == role] for role in FEATURE_ROLES
}

SIMULATED = Schema(
    _BY_ROLE["notification"],
    _BY_ROLE["context"],
    BUNDLED.action,
    "user",
    BUNDLED.time,
    engagement=_BY_ROLE["engagement"],
)

# What an agent of delivery-v0 sees when a notification arrives, and what was decided by chance.
DECISIONS = Schema(
    notification=[
        *_BY_ROLE["notification"],
        Feature("contactSignificantContext", "flag"),
    ],
    context=[
        *MOMENT,
        Feature("minutesSincePosted", "integer", "min"),
        Feature("held", "integer"),
        Feature("deliveredLastHour", "integer"),
        Feature("deliveredLastDay", "integer"),
        Feature("openedLastHour", "integer"),
        Feature("openedLastDay", "integer"),
        Feature("appDelivered", "integer"),
        Feature("appOpened", "integer"),
        Feature("appNotOpened", "integer"),
        Feature("appSuppressed", "integer"),
        Feature("appOpenRate", "number"),
    ],
    engagement=[
        Feature("decision", "label"),
        Feature("deliverPropensity", "number"),
        Feature("suppressPropensity", "number"),
        Feature("reward", "number"),
    ],
    user="user",
    time=BUNDLED.time,
)

KNOWN = (BUNDLED, GYM_PUSH_2019, SIMULATED, DECISIONS)


def nearest_known(columns: Collection[str]) -> Schema:
    """Returns the known schema that shares most of its columns with these."""
    return max(KNOWN, key=lambda schema: len(set(schema.columns) & set(columns)))

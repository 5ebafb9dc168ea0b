"""Logs known by their columns: the bundled one, that of 2019, and two of simulated people."""

from __future__ import annotations

from collections.abc import Collection

from gym_push.logs.schema import Feature, Schema


def _features(kind: str, *names: str) -> list[Feature]:
    return [Feature(name, kind) for name in names]


_PHONE = [
    *_features("label", "place", "activity", "noise"),
    Feature("batteryLevel", "integer", "%"),
    *_features("flag", "charging", "headphonesIn"),
    Feature("ringerMode", "label"),
    Feature("unlockCount_prev2", "integer"),
]

SITUATION = (
    *_features("label", "dayOfWeek", "timeOfDay"),
    Feature("minuteOfDay", "integer", "min"),
    *_PHONE,
    Feature("inUse", "flag"),
)
"""What the phone knows whenever delivery-v0 asks for a decision."""

BUNDLED = Schema(
    notification=[
        *_features("label", "appPackage", "category", "priority"),
        Feature("numberUpdates", "integer"),
        Feature("ledARGB", "label"),
        Feature("vibrate", "label", "ms"),
        *_features("label", "visibility", "subject"),
        *_features("number", "sentiment", "enticement"),
        Feature("tickerText", "text"),
    ],
    context=[
        *_features("label", "postedDayOfWeek", "postedTimeOfDay"),
        *_PHONE,
        Feature("timeAppLastUsed", "integer", "min"),
        Feature("contactSignificantContext", "flag"),
    ],
    engagement=[Feature("responseTime", "number", "s")],
    time="posted",
)

# p1 to p6 are undocumented, and `removed` and `response` come after the act: none is observed.
GYM_PUSH_2019 = Schema(
    notification=[
        *_features("label", "appPackage", "category"),
        *_features("integer", "priority", "numberUpdates"),
        Feature("subject", "label"),
    ],
    context=[
        *_features("label", "postedDayOfWeek", "postedTimeOfDay"),
        Feature("contactSignificantContext", "flag"),
    ],
    engagement=[
        *_features("number", "p1", "p2", "p3", "p4", "p5", "p6"),
        Feature("removed", "number", "ms"),
        Feature("response", "label"),
    ],
    time=Feature("posted", unit="ms"),
)

SIMULATED = Schema(
    BUNDLED.of_role("notification"),
    BUNDLED.of_role("context"),
    user="user",
    time=BUNDLED.time,
    engagement=BUNDLED.of_role("engagement"),
)

# What an agent of delivery-v0 sees when a notification arrives, and what was decided by chance.
DECISIONS = Schema(
    notification=[*BUNDLED.of_role("notification"), Feature("contactSignificantContext", "flag")],
    context=[
        *SITUATION,
        Feature("minutesSincePosted", "integer", "min"),
        *_features("integer", "held", "deliveredLastHour", "deliveredLastDay"),
        *_features("integer", "openedLastHour", "openedLastDay"),
        *_features("integer", "appDelivered", "appOpened", "appNotOpened", "appSuppressed"),
        Feature("appOpenRate", "number"),
    ],
    engagement=[
        Feature("decision", "label"),
        *_features("number", "deliverPropensity", "suppressPropensity", "reward"),
    ],
    user="user",
    time=BUNDLED.time,
)

KNOWN = (BUNDLED, GYM_PUSH_2019, SIMULATED, DECISIONS)


def nearest_known(columns: Collection[str]) -> Schema:
    """Returns the known schema that shares most of its columns with these."""
    return max(KNOWN, key=lambda schema: len(set(schema.columns) & set(columns)))

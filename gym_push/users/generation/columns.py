"""What the columns of simulated logs mean, as the tables of data cards say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gym_push.logs import Schema

TABLE_HEAD: Final = "| column | meaning | unit, range or labels |\n|-|-|-|\n"

MEANINGS: Final[Mapping[str, tuple[str, str]]] = {
    "appPackage": (
        "Android package of the app",
        "label",
    ),
    "category": (
        "Android notification category, if the app sets it; one for each app",
        "`msg`, `email`, `social`, `recommendation`, `transport`, `event`, `call`, `service`, "
        "`promo`, `unknown`",
    ),
    "priority": (
        "Android priority",
        "`min`, `low`, `default`, `high`, `max`",
    ),
    "numberUpdates": (
        "earlier notifications of the same cluster, if the app counts them",
        "count",
    ),
    "ledARGB": (
        "colour of the LED, one for each app",
        "`#AARRGGBB` or `none`",
    ),
    "vibrate": (
        "pause and buzz in turn; the pattern is the app's",
        "ms, e.g. `0 150 100 150`, or `none`",
    ),
    "visibility": (
        "on the lock screen",
        "`private`, `public`",
    ),
    "subject": (
        "topic; where known, shared by a conversation",
        "nine topics or `unknown`",
    ),
    "sentiment": (
        "tone of the text, nearly the same through a conversation",
        "−1 (negative) to 1, two decimals",
    ),
    "enticement": (
        "how much the text urges to open it",
        "0 to 1, two decimals",
    ),
    "tickerText": (
        "text, from templates keyed by class of app, sender, subject, sentiment, enticement "
        "and the time of posting: times in it are still to come, weekdays are not today's",
        "text with commas, quotes, accents and emoji",
    ),
    "postedDayOfWeek": (
        "weekday",
        "`Mon` to `Sun`",
    ),
    "postedTimeOfDay": (
        "part of the day; they start at 0, 6, 12, 17 and 21 h",
        "`early-morning`, `morning`, `afternoon`, `evening`, `night`",
    ),
    "place": (
        "where the person is",
        "`home`, `in-transit`, `office`, `meeting-room`, `cafe`, `shop`, `street`, "
        "`with-friends`, `gym`, `park`",
    ),
    "activity": (
        "what the phone's motion says",
        "`still`, `walking`, `running`, `vehicle`",
    ),
    "noise": (
        "around the phone",
        "`quiet`, `normal`, `loud`",
    ),
    "batteryLevel": (
        "charge",
        "%, 3 to 100",
    ),
    "charging": (
        "phone is plugged in",
        "`True`, `False`",
    ),
    "headphonesIn": (
        "headphones are plugged in",
        "`True`, `False`",
    ),
    "ringerMode": (
        "ringer",
        "`silent`, `vibrate`, `normal`",
    ),
    "unlockCount_prev2": (
        "times the person checked the phone in the two hours before",
        "count",
    ),
    "timeAppLastUsed": (
        "since the person last opened a notification of this app",
        "whole min, 0 to 10080 (7 days), which also stands for longer and for never",
    ),
    "contactSignificantContext": (
        "a person sends it who matters to this one, and the text begins with their name",
        "`True`, `False`",
    ),
    "posted": (
        "local time of arrival",
        "ISO 8601",
    ),
    "action": (
        "what the person did",
        "1 opened, 0 dismissed",
    ),
    "responseTime": (
        "from posting until it was opened, dismissed or cleared",
        "s, one decimal",
    ),
}
"""Of each column of the bundled log: what it means, and its unit, range or labels."""

_TITLES: Final = {
    "notification": "notification",
    "context": "context, when it is posted",
    "engagement": "engagement: what came of it, never shown to an agent",
}


def column_rows(schema: Schema, meanings: Mapping[str, tuple[str, str]] = MEANINGS) -> str:
    """Returns the rows of a data card's table, by role, in Markdown; the user's is not among them.

    Args:
        schema: Of the log.
        meanings: What each of its columns means.
    """
    names = {role: [f.name for f in schema.features if f.role == role] for role in _TITLES}
    assert schema.time is not None
    names["engagement"] = [schema.time.name, schema.action, *names["engagement"]]
    return "\n".join(
        row
        for role, title in _TITLES.items()
        for row in (
            f"| **{title}** | | |",
            *(f"| `{name}` | {meanings[name][0]} | {meanings[name][1]} |" for name in names[role]),
        )
    )

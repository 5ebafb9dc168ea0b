"""What phones do with what arrives for simulated people, and the columns that they log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from gym_push.logs import NotificationLog, Schema
from gym_push.logs.known import BUNDLED
from gym_push.users.model.app_classes import PRIORITIES
from gym_push.users.model.notifications import CATEGORIES, VISIBILITIES
from gym_push.users.model.sensing import PLACES
from gym_push.users.model.states import ACTIVITIES, DAY_PARTS, NOISES, RINGER_MODES
from gym_push.users.population import Population

TABLE_HEAD: Final = "| column | meaning | unit, range or labels |\n|-|-|-|\n"


def _labels(*labels: str) -> str:
    return ", ".join(f"`{label}`" for label in labels)


_FLAG: Final = _labels("True", "False")

MEANINGS: Final[Mapping[str, tuple[str, str]]] = {
    "appPackage": ("Android package of the app", "label"),
    "category": (
        "Android notification category, if the app sets it; one for each app",
        _labels(*CATEGORIES[1:], CATEGORIES[0]),
    ),
    "priority": ("Android priority", _labels(*PRIORITIES)),
    "numberUpdates": ("earlier notifications of the same cluster, if the app counts them", "count"),
    "ledARGB": ("colour of the LED, one for each app", "`#AARRGGBB` or `none`"),
    "vibrate": (
        "pause and buzz in turn; the pattern is the app's",
        "ms, e.g. `0 150 100 150`, or `none`",
    ),
    "visibility": ("on the lock screen", _labels(*VISIBILITIES)),
    "subject": ("topic; where known, shared by a conversation", "nine topics or `unknown`"),
    "sentiment": (
        "tone of the text, nearly the same through a conversation",
        "−1 (negative) to 1, two decimals",
    ),
    "enticement": ("how much the text urges to open it", "0 to 1, two decimals"),
    "tickerText": (
        "text, from templates keyed by class of app, sender, subject, sentiment, enticement "
        "and the time of posting: times in it are still to come, weekdays are not today's",
        "text with commas, quotes, accents and emoji",
    ),
    "postedDayOfWeek": ("weekday", "`Mon` to `Sun`"),
    "postedTimeOfDay": (
        "part of the day; they start at 0, 6, 12, 17 and 21 h",
        _labels(*DAY_PARTS),
    ),
    "place": ("where the person is", _labels(*PLACES)),
    "activity": ("what the phone's motion says", _labels(*ACTIVITIES)),
    "noise": ("around the phone", _labels(*NOISES)),
    "batteryLevel": ("charge", "%, 3 to 100"),
    "charging": ("phone is plugged in", _FLAG),
    "headphonesIn": ("headphones are plugged in", _FLAG),
    "ringerMode": ("ringer", _labels(*RINGER_MODES)),
    "unlockCount_prev2": ("times the person checked the phone in the two hours before", "count"),
    "timeAppLastUsed": (
        "since the person last opened a notification of this app",
        "whole min, 0 to 10080 (7 days), which also stands for longer and for never",
    ),
    "contactSignificantContext": (
        "a person sends it who matters to this one, and the text begins with their name",
        _FLAG,
    ),
    "posted": ("local time of arrival", "ISO 8601"),
    "action": ("what the person did", "1 opened, 0 dismissed"),
    "responseTime": ("from posting until it was opened, dismissed or cleared", "s, one decimal"),
}
"""Of each column of the bundled log: what it means, and its unit, range or labels."""

_TITLES: Final = {
    "notification": "notification",
    "context": "context, when it is posted",
    "engagement": "engagement: what came of it, never shown to an agent",
}


@dataclass(frozen=True)
class Account:
    """What a data card says of a phone policy, in Markdown.

    Attributes:
        did: A section on what the phones did; empty where there is nothing to say.
        columns: The rows of the table of columns, without the user's.
        limits: What such logs cannot tell, as the end of a sentence.
    """

    did: str
    columns: str
    limits: str


class PhonePolicy(Protocol):
    """What phones do; it is pickled to the processes that write logs."""

    @property
    def options(self) -> Mapping[str, str]:
        """The options of `gym-push generate` that ask for it, without the dashes."""

    def log(self, population: Population, users: Sequence[int], days: int) -> NotificationLog:
        """Returns the log of some people's phones.

        Raises:
            ArgumentError: As for `Population.log`.
        """

    def account(self) -> Account:
        """Returns the text for a data card."""


class DeliverAtOnce:
    """Phones that deliver everything when it arrives, as phones without an agent do."""

    options: Mapping[str, str] = {}

    def log(self, population: Population, users: Sequence[int], days: int) -> NotificationLog:
        """Returns the log of `Population.log`."""
        return population.log(days, users)

    def account(self) -> Account:
        """Returns the text for a data card."""
        limits = (
            "and everything was delivered at once, so it cannot tell what a delay would have done"
        )
        return Account("", column_rows(BUNDLED), limits)


def column_rows(schema: Schema, meanings: Mapping[str, tuple[str, str]] = MEANINGS) -> str:
    """Returns the rows of a data card's table of columns, by role, without the user's.

    Args:
        schema: Of the log.
        meanings: What each of its columns means, and its unit, range or labels.
    """
    names = {role: [f.name for f in schema.features if f.role == role] for role in _TITLES}
    assert schema.time is not None
    names["engagement"] = [schema.time.name, schema.action, *names["engagement"]]
    rows = []
    for role, title in _TITLES.items():
        rows.append(f"| **{title}** | | |")
        rows += [f"| `{name}` | {' | '.join(meanings[name])} |" for name in names[role]]
    return "\n".join(rows)

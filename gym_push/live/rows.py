"""A row of the live log: what was known when a notification arrived, and what became of it."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gym_push.live import bus
from gym_push.live.bus import Notification
from gym_push.live.session import Moment
from gym_push.logs.answers import Answers
from gym_push.logs.importing.moments import day_of_week, minute_of_day, written
from gym_push.logs.importing.pieces import Options
from gym_push.logs.schema import Feature, Schema

OPENED: Final = "opened"
PRESSED: Final = "button pressed"
DISMISSED: Final = "dismissed"
EXPIRED: Final = "expired"
REPLACED: Final = "replaced"
WITHDRAWN: Final = "withdrawn"
DAEMON_ENDED: Final = "daemon ended"
STILL_THERE: Final = "still there"
OTHER: Final = "other reason"

OUTCOME: Final = "outcome"
"""The column with these words."""

TIME: Final = "posted"
"""The column with the time of arrival."""

ANSWERS: Final = Answers(
    OUTCOME,
    opened=[OPENED, PRESSED],
    dismissed=[DISMISSED],
    no_answer=[EXPIRED, REPLACED, WITHDRAWN, DAEMON_ENDED, STILL_THERE, OTHER],
)
"""A click and a pressed button open, closing dismisses; the rest says nothing of the person."""

OF_REASON: Final[Mapping[int, str]] = {
    bus.EXPIRED: EXPIRED,
    bus.DISMISSED: DISMISSED,
    bus.WITHDRAWN: WITHDRAWN,
}
"""Outcomes by the reason of `NotificationClosed`; any other is `OTHER`."""

LONG_AGO: Final = 7 * 24 * 3600
"""What stands for an app that has sent nothing for a week, or never: seconds."""

HOUR: Final = 3600
MOST_TEXT: Final = 10_000
"""Characters of a text that are kept."""
MOST_NAME: Final = 80
"""Characters of an app's name that are kept."""
MOST: Final = 10_000
"""Apps that are remembered, and notifications of the last hour that are counted."""

_CATEGORY: Final = re.compile(r"[a-z0-9._-]{0,40}")

_FEATURES: Final = (
    *(Feature(name, "label") for name in ("app", "category", "urgency")),
    *(Feature(name, "integer") for name in ("buttons", "numberUpdates")),
    *(Feature(name, "flag") for name in ("clickable", "transient", "image", "progress")),
)


def schema(text: str) -> Schema:
    """Returns what the columns of a live log mean.

    Args:
        text: What becomes of texts: `"drop"`, `"keep"` or `"hash"`.
    """
    return Schema(
        [*_FEATURES, *([] if text == "drop" else [Feature("text", "text")])],
        [
            Feature("postedDayOfWeek", "label"),
            Feature("minuteOfDay", "integer", "min"),
            Feature("timeAppLastPosted", "integer", "s"),
            Feature("postedLastHour", "integer"),
            *(Feature(name, "flag") for name in ("idle", "locked", "doNotDisturb")),
        ],
        engagement=[Feature("responseTime", "number", "s")],
        action=ANSWERS,
        time=TIME,
    )


class Arrivals:
    """Makes rows of notifications as they arrive, and knows what arrived before.

    Args:
        options: What becomes of texts.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._last: OrderedDict[str, datetime] = OrderedDict()
        self._lately: deque[datetime] = deque(maxlen=MOST)

    def row(
        self, sent: Notification, when: datetime, moment: Moment, updates: int = 0
    ) -> dict[str, Any]:
        """Returns the row of a notification that arrives, by column; nothing of its end.

        Args:
            sent: The notification.
            when: The local time, with its offset from UTC.
            moment: How the session stands.
            updates: How many notifications it takes the place of, one after the other.
        """
        app = sent.app[:MOST_NAME]
        category = sent.category.lower()
        row = {
            "app": app,
            "category": category if _CATEGORY.fullmatch(category) else "other",
            "urgency": sent.urgency,
            "buttons": sent.buttons,
            "numberUpdates": updates,
            "clickable": bus.DEFAULT_ACTION in sent.actions,
            "transient": bool(sent.hints.get("transient")),
            "image": any("image" in name or name == "icon_data" for name in sent.hints),
            "progress": "value" in sent.hints,
            "postedDayOfWeek": day_of_week(when),
            "minuteOfDay": minute_of_day(when),
            **self._before(app, when),
            "idle": moment.idle,
            "locked": moment.locked,
            "doNotDisturb": moment.do_not_disturb,
            TIME: written(when),
        }
        if self._options.text != "drop":
            row["text"] = self._options.text_of(sent.summary[:MOST_TEXT], sent.body[:MOST_TEXT])
        return row

    def _before(self, app: str, when: datetime) -> dict[str, int]:
        """Returns what arrived before, and counts this one, too."""
        while self._lately and not 0 <= (when - self._lately[0]).total_seconds() < HOUR:
            self._lately.popleft()  # also where the clock was put back
        last = self._last.pop(app, None)
        ago = LONG_AGO if last is None else int((when - last).total_seconds())
        before = {
            "timeAppLastPosted": min(max(ago, 0), LONG_AGO),
            "postedLastHour": len(self._lately),
        }
        self._lately.append(when)
        self._last[app] = when
        if len(self._last) > MOST:
            self._last.popitem(last=False)
        return before


def ended(row: Mapping[str, Any], outcome: str, when: datetime) -> dict[str, Any]:
    """Returns a row with what became of its notification.

    Args:
        row: As `Arrivals.row` makes it.
        outcome: One of the words of `ANSWERS`.
        when: When it ended; the response time of an answer follows from it.
    """
    seconds = None
    if outcome in (*ANSWERS.opened, *ANSWERS.dismissed):
        seconds = max((when - datetime.fromisoformat(row[TIME])).total_seconds(), 0.0)
    return {**row, OUTCOME: outcome, "responseTime": seconds}

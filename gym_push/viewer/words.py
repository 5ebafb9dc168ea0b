"""What an agent reads as names and numbers, in words that a person reads.

The tables are in `words.json`, which the page reads, too. Its `words.js` does the same as this
module; a test holds one against the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

TABLES: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
"""The words, by what they are for; `commonParts` of a package name do not say which app it is, and
`ago` are features that are measured back from now."""

SHORT = 3
"""Letters of what is an abbreviation in the name of a package."""

MODULE = f"export const TABLES = {json.dumps(TABLES, separators=(',', ':'))};\n"
"""The tables as the page's module `tables.js`, which is in no file."""


def app_name(package: object) -> str:
    """'com.whatsapp' → 'WhatsApp'; another app gets the telling part of its package."""
    if package is None:
        return "Notification"
    name = str(package)
    if name in TABLES["apps"]:
        return str(TABLES["apps"][name])
    if not re.fullmatch(r"[A-Za-z0-9_.]+", name):
        return name
    parts = [part for part in name.split(".") if part]
    telling = [part for part in parts if len(part) > 2 and part not in TABLES["commonParts"]]
    part = (telling or parts or [name])[0]
    return part.upper() if len(part) <= SHORT < len(name) else part[:1].upper() + part[1:]


def told(features: Mapping[str, object], roles: Mapping[str, str], role: str) -> object:
    """Returns the feature that has a role, as of `Frame.roles`; None if there is none, or unknown.

    Args:
        features: By name.
        roles: The name of the feature that has each role.
        role: One of them, or another one.
    """
    known = features.get(roles[role]) if role in roles else None
    return None if known == "unknown" else known


def title(notification: Mapping[str, object], roles: Mapping[str, str]) -> str:
    """Returns the app of a notification, or what stands for it."""
    app = told(notification, roles, "app")
    if app is None and "first" in roles:
        return _named(notification, roles["first"])
    return app_name(app)


def text(notification: Mapping[str, object], roles: Mapping[str, str]) -> str:
    """Returns the text of a notification, or what stands for it; empty if there is none."""
    for role in ("text", "subject"):
        if (said := told(notification, roles, role)) is not None:
            return str(said)
    return _named(notification, roles["second"]) if "second" in roles else ""


def about(notification: Mapping[str, object], roles: Mapping[str, str], between: str) -> str:
    """Returns the app, the sender and the text of a notification in one line."""
    sender = told(notification, roles, "sender")
    said = title(notification, roles), sender or "", text(notification, roles)
    return between.join(str(part) for part in said if part)


def _named(features: Mapping[str, object], name: str) -> str:
    return f"{label(name)}: {value(name, features.get(name), None)}"


def hue(package: object) -> int:
    """One hue for each app, in degrees, always the same; those of the bundled log are far apart."""
    number = 0
    for char in str(package):
        number = (number * 212 + ord(char)) % 65521
    return number % 360


def label(name: str) -> str:
    """'lightIntensity' → 'light intensity'."""
    if name in TABLES["labels"]:
        return str(TABLES["labels"][name])
    return re.sub("([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").strip().lower()


def value(name: str, raw: object, unit: str | None) -> str:
    """A feature's value with its unit."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if not isinstance(raw, (int, float)):
        return str("unknown" if raw is None else raw)
    number = f"{raw:,.2f}".rstrip("0").rstrip(".") if isinstance(raw, float) else f"{raw:,}"
    measured = number if unit is None else f"{number}{unit}" if unit == "%" else f"{number} {unit}"
    return f"{measured} ago" if name in TABLES["ago"] else measured


def clock(posted: str | None) -> str:
    """'2026-11-07T07:22:00' → '07:22', in the phone's own time; empty when there is none."""
    return "" if (time := _time(posted)) is None else f"{time:%H:%M}"


def day(posted: str | None) -> str:
    """'2026-11-07T07:22:00' → 'Saturday, November 7'; empty when there is none."""
    if (time := _time(posted)) is None:
        return ""
    return f"{TABLES['days'][time.weekday()]}, {TABLES['months'][time.month - 1]} {time.day}"


def weekday(raw: object) -> str:
    """'Sat' → 'Saturday'."""
    start = str(raw)[:3].lower()
    return next((name for name in TABLES["days"] if name.lower().startswith(start)), str(raw))


def led_colour(raw: object) -> tuple[int, int, int] | None:
    """Android's '#AARRGGBB' → (red, green, blue); None for 'none' and for what is no colour."""
    match = re.fullmatch(r"#(?:[0-9a-f]{2})?([0-9a-f]{6})", str(raw), re.IGNORECASE)
    if match is None:
        return None
    red, green, blue = bytes.fromhex(match[1])
    return red, green, blue


def vibration(raw: object) -> list[int]:
    """Android's '0 150 100 150' → [0, 150, 100, 150] ms: wait, buzz, ...; empty for all else."""
    if not isinstance(raw, str) or not re.fullmatch(r"\s*[0-9]{1,9}(\s+[0-9]{1,9})*\s*", raw):
        return []
    return [int(length) for length in raw.split()[:24]]


def percent(share: float | None) -> str:
    """0.756 → '75.6%'."""
    return "–" if share is None else f"{share:.1%}"


def _time(posted: str | None) -> datetime | None:
    try:
        return None if posted is None else datetime.fromisoformat(posted)
    except ValueError:
        return None

"""What an agent reads as names and numbers, in words that a person reads.

The same words as the page's own `words.js`, which a test holds against each other.
"""

from __future__ import annotations

import re
from datetime import datetime

APPS = {
    "com.android.chrome": "Chrome",
    "com.android.vending": "Play Store",
    "com.facebook.katana": "Facebook",
    "com.facebook.orca": "Messenger",
    "com.google.android.apps.maps": "Maps",
    "com.google.android.apps.messaging": "Messages",
    "com.google.android.calendar": "Calendar",
    "com.google.android.dialer": "Phone",
    "com.google.android.gm": "Gmail",
    "com.google.android.googlequicksearchbox": "Google",
    "com.google.android.youtube": "YouTube",
    "com.instagram.android": "Instagram",
    "com.linkedin.android": "LinkedIn",
    "com.microsoft.office.outlook": "Outlook",
    "com.netflix.mediaclient": "Netflix",
    "com.snapchat.android": "Snapchat",
    "com.spotify.music": "Spotify",
    "com.Slack": "Slack",
    "com.tinder": "Tinder",
    "com.twitter.android": "Twitter",
    "com.whatsapp": "WhatsApp",
    "com.zhiliaoapp.musically": "TikTok",
    "org.telegram.messenger": "Telegram",
}

COMMON = {"com", "org", "net", "io", "android", "google", "apps", "app", "mobile", "client"}
"""Parts of a package name that do not say which app it is."""

LABELS = {
    "activity": "activity",
    "appDelivered": "delivered of this app",
    "appNotOpened": "not opened of this app",
    "appOpened": "opened of this app",
    "appSuppressed": "suppressed of this app",
    "batteryLevel": "battery",
    "contactSignificantContext": "contact matters now",
    "headphonesIn": "headphones in",
    "inUse": "in use",
    "ledARGB": "LED",
    "minutesSincePosted": "posted",
    "numberUpdates": "updates",
    "ringerMode": "ringer",
    "subject": "subject",
    "timeAppLastUsed": "app last used",
    "unlockCount_prev2": "recent unlocks",
}

AGO = {"minutesSincePosted", "timeAppLastUsed"}
"""Features that are measured back from now."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip


def app_name(package: object) -> str:
    """'com.whatsapp' → 'WhatsApp'; an unknown app gets the telling part of its package."""
    name = str(package)
    if name in APPS:
        return APPS[name]
    if not re.fullmatch(r"[A-Za-z0-9_.]+", name):
        return name
    part = next((part for part in name.split(".") if part and part not in COMMON), name)
    return part[:1].upper() + part[1:]


def hue(package: object) -> int:
    """One hue for each app, in degrees, always the same."""
    angle = 0
    for char in str(package):
        angle = (angle * 31 + ord(char)) % 360
    return angle


def label(name: str) -> str:
    """'lightIntensity' → 'light intensity'."""
    if name in LABELS:
        return LABELS[name]
    return re.sub("([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").strip().lower()


def value(name: str, raw: object, unit: str | None) -> str:
    """A feature's value with its unit."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if not isinstance(raw, (int, float)):
        return str("unknown" if raw is None else raw)
    number = f"{raw:,.2f}".rstrip("0").rstrip(".") if isinstance(raw, float) else f"{raw:,}"
    measured = number if unit is None else f"{number}{unit}" if unit == "%" else f"{number} {unit}"
    return f"{measured} ago" if name in AGO else measured


def clock(posted: str | None) -> str:
    """'2026-11-07T07:22:00' → '07:22', in the phone's own time; empty when there is none."""
    return "" if (time := _time(posted)) is None else f"{time:%H:%M}"


def day(posted: str | None) -> str:
    """'2026-11-07T07:22:00' → 'Saturday, November 7'; empty when there is none."""
    if (time := _time(posted)) is None:
        return ""
    return f"{DAYS[time.weekday()]}, {MONTHS[time.month - 1]} {time.day}"


def weekday(raw: object) -> str:
    """'Sat' → 'Saturday'."""
    start = str(raw)[:3].lower()
    return next((name for name in DAYS if name.lower().startswith(start)), str(raw))


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

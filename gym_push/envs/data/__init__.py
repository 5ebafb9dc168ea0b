"""The log that comes with the package, made by `python -m tools.bundled_log`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from gym_push.logs import NotificationLog, read_log

PATH: Final = Path(__file__).with_name("notifications.csv")


@cache
def bundled_log() -> NotificationLog:
    """Returns the log that the package carries, read once a process."""
    return read_log(PATH)

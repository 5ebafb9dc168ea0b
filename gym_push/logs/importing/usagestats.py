"""What `adb shell dumpsys usagestats` prints: which app was used when, and when the screen was on.

Of its lines only events count, such as `time="2026-03-02 14:22:10" type=ACTIVITY_RESUMED
package=com.whatsapp class=...` (MOVE_TO_FOREGROUND before Android 10); it prints an event once for
the day, the week and so on. Times are the phone's own, to the second. Phones that write dates in
another way (`4/27/2019, 22:58`, before Android 9) are not read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from gym_push.errors import LogError
from gym_push.logs.importing.looks import text_of

EVENT: Final = re.compile(r'\s*time="([^"]+)" type=(\w+) package=(\S+)')
USED: Final = ("ACTIVITY_RESUMED", "MOVE_TO_FOREGROUND")
SCREEN: Final = {"SCREEN_INTERACTIVE": True, "SCREEN_NON_INTERACTIVE": False}


class Usage:
    """When apps were used, and when the screen was on."""

    def __init__(self, paths: Iterable[Path]) -> None:
        used, screen, count = defaultdict[str, set[datetime]](set), dict[datetime, bool](), 0
        for path in paths:
            with text_of(path) as file:
                for number, line in enumerate(file, start=1):
                    if (match := EVENT.match(line)) is None:
                        continue
                    moment, kind, package = _time(match[1], path, number), match[2], match[3]
                    count += 1
                    if kind in USED:
                        used[package].add(moment)
                    elif kind in SCREEN:
                        screen[moment] = SCREEN[kind]
        self._used = {package: sorted(times) for package, times in used.items()}
        self._turned = sorted(screen)
        self._screen = screen
        self.events = count

    def minutes_since(self, package: str, moment: datetime) -> int | None:
        """Returns the whole minutes since an app was last used, before a moment."""
        times = self._used.get(package, [])
        index = bisect_left(times, moment)
        return int((moment - times[index - 1]).total_seconds() // 60) if index else None

    def screen_on(self, moment: datetime) -> bool | None:
        """Returns whether the screen was on just before a moment; None if that is not known."""
        index = bisect_left(self._turned, moment)
        return self._screen[self._turned[index - 1]] if index else None


def _time(text: str, path: Path, line: int) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        raise LogError(
            f"{path.name}, line {line}: the time {text!r} is not written as 2026-03-02 14:22:10, "
            "as Android 9 and later write it; leave the file out"
        ) from None

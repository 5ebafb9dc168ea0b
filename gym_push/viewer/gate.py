"""The gate that an agent passes with every published state; a page can pause it and slow it down.

Standard library only: it is part of the agent's process, and of the viewer's.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from dataclasses import dataclass

MAX_DELAY = 2.0
"""Seconds a step that a page may slow an agent down to."""

MAX_STEPS = 100
"""Single steps that a page may ask for ahead of the agent."""

LOOK_UP = 0.1
"""Seconds after which a waiting agent looks up: Windows delivers no Ctrl-C during a wait."""


RENEWED_WITHIN = 1.0
"""Seconds after which the viewer tells an agent again to wait or to go slowly."""

LAPSE = 4.0
"""Seconds of waiting after which a pace that was not renewed counts no longer: the viewer hangs,
and with it the page on which somebody could let the agent go."""


@dataclass(frozen=True)
class Pace:
    """How an agent is to proceed.

    Attributes:
        paused: it waits, but for single steps.
        delay: seconds that it waits with every step, 0 to `MAX_DELAY`.
    """

    paused: bool = False
    delay: float = 0.0

    def after(self, wish: object) -> Pace:
        """The pace after a page's wish, `{"paused": bool}` or `{"delay": s}`; nothing else counts.

        Args:
            wish: what a page sent; it is not to be trusted.
        """
        if not isinstance(wish, dict):
            return self
        paused, delay = wish.get("paused"), wish.get("delay")
        if isinstance(paused, bool):
            return dataclasses.replace(self, paused=paused)
        if isinstance(delay, bool) or not isinstance(delay, (int, float)):
            return self
        if 0 <= delay <= MAX_DELAY:
            return dataclasses.replace(self, delay=float(delay))
        return self


class Gate:
    """Open until somebody sets a pace, and again when it is not renewed.

    It is open for good once there is nobody left to set a pace.

    Attributes:
        held: whether an agent has to `wait`; all that it looks at otherwise.
    """

    __slots__ = ("_changed", "_for_good", "_pace", "_steps", "_unheard", "held")

    def __init__(self) -> None:
        self.held = False
        self._pace = Pace()
        self._steps = 0
        self._unheard = 0.0
        self._for_good = False
        self._changed = threading.Condition()

    def set(self, pace: Pace, steps: int = 0) -> None:
        """Lets the agent proceed at `pace` for now, and take `steps` more steps of a paused one."""
        with self._changed:
            if self._for_good:
                return
            self._pace = pace
            self._unheard = 0.0
            self._steps = min(self._steps + steps, MAX_STEPS) if pace.paused else 0
            self.held = pace != Pace()
            self._changed.notify_all()

    def open_for_good(self) -> None:
        """Lets everybody through from now on, whatever is set."""
        with self._changed:
            self._for_good = True
            self._pace = Pace()
            self.held = False
            self._changed.notify_all()

    def wait(self) -> None:
        """Returns when the agent may go on. A signal such as Ctrl-C interrupts it."""
        came = time.monotonic()
        with self._changed:
            while self._unheard < LAPSE:
                if not self._pace.paused:
                    rest = came + self._pace.delay - time.monotonic()
                    if rest <= 0:
                        return
                elif self._steps:
                    self._steps -= 1
                    return
                else:
                    rest = LOOK_UP
                before = time.monotonic()
                self._changed.wait(min(rest, LOOK_UP))
                # No more than was to be waited: while this process was stopped, it could not hear.
                self._unheard += min(time.monotonic() - before, rest, LOOK_UP)
            self._pace, self._unheard, self.held = Pace(), 0.0, False

"""The gate that an agent passes with every published state; a page can close and slow it.

Standard library only: both processes use it.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from dataclasses import dataclass

MAX_DELAY = 2.0
"""Longest delay that a page may ask for, in seconds a step."""

MAX_STEPS = 100
"""Single steps that may wait for the agent to take them."""

LOOK_UP = 0.1
"""Seconds between two looks of a waiting agent: Windows delivers no Ctrl-C during a wait."""

RENEWED_WITHIN = 1.0
"""Seconds after which the viewer repeats a pace to the agent."""

LAPSE = 4.0
"""Seconds of waiting after which a pace that was not repeated no longer counts: the viewer hangs,
and with it the page on which somebody could let the agent go."""


@dataclass(frozen=True)
class Pace:
    """How an agent is to proceed.

    Attributes:
        paused: Whether it waits, apart from single steps.
        delay: Seconds that it waits at every step, 0 to `MAX_DELAY`.
    """

    paused: bool = False
    delay: float = 0.0

    def after(self, wish: object) -> Pace:
        """Returns the pace after a page's wish.

        Args:
            wish: `{"paused": bool}` or `{"delay": seconds}`; anything else changes nothing.
        """
        match wish:
            case {"paused": bool(paused)}:
                return dataclasses.replace(self, paused=paused)
            case {"delay": bool()}:
                return self
            case {"delay": int(delay) | float(delay)} if 0 <= delay <= MAX_DELAY:
                return dataclasses.replace(self, delay=float(delay))
        return self


class Gate:
    """Open unless somebody has set a pace, and keeps repeating it.

    Attributes:
        held: Whether an agent has to `wait`. An open gate costs it no more than this look.
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
        """Sets the pace for now, and allows a paused agent `steps` more steps."""
        with self._changed:
            if self._for_good:
                return
            self._pace = pace
            self._unheard = 0.0
            self._steps = min(self._steps + steps, MAX_STEPS) if pace.paused else 0
            self.held = pace != Pace()
            self._changed.notify_all()

    def open_for_good(self) -> None:
        """Opens the gate for ever: nobody is left to set a pace."""
        with self._changed:
            self._for_good = True
            self._pace = Pace()
            self.held = False
            self._changed.notify_all()

    def wait(self) -> None:
        """Waits until the agent may go on. A signal such as Ctrl-C interrupts it."""
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
                # At most the time of this wait: while this process was stopped, it heard nothing.
                self._unheard += min(time.monotonic() - before, rest, LOOK_UP)
            self._pace, self._unheard, self.held = Pace(), 0.0, False

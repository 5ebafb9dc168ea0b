"""Reaches the guard that runs on this desktop, for `gym-push guard list` and `release`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from gym_push.errors import DesktopError
from gym_push.live.bus import call, connect, owner
from gym_push.live.guarding import GUARD, GUARD_PATH
from gym_push.live.held import Held, described
from gym_push.live.running import DATABASE


async def waiting(folder: Path) -> list[dict[str, Any]]:
    """Returns what waits, from the guard that runs, or else from the folder of one that has ended.

    Args:
        folder: The guard's.

    Returns:
        Of each its `id`, `state`, `app`, `since`, `summary` and `body`, the oldest first.

    Raises:
        ArgumentError: The database cannot be read.
    """
    with suppress(DesktopError):  # without a bus nobody guards
        bus = await connect()
        try:
            if await owner(bus, GUARD) is not None:
                [said] = await call(bus, GUARD, GUARD_PATH, GUARD, "List")
                found: list[dict[str, Any]] = json.loads(said)
                return found
        finally:
            bus.disconnect()
    path = folder / DATABASE
    if not path.is_file():
        return []
    held = Held(path, keep=True)
    with closing(held):
        return [described(item) for item in held.items.values()]


async def release(numbers: Sequence[int]) -> int | None:
    """Has the guard that runs deliver what waits.

    Args:
        numbers: Ids; all if there are none.

    Returns:
        How many were released; None if no guard runs.

    Raises:
        DesktopError: There is no bus, or the guard does not answer.
    """
    bus = await connect()
    try:
        if await owner(bus, GUARD) is None:
            return None
        [count] = await call(bus, GUARD, GUARD_PATH, GUARD, "Release", "au", list(numbers))
        return int(count)
    finally:
        bus.disconnect()

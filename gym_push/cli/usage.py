"""What agents that ask for paid answers have used, and whether they may ask."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from gym_push.agents import BASELINES, AgentSpec
from gym_push.cli import output
from gym_push.errors import GymPushError

OFFLINE_VARIABLE = "GYM_PUSH_OFFLINE"


@contextmanager
def told(specs: Sequence[AgentSpec]) -> Iterator[None]:
    """Says what agents have used, however the block ends."""
    try:
        yield
    finally:
        for spec in specs:
            if _asks(spec.name):
                with suppress(GymPushError, OSError, TypeError):  # what is wrong has been said
                    used = spec.load().report_of(spec.parameters)
                    if used.asked:
                        output.tell(f"{spec}: {used}")


@contextmanager
def asking(agent: str, trusted: bool) -> Iterator[None]:
    """Keeps an agent offline, unless the entry that names its endpoint is trusted.

    Else somebody's leaderboard could send what is in an environment variable to any address.
    """
    before = os.environ.get(OFFLINE_VARIABLE)
    if _asks(agent) and not trusted:
        os.environ[OFFLINE_VARIABLE] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(OFFLINE_VARIABLE, None)
        else:
            os.environ[OFFLINE_VARIABLE] = before


def _asks(agent: str) -> bool:
    return agent in BASELINES and bool(BASELINES[agent].required)

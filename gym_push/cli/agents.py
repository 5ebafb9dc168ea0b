"""The agent that a command line names, with its parameters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from gym_push.cli.endings import Mistake
from gym_push.cli.types import AgentName
from gym_push.errors import GymPushError

if TYPE_CHECKING:
    from gym_push.agents import AgentSpec

agent_argument = click.argument("agent", type=AgentName())


def spec_of(agent: str) -> AgentSpec:
    """Returns the spec of an agent: a baseline's, or of a class that Python finds from here.

    A module of one's own is not imported yet.

    Args:
        agent: As `AgentSpec.of` reads it, with its parameters.

    Raises:
        ArgumentError: There is no such agent, or its parameters cannot be read.
        MissingExtraError: It needs a package that is not installed.
    """
    from gym_push.agents import AgentSpec

    if ":" in agent.partition("(")[0] and os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # last: a csv.py there is for nobody else
    return AgentSpec.of(agent)


@contextmanager
def naming_faults(name: str) -> Iterator[None]:
    """Tells in a sentence what went wrong in the code of an agent, and where.

    Raises:
        Mistake: Something did.
    """
    from gym_push.agents.remote import place

    try:
        yield
    except (GymPushError, click.ClickException, OSError):
        raise
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise Mistake(f"agent {name} failed in {place(error)}: {why}") from error

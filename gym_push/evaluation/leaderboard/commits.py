"""Which commit the code of an agent came from."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from gym_push.agents.baselines import BASELINES
from gym_push.agents.sources import module_file

_PATIENCE: Final = 10.0  # seconds; git may have to look through a large working copy


def commit_of(agent: str) -> str | None:
    """Returns the commit of the working copy in which an agent's module lies.

    Args:
        agent: A baseline's name, or `module:Class`.

    Returns:
        40 hexadecimal digits, followed by "-dirty" if files of the working copy were changed since.
        None where no git knows the module: it lies in no working copy, or was never added to one.
    """
    home = f"gym_push.agents.{BASELINES[agent].home}" if agent in BASELINES else agent
    module = module_file(home.partition(":")[0])
    if module is None:
        return None
    if _git(module.parent, "ls-files", "--error-unmatch", module.name) is None:
        return None
    return _git(module.parent, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def _git(folder: Path, *arguments: str) -> str | None:
    """Returns what git says in a folder; None if it is not there or says no."""
    try:
        said = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.stdout.strip() if said.returncode == 0 else None

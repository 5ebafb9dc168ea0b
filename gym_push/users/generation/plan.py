"""What a folder of simulated logs is to hold, and whether a folder was begun with the same plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from gym_push.errors import ArgumentError
from gym_push.files import read_text
from gym_push.logs.writing import writer_of
from gym_push.text import quoted
from gym_push.users.generation.phone_policy import DeliverAtOnce, Handling
from gym_push.users.population import Population

MANIFEST: Final = "population.json"

_LEAST_DIGITS = 6  # of a user's number in the name of a file, so that names sort as people do


@dataclass(frozen=True)
class Plan:
    """What is to be written: everything that the bytes of the files follow from.

    Attributes:
        population: The people.
        days: How many of each.
        format: `"parquet"` or `"csv"`.
        users_at_once: People in a file; the last may have fewer.
        handling: What their phones do with what arrives.
    """

    population: Population
    days: int
    format: str
    users_at_once: int
    handling: Handling = field(default_factory=DeliverAtOnce)

    def files(self) -> Iterator[tuple[str, range]]:
        """Yields the name of each file, and the numbers of the people in it."""
        size = self.population.size
        digits = max(_LEAST_DIGITS, len(str(size - 1)))
        for first in range(0, size, self.users_at_once):
            users = range(first, min(first + self.users_at_once, size))
            yield f"users-{users[0]:0{digits}}-{users[-1]:0{digits}}.{self.format}", users

    @property
    def count(self) -> int:
        """The number of files."""
        return -(-self.population.size // self.users_at_once)

    def manifest(self) -> dict[str, Any]:
        """Returns the plan as JSON can hold it, with the versions that the bytes follow from."""
        population = self.population
        described = {
            "gym-push": version("gym-push"),
            "writer": writer_of(self.format),
            "users": population.size,
            "seed": population.seed,
            "days": self.days,
            "start": population.start.isoformat(),
            "format": self.format,
            "users_at_once": self.users_at_once,
            **self.handling.options,
            "parameters": asdict(population.parameters),
        }
        plain: dict[str, Any] = json.loads(json.dumps(described))
        return plain

    def check_begun(self, path: Path) -> None:
        """Checks that a folder was begun with this plan.

        Args:
            path: Its manifest.

        Raises:
            ArgumentError: It was begun with another one, or its manifest is broken.
        """
        try:
            begun = json.loads(read_text(path))
            theirs = {**begun, **begun["parameters"]}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            raise ArgumentError(
                f"{path} is not what gym-push wrote there; generate into another folder"
            ) from None
        ours = {**self.manifest(), **self.manifest()["parameters"]}
        for name in {**ours, **theirs}:
            if theirs.get(name) != ours.get(name) and name != "parameters":
                raise ArgumentError(
                    f"{path.parent} was begun with {name}={quoted(theirs.get(name))}, not with "
                    f"{ours.get(name)!r}; resume it with the same, or generate into another folder"
                )

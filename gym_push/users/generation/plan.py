"""What a folder of simulated logs will hold: as a manifest for programs, as a card for people."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from gym_push.errors import ArgumentError, version_of
from gym_push.files import read_text
from gym_push.logs.writing import writer_of
from gym_push.text import quoted
from gym_push.users.generation.phone_policy import TABLE_HEAD, PhonePolicy
from gym_push.users.model.parameters import Parameters
from gym_push.users.population import Population
from gym_push.users.simulation import DEFAULT_START

MANIFEST: Final = "population.json"
CARD: Final = "README.md"

_FORMATS: Final = {
    "csv": "CSV, UTF-8, a header line, LF line ends",
    "parquet": "Parquet; labels are dictionaries, times have their type",
}
_LEAST_DIGITS = 6  # of a user's number in the name of a file, so that names sort as people do


@dataclass(frozen=True)
class Plan:
    """Everything that determines the bytes of the files.

    Attributes:
        population: The people.
        days: How many of each.
        format: `"parquet"` or `"csv"`.
        users_at_once: People in a file; the last may have fewer.
        phone_policy: What their phones do with what arrives.
    """

    population: Population
    days: int
    format: str
    users_at_once: int
    phone_policy: PhonePolicy

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
        """Returns the plan and the versions that determine the bytes, as JSON values."""
        population = self.population
        described = {
            "gym-push": version_of("gym-push"),
            "writer": writer_of(self.format),
            "users": population.size,
            "seed": population.seed,
            "days": self.days,
            "start": population.start.isoformat(),
            "format": self.format,
            "users_at_once": self.users_at_once,
            **self.phone_policy.options,
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


def data_card(plan: Plan) -> str:
    """Returns the card, in Markdown; the plan and the versions determine it."""
    made = plan.manifest()
    example, users = next(plan.files())
    template = Path(__file__).with_name("data_card.md").read_text(encoding="utf-8")
    return template.format(
        plan=plan,
        made=made,
        account=plan.phone_policy.account(),
        changes=_changes(plan),
        command=_command(plan),
        example=example,
        people=len(users),
        writer="" if made["writer"] == plan.format else f", with {made['writer']}",
        format=_FORMATS[plan.format],
        manifest=MANIFEST,
        table_head=TABLE_HEAD,
        parameters=_parameters(plan.population.parameters),
    )


def _changes(plan: Plan) -> str:
    changes = plan.population.changes
    if not changes:
        return "All parameters have their defaults."
    listed = ", ".join(f"`{name}` is {_text(value)}" for name, value in changes.items())
    return f"Of the parameters, {listed}; the others have their defaults."


def _command(plan: Plan) -> str:
    population = plan.population
    words = ["gym-push", "generate", "--users", population.size, "--days", plan.days]
    words += ["--seed", population.seed]
    if population.start != DEFAULT_START:
        words += ["--start", population.start]
    for name, value in population.changes.items():
        words += ["--parameter", f"{name}={_text(value)}"]
    for name, value in plan.phone_policy.options.items():
        words += [f"--{name}", value]
    words += ["--format", plan.format, "--users-at-once", plan.users_at_once, "--out", "FOLDER"]
    return shlex.join(map(str, words))


def _parameters(parameters: Parameters) -> str:
    return "\n".join(
        f"| `{about.name}` | {_text(getattr(parameters, about.name))} | {_text(about.default)} "
        f"| {about.meaning} | {about.source} |"
        for about in Parameters.describe()
    )


def _text(value: Any) -> str:
    """Writes a parameter as the command line takes it."""
    return ",".join(map(repr, value)) if isinstance(value, tuple) else repr(value)

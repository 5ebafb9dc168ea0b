"""What a folder of simulated logs will hold: as a manifest for programs, as a card for people."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from gym_push.errors import ArgumentError, version_of
from gym_push.files import read_text
from gym_push.logs import NotificationLog, Schema
from gym_push.logs.known import BUNDLED
from gym_push.logs.writing import writer_of
from gym_push.text import quoted
from gym_push.users.model.parameters import Parameters
from gym_push.users.population import Population
from gym_push.users.simulation import DEFAULT_START

MANIFEST: Final = "population.json"
CARD: Final = "README.md"

_FORMATS: Final = {
    "csv": "CSV, UTF-8, a header line, LF line ends",
    "parquet": "Parquet; labels are dictionaries, times have their type",
}
_TITLES: Final = {
    "notification": "notification",
    "context": "context, when it is posted",
    "engagement": "engagement: what came of it, never shown to an agent",
}


@dataclass(frozen=True)
class PhonePolicy:
    """What phones do with what arrives, and what a data card says of it.

    Attributes:
        log: Returns the log of some people of a population for some days, with the arguments of
            `Population.log`; it is pickled for the processes that write logs.
        schema: Of that log.
        limits: What such logs cannot tell, as the end of a sentence.
        options: The options of `gym-push generate` that ask for it, without the dashes.
        did: A section on what the phones did, in Markdown; empty where there is nothing to say.
    """

    log: Callable[[Population, int, Sequence[int]], NotificationLog]
    schema: Schema
    limits: str
    options: Mapping[str, str] = field(default_factory=dict)
    did: str = ""


DELIVER_AT_ONCE: Final = PhonePolicy(
    Population.log,
    BUNDLED,
    "and everything was delivered at once, so it cannot tell what a delay would have done",
)
"""Phones that deliver everything when it arrives, as phones without an agent do."""


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
        digits = max(6, len(str(size - 1)))  # so that names sort as people do
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
        columns=column_rows(plan.phone_policy.schema),
        changes=_changes(plan),
        command=_command(plan),
        example=example,
        people=len(users),
        writer="" if made["writer"] == plan.format else f", with {made['writer']}",
        format=_FORMATS[plan.format],
        manifest=MANIFEST,
        parameters=_parameters(plan.population.parameters),
    )


def column_rows(schema: Schema) -> str:
    """Returns the rows of a data card's table of columns, by role, without the user's."""
    meanings = json.loads(Path(__file__).with_name("columns.json").read_text(encoding="utf-8"))
    names = {role: [f.name for f in schema.features if f.role == role] for role in _TITLES}
    assert schema.time is not None
    names["engagement"] = [schema.time.name, schema.action, *names["engagement"]]
    rows = []
    for role, title in _TITLES.items():
        rows.append(f"| **{title}** | | |")
        rows += [f"| `{name}` | {' | '.join(meanings[name])} |" for name in names[role]]
    return "\n".join(rows)


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

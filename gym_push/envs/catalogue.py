"""What an environment is, in words: from its own docstring and signature, which say it once."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import Any

_ARGUMENT = re.compile(r"- `(\w+)`: (.*)")


@dataclass(frozen=True)
class Argument:
    """A keyword argument of an environment.

    Attributes:
        name: Its name.
        default: As Python writes it.
        meaning: What it is.
    """

    name: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Entry:
    """An environment.

    Attributes:
        id: What `gymnasium.make` takes, behind "gym_push:".
        summary: What it is, in a sentence.
        actions: Its action space, and what each action does.
        observations: Its observation space: what an observation knows.
        arguments: What can be given to `make`.
    """

    id: str
    summary: str
    actions: str
    observations: str
    arguments: tuple[Argument, ...]


def entry(id: str, environment: type[Any]) -> Entry:
    """Returns what the docstring of an environment's class says.

    Args:
        id: Of the environment.
        environment: Its class, whose docstring has the headings that all have here.
    """
    text = inspect.getdoc(environment) or ""
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    meanings = _meanings(sections["Arguments"])
    return Entry(
        id=id,
        summary=text.split("\n\n")[0],
        actions=_first_paragraph(sections["Action Space"]),
        observations=_first_paragraph(sections["Observation Space"]),
        arguments=tuple(
            Argument(name, repr(about.default), meanings[name])
            for name, about in inspect.signature(environment).parameters.items()
        ),
    )


def _meanings(section: str) -> dict[str, str]:
    lines = re.sub(
        r"\n  +", " ", section
    ).splitlines()  # an item goes on in lines that are indented
    found = [match for match in map(_ARGUMENT.match, lines) if match]
    return {match[1]: match[2].replace("`", "") for match in found}


def _first_paragraph(section: str) -> str:
    return " ".join(section.strip().split("\n\n")[0].split()).replace("`", "")

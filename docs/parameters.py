"""Makes docs/parameters.md, the numbers of the simulated person: `python -m nox -s parameters`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gym_push.envs.send.presets import NOT_IN_IT, PRESETS
from gym_push.envs.send.response import Response
from gym_push.files import write_whole
from gym_push.users import Parameters
from gym_push.users.model.app_classes import CLASSES
from gym_push.users.model.described import Described

PAGE = Path(__file__).with_name("parameters.md")

OF_A_CLASS = {
    "popularity": "popularity",
    "cluster_size": "arrive together",
    "gap": "s between them",
    "half_life": "half-life, min",
    "decision_time": "s to decide",
    "significant": "P(sender matters)",
    "category_set": "P(category set)",
    "weekend": "weekend / weekday",
}


def page() -> Iterator[str]:
    """Yields the lines of the page."""
    yield from (
        "# The numbers of the simulated person",
        "",
        "Made by `python -m nox -s parameters` (docs/parameters.py) from "
        "[`Parameters`][gym_push.users.Parameters]. A `*_median` with a `*_spread` is a "
        "log-normal: its median, and the standard deviation of its logarithm. A `*_mean` with a "
        "`*_spread` is a normal. Utilities are in logit units. Every number is an argument of "
        "`Population`, and of `--parameter` at the command line.",
        "",
        "| parameter | default | range | unit and meaning | source |",
        "|-|-|-|-|-|",
    )
    yield from rows(Parameters)
    yield from (
        "",
        "## Classes of apps",
        "",
        "Fitted by hand to the same logs; hours, weekend factors and the priorities of rare "
        "classes are assumptions in line with them.",
        "",
        "| class | " + " | ".join(OF_A_CLASS.values()) + " | apps |",
        "|-" * (len(OF_A_CLASS) + 2) + "|",
    )
    for one in CLASSES:
        cells = [f"{getattr(one, name):g}" for name in OF_A_CLASS]
        apps = ", ".join(f"`{package}`" for package in one.packages)
        yield f"| {one.name} | " + " | ".join(cells) + f" | {apps} |"


def rows(described: type[Described]) -> Iterator[str]:
    """Yields a row for each parameter."""
    for each in described.describe():
        limits = f"{each.least:g} to {each.most:g}"
        if each.kind == "switch":
            limits = "False or True"
        cells = (f"`{each.name}`", shown(each.default), limits, each.meaning, each.source)
        yield f"| {' | '.join(cells)} |"


def shown(value: Any) -> str:
    """Writes a parameter's value."""
    if isinstance(value, bool):
        return str(value)
    return ", ".join(f"{each:g}" for each in (value if isinstance(value, tuple) else [value]))


def responses() -> Iterator[str]:
    """Yields the lines about the responses to messages of an app."""
    yield from (
        "",
        "## Responses to the messages of an app",
        "",
        "The numbers of [`send-v0`](environments/send.md), each an entry of its argument "
        '`response`; the defaults are the preset "habit". What fades has a share that is left, and '
        "the hours after which it is. Utilities are in logit units where `logit` holds, else they "
        "are probabilities.",
        "",
        "| parameter | default | range | unit and meaning | source |",
        "|-|-|-|-|-|",
        *rows(Response),
    )
    for name, preset in PRESETS.items():
        changes = [
            f"| `{parameter}` | {shown(value)} | {source} |"
            for parameter, (value, source) in preset.changes.items()
            if source != NOT_IN_IT
        ]
        if not changes:
            continue
        off = [f"`{each}`" for each, (_, source) in preset.changes.items() if source == NOT_IN_IT]
        yield from (
            "",
            f'### Preset "{name}"',
            "",
            f"{preset.about[0].upper()}{preset.about[1:]}. Not in its paper, and without effect: "
            f"{', '.join(off)}.",
            "",
            "| parameter | value | source |",
            "|-|-|-|",
            *changes,
        )


def text() -> str:
    """Returns the page."""
    return "\n".join((*page(), *responses())) + "\n"


if __name__ == "__main__":
    write_whole(PAGE, text())

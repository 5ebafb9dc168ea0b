"""Makes docs/parameters.md, the numbers of the simulated person: `python -m nox -s parameters`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gym_push.files import write_whole
from gym_push.users import Parameters
from gym_push.users.model.app_classes import CLASSES

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
    for each in Parameters.describe():
        several = isinstance(each.default, tuple)
        default = ", ".join(f"{value:g}" for value in (each.default if several else [each.default]))
        limits = f"{each.least:g} to {each.most:g}"
        if each.kind == "switch":
            default, limits = str(each.default), "False or True"
        yield f"| `{each.name}` | {default} | {limits} | {each.meaning} | {each.source} |"
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


def text() -> str:
    """Returns the page."""
    return "\n".join(page()) + "\n"


if __name__ == "__main__":
    write_whole(PAGE, text())

"""Pages of plots by Matplotlib: of logs and simulated people, and of results."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from gym_push.errors import ArgumentError, extra_import
from gym_push.files import whole_file
from gym_push.text import printable

with extra_import("a page of plots", "Matplotlib", "plots"):
    from matplotlib.figure import Figure

FORMATS: Final = ("pdf", "png", "svg")


def page(title: str) -> Figure:
    """Returns an empty page; its title is shown as it is, without formulas."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    figure.suptitle(printable(title), fontsize=10, parse_math=False)
    return figure


def save(figure: Figure, path: str | Path) -> None:
    """Writes a page in the format of the file's ending, whole or not at all.

    Raises:
        OSError: The file cannot be written.
    """
    drawn = BytesIO()
    figure.savefig(drawn, format=Path(path).suffix[1:].lower())
    with whole_file(path) as file:
        file.write(drawn.getvalue())


def check_name(path: str | Path) -> None:
    """Checks that a file's ending is one of `FORMATS`.

    Raises:
        ArgumentError: It is not.
    """
    path = Path(path)
    if path.suffix[1:].lower() not in FORMATS:
        raise ArgumentError(
            f"{path.name} is not a name for a page of plots; end it in .pdf, .png or .svg"
        )

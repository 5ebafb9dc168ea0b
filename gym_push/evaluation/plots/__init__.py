"""Pages of plots by Matplotlib: of logs and simulated people, and of results."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import lcm
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gym_push.errors import ArgumentError, extra_import
from gym_push.files import whole_file
from gym_push.text import printable, writable

with extra_import("a page of plots", "Matplotlib", "plots"):
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties, findfont
    from matplotlib.ft2font import FT2Font

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS: Final = ("pdf", "png", "svg")


def page(title: str) -> Figure:
    """Returns an empty page; its title is shown as it is, without formulas."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    figure.suptitle(shown(title), fontsize=10, parse_math=False)
    return figure


def panels(figure: Figure, number: int) -> list[Axes]:
    """Returns a page's panels, in one row or two that fill it."""
    rows = [number] if number < 3 else [(number + 1) // 2, number // 2]
    grid = figure.add_gridspec(len(rows), lcm(*rows))
    return [
        figure.add_subplot(grid[row, start : start + grid.ncols // columns])
        for row, columns in enumerate(rows)
        for start in range(0, grid.ncols, grid.ncols // columns)
    ]


def shown(text: str) -> str:
    """Returns a text of anybody's as a plot can show it."""
    return writable(printable(text), _characters())


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    return frozenset(FT2Font(findfont(FontProperties())).get_charmap())


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

"""When notifications arrived: the cells of the time column become milliseconds."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from gym_push.logs.cells import Builder, each
from gym_push.logs.columns import read_only
from gym_push.logs.quoting import quoted

_EPOCH = datetime(1970, 1, 1)
_FRACTION = re.compile(r"(?<=:\d\d)[.,](\d+)")  # of a second; Python 3.10 reads only six digits
_MILLISECONDS_FROM = 1e11  # as seconds the year 5138, as milliseconds 1973: no log is there
_LATEST = 2.5e14  # ms, the year 9892: what datetime can still show


class Times(Builder["NDArray[np.int64]"]):
    """Times of arrival: ISO 8601 as written (an offset is not applied), or a number since 1970.

    Args:
        unit: `"s"` or `"ms"` for numbers; `""` to tell by their size.
    """

    def __init__(self, unit: str) -> None:
        """Starts with no time."""
        self._unit = unit
        self._times = array("q")

    def add(self, cells: Sequence[str]) -> None:
        """Takes the next times."""
        self._times.extend(each(self._parse, cells))

    def _parse(self, cell: str) -> int:
        try:
            number = float(cell)
        except ValueError:
            try:
                moment = datetime.fromisoformat(_FRACTION.sub(_six_digits, _zoned(cell)))
            except ValueError:
                raise ValueError(
                    f"{quoted(cell)} is not a time; write it like 2019-02-18T04:55:12, "
                    "or as seconds or milliseconds since 1970"
                ) from None
            return round((moment.replace(tzinfo=None) - _EPOCH).total_seconds() * 1000)
        in_ms = self._unit == "ms" or (self._unit == "" and abs(number) >= _MILLISECONDS_FROM)
        milliseconds = number if in_ms else number * 1000
        if not 0 <= milliseconds < _LATEST:
            raise ValueError(
                f"{quoted(cell)} is no time in the years 1970 to 9892; mend it, or give the "
                "column's unit in the schema ('s' or 'ms')"
            )
        return round(milliseconds)

    def finish(self) -> NDArray[np.int64]:
        """Returns milliseconds since 1970, local to the phone: int64, shape (rows,)."""
        return read_only(np.array(self._times, dtype=np.int64))


def _zoned(cell: str) -> str:
    return cell.strip().replace("Z", "+00:00")  # Python 3.10 does not read the Z


def _six_digits(fraction: re.Match[str]) -> str:
    return "." + fraction[1][:6].ljust(6, "0")

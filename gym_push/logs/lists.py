"""Lists of words in cells: a JSON array wherever cells are text."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np

LISTS = (list, tuple, np.ndarray)


@lru_cache(maxsize=1 << 12)  # a log has few different lists in many rows
def listing(words: tuple[str, ...]) -> str:
    """Returns a list of words as a cell holds it; `words_of` reads it."""
    return json.dumps(list(words), ensure_ascii=False)


def words_of(cell: str) -> tuple[str, ...] | None:
    """Returns the list of words in a cell, numbers as they are written; None for other cells."""
    if not cell.lstrip().startswith("["):
        return None
    try:
        found = json.loads(cell, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        return None
    return tuple(found)


def elements(cell: Any) -> list[Any]:
    """Returns what a list, tuple or array holds.

    Raises:
        ValueError: It holds lists.
    """
    found = list(cell) if not isinstance(cell, np.ndarray) or cell.ndim == 1 else [cell]
    if not set(map(type, found)).isdisjoint(LISTS):
        raise ValueError("a list of lists; a list holds words")
    return found

"""Keeps libraries of numbers to one thread: many processes that have one each are faster."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache, partial
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """Returns what holds all libraries that are loaded by now to one thread, until it is left."""
    limits: AbstractContextManager[Any] = _limits(len(sys.modules))()
    return limits


@lru_cache(maxsize=1)
def _limits(modules: int) -> Any:
    """Looks for the libraries in the map of the memory: only when there are other modules."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:  # it comes with scikit-learn, and so with all that have such threads
        return nullcontext
    return partial(ThreadpoolController().limit, limits=1)

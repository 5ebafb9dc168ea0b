"""Keeps libraries of numbers to one thread: many processes that have one each are faster."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """Returns what holds all libraries that are loaded by now to one thread, until it is left."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:  # it comes with scikit-learn, and so with all that have such threads
        return nullcontext()
    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits

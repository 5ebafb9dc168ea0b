"""What the person who runs the agent is told: a line on stderr, and in a notebook a link.

Standard library only. That there is a notebook is seen from what it has imported itself.
"""

from __future__ import annotations

import contextlib
import contextvars
import gc
import html
import sys
from collections.abc import Callable
from typing import Any

from gym_push.text import printable

LINK_WITHIN = 5.0
"""Seconds that a notebook's cell waits at its end for the viewer to start: many front ends show
nothing that comes later. It is the first cell that shows something, and no step of the agent."""


def say(message: str) -> None:
    """Writes one line on stderr, if there is one."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):  # closed: there is nobody to tell
            print(f"gym-push: {printable(message)}", file=sys.stderr, flush=True)


def address_teller(wait: Callable[[float], object]) -> Callable[[str], None]:
    """Returns what tells the page's address; to be called where the first state is shown.

    What it returns may be called in another thread: a link still goes to the cell that runs now.

    Args:
        wait: Waits for the address to be told, or for the viewer to fail, at most so many seconds.
    """
    shell = _notebook()
    if shell is None:
        return lambda url: say(f"watch at {url}")
    cell = contextvars.copy_context()  # where ipykernel keeps what the output belongs to

    def hold_the_cell() -> None:
        shell.events.unregister("post_execute", hold_the_cell)
        wait(LINK_WITHIN)

    shell.events.register("post_execute", hold_the_cell)
    shell.events.register("post_run_cell", _let_go_of_what_failed)
    return lambda url: cell.run(shell.display_pub.publish, _link(url))


def _notebook() -> Any:
    """The shell of the notebook that this process runs; None in a terminal and without IPython."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython and get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None


def _let_go_of_what_failed(result: Any) -> None:
    """Ends the tabs of environments that an earlier interrupt or error left in its traceback.

    They are in reference cycles there, which Python would find at any time or never.
    """
    if not result.success:
        gc.collect()


def _link(url: str) -> dict[str, str]:
    address = html.escape(url)
    anchor = f'<a href="{address}" target="_blank" rel="noopener">{address}</a>'
    return {"text/plain": f"gym-push: watch at {url}", "text/html": f"gym-push: watch at {anchor}"}

"""The viewer's process as the agent's process sees it, and what the person there is told of it.

The process is started, written to, listened to and reaped. The address of its page is told on
stderr, and in a notebook as a link; that there is a notebook shows in what it has imported itself.
"""

from __future__ import annotations

import contextlib
import contextvars
import gc
import html
import json
import os
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gym_push.processes import THIS_PACKAGE
from gym_push.text import printable
from gym_push.viewer.workers import ADDRESS, Door, is_worker

LINK_WITHIN = 5.0
"""Seconds that a notebook's cell waits at its end for the viewer to start, since many front ends
show nothing that comes later. Only the first cell that shows something waits, and no step does."""

# Text printed while eel is imported must not be taken for the address: stdout is put aside first.
_BOOT = """
import os, sys
control = os.dup(1)
os.dup2(2, 1)
sys.path += [entry for entry in {path!r} if entry not in sys.path]
{package}
from gym_push.viewer.server import main
main({web!r}, control, {door}, {worker})
"""


class ViewerProcess:
    """One running viewer. It ends when its stdin ends, and so with the agent's process.

    Args:
        web: The folder of the page.
        door: Where it lets worker processes in, if it does; the viewer takes its socket over.
        on_word: Called from another thread with what the viewer says: `{"url": ...}` once the
            page is served, and `{"feed", "paused", "delay", "steps"}` when a page asks for it.
        on_end: Called from another thread with the reason when the process has ended.

    Raises:
        OSError: No process, or no thread to listen to it, can be started.
    """

    def __init__(
        self,
        web: Path,
        door: Door | None,
        on_word: Callable[[dict[str, Any]], None],
        on_end: Callable[[str], None],
    ) -> None:
        self._on_word = on_word
        self._on_end = on_end
        self._abandoned = False
        # Isolated (-I), so that settings such as PYTHONWARNINGS cannot stop eel from being
        # imported. The agent's own import path comes last: files in its folder that are called
        # like a module are not meant here.
        path = [entry for entry in sys.path if isinstance(entry, str)]
        handed = [] if door is None else [door.socket.fileno()]
        boot = _BOOT.format(
            path=path,
            package=THIS_PACKAGE,
            web=str(web),
            door=handed[0] if handed else None,
            worker=is_worker(),
        )
        # In a session of its own, so that Ctrl-C in the agent's terminal does not reach it.
        # Unbuffered, so that no half-written buffer is flushed by a forked child.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-W", "ignore", "-c", boot],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            pass_fds=handed,
            env={**os.environ, ADDRESS: "" if door is None else door.address},
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._input, self._output = self._process.stdin, self._process.stdout
        self._errors = self._process.stderr
        if door is not None:
            door.socket.close()  # now the port ends with the viewer
        self._listener = threading.Thread(
            target=self._listen, name="gym-push-viewer-listener", daemon=True
        )
        try:
            self._listener.start()
        except RuntimeError as error:
            self._process.kill()
            self._process.wait()
            raise OSError(str(error)) from error

    def send(self, data: bytes) -> None:
        """Writes all of `data`; waits while the viewer does not read.

        Raises:
            OSError: when the viewer has gone.
        """
        rest = memoryview(data)
        while rest:
            rest = rest[self._input.write(rest) :]

    def close_input(self) -> None:
        """Tells the viewer that nothing more will come."""
        self._input.close()

    def wait(self, timeout: float) -> None:
        """Waits at most `timeout` seconds for the process to end, then kills it."""
        self._listener.join(timeout)
        if self._listener.is_alive():
            self._process.kill()
            self._listener.join(timeout)

    def abandon(self) -> None:
        """In a forked child: lets go of the parent's viewer without touching it.

        The child's copies of the pipes would otherwise keep it alive after the parent's end.
        """
        self._abandoned = True
        for pipe in (self._input, self._output, self._errors):
            pipe.close()
        self._process.returncode = 0  # not a child of this process: nothing to wait for

    def _listen(self) -> None:
        try:
            for line in self._output:
                self._on_word(json.loads(line))
            last_words = self._errors.read().decode(errors="replace").strip().splitlines()
        except OSError:
            if not self._abandoned:
                raise
            threading.Event().wait()  # gevent's threads go on in a forked child, and must not end
        self._output.close()
        self._errors.close()
        code = self._process.wait()  # reaped at once: no zombie
        self._on_end(last_words[-1] if last_words else f"exit code {code}")


def open_browser(url: str, environ: Mapping[str, str] = os.environ) -> None:
    """Opens `url` on a graphical desktop, and nowhere else."""
    if environ.get("CI") or environ.get("GYM_PUSH_BROWSER") == "0":
        return
    if (
        sys.platform in ("win32", "darwin")
        or environ.get("DISPLAY")
        or environ.get("WAYLAND_DISPLAY")
    ):
        webbrowser.open(url)


def crashing(at_exit: bool = False) -> bool:
    """Returns whether an exception is on its way, or at the process's exit, whether one led to it.

    Ctrl-C and `sys.exit()` are no crash. A process that SIGTERM or SIGKILL ends says nothing, and
    the viewer takes that for a crash. An interactive session outlives its exceptions.
    """
    kind = sys.exc_info()[0]
    if kind is None and at_exit and not hasattr(sys, "ps1"):
        kind = getattr(sys, "last_type", None)
    return kind is not None and issubclass(kind, Exception)


def say(message: str) -> None:
    """Writes a line on stderr, if there is one."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):  # closed: there is nobody to tell
            print(f"gym-push: {printable(message)}", file=sys.stderr, flush=True)


def address_teller(wait: Callable[[float], object]) -> Callable[[str], None]:
    """Returns a function that tells the page's address; call this where the first state is shown.

    The function may run in another thread: in a notebook, a link still goes to the cell that runs
    now.

    Args:
        wait: Waits until the address is told or the viewer fails, at most as many seconds.
    """
    shell = _notebook()
    if shell is None:
        return lambda url: say(f"watch at {url}")
    cell = contextvars.copy_context()  # ipykernel keeps there which cell the output belongs to

    def hold_the_cell() -> None:
        shell.events.unregister("post_execute", hold_the_cell)
        wait(LINK_WITHIN)

    shell.events.register("post_execute", hold_the_cell)
    shell.events.register("post_run_cell", _let_go_of_what_failed)
    return lambda url: cell.run(shell.display_pub.publish, _link(url))


def _notebook() -> Any:
    """Returns the shell of a notebook; None in a terminal and without IPython."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython and get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None


def _let_go_of_what_failed(result: Any) -> None:
    """Ends the tabs of environments that an interrupt or error left in its traceback.

    Reference cycles keep them there until Python looks for such cycles, which may be never.
    """
    if not result.success:
        gc.collect()


def _link(url: str) -> dict[str, str]:
    address = html.escape(url)
    anchor = f'<a href="{address}" target="_blank" rel="noopener">{address}</a>'
    return {"text/plain": f"gym-push: watch at {url}", "text/html": f"gym-push: watch at {anchor}"}

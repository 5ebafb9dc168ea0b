"""The viewer's process as the agent's process sees it: started, written to, listened to, reaped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from gym_push.processes import THIS_PACKAGE
from gym_push.viewer.workers import ADDRESS, Door

# What is printed while eel is imported must not be taken for the address: put stdout aside first.
_BOOT = """
import os, sys
control = os.dup(1)
os.dup2(2, 1)
sys.path += [entry for entry in {path!r} if entry not in sys.path]
{package}
from gym_push.viewer.server import main
main({web!r}, control, {door})
"""


class ViewerProcess:
    """One running viewer.

    It ends when its stdin ends, and so with the agent's process, however that goes.
    """

    def __init__(
        self,
        web: Path,
        door: Door | None,
        on_word: Callable[[dict[str, Any]], None],
        on_end: Callable[[str], None],
    ) -> None:
        """Starts the viewer.

        Args:
            web: the folder of the page.
            door: where it lets worker processes in; None to let none in. Its socket is closed once
                the viewer has it.
            on_word: called from another thread with what the viewer says: `{"url": ...}` once the
                page is served, and `{"feed", "paused", "delay", "steps"}` when a page asks for it.
            on_end: called from another thread with the reason when the process has ended.

        Raises:
            OSError: when no process, or no thread to listen to it, can be started.
        """
        self._on_word = on_word
        self._on_end = on_end
        self._abandoned = False
        # Isolated (-I), so that what PYTHONWARNINGS and its like ask of the agent does not stop
        # eel from being imported; the agent's own import path comes last, for what lies in its
        # folder under the name of a module is not for here.
        path = [entry for entry in sys.path if isinstance(entry, str)]
        handed = [] if door is None else [door.socket.fileno()]
        boot = _BOOT.format(
            path=path, package=THIS_PACKAGE, web=str(web), door=handed[0] if handed else None
        )
        environ = {**os.environ, ADDRESS: "" if door is None else door.address}
        command = [sys.executable, "-I", "-W", "ignore", "-c", boot]
        pipe = subprocess.PIPE
        # In a session of its own, so that Ctrl-C in the agent's terminal does not reach it.
        # Unbuffered, so that no half-written buffer is flushed by a forked child.
        if sys.platform == "win32":
            group = subprocess.CREATE_NEW_PROCESS_GROUP
            self._process = subprocess.Popen(
                command, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, creationflags=group
            )
        else:
            self._process = subprocess.Popen(
                command,
                bufsize=0,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                start_new_session=True,
                pass_fds=handed,
                env=environ,
            )
        if door is not None:
            door.socket.close()  # now the viewer's end is the end of the port
        self._listener = threading.Thread(
            target=self._listen, name="gym-push-viewer-listener", daemon=True
        )
        try:
            self._listener.start()
        except RuntimeError as error:
            self._process.kill()
            self._process.wait()
            raise OSError(str(error)) from error

    @property
    def pid(self) -> int:
        """Process id of the viewer."""
        return self._process.pid

    def send(self, data: bytes) -> None:
        """Writes all of `data`; waits while the viewer does not read.

        Raises:
            OSError: when the viewer has gone.
        """
        rest = memoryview(data)
        pipe = _open(self._process.stdin)
        while rest:
            rest = rest[pipe.write(rest) :]

    def close_input(self) -> None:
        """Tells the viewer that nothing more will come."""
        _open(self._process.stdin).close()

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
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            _open(pipe).close()
        self._process.returncode = 0  # it is no child of this process: nothing to wait for

    def _listen(self) -> None:
        output, errors = _open(self._process.stdout), _open(self._process.stderr)
        try:
            for line in output:
                self._on_word(json.loads(line))
            last_words = errors.read().decode(errors="replace").strip().splitlines()
        except OSError:
            if not self._abandoned:
                raise
            threading.Event().wait()  # gevent's threads go on in a forked child, and must not end
        output.close()
        errors.close()
        code = self._process.wait()  # reaped at once: no zombie
        self._on_end(last_words[-1] if last_words else f"exit code {code}")


def open_browser(url: str, environ: Mapping[str, str] = os.environ) -> None:
    """Opens `url` where a person sits at a graphical desktop, and nowhere else."""
    if environ.get("CI") or environ.get("GYM_PUSH_BROWSER") == "0":
        return
    if (
        sys.platform in ("win32", "darwin")
        or environ.get("DISPLAY")
        or environ.get("WAYLAND_DISPLAY")
    ):
        webbrowser.open(url)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OSError("the viewer was started without this pipe")
    return pipe

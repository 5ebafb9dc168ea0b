"""A plain eel program, to show that an attack is one: what eel by itself does with it."""

import contextlib
import socket
import subprocess
import sys

from viewer_support import eventually

PLAIN = """
import sys, eel
eel.init(sys.argv[1])
@eel.expose
def next(*_):
    return "what the person reads"
eel.start("main.html", mode=None, host="127.0.0.1", port=int(sys.argv[2]),
          close_callback=lambda page, sockets: None)
"""


@contextlib.contextmanager
def serve(web):
    """Serves the folder `web` with its `main.html`; gives the address and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-c", PLAIN, str(web), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            assert eventually(lambda: answers(port), timeout=30)
            yield f"http://127.0.0.1:{port}/", process
        finally:
            process.kill()


def answers(port):
    """Whether somebody listens at `port`."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True

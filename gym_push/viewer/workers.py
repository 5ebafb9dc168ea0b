"""How a worker process, such as one of AsyncVectorEnv, shows itself on its parent's page.

The parent binds a socket, its viewer accepts from it, and workers inherit the address and a secret
in an environment variable. Both sides prove that they know the secret without sending it: other
programs can reach the port, or take it over when the viewer has gone.

Standard library only.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

ADDRESS = "GYM_PUSH_VIEWER"
"""The environment variable, with port:secret."""

HOST = "127.0.0.1"

VIEWER_WITHIN = 10.0
"""Seconds that a worker waits for the parent's viewer before it starts one of its own."""

GREETING_WITHIN = 5.0
"""Seconds that a worker has to prove that it is one."""

_PROOF = 32  # bytes of a challenge, and of its answer

Read = Callable[[int], bytes]
Write = Callable[[bytes], object]


class Door:
    """The parent's bound socket, which its viewer inherits, and the secret for its workers.

    Attributes:
        address: As workers find it in the environment.
        socket: Bound and listening; closed once the viewer has it.

    Raises:
        OSError: There is no port to bind.
    """

    def __init__(self) -> None:
        import fcntl  # Windows has no such module, and no doors

        with socket.create_server((HOST, 0)) as bound:
            # If stdin or stdout is closed, `bound` has its number, which the viewer needs itself.
            self.socket = socket.socket(fileno=fcntl.fcntl(bound, fcntl.F_DUPFD_CLOEXEC, 3))
        self.address = f"{self.socket.getsockname()[1]}:{secrets.token_hex(_PROOF)}"
        os.environ[ADDRESS] = self.address

    def close(self) -> None:
        """Closes the socket, and takes its address out of the environment."""
        self.socket.close()
        forget(self.address)


def open_door() -> Door | None:
    """Opens a door for workers; None if they have a viewer to go to, or no door can be opened."""
    if os.environ.get(ADDRESS) or sys.platform == "win32":  # which cannot hand a socket down
        return None
    with contextlib.suppress(OSError):
        return Door()
    return None


def is_worker() -> bool:
    """Returns whether this is a process of multiprocessing, which its parent may end."""
    multiprocessing = sys.modules.get("multiprocessing")
    return multiprocessing is not None and multiprocessing.parent_process() is not None


def forget(address: str) -> None:
    """Takes the address of a gone viewer out of the environment."""
    if os.environ.get(ADDRESS) == address:
        del os.environ[ADDRESS]


class ParentsViewer:
    """The parent's viewer as a worker sees it, with the methods of a `ViewerProcess`.

    Args:
        address: Where it is, from the environment.
        on_word: Called from another thread with what a page asks for, as of `ViewerProcess`.
        on_end: Called from another thread with the reason when it has gone.

    Attributes:
        url: The address of its page.

    Raises:
        OSError: It is not there or not the parent's, or there is no thread to listen to it.
    """

    def __init__(
        self,
        address: str,
        on_word: Callable[[dict[str, Any]], None],
        on_end: Callable[[str], None],
    ) -> None:
        self._address, self._on_word, self._on_end = address, on_word, on_end
        port, _, secret = address.partition(":")
        if not port.isascii() or not port.isdigit() or int(port) > 0xFFFF:
            raise OSError(f"{ADDRESS} is not an address")
        self._socket = socket.create_connection((HOST, int(port)), VIEWER_WITHIN)
        try:
            if not enter(self._read, self._socket.sendall, secret):
                raise OSError("another program answers in its place")
            length = int.from_bytes(self._read(1), "big")
            self.url = self._read(length).decode("ascii", "replace")
            self._socket.settimeout(None)
            self._listener = threading.Thread(
                target=self._listen, name="gym-push-viewer-listener", daemon=True
            )
            self._listener.start()
        except (OSError, RuntimeError) as error:
            self._socket.close()
            raise OSError(str(error)) from error

    def send(self, data: bytes) -> None:
        """Writes all of `data`; waits while the viewer does not read.

        Raises:
            OSError: When the viewer has gone.
        """
        self._socket.sendall(data)

    def close_input(self) -> None:
        """Tells the viewer that nothing more will come from this process."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def wait(self, timeout: float) -> None:
        """Waits at most `timeout` seconds for the viewer to have read everything."""
        self._listener.join(timeout)

    def abandon(self) -> None:
        """In a forked child: lets go of the parent's connection without ending it."""
        self._socket.close()

    def _read(self, size: int) -> bytes:
        """Reads without a buffer, whose lock a forked child might inherit locked."""
        data = b""
        while len(data) < size and (part := self._socket.recv(size - len(data))):
            data += part
        return data

    def _listen(self) -> None:
        heard = b""
        with contextlib.suppress(OSError):
            while part := self._socket.recv(4096):
                *lines, heard = (heard + part).split(b"\n")
                for line in lines:
                    self._on_word(json.loads(line))
        self._socket.close()
        forget(self._address)
        self._on_end("it was the parent's")


def enter(read: Read, write: Write, secret: str) -> bool:
    """The worker's side of the greeting. Returns whether the other side is the parent's viewer."""
    challenge = secrets.token_bytes(_PROOF)
    write(challenge)
    answer, asked = read(_PROOF), read(_PROOF)
    if not hmac.compare_digest(answer, _proof(secret, "viewer", challenge)):
        return False
    write(_proof(secret, "worker", asked))
    return True


def admit(read: Read, write: Write, secret: str) -> bool:
    """The viewer's side of the greeting. Returns whether the other side is a worker of its parent.

    Args:
        read: Returns exactly as many bytes as asked for, fewer only at the end of the stream.
        write: Sends bytes.
        secret: Both have it from the parent.
    """
    challenge = read(_PROOF)
    if len(challenge) < _PROOF:
        return False
    asked = secrets.token_bytes(_PROOF)
    write(_proof(secret, "viewer", challenge) + asked)
    return hmac.compare_digest(read(_PROOF), _proof(secret, "worker", asked))


def _proof(secret: str, role: str, challenge: bytes) -> bytes:
    return hmac.digest(secret.encode(), role.encode() + challenge, "sha256")

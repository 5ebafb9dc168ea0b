"""Who may talk to the viewer: a WSGI middleware in front of everything it serves.

A page on 127.0.0.1 can be reached by every site that the person's browser visits. So an address is
known only to those who were given it (the secret of the run is the first segment of every path),
other origins are refused, and no site may embed, frame or read what is served. The secret is not a
cookie, because the ports of a host share cookies. Other users of the machine do not know it either,
unless they can list the arguments of processes while a browser is being opened with it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class Guard:
    """Lets a request through to `app` when it comes from the viewer's own page or its user."""

    def __init__(self, app: WSGIApp, secret: str, port: int) -> None:
        self._app = app
        self._prefix = f"/{secret}"
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._headers = [
            ("Content-Security-Policy", _content_security_policy(port)),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),  # the address holds the secret
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serves or refuses one request, as WSGI wants it."""
        if not self.allows(environ):
            return refuse(start_response)

        def start_with_headers(status: str, headers: list[tuple[str, str]], *rest: object) -> Any:
            return start_response(status, headers + self._headers, *rest)

        path = environ["PATH_INFO"].removeprefix(self._prefix)
        inside = {**environ, "SCRIPT_NAME": self._prefix, "PATH_INFO": path}
        return self._app(inside, start_with_headers)

    def allows(self, environ: Environ) -> bool:
        """Whether a request may come in; also asked before a websocket is accepted."""
        host = environ.get("HTTP_HOST", "")
        origin = environ.get("HTTP_ORIGIN", f"http://{host}")
        return (
            host in self._hosts  # else another name was bound to this address (DNS rebinding)
            and origin == f"http://{host}"
            and (_is_own_site(environ) or _is_followed_link(environ))
            and self._knows_secret(environ.get("PATH_INFO", ""))
        )

    def _knows_secret(self, path: str) -> bool:
        prefix, slash, _ = path[1:].partition("/")
        given = path[:1] + prefix
        return bool(slash) and hmac.compare_digest(given.encode(), self._prefix.encode())


def is_own_file(folder: Path, path: str) -> bool:
    """Whether `path` names a file of `folder` itself: no link leads out of it, nor elsewhere in it.

    Args:
        folder: What is served, with all links in its own path resolved.
        path: What was asked for below it, decoded.
    """
    wanted = folder / path
    try:
        return wanted.is_file() and wanted.resolve() == wanted
    except (OSError, ValueError):  # nothing can have such a name
        return False


def refuse(start_response: StartResponse) -> Iterable[bytes]:
    """Answers 403, without a word on which of the checks failed."""
    body = b"forbidden\n"
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("403 Forbidden", headers)
    return [body]


def _is_own_site(environ: Environ) -> bool:
    """Whether our own page asked, or the person (none), or a client that does not say."""
    return environ.get("HTTP_SEC_FETCH_SITE", "none") in ("same-origin", "none")


def _is_followed_link(environ: Environ) -> bool:
    """Whether a person followed a link to the page, for example in a notebook's output."""
    return (
        environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST") == "document"
    )


def _content_security_policy(port: int) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )

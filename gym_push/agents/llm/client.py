"""Sends one request to a language model by the client of OpenAI, and says what became of it.

What an endpoint says in an error is never shown: it may repeat the key.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from gym_push.agents.llm.prompt import SCHEMA, probability_in
from gym_push.agents.llm.settings import Settings
from gym_push.errors import AgentError, extra_import

with extra_import("an agent that is a language model", "openai", "llm"):
    import openai

LARGEST: Final = 2**20
"""Bytes of an answer that are read."""

NAMED_SCHEMA: Final = {"name": "answer", "strict": True, "schema": SCHEMA}
_BY_SCHEMA: Final = {"response_format": {"type": "json_schema", "json_schema": NAMED_SCHEMA}}
FORMS: Final[Sequence[Mapping[str, Any]]] = (
    {"temperature": 0, "seed": True, "max_tokens": True, **_BY_SCHEMA},
    {
        "temperature": 0,
        "seed": True,
        "max_tokens": True,
        "response_format": {"type": "json_object"},
    },
    {"temperature": 0, "seed": True, "max_tokens": True},
    {"max_completion_tokens": True, **_BY_SCHEMA},  # of models that reason
)
"""Parameters of requests, in the order in which they are tried; True stands for a value."""

CONNECTING: Final = 5.0
"""Seconds that a connection may take, where `timeout` is shorter."""


class Reply(NamedTuple):
    """What came back for one request.

    Attributes:
        kind: "answered", "malformed", "late", "refused", or "unreachable".
        probability: Where it was answered.
        status: Of HTTP, where there is one.
        used: Tokens read and written; None if the endpoint did not say.
        billed: Whether it may have cost something.
        wait: Seconds that the endpoint asks to wait.
    """

    kind: str
    probability: float | None = None
    status: int = 200
    used: tuple[int, int] | None = None
    billed: bool = False
    wait: float = 0.0


def send(settings: Settings, messages: list[dict[str, str]], seed: int, form: int) -> Reply:
    """Sends a request once, and waits for the answer as long as the settings say.

    Args:
        settings: What is asked, and how.
        messages: The prompt.
        seed: For the endpoint.
        form: Which of `FORMS` the request has.

    Raises:
        AgentError: The key cannot be sent.
    """
    _quieten()
    values = {"seed": seed} | dict.fromkeys(
        ("max_tokens", "max_completion_tokens"), settings.answer_tokens
    )
    form_of = {
        name: values[name] if value is True else value for name, value in FORMS[form].items()
    }
    client = _client(settings.base_url, _secret(settings), settings.timeout, os.getpid())
    create: Any = client.chat.completions.with_streaming_response.create
    last = time.monotonic() + settings.timeout
    try:
        with create(model=settings.model, messages=messages, **form_of) as response:
            body = b""
            for part in response.iter_bytes():  # some endpoints send blanks until they answer
                body += part
                if time.monotonic() > last:
                    return Reply("late", billed=True)
                if len(body) > LARGEST:
                    return Reply("malformed", billed=True)
    except openai.APIStatusError as error:
        wait = _seconds(error.response.headers.get("retry-after"))
        return Reply("refused", status=error.status_code, wait=wait)
    except Exception as error:  # the client passes on what is raised while the body is read
        cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
        why = type(cause).__name__  # of httpx or httpx2, whichever the client uses
        if why in ("ConnectError", "ConnectTimeout"):
            return Reply("unreachable" if why == "ConnectError" else "late")
        late = isinstance(error, openai.APITimeoutError) or "Timeout" in why
        return Reply("late" if late else "refused", billed=True)
    text, used = _content(body)
    probability = probability_in(text)
    kind = "malformed" if probability is None else "answered"
    return Reply(kind, probability, used=used, billed=True)


def _secret(settings: Settings) -> str:
    name = settings.key_name
    key = os.environ.get(name, "").strip() if name else ""
    if not (key.isascii() and key.isprintable()):
        raise AgentError(f"the key in the environment variable {name} has strange characters")
    return key or "none"  # a local server needs no key, but the client does


@lru_cache(maxsize=8)
def _client(url: str, key: str, timeout: float, process: int) -> openai.OpenAI:
    """Returns a client; each process has its own."""
    patience = openai.Timeout(timeout, connect=max(timeout, CONNECTING))
    return openai.OpenAI(api_key=key, base_url=url, timeout=patience, max_retries=0)


def _quieten() -> None:
    """Keeps logs free of what an endpoint says, such as headers in which it repeats the key."""
    for name in ("openai", "httpx", "httpx2", "httpcore", "httpcore2"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))


def _content(body: bytes) -> tuple[Any, tuple[int, int] | None]:
    """Returns the text of an answer, None if there is none, and the tokens read and written."""
    try:
        answer = json.loads(body)
        usage = answer.get("usage") or {}
        counts = usage.get("prompt_tokens"), usage.get("completion_tokens")
        read, written = (each if type(each) is int and 0 <= each < 2**31 else -1 for each in counts)
        used = (read, written) if min(read, written) >= 0 else None
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None, None
    try:
        return answer["choices"][0]["message"]["content"], used
    except (LookupError, TypeError):
        return None, used


def _seconds(header: str | None) -> float:
    try:
        wait = float(header or 0.0)
    except ValueError:
        return 0.0
    return wait if 0.0 <= wait < float("inf") else 0.0

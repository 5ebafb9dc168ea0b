"""How a language model is asked, and the account of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, Final
from urllib.parse import urlsplit

from gym_push.errors import ArgumentError

OPENAI: Final = "https://api.openai.com/v1"
MOST: Final = 10**6
"""Of money and seconds; sums of money in parts of 10⁻¹² have to stay below 2⁶³."""


@dataclass
class Settings:
    """How a language model is asked.

    Args:
        model: Its name at the endpoint.
        base_url: Of the endpoint, which speaks OpenAI's protocol for chats.
        key_variable: The environment variable with the key. Empty: OPENAI_API_KEY for OpenAI's own
            address, and no key for any other.
        history_tokens: Most tokens of the person's history in a request, counted generously.
        answer_tokens: Most tokens of an answer.
        timeout: Seconds to wait for an answer.
        retries: How often a request is sent again that has failed.
        backoff: Seconds before the first retry; each further one waits twice as long.
        price_in: Money for a million tokens that are read.
        price_out: Money for a million tokens that are written.
        spend_limit: Money that may be spent in one program, and those that it starts; None for no
            limit.
        cache: The file of answers; empty for one in the user's cache folder, or what the
            environment variable GYM_PUSH_LLM_CACHE names.
        offline: Whether only the cache answers; the environment variable GYM_PUSH_OFFLINE says so,
            too.
    """

    model: str = ""
    base_url: str = OPENAI
    key_variable: str = ""
    history_tokens: int = 2000
    answer_tokens: int = 64
    timeout: float = 30.0
    retries: int = 3
    backoff: float = 0.5
    price_in: float = 0.0
    price_out: float = 0.0
    spend_limit: float | None = None
    cache: str = ""
    offline: bool = False

    @property
    def key_name(self) -> str:
        """The environment variable whose key is sent to the endpoint; empty if none is."""
        own = "OPENAI_API_KEY" if self.base_url.rstrip("/") == OPENAI else ""
        return self.key_variable or own

    def copy(self) -> Settings:
        """Returns just the parameters."""
        return Settings(**{each.name: getattr(self, each.name) for each in fields(Settings)})

    def check(self) -> None:
        """Checks the parameters.

        Raises:
            ArgumentError: One of them is wrong. What may be a key is not repeated.
        """
        if not (isinstance(self.model, str) and self.model):
            raise ArgumentError(
                "a language model needs a name and an endpoint, as in "
                "llm(model='qwen3:4b', base_url='http://localhost:11434/v1')"
            )
        _check_url(self.base_url)
        if not re.fullmatch(r"([A-Z_][A-Z0-9_]*)?", str(self.key_variable)):
            raise ArgumentError(
                "key_variable must be the name of an environment variable, in capital letters, "
                "not a key itself"
            )
        for name in ("history_tokens", "answer_tokens", "retries"):
            value, least = getattr(self, name), int(name == "answer_tokens")
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise ArgumentError(f"{name}={value!r} must be a whole number from {least} on")
        for name in ("timeout", "backoff", "price_in", "price_out", "spend_limit"):
            value = getattr(self, name)
            if value is None and name == "spend_limit":
                continue
            if not isinstance(value, (int, float)) or not 0 <= value <= MOST:
                raise ArgumentError(f"{name}={value!r} must be a number from 0 to {MOST}")
        if not self.timeout:
            raise ArgumentError("timeout=0 must be above 0")
        if self.spend_limit is not None and not (self.price_in or self.price_out):
            raise ArgumentError("a spend_limit needs the prices: give price_in and price_out")


def _check_url(url: Any) -> None:
    """Raises ArgumentError for an address that is none, or that may hold a key."""
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname)
        secret = parts.username or parts.password or parts.query or parts.fragment
        _ = parts.port
    except (ValueError, AttributeError, TypeError):
        right = secret = False
    if secret:
        raise ArgumentError(
            "base_url must be an address without a name, password or query, which would be kept "
            "with scores; put the key into an environment variable"
        )
    if not right:
        raise ArgumentError("base_url must be an address such as http://localhost:11434/v1")


@dataclass(frozen=True)
class Usage:
    """What a language model was asked for in this program, and what that used.

    Attributes:
        asked: Probabilities that were needed.
        cached: Those that the cache knew.
        sent: Requests that were sent, retries among them.
        retries: Requests that were sent because an earlier one failed.
        answered: Requests with a right answer.
        late: Requests without an answer in time.
        refused: Requests that were answered with an error, or broken off.
        malformed: Answers that are not a probability in JSON.
        fallbacks: Probabilities that were the person's own open rate instead.
        over_limit: Those among them for which the spending limit left no money.
        tokens_in: Tokens that were read. Where a server does not tell, the most that it can be.
        tokens_out: Tokens that were written, likewise.
        cost: Money for them, at most.
    """

    asked: int = 0
    cached: int = 0
    sent: int = 0
    retries: int = 0
    answered: int = 0
    late: int = 0
    refused: int = 0
    malformed: int = 0
    fallbacks: int = 0
    over_limit: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0

    def __str__(self) -> str:
        """A sentence."""
        failed = f"{self.late} late, {self.refused} refused, {self.malformed} malformed"
        limit = f", {self.over_limit} of them at the spending limit" if self.over_limit else ""
        return (
            f"needed {self.asked} answers, {self.cached} of them from the cache; "
            f"sent {self.sent} requests, {self.retries} of them retries ({failed}); "
            f"{self.fallbacks} fallbacks{limit}; {self.tokens_in} tokens in, "
            f"{self.tokens_out} out; cost {self.cost:.6g}"
        )

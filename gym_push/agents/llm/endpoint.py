"""Asks a language model for a probability, with a cache, retries and a limit on what it may cost.

The retries are ours and not the client's, since each has to be paid for before it is sent.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import asdict
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Final

from gym_push.agents.llm.cache import ANSWERED, FAILED, LIMIT, Answer, AnswerCache, default_path
from gym_push.agents.llm.client import FORMS, NAMED_SCHEMA, Reply, send
from gym_push.agents.llm.prompt import SCHEMA, most_tokens
from gym_push.agents.llm.settings import Settings
from gym_push.errors import AgentError

OFFLINE_VARIABLE: Final = "GYM_PUSH_OFFLINE"
AGAIN_VARIABLE: Final = "GYM_PUSH_ASK_AGAIN"
LONGEST_WAIT: Final = 60.0
"""Seconds between two tries, whatever the endpoint asks for."""

_AGAIN: Final = (408, 409, 425, 429)
_DENIED: Final = (401, 403)
_WRONG: Final = (400, 422)


_spoken: dict[tuple[str, str], int] = {}
"""Which of the forms an endpoint and model have taken, once they have answered."""


class Endpoint:
    """A language model at an endpoint.

    Args:
        settings: How it is asked; they are checked.
    """

    def __init__(self, settings: Settings) -> None:
        settings.check()
        self._settings = settings.copy()
        self.user = json.dumps(asdict(self._settings), sort_keys=True)
        self._whom = settings.base_url.rstrip("/"), settings.model
        # In parts of 10⁻¹² for a token, rounded up
        self._prices = ceil(settings.price_in * 10**6), ceil(settings.price_out * 10**6)
        limit = settings.spend_limit
        self._limit = None if limit is None else int(limit * 10**12)

    @property
    def offline(self) -> bool:
        """Whether only the cache answers."""
        return self._settings.offline or _is_set(OFFLINE_VARIABLE)

    @cached_property
    def path(self) -> Path:
        """The file of answers."""
        named = self._settings.cache
        return Path(named).expanduser() if named else default_path()

    @property
    def answers(self) -> AnswerCache:
        """The answers that are kept."""
        return AnswerCache(self.path, create=not self.offline)

    def ask(self, messages: list[dict[str, str]], seed: int) -> float | None:
        """Returns the probability that the model answers, or None if there is no answer.

        Args:
            messages: The whole prompt.
            seed: For the endpoint.

        Raises:
            AgentError: The endpoint cannot be reached, refuses the key, or knows no such model; or
                the cache does not know the answer and nothing else may be asked.
        """
        key = self._key(messages, seed)
        known = self.answers.find(key)
        if known is not None and self._counts(known):
            answer, cached = known, 1
        elif self.offline:
            raise AgentError(
                f"offline, and the cache {self.path} has no answer of {self._settings.model} to "
                f"request {key[:16]}, which has {len(messages[-1]['content'])} characters"
            )
        else:
            answer, cached = self._ask_endpoint(messages, seed), 0
            answer = self.answers.keep(key, self._settings.model, answer, known)
        self.answers.count(
            self.user,
            asked=1,
            cached=cached,
            fallbacks=int(answer.probability is None),
            over_limit=int(answer.outcome == LIMIT),
        )
        return answer.probability

    def _key(self, messages: list[dict[str, str]], seed: int) -> str:
        url, model = self._whom
        request = {
            "base_url": url, "model": model, "messages": messages, "seed": seed, "temperature": 0,
            "max_tokens": self._settings.answer_tokens, "schema": SCHEMA,
        }  # fmt: skip
        return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()

    def _counts(self, known: Answer) -> bool:
        """Returns whether what is known of a request is taken for its answer."""
        if known.outcome == ANSWERED or self.offline:
            return True
        if known.outcome == FAILED:
            return not _is_set(AGAIN_VARIABLE)
        return self._limit is not None and self._limit <= known.limit

    def _ask_endpoint(self, messages: list[dict[str, str]], seed: int) -> Answer:
        """Sends a request until it is answered, or no retry is left."""
        text = [*(message["content"] for message in messages), json.dumps(NAMED_SCHEMA)]
        most = most_tokens(*text), self._settings.answer_tokens
        tries, form = 0, _spoken.get(self._whom, 0)
        while True:
            if not self.answers.reserve(self.user, self._price(most), self._limit):
                return Answer(LIMIT, limit=self._limit or 0)
            reply = send(self._settings, messages, seed, form)
            if reply.status == 200 and reply.kind in ("answered", "malformed"):
                _spoken.setdefault(self._whom, form)
            self._settle(most, reply, retry=tries > 0)
            if reply.kind == "answered":
                return Answer(ANSWERED, reply.probability)
            if reply.status in _WRONG and self._whom not in _spoken and form + 1 < len(FORMS):
                form += 1  # the endpoint may not know this form of answers
                continue
            if reply.status in _DENIED or reply.status == 404:
                raise self._stopped(reply)
            again = reply.status < 400 or reply.status in _AGAIN or reply.status >= 500
            if not again or tries == self._settings.retries:
                lost = not again or (reply.kind == "late" and not reply.billed)
                if reply.kind == "unreachable" or (lost and not self._has_answered()):
                    raise self._stopped(reply)
                return Answer(FAILED)
            wait = max(self._settings.backoff * 2**tries, reply.wait)
            time.sleep(min(wait, LONGEST_WAIT))
            tries += 1

    def _settle(self, most: tuple[int, int], reply: Reply, retry: bool) -> None:
        read, written = (reply.used or most) if reply.billed else (0, 0)
        counted = {} if reply.kind == "unreachable" else {reply.kind: 1}
        self.answers.settle(
            self.user, self._price(most), retries=int(retry), tokens_in=read, tokens_out=written,
            cost=self._price((read, written)), **counted,
        )  # fmt: skip

    def _price(self, tokens: tuple[int, int]) -> int:
        return tokens[0] * self._prices[0] + tokens[1] * self._prices[1]

    def _has_answered(self) -> bool:
        return self._whom in _spoken or self.answers.usage(self.user).answered > 0

    def _stopped(self, reply: Reply) -> AgentError:
        url, model = self._whom
        name = self._settings.key_name
        if reply.status == 200:
            why = f"no endpoint answers at {url}: start the server, or mend base_url"
        elif reply.status in _DENIED:
            how = f"set the environment variable {name}" if name else "name its key_variable"
            why = f"{url} refuses the key ({reply.status}): {how}"
        elif reply.status == 404:
            why = f"{url} knows no model {model!r} (404): mend model, or base_url"
        else:
            why = f"{url} takes no requests for {model!r} as they are sent ({reply.status})"
        return AgentError(
            f"{why}; what was answered is kept, and the same again goes on from there"
        )


def _is_set(variable: str) -> bool:
    return os.environ.get(variable, "0") not in ("", "0")

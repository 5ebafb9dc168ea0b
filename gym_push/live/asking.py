"""Asks the adviser in a thread of its own, so that whatever it does nobody waits for long."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar

from gym_push.live.advising import Advice, Adviser
from gym_push.logs import NotificationLog

LIMIT: Final = 0.05
"""Seconds that a notification waits for advice."""
STUCK: Final = 1.0
"""Seconds after which an agent that does not answer counts as stuck."""

T = TypeVar("T")


class Asking:
    """An adviser behind a limit of time.

    Args:
        adviser: Is called from one thread alone.
        failed: Is told, once, why the agent is not asked any more.
    """

    def __init__(self, adviser: Adviser, failed: Callable[[str], None]) -> None:
        self._adviser, self._tell = adviser, failed
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        Thread(target=self._run, name="gym-push agent", daemon=True).start()  # it may never end
        self._begun: deque[float] = deque()
        self._failed = False

    @property
    def able(self) -> bool:
        """Whether there is an agent that has not failed and is not late with something."""
        return self._adviser.ready and not self._failed and self.late < LIMIT

    @property
    def late(self) -> float:
        """For how many seconds the agent has been busy with what it was asked first."""
        return time.monotonic() - self._begun[0] if self._begun else 0.0

    async def advise(self, row: Mapping[str, Any]) -> Advice | None:
        """Returns what is to become of a notification; None if nobody says so in time."""
        asked = self._submit(self._adviser.advise, row)
        answer = asyncio.wrap_future(asked)
        answer.add_done_callback(asyncio.Future.exception)  # `_done` tells it
        await asyncio.wait([answer], timeout=LIMIT)
        return answer.result() if answer.done() and answer.exception() is None else None

    def learn(self, advice: Advice, opened: bool) -> None:
        """Lets the agent learn what the person has done."""
        if not self._failed:
            self._submit(self._adviser.learn, advice, opened)

    async def practise(self, logs: Sequence[NotificationLog]) -> None:
        """Lets the agent play logs, however long that takes.

        Raises:
            GymPushError: A log does not fit.
        """
        await asyncio.wrap_future(self._submit(self._adviser.practise, logs))

    def close(self) -> None:
        """Ends the thread, as soon as it is not busy."""
        self._failed = True  # so that it is asked no more
        self._work.put(None)

    def _submit(self, call: Callable[..., T], *arguments: Any) -> Future[T]:
        asked, loop = Future[T](), asyncio.get_running_loop()

        def answer() -> None:
            try:
                asked.set_result(call(*arguments))
            except Exception as error:  # of any agent
                asked.set_exception(error)
            with suppress(RuntimeError):  # the guard may have ended
                loop.call_soon_threadsafe(self._done, asked)

        self._begun.append(time.monotonic())
        self._work.put(answer)
        return asked

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _done(self, asked: Future[Any]) -> None:
        self._begun.popleft()
        if self._begun:  # the next one begins only now
            self._begun[0] = max(self._begun[0], time.monotonic())
        error = asked.exception()
        if error is not None and not self._failed and self._adviser.ready:
            self._failed = True
            self._tell(" ".join(f"{type(error).__name__}: {error}".split()))

"""A guard from its start to its end, after which the desktop is as it was before."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dbus_fast import NameFlag, RequestNameReply
from dbus_fast.aio import MessageBus

from gym_push.agents import AgentSpec
from gym_push.errors import DesktopError, LogError
from gym_push.live import decided
from gym_push.live.advising import Adviser
from gym_push.live.asking import Asking
from gym_push.live.bus import NOTIFICATIONS, connect, owner, until_gone
from gym_push.live.daemon import Daemon, in_place, installed
from gym_push.live.following import Following
from gym_push.live.guarding import GUARD, Guard, Rules
from gym_push.live.held import Held
from gym_push.live.keeping import LogFolder, private_folder
from gym_push.live.relay import Relay
from gym_push.live.rows import Arrivals
from gym_push.live.session import Session
from gym_push.logs import NotificationLog, read_log
from gym_push.logs.importing.pieces import Options

FEWEST: Final = 50
"""Answers of the person from which an agent begins; until then everything is delivered."""

DATABASE: Final = "held.sqlite"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """How a guard is run.

    Attributes:
        agent: Who is asked.
        folder: Where everything is kept.
        options: What becomes of texts.
        rules: What the person wants.
        log: What the agent learns from first; None for the guard's own log alone.
        daemon: The command of the notification daemon; None for the one that is there.
        explore: As of `Adviser`.
        unlikely: As of `Adviser`.
        seed: Of everything random.
    """

    agent: AgentSpec
    folder: Path
    options: Options
    rules: Rules = field(default_factory=Rules)
    log: NotificationLog | None = None
    daemon: Sequence[str] | None = None
    explore: float = 0.05
    unlikely: float = 0.05
    seed: int = 0


async def guard(
    settings: Settings,
    stopped: asyncio.Event,
    tell: Tell,
    changed: Callable[[int, dict[str, Any]], None] = lambda number, row: None,
) -> None:
    """Guards the session's notifications until it is stopped, and then delivers what waits.

    Args:
        settings: How.
        stopped: The guard ends when it is set.
        tell: Is told what the person should know, in sentences.
        changed: Is told each row of the log, with its number, when it begins, is shown and ends.

    Raises:
        ArgumentError: The folder is in use, or the log or the agent does not fit.
        DesktopError: There is no bus, another guard, or no daemon that can stand behind it.
        MissingExtraError: The agent needs a package that is not installed.
        OSError: The folder cannot be written.
    """
    front = await connect()

    def say(sentence: str) -> None:
        with suppress(OSError):  # a full disk, or a terminal that is gone
            tell(sentence)

    try:
        if await front.request_name(GUARD, NameFlag.DO_NOT_QUEUE) != RequestNameReply.PRIMARY_OWNER:
            raise DesktopError("another guard stands before this desktop's notifications; end it")
        private_folder(settings.folder)
        log = LogFolder(settings.folder / decided.FOLDER, decided.schema(settings.options.text))
        try:
            held = Held(settings.folder / DATABASE, settings.options.text == "keep")
            try:
                await _Run(settings, front, held, log, say, changed).until(stopped)
            finally:
                held.close()
        finally:
            log.close()
    finally:
        front.disconnect()
        await until_gone(front)


class _Run:
    """What belongs together while a guard runs."""

    def __init__(
        self,
        settings: Settings,
        front: MessageBus,
        held: Held,
        log: LogFolder,
        tell: Tell,
        changed: Callable[[int, dict[str, Any]], None],
    ) -> None:
        self._settings, self._front, self._held, self._log = settings, front, held, log
        self._tell = tell
        schema, seed = decided.schema(settings.options.text), settings.seed
        adviser = Adviser(settings.agent, schema, settings.explore, settings.unlikely, seed)
        self._ready = adviser
        self._asking = Asking(adviser, lambda why: self._guard.fail(why))
        self._following = Following(log, self._asking, self._once, changed)
        self._guard = Guard(
            settings.rules, Arrivals(settings.options), held, self._following, self._asking,
            self._once,
        )  # fmt: skip
        self._told: set[str] = set()

    async def until(self, stopped: asyncio.Event) -> None:
        """Runs the guard."""
        await self._learn()
        there = await in_place(self._front)
        command = self._settings.daemon or (there and there[1]) or installed()
        if command is None:
            raise DesktopError(
                "no notification daemon is installed; install dunst, or name one with --daemon"
            )
        daemon, session = Daemon(command), Session(self._front)
        relay = Relay(self._front, daemon, self._guard, self._tell)
        self._guard.stand_before(relay)
        ends: list[Awaitable[object]] = [
            stopped.wait(),
            until_gone(self._front),
            relay.run(self._begin, there and there[0]),
        ]
        ends += [self._guard.look_after(session), self._learn_later()]
        tasks = [asyncio.ensure_future(each) for each in ends]
        await session.start()
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._stop(relay, daemon, tasks)
            session.close()
        for task in done:
            task.result()  # raises what it has raised
        if tasks[1] in done:
            raise DesktopError(f"the session bus is gone; {self._left()}")

    def _begin(self) -> None:
        if self._held.items:
            count = self._guard.waiting.recover()
            self._tell(f"{count} that an earlier guard held are delivered")
        self._tell("guarding notifications; Ctrl-C ends it")

    async def _learn(self) -> bool:
        """Lets the agent play the log, and the guard's own."""
        logs = [] if self._settings.log is None else [self._settings.log]
        with suppress(LogError):  # nothing is in it, or no answer
            own = read_log(self._log.folder)
            if logs or len(own) >= FEWEST:
                logs.append(own)
        if logs:
            await self._asking.practise(logs)
            self._tell(f"{self._settings.agent} has learned from {sum(map(len, logs))} answers")
        return bool(logs)

    async def _learn_later(self) -> None:
        """Lets the agent begin as soon as enough is known of the person."""
        if not self._ready.ready:
            self._tell(f"everything is delivered until {FEWEST} answers are known")
        while not self._ready.ready:
            await asyncio.sleep(1.0)
            if self._following.answers >= FEWEST:
                self._following.answers = 0
                await self._learn()
        await asyncio.Event().wait()

    async def _stop(
        self, relay: Relay, daemon: Daemon, tasks: Sequence[asyncio.Future[Any]]
    ) -> None:
        """Puts the daemon back into its place, and delivers through it what waits."""
        self._guard.stopping = True
        if self._front.connected:
            await relay.give_back()
            await relay.drain()
        self._asking.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await daemon.stop()
        if self._front.connected:
            try:
                await self._put_back(daemon)
                await self._guard.waiting.empty(self._front)
            except (DesktopError, OSError, EOFError, asyncio.TimeoutError) as error:
                self._tell(f"{error}; {self._left()}")
        self._guard.close()

    async def _put_back(self, daemon: Daemon) -> None:
        apart = ["sh", "-c", '"$@" < /dev/null > /dev/null 2>&1 &', "sh", *daemon.command]
        subprocess.run(apart, start_new_session=True)
        for _ in range(250):
            if await owner(self._front, NOTIFICATIONS):
                return
            await asyncio.sleep(0.02)
        raise DesktopError(f"{daemon.command[0]} does not come back")

    def _once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)

    def _left(self) -> str:
        count = len(self._held.items)
        return (
            f"{count} that wait are kept in {self._settings.folder}" if count else "nothing waits"
        )

"""A guard from its start to its end, after which the desktop is as it was before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from dbus_fast import NameFlag, RequestNameReply
from dbus_fast.aio import MessageBus

from gym_push.errors import DesktopError, LogError
from gym_push.live import decisions
from gym_push.live.bus import call, connect, owner, until_gone
from gym_push.live.daemon import Daemon, in_place, installed, put_back
from gym_push.live.guarding import GUARD, GUARD_PATH, Changed, Guard, Settings
from gym_push.live.held import Held
from gym_push.live.keeping import LogFolder, private_folder
from gym_push.live.relay import Relay
from gym_push.live.session import Session
from gym_push.logs import read_log

FEWEST: Final = 50
"""Answers of the person from which an agent begins; until then everything is delivered."""

DATABASE: Final = "held.sqlite"


async def guard(
    settings: Settings,
    stopped: asyncio.Event,
    tell: Callable[[str], None],
    changed: Changed = lambda number, row: None,
) -> None:
    """Guards the session's notifications until it is stopped, and then delivers what waits.

    Args:
        settings: How.
        stopped: The guard ends when it is set.
        tell: Is told what the person should know, in sentences.
        changed: Is told each row of the log, with its number, when it begins, is released and ends.

    Raises:
        ArgumentError: The folder is in use, or the log or the agent does not fit.
        DesktopError: There is no bus, another guard, or no daemon that can stand behind it.
        MissingExtraError: The agent needs a package that is not installed.
        OSError: The folder cannot be written.
    """

    def say(sentence: str) -> None:
        with suppress(OSError):  # a full disk, or a terminal that is gone
            tell(sentence)

    front, folder, text = await connect(), settings.folder, settings.options.text
    try:
        if await front.request_name(GUARD, NameFlag.DO_NOT_QUEUE) != RequestNameReply.PRIMARY_OWNER:
            raise DesktopError("another guard stands before this desktop's notifications; end it")
        private_folder(folder)
        with (
            closing(LogFolder(folder / decisions.FOLDER, decisions.schema(text))) as log,
            closing(Held(folder / DATABASE, text == "keep", settings.longest)) as held,
        ):
            guards = Guard(settings, log, held, say, changed)
            with closing(guards.agent):
                learning, stops = map(asyncio.ensure_future, (_learn(guards), stopped.wait()))
                await asyncio.wait([learning, stops], return_when=asyncio.FIRST_COMPLETED)
                if learning.done():
                    learning.result()
                    await _run(guards, front, stops)
    finally:
        front.disconnect()
        await until_gone(front)


async def _learn(guards: Guard) -> None:
    """Lets the agent play the log, and the guard's own."""
    given = guards.settings.log
    logs = [] if given is None else [given]
    with suppress(LogError):  # nothing is in it, or no answer
        own = await asyncio.to_thread(read_log, guards.log.folder)
        if logs or len(own) >= FEWEST:
            logs.append(own)
    if logs:
        await guards.agent.practise(logs)
        guards.tell(f"{guards.settings.agent} has learned from {sum(map(len, logs))} answers")


async def _learn_later(guards: Guard) -> None:
    """Lets the agent begin as soon as enough is known of the person."""
    if not guards.agent.ready:
        guards.tell(f"everything is delivered until {FEWEST} answers are known")
    while not guards.agent.ready:
        await asyncio.sleep(1.0)
        if guards.answers >= FEWEST:
            guards.answers = 0
            await _learn(guards)
    await asyncio.Event().wait()


async def _run(guards: Guard, front: MessageBus, stops: asyncio.Future[Any]) -> None:
    """Runs a guard until it is stopped, the bus is gone, or it fails; then puts all back."""
    there = await in_place(front)
    command = guards.settings.daemon or (there and there[1]) or installed()
    if command is None:
        raise DesktopError(
            "no notification daemon is installed; install dunst, or name one with --daemon"
        )
    daemon, session, began = Daemon(command), Session(front), asyncio.Event()
    relay = guards.relay = Relay(front, daemon, guards, guards.tell)

    def begin() -> None:
        began.set()
        if guards.held.items:
            guards.tell(f"{guards.recover()} that an earlier guard held are delivered")
        guards.tell("guarding notifications; Ctrl-C ends it")

    await session.start()
    gone = asyncio.ensure_future(until_gone(front))
    relaying = relay.run(begin, there and there[0])
    work = map(asyncio.ensure_future, (relaying, guards.watch(session), _learn_later(guards)))
    tasks = [stops, gone, *work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        guards.stopping = True
        await relay.give_back()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await daemon.stop()
        try:
            if front.connected and began.is_set():
                await put_back(front, there[1] if there else command)
                relay.hand_over()
                guards.release_all()
                await relay.drain()
        except DesktopError as error:
            guards.tell(f"{error}; {guards.left}")
        guards.close()
        session.close()
    for task in done:
        task.result()  # raises what it has raised
    if gone in done:
        raise DesktopError(f"the session bus is gone; {guards.left}")


async def waiting(folder: Path) -> list[dict[str, Any]]:
    """Returns what waits, from the guard that runs, or else from the folder of one that has ended.

    Args:
        folder: The guard's.

    Returns:
        Of each its `id`, `state`, `app`, `since`, `summary` and `body`, the oldest first.

    Raises:
        ArgumentError: The database cannot be read.
    """
    with suppress(DesktopError):  # without a bus nobody guards
        if (said := await _ask("List")) is not None:
            found: list[dict[str, Any]] = json.loads(said)
            return found
    if not (folder / DATABASE).is_file():
        return []
    with closing(Held(folder / DATABASE, keep=True)) as held:
        return [item.to_dict() for item in held.items.values()]


async def release(numbers: Sequence[int]) -> int | None:
    """Has the guard that runs deliver what waits.

    Args:
        numbers: Ids; all if there are none.

    Returns:
        How many were released; None if no guard runs.

    Raises:
        DesktopError: There is no bus, or the guard does not answer.
    """
    count: int | None = await _ask("Release", "au", list(numbers))
    return count


async def _ask(member: str, signature: str = "", *body: Any) -> Any:
    """Returns what the guard that runs on this desktop answers; None if no guard runs."""
    bus = await connect()
    try:
        if await owner(bus, GUARD) is None:
            return None
        [answer] = await call(bus, GUARD, GUARD_PATH, GUARD, member, signature, *body)
        return answer
    finally:
        bus.disconnect()

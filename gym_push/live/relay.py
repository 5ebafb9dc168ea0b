"""Stands between applications and the notification daemon, and passes on what each says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Protocol, TypeAlias

from dbus_fast import Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from gym_push.errors import DesktopError
from gym_push.live import messages
from gym_push.live.bus import (
    BUS,
    BUS_PATH,
    NOTIFICATIONS,
    NOTIFY_SIGNATURE,
    call,
    is_call,
    until_gone,
)
from gym_push.live.daemon import Daemon, take_place
from gym_push.live.ids import NOBODYS, Ids

Answered: TypeAlias = Callable[[Message], None]

RULES: Final = (
    f"type='signal',sender='{NOTIFICATIONS}'",
    f"type='signal',sender='{BUS}',arg0='{NOTIFICATIONS}'",
)
"""What the relay hears on the daemon's bus."""
MOST_RESTARTS: Final = 5
"""Of the daemon, one after the other; after `SETTLED` seconds they count anew."""
SETTLED: Final = 10.0


class Guardian(Protocol):
    """Decides what a relay passes on, and is told what becomes of it."""

    def judge(self, message: Message) -> bool | asyncio.Future[bool]:
        """Says of a call whether it is passed on, now or soon; else the guardian answers it."""

    def shown(self, message: Message, number: int) -> None:
        """Takes in by which id its application knows a notification that was passed on."""

    def heard(self, member: str, body: list[Any]) -> None:
        """Takes in a signal about a notification: its name, and its arguments with that id."""

    def daemon_ended(self) -> None:
        """Takes in that all that the daemon has shown is gone."""


class Relay:
    """Has the name of the notification daemon on the session's bus, and the daemon behind it.

    Calls of one application are passed on in their order. What the daemon has not answered when it
    ends is said again to the next one.

    Args:
        front: The session's bus.
        daemon: The daemon.
        guardian: Says what is passed on.
        tell: Is told what the person should know, in a sentence.

    Attributes:
        ids: Of the notifications.
    """

    def __init__(
        self, front: MessageBus, daemon: Daemon, guardian: Guardian, tell: Callable[[str], None]
    ) -> None:
        self.ids = Ids()
        self._front, self._daemon, self._guardian, self._tell = front, daemon, guardian, tell
        self._back: MessageBus | None = None
        self._asked: dict[int, tuple[Message, Answered | None]] = {}
        self._unsent: deque[tuple[Message, Answered | None]] = deque()
        self._behind: dict[str, deque[Message]] = {}
        self._lost = asyncio.Event()

    async def run(self, ready: Callable[[], None], instead_of: int | None = None) -> None:
        """Relays until the session's bus is gone, or it is cancelled.

        Args:
            ready: Is called when notifications are shown again.
            instead_of: The process that shows them now, which is ended.

        Raises:
            DesktopError: The name is taken, or the daemon ends again and again.
        """
        self._front.add_message_handler(self._from_app)
        await take_place(self._front, instead_of)
        await self._attach()
        ready()
        restarts, clock = 0, asyncio.get_running_loop().time
        while True:
            began = clock()
            await self._lost.wait()
            restarts = 1 if clock() - began > SETTLED else restarts + 1
            if restarts > MOST_RESTARTS:
                raise DesktopError(f"{self._daemon.command[0]} ends again and again; see its log")
            self._guardian.daemon_ended()
            self._tell(f"{self._daemon.command[0]} has ended and is started again")
            await self._daemon.stop()
            await self._attach()

    async def give_back(self) -> None:
        """Gives the name back, so that another daemon can take it."""
        with suppress(Exception):  # the bus may be gone
            await self._front.release_name(NOTIFICATIONS)
        self._front.remove_message_handler(self._from_app)

    def crowd(self, app: str | None) -> int:
        """Returns how many calls of an application wait for the decision on an earlier one."""
        return len(self._behind.get(app or "", ()))

    def show(self, body: list[Any], outer: int, app: str | None, shown: Answered) -> None:
        """Has the daemon show a notification of which its application has an id already.

        Args:
            body: The arguments of its call of `Notify`.
            outer: The id; 0 if it has none.
            app: The application's unique name; None if it is not known.
            shown: Is called with the daemon's answer.
        """

        def answered(reply: Message) -> None:
            if reply.message_type is MessageType.METHOD_RETURN and outer:
                self.ids.bind(outer, reply.body[0])
                self.ids.owned(outer, app)
            shown(reply)

        self._ask(messages.notify(body), answered)

    def pass_on(self, message: Message) -> None:
        """Passes on a call of an application, and then the daemon's answer."""
        body, asked, notify = message.body, 0, is_call(message, "Notify")
        if notify and message.signature == NOTIFY_SIGNATURE:
            asked = body[1]
            body = [body[0], asked and self.ids.inner(asked), *body[2:]]
        elif is_call(message, "CloseNotification") and message.signature == "u":
            body = [self.ids.inner(body[0]) or NOBODYS]
        silent = bool(message.flags & MessageFlag.NO_REPLY_EXPECTED)

        def answered(reply: Message) -> None:
            answer, returned = reply.body, reply.message_type is MessageType.METHOD_RETURN
            if notify and returned and reply.signature == "u":
                answer = [self.ids.shown(answer[0], asked, message.sender)]
                self._guardian.shown(message, answer[0])
            if not silent:
                self._send(messages.answer_like(reply, message, answer))

        flags = MessageFlag.NONE if notify else message.flags
        passed = messages.again(message, body, NOTIFICATIONS, flags)
        self._ask(passed, answered if notify or not silent else None)

    def answer(self, message: Message, signature: str = "", *body: Any) -> None:
        """Answers a call of an application in the daemon's place."""
        if not message.flags & MessageFlag.NO_REPLY_EXPECTED:
            self._send(messages.answer(message, signature, list(body)))

    def refuse(self, message: Message) -> None:
        """Answers a call that there is not."""
        self._send(messages.refusal(message))

    async def drain(self) -> None:
        """Waits until the daemon has answered what it was asked, but not for long."""
        for _ in range(50):
            if not (self._asked or self._behind or self._unsent):
                return
            await asyncio.sleep(0.02)

    def signal(self, member: str, signature: str, body: list[Any], to: str | None = None) -> None:
        """Sends applications a signal as a daemon does.

        Args:
            member: Its name.
            signature: Types of its arguments.
            body: Its arguments.
            to: Unique name of the application; None for all.
        """
        self._send(messages.signal(member, signature, body, to))

    # From applications to the daemon

    def _from_app(self, message: Message) -> bool:
        if message.message_type is not MessageType.METHOD_CALL or message.sender == BUS:
            return False
        if message.sender in self._behind:
            self._behind[message.sender].append(message)
        else:
            self._begin(message)
        return True

    def _begin(self, message: Message) -> bool:
        """Begins with a call; returns whether the next one can follow."""
        try:
            said = self._guardian.judge(message)
        except Exception as error:  # whatever it is, nothing may be lost
            self._tell(f"what cannot be judged passes ({type(error).__name__}: {error})")
            said = True
        if isinstance(said, bool):
            if said:
                self.pass_on(message)
            return True
        self._behind.setdefault(message.sender or "", deque())
        said.add_done_callback(lambda future: self._go_on(message, future))
        return False

    def _go_on(self, message: Message, said: asyncio.Future[bool]) -> None:
        error = None if said.cancelled() else said.exception()
        if said.cancelled() or error is not None or said.result():
            self.pass_on(message)
        if error is not None:
            self._tell(f"what cannot be judged passes ({type(error).__name__}: {error})")
        behind = self._behind[message.sender or ""]
        while behind:
            if not self._begin(behind.popleft()):
                return
        del self._behind[message.sender or ""]

    def _ask(self, message: Message, answered: Answered | None) -> None:
        if self._back is None or self._lost.is_set():
            self._unsent.append((message, answered))
            return
        message.serial = self._back.next_serial()
        if answered is not None:
            self._asked[message.serial] = message, answered
        _write(self._back, message)

    # From the daemon to applications

    async def _attach(self) -> None:
        back = await self._daemon.start()
        for rule in RULES:
            await call(back, BUS, BUS_PATH, BUS, "AddMatch", "s", rule)
        again = [*self._asked.values(), *self._unsent]
        self._asked.clear()
        self._unsent.clear()
        self.ids.restart()
        self._lost.clear()
        self._back = back
        back.add_message_handler(self._from_daemon)
        asyncio.ensure_future(self._watch(back))
        for message, answered in again:
            if is_call(message, "Notify"):  # what it replaces is gone
                message.body = [message.body[0], 0, *message.body[2:]]
            self._ask(message, answered)

    async def _watch(self, back: MessageBus) -> None:
        await until_gone(back)
        self._lose(back)

    def _lose(self, back: MessageBus) -> None:
        if back is self._back:
            self._lost.set()

    def _from_daemon(self, message: Message) -> bool:
        if message.message_type in (MessageType.METHOD_RETURN, MessageType.ERROR):
            _, answered = self._asked.get(message.reply_serial, (None, None))
            if answered is None or messages.is_of_none(message):
                return False
            del self._asked[message.reply_serial]
            answered(message)
            return True
        if message.message_type is not MessageType.SIGNAL:
            return False
        if message.sender == BUS:
            if message.member == "NameOwnerChanged" and message.body[::2] == [NOTIFICATIONS, ""]:
                assert self._back is not None
                self._lose(self._back)
            return False
        self._pass_back(message)
        return True

    def _pass_back(self, message: Message) -> None:
        body, to = message.body, None
        about = message.interface == NOTIFICATIONS and message.signature.startswith("u")
        if about:
            body = [self.ids.outer(body[0]), *body[1:]]
            if message.destination:  # else it is for all
                to = self.ids.app(body[0])
        self._send(messages.again(message, body, to))
        if about:
            self._guardian.heard(str(message.member), body)

    def _send(self, message: Message) -> None:
        _write(self._front, message)


def _write(bus: MessageBus, message: Message) -> None:
    """Sends a message; if the bus is gone, others notice."""
    with suppress(OSError, ValueError, RuntimeError):
        if bus.connected:
            bus.send(message).add_done_callback(lambda sent: sent.cancelled() or sent.exception())

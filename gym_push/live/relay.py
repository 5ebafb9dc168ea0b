"""Stands between applications and the notification daemon, and passes on what each says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from typing import Any, Final, Protocol, TypeAlias

from dbus_fast import ErrorType, Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from gym_push.errors import DesktopError
from gym_push.live.bus import (
    BUS,
    BUS_PATH,
    NOTIFICATIONS,
    NOTIFICATIONS_PATH,
    NOTIFY_SIGNATURE,
    call,
    is_call,
    until_gone,
)
from gym_push.live.daemon import Daemon, take_place
from gym_push.live.ids import NOBODYS, Ids

Answered: TypeAlias = Callable[[Message], None]
Call: TypeAlias = tuple[str | None, Message, Answered]
"""Of whom, what the daemon is asked, and who gets its answer."""

RULES: Final = (
    f"type='signal',sender='{NOTIFICATIONS}'",
    f"type='signal',sender='{BUS}',arg0='{NOTIFICATIONS}'",
)
"""What the relay hears on the daemon's bus."""
MOST_RESTARTS: Final = 5
"""Of the daemon, one after the other; after `SETTLED` seconds they count anew."""
SETTLED: Final = 10.0
AT_ONCE: Final = 4
"""Calls that the daemon has still to answer at a time. dunst 1.9 answers none any more after some
ten at once: each answer waits in one of the ten threads of GLib's pool until it is written."""
PATIENCE: Final = 2.0
"""Seconds without any answer of the daemon after which none is waited for."""

_GONE: Final = [f"{BUS}.Error.{name}" for name in ("NoReply", "ServiceUnknown", "NameHasNoOwner")]
"""What the bus answers in place of a daemon that has ended."""


class Guardian(Protocol):
    """Decides what a relay passes on, and is told what becomes of it."""

    async def judge(self, message: Message) -> bool:
        """Says of a call whether it is passed on; else the guardian has answered it."""

    def shown(self, message: Message, number: int | None) -> None:
        """Takes in the id by which its application knows a notification that was passed on.

        It is None if the daemon has refused the notification.
        """

    def heard(self, message: Message, number: int) -> None:
        """Takes in a signal about a notification, with that id."""

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
        self._asked: dict[int, Call] = {}
        self._unasked: dict[str | None, deque[Call]] = {}
        self._behind: dict[str | None, deque[Message]] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._lost = asyncio.Event()

    async def run(self, ready: Callable[[], None], instead_of: int | None = None) -> None:
        """Relays until the session's bus is gone, or it is cancelled.

        Args:
            ready: Is called when it relays.
            instead_of: The process that shows notifications now, which is ended.

        Raises:
            DesktopError: The name is taken, or the daemon cannot be started or ends again and
                again.
        """
        await self._start()  # first: if it cannot be started nothing has changed
        self._front.add_message_handler(self._from_app)
        await take_place(self._front, instead_of)
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
            await self._start()

    async def give_back(self) -> None:
        """Gives the name back, so that another daemon can take it."""
        if self._front.connected:
            with suppress(Exception):  # of the bus, which may go now
                await self._front.release_name(NOTIFICATIONS)
        self._front.remove_message_handler(self._from_app)
        await self.drain()
        self._back = None

    def hand_over(self) -> None:
        """Passes what is left to the daemon that has the name on the session's bus."""
        self.ids = Ids()  # applications hear of its ids now
        self._attach(self._front)

    async def drain(self) -> None:
        """Waits until the daemon has answered what it was asked, or does not answer any more."""
        clock, left, since = asyncio.get_running_loop().time, 0, 0.0
        while now := (len(self._asked) + len(self._behind) + sum(map(len, self._unasked.values()))):
            if now != left:
                left, since = now, clock()
            elif clock() - since > PATIENCE:
                return
            await asyncio.sleep(0.02)

    def crowd(self, app: str | None) -> int:
        """Returns how many calls of an application wait for the decision on an earlier one."""
        return len(self._behind.get(app, ()))

    def show(self, body: list[Any], outer: int, app: str | None, shown: Answered) -> None:
        """Has the daemon show a notification of which its application has an id already.

        Args:
            body: The arguments of its call of `Notify`.
            outer: The id.
            app: The application's unique name; None if it is not known.
            shown: Is called with the daemon's answer.
        """

        def answered(reply: Message) -> None:
            if reply.message_type is MessageType.METHOD_RETURN:
                self.ids.shown(reply.body[0], outer, app)
            shown(reply)

        self._ask(app, _notify([body[0], 0, *body[2:]]), answered)

    def pass_on(self, message: Message) -> None:
        """Passes on a call of an application, and then the daemon's answer."""
        body, asked, notify = message.body, 0, is_call(message, "Notify")
        if notify and message.signature == NOTIFY_SIGNATURE:
            asked = body[1]
            body = [body[0], asked and self.ids.inner(asked), *body[2:]]
        elif is_call(message, "CloseNotification") and message.signature == "u":
            body = [self.ids.inner(body[0]) or NOBODYS]

        def answered(reply: Message) -> None:
            answer, number = reply.body, None
            if notify and reply.message_type is MessageType.METHOD_RETURN:
                known = self.ids.inner(asked)
                number = self.ids.shown(answer[0], 0 if known else asked, message.sender)
                answer = [number]
            if notify:
                self._guardian.shown(message, number)
            self._reply(message, Message(
                message.sender, message_type=reply.message_type, reply_serial=message.serial,
                error_name=reply.error_name, signature=reply.signature, body=answer,
                validate=False,
            ))  # fmt: skip

        self._ask(message.sender, _copy(message, NOTIFICATIONS, body), answered)

    def answer(self, message: Message, signature: str = "", *body: Any) -> None:
        """Answers a call of an application in the daemon's place."""
        self._reply(message, Message.new_method_return(message, signature, list(body)))

    def refuse(self, message: Message) -> None:
        """Answers a call that there is not."""
        why = f"there is no {message.member}"
        self._reply(message, Message.new_error(message, ErrorType.UNKNOWN_METHOD, why))

    def closed(self, number: int, reason: int, to: str | None) -> None:
        """Tells that a notification is closed, as a daemon does.

        Args:
            number: Its id.
            reason: Of `NotificationClosed`.
            to: Unique name of the application; None for all.
        """
        _write(self._front, Message(
            to, NOTIFICATIONS_PATH, NOTIFICATIONS, "NotificationClosed", MessageType.SIGNAL,
            signature="uu", body=[number, reason],
        ))  # fmt: skip

    # From applications to the daemon

    def _from_app(self, message: Message) -> bool:
        if message.message_type is not MessageType.METHOD_CALL or message.sender == BUS:
            return False
        if message.sender not in self._behind:
            self._behind[message.sender] = deque()
            self._serving.add(task := asyncio.ensure_future(self._serve(message.sender)))
            task.add_done_callback(self._serving.discard)
        self._behind[message.sender].append(message)
        return True

    async def _serve(self, app: str | None) -> None:
        """Takes the calls of an application in their order."""
        while behind := self._behind[app]:
            message = behind.popleft()
            try:
                passes = await self._guardian.judge(message)
            except Exception as error:  # whatever it is, nothing may be lost
                self._tell(f"what cannot be judged passes ({type(error).__name__})")
                passes = True
            if passes:
                self.pass_on(message)
        del self._behind[app]

    def _ask(self, app: str | None, message: Message, answered: Answered) -> None:
        self._unasked.setdefault(app, deque()).append((app, message, answered))
        self._ask_on()

    def _ask_on(self) -> None:
        """Asks the daemon for one application after the other, as fast as it answers."""
        while self._unasked and len(self._asked) < AT_ONCE:
            if self._back is None or self._lost.is_set():
                return
            app = next(iter(self._unasked))
            calls = self._unasked.pop(app)
            asked = calls.popleft()
            if calls:
                self._unasked[app] = calls  # behind the others
            message = asked[1]
            message.serial = self._back.next_serial()
            self._asked[message.serial] = asked
            _write(self._back, message)

    def _reply(self, call: Message, reply: Message) -> None:
        if not call.flags & MessageFlag.NO_REPLY_EXPECTED:
            _write(self._front, reply)

    # From the daemon to applications

    async def _start(self) -> None:
        back = await self._daemon.start()
        for rule in RULES:
            await call(back, BUS, BUS_PATH, BUS, "AddMatch", "s", rule)
        self._watching = asyncio.ensure_future(until_gone(back))
        self._watching.add_done_callback(lambda _: self._lose(back))
        self._attach(back)

    def _attach(self, back: MessageBus) -> None:
        """Asks another daemon from now on, and anew what the one before has not answered."""
        again = [*self._asked.values(), *chain(*self._unasked.values())]
        self._asked.clear()
        self._unasked.clear()
        self.ids.restart()
        self._lost.clear()
        self._back = back
        back.add_message_handler(self._from_daemon)
        for app, message, answered in again:
            if message.signature == NOTIFY_SIGNATURE:  # what it replaces is gone
                message.body = [message.body[0], 0, *message.body[2:]]
            elif is_call(message, "CloseNotification") and message.signature == "u":
                message.body = [NOBODYS]  # its number may be another one's now
            self._ask(app, message, answered)

    def _lose(self, back: MessageBus) -> None:
        if back is self._back:
            self._lost.set()

    def _from_daemon(self, message: Message) -> bool:
        if message.message_type is MessageType.SIGNAL:
            if message.sender != BUS:
                self._pass_back(message)
            elif message.member == "NameOwnerChanged" and message.body[::2] == [NOTIFICATIONS, ""]:
                self._lost.set()
        elif message.sender != BUS or message.error_name not in _GONE:
            *_, answered = self._asked.pop(message.reply_serial, (None,))
            if answered is not None:
                answered(message)
                self._ask_on()
                return True
        return False

    def _pass_back(self, message: Message) -> None:
        to, body = None, message.body
        if about := message.interface == NOTIFICATIONS and message.signature.startswith("u"):
            body = [self.ids.outer(body[0]), *body[1:]]
            to = self.ids.app(body[0]) if message.destination else None  # else it is for all
        _write(self._front, _copy(message, to, body))
        if about:
            self._guardian.heard(message, body[0])


def _write(bus: MessageBus, message: Message) -> None:
    """Sends a message; if the bus is gone, others notice."""
    with suppress(OSError, ValueError, RuntimeError):
        if bus.connected:
            bus.send(message).add_done_callback(lambda sent: sent.cancelled() or sent.exception())


def _copy(message: Message, to: str | None, body: list[Any]) -> Message:
    """Returns a call or a signal for another bus."""
    return Message(
        to, message.path, message.interface, message.member, message.message_type,
        signature=message.signature, body=body, validate=False,
    )  # fmt: skip


def _notify(body: list[Any]) -> Message:
    return Message(
        NOTIFICATIONS, NOTIFICATIONS_PATH, NOTIFICATIONS, "Notify",
        signature=NOTIFY_SIGNATURE, body=body, validate=False,
    )  # fmt: skip

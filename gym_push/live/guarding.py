"""Stands before the notification daemon: an agent delivers, holds or suppresses."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dbus_fast import Message

from gym_push.actions import DELIVER, HOLD, SUPPRESS
from gym_push.live import decided, rows
from gym_push.live.advising import Advice
from gym_push.live.asking import LIMIT, STUCK, Asking
from gym_push.live.bus import DEFAULT_ACTION, EXPIRED, WITHDRAWN, Notification, is_call
from gym_push.live.following import Followed, Following
from gym_push.live.held import HELD, SUPPRESSED, Held, Waiting, described
from gym_push.live.relay import Relay
from gym_push.live.releasing import Releasing
from gym_push.live.rows import Arrivals
from gym_push.live.session import Moment, Session

GUARD: Final = "org.gym_push.Guard"
"""The guard's own name and interface, by which `list` and `release` reach it."""
GUARD_PATH: Final = "/org/gym_push/Guard"

MOST_BEHIND: Final = 20
"""Notifications of one app that wait for advice at a time; of more none is asked about."""
TICK: Final = 0.25
"""Seconds between two times that is looked after what waits."""
_SYNCHRONOUS: Final = "x-canonical-private-synchronous"
"""The hint of what answers the person's own keys, such as the volume."""

_STATES: Final = {HOLD: HELD, SUPPRESS: SUPPRESSED}


@dataclass(frozen=True)
class Rules:
    """What the person wants.

    Attributes:
        always: Apps whose notifications always pass at once.
        never: Apps whose notifications are always suppressed; nobody is asked.
        longest: Seconds that a notification is held at most.
        shadow: Whether everything is delivered, whatever is decided.
    """

    always: Collection[str] = ()
    never: Collection[str] = ()
    longest: float = 2 * 3600.0
    shadow: bool = False


class Guard:
    """Decides on notifications, keeps those that wait, and logs what becomes of each.

    Args:
        rules: What the person wants.
        arrivals: Makes rows.
        held: Keeps those that wait.
        following: Follows what is shown.
        asking: Has the agent.
        once: Tells the person a sentence, once.

    Attributes:
        waiting: Lets out what waits.
        moment: How the session stands.
        stopping: Whether nothing is decided any more.
    """

    def __init__(
        self,
        rules: Rules,
        arrivals: Arrivals,
        held: Held,
        following: Following,
        asking: Asking,
        once: Callable[[str], None],
    ) -> None:
        self._rules, self._arrivals, self._held, self._asking = rules, arrivals, held, asking
        self._following, self._once = following, once
        self._away = False
        self.waiting = Releasing(held, following, rules.longest)
        self.moment = Moment()
        self.stopping = False

    def stand_before(self, relay: Relay) -> None:
        """Says by which relay applications and the daemon are reached."""
        self._relay = self.waiting.relay = relay

    # What arrives

    def judge(self, message: Message) -> bool | asyncio.Future[bool]:
        """Says whether a call is passed on; see `Guardian`."""
        if message.path == GUARD_PATH:
            self._serve(message)
            return False
        if is_call(message, "CloseNotification") and message.signature == "u":
            return not self._withdraw(message)
        sent = Notification.of(message)
        if sent is None:
            return True
        updates = self._following.open.get(sent.replaces)
        number = updates.row["numberUpdates"] + 1 if updates else 0
        row = self._arrivals.row(sent, datetime.now().astimezone(), self.moment, number)
        why = self._passes(sent, message.sender)
        if why == "never" and not self._rules.shadow:
            return not self._keep(message, SUPPRESSED, decided.decided(row, None, SUPPRESS, why))
        if why:
            return self._pass(message, decided.decided(row, None, DELIVER, why))
        return asyncio.ensure_future(self._decide(message, row))

    def _passes(self, sent: Notification, sender: str | None) -> str:
        """Returns why nobody is asked about a notification; `""` where somebody is."""
        shown = sent.replaces in self._following.open
        reasons = (
            ("critical", sent.urgency == "critical"),
            ("call", sent.category.startswith("call")),
            ("stopping", self.stopping),
            ("always", sent.app in self._rules.always),
            ("update", shown or _SYNCHRONOUS in sent.hints),
            ("flood", self._relay.crowd(sender) > MOST_BEHIND),
            ("never", sent.app in self._rules.never),
            ("no agent", not self._asking.able),
        )
        return next((why for why, holds in reasons if holds), "")

    async def _decide(self, message: Message, row: dict[str, Any]) -> bool:
        advice = await self._asking.advise(row)
        if advice is None:
            self._once(f"an agent that is slower than {LIMIT * 1000:.0f} ms is not waited for")
            return self._pass(message, decided.decided(row, None, DELIVER, "late"))
        if self._rules.shadow:
            return self._pass(message, decided.shadowed(row, advice), advice)
        told = decided.decided(row, advice, advice.action)
        if advice.action == DELIVER or self.stopping:
            return self._pass(message, told, advice)
        return not self._keep(message, _STATES[advice.action], told, advice)

    def _keep(
        self, message: Message, state: str, row: dict[str, Any], advice: Advice | None = None
    ) -> bool:
        """Keeps a notification from the person; returns False if it has to pass."""
        self._replace(message)
        number = message.body[1] or self._relay.ids.new()
        item = Waiting(number, state, row["app"], time.time(), message.body, message.sender)
        item.about = Followed(row, advice)
        if not self._held.add(item):
            self._once("what cannot be kept passes: the disk is full, or too much waits already")
            return not self._pass(message, decided.decided(row, None, DELIVER, "not kept"))
        self._relay.answer(message, "u", item.id)
        self._following.begin(item.about)
        return True

    def _pass(self, message: Message, row: dict[str, Any], advice: Advice | None = None) -> bool:
        self._replace(message)
        self._following.begin(Followed(row, advice), message)
        return True

    def _replace(self, message: Message) -> None:
        """Ends what waits and is replaced."""
        waiting = self._held.items.get(message.body[1])
        if waiting is not None:
            self._held.remove(waiting)
            self._following.end(waiting.about, rows.REPLACED)

    def _withdraw(self, message: Message) -> bool:
        """Takes back what waits; returns whether it does."""
        item = self._held.items.get(message.body[0])
        if item is None or item.leaving:
            return False
        self._held.remove(item)
        self._relay.signal("NotificationClosed", "uu", [item.id, WITHDRAWN], message.sender)
        self._relay.answer(message)
        self._following.end(item.about, rows.WITHDRAWN)
        return True

    # What the daemon says

    def shown(self, message: Message, number: int) -> None:
        """Takes in which id a notification has that was passed on."""
        self._following.shown(message, number)

    def heard(self, member: str, body: list[Any]) -> None:
        """Takes in a signal of the daemon."""
        followed = self._following.open.get(body[0])
        if member == "ActionInvoked" and len(body) == 2:
            self._following.end(
                followed, rows.OPENED if body[1] == DEFAULT_ACTION else rows.PRESSED
            )
        elif member == "NotificationReplied":
            self._following.end(followed, rows.PRESSED)
        elif member == "NotificationClosed" and len(body) == 2:
            self._following.end(followed, rows.OF_REASON.get(body[1], rows.OTHER))
            self._following.open.pop(body[0], None)
            if body[1] in (EXPIRED, WITHDRAWN):
                return
        self.waiting.release()  # the person looks at notifications now

    def daemon_ended(self) -> None:
        """Takes in that all that the daemon has shown is gone."""
        self._following.end_all(rows.DAEMON_ENDED)

    # What waits

    async def look_after(self, session: Session) -> None:
        """Sees to it in time that nothing waits too long, until it is cancelled."""
        asked = 0.0
        while True:
            await asyncio.sleep(TICK)
            now, waits = time.time(), any(self._held.of(HELD))
            if now - asked > (1.0 if waits else 5.0) or now < asked:
                asked, self.moment = now, await session.moment()
            active = self.moment.idle is False and self.moment.locked is not True
            if active and self._away:
                self.waiting.release()
            self._away = not active
            self.waiting.in_time()
            if self._asking.late > STUCK and waits:
                self._once("the agent does not answer; what it has held is delivered")
                self.waiting.release(everything=True)
            await self._following.sync()

    def fail(self, why: str) -> None:
        """Delivers what waits, since the agent has failed."""
        self._once(f"the agent has failed, and everything is delivered from now on ({why})")
        self.waiting.release(everything=True)

    def close(self) -> None:
        """Logs what is still open."""
        self._following.end_all(rows.STILL_THERE)
        for item in self._held.items.values():
            self._following.end(item.about, decided.NEVER_SHOWN)

    # Who asks

    def _serve(self, message: Message) -> None:
        if message.member == "List" and not message.body:
            items = [described(item) for item in self._held.items.values()]
            self._relay.answer(message, "s", json.dumps(items))
        elif message.member == "Release" and message.signature == "au":
            numbers = message.body[0] or [item.id for item in self._held.items.values()]
            self._relay.answer(message, "u", self.waiting.release(numbers))
        else:
            self._relay.refuse(message)

"""A snapshot of send-v0 as the frame that the text shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gym_push.envs.phone import PHONE
from gym_push.envs.send.history import Decided, SendSnapshot
from gym_push.envs.send.messages import FEATURES
from gym_push.envs.send.rules import PARTS, STATUSES
from gym_push.users.model.states import DAY, MINUTE
from gym_push.viewer.frame import DIGITS, About
from gym_push.viewer.send_frame import SendFrame

ROLES: Final = {"text": "text", "subject": "topic"}


def frame_builder(name: str, agent: str) -> Callable[[SendSnapshot], SendFrame]:
    """Returns a function that makes frames of snapshots.

    Args:
        name: What is shown as the name of the environment.
        agent: And as that of the agent.
    """

    def build(snapshot: SendSnapshot) -> SendFrame:
        history, world = snapshot.history, snapshot.history.world
        turns = history.turns[: snapshot.turns]
        messages = [_message(snapshot, each) for each in turns]
        start, minutes = world.lives.midnight, world.days * DAY // MINUTE

        def posted(decision: int) -> str:
            now = np.datetime64(start + int(world.time[decision]), "ms")
            return str(now.astype("datetime64[s]"))

        def about(row: int) -> About:
            return About(messages[row], posted(turns[row].decision))

        sent = [each for each in turns if each.turn.sent]
        outcomes = [(i, each.turn.status, each.reward) for i, each in enumerate(turns)]
        parts = np.array([each.turn.parts for each in turns]).reshape(-1, len(PARTS)).sum(axis=0)
        phone = world.sensed.features(snapshot.decision, "context")
        book, done = snapshot.book, bool(turns) and turns[-1].turn.left
        return SendFrame(
            env=name,
            agent=agent,
            episode=snapshot.episode,
            epoch=len(turns),
            user=str(world.users[history.person]),
            notification=_message(snapshot, sent[-1]) if sent else {},
            context={
                **{feature: phone[feature] for feature in PHONE.spaces},
                "sentThisWeek": book.sent_week,
                "streak": book.streak,
            },
            units={"batteryLevel": "%"},
            roles=ROLES,
            posted=posted(sent[-1].decision) if sent else None,
            reward=round(float(parts.sum()), DIGITS),
            decisions=memoryview(bytes(int(each.turn.sent > 0) for each in turns)),
            episodes=(),
            rows=np.arange(len(turns)).data,
            outcomes=np.array(outcomes, dtype=np.float64).ravel().data,
            about=about,
            now=posted(snapshot.decision),
            minute=minutes if snapshot.over else int(world.time[snapshot.decision]) // MINUTE,
            minutes=minutes,
            parts={
                part: round(amount, DIGITS)
                for part, amount in zip(PARTS, parts.tolist(), strict=True)
            },
            counts=tuple(
                sum(each.turn.status == status for each in turns) for status in range(len(STATUSES))
            ),
            left=done,
        )

    return build


def _message(snapshot: SendSnapshot, decided: Decided) -> dict[str, Any]:
    """Returns the features of what was sent; none where nothing was."""
    if not decided.turn.sent:
        return {}
    catalogue = snapshot.rules.form.catalogue
    if catalogue:
        message = catalogue[decided.turn.sent - 1]
        return {"text": message.text, **{name: getattr(message, name) for name in FEATURES}}
    values = zip(FEATURES.items(), decided.action[1:], strict=True)
    features = {name: known[value] for (name, known), value in values}
    return {"text": decided.words, **features}

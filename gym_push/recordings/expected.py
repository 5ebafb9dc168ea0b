"""What a frame of a recording is likely to be after the one before: the rules of `tape`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from gym_push.viewer.basic_frame import BasicFrame, Decision
from gym_push.viewer.delivery_frame import (
    DELIVER,
    DISMISSED,
    IGNORED,
    OPENED,
    SUPPRESS,
    Delivery,
    DeliveryFrame,
)
from gym_push.viewer.frame import APART, RECENT, Frame

FRAMES: dict[str, type[Frame]] = {each.kind: each for each in (BasicFrame, DeliveryFrame)}
"""The frames that can be recorded, by their kind."""

SAID = {*APART, "notification", "context", "posted", "episode"}
"""Fields that a line has in a way of its own."""

FIELDS = {
    kind: tuple(field.name for field in fields(frame) if field.name not in SAID)
    for kind, frame in FRAMES.items()
}
"""The fields that a line holds only if they are not as expected, by the kind of the frame."""


class News(NamedTuple):
    """What a frame adds to the one before.

    Attributes:
        goes_on: Whether it is of the same episode.
        decided: What is new of `Frame.decisions`.
        known: What is new of `Frame.outcomes`.
        points: What is new of `Frame.points`.
    """

    goes_on: bool
    decided: bytes
    known: list[int]
    points: Sequence[float]

    @property
    def follows(self) -> bool:
        """Whether there is one decision more, about the notification of the frame before."""
        return self.goes_on and len(self.decided) == 1

    @classmethod
    def of(cls, before: Frame | None, frame: Frame) -> News:
        """Returns what a frame adds to the one before, if there is one."""
        goes_on = before is not None and all(
            (
                frame.kind == before.kind,
                frame.episode == before.episode,
                len(frame.decisions) >= len(before.decisions),
                len(frame.outcomes) >= len(before.outcomes),
                len(frame.points) >= len(before.points),
            )
        )
        if before is None or not goes_on:
            known, points = frame.outcomes.tolist(), frame.points.tolist()
            return cls(False, bytes(frame.decisions), known, points)
        return cls(
            True,
            bytes(frame.decisions[len(before.decisions) :]),
            frame.outcomes[len(before.outcomes) :].tolist(),
            frame.points[len(before.points) :].tolist(),
        )


def expected(kind: str, before: Frame | None, new: News) -> Mapping[str, Any]:
    """Returns what a frame's fields of `FIELDS` are likely to be.

    Args:
        kind: Of the frame.
        before: The frame before; None if there is none.
        new: What the frame adds to it.
    """
    if before is None or before.kind != kind:
        return {}
    same = {name: getattr(before, name) for name in ("env", "user", "units", "own_names")}
    epoch = (before.epoch if new.goes_on else 0) + len(new.decided)
    if isinstance(before, DeliveryFrame):
        return {**same, "epoch": epoch, **_delivery(before, new, epoch)}
    assert isinstance(before, BasicFrame)
    return {**same, "epoch": epoch, **_basic(before, new, epoch)}


def expected_points(frame: Frame, new: News) -> Sequence[float]:
    """Returns what is likely to be new of a frame's `points`."""
    if not isinstance(frame, DeliveryFrame) or len(new.decided) != 1:
        return []
    return [frame.minute, frame.reward, frame.acted_on, frame.opened]


def _basic(before: BasicFrame, new: News, epoch: int) -> dict[str, Any]:
    decided = new.decided
    was = before.confusion if new.goes_on else (0, 0, 0, 0)
    confusion = tuple(count + decided.count(3 - at) for at, count in enumerate(was))
    right = confusion[0] + confusion[3]
    opened, dismissed = (before.opened, before.dismissed) if new.goes_on else ((), ())
    decision = before.decision if new.goes_on else None
    if decided:
        action, user_action = divmod(decided[-1], 2)
        decision = Decision(epoch, action, user_action, before.notification, before.posted)
        if action:
            opened = (decision, *opened)[:RECENT]
        else:
            dismissed = (decision, *dismissed)[:RECENT]
    return {
        "size": before.size,
        "confusion": confusion,
        "performance": right / epoch if epoch else None,
        "ctr": (confusion[0] + confusion[1]) / epoch if epoch else None,
        "user_ctr": (confusion[0] + confusion[2]) / epoch if epoch else None,
        "reward": 2 * right - epoch,
        "decision": decision,
        "opened": opened,
        "dismissed": dismissed,
    }


def _delivery(before: DeliveryFrame, new: News, epoch: int) -> dict[str, Any]:
    was: Mapping[str, Any] = vars(before) if new.goes_on else {}
    outcomes = [known % 4 for known in new.known]
    decision = was.get("decision")
    if new.decided:
        decision = Delivery(epoch, new.decided[-1], before.notification, before.posted)
    return {
        "minutes": before.minutes,
        "held": was.get("held", 0),
        "delivered": was.get("delivered", 0) + new.decided.count(DELIVER),
        "suppressed": was.get("suppressed", 0) + new.decided.count(SUPPRESS),
        "opened": was.get("opened", 0) + outcomes.count(OPENED),
        "dismissed": was.get("dismissed", 0) + outcomes.count(DISMISSED),
        "ignored": was.get("ignored", 0) + outcomes.count(IGNORED),
        "reward": was.get("reward", 0),
        "gained": 0,
        "parts": was.get("parts", (0, 0, 0, 0)),
        "decision": decision,
    }

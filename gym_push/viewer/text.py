"""A frame as plain text: the `ansi` render mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from gym_push.actions import DELIVER, PARTS, SUPPRESS
from gym_push.text import printable
from gym_push.viewer.basic_frame import BasicFrame, Decision
from gym_push.viewer.delivery_frame import DONE, OUTCOMES, Delivery, DeliveryFrame
from gym_push.viewer.frame import RECENT, Frame
from gym_push.viewer.words import TABLES, percent

RECENT_OUTCOMES = 3


def to_text(frame: Frame) -> str:
    """Writes a frame as plain text: the `ansi` render mode.

    The text of a notification may be anybody's, so each character that a terminal could take for a
    command is written as its Python escape.
    """
    score = _delivery_score if isinstance(frame, DeliveryFrame) else _basic_score
    return "\n".join((*_situation(frame), *score(frame)))


def _situation(frame: Frame) -> Iterator[str]:
    whose = "" if frame.user is None else f" · user {printable(frame.user)}"
    yield f"{printable(frame.env)}{whose} · episode {frame.episode} · {_progress(frame)}"
    posted = "" if frame.posted is None else f", posted {printable(frame.posted)}"
    yield from ("", f"Notification{posted}")
    yield from _table(frame.notification, frame)
    yield from ("", "Context")
    yield from _table(frame.context, frame)
    yield from ("", "Score")


def _progress(frame: Frame) -> str:
    if isinstance(frame, DeliveryFrame):
        return f"decision {frame.epoch} · {frame.day} · now {printable(frame.now)}"
    assert isinstance(frame, BasicFrame)
    return f"epoch {frame.epoch} / {frame.size}"


def _basic_score(frame: Frame) -> Iterator[str]:
    assert isinstance(frame, BasicFrame)
    yield f"  performance {percent(frame.performance)}   reward {frame.reward:+g}"
    yield f"  CTR {percent(frame.ctr)}   the person's CTR {percent(frame.user_ctr)}"
    both_opened, only_agent, only_user, neither = frame.confusion
    yield from ("", "Confusion         person opened  person dismissed")
    yield f"  agent opened    {both_opened:>13}  {only_agent:>16}"
    yield f"  agent dismissed {only_user:>13}  {neither:>16}"
    if frame.decision is not None:
        yield from ("", "Last decision", _decision(frame.decision))
    for title, action in (("Opened", 1), ("Dismissed", 0)):
        if decisions := list(islice(frame.newest(action), RECENT)):
            yield from ("", f"{title}, newest first", *map(_decision, decisions))


def _delivery_score(frame: Frame) -> Iterator[str]:
    assert isinstance(frame, DeliveryFrame)
    parts = ", ".join(f"{name} {part:+g}" for name, part in zip(PARTS, frame.parts, strict=True))
    unseen = frame.delivered - frame.acted_on
    yield f"  reward {frame.reward:+g}   ({parts})"
    yield f"  CTR {percent(frame.ctr)}   of the deliveries with a known outcome"
    yield (
        f"  delivered {frame.delivered}   (opened {frame.opened}, dismissed {frame.dismissed}, "
        f"ignored {frame.ignored}, not seen yet {unseen})"
    )
    yield f"  held now {frame.held}   suppressed {frame.suppressed}"
    if frame.decision is not None:
        last = frame.decision
        app = printable(last.notification.get("appPackage", ""))
        yield from ("", "Last decision")
        yield f"  epoch {last.epoch}: {DONE[last.action]}  {app}   {frame.gained:+g} since"
    delivered, suppressed = frame.newest(DELIVER), frame.newest(SUPPRESS)
    for title, told in (
        ("Recent outcomes", islice(frame.lately(), RECENT_OUTCOMES)),
        ("Delivered, newest first", islice(delivered, RECENT)),
        ("Suppressed, newest first", islice(suppressed, RECENT)),
    ):
        if lines := [_told(each, withheld=title.startswith("Suppressed")) for each in told]:
            yield from ("", title, *lines)


def _told(told: Delivery, *, withheld: bool) -> str:
    sign = " " if withheld else "…✓✗✗"[told.outcome]
    outcome = "" if withheld else f": {OUTCOMES[told.outcome]}"
    about = f"{printable(told.notification.get('appPackage', ''))}, posted {printable(told.posted)}"
    return f"  {sign} epoch {told.epoch}{outcome}  {about}"


def _table(features: Mapping[str, object], frame: Frame) -> Iterable[str]:
    names = {name: printable(frame.own_names.get(name, name)) for name in features}
    units = frame.units
    width = max(map(len, names.values()), default=0)
    for name, value in features.items():
        told = printable(value)  # 'none' and 'unknown' are measured in nothing
        unit = f" {printable(units[name])}" if name in units and told[-1:].isdigit() else ""
        yield f"  {names[name]:<{width}}  {told}{unit}"


def _decision(decision: Decision) -> str:
    words = TABLES["person"]
    sign = "✓" if decision.reward > 0 else "✗"
    app = decision.notification.get("appPackage")
    about = "" if app is None else f"  {printable(app)}"
    return (
        f"  {sign} {decision.reward:+d}  epoch {decision.epoch}: agent {words[decision.action]},"
        f" person {words[decision.user_action]}{about}"
    )

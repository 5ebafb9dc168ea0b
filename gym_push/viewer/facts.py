"""What a text and a picture say of a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from gym_push.actions import DELIVER, PARTS, SUPPRESS
from gym_push.viewer import words
from gym_push.viewer.basic_frame import BasicFrame
from gym_push.viewer.days_frame import UNSEEN
from gym_push.viewer.delivery_frame import DONE, OUTCOMES, DeliveryFrame
from gym_push.viewer.frame import Frame, Told
from gym_push.viewer.send_frame import SENT, SENT_SIGNS, SendFrame

CELLS: Final = ("wanted and shown", "shown but unwanted", "wanted but missed", "rightly held back")
"""What each cell of the confusion matrix means."""

SIGNS: Final = {True: "✓", False: "✗", None: " "}
"""What stands for right, wrong, and for what is neither."""


class Tile(NamedTuple):
    """A number of the score.

    Attributes:
        title: What it is.
        value: The number.
        below: What it stands against, and what it is made of.
        share: It as a share, where it is one.
        other: The share that it stands against.
    """

    title: str
    value: str
    below: tuple[str, ...]
    share: float | None = None
    other: float | None = None


class Count(NamedTuple):
    """How often something happened, and whether that is good; None if it is neither."""

    number: int
    words: str
    good: bool | None


class Offer(NamedTuple):
    """What can be done now.

    Attributes:
        words: What.
        can: Whether it can be done; None if that is nothing to ask.
        about: What it needs, or what there is to choose from.
    """

    words: str
    can: bool | None
    about: str


class Line(NamedTuple):
    """A decision.

    Attributes:
        number: Of the decision in its episode.
        said: What was done with the notification.
        sign: What stands for that.
        right: Whether that was right; None if that is not known.
        about: The notification in a line.
        title: Its app, or what stands for it.
    """

    number: int
    said: str
    sign: str
    right: bool | None
    about: str
    title: str


class Facts(NamedTuple):
    """What there is to say of a frame.

    Attributes:
        run: The environment, the agent, the person and the episode.
        progress: Where the episode stands.
        now: ISO local time; None where the log has none.
        passed: The share of the episode that has passed.
        tiles: The score.
        parts: What the reward is made of, where that is more than one thing.
        newest: When the notification was sent and what came of it, where it was sent before.
        measured: What only evaluators know, in words.
        why: Why the newest decision could be taken.
        possible: What can be done now, in words; empty where everything can always be done.
        hindered: Why nothing can be.
        offers: The same one by one.
        counts: What came of the decisions.
        lines: The decisions, newest first.
    """

    run: tuple[str, ...]
    progress: str
    now: str | None
    passed: float
    tiles: tuple[Tile, ...]
    parts: tuple[str, ...]
    counts: tuple[Count, ...]
    lines: Iterator[Line]
    newest: str = ""
    measured: str = ""
    why: str = ""
    possible: str = ""
    hindered: str = ""
    offers: tuple[Offer, ...] = ()


def facts(frame: Frame) -> Facts:
    """Returns what there is to say of a frame of any kind."""
    if isinstance(frame, SendFrame):
        return _send(frame)
    if isinstance(frame, DeliveryFrame):
        return _delivery(frame)
    assert isinstance(frame, BasicFrame)
    return _basic(frame)


def _basic(frame: BasicFrame) -> Facts:
    counts = frame.confusion
    right, wrong = counts[0] + counts[3], counts[1] + counts[2]
    majority = frame.majority / frame.epoch if frame.epoch else None
    return Facts(
        _run(frame),
        f"epoch {frame.epoch:,} / {frame.size:,}",
        frame.posted,
        frame.epoch / max(1, frame.size),
        (
            Tile(
                "performance",
                words.percent(frame.performance),
                (
                    f"always opening {words.percent(frame.user_ctr)}",  # the same number
                    f"the majority {words.percent(majority)}",
                ),
                frame.performance,
                frame.user_ctr,
            ),
            Tile(
                "CTR",
                words.percent(frame.ctr),
                (f"the person's {words.percent(frame.user_ctr)}",),
                frame.ctr,
                frame.user_ctr,
            ),
            Tile("reward", _signed(frame.reward), (f"{right:,} right", f"{wrong:,} wrong")),
        ),
        (),
        tuple(map(Count, counts, CELLS, (True, False, False, True))),
        (_basic_line(each, frame.roles) for each in frame.latest()),
    )


def _basic_line(told: Told, roles: Mapping[str, str]) -> Line:
    agent, person = (words.TABLES["person"][told[did]] for did in ("action", "user_action"))
    said = f"both {agent}" if agent == person else f"agent {agent}, person {person}"
    return _line(told, roles, said, agent == person)


def _delivery(frame: DeliveryFrame) -> Facts:
    deliver_all = frame.deliver_all / frame.arrived if frame.arrived else None
    return Facts(
        _run(frame),
        frame.day,
        frame.now,
        frame.minute / max(1, frame.minutes),
        (
            Tile(
                "reward a notification",
                _signed(frame.reward_each, ".2f"),
                (
                    f"delivering all {_signed(deliver_all, '.2f')}",
                    f"{_signed(frame.reward, '.2f')} in all",
                ),
            ),
            Tile(
                "CTR",
                words.percent(frame.ctr),
                (f"{frame.opened:,} of {frame.acted_on:,} opened",),
                frame.ctr,
            ),
        ),
        tuple(map("{} {}".format, PARTS, (_signed(part, ".2f") for part in frame.parts))),
        (
            Count(frame.opened, OUTCOMES[1], True),
            Count(frame.dismissed, OUTCOMES[2], False),
            Count(frame.ignored, OUTCOMES[3], False),
            Count(frame.delivered - frame.acted_on, OUTCOMES[UNSEEN], None),
            Count(frame.held, "held now", None),
            Count(frame.suppressed, DONE[SUPPRESS], None),
        ),
        (_delivery_line(each, frame.roles) for each in frame.latest()),
    )


def _delivery_line(told: Told, roles: Mapping[str, str]) -> Line:
    outcome, said, right = told["outcome"], DONE[told["action"]], None
    if told["action"] == DELIVER:
        said += f", {OUTCOMES[outcome]}"
        right = None if outcome == UNSEEN else outcome == 1
    if told["credit"]:
        said += f", {_signed(told['credit'], '.2f')}"
    return _line(told, roles, said, right)


def _send(frame: SendFrame) -> Facts:
    nothing, opened, disappointed, ignored = frame.counts
    allowed = "any number" if frame.budget is None else f"of {frame.budget}"
    measured = (f"{name} {words.percent(share)}" for name, share in frame.measured.items())
    above = (f"{frame.above:,} above the budget",) if frame.above else ()
    return Facts(
        _run(frame),
        frame.day,
        frame.now,
        frame.minute / max(1, frame.minutes),
        (
            Tile(
                "reward",
                _amount(frame.reward),
                (
                    f"sending nothing {_amount(frame.nothing)}",
                    f"messages added {_amount(frame.effect)}",
                ),
            ),
            Tile(
                "CTR",
                words.percent(frame.ctr),
                (f"{opened + disappointed:,} of {frame.sent:,} opened",),
                frame.ctr,
            ),
            Tile(
                "sent this week",
                f"{frame.week:,}",
                (allowed, *above),
                frame.budget and min(1.0, frame.week / frame.budget),
            ),
        ),
        tuple(f"{name} {_amount(part)}" for name, part in frame.parts.items()),
        (
            Count(opened, SENT[1], True),
            Count(disappointed, SENT[2], False),
            Count(ignored, SENT[3], False),
            Count(nothing, SENT[0], None),
        ),
        (_send_line(each, frame.roles) for each in frame.latest()),
        _newest(frame),
        f"measured, not seen by the agent: {', '.join(measured)}",
        _why(frame.decision, frame.roles),
        _possible(frame),
        ", ".join(frame.hindered),
        tuple(_offers(frame)),
    )


def _newest(frame: SendFrame) -> str:
    if not frame.newest:
        return "no message yet"
    when = words.day(frame.posted)[:3], words.clock(frame.posted)
    return f"sent {' '.join(when)}, {SENT[frame.newest]}"


def _offers(frame: SendFrame) -> Iterator[Offer]:
    if frame.composed:
        yield from (Offer(part["text"], None, part["note"]) for part in frame.catalogue)
    for message, lack in zip(frame.catalogue, frame.lacks, strict=False):
        yield Offer(message["text"], not (lack or frame.hindered), lack)


def _why(decision: Told | None, roles: Mapping[str, str]) -> str:
    """Says why the newest decision could be taken."""
    if decision is None:
        return ""
    sent = bool(decision["action"])
    why = decision.get("why", "") if sent else words.text(decision["notification"], roles)
    return f"#{decision['epoch']} {'sent' if sent else SENT[0]}: {why}"


def _possible(frame: SendFrame) -> str:
    if frame.hindered:
        return f"nothing can be sent now: {', '.join(frame.hindered)}"
    if frame.composed:
        return "any message can be sent now"
    return f"{frame.eligible:,} of {frame.messages:,} messages can be sent now"


def _send_line(told: Told, roles: Mapping[str, str]) -> Line:
    said, right = SENT[told["outcome"]], {0: None, 1: True}.get(told["outcome"], False)
    if effect := told.get("effect"):
        said += f", added {_amount(effect)}"
    if told["credit"]:
        said += f", {_amount(told['credit'])}"
    return _line(told, roles, said, right, SENT_SIGNS[told["outcome"]])


def _line(
    told: Told, roles: Mapping[str, str], said: str, right: bool | None, sign: str = ""
) -> Line:
    title = words.title(told["notification"], roles)
    about = words.about(told["notification"], roles, " · ")
    return Line(told["epoch"], said, sign or SIGNS[right], right, about, title)


def _run(frame: Frame) -> tuple[str, ...]:
    person = () if frame.user is None else (f"user {frame.user}",)
    return (frame.env, frame.agent, *person, f"episode {frame.episode}")


def _amount(number: float) -> str:
    return _signed(number, ".2f" if abs(number) < 1000 else ".0f")


def _signed(number: float | None, form: str = "g") -> str:
    return "–" if number is None else f"{number:+,{form}}" if number else "0"

"""A snapshot of send-v0 as the frame that the page, the text and the picture show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np

from gym_push.envs.phone import PHONE
from gym_push.envs.reading import Growing, reading_on
from gym_push.envs.send.history import DIGITS, Decided, EpisodeHistory, SendSnapshot
from gym_push.envs.send.messages import FEATURES, Message
from gym_push.envs.send.response import Condition
from gym_push.envs.send.rules import (
    HINDRANCES,
    IGNORED,
    PARTS,
    STATUSES,
    Book,
    Rules,
    hindrances,
)
from gym_push.meanings import columns_by_meaning
from gym_push.users.model.states import DAY, MINUTE
from gym_push.viewer.frame import About
from gym_push.viewer.send_frame import SendFrame

ROLES: Final = {
    **columns_by_meaning(PHONE.spaces, {}),
    "app": "channel",
    "category": "tone",
    "subject": "topic",
    "text": "text",
}
UNITS: Final = {"batteryLevel": "%"}

MOST: Final = 40
"""Messages of a catalogue that are shown; the rest can be sent, too."""

ROWS: Final = 1 << 32
"""Numbers of decisions from one episode to the next, since no line comes again."""

USUAL: Final = {name: known[0] for name, known in FEATURES.items()} | {
    "topic": "unknown",
    "urgency": "normal",
}
"""Values of which a note says nothing."""


def frame_builder(name: str, agent: str) -> Callable[[SendSnapshot], SendFrame]:
    """Returns a function that makes frames of snapshots; those of an episode come in their order.

    Args:
        name: What is shown as the name of the environment.
        agent: And as that of the agent.
    """

    def reader(history: EpisodeHistory) -> Callable[[SendSnapshot], SendFrame]:
        return partial(_EpisodeReader(history).frame, name, agent)

    return reading_on(reader)


class _EpisodeReader:
    """Makes the frames of an episode; each reads on where the one before stopped."""

    def __init__(self, history: EpisodeHistory) -> None:
        self._history, self._world, self._rules = history, history.world, history.rules
        self._nothing = history.by_sending_nothing()
        self._offers = _offers(self._rules)
        self._decisions, self._rows = Growing(np.uint8), Growing(np.int64)
        self._outcomes, self._points = Growing(np.float64), Growing(np.float64)
        self._lines: list[About] = []
        self._first = 0  # number of the first of them
        self._newest: Decided | None = None  # of those that sent something
        self._parts, self._counts = np.zeros(len(PARTS)), [0] * len(STATUSES)
        self._tried = [[0, 0] for _ in self._rules.form.catalogue]
        self._effect, self._above, self._left = 0.0, 0, False

    def frame(self, name: str, agent: str, snapshot: SendSnapshot) -> SendFrame:
        history, world, book = self._history, self._world, snapshot.book
        self._first = snapshot.episode * ROWS
        for each in history.turns[len(self._decisions) : snapshot.turns]:
            self._read(each)
        newest, over = self._newest, snapshot.over
        ended = snapshot.ended.add(snapshot.episode, history.result()) if over else snapshot.ended
        phone = world.sensed.features(snapshot.decision, "context")
        lacks = self._lacks(book)
        minute, minutes = int(world.time[snapshot.decision]) // MINUTE, world.days * DAY // MINUTE
        return SendFrame(
            env=name,
            agent=agent,
            episode=snapshot.episode,
            epoch=len(self._decisions),
            user=str(world.users[history.person]),
            notification=_message(self._rules, newest) if newest else {},
            context={
                **{feature: phone[feature] for feature in PHONE.spaces},
                "seemsBusy": bool(world.told_busy[snapshot.decision]),
                "doneToday": bool(book.done_today),
                "daysInARow": int(book.streak),
                "ignoredInARow": int(book.ignored_in_row),
            },
            units=UNITS,
            roles=ROLES,
            posted=self._posted(newest.decision) if newest else None,
            reward=round(float(self._parts.sum()), DIGITS),
            decisions=self._decisions.view(),
            episodes=ended.episodes,
            rows=self._rows.view(),
            outcomes=self._outcomes.view(),
            points=self._points.view(),
            about=lambda row: self._lines[row - self._first],
            now=self._posted(snapshot.decision),
            minute=minutes if over and not self._left else minute,
            minutes=minutes,
            parts={
                part: round(amount, DIGITS)
                for part, amount in zip(PARTS, self._parts.tolist(), strict=True)
            },
            nothing=self._nothing[-1 if over else len(self._decisions)],
            effect=round(self._effect, DIGITS),
            newest=newest.turn.status if newest else 0,
            counts=tuple(self._counts),
            week=int(book.sent_week),
            budget=self._rules.budget,
            above=self._above,
            left=self._left,
            hindered=self._hindered(snapshot),
            composed=not self._rules.form.catalogue,
            catalogue=self._offers,
            messages=len(lacks),
            eligible=lacks.count(False),
            lacks=tuple(map(_need, lacks[:MOST], self._rules.form.catalogue)),
            tried=tuple((sent, opened) for sent, opened in self._tried[:MOST]),
            measured={
                "habit": round(float(snapshot.now.habit), DIGITS),
                "trust": round(1.0 - float(snapshot.now.distrust), DIGITS),
            },
        )

    def _read(self, decided: Decided) -> None:
        turn, index, world = decided.turn, len(self._decisions), self._world
        self._decisions.add(turn.sent > 0)
        self._rows.add(self._first + index)
        self._outcomes.add(index, turn.status, decided.reward)
        self._parts += turn.parts
        self._counts[turn.status] += 1
        self._above += int(turn.cost)
        self._left = turn.left
        if turn.sent:
            self._newest, opened = decided, turn.status != IGNORED
            self._effect += turn.effect
            if self._tried:
                tried = self._tried[turn.sent - 1]
                tried[:] = tried[0] + 1, tried[1] + opened
        minute = int(world.time[decided.decision]) // MINUTE
        reward = round(float(self._parts.sum()), DIGITS)
        self._points.add(minute, reward, self._nothing[index + 1], *self._counts[1:])
        self._lines.append(self._about(decided))

    def _about(self, decided: Decided) -> About:
        """Returns what a line says of a decision: what was sent, or why nothing was."""
        turn, book, posted = decided.turn, decided.book, self._posted(decided.decision)
        if turn.sent:
            why = ["available"]
            if self._world.scene.response.once_a_day:
                why.append("not done today")
            if self._rules.budget is not None:
                why.append(f"{book.sent_week} of {self._rules.budget} sent")
            if turn.cost:
                why.append("above the budget")
            more = {"why": ", ".join(why), "effect": round(float(turn.effect), DIGITS)}
            return About(_message(self._rules, decided), posted, more)
        lacks = self._lacks(book)
        free = f"{lacks.count(False)} of {len(lacks)} messages" if lacks[1:] else "a message"
        why = self._against(decided.decision, decided.now, book) or [f"{free} could have been"]
        return About({"channel": "", "text": ", ".join(why)}, posted)

    def _hindered(self, snapshot: SendSnapshot) -> tuple[str, ...]:
        """Returns why nothing can be sent now, in words."""
        if snapshot.over:
            return ("the person has left" if self._left else "the days are over",)
        return tuple(self._against(snapshot.decision, snapshot.now, snapshot.book))

    def _against(self, decision: int, now: Condition, book: Book) -> list[str]:
        """Returns why nothing can be sent, in words."""
        at = self._world.moment(decision)
        held = hindrances(self._rules, self._world, at, now, book)
        return [words for words, holds in zip(HINDRANCES, held, strict=True) if holds]

    def _lacks(self, book: Book) -> list[bool]:
        """Returns which messages of the catalogue could not be sent if any could."""
        form = self._rules.form
        eligible = form.mask(True, int(book.streak))[1:] if form.catalogue else np.zeros(0)
        return [not each for each in eligible.tolist()]

    def _posted(self, decision: int) -> str:
        now = np.datetime64(self._world.lives.midnight + int(self._world.time[decision]), "ms")
        return str(now.astype("datetime64[s]"))


def _need(lack: bool, message: Message) -> str:
    days = "day" if message.streak == 1 else "days in a row"
    return f"needs {message.streak} {days}" if lack else ""


def _message(rules: Rules, decided: Decided) -> dict[str, Any]:
    """Returns the features of what was sent, as the person saw it."""
    if rules.form.catalogue:
        message = rules.form.catalogue[decided.turn.sent - 1]
        text = message.text.replace("{days}", str(decided.book.streak))
        features = {name: getattr(message, name) for name in FEATURES}
    else:
        values = zip(FEATURES.items(), decided.action[1:], strict=True)
        features = {name: known[value] for (name, known), value in values}
        text = decided.words or f"({_note(features) or 'plain'})"
    return {"channel": features["channel"], "text": text, **features}


def _offers(rules: Rules) -> tuple[dict[str, str], ...]:
    """Returns what can be sent: the messages of the catalogue, or the parts of a composed one."""
    messages = rules.form.catalogue[:MOST]
    if not messages:
        return tuple({"text": name, "note": ", ".join(known)} for name, known in FEATURES.items())
    return tuple(
        {"text": each.text.replace("{days}", "N"), "note": _note(vars(each))} for each in messages
    )


def _note(features: Mapping[str, Any]) -> str:
    """Returns what is not usual about a message, in words."""
    said = {
        "tone": "{}",
        "topic": "about {}",
        "length": "{}",
        "urgency": "of {} urgency",
        "channel": "by {}" if features["channel"] == "email" else "{}",
        "occasion": "for who is {}" if features["occasion"] == "busy" else "for who is at {}",
    }
    unusual = {name: form for name, form in said.items() if features[name] != USUAL[name]}
    return ", ".join(form.format(features[name]) for name, form in unusual.items())

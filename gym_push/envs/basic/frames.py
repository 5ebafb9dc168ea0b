"""A snapshot of basic-v0 as the frame that the page, the text and the picture show."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from gym_push.envs.basic.episodes import BasicSnapshot, Score
from gym_push.logs import NotificationLog
from gym_push.logs.columns import CodedColumn
from gym_push.logs.schema import OBSERVED
from gym_push.viewer.basic_frame import BasicFrame
from gym_push.viewer.frame import LISTED, About
from gym_push.viewer.words import label

APP = re.compile(r"\b(app|application|package)\b")
"""What the name of a column says that holds the app."""

KEPT = 256
"""Rows in the cache: the lists of the next frames show them again."""


def frame_builder(
    name: str, agent: str, log: NotificationLog
) -> Callable[[BasicSnapshot], BasicFrame]:
    """Returns a function that makes frames of snapshots, which must come in their order.

    Args:
        name: What the page calls the environment.
        agent: What it calls the agent.
        log: The log that is played.
    """
    played, score, majority, reader = bytearray(), Score(), _Majority(), _Reader(log)
    units = {each.name: each.unit for each in log.schema.observed if each.unit}

    def build(snapshot: BasicSnapshot) -> BasicFrame:
        nonlocal played, score, majority
        if played is not snapshot.outcomes:
            played, score, majority = snapshot.outcomes, Score(), _Majority()
        rows, epoch, ended = snapshot.playing.rows, snapshot.epoch, snapshot.ended
        new = played[score.decisions : epoch]
        score = score.after(new)
        if epoch == len(rows):
            ended = ended.add(snapshot.episode, score.confusion)
        about, notification, context = reader.row(int(rows[min(epoch, len(rows) - 1)]))
        return BasicFrame(
            env=name,
            agent=agent,
            episode=snapshot.episode,
            epoch=epoch,
            size=len(rows),
            user=snapshot.playing.user,
            notification=notification,
            context=context,
            units=units,
            roles=reader.roles,
            posted=about.posted,
            reward=score.reward,
            confusion=score.confusion,
            majority=majority.after(new),
            decisions=memoryview(played)[:epoch],
            episodes=ended.episodes,
            rows=rows[:epoch].data,
            about=lambda row: reader.row(row)[0],
        )

    return build


class _Majority:
    """Counts how often the person does what they have done more often."""

    def __init__(self) -> None:
        self._lead = self._right = 0

    def after(self, cells: bytearray) -> int:
        """Returns how often, after further cells of the confusion matrix."""
        opened = np.frombuffer(cells, dtype=np.uint8) % 2 == 1
        lead = np.cumsum(np.append(self._lead, np.where(opened, 1, -1)))
        self._right += int(((lead[:-1] >= 0) == opened).sum())
        self._lead = int(lead[-1])
        return self._right


class _Reader:
    """Reads rows of a log.

    Attributes:
        roles: As of a frame.
        row: Returns a row as a line of a list tells it, its notification and its context; cached.
    """

    def __init__(self, log: NotificationLog) -> None:
        self._log, self.roles = log, roles(log)
        self._listed = [self.roles[role] for role in LISTED if role in self.roles]
        self.row = lru_cache(KEPT)(self._row)

    def _row(self, number: int) -> tuple[About, Mapping[str, object], Mapping[str, object]]:
        notification, context = (self._log.features(number, role) for role in OBSERVED)
        every = {**notification, **context}
        told = {name: every[name] for name in self._listed}
        return About(told, self._log.posted(number)), notification, context


def roles(log: NotificationLog) -> dict[str, str]:
    """Returns which feature has each role, as of `Frame.roles`.

    What the schema says counts, then the usual names. Otherwise the first text is the text, and a
    label with "app" or "package" in its name the app. Where neither is found, the first two
    features stand for them; where only the app is missing, the most telling label that repeats.
    """
    schema = log.schema
    observed = {each.name: each for each in schema.observed}
    found = {role: name for role, name in schema.meanings.items() if name in observed}
    free = [each for each in schema.observed if each.name not in found.values()]
    labels = [each.name for each in free if (each.role, each.kind) == (OBSERVED[0], "label")]
    for role, names in (
        ("text", [each.name for each in free if each.kind == "text"]),
        ("app", [name for name in labels if APP.search(label(name))]),
    ):
        if names:
            found.setdefault(role, names[0])
    if "app" in found:
        return found
    if "text" not in found:
        return {**found, **dict(zip(("first", "second"), observed, strict=False))}
    columns = {name: log.columns[name] for name in labels}
    values = {name: len(c.values) for name, c in columns.items() if isinstance(c, CodedColumn)}
    repeating = {name: count for name, count in values.items() if 2 * count <= len(log)}
    return {**found, "first": max(repeating, key=repeating.__getitem__)} if repeating else found

"""A snapshot of basic-v0 as the frame that the page, the text and the picture show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from gym_push.envs.basic.episodes import BasicSnapshot
from gym_push.envs.basic.score import Tally
from gym_push.logs import NotificationLog
from gym_push.logs.schema import OBSERVED
from gym_push.meanings import MEANINGS
from gym_push.viewer.basic_frame import BasicFrame
from gym_push.viewer.frame import About

KEPT = 256
"""Rows in the cache: the lists of the next frames show them again."""


def frame_builder(name: str, log: NotificationLog) -> Callable[[BasicSnapshot], BasicFrame]:
    """Returns a function that makes frames of snapshots, which must come in their order.

    Args:
        name: What the page calls the environment.
        log: The log that is played.
    """
    tally, reader = Tally([]), _Reader(log)
    units = {reader.shown[each.name]: each.unit for each in log.schema.observed if each.unit}

    def build(snapshot: BasicSnapshot) -> BasicFrame:
        nonlocal tally
        if tally.outcomes is not snapshot.outcomes:
            tally = Tally(snapshot.outcomes)
        rows, epoch, ended = snapshot.playing.rows, snapshot.epoch, snapshot.ended
        score = tally.score(epoch)
        if epoch == len(rows):
            ended = ended.add(snapshot.episode, tally, epoch)
        about, context = reader.row(int(rows[min(epoch, len(rows) - 1)]))
        return BasicFrame(
            env=name,
            episode=snapshot.episode,
            epoch=epoch,
            size=len(rows),
            user=snapshot.playing.user,
            notification=about.notification,
            context=context,
            units=units,
            own_names=reader.own_names,
            posted=about.posted,
            reward=score.reward,
            confusion=score.confusion,
            decisions=memoryview(tally.cells)[:epoch],
            episodes=ended.episodes,
            rows=rows[:epoch].data,
            about=lambda row: reader.row(row)[0],
        )

    return build


class _Reader:
    """Reads rows of a log in words.

    Attributes:
        shown: The name that each feature is shown by: the usual one of what it means.
        own_names: As of a frame.
        row: Returns a row's notification and its context; cached.
    """

    def __init__(self, log: NotificationLog) -> None:
        self._log = log
        usual = {name: MEANINGS[means][0] for means, name in log.schema.meanings.items()}
        names = [each.name for each in log.schema.observed]
        others = {name: f"{name} (column)" for name in usual.values()}
        self.shown = {name: usual.get(name) or others.get(name, name) for name in names}
        self.own_names = {shown: name for name, shown in self.shown.items() if shown != name}
        self.row = lru_cache(KEPT)(self._row)

    def _row(self, number: int) -> tuple[About, Mapping[str, object]]:
        notification, context = (
            {self.shown[name]: value for name, value in self._log.features(number, role).items()}
            for role in OBSERVED
        )
        return About(notification, self._log.posted(number)), context

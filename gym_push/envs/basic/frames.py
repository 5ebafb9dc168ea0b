"""A moment of a replayed log, as the frame that the page and the text show."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from gym_push.envs.basic.episodes import Snapshot
from gym_push.envs.basic.score import Tally
from gym_push.logs import NotificationLog
from gym_push.logs.schema import OBSERVED
from gym_push.meanings import MEANINGS
from gym_push.viewer.basic_frame import BasicFrame
from gym_push.viewer.frame import About

KEPT = 256
"""Rows that stay read, for the lists of the next frames have them too."""


def frame_builder(name: str, log: NotificationLog) -> Callable[[Snapshot], BasicFrame]:
    """Returns a function that makes frames of moments, which must come in their order.

    Args:
        name: What the page calls the environment.
        log: The log that is played.
    """
    tally, reader = Tally([]), _Reader(log)
    units = {reader.shown[each.name]: each.unit for each in log.schema.observed if each.unit}

    def build(snapshot: Snapshot) -> BasicFrame:
        nonlocal tally
        if tally.outcomes is not snapshot.outcomes:
            tally = Tally(snapshot.outcomes)
        return _frame(name, reader, units, snapshot, tally)

    return build


def _frame(
    name: str,
    reader: _Reader,
    units: dict[str, str],
    snapshot: Snapshot,
    tally: Tally,
) -> BasicFrame:
    rows, epoch, ended = snapshot.script.rows, snapshot.epoch, snapshot.ended
    score, cells = tally.score(epoch), tally.cells
    if epoch == len(rows):
        ended = ended.add(snapshot.episode, tally, epoch)
    row = reader.row(int(rows[min(epoch, len(rows) - 1)]))
    return BasicFrame(
        env=name,
        episode=snapshot.episode,
        epoch=epoch,
        size=len(rows),
        user=snapshot.script.user,
        notification=row.notification,
        context=row.context,
        units=units,
        own_names=reader.own_names,
        posted=row.posted,
        reward=score.reward,
        confusion=score.confusion,
        decisions=memoryview(cells)[:epoch],
        episodes=ended.episodes,
        rows=rows[:epoch].data,
        about=reader.about,
    )


class _Row(NamedTuple):
    """A row of the log, as a frame has it."""

    notification: dict[str, Any]
    context: dict[str, Any]
    posted: str | None


class _Reader:
    """Reads rows of a log; the newest stay read.

    Attributes:
        shown: The name that each feature is shown by: the usual one of what it means.
        own_names: As of a frame.
    """

    def __init__(self, log: NotificationLog) -> None:
        self._log = log
        usual = {name: MEANINGS[means][0] for means, name in log.schema.meanings.items()}
        names = [each.name for each in log.schema.observed]
        others = {name: f"{name} (column)" for name in usual.values()}
        self.shown = {name: usual.get(name) or others.get(name, name) for name in names}
        self.own_names = {shown: name for name, shown in self.shown.items() if shown != name}
        self.row = lru_cache(KEPT)(self._row)

    def about(self, number: int) -> About:
        row = self.row(number)
        return About(row.notification, row.posted)

    def _row(self, number: int) -> _Row:
        notification, context = (
            {self.shown[name]: value for name, value in self._log.features(number, role).items()}
            for role in OBSERVED
        )
        return _Row(notification, context, self._log.posted(number))

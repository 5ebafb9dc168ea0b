"""A moment of a replayed log, as the frame that the page and the text show."""

from __future__ import annotations

from collections.abc import Callable

from gym_push.envs.replay import Moment
from gym_push.envs.score import CELLS, Tally
from gym_push.logs import NotificationLog
from gym_push.viewer.frame import RECENT, About, Decision, Frame

OPENED = tuple(cell for cell in range(CELLS) if cell >> 1)
DISMISSED = tuple(cell for cell in range(CELLS) if not cell >> 1)


def describer(name: str, log: NotificationLog) -> Callable[[Moment], Frame]:
    """Returns a function that makes frames of moments, which must come in their order.

    Args:
        name: What the page calls the environment.
        log: The log that is played.
    """
    tally = Tally([])
    units = {feature.name: feature.unit for feature in log.schema.observed if feature.unit}

    def describe(moment: Moment) -> Frame:
        nonlocal tally
        if tally.outcomes is not moment.outcomes:
            tally = Tally(moment.outcomes)
        return _frame(name, log, units, moment, tally)

    return describe


def _frame(
    name: str,
    log: NotificationLog,
    units: dict[str, str],
    moment: Moment,
    tally: Tally,
) -> Frame:
    rows, epoch, ended = moment.script.rows, moment.epoch, moment.ended
    score, cells = tally.score(epoch), tally.cells
    if epoch == len(rows):
        ended = ended.add(moment.episode, tally, epoch)
    row = int(rows[min(epoch, len(rows) - 1)])
    return Frame(
        env=name,
        episode=moment.episode,
        epoch=epoch,
        size=len(rows),
        user=moment.script.user,
        notification=log.features(row, "notification"),
        context=log.features(row, "context"),
        units=units,
        posted=log.posted(row),
        performance=score.performance,
        ctr=score.ctr,
        user_ctr=score.user_ctr,
        reward=score.reward,
        confusion=score.confusion,
        decision=_decision(log, moment, epoch - 1) if epoch else None,
        opened=_newest(log, moment, cells, OPENED),
        dismissed=_newest(log, moment, cells, DISMISSED),
        decisions=memoryview(cells)[:epoch],
        rows=rows[:epoch].data,
        about=lambda row: About(log.features(row, "notification"), log.posted(row)),
        episodes=ended.episodes,
    )


def _newest(
    log: NotificationLog, moment: Moment, cells: bytearray, wanted: tuple[int, ...]
) -> tuple[Decision, ...]:
    """Returns the newest decisions in the wanted cells of the confusion matrix, newest first."""
    found: list[Decision] = []
    before = moment.epoch
    while len(found) < RECENT:
        before = max(cells.rfind(cell, 0, before) for cell in wanted)
        if before < 0:
            break
        found.append(_decision(log, moment, before))
    return tuple(found)


def _decision(log: NotificationLog, moment: Moment, index: int) -> Decision:
    row, outcome = int(moment.script.rows[index]), moment.outcomes[index]
    return Decision(
        epoch=index + 1,
        action=outcome >> 1,
        user_action=outcome & 1,
        notification=log.features(row, "notification"),
        posted=log.posted(row),
    )

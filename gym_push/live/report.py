"""What a guard has done, what the person did then, and what delivering everything would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from gym_push.actions import DELIVER, DELIVERY_ACTIONS
from gym_push.errors import ArgumentError, LogError
from gym_push.evaluation import LoggedDecisions, OffPolicyEstimate, off_policy_estimate
from gym_push.live import rows
from gym_push.live.decisions import BECAME, FOLDER, KINDS

METHOD: Final = "snips"
"""Of the estimates: weighted by propensities, and without a model."""

_DONE: Final = dict(zip(DELIVERY_ACTIONS, ("delivered", "held", "suppressed"), strict=True))


@dataclass(frozen=True)
class Report:
    """What a guard's log tells.

    Attributes:
        decisions: How many notifications it decided on.
        passed: How many passed without a decision.
        done: What became of those that it delivered, held and suppressed, and of how many.
        wished: The same, of what the agent would have done without exploration and shadow.
        reward: Mean reward of a decision.
        delivering_all: What it would have been, had all been delivered at once; None if nothing
            was ever delivered.
        opened: Share that was opened.
        opened_delivering_all: What it would have been then.
        warnings: What to know before the estimates are trusted.
    """

    decisions: int
    passed: int
    done: Mapping[str, Mapping[str, int]]
    wished: Mapping[str, Mapping[str, int]]
    reward: OffPolicyEstimate
    delivering_all: OffPolicyEstimate | None
    opened: OffPolicyEstimate
    opened_delivering_all: OffPolicyEstimate | None
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path) -> Report:
        """Returns what the log in a guard's folder tells.

        Raises:
            LogError: There is no log, or nothing in it.
        """
        log = folder / FOLDER
        if not log.is_dir():
            raise LogError(f"{folder} holds no guard's log; name the folder of gym-push guard")
        logged = LoggedDecisions.read(log)
        reward, then, about = _estimates(logged)
        opened, opened_then, more = _estimates(LoggedDecisions.read(log, reward=rows.OUTCOME))
        columns, every = logged.log.columns, slice(None)
        outcomes = [KINDS[each].replace("_", " ") for each in columns[BECAME].take(every)]
        done = [DELIVERY_ACTIONS[each] for each in logged.decisions]
        return cls(
            len(logged),
            logged.unavailable,
            _counts(done, outcomes),
            _counts(columns["wish"].take(every), outcomes),
            reward,
            then,
            opened,
            opened_then,
            tuple(dict.fromkeys((*about, *more))),
        )

    def to_dict(self) -> dict[str, Any]:
        """Returns plain Python values, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """A few sentences."""
        lines = [f"{self.decisions} decided on, {self.passed} passed without a decision"]
        lines += [_line(name, counts) for name, counts in self.done.items()]
        if self.wished != self.done:
            lines.append("the agent by itself:")
            lines += [f"  {_line(name, counts)}" for name, counts in self.wished.items()]
        for name, value, then in (
            ("reward", self.reward, self.delivering_all),
            ("opened", self.opened, self.opened_delivering_all),
        ):
            would = "unknown" if then is None else _with_interval(then)
            said = f"{name} a notification: {_with_interval(value)}"
            lines.append(f"{said}; delivering everything: {would}")
        return "\n".join((*lines, *self.warnings))


def _estimates(
    logged: LoggedDecisions,
) -> tuple[OffPolicyEstimate, OffPolicyEstimate | None, tuple[str, ...]]:
    """Returns the mean reward, what it had been if all were delivered, and warnings."""
    assert logged.chances is not None
    mine = off_policy_estimate(logged, logged.chances, METHOD)
    everything = np.zeros((len(logged), len(DELIVERY_ACTIONS)))
    everything[:, DELIVER] = 1.0
    try:
        then = off_policy_estimate(logged, everything, METHOD)
    except ArgumentError as error:  # nothing was ever delivered
        return mine, None, (str(error),)
    return mine, then, then.warnings


def _with_interval(found: OffPolicyEstimate) -> str:
    interval = "" if found.low is None else f" ({found.low:+.3f} to {found.high:+.3f})"
    return f"{found.value:+.3f}{interval}"


def _counts(actions: Iterable[str], outcomes: Iterable[str]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {done: {} for done in _DONE.values()}
    for (action, kind), count in sorted(Counter(zip(actions, outcomes, strict=True)).items()):
        counts[_DONE[action]][kind] = count
    return counts


def _line(name: str, counts: Mapping[str, int]) -> str:
    became = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return f"{name} {sum(counts.values())}" + (f": {became}" if became else "")

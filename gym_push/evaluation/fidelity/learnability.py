"""How much there is to learn about people: simple and better learners, each for one person alone.

Each learns to predict open or dismiss from a person's first days and is tested on the rest. What
the best one gains over a table of open rates is there to be learned; what an oracle of simulated
people gains over the best one is still left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gym_push.agents.simple import shrunken
from gym_push.errors import ArgumentError, extra_import
from gym_push.evaluation.fidelity.distances import Gate, Statistic
from gym_push.evaluation.rollouts import oracle
from gym_push.logs import Encoding, NotificationLog
from gym_push.logs.log_statistics import DAY, HOUR, Floats, Ints, LogStatistics
from gym_push.processes import one_thread
from gym_push.users import Population
from gym_push.users.keyed_random import Flags
from gym_push.users.simulation import to_log

with extra_import("learning from a log", "scikit-learn", "fidelity"):
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

FEWEST_LEARNED: Final = 50
"""Notifications to learn from; people with fewer are left out."""

TABLE: Final = "table per app"

PEOPLE: Final = 24
DAYS: Final = 112
"""Half of them to learn from, half to be tested on."""
OVER_TABLE: Final = Gate(least=0.03)
BELOW_ORACLE: Final = Gate(least=0.02, most=0.06)


@dataclass(frozen=True, eq=False)
class Examples:
    """Notifications to learn from or to be tested on.

    Attributes:
        wide: A column for each label, scaled, for linear learners: (rows, width).
        narrow: A column for each feature, for trees: (rows, features).
        app: Index of the app, 0 if unknown: (rows,).
        opened: What is to be predicted: (rows,).
    """

    wide: Floats
    narrow: Floats
    app: Ints
    opened: Flags

    def take(self, rows: Ints) -> Examples:
        """Returns some of them."""
        return Examples(self.wide[rows], self.narrow[rows], self.app[rows], self.opened[rows])


Learner = Callable[[Examples, Examples], Flags]


def majority(learn: Examples, test: Examples) -> Flags:
    """Predicts what the person does more often."""
    return np.full(len(test.opened), learn.opened.mean() > 0.5)


def table_per_app(learn: Examples, test: Examples) -> Flags:
    """Predicts what the person does more often with the app; the prior counts as one row."""
    apps = max(learn.app.max(), test.app.max()) + 1
    rows = np.bincount(learn.app, minlength=apps)
    opened = np.bincount(learn.app, learn.opened, apps)
    predicted: Flags = shrunken(opened, rows, learn.opened.mean(), 1.0)[test.app] > 0.5
    return predicted


def logistic(learn: Examples, test: Examples) -> Flags:
    """Predicts by a logistic regression with a strong ridge."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    predicted: Flags = model.fit(learn.wide, learn.opened).predict(test.wide)
    return predicted


def boosting(learn: Examples, test: Examples) -> Flags:
    """Predicts by gradient boosting of small trees, in which features can interact."""
    model = HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.08, max_leaf_nodes=12, min_samples_leaf=15,
        l2_regularization=1.0, random_state=0, early_stopping=False,
    )  # fmt: skip
    predicted: Flags = model.fit(learn.narrow, learn.opened).predict(test.narrow)
    return predicted


LEARNERS: Final[Mapping[str, Learner]] = {
    "majority": majority,
    TABLE: table_per_app,
    "logistic regression": logistic,
    "gradient boosting": boosting,
}


def learn_each(
    log: NotificationLog, of: LogStatistics, learners: Mapping[str, Learner] = LEARNERS
) -> pd.DataFrame | None:
    """Fits every learner to the first half of each person's days, and tests it on the others.

    The half is rounded down to whole days, or to rows if the log has no times.

    Args:
        log: With the features to learn from, to which hour and recent load are added if it has
            times.
        of: The statistics of the log.
        learners: By name.

    Returns:
        Whether each prediction was right: bool, a column for each learner, a row for each tested
        notification, by `person` and `row` of the log. None if nobody has enough notifications.
    """
    examples, tested = _examples(log, of), of.later(0.5)
    rows: list[Ints] = []
    right: list[NDArray[np.bool_]] = []
    with one_thread():
        for person in range(of.people):
            mine = of.of_one(person)
            known, asked = (mine.start + np.flatnonzero(t) for t in (~tested[mine], tested[mine]))
            learn, test = examples.take(known), examples.take(asked)
            if len(learn.opened) < FEWEST_LEARNED or not len(test.opened):
                continue
            one_sided = learn.opened.all() or not learn.opened.any()
            used = [majority if one_sided else learner for learner in learners.values()]
            rows.append(asked)
            right.append(np.stack([learner(learn, test) == test.opened for learner in used]))
    if not rows:
        return None
    every = np.concatenate(rows)
    index = pd.MultiIndex.from_arrays([of.person[every], of.row[every]], names=["person", "row"])
    return pd.DataFrame(np.hstack(right).T, index, list(learners))


def best_learner(accuracy: pd.DataFrame) -> str:
    """Returns the most accurate learner, except the table that it is compared with.

    Args:
        accuracy: A row for each person, a column for each learner.
    """
    return str(accuracy.drop(columns=TABLE).mean().idxmax())


def in_words(accuracy: pd.DataFrame) -> str:
    """Returns the mean accuracy of each learner over people, in words."""
    return ", ".join(f"{name} {mean:.3f}" for name, mean in accuracy.mean().items())


def learnability(
    population: Population,
    people: int = PEOPLE,
    days: int = DAYS,
    learners: Mapping[str, Learner] = LEARNERS,
) -> tuple[Statistic, Statistic]:
    """Returns what the best learner gains over a table per app, and an oracle over the learner.

    Args:
        population: Its first people are learned, each alone.
        people: Number of these.
        days: Half of them to learn from, half to be tested on.
        learners: By name, the table among them.

    Raises:
        ArgumentError: Nobody gets enough notifications in these days.
    """
    users = range(min(people, population.size))
    simulation = population.simulate(users, days)
    log = to_log(simulation, users, repr(population))
    right = learn_each(log, LogStatistics.of_log(log), learners)
    if right is None:
        raise ArgumentError(f"{days} days of {population} are too few to learn from; simulate more")
    knows = oracle(simulation) == simulation.responses.opened
    right["oracle"] = knows[right.index.get_level_values("row")]
    accuracy = right.groupby("person").mean()
    best, mean = best_learner(accuracy.drop(columns="oracle")), accuracy.mean()
    gain, left = float(mean[best] - mean[TABLE]), float(mean["oracle"] - mean[best])
    return (
        Statistic("best learner − table per app, simulated", gain, OVER_TABLE, in_words(accuracy)),
        Statistic("oracle − best learner, simulated", left, BELOW_ORACLE, f"best: {best}"),
    )


def _examples(log: NotificationLog, of: LogStatistics) -> Examples:
    encoding = Encoding.fit(log)
    codes = encoding.codes(log, of.row)
    wide = [encoding.vectors(log, of.row).astype(np.float64)]
    narrow = [np.reshape(code, (len(of), -1)) for code in codes.values()]
    if of.time is not None:
        hour, load = of.hour[:, None], _load(of)
        angle = hour * (2.0 * np.pi / 24.0)
        wide += [np.sin(angle), np.cos(angle), load]
        narrow += [hour, load]
    app = np.zeros(len(of), np.int64) if of.app is None else of.app
    return Examples(np.hstack(wide), np.hstack(narrow).astype(np.float64), app, of.opened)


def _load(of: LogStatistics) -> Floats:
    """Returns logs of the time since the last notification and of recent counts: (rows, 3)."""
    assert of.time is not None
    span = int(of.time.max()) + 2 * DAY
    place = of.person * span + of.time
    number = np.arange(len(of))
    lately = [number - np.searchsorted(place, place - window) for window in (HOUR // 2, DAY)]
    gap = np.nan_to_num(of.gap, nan=DAY / 1000.0)
    return np.log1p(np.stack([gap, *lately], axis=1).astype(np.float64))

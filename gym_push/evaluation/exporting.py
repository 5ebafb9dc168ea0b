"""Logged decisions as data of other tools: Open Bandit Pipeline, Vowpal Wabbit, d3rlpy, Minari.

Each takes what was observed as the vectors of the log's encoding, in which the texts of a
notification and the values of its labels are not told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Discrete

from gym_push.errors import ArgumentError
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.evaluation.off_policy.streams import Streams
from gym_push.files import whole_file
from gym_push.logs import DecisionColumns, Feature, Schema, read_log

AT_ONCE: Final = 4096
"""Rows encoded at a time."""
PROPENSITY: Final = "propensity"
"""What Minari's infos call the probability of the action taken."""


def bandit_feedback(logged: LoggedDecisions) -> dict[str, Any]:
    """Returns decisions as Open Bandit Pipeline's dictionary of logged bandit feedback.

    Examples:
        >>> import gym_push
        >>> from gym_push.evaluation import simulate_decisions
        >>> people = gym_push.Population(2, seed=1)
        >>> logged = simulate_decisions(people, days=1, behaviour="random:0.5").logged
        >>> feedback = bandit_feedback(logged)
        >>> feedback["n_rounds"] == len(logged), feedback["n_actions"]
        (True, 3)

    Args:
        logged: The decisions.

    Returns:
        `n_rounds` and `n_actions`; `context`, float32 (rows, width); `action`, int64, `reward` and
        `pscore`, the propensity, float64, each (rows,), the latter None where it is unknown;
        `action_context`, one-hot, (actions, actions); and no `position`.
    """
    return {
        "n_rounds": len(logged),
        "n_actions": len(logged.actions),
        "context": logged.encoding.vectors(logged.log),
        "action_context": np.eye(len(logged.actions)),
        "action": logged.decisions.copy(),
        "position": None,
        "reward": logged.rewards.copy(),
        "pscore": None if logged.propensities is None else logged.propensities.copy(),
    }


def write_vowpal(logged: LoggedDecisions, path: str | Path) -> None:
    """Writes decisions as Vowpal Wabbit's text for contextual bandits, for `--cb K`.

    A line is `2:-0.5:0.25 1 3 | 0:1 7:0.25`: action 2, counted from 1, was taken with probability
    0.25 and cost -0.5 (the reward is 0.5), 1 and 3 could have been taken, and slots 0 and 7 of the
    vector are not 0.

    Args:
        logged: The decisions, with propensities.
        path: The file; an existing one is replaced.

    Raises:
        ArgumentError: The propensities are not known.
        OSError: The file cannot be written; nothing is left of it.
    """
    if logged.propensities is None:
        raise ArgumentError(f"{logged.log.source} has no propensities, which a line needs")
    every = range(len(logged.actions))
    rows = zip(
        logged.decisions.tolist(),
        logged.rewards.tolist(),
        logged.propensities.tolist(),
        strict=True,
    )
    with whole_file(path) as file:
        for row, (taken, reward, propensity) in enumerate(rows):
            if row % AT_ONCE == 0:
                vectors = logged.encoding.vectors(logged.log, slice(row, row + AT_ONCE))
            could = every if logged.eligible is None else np.flatnonzero(logged.eligible[row])
            others = "".join(f" {action + 1}" for action in could if action != taken)
            vector = vectors[row % AT_ONCE]
            slots = " ".join(f"{slot}:{vector[slot]:.9g}" for slot in np.flatnonzero(vector))
            line = f"{taken + 1}:{0.0 - reward!r}:{propensity!r}{others} | {slots}\n"
            file.write(line.encode())


def mdp_dataset(logged: LoggedDecisions) -> Any:
    """Returns decisions as d3rlpy's `MDPDataset`: an episode of each person, in order of time.

    Args:
        logged: The decisions; of one person, each day is an episode.

    Raises:
        ImportError: d3rlpy is not installed.
    """
    try:
        from d3rlpy.constants import ActionSpace
        from d3rlpy.dataset import MDPDataset
    except ImportError as error:
        raise ImportError(
            "an MDPDataset needs d3rlpy: run  python -m pip install d3rlpy"
        ) from error
    streams = Streams.of(logged, "notifications", None)
    order = streams.order
    return MDPDataset(
        observations=logged.encoding.vectors(logged.log)[order],
        actions=logged.decisions[order],
        rewards=logged.rewards[order],
        terminals=np.append(streams.step[1:] == 0, True).astype(np.float32),
        action_space=ActionSpace.DISCRETE,
        action_size=len(logged.actions),
    )


def minari_dataset(logged: LoggedDecisions, name: str, **about: Any) -> Any:
    """Writes decisions as a data set of Minari: an episode of each person, in order of time.

    The observations are vectors; behind an episode's last the same stands again. The infos hold the
    propensities, where they are known, (steps + 1, 1), with NaN behind the last.

    Args:
        logged: The decisions; of one person, each day is an episode.
        name: Of the data set, such as "people/logged-v0". It lies where Minari keeps them.
        **about: What else `minari.create_dataset_from_buffers` takes, such as `author`; without
            `data_format` it is "arrow", which needs PyArrow.

    Returns:
        The `MinariDataset`.

    Raises:
        ImportError: Minari is not installed.
        ValueError: Minari has a data set of that name.
    """
    try:
        import minari
        from minari.data_collector import EpisodeBuffer
    except ImportError as error:
        raise ImportError(
            "a data set of Minari needs Minari: run  python -m pip install minari"
        ) from error
    streams = Streams.of(logged, "notifications", None)
    buffers = []
    for rows in np.split(streams.order, np.flatnonzero(streams.step == 0)[1:]):
        vectors, taken = logged.encoding.vectors(logged.log, rows), len(rows)
        chances = None if logged.propensities is None else logged.propensities[rows]
        buffers.append(
            EpisodeBuffer(
                observations=[*vectors, vectors[-1]],
                actions=logged.decisions[rows].tolist(),
                rewards=logged.rewards[rows].tolist(),
                terminations=[False] * (taken - 1) + [True],
                truncations=[False] * taken,
                infos=None
                if chances is None
                else {PROPENSITY: np.append(chances, np.nan)[:, np.newaxis]},
            )
        )
    return minari.create_dataset_from_buffers(
        name,
        buffers,
        observation_space=logged.encoding.space("vector"),
        action_space=Discrete(len(logged.actions)),
        **{"data_format": "arrow", **about},
    )


def minari_decisions(dataset: Any) -> LoggedDecisions:
    """Returns the steps of a data set of Minari as logged decisions; an episode is a person.

    Args:
        dataset: With vectors as observations and `Discrete` actions. Propensities are read from the
            infos, as `minari_dataset` writes them.

    Raises:
        ArgumentError: Its observations or actions are others.
    """
    seen, chosen = dataset.observation_space, dataset.action_space
    if not (isinstance(seen, Box) and len(seen.shape) == 1 and isinstance(chosen, Discrete)):
        raise ArgumentError(
            f"the data set {dataset.spec.dataset_id} has observations in {seen} and actions in "
            f"{chosen}; decisions are read of vectors and Discrete actions"
        )
    import pandas as pd

    names = [f"x{place}" for place in range(seen.shape[0])]
    columns: dict[str, list[Any]] = {
        name: [] for name in ("user", "decision", "reward", PROPENSITY)
    }
    vectors, known = [], True
    for episode in dataset.iterate_episodes():
        steps = len(episode.actions)
        vectors.append(np.asarray(episode.observations)[:steps])
        columns["user"] += [str(episode.id)] * steps
        columns["decision"] += np.asarray(episode.actions).tolist()
        columns["reward"] += np.asarray(episode.rewards).tolist()
        chances = (episode.infos or {}).get(PROPENSITY)
        known = known and chances is not None
        columns[PROPENSITY] += (
            [1.0] * steps if chances is None else np.ravel(chances)[:steps].tolist()
        )
    data = dict(zip(names, np.concatenate(vectors).T.astype(np.float64), strict=True))
    hidden = [Feature("decision", "label"), *(Feature(n, "number") for n in ("reward", PROPENSITY))]
    schema = Schema(
        context=[Feature(name, "number") for name in names],
        action="",
        user="user",
        engagement=hidden,
        decisions=DecisionColumns(
            propensity=PROPENSITY if known else None,
            actions=tuple(str(number) for number in range(int(chosen.n))),
        ),
    )
    return LoggedDecisions.of(read_log(pd.DataFrame({**data, **columns}), schema))

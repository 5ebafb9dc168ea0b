"""The target policy as the probability of each action at each logged decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

import numpy as np
from gymnasium.spaces import Discrete
from numpy.typing import ArrayLike

from gym_push.agents import Agent, AgentSpec, AnyAgent, StochasticPolicy
from gym_push.agents.agent_spec import form_of
from gym_push.errors import ArgumentError
from gym_push.evaluation.off_policy.decision_cells import ROUNDING
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.logs import Observations, observe
from gym_push.logs.columns import read_only
from gym_push.logs.log_statistics import Floats, Ints

Target: TypeAlias = "str | AgentSpec | Agent | ArrayLike"


def probabilities_of(logged: LoggedDecisions, target: Target, seed: int = 0) -> Floats:
    """Returns the probability of each action by a policy: float64, shape (rows, actions).

    An agent acts on the observations of all rows in order, and learns from none of them. Where only
    some actions are eligible, one that says probabilities draws until its action is one of them.

    Args:
        logged: The decisions.
        target: An agent's name or spec, which is made for the log; an agent, which is copied; or
            the probabilities themselves.
        seed: Of an agent that is made.

    Raises:
        ArgumentError: There is no such agent, it answers with an action that is unknown or not
            eligible, or the probabilities are not valid.
    """
    if isinstance(target, (str, AgentSpec)):
        agent = _made(logged, AgentSpec.of(target), seed)
    elif isinstance(target, Agent):
        agent = deepcopy(target)
    else:
        given = _checked(target, (len(logged), len(logged.actions)))
        _refuse_ineligible(logged, given, np.arange(len(logged)))
        return given
    return _asked(logged, agent, np.arange(len(logged)))


def learned_elsewhere(
    logged: LoggedDecisions, agent: AnyAgent, *, folds: int = 5, seed: int = 0
) -> Floats:
    """Returns the policy of an agent that has learned from the decisions on other phones.

    For each fold of persons an agent is made, learns from the decisions and rewards of all others,
    and acts on the fold. So it is never valued by what it has learned from.

    Args:
        logged: The decisions.
        agent: Its name, class or spec.
        folds: Number of folds.
        seed: Of the agents and the folds.

    Returns:
        float64, shape (rows, actions).

    Raises:
        ArgumentError: There is no such agent, or fewer persons than folds.
    """
    if not 2 <= folds <= logged.units.count:
        raise ArgumentError(
            f"folds={folds!r} must be from 2 to {logged.units.count}, the number of "
            f"{logged.units.kind}s in {logged.log.source}"
        )
    spec, fold_of = AgentSpec.of(agent), logged.units.folds(folds, seed)[logged.units.of_row]
    probabilities = np.zeros((len(logged), len(logged.actions)))
    for fold in range(folds):
        learner, others = _made(logged, spec, seed), np.flatnonzero(fold_of != fold)
        steps = zip(logged.decisions[others].tolist(), logged.rewards[others].tolist(), strict=True)
        for observation, step in zip(_observed(logged, learner, others), steps, strict=True):
            learner.learn(observation, *step)
        mine = np.flatnonzero(fold_of == fold)
        probabilities[mine] = _asked(logged, learner, mine)
    return read_only(probabilities)


def _made(logged: LoggedDecisions, spec: AgentSpec, seed: int) -> Agent:
    space = _seen(logged, spec.form).space()
    agent = spec.make(space, Discrete(len(logged.actions)))
    agent.reset(seed)
    return agent


def _observed(logged: LoggedDecisions, agent: Agent, rows: Ints) -> Iterator[Any]:
    return _seen(logged, form_of(agent)).each(rows, shared=False)


def _seen(logged: LoggedDecisions, form: Mapping[str, Any]) -> Observations:
    """Returns what agents see in a form. TF-IDF is fitted on the log, as the encoding is."""
    encoding = logged.encoding
    if "text" in form:
        encoding = encoding.with_text(form["text"], logged.log)
    return observe(logged.log, encoding, form["observation"])


def _asked(logged: LoggedDecisions, agent: Agent, rows: Ints) -> Floats:
    shape = len(rows), len(logged.actions)
    observed = _observed(logged, agent, rows)
    if isinstance(agent, StochasticPolicy):
        said = _checked([agent.probabilities(observation) for observation in observed], shape)
        return _among_eligible(logged, said, rows)
    actions = [agent.act(observation) for observation in observed]
    for action in actions:
        if action not in range(shape[1]):
            raise ArgumentError(
                f"{type(agent).__name__} answers {action!r}, and the actions are numbered from 0 "
                f"to {shape[1] - 1}"
            )
    chosen = read_only(np.eye(shape[1])[np.array(actions, dtype=np.int64)])
    _refuse_ineligible(logged, chosen, rows)
    return chosen


def _among_eligible(logged: LoggedDecisions, said: Floats, rows: Ints) -> Floats:
    """Returns the probabilities of a policy that draws again until the action is eligible."""
    if logged.eligible is None:
        return said
    kept = said * logged.eligible[rows]
    total = kept.sum(axis=1, keepdims=True)
    never = total[:, 0] == 0.0
    _refuse_ineligible(logged, said[never], rows[never])
    return read_only(kept / total)


def _refuse_ineligible(logged: LoggedDecisions, policy: Floats, rows: Ints) -> None:
    if logged.eligible is None:
        return
    wrong = (policy > ROUNDING) & ~logged.eligible[rows]
    for place in np.flatnonzero(wrong.any(axis=1))[:1].tolist():
        action = int(wrong[place].argmax())
        raise ArgumentError(
            f"the policy takes {logged.actions[action]!r} in row {rows[place] + 1}, where it was "
            "not eligible; let it choose among what LoggedDecisions.eligible says"
        )


def _checked(given: Any, shape: tuple[int, int]) -> Floats:
    try:
        probabilities = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"the policy, of type {type(given).__name__}, is neither an agent nor an array of "
            f"probabilities, shape (rows, actions) = {shape}"
        ) from None
    if probabilities.shape != shape:
        raise ArgumentError(
            f"the probabilities have the shape {probabilities.shape}, not (rows, actions) = {shape}"
        )
    sums_to_one = np.abs(probabilities.sum(axis=1) - 1.0) <= ROUNDING
    wrong = ~(sums_to_one & (probabilities >= 0.0).all(axis=1))
    for row in np.flatnonzero(wrong)[:1].tolist():
        raise ArgumentError(
            f"row {row + 1} of the policy, {probabilities[row].tolist()}, must be the probability "
            "of each action, with the sum 1"
        )
    return read_only(probabilities)

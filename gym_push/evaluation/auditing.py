"""Whether an agent plays by the rules: it knows what it is shown, and forgets when it is told to.

An agent shares a process with the environment, so that nothing keeps a dishonest one from looking
at the answers, nor a careless one from learning in a variable that outlives the test. What an agent
was shown and paid is therefore shown and paid once more to another one of its make, in a process
where there is no environment: an honest agent acts the same again.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from copy import deepcopy
from typing import Any, NamedTuple

import gymnasium

from gym_push.agents import Agent, Recipe, Scorer
from gym_push.errors import ArgumentError
from gym_push.evaluation.suites import Suite
from gym_push.evaluation.threads import one_thread


class Seen(NamedTuple):
    """A step, as the agent knows it."""

    observation: Any
    action: int
    reward: float


def audit(agent: str | type[Any] | Recipe, suite: str | Suite, *, seed: int = 0) -> tuple[str, ...]:
    """Watches an agent with the first person of a suite, and says what is against the rules.

    It does not find an agent that was made with the answers of a suite in it; a suite of one's own
    log, or of another seed, does.

    Args:
        agent: As for `evaluate`.
        suite: A suite or its id.
        seed: Of all that is random in the agent.

    Returns:
        What is wrong, a sentence each; nothing if all is well.

    Raises:
        ArgumentError: There is no such agent or suite, or the agent cannot be pickled.
    """
    [(_, found)] = audit_each([Recipe.of(agent)], suite, seed=seed)
    return found


def audit_each(
    recipes: Sequence[Recipe], suite: str | Suite, *, seed: int = 0
) -> Iterator[tuple[Recipe, tuple[str, ...]]]:
    """Watches agents, and yields each with what `audit` says of it.

    Args:
        recipes: Of the agents.
        suite: A suite or its id.
        seed: Of all that is random in the agents.

    Raises:
        As `audit`.
    """
    suite = Suite.of(suite)
    context, no_interrupts = multiprocessing.get_context("spawn"), (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(1, context, signal.signal, no_interrupts) as alone:
        for recipe in recipes:
            yield recipe, tuple(_faults(recipe, suite, seed, alone))


def _faults(recipe: Recipe, suite: Suite, seed: int, alone: Executor) -> Iterator[str]:
    with one_thread():
        first, again = (_watch(suite, recipe, seed) for _ in range(2))
    if first.actions != again.actions:
        yield (
            f"agent {recipe} does not do the same twice: it remembers what it was taught before "
            "reset(), or draws random numbers that its seed does not decide"
        )
    differs = alone.submit(_first_difference, _pickled(recipe, first), first.seen).result()
    if differs is not None:
        yield (
            f"agent {recipe} acts on more than it is shown: in a process of its own, with the same "
            f"observations and rewards, its decision {differs + 1} is another one"
        )


class Witness:
    """An agent that does what another one does, and keeps what that one is shown.

    Args:
        agent: The other one.

    Attributes:
        fresh: A copy of it as it began.
        seen: Step by step.
    """

    def __init__(self, agent: Agent) -> None:
        """Copies it as it is."""
        self.agent, self.fresh = agent, deepcopy(agent)
        self.seen: list[Seen] = []

    @property
    def actions(self) -> list[int]:
        """What it did, step by step."""
        return [step.action for step in self.seen]

    def reset(self, seed: int | None = None) -> None:
        """Begins anew."""
        self.agent.reset(seed)

    def act(self, observation: Any) -> int:
        """Acts as the other one, which is asked for its score as in every test."""
        if isinstance(self.agent, Scorer):
            self.agent.score(observation)
        return self.agent.act(observation)

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Lets the other one learn."""
        self.agent.learn(observation, action, reward)
        self.seen.append(Seen(observation, int(action), reward))


def _watch(suite: Suite, recipe: Recipe, seed: int) -> Witness:
    watching: list[Witness] = []

    def begin(env: gymnasium.Env[Any, Any]) -> Agent:
        watching.append(Witness(suite.agent(recipe, seed, suite.people[0], env)))
        return watching[0]

    suite.play(recipe, suite.people[0], begin)
    return watching[0]


def _pickled(recipe: Recipe, witness: Witness) -> bytes:
    try:
        return pickle.dumps(witness.fresh)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise ArgumentError(
            f"agent {recipe} cannot be sent to a process of its own ({error}); let it be pickled"
        ) from None


def _first_difference(pickled: bytes, seen: list[Seen]) -> int | None:
    """Returns the first step at which the agent acts differently now; None if there is none."""
    witness = Witness(pickle.loads(pickled))  # of this program's own making
    with one_thread():
        for step, (observation, action, reward) in enumerate(seen):
            if int(witness.act(observation)) != action:
                return step
            witness.learn(observation, action, reward)
    return None

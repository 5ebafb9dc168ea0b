"""Whether an agent plays by the rules: it knows what it is shown, and forgets when it is told to.

In a test it cannot look at the answers, for its process holds none. It may still keep what it has
learned in a variable or a file that outlives the test, or draw random numbers that no seed decides.
So it is tested twice in one process, and what it was shown and paid is shown and paid once more to
another one of its make in a new process: an honest agent acts the same three times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from gym_push.agents import AgentSpec, AnyAgent, Candidate, RemoteAgent, candidate
from gym_push.agents.local import Decision
from gym_push.evaluation.suites import Suite
from gym_push.processes import one_thread


def audit(agent: AnyAgent, suite: str | Suite, *, seed: int = 0) -> tuple[str, ...]:
    """Watches an agent with the first person of a suite, and says what is against the rules.

    It does not find an agent

    - that brings the answers along, or gets them where any code can: from its own source, from the
      file of a log of one's own, or from this package, which makes its suites anywhere. It acts the
      same every time. A suite of another seed, or a log that the agent's author does not have,
      shows what it is worth;
    - that plays by the rules with the first person, and not with another one;
    - that attacks the machine: reads the memory of other processes, or changes the files of this
      package or the leaderboard. Where such an agent must be feared, test it as another user or in
      a container.

    Args:
        agent: As for `evaluate`.
        suite: A suite or its id.
        seed: Of all that is random in the agent.

    Returns:
        What is wrong, a sentence each; nothing if all is well.

    Raises:
        As `evaluate`.
    """
    [(_, found)] = audit_each([AgentSpec.of(agent)], suite, seed=seed)
    return found


def audit_each(
    specs: Sequence[AgentSpec], suite: str | Suite, *, seed: int = 0
) -> Iterator[tuple[AgentSpec, tuple[str, ...]]]:
    """Watches agents, and yields each with what `audit` says of it.

    Args:
        specs: Of the agents.
        suite: A suite or its id.
        seed: Of all that is random in the agents.

    Raises:
        As `audit`.
    """
    suite = Suite.of(suite)
    for spec in specs:
        yield spec, tuple(_faults(spec, suite, seed))


def _faults(spec: AgentSpec, suite: Suite, seed: int) -> Iterator[str]:
    person = suite.people[0]
    with closing(candidate(spec)) as agent, one_thread():
        first, again = Witness(agent), Witness(agent)
        for witness in (first, again):
            suite.test(witness, seed, person)
    if first.actions != again.actions:
        yield (
            f"agent {spec} does not do the same twice: it remembers what it was taught before "
            "reset(), or draws random numbers that its seed does not decide"
        )
    with closing(RemoteAgent(spec)) as other:
        suite.begin(other, seed, person, suite.env(person, other.form))
        differs = first.first_difference(other)
    if differs is not None:
        yield (
            f"agent {spec} acts on more than it is shown: in another process, with the same "
            f"observations and rewards, its decision {differs + 1} is another one"
        )


class Shown(NamedTuple):
    """What an agent is shown before a decision."""

    observation: Any
    reward: float | None


class Witness:
    """A candidate that does what another one does, and keeps what that one is shown.

    Args:
        agent: The other one.
    """

    def __init__(self, agent: Candidate) -> None:
        self._agent, self.spec, self.form = agent, agent.spec, agent.form
        self.make, self.pretrain, self.reset = agent.make, agent.pretrain, agent.reset
        self.end, self.freeze, self.close = agent.end, agent.freeze, agent.close
        self._shown: list[Shown] = []
        self.actions: list[int] = []

    def decide(self, observation: Any, reward: float | None = None) -> Decision:
        """Decides as the other one."""
        decision = self._agent.decide(observation, reward)
        self._shown.append(Shown(observation, reward))
        self.actions.append(decision.action)
        return decision

    def first_difference(self, other: Candidate) -> int | None:
        """Returns the first decision at which another agent acts differently; None if none is."""
        for step, (shown, action) in enumerate(zip(self._shown, self.actions, strict=True)):
            if other.decide(*shown).action != action:
                return step
        return None

"""Whether an agent plays by the rules: it knows only what it is shown, and forgets when reset.

A test gives the agent's process no answers, and no labels that a suite withholds. The agent may
still get them where any code can: make the simulated people again, as a suite's seed is known, or
read the log that comes with this package. So its process is watched, and ended before it does that.

It may also keep what it has learned in a variable or a file that outlives the test, or draw random
numbers that do not depend on its seed. So it is tested twice in one process, and then another copy
in a new process is shown and paid exactly the same: an honest agent acts the same three times.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from gym_push.agents import Action, AgentSpec, AnyAgent, Candidate, RemoteAgent, candidate
from gym_push.agents.local import Decision
from gym_push.errors import CheatError
from gym_push.evaluation.suites import Suite
from gym_push.processes import one_thread


def audit(agent: AnyAgent, suite: str | Suite, *, seed: int = 0) -> tuple[str, ...]:
    """Watches an agent with the first person of a suite, and says what is against the rules.

    It does not find an agent

    - that brings answers or labels along: in its own source or files, made beforehand or by another
      program that it starts, or by a copy of this package's code; or that reads the file of your
      log. It acts the same every time. What it earns with people whom it cannot have met (as
      `PeopleSuite.with_strangers` makes them), or in a log that the agent's author does not have,
      shows what it is worth;
    - that plays by the rules with the first person only;
    - that attacks the machine or its own process: reads the memory of other processes, or changes
      this package, in memory or in its files, or the leaderboard. If you fear such an agent, test
      it as another user or in a container.

    Args:
        agent: As for `evaluate`.
        suite: A suite or its id.
        seed: Of everything random in the agent.

    Returns:
        A sentence for each fault.

    It raises what `evaluate` does.
    """
    try:
        return tuple(_faults(AgentSpec.of(agent), Suite.of(suite), seed))
    except CheatError as error:
        return (str(error),)


def _faults(spec: AgentSpec, suite: Suite, seed: int) -> Iterator[str]:
    person = suite.people[0]
    with closing(candidate(spec, suite.off_limits)) as tested, one_thread():
        first, again = RecordedAgent(tested), RecordedAgent(tested)
        for recorded in (first, again):
            suite.test(recorded, seed, person)
    if first.actions != again.actions:
        yield (
            f"agent {spec} does not do the same twice: it remembers what it learned before "
            "reset(), or draws random numbers that do not depend on its seed"
        )
    with closing(RemoteAgent(spec, suite.off_limits)) as other:
        suite.begin(other, seed, person, suite.env(person, other.form))
        for number, (shown, action) in enumerate(zip(first.shown, first.actions, strict=True), 1):
            if other.decide(*shown).action != action:
                yield (
                    f"agent {spec} acts on more than it is shown: in another process, with the "
                    f"same observations and rewards, its decision {number} is different"
                )
                break


class RecordedAgent:
    """Passes everything on to an agent, and keeps what it is shown and what it does.

    Args:
        agent: The agent.

    Attributes:
        shown: Observation and previous reward of each decision.
        actions: One for each decision.
    """

    def __init__(self, agent: Candidate) -> None:
        self._agent, self.spec, self.form = agent, agent.spec, agent.form
        self.make, self.pretrain, self.reset = agent.make, agent.pretrain, agent.reset
        self.end, self.freeze, self.close = agent.end, agent.freeze, agent.close
        self.shown: list[tuple[Any, float | None]] = []
        self.actions: list[Action] = []

    def decide(self, observation: Any, reward: float | None = None) -> Decision:
        """Decides as the agent does."""
        decision = self._agent.decide(observation, reward)
        self.shown.append((observation, reward))
        self.actions.append(decision.action)
        return decision

"""Suites of delivery-v0: simulated people, learned from and tested in one long episode each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from typing import Any, Final

import numpy as np

from gym_push.actions import DELIVER, DISMISSED, IGNORED, OPENED, PARTS, SUPPRESSED
from gym_push.agents import Candidate
from gym_push.envs.delivery.env import DeliveryEnv
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.vector_env import DeliveryVectorEnv
from gym_push.envs.delivery.world import build_world
from gym_push.evaluation.loop import Played
from gym_push.evaluation.metrics import Reference, curve
from gym_push.evaluation.policies.oracles import play_oracle
from gym_push.evaluation.policies.rollouts import always, play
from gym_push.evaluation.results import PersonResult
from gym_push.evaluation.suites.suite import Suite, check_apart, number_of, tested_of
from gym_push.registration import DELIVERY
from gym_push.users import Population
from gym_push.users.model.clock import DAY

PRACTISING: Final = 64
"""Environments that an agent practises in side by side."""


class DeliverySuite(Suite):
    """Simulated people who react; what is paid after the days of learning counts.

    Rewards are per notification that arrives in the days that count.

    Args:
        id: Name and version.
        population: All of them are tested on who get a notification that counts.
        days: Of each.
        learn_days: So many of these are learned from before it counts.
        practice: Other people, whom agents that practise may practise with; None for nobody.
        practice_days: Of an episode with these.
        weights: Of the parts of the reward, as of `DeliveryEnv`.
        summary: What is tested, for tables.

    Raises:
        ArgumentError: A weight is unknown or out of range.
        SuiteError: Those to practise with are those whom agents are tested on.
    """

    plays = DELIVERY

    def __init__(
        self,
        id: str,
        population: Population,
        days: int,
        learn_days: int = 0,
        practice: Population | None = None,
        practice_days: int = 7,
        *,
        weights: Mapping[str, float] | None = None,
        summary: str = "simulated people who react to what is delivered",
    ) -> None:
        self.id, self.summary = id, summary
        self._population, self._days, self._learn_days = population, days, learn_days
        self._practice, self._practice_days = practice, practice_days
        self._weights = Weights.of(weights)
        self._envs: dict[str, DeliveryEnv] = {}
        check_apart(id, population, practice)

    @cached_property
    def data(self) -> str:
        """The hash of what arrives, of the people to practise with, and of when it counts."""
        logs = [self._population.log(self._days)]
        if self._practice is not None:
            some = range(min(8, self._practice.size))
            logs.append(self._practice.log(self._practice_days, some))
        prints = [log.fingerprint for log in logs]
        about = [*prints, repr(self._practice), self._practice_days, self._learn_days]
        if self._weights != Weights():
            about.append(repr(self._weights))
        return hashlib.sha256(repr(about).encode()).hexdigest()

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Who is tested on: all who get a notification that counts."""
        everybody = self._population.simulate(range(self._population.size), self._days)
        return tested_of(everybody.arrivals, self._learn_days)

    def reference(self, person: str) -> Reference:
        """Returns what delivering everything earns with a person, and what an oracle does."""
        return self._references[person]

    @cached_property
    def _references(self) -> dict[str, Reference]:
        world = build_world(self._population, range(self._population.size), self._days)
        arrivals = world.simulation.arrivals
        late = arrivals.time >= self._learn_days * DAY
        counted, arrived = np.unique(arrivals.person[late], return_counts=True)
        all_delivered = play(world, always(DELIVER), self._weights, counted_from=self._learn_days)
        oracle = play_oracle(world, self._weights, counted_from=self._learn_days)
        floors, tops = (each.rewards[counted] / arrived for each in (all_delivered, oracle))
        references = map(Reference, floors.tolist(), tops.tolist())
        return dict(zip(self.people, references, strict=True))

    def practice(self, form: str, person: str) -> DeliveryVectorEnv | None:
        """Returns environments of the people to practise with, if there are any."""
        if self._practice is None:
            return None
        return DeliveryVectorEnv(
            PRACTISING, self._practice, days=self._practice_days, observation=form,
            weights=asdict(self._weights),
        )  # fmt: skip

    def env(self, person: str, form: str) -> DeliveryEnv:
        """Returns the environment that plays a person, who is chosen when it is reset.

        It is the same for all of them, for it lays out other people, too.
        """
        if form not in self._envs:
            self._envs[form] = DeliveryEnv(
                self._population, days=self._days, observation=form, weights=asdict(self._weights)
            )
        return self._envs[form]

    def test(self, agent: Candidate, seed: int, person: str) -> PersonResult:
        """Plays all days; what is paid in those that count is shared among what arrives in them."""
        env = self.env(person, agent.form)
        self.begin(agent, seed, person, env)
        played, parts = Played(agent), dict.fromkeys(PARTS, 0.0)
        observation, _ = env.reset(seed=0, options={"user": number_of(person)})
        ended = False
        while not ended:
            observation, ended = played.step(env, observation)
            if env.day >= self._learn_days:
                for part in PARTS:
                    parts[part] += played.info[part]
        status = env.status[env.posted >= self._learn_days * DAY]
        arrived = max(len(status), 1)
        delivered = np.isin(status, (OPENED, DISMISSED, IGNORED))
        return PersonResult(
            person=person,
            metrics={
                "reward": sum(parts.values()) / arrived,
                **{part: paid / arrived for part, paid in parts.items()},
                "ctr": float((status == OPENED).sum() / delivered.sum())
                if delivered.any()
                else None,
                "delivered": float(delivered.sum()) / arrived,
                "suppressed": float((status == SUPPRESSED).sum()) / arrived,
            },
            curve=curve(np.array(played.rewards)),
            microseconds=played.microseconds(),
            rewards=tuple(played.rewards),
        )

    def __getstate__(self) -> dict[str, Any]:
        """Pickles who is played; another process lays them out again."""
        return {**vars(self), "_envs": {}}

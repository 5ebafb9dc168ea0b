"""Suites of send-v0: simulated people whom an app may send messages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from gym_push.agents import Candidate
from gym_push.envs.send.env import SendEnv
from gym_push.envs.send.measures import entropy
from gym_push.envs.send.rules import DISAPPOINTED, OPENED, PARTS
from gym_push.envs.send.vector_env import SendVectorEnv
from gym_push.envs.send.world import DAYS_A_WEEK, World, build_world
from gym_push.evaluation.metrics import Reference
from gym_push.evaluation.playing import Played
from gym_push.evaluation.results import PersonResult
from gym_push.evaluation.send_rollouts import never, play_send_oracle, play_sending
from gym_push.evaluation.suites.simulated import PRACTICE_ENVS, SimulatedPeople, number_of
from gym_push.registration import SEND
from gym_push.users.model.states import DAY

_PRACTISED: Final = 8
"""People to practise with whose days are part of the hash."""


@dataclass(eq=False)
class SendSuite(SimulatedPeople):
    """Simulated people who may be sent messages, each learned and tested in one long episode.

    Rewards are per day that counts. Who leaves counts with what they earn: nothing more.

    Attributes:
        id: Name and version.
        population: The people, all of whom are tested.
        days: Of each person.
        learn_days: Days at the start that do not count.
        practice: Other people, with whom agents may practise; None for nobody.
        practice_days: Of an episode with these.
        preset: As of `SendEnv`.
        response: Parameters of the response that differ from the preset's, by name.
        action: As of `SendEnv`.
        summary: What is tested, for tables.

    Raises:
        ArgumentError: A parameter is unknown or out of range.
        SuiteError: The people to practise with are those who are tested.
    """

    plays = SEND
    _: KW_ONLY
    preset: str = "habit"
    response: Mapping[str, Any] = field(default_factory=dict)
    action: str = "catalogue"
    summary: str = "simulated people who may be sent messages"

    def __post_init__(self) -> None:
        """Checks the parameters, too."""
        super().__post_init__()
        self._envs: dict[str, SendEnv] = {}
        self._env = self._made("raw")

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Everybody."""
        return tuple(f"user {number}" for number in range(self.population.size))

    @cached_property
    def data(self) -> str:
        """The hash of all decisions and chance, of the people to practise with, and of the rules.

        It takes in what messages are worth to each person, and every number of the response.
        """
        worlds = [self._world]
        if self.practice is not None:
            some = range(min(_PRACTISED, self.practice.size))
            worlds.append(build_world(self._world.scene, self.practice, some, self.practice_days))
        digest = hashlib.sha256()
        for world in worlds:
            worth = (world.lifts,) if world.scene.catalogue else (world.lift, world.worth)
            for array in (world.first, world.time, world.moments, *worth):
                digest.update(np.ascontiguousarray(array + 0.0 * array, dtype="<f8").tobytes())
        rules = self._env.rules
        about = [
            repr(self._world.scene),
            repr(self.practice),
            self.practice_days,
            self.learn_days,
            rules.budget,
            sorted(rules.weights.items()),
        ]
        digest.update(repr(about).encode())
        return digest.hexdigest()

    @cached_property
    def references(self) -> dict[str, Reference]:
        """What sending nothing earns with each person, and what an oracle earns.

        Letting everything through is no floor here: whoever is sent everything leaves.
        """
        counted = self.days - self.learn_days
        nothing, oracle = (
            played.rewards / counted
            for played in (
                play_sending(self._world, self._env.rules, never, counted_from=self.learn_days),
                play_send_oracle(self._world, self._env.rules, counted_from=self.learn_days),
            )
        )
        references = map(Reference, nothing.tolist(), oracle.tolist())
        return dict(zip(self.people, references, strict=True))

    def practice_envs(self, form: Mapping[str, Any], person: str) -> SendVectorEnv | None:
        """Returns environments of the people to practise with, if there are any."""
        if self.practice is None:
            return None
        return SendVectorEnv(
            PRACTICE_ENVS,
            self.preset,
            self.practice,
            response=self.response,
            action=self.action,
            days=self.practice_days,
            observation=form["observation"],
        )

    def env(self, person: str, form: Mapping[str, Any]) -> SendEnv:
        """Returns the environment of all people; resetting it chooses one of them."""
        observation = form["observation"]
        if observation not in self._envs:
            self._envs[observation] = self._made(observation)
        return self._envs[observation]

    def test(self, agent: Candidate, seed: int, person: str) -> PersonResult:
        """Plays all days. What is paid in those that count is shared among them."""
        env = self.env(person, agent.form)
        self.begin(agent, seed, person, env)
        played, parts = Played(agent), dict.fromkeys(PARTS, 0.0)
        counts, effect, opened = np.zeros(env.form.repeats), 0.0, 0
        observation, _ = env.reset(seed=0, options={"user": number_of(person)})
        ended, time = False, 0
        while not ended:
            decision = env.snapshot().decision
            observation, ended = played.step(env, observation)
            time, info = int(env.world.time[decision]), played.info
            if time >= self.learn_days * DAY:
                for part in PARTS:
                    parts[part] += info[part]
                if info["sent"]:
                    counts[env.form.key(env.form.one(played.actions[-1]))] += 1
                effect += info["effect"]
                opened += info["status"] in (OPENED, DISAPPOINTED)
        days, sent, measures = self.days - self.learn_days, int(counts.sum()), env.measures
        left = bool(played.info["left"])
        lived = (time / DAY if left else self.days) - self.learn_days
        metrics = {
            "reward": sum(parts.values()) / days,
            **{part: paid / days for part, paid in parts.items()},
            "sends a week": sent * DAYS_A_WEEK / max(lived, 1.0) if lived > 0.0 else None,
            "left": float(left),
            "ctr": opened / sent if sent else None,
            "effect per send": effect / sent if sent else None,
            "distal outcome": 0.0 if left else measures["habit"],
            "diversity": float(entropy(counts[None])[0]) if sent else None,
            "trust": measures["trust"],
        }
        return played.result(person, metrics)

    @cached_property
    def _world(self) -> World:
        world, _ = self._env.people_together().draw(np.random.default_rng(), 0)
        return world

    def _made(self, observation: str) -> SendEnv:
        return SendEnv(
            self.preset,
            self.population,
            response=self.response,
            action=self.action,
            days=self.days,
            observation=observation,
        )

    def __getstate__(self) -> dict[str, Any]:
        """Pickles no environment but one; another process makes its own."""
        return {**vars(self), "_envs": {}}

"""How an agent plays an environment, for a test or for someone who watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import gymnasium
import numpy as np
from numpy.typing import NDArray

from gym_push.actions import AHEAD, PARTS, STATUSES
from gym_push.agents import Action, Agent
from gym_push.agents.local import Player, Turns
from gym_push.envs.basic.env import BasicEnv
from gym_push.envs.basic.episodes import Score
from gym_push.envs.delivery.env import DeliveryEnv
from gym_push.envs.send.env import SendEnv
from gym_push.envs.send.rules import PARTS as SEND_PARTS
from gym_push.evaluation.metrics import curve
from gym_push.evaluation.results import PersonResult
from gym_push.registration import DELIVERY
from gym_push.users import Population

PRACTICE_PEOPLE: Final = 64
"""People with whom an agent practises before it plays simulated people."""


class Played:
    """Plays an environment step by step, and keeps what happens.

    Args:
        agent: Decides and learns.

    Attributes:
        actions, rewards: One for each step.
        confidence: One for each step since the agent was first frozen, if it has any.
        info: Of the newest step; the agent does not see it.
    """

    def __init__(self, agent: Player) -> None:
        self._agent = agent
        self.actions: list[Action] = []
        self.rewards: list[float] = []
        self.confidence: list[float] = []
        self.info: dict[str, Any] = {}
        self._nanoseconds: list[int] = []
        self._reward: float | None = None

    def step(self, env: gymnasium.Env[Any, Any], observation: Any) -> tuple[Any, bool]:
        """Takes a step, and returns the next observation and whether the episode has ended.

        Raises:
            ActionError: The agent's answer is not an action.
            ArgumentError: Its confidence is not a number.
            AgentError: Its code fails, in a process of its own.
        """
        decision = self._agent.decide(observation, self._reward)
        following, paid, terminated, truncated, self.info = env.step(decision.action)
        reward = float(paid)
        ended = terminated or truncated
        if ended:
            self._agent.end(reward)
        self._reward = None if ended else reward
        self.actions.append(decision.action)
        self.rewards.append(reward)
        self._nanoseconds.append(decision.nanoseconds)
        if decision.confidence is not None:
            self.confidence.append(decision.confidence)
        return following, ended

    def result(
        self,
        person: str,
        metrics: Mapping[str, float | None],
        tested: NDArray[np.bool_] | slice = slice(None),
        rewards: NDArray[np.float64] | None = None,
    ) -> PersonResult:
        """Returns the result with a person.

        Args:
            person: Whose phone it is.
            metrics: By name.
            tested: The steps whose time counts.
            rewards: Of all notifications, where they are not those of the steps.
        """
        rewards = np.array(self.rewards) if rewards is None else rewards
        return PersonResult(
            person=person,
            metrics=metrics,
            curve=curve(rewards),
            microseconds=float(np.median(np.array(self._nanoseconds)[tested])) / 1000.0,
            rewards=tuple(rewards.tolist()),
        )


@dataclass
class Episode:
    """What an agent has achieved in an episode, which may have been broken off.

    Notifications and score are known when it is over or broken off, the rest after every step.

    Attributes:
        user: Whose phone it is; None in a log of one person.
        decisions: Number of decisions.
        notifications: Number of notifications, each of which may be decided on several times; of
            send-v0, those that were sent.
        reward: Sum of the rewards.
        actions: How often each action was taken, by its number; empty where messages are composed.
        parts: Sums of the parts of the reward, by name; empty if it has none.
        measures: What is measured beside the reward, by name, of send-v0; None where it is unknown.
        score: How far the decisions agree with the person's; None if there are no such decisions.
        ended: Whether the episode is over.
    """

    user: str | None = None
    decisions: int = 0
    notifications: int = 0
    reward: float = 0.0
    actions: list[int] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)
    measures: dict[str, float | None] = field(default_factory=dict)
    score: Score | None = None
    ended: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Returns it as plain values, for JSON."""
        shares = None
        if self.score is not None:
            names = ("performance", "ctr", "user_ctr")
            shares = asdict(self.score) | {name: getattr(self.score, name) for name in names}
        return {**vars(self), "score": shares}


class Session:
    """An agent in an environment, to be watched; scores to compare come from suites.

    Args:
        env: An environment of this package, with observations of the agent's form.
        agent: The agent, which is reset.
        seed: Of both.

    Attributes:
        episodes: All episodes; the last one is updated while it is played.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], agent: Agent, seed: int | None = None) -> None:
        self._env, self._turns, self._seed = env, Turns(agent), seed
        self.episodes: list[Episode] = []
        agent.reset(seed)

    def play(self, after_step: Callable[[], None] | None = None) -> Episode:
        """Plays one episode. The agent learns from it, and keeps that for the next one.

        Args:
            after_step: Called after every step, to wait or to report.

        Returns:
            The last of `episodes`.
        """
        env = self._env
        observation, info = env.reset(seed=self._seed)
        self._seed = None
        actions = [0] * int(getattr(env.action_space, "n", 0))
        episode = Episode(str(info["user"]) if "user" in info else None, actions=actions)
        self.episodes.append(episode)
        played = Played(self._turns)
        try:
            while not episode.ended:
                observation, ended = played.step(env, observation)
                episode.decisions += 1
                episode.reward += played.rewards[-1]
                action = played.actions[-1]
                if isinstance(action, int):
                    episode.actions[action] += 1
                for part in (*PARTS, *SEND_PARTS):
                    if part in played.info:
                        episode.parts[part] = episode.parts.get(part, 0.0) + played.info[part]
                episode.ended = ended
                if after_step is not None:
                    after_step()
        finally:  # counting takes longer than a step
            episode.notifications = episode.decisions
            if isinstance(env.unwrapped, BasicEnv):
                episode.score = env.unwrapped.score
            elif isinstance(env.unwrapped, DeliveryEnv):
                statuses = env.unwrapped.statuses
                episode.notifications = sum(statuses.values()) - statuses[STATUSES[AHEAD]]
            elif isinstance(env.unwrapped, SendEnv):
                episode.notifications = env.unwrapped.snapshot().book.sent
                measures = env.unwrapped.measures
                episode.measures = {n: None if v != v else v for n, v in measures.items()}
        return episode


def practice(
    form: Mapping[str, Any], seed: int, env_id: str = DELIVERY
) -> gymnasium.vector.VectorEnv[Any, Any, Any]:
    """Returns environments in which an agent can practise with other people.

    Args:
        form: Of the observations, as `AgentSpec.form`.
        seed: Of the people; those to be played have the seed 0.
        env_id: "delivery-v0" or "send-v0".
    """
    people = Population(PRACTICE_PEOPLE, seed + 1)
    return gymnasium.make_vec(f"gym_push:{env_id}", PRACTICE_PEOPLE, population=people, **form)

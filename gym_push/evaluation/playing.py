"""An agent plays for somebody who watches: step by step, learning, and to be stopped at any time.

Scores to compare come from suites; this is for looking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import gymnasium

from gym_push.actions import PARTS
from gym_push.agents import Agent
from gym_push.agents.local import Turns
from gym_push.envs.basic.env import BasicEnv
from gym_push.envs.basic.score import Score
from gym_push.evaluation.loop import Played
from gym_push.users import Population

PRACTICE_PEOPLE: Final = 64
"""With whom an agent of delivery-v0 practises before it plays."""


@dataclass
class Episode:
    """What an agent has reached in an episode, so far or in the end.

    Attributes:
        user: Whose phone it is; None in a log of one person.
        decisions: How many it took.
        reward: What they earned.
        actions: How often it did what, by the number of the action.
        parts: Of the reward, by name; empty where it has none.
        score: How it agrees with the person; None where nobody did anything before.
        ended: Whether the episode was played to its end.
    """

    user: str | None = None
    decisions: int = 0
    reward: float = 0.0
    actions: list[int] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)
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
    """An agent in an environment.

    Args:
        env: An environment of this package, whose observations have the agent's form.
        agent: Who plays; it begins anew.
        seed: Of both.

    Attributes:
        episodes: Those that were begun; the last one is filled in while it is played.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], agent: Agent, seed: int | None = None) -> None:
        self._env, self._turns, self._seed = env, Turns(agent), seed
        self.episodes: list[Episode] = []
        agent.reset(seed)

    def play(self, after_step: Callable[[], None] | None = None) -> Episode:
        """Plays one episode. The agent learns from it, and keeps that for the next one.

        Args:
            after_step: Called after every step, to wait or to tell.

        Returns:
            What it came to; also the last of `episodes`.
        """
        env = self._env
        observation, info = env.reset(seed=self._seed)
        self._seed = None
        user = info.get("user")
        actions = [0] * int(getattr(env.action_space, "n", 0))
        episode = Episode(None if user is None else str(user), actions=actions)
        self.episodes.append(episode)
        played = Played(self._turns)
        while not episode.ended:
            observation, ended = played.step(env, observation)
            self._note(episode, played)
            episode.ended = ended
            if after_step is not None:
                after_step()
        return episode

    def _note(self, episode: Episode, played: Played) -> None:
        episode.decisions += 1
        episode.reward += played.rewards[-1]
        episode.actions[played.actions[-1]] += 1
        for part in PARTS:
            if part in played.info:
                episode.parts[part] = episode.parts.get(part, 0.0) + played.info[part]
        env = self._env.unwrapped
        if isinstance(env, BasicEnv):
            episode.score = env.score


def practice(form: str, seed: int) -> gymnasium.vector.VectorEnv[Any, Any, Any]:
    """Returns the environments in which an agent of delivery-v0 may practise, with other people.

    Args:
        form: Of the observations.
        seed: Of the people; those who are played have another one, 0.
    """
    people = Population(PRACTICE_PEOPLE, seed + 1)
    return gymnasium.make_vec(
        "gym_push:delivery-v0", PRACTICE_PEOPLE, population=people, observation=form
    )

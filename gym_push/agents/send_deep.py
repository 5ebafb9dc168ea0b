"""PPO of send-v0, by sb3-contrib: it sends only what can be sent, and remembers what has paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Space
from gymnasium.vector import VectorEnv
from numpy.typing import NDArray

from gym_push.agents.deep import DeepAgent, of_ppo
from gym_push.agents.simple import number_of
from gym_push.errors import extra_import
from gym_push.integrations.stable_baselines import as_vec_env

with extra_import("gym_push.agents.send_deep", "sb3-contrib", "agents"):
    from sb3_contrib import MaskablePPO
    from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper

ENTROPY: Final = 0.01
"""Weight of keeping the networks unsure: with less of it some settle on too few messages."""

PRIOR: Final = 3.0
"""Rewards of 0 that count in the mean of each action."""

Float32s = NDArray[np.float32]


@dataclass(eq=False)
class MaskedPPO(DeepAgent):
    """Proximal policy optimisation among what can be sent now.

    An observation does not say what the person likes. So the networks read beside it what each
    action has paid with this person so far, which is all that the agent learns of them.

    Args:
        observation_space: Of send-v0, in the vector form.
        action_space: 0 sends nothing, k sends message k.
        steps: Of pretraining, over all environments, for each network.
        discount: Of a reward one decision later, from 0 to 1.
        learning_rate: Of Adam, at first; it falls to 0.
        networks: How many practise, one after the other, each with a seed of its own.

    Raises:
        ArgumentError: The observations are not vectors, the messages are composed, or a number is
            out of range.
    """

    steps: int = 1_500_000
    discount: float = 0.98
    networks: int = 3

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        self._actions = number_of(action_space)
        super()._prepare(observation_space, action_space)

    def reset(self, seed: int | None = None) -> None:
        """Forgets what has paid."""
        self._memory = _Memory(1, self._actions)

    def act(self, observation: Float32s) -> int:
        """Returns the action that the networks rate highest among those that are possible.

        Raises:
            EpisodeError: It is not pretrained.
        """
        ratings = self._ratings(self._memory.beside(observation, 0))
        # The last columns are whether each message can be sent and when it was, and the open rate
        can_send = observation[1 - 2 * self._actions : -1 : 2] > 0.0
        ratings[1:][~can_send] = -np.inf
        return int(ratings.argmax())

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Remembers what an action has paid."""
        self._memory.note(0, action, reward)

    def _train(self, env: VectorEnv[Any, Any, Any], seed: int) -> list[Any]:
        parameters = self._shared(_Remembering(as_vec_env(env)), seed) | of_ppo(env.num_envs)
        parameters["learning_rate"] = lambda left: self.learning_rate * left
        model = MaskablePPO(**{**parameters, "ent_coef": ENTROPY})
        policy = model.learn(self.steps).policy
        return [*policy.mlp_extractor.policy_net, policy.action_net]


class _Memory:
    """What each action has paid so far, in each lane."""

    def __init__(self, lanes: int, actions: int) -> None:
        self._paid, self._times = np.zeros((2, lanes, actions))

    def beside(self, observations: Any, lanes: Any = slice(None)) -> Float32s:
        """Returns observations with the shrunken mean of each action, and how sure that is."""
        paid, times = self._paid[lanes], self._times[lanes]
        seen = (observations, paid / (times + PRIOR), times / (times + PRIOR))
        return np.concatenate(seen, axis=-1, dtype=np.float32)

    def note(self, lanes: Any, actions: Any, rewards: Any) -> None:
        """Notes rewards, without what is paid at the end, which no action explains."""
        self._paid[lanes, actions] += np.clip(rewards, -1.0, 1.0)
        self._times[lanes, actions] += 1.0

    def forget(self, lanes: Any = slice(None)) -> None:
        """Begins anew."""
        self._paid[lanes] = self._times[lanes] = 0.0


class _Remembering(VecEnvWrapper):
    """Environments that show what each action has paid so far, beside what there is to see."""

    def __init__(self, env: VecEnv) -> None:
        actions = number_of(env.action_space)
        self._memory, self._lanes = _Memory(env.num_envs, actions), np.arange(env.num_envs)
        seen: Any = env.observation_space
        super().__init__(env, Box(-1.0, 1.0, (seen.shape[0] + 2 * actions,), np.float32))

    def reset(self) -> Any:
        self._memory.forget()
        return self._memory.beside(self.venv.reset())

    def step_async(self, actions: Any) -> None:
        self._taken = actions
        self.venv.step_async(actions)

    def step_wait(self) -> Any:
        observations, rewards, ended, infos = self.venv.step_wait()
        self._memory.note(self._lanes, self._taken, rewards)
        for lane in np.flatnonzero(ended).tolist():
            last = infos[lane]["terminal_observation"]
            infos[lane]["terminal_observation"] = self._memory.beside(last, lane)
        self._memory.forget(ended)
        return self._memory.beside(observations), rewards, ended, infos

"""The environments for classic gym 0.26: the only file that imports `gym`.

`gymnasium.make` refuses a `gym.Env` and the other way round, so classic gym gets a thin twin: the
same environment behind classic gym's classes.
"""

from __future__ import annotations

from typing import Any

import gym
import gymnasium
import numpy as np
from gym.spaces.utils import flatdim, flatten, flatten_space, unflatten

from gym_push.envs.rendering import offered_modes
from gym_push.spaces import FeatureSpace


class LegacyEnv(gym.Env[Any, Any]):
    """A Gymnasium environment of this package as a classic gym environment.

    Args:
        gymnasium_id: The id of the environment.
        **kwargs: Its arguments.
    """

    metadata = {"render_modes": offered_modes(), "render_fps": 30}

    def __init__(self, gymnasium_id: str, **kwargs: Any) -> None:
        self._env = gymnasium.make(gymnasium_id, disable_env_checker=True, **kwargs)
        self.action_space = legacy_space(self._env.action_space)
        self.observation_space = legacy_space(self._env.observation_space)
        self.render_mode, self.metadata = self._env.render_mode, self._env.metadata

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode, as the environment's own `reset`."""
        begun = self._env.reset(seed=seed, options=options)
        self._np_random = self._env.unwrapped.np_random
        return begun

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Takes a step, as the environment's own `step`."""
        return self._env.step(action)

    def render(self) -> Any:
        """Shows the environment, as its own `render`."""
        return self._env.render()

    def close(self) -> None:
        """Ends the showing."""
        self._env.close()

    def __getattr__(self, name: str) -> Any:
        """Anything else, such as the score, is the environment's own."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._env.unwrapped, name)


class LegacySpace(gym.Space[Any]):
    """A feature's space as a classic gym space.

    Args:
        feature: The space that does the work.
    """

    def __init__(self, feature: FeatureSpace[Any]) -> None:
        super().__init__(shape=None, dtype=np.float32)
        self.feature = feature

    @property
    def is_np_flattenable(self) -> bool:
        """Always true."""
        return True

    def sample(self, mask: Any = None) -> Any:
        """Draws a value."""
        self.feature._np_random = self.np_random
        return self.feature.sample()

    def contains(self, x: Any) -> bool:
        """Whether a value is in the space."""
        return self.feature.contains(x)

    def __eq__(self, other: object) -> bool:
        """Equal when they hold and encode the same values."""
        return isinstance(other, LegacySpace) and self.feature == other.feature

    def __hash__(self) -> int:
        """Equal spaces have equal hashes."""
        return hash(self.feature)

    def __repr__(self) -> str:
        """As the feature's space."""
        return repr(self.feature)


def legacy_space(space: gymnasium.Space[Any]) -> gym.Space[Any]:
    """Returns the classic gym space with the same values."""
    if isinstance(space, FeatureSpace):
        return LegacySpace(space)
    if isinstance(space, gymnasium.spaces.Discrete):
        return gym.spaces.Discrete(int(space.n), start=int(space.start))
    if isinstance(space, gymnasium.spaces.Box):
        return gym.spaces.Box(space.low, space.high, space.shape, np.dtype(space.dtype).type)
    if isinstance(space, gymnasium.spaces.MultiDiscrete):
        return gym.spaces.MultiDiscrete(space.nvec)
    if isinstance(space, gymnasium.spaces.Text):
        return gym.spaces.Text(space.max_length, min_length=space.min_length)
    assert isinstance(space, gymnasium.spaces.Dict)
    return gym.spaces.Dict([(name, legacy_space(part)) for name, part in space.spaces.items()])


flatdim.register(LegacySpace, lambda space: space.feature.flat_size)
flatten.register(LegacySpace, lambda space, x: space.feature.encode(x))
unflatten.register(LegacySpace, lambda space, x: space.feature.decode(x))


@flatten_space.register(LegacySpace)
def _(space: LegacySpace) -> gym.spaces.Box:
    return gym.spaces.Box(space.feature.lowest, 1.0, (space.feature.flat_size,), np.float32)

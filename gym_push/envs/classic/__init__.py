"""Classic gym: `twins` are the environments for gym 0.26, `ClassicAPI` has the calls of 2019."""

from __future__ import annotations

from typing import Any


class ClassicAPI:
    """Wraps an environment so that it is called as gym environments were in 2019.

    Args:
        env: An environment of Gymnasium or of classic gym 0.26.

    Examples:
        >>> import gymnasium, gym_push
        >>> env = gym_push.ClassicAPI(gymnasium.make("gym_push:basic-v0"))
        >>> observation = env.reset()
        >>> observation, reward, done, info = env.step(1)
    """

    def __init__(self, env: Any) -> None:
        self.env = env

    def reset(self, **kwargs: Any) -> Any:
        """Begins an episode and returns its first observation."""
        observation, _ = self.env.reset(**kwargs)
        return observation

    def step(self, action: Any) -> tuple[Any, float, bool, dict[str, Any]]:
        """Takes a step and returns observation, reward, done and info."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        return observation, reward, terminated or truncated, info

    def seed(self, seed: int | None = None) -> list[int | None]:
        """Begins an episode with this seed."""
        self.env.reset(seed=seed)
        return [seed]

    def render(self, mode: str = "human") -> Any:
        """Shows the environment, in the mode with which it was made."""
        return self.env.render()

    def close(self) -> None:
        """Closes the environment."""
        self.env.close()

    def __getattr__(self, name: str) -> Any:
        """Anything else is the environment's own."""
        if name == "env":  # not there yet while it is copied or unpickled
            raise AttributeError(name)
        return getattr(self.env, name)

"""The environments, one file each."""

from gym_push.envs.basic_env import BasicEnv
from gym_push.envs.basic_vector_env import BasicVectorEnv

__all__ = ["BasicEnv", "BasicVectorEnv"]

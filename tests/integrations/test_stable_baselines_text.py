"""Learners of Stable-Baselines3 read text as vectors, and what they have learned is an agent."""

import gymnasium
import numpy as np
import pytest
from extras_support import installed

import gym_push
from gym_push.agents import AgentSpec
from gym_push.evaluation.suites import LogSuite
from gym_push.logs import Encoding
from gym_push.logs.text_encoders import Hashing

pytestmark = [pytest.mark.slow, installed("stable_baselines3")]


def test_a_learner_reads_text():
    from stable_baselines3 import PPO

    from gym_push.integrations.stable_baselines import ModelAgent, as_vec_env

    text = {"kind": "hashing", "width": 64}
    log = gym_push.bundled_log()
    encoding = Encoding.fit(log.select(np.arange(100)))
    made = {"data": log, "observation": "vector", "encoding": encoding, "text": text}
    many = gymnasium.make_vec("gym_push:basic-v0", num_envs=4, **made)
    for env in (as_vec_env(many), gymnasium.make("gym_push:basic-v0", **made)):
        model = PPO("MlpPolicy", env, n_steps=32, batch_size=32, device="cpu", seed=1).learn(256)
        assert AgentSpec.of(ModelAgent(model, Hashing(64))).form["text"] == text
        agent = ModelAgent(model, text)
        assert AgentSpec.of(agent).form == {"observation": "vector", "text": text}
        suite = LogSuite("own/v1", log, 0.5, encoding)
        assert len(gym_push.evaluate(agent, suite).people) == 1

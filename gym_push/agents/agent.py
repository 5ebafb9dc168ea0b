"""What an agent is: three methods, and two more that some have."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import gymnasium


@runtime_checkable
class Agent(Protocol):
    """Decides, and learns from what its decisions earn.

    It never sees `info`. The loop of an agent in any environment of the package:

        agent.reset(seed)
        observation, info = env.reset(seed=seed)
        ended = False
        while not ended:
            action = agent.act(observation)
            following, reward, terminated, truncated, info = env.step(action)
            agent.learn(observation, action, reward)
            observation, ended = following, terminated or truncated

    An agent of one's own is a class or an instance of one. A class is made with its parameters as
    keyword arguments; if its constructor has arguments `observation_space` and `action_space`, it
    gets those of the environment. An instance is used as it is given, and copied for each person:
    it has to go through pickle, into the process in which it is tested. A trained model of
    Stable-Baselines3 becomes one by `gym_push.integrations.stable_baselines.ModelAgent(model)`.

    The form of observations that it reads is its attribute `observation`: "raw" (also without the
    attribute), "codes" or "vector". Agents can be copied with `copy.deepcopy`, what they have
    learned included.
    """

    def reset(self, seed: int | None = None) -> None:
        """Begins anew: forgets what `learn` has taught it, but not what it practised.

        Args:
            seed: Of all that is random in it. The same seed, observations and rewards give the
                same actions.
        """

    def act(self, observation: Any) -> int:
        """Returns an action for an observation of its form."""

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns from the reward of a step.

        Args:
            observation: What the action was chosen for.
            action: What was done.
            reward: What the step paid. In delivery it also pays for what the person did meanwhile
                with earlier notifications.
        """


@runtime_checkable
class Scorer(Protocol):
    """An agent that also says how sure it is."""

    def confidence(self, observation: Any) -> float:
        """Returns a number that is the higher the more likely the person is to open.

        Only its order counts, and only among notifications that one and the same state of the
        agent scores: in tests copies are asked, which learn nothing. It changes nothing in the
        agent.
        """


@runtime_checkable
class StochasticPolicy(Protocol):
    """An agent that draws its actions, and says by which probabilities."""

    def probabilities(self, observation: Any) -> Any:
        """Returns the probability of each action: float64, shape (actions,), sum 1.

        It changes nothing in the agent.
        """


@runtime_checkable
class Pretrainable(Agent, Protocol):
    """An agent that learns by a loop of its own before it is put to the test.

    So it can share what people have in common: it practises once for many, and each person whom it
    is tested on meets a copy of it as it was then, after `reset`. With whom, the suite says.
    """

    def pretrain(self, env: gymnasium.vector.VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns with other people than those of the test.

        Args:
            env: Many environments that give observations of the agent's form. They may be reset
                and played at will.
            seed: Of all that is random in practising.
        """

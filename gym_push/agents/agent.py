"""What an agent is: three methods, and what some agents offer beyond them."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias, runtime_checkable

import gymnasium

Action: TypeAlias = "int | tuple[int, ...] | dict[str, int | str]"
"""What an agent decides: a number, or a message that it composes, as a row or by name."""


@runtime_checkable
class Agent(Protocol):
    """Decides, and learns from the rewards of its decisions.

    It never sees `info`. The loop of an agent in any environment of the package:

        agent.reset(seed)
        observation, info = env.reset(seed=seed)
        ended = False
        while not ended:
            action = agent.act(observation)
            following, reward, terminated, truncated, info = env.step(action)
            agent.learn(observation, action, reward)
            observation, ended = following, terminated or truncated

    Your own agent is a class or an instance of one; it need not inherit from this class, but may:
    then `reset` and `learn` do nothing unless it defines them. A class is called with its
    parameters as keyword arguments; if its constructor has arguments `observation_space` and
    `action_space`, it gets those of the environment. An instance is copied for each person, and
    pickled into the process in which it is tested. A trained model of Stable-Baselines3 becomes an
    agent by `gym_push.integrations.stable_baselines.ModelAgent(model)`.

    The attribute `observation` says which form of observations the agent reads: "raw" (the
    default), "codes" or "vector". One that reads vectors may say by the attribute or parameter
    `text` what puts text into them, as `text=` of an environment: a word or a dict.
    `copy.deepcopy` copies an agent with all it has learned.
    """

    def reset(self, seed: int | None = None) -> None:
        """Starts over: forgets what `learn` taught it, but not what `pretrain` did.

        Args:
            seed: Of everything random in the agent. The same seed, observations and rewards give
                the same actions.
        """

    def act(self, observation: Any) -> Any:
        """Returns an action for an observation of its form.

        It is what the action space contains: a whole number; or in send-v0, where messages are
        composed, a row of them, or a dict of them and words.
        """

    def learn(self, observation: Any, action: Any, reward: float) -> None:
        """Learns from the reward of a step.

        Args:
            observation: What the action was chosen for.
            action: The action that was taken; a row as a tuple.
            reward: Of the step. In delivery-v0 it also pays for what the person did in the
                meantime with earlier notifications.
        """


@runtime_checkable
class Scorer(Protocol):
    """An agent that also says how sure it is."""

    def confidence(self, observation: Any) -> float:
        """Returns a number that is higher the more likely the person is to open.

        Only its order counts, and only among notifications scored by the same state of the agent:
        tests ask copies, which learn nothing. The call changes nothing in the agent.
        """


@runtime_checkable
class StochasticPolicy(Protocol):
    """An agent that draws its actions, and knows their probabilities."""

    def probabilities(self, observation: Any) -> Any:
        """Returns the probability of each action: float64, shape (actions,), sum 1.

        The call changes nothing in the agent.
        """


@runtime_checkable
class Pretrainable(Agent, Protocol):
    """An agent that learns in a loop of its own before it is tested.

    This is how it learns what people have in common: it is pretrained once, and each person in the
    test meets a copy of the pretrained agent, after `reset`. The suite says who it pretrains on.
    """

    def pretrain(self, env: gymnasium.vector.VectorEnv[Any, Any, Any], seed: int) -> None:
        """Learns from other people than those of the test.

        Args:
            env: Gives observations of the agent's form. The agent may reset and step it at will.
            seed: Of everything random in the pretraining.
        """

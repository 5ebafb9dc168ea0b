"""Contextual bandits of Vowpal Wabbit, which learn from an action, its cost and its probability."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zlib import crc32

import numpy as np
from gymnasium.spaces import Dict, Discrete, Space

from gym_push.actions import OPEN
from gym_push.agents.simple import (
    BaseAgent,
    Floats,
    check_actions,
    check_positive,
    check_whole,
    coded,
)
from gym_push.errors import ArgumentError, extra_import
from gym_push.spaces import FeatureSpace, Number, Text

with extra_import("a bandit of Vowpal Wabbit", "vowpalwabbit", "agents"):
    from vowpalwabbit import Workspace

ACTIONS: Final = 2
PAIRS: Final = ("--interactions", "af", "--interactions", "aff")
"""Each action (namespace a) has its own coefficients for features (f) and for pairs of them."""
WORDS: Final = ("--interactions", "aw", "-b", "22")
"""It has some for words (w), too, in 2**22 slots by hash."""
NOTHING_DRAWN: Final[tuple[str, int, float]] = ("", -1, 1.0)
"""Features, the action drawn for them, and its probability."""


class _VowpalBandit(BaseAgent):
    """A regression of costs for each action, from which follow the probabilities of the actions.

    Vowpal Wabbit reads text in which bars, colons and line ends have a meaning. Examples are
    written as numbers of codes, so that no word of a notification gets into that text.
    """

    observation = "codes"

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        explore = self._exploration()
        self._options = ["--cb_explore_adf", "--cb_type", "mtr", "--quiet", *PAIRS, *explore]
        self._numbers: dict[str, int] = {}
        self._labels: dict[str, int] = {}
        place = 0
        for name, space in coded(observation_space, action_space).items():
            if isinstance(space, Discrete):
                self._labels[name] = place
                place += int(space.n)
            else:
                self._numbers[name] = place
                place += 1

    def _exploration(self) -> list[str]:
        """Checks the parameters, and returns Vowpal Wabbit's options for them."""
        raise NotImplementedError

    def reset(self, seed: int | None = None) -> None:
        """Starts over."""
        self._random = np.random.default_rng(seed)
        self._model = Workspace(arg_list=self._options)
        self._drawn = NOTHING_DRAWN

    def probabilities(self, observation: Any) -> Floats:
        """Returns the probability of each action: float64, shape (2,)."""
        return self._probabilities_of(self._features_of(observation))

    def confidence(self, observation: Any) -> float:
        """Returns the probability that it opens."""
        return float(self.probabilities(observation)[OPEN])

    def act(self, observation: Any) -> int:
        """Draws an action."""
        features = self._features_of(observation)
        probabilities = self._probabilities_of(features)
        action = int(self._random.random() < probabilities[OPEN])
        self._drawn = features, action, float(probabilities[action])
        return action

    def learn(self, observation: Any, action: int, reward: float) -> None:
        """Learns from the reward, weighted by the probability of the action.

        An action that it did not draw itself counts as drawn with even chances.
        """
        features = self._features_of(observation)
        *drawn, probability = self._drawn
        if drawn != [features, action]:
            probability = 1.0 / ACTIONS
        label = f"{action}:{-reward:.6f}:{probability:.6f}"
        self._model.learn(_example(features, {int(action): label}))
        self._drawn = NOTHING_DRAWN

    def _probabilities_of(self, features: str) -> Floats:
        drawn = np.array(self._model.predict(_example(features, {})), dtype=np.float64)
        chances: Floats = drawn / drawn.sum()
        return chances

    def _features_of(self, observation: Any) -> str:
        """Returns an observation as Vowpal Wabbit reads it: indices of features, and values."""
        labels = [f"{place + int(observation[name])}" for name, place in self._labels.items()]
        numbers = [
            f"{place}:{float(observation[name][0]):.6f}" for name, place in self._numbers.items()
        ]
        return " ".join([*labels, *numbers])

    def __getstate__(self) -> dict[str, Any]:
        """Returns the state, the model as the bytes of its file."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            self._model.save(str(path))
            return {**self.__dict__, "_model": path.read_bytes()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restores the state; the file of a model lacks some of its options."""
        self.__dict__.update(state)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            path.write_bytes(state["_model"])
            self._model = Workspace(arg_list=[*self._options, "-i", str(path)])


@dataclass(eq=False)
class EpsilonGreedy(_VowpalBandit):
    """Takes the action that looks best, and now and then any.

    Args:
        observation_space: Of the environment, in the form "codes".
        action_space: Dismiss and open.
        epsilon: Share of the decisions left to chance, in (0, 1].

    Raises:
        ArgumentError: Observations are not codes, or a parameter is out of range.
    """

    epsilon: float = 0.05

    def _exploration(self) -> list[str]:
        if not 0.0 < self.epsilon <= 1.0:
            raise ArgumentError(f"epsilon={self.epsilon!r} must be above 0, and at most 1")
        return ["--epsilon", repr(float(self.epsilon))]


@dataclass(eq=False)
class SquareCB(_VowpalBandit):
    """Explores an action less the more it costs, and less the more it has learned.

    The regression does not weight costs by probabilities.

    Foster, Rakhlin (2020): Beyond UCB: Optimal and Efficient Contextual Bandits with Regression
    Oracles.

    Args:
        observation_space: Of the environment, in the form "codes".
        action_space: Dismiss and open.
        gamma_scale: How much it prefers cheap actions.

    Raises:
        ArgumentError: Observations are not codes, or a parameter is out of range.
    """

    gamma_scale: float = 100.0

    def _exploration(self) -> list[str]:
        check_positive(gamma_scale=self.gamma_scale)
        return ["--squarecb", "--gamma_scale", repr(float(self.gamma_scale))]


@dataclass(eq=False)
class WordSquareCB(SquareCB):
    """`SquareCB` that reads the texts, too: words, and pairs of neighbours.

    Pairs of a word and another feature are left out: there are so many that it learns less.

    Args:
        observation_space: Of the environment, in the raw form.
        action_space: Dismiss and open.
        gamma_scale: As of `SquareCB`.

    Raises:
        ArgumentError: Observations are not raw, or a parameter is out of range.
    """

    observation = "raw"

    def _prepare(self, observation_space: Space[Any], action_space: Space[Any]) -> None:
        check_actions(action_space)
        spaces = observation_space.spaces if isinstance(observation_space, Dict) else {}
        self._spaces = {n: each for n, each in spaces.items() if isinstance(each, FeatureSpace)}
        if not spaces or len(self._spaces) < len(spaces):
            raise ArgumentError(
                f"this agent reads raw observations, not {observation_space}: give it "
                'observation="raw"'
            )
        explore = self._exploration()
        self._options = [
            "--cb_explore_adf", "--cb_type", "mtr", "--quiet", *PAIRS, *WORDS, *explore
        ]  # fmt: skip

    def _features_of(self, observation: Any) -> str:
        """Returns labels and numbers as indices, and words as hashes behind a namespace."""
        place, features, words = 0, [], []
        for name, space in self._spaces.items():
            value = observation[name]
            if isinstance(space, Text):
                words += _words_and_pairs(value)
                continue
            slots = space.encode(value)
            if isinstance(space, Number):
                features.append(f"{place}:{float(slots[0]):.6f}")
            else:
                features.append(str(place + int(slots.argmax())))
            place += space.flat_size
        return f"{' '.join(features)} |w {' '.join(words)}"


@dataclass(eq=False)
class Cover(_VowpalBandit):
    """Keeps several diverse policies, and follows one of them at a time.

    Agarwal, Hsu, Kale, Langford, Li, Schapire (2014): Taming the Monster: A Fast and Simple
    Algorithm for Contextual Bandits (online cover).

    Args:
        observation_space: Of the environment, in the form "codes".
        action_space: Dismiss and open.
        policies: Number of policies.

    Raises:
        ArgumentError: Observations are not codes, or a parameter is out of range.
    """

    policies: int = 3

    def _exploration(self) -> list[str]:
        check_whole(policies=self.policies)
        return ["--cover", str(self.policies), "--nounif", "--psi", "0.01"]


def _example(features: str, labels: Mapping[int, str]) -> str:
    """Returns an example of several lines: the shared features, then each action with its label."""
    actions = [f"{labels.get(action, '')} |a {action}" for action in range(ACTIONS)]
    return "\n".join([f"shared |f {features}", *actions])


def _words_and_pairs(text: str) -> list[str]:
    """Returns hashes of the words and signs of a text, and of pairs of neighbours."""
    words = re.findall(r"\w+|[^\w\s]", text.lower())
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    return [str(crc32(each.encode("utf-8", "replace"))) for each in words + pairs]

"""How an agent is made, as words and numbers: so that a score can name it, and be made again."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

from gymnasium.spaces import Space

from gym_push.agents.agent import Agent
from gym_push.agents.baselines import BASELINES
from gym_push.errors import ArgumentError, did_you_mean


@dataclass(frozen=True)
class Recipe:
    """An agent's class and parameters, by name.

    ```pycon
    >>> import gymnasium
    >>> from gym_push.agents import Recipe
    >>> env = gymnasium.make("gym_push:basic-v0")
    >>> agent = Recipe.of("table-per-app").make(env.observation_space, env.action_space)

    ```

    Attributes:
        name: Of a baseline, or `module:Class` of an agent of one's own.
        parameters: Its keyword arguments; all that differs from the defaults. Plain values, as
            JSON can hold them.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Checks that the parameters can be written down, and closes them."""
        try:
            plain = json.loads(json.dumps(dict(self.parameters), allow_nan=False))
        except (TypeError, ValueError):
            raise ArgumentError(
                f"the parameters of {self} must be plain numbers, words and lists of them, so that "
                "a score can name them"
            ) from None
        object.__setattr__(self, "parameters", MappingProxyType(plain))

    def __str__(self) -> str:
        """As `parse` reads it: `linucb(alpha=0.5)`."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.name}({given})" if given else self.name

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles as name and parameters."""
        return Recipe, (self.name, dict(self.parameters))

    def __hash__(self) -> int:
        """Equal recipes have equal hashes."""
        return hash((self.name, json.dumps(dict(self.parameters), sort_keys=True)))

    @classmethod
    def of(cls, agent: str | type[Any] | Recipe, **parameters: Any) -> Recipe:
        """Returns the recipe of an agent.

        Args:
            agent: A baseline's name, `module:Class`, a class that can be imported, or a recipe.
            **parameters: Keyword arguments of the agent.

        Raises:
            ArgumentError: There is no such agent.
        """
        if isinstance(agent, Recipe):
            return cls(agent.name, {**agent.parameters, **parameters})
        recipe = cls(_name_of(agent), parameters)
        recipe.load()
        return recipe

    @classmethod
    def parse(cls, text: str) -> Recipe:
        """Returns the recipe that words name, as `table-per-app` or `linucb(alpha=0.5)`.

        Args:
            text: A baseline's name or `module:Class`, and its parameters in parentheses as in
                Python: numbers, words in quotes, lists.

        Raises:
            ArgumentError: There is no such agent, or the parameters cannot be read.
        """
        name, parenthesis, _ = text.partition("(")
        if not parenthesis:
            return cls.of(text)
        try:
            call = ast.parse(text.replace(name, "agent", 1), mode="eval").body
            if not isinstance(call, ast.Call) or call.args:
                raise ValueError
            given = {each.arg: ast.literal_eval(each.value) for each in call.keywords}
            return cls.of(name.strip(), **{str(arg): value for arg, value in given.items()})
        except (SyntaxError, ValueError) as error:
            if isinstance(error, ArgumentError):
                raise
            raise ArgumentError(
                f"agent {text!r}: the parameters cannot be read; write them as in "
                "linucb(alpha=0.5), words in quotes"
            ) from None

    @property
    def form(self) -> str:
        """The form of observations that the agent reads."""
        return str(getattr(self.load(), "observation", "raw"))

    @property
    def environments(self) -> tuple[str, ...]:
        """What a baseline plays; nothing for an agent of one's own, which may play anything."""
        return BASELINES[self.name].plays if self.name in BASELINES else ()

    def load(self) -> Any:
        """Returns the agent's class.

        Raises:
            ArgumentError: There is no such class.
            MissingExtraError: It needs a package that is not installed.
        """
        if self.name in BASELINES:
            return BASELINES[self.name].load()
        module, colon, name = self.name.partition(":")
        if not colon:
            raise ArgumentError(
                f"there is no agent {self.name!r}{did_you_mean(self.name, BASELINES)}; one is a "
                f"baseline ({', '.join(BASELINES)}) or module:Class"
            )
        try:
            return getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            raise ArgumentError(
                f"agent {self.name!r} cannot be imported: there is no module {error.name!r}; run "
                "where Python finds it, or set PYTHONPATH"
            ) from None
        except AttributeError:
            raise ArgumentError(f"agent {self.name!r}: {module} has no {name!r}") from None

    def make(self, observation_space: Space[Any], action_space: Space[Any]) -> Agent:
        """Returns an agent for an environment; call its `reset` before it acts.

        Args:
            observation_space: Of the environment, in the agent's form.
            action_space: Of the environment.

        Raises:
            ArgumentError: The agent takes no such parameter, or none of that value.
            MissingExtraError: It needs a package that is not installed.
        """
        made = BASELINES[self.name].parameters if self.name in BASELINES else {}
        kind = self.load()
        parameters = {**made, **self.parameters}
        try:
            inspect.signature(kind).bind(observation_space, action_space, **parameters)
        except TypeError as error:
            raise ArgumentError(f"agent {self}: {error}") from None
        agent: Agent = kind(observation_space, action_space, **parameters)
        return agent


def _name_of(agent: str | type[Any]) -> str:
    if isinstance(agent, str):
        return agent
    module, name = getattr(agent, "__module__", ""), getattr(agent, "__qualname__", "")
    if not module or not name.isidentifier():
        raise ArgumentError(
            f"{agent!r} is no agent that can be named: give a baseline's name or a class at the "
            "top of a module, so that a score can be made again"
        )
    for baseline, about in BASELINES.items():
        if about.home == f"{module.removeprefix('gym_push.agents.')}:{name}":
            return baseline
    return f"{module}:{name}"

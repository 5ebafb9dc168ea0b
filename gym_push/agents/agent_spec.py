"""How an agent is made, in words and numbers, so that a score can name it and be reproduced."""

from __future__ import annotations

import ast
import inspect
import json
import pickle
import sys
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias

from gymnasium.spaces import Space
from gymnasium.vector.utils import CloudpickleWrapper

from gym_push.agents.agent import Agent
from gym_push.agents.baselines import BASELINES
from gym_push.agents.sources import module_spec
from gym_push.errors import ArgumentError, did_you_mean

AnyAgent: TypeAlias = "str | type[Any] | Agent | AgentSpec"
"""All that `AgentSpec.of` takes."""


@dataclass(frozen=True)
class AgentSpec:
    """An agent's class and parameters, by name.

    ```pycon
    >>> import gymnasium
    >>> from gym_push.agents import AgentSpec
    >>> env = gymnasium.make("gym_push:basic-v0")
    >>> agent = AgentSpec.of("table-per-app").make(env.observation_space, env.action_space)

    ```

    Attributes:
        name: Of a baseline, or `module:Class` of your own agent.
        parameters: Keyword arguments that differ from the defaults: plain values that JSON can
            hold.
        code: The pickled class, if it is of a script or notebook, from which no other process could
            import it; or the pickled instance.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    code: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Checks that the parameters can be written down, and copies them."""
        try:
            plain = json.loads(json.dumps(dict(self.parameters), allow_nan=False))
        except (TypeError, ValueError):
            raise ArgumentError(
                f"the parameters of {self} must be plain numbers, words and lists of them, so that "
                "a score can name them"
            ) from None
        object.__setattr__(self, "parameters", plain)

    def __str__(self) -> str:
        """The form that `of` reads: `linucb(alpha=0.5)`."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.name}({given})" if given else self.name

    @classmethod
    def of(cls, agent: AnyAgent, /, **parameters: Any) -> AgentSpec:
        """Returns the spec of an agent.

        Args:
            agent: A baseline's name or `module:Class`, optionally with parameters, as in
                `linucb(alpha=0.5)`: numbers, words in quotes and lists of them, as in Python; a
                class at the top of a module, script or notebook; an instance, as it is now; or a
                spec.
            **parameters: Further keyword arguments of the agent.

        Raises:
            ArgumentError: There is no such agent, it cannot be pickled, or the parameters cannot be
                read. Your own module is not imported yet.
            MissingExtraError: It needs a package that is not installed.
        """
        if isinstance(agent, AgentSpec):
            return cls(agent.name, {**agent.parameters, **parameters}, agent.code)
        if not isinstance(agent, (str, type)):
            kind = type(agent)
            _check(agent, kind.__name__)
            return cls(f"{kind.__module__}:{kind.__qualname__}", parameters, _pickled(agent))
        named, given = _read(agent) if isinstance(agent, str) else (_name_of(agent), {})
        spec = cls(named, {**given, **parameters})
        module, colon, _ = named.partition(":")
        if module == "__main__":
            kind = spec.load() if isinstance(agent, str) else agent
            return replace(spec, code=_pickled(kind))
        if not colon:
            spec.load()
        elif module not in sys.modules and module_spec(module) is None:
            raise ArgumentError(_no_module(named, module))
        return spec

    @property
    def form(self) -> dict[str, Any]:
        """The form of the observations that the agent reads, as arguments of an environment."""
        made = BASELINES[self.name].parameters if self.name in BASELINES else {}
        return form_of(self.load(), {**made, **self.parameters})

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments that a baseline is for; empty for your own agent, which may play any."""
        return BASELINES[self.name].plays if self.name in BASELINES else ()

    def load(self) -> Any:
        """Returns the agent's class, or the instance to copy.

        Raises:
            ArgumentError: There is no such agent.
            MissingExtraError: It needs a package that is not installed.
        """
        if self.name in BASELINES:
            return BASELINES[self.name].load()
        if self.code is not None:
            return pickle.loads(self.code).fn  # pickled by this program
        module, colon, name = self.name.partition(":")
        if not colon:
            raise ArgumentError(
                f"there is no agent {self.name!r}; name a baseline ({', '.join(BASELINES)}) or "
                f"module:Class{did_you_mean(self.name, BASELINES)}"
            )
        try:
            found = import_module(module)
        except ModuleNotFoundError as error:
            raise ArgumentError(_no_module(self.name, error.name)) from None
        if not hasattr(found, name):
            raise ArgumentError(f"agent {self.name!r}: {module} has no {name!r}")
        return getattr(found, name)

    def make(self, observation_space: Space[Any], action_space: Space[Any]) -> Agent:
        """Returns an agent for an environment; call its `reset` before it acts.

        Args:
            observation_space: Of the environment, in the agent's form.
            action_space: Of the environment.

        Raises:
            ArgumentError: The agent takes no such parameter or value, or is not an agent.
            MissingExtraError: It needs a package that is not installed.
        """
        made = BASELINES[self.name].parameters if self.name in BASELINES else {}
        kind = self.load()
        parameters = {**made, **self.parameters}
        if isinstance(kind, Agent) and not isinstance(kind, type):
            if parameters:
                raise ArgumentError(f"agent {self} is an instance, which takes no parameters")
            return deepcopy(kind)
        spaces = {"observation_space": observation_space, "action_space": action_space}
        try:
            signature = inspect.signature(kind)
            parameters |= {name: spaces[name] for name in spaces if name in signature.parameters}
            signature.bind(**parameters)
        except TypeError as error:
            raise ArgumentError(
                f"agent {self}: {error}; it is made with its parameters, and with "
                "observation_space and action_space if its constructor has arguments of these names"
            ) from None
        agent: Agent = kind(**parameters)
        _check(agent, str(self))
        return agent


def form_of(agent: Any, parameters: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """Returns the form of the observations that an agent reads, as arguments of an environment.

    Args:
        agent: The agent, or its class.
        parameters: What the class is called with.
    """
    form = {"observation": str(getattr(agent, "observation", "raw"))}
    text = parameters.get("text", getattr(agent, "text", None))
    if hasattr(text, "to_dict"):  # a text encoder
        text = text.to_dict()
    asks = form["observation"] == "vector" and isinstance(text, (str, Mapping))
    return {**form, "text": text} if asks else form


def _read(text: str) -> tuple[str, dict[str, Any]]:
    """Returns the name in `linucb(alpha=0.5)`, and the parameters."""
    name, parenthesis, arguments = text.partition("(")
    if not parenthesis:
        return text.strip(), {}
    try:
        call = ast.parse(f"agent({arguments}", mode="eval").body
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)) or call.args:
            raise ValueError
        given = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords if each.arg}
        if len(given) < len(call.keywords):
            raise ValueError
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        raise ArgumentError(
            f"agent {text!r}: the parameters cannot be read; write each once, as in "
            "linucb(alpha=0.5), and words in quotes"
        ) from None
    return name.strip(), given


def _no_module(agent: str, module: str | None) -> str:
    return (
        f"agent {agent!r} cannot be imported: there is no module {module!r}; run where Python "
        "finds it, or set PYTHONPATH"
    )


def _check(agent: Any, name: str) -> None:
    for method in ("reset", "act", "learn"):
        if not hasattr(agent, method):
            model = "gym_push.integrations.stable_baselines.ModelAgent makes an agent of a model"
            hint = model if hasattr(agent, "predict") else "write reset, act and learn"
            raise ArgumentError(f"agent {name} has no {method}(): {hint}")


def _pickled(agent: Any) -> bytes:
    try:
        return pickle.dumps(CloudpickleWrapper(agent))
    except Exception as error:  # any error: what it holds may refuse in its own way
        name = getattr(agent, "__name__", type(agent).__name__)
        raise ArgumentError(
            f"{name} cannot be pickled for the process in which it is tested ({error}): give a "
            "class at the top of a module, which makes there what it needs"
        ) from None


def _name_of(agent: type[Any]) -> str:
    module, name = getattr(agent, "__module__", ""), getattr(agent, "__qualname__", "")
    if not module or not name.isidentifier():
        raise ArgumentError(
            f"{agent!r} cannot be named: give a baseline's name or a class at the top of a module, "
            "so that its score can be reproduced"
        )
    for baseline, about in BASELINES.items():
        home = f"{module.removeprefix('gym_push.agents.')}:{name}"
        if about.home == home and not about.parameters:  # else several baselines share the class
            return baseline
    return f"{module}:{name}"

"""The one table of environments, for Gymnasium and for classic gym."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gymnasium
from gymnasium.envs.registration import load_env_creator

from gym_push.errors import GymPushError

BASIC, DELIVERY, SEND = "basic-v0", "delivery-v0", "send-v0"


@dataclass(frozen=True)
class EnvironmentId:
    """An environment that can be made by its id. Its class's docstring says more.

    Attributes:
        id: What `make` takes. Behaviour behind an id never changes; a change is a new version.
        entry_point: The environment's class.
        vector_entry_point: The class of many such environments in one.
        summary: What it is, in a sentence.
        actions: Its action space, and what each action does.
        observations: What an observation knows.
        arguments: What each keyword argument means, by name.
    """

    id: str
    entry_point: str
    vector_entry_point: str
    summary: str
    actions: str
    observations: str
    arguments: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Returns what it is, as `gym-push envs --json` prints it."""
        parameters = inspect.signature(load_env_creator(self.entry_point)).parameters
        arguments = [
            {"name": name, "default": repr(each.default), "meaning": self.arguments[name]}
            for name, each in parameters.items()
        ]
        shown = ("id", "summary", "actions", "observations")
        return {**{name: getattr(self, name) for name in shown}, "arguments": arguments}


_OBSERVATION = '"raw", "codes" or "vector"'
_AGENT_NAME = "who plays, for all that shows it"

ENVIRONMENTS = (
    EnvironmentId(
        id=BASIC,
        entry_point="gym_push.envs.basic.env:BasicEnv",
        vector_entry_point="gym_push.envs.basic.vector_env:BasicVectorEnv",
        summary="A recorded log of notifications, one decision a notification.",
        actions="Discrete(2): 1 opens the notification, 0 dismisses it.",
        observations=(
            "What is known when the notification arrives: its own features, then those of the "
            "context."
        ),
        arguments={
            "data": (
                "the log: None for the bundled one, a NotificationLog, or what read_log reads (a "
                "path, where env.spec is to be saved as JSON)"
            ),
            "observation": _OBSERVATION,
            "order": '"recorded" or "shuffled"',
            "encoding": (
                "an Encoding (or a file with one) fitted elsewhere; None to fit it on the log"
            ),
            "text": (
                'what puts text into vectors: "hashing", "tf-idf" (fitted on the log, so only '
                'without encoding), "embeddings", or a dict with one of them as its "kind" and its '
                "parameters; None leaves text out"
            ),
            "copy": "False returns shared, read-only observations and saves the copies",
            "render_mode": (
                '"human" for the page, "ansi" for text, "rgb_array" for pictures; "ansi_list" and '
                '"rgb_array_list" collect those of an episode; with None render() opens the page'
            ),
            "agent_name": _AGENT_NAME,
        },
    ),
    EnvironmentId(
        id=DELIVERY,
        entry_point="gym_push.envs.delivery.env:DeliveryEnv",
        vector_entry_point="gym_push.envs.delivery.vector_env:DeliveryVectorEnv",
        summary=(
            "A phone that asks about every notification: deliver it now, hold it, or suppress it?"
        ),
        actions="Discrete(3): 0 delivers the notification, 1 holds it, 2 suppresses it for good.",
        observations=(
            "What the phone knows now: the notification, the context, and what the agent did "
            "before."
        ),
        arguments={
            "population": "a Population, or its arguments as a dict; None for a hundred people",
            "days": "of an episode",
            "observation": _OBSERVATION,
            "text": "what puts text into vectors, as for BasicEnv; TF-IDF has to be fitted before",
            "weights": "of the parts of the reward, by name: 0, or from 0.001 to 1000",
            "render_mode": (
                "as for BasicEnv; only what has happened is shown, so that an outcome is seen once "
                "the person has acted"
            ),
            "agent_name": _AGENT_NAME,
        },
    ),
    EnvironmentId(
        id=SEND,
        entry_point="gym_push.envs.send.env:SendEnv",
        vector_entry_point="gym_push.envs.send.vector_env:SendVectorEnv",
        summary=(
            "An app that may send a message to a person a few times a day: send one now, and which?"
        ),
        actions="Discrete(K + 1): 0 sends nothing, k sends message k of the catalogue.",
        observations=(
            "The moment, the person's history with the messages, the budget, and what is eligible "
            "now."
        ),
        arguments={
            "preset": '"habit", "recovering", "steps", "stochastic-steps" or "dental"',
            "population": "a Population, or its arguments as a dict; None for a hundred people",
            "action": '"catalogue", "composed" or "dict"',
            "messages": (
                "the catalogue, each a Message or a dict of its fields; None for the preset's"
            ),
            "response": "parameters of the response that differ from the preset's, by name",
            "times": (
                'hours of the day, or "pick-ups" for at most once an hour when a person looks at '
                "the phone; None for the preset's"
            ),
            "days": "of an episode; None for the preset's",
            "budget": 'messages a week, 1 to 10 080, or "any" number; None for the preset\'s',
            "over_budget": "whether more can be sent, at a cost in the info",
            "weights": (
                "of the parts of the reward that differ from the preset's, by name: 0 to 1000"
            ),
            "observation": _OBSERVATION,
            "render_mode": (
                "as for BasicEnv; what comes of a message is shown at once, and its effect"
            ),
            "agent_name": _AGENT_NAME,
        },
    ),
)


def register() -> None:
    """Makes the environments known to Gymnasium, and to classic gym if it is imported already.

    `make` adds none of its usual wrappers, which would cost more than a step does: the environments
    refuse a call out of order themselves, and Gymnasium's checks run in the contract test.

    Raises:
        GymPushError: Another package has taken one of the ids.
    """
    for env in _missing("gymnasium", gymnasium.registry):
        gymnasium.register(
            id=env.id,
            entry_point=env.entry_point,
            vector_entry_point=env.vector_entry_point,
            order_enforce=False,
            disable_env_checker=True,
        )
    if "gym" in sys.modules:
        register_in_classic_gym()


def register_in_classic_gym() -> None:
    """Makes the environments known to classic gym.

    Classic gym calls this itself while it is being imported (entry point group `gym.envs`), so the
    package `gym` may be half there: only its registration module is touched. Its environment
    checker fails on NumPy 2 and stays off.

    Raises:
        GymPushError: Another package has taken one of the ids.
    """
    from gym.envs import registration

    for env in _missing("gym", registration.registry):
        registration.register(
            id=env.id,
            entry_point="gym_push.envs.classic.twins:LegacyEnv",
            kwargs={"gymnasium_id": env.id},
            order_enforce=False,
            disable_env_checker=True,
        )


def _missing(library: str, registry: Mapping[str, Any]) -> list[EnvironmentId]:
    """Returns the environments that are not registered yet.

    `make("gym_push:basic-v0")` imports this package and then makes whatever has the id "basic-v0",
    which must not be another package's.
    """
    for env in ENVIRONMENTS:
        entry_point = env.id in registry and registry[env.id].entry_point
        if entry_point and not str(entry_point).startswith("gym_push."):
            raise GymPushError(
                f"{env.id!r} of {library} is {entry_point} already, which "
                f"{library}.make('gym_push:{env.id}') would make; before gym_push is imported, "
                f"remove it: {library}.envs.registration.registry.pop({env.id!r})"
            )
    return [env for env in ENVIRONMENTS if env.id not in registry]

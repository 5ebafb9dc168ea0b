"""The environments, a folder each, alone and many at once.

    arguments, many ──► basic/     one (notification, context) pair a step: open it or dismiss it
                    ├─► delivery/  a person's days, minute by minute: deliver, hold or suppress
                    └─► send/      an app's messages to a person: send which, when, or none
    rendering ──► the page, text or pictures, from frames that each environment makes of itself
    classic/  ──► both for classic gym, and the calls of 2019
    data/, web/   the bundled log, and the page

The classes are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gym_push.envs.basic.env import BasicEnv
    from gym_push.envs.basic.vector_env import BasicVectorEnv
    from gym_push.envs.delivery.env import DeliveryEnv
    from gym_push.envs.delivery.vector_env import DeliveryVectorEnv
    from gym_push.envs.send.env import SendEnv
    from gym_push.envs.send.vector_env import SendVectorEnv

__all__ = [
    "BasicEnv",
    "BasicVectorEnv",
    "DeliveryEnv",
    "DeliveryVectorEnv",
    "SendEnv",
    "SendVectorEnv",
]

_HOMES = {
    "BasicEnv": "basic.env",
    "BasicVectorEnv": "basic.vector_env",
    "DeliveryEnv": "delivery.env",
    "DeliveryVectorEnv": "delivery.vector_env",
    "SendEnv": "send.env",
    "SendVectorEnv": "send.vector_env",
}


def __getattr__(name: str) -> Any:
    """Loads a class when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'gym_push.envs' has no attribute {name!r}")
    globals()[name] = value = getattr(import_module(f"gym_push.envs.{_HOMES[name]}"), name)
    return value

"""gym-push: environments for agents that manage a person's push notifications.

Importing the package registers its environments with Gymnasium (and with classic gym):

    env = gymnasium.make("gym_push:basic-v0")

The names below are loaded when they are first used, so that the import itself is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gym_push.registration import register

if TYPE_CHECKING:
    from gym_push.envs.basic.episodes import Score, bundled_log
    from gym_push.envs.classic import ClassicAPI
    from gym_push.errors import (
        ActionError,
        ArgumentError,
        EncodingError,
        EpisodeError,
        GymPushError,
        LeaderboardError,
        LogError,
        MissingExtraError,
        RecordingError,
        SchemaError,
        SuiteError,
    )
    from gym_push.evaluation.evaluating import evaluate
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.evaluation.suites import Suite
    from gym_push.logs import Answers, Encoding, Feature, NotificationLog, Schema, read_log
    from gym_push.recordings import Recorder, compare_page, record
    from gym_push.users import Population

__version__ = "0.2.0"

__all__ = [
    "ActionError",
    "Answers",
    "ArgumentError",
    "ClassicAPI",
    "Encoding",
    "EncodingError",
    "EpisodeError",
    "Feature",
    "GymPushError",
    "Leaderboard",
    "LeaderboardError",
    "LogError",
    "MissingExtraError",
    "NotificationLog",
    "Population",
    "Recorder",
    "RecordingError",
    "Schema",
    "SchemaError",
    "Score",
    "Suite",
    "SuiteError",
    "bundled_log",
    "compare_page",
    "evaluate",
    "read_log",
    "record",
]

_HOMES = {
    "bundled_log": "envs.basic.episodes",
    "ClassicAPI": "envs.classic",
    "Leaderboard": "evaluation.leaderboard",
    "Population": "users",
    "Score": "envs.basic.episodes",
    "Suite": "evaluation.suites",
    "evaluate": "evaluation.evaluating",
    **dict.fromkeys(
        ("Answers", "Encoding", "Feature", "NotificationLog", "Schema", "read_log"), "logs"
    ),
    **dict.fromkeys(("Recorder", "compare_page", "record"), "recordings"),
}  # the others are errors

register()


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'gym_push' has no attribute {name!r}")
    home = _HOMES.get(name, "errors")
    globals()[name] = value = getattr(import_module(f"gym_push.{home}"), name)
    return value


def __dir__() -> list[str]:
    """Lists the public names, loaded or not."""
    return sorted({*globals(), *__all__})

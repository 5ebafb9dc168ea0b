"""Every error that gym-push raises on purpose.

    GymPushError
    ├── LogError           a log, or a row of it, cannot be read          (also a ValueError)
    │   └── SchemaError    a schema contradicts itself or the log
    ├── EncodingError      an encoding does not fit the log it is for     (also a ValueError)
    ├── SuiteError         what is tested could be learned from before    (also a ValueError)
    ├── ArgumentError      a function is asked for what it cannot do      (also a ValueError)
    ├── ActionError        an action that is not in the action space      (also a ValueError)
    ├── RecordingError     a recorded run cannot be written, read or compared  (also a ValueError)
    ├── LeaderboardError   a leaderboard that cannot be read or added to   (also a ValueError)
    ├── AgentError         an agent's own code fails                      (also a RuntimeError)
    │   └── CheatError     it gets at what it is tested on, in an audit
    ├── EpisodeError       a call outside an episode                      (also a RuntimeError)
    ├── DesktopError       the desktop's bus or its daemon is not there   (also a RuntimeError)
    └── MissingExtraError  an optional package is not installed           (also an ImportError)

Each message says in one sentence what is wrong, where, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version

from gym_push.text import quoted


class GymPushError(Exception):
    """Base of every error that gym-push raises on purpose."""


class LogError(GymPushError, ValueError):
    """A log of notifications cannot be read; the message names file, row and column."""


class SchemaError(LogError):
    """A schema contradicts itself, or names what the log does not have."""


class EncodingError(GymPushError, ValueError):
    """An encoding is broken, or does not fit the log that it is asked to encode."""


class SuiteError(GymPushError, ValueError):
    """A suite tests agents on what they have learned from, or on nothing."""


class ArgumentError(GymPushError, ValueError):
    """An argument or option that is out of range or unknown."""


class ActionError(GymPushError, ValueError):
    """An action that is not in the environment's action space."""


class RecordingError(GymPushError, ValueError):
    """A recorded run cannot be written, read or compared; the message names the file."""


class LeaderboardError(GymPushError, ValueError):
    """A leaderboard cannot be read or added to; the message names the file."""


class AgentError(GymPushError, RuntimeError):
    """An agent's own code fails while it is tested; the message names its file and line."""


class CheatError(AgentError):
    """An agent's own code gets at what it is tested on, while it is audited."""


class EpisodeError(GymPushError, RuntimeError):
    """A call outside an episode: before `reset()` or after the end."""


class DesktopError(GymPushError, RuntimeError):
    """The desktop's bus or its notification daemon is not there, or refuses."""


class MissingExtraError(GymPushError, ImportError):
    """An optional package is not installed; the message gives the install command."""

    def __init__(self, purpose: str, package: str, extra: str) -> None:
        self.args = (purpose, package, extra)  # so that it can be pickled

    def __str__(self) -> str:
        """What needs which package, and the command that installs it."""
        purpose, package, extra = self.args
        return (
            f"{purpose} needs {package}, which is not installed: "
            f'run  python -m pip install ".[{extra}]"  in a clone of gym-push'
        )


@contextmanager
def extra_import(purpose: str, package: str, extra: str) -> Iterator[None]:
    """Turns an ImportError in its block into a MissingExtraError."""
    try:
        yield
    except ImportError:
        raise MissingExtraError(purpose, package, extra) from None


def version_of(package: str) -> str:
    """Returns the version of an installed package, which results are kept with.

    Raises:
        ArgumentError: It is not installed as a package.
    """
    try:
        return version(package)
    except PackageNotFoundError:
        raise ArgumentError(
            f"the package {package} has no version to keep with results: install it with pip"
        ) from None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns `"; did you mean 'x'?"` for the known word most like `word`, or `""`."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def not_one_of(given: object, known: Iterable[str]) -> str:
    """Returns that a value is not one of the known ones, which are listed, for a message."""
    known = list(known)
    names = ", ".join(map(repr, known))
    return f"{quoted(given)} is not one of {names}{did_you_mean(str(given), known)}"


def choose(argument: str, given: object, known: Iterable[str]) -> str:
    """Returns `given` if it is one of the known values of an argument.

    Raises:
        ArgumentError: It is not one of them; the message lists them.
    """
    known = list(known)
    if isinstance(given, str) and given in known:
        return given
    raise ArgumentError(f"{argument}={not_one_of(given, known)}")

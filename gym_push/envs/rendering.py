"""Where an environment is shown: on the page, as text or as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, choose

if TYPE_CHECKING:
    from gym_push.viewer import Feed
    from gym_push.viewer.frame import Frame

WEB: Final = Path(__file__).with_name("web")
"""The folder of the page."""

# Gymnasium and classic gym make "ansi_list" and "rgb_array_list" of these, with a wrapper that
# collects; a mode with "_list" in this list would keep them from it.
RENDER_MODES = ("human", "ansi", "rgb_array")

M = TypeVar("M")

Shown: TypeAlias = "str | NDArray[np.uint8] | None"


def offered_modes() -> list[str]:
    """Returns the render modes that work here, for an environment's metadata.

    Whoever tries them all, as Gymnasium's environment checker does, need not have Pillow.
    """
    return [mode for mode in RENDER_MODES if mode != "rgb_array" or find_spec("PIL")]


def followed(render_mode: str | None, shown: int, count: int) -> Sequence[int]:
    """Returns which of many environments are to be followed so that they can be shown.

    Args:
        render_mode: "human" shows one of them, the others all; None shows nothing.
        shown: Which one that is.
        count: How many there are.

    Raises:
        ArgumentError: There is no such environment.
    """
    if not isinstance(shown, int) or not 0 <= shown < count:
        raise ArgumentError(f"shown={shown!r} is none of the environments 0 to {count - 1}")
    return {None: range(0), "human": [shown]}.get(render_mode, range(count))


class Screen(Generic[M]):
    """Shows one environment. What a mode needs is imported for that mode alone.

    Args:
        frames: The environment's module of frames, imported when the first of them is made.
        render_mode: One of `RENDER_MODES`; None shows on the page, as "human".
        about: What the module's `frame_builder` takes beside the environment's name.

    Raises:
        ArgumentError: There is no such mode.
        MissingExtraError: Pictures are asked for, and Pillow is not installed.
    """

    def __init__(self, frames: str, render_mode: str | None, *about: Any) -> None:
        self._frames, self._about = frames, about
        self._make: Callable[[Frame], Shown] | None = None
        if render_mode is not None and choose("render_mode", render_mode, RENDER_MODES) == "ansi":
            from gym_push.viewer.text import to_text

            self._make = to_text
        elif render_mode == "rgb_array":
            from gym_push.viewer.drawing.picture import to_picture

            self._make = to_picture
        self._describe: Callable[[M], Frame] | None = None
        self._feed: Feed[M] | None = None

    def frame_builder(self, name: str) -> Callable[[M], Frame]:
        """Returns a function that makes frames of snapshots, which must come in their order."""
        builder: Callable[[M], Frame]
        builder = import_module(self._frames).frame_builder(name, *self._about)
        return builder

    def show(self, name: str, moment: M) -> Shown:
        """Returns a moment as the mode's text or picture, or shows it on the page.

        Args:
            name: The name of the environment.
            moment: Where its episode stands.
        """
        if self._make is None:
            self.publish(name, moment)
            return None
        if self._describe is None:
            self._describe = self.frame_builder(name)
        return self._make(self._describe(moment))

    def publish(self, name: str, moment: M) -> None:
        """Hands a moment to the page, which the first one opens, and returns at once."""
        if self._feed is None:
            from gym_push.viewer import open_feed

            self._feed = open_feed(name, self.frame_builder(name), WEB)
        self._feed.publish(moment)

    def close(self) -> None:
        """Ends the showing; the page keeps the last moment. May be called again."""
        if self._feed is not None:
            self._feed.close()
            self._feed = None

    def __getstate__(self) -> dict[str, Any]:
        """A copy of an environment has a tab of its own, once it is shown."""
        return {**self.__dict__, "_describe": None, "_feed": None}

"""How an environment is shown: on the page, as text or as pictures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

import gymnasium
import numpy as np
from numpy.typing import NDArray

from gym_push.errors import ArgumentError, EpisodeError, choose

if TYPE_CHECKING:
    from gym_push.viewer import Feed
    from gym_push.viewer.frame import Frame

WEB: Final = Path(__file__).with_name("web")
"""The folder of the page."""

# Gymnasium and classic gym make "ansi_list" and "rgb_array_list" of these, with a wrapper that
# collects; a mode with "_list" in this list would keep them from it.
RENDER_MODES = ("human", "ansi", "rgb_array")

AGENT: Final = "agent"
"""The name of an agent that has none."""

S = TypeVar("S")

Shown: TypeAlias = "str | NDArray[np.uint8] | None"


def offered_modes() -> list[str]:
    """Returns the render modes that work here, for an environment's metadata.

    Gymnasium's environment checker tries all of them, and Matplotlib need not be installed.
    """
    return [mode for mode in RENDER_MODES if mode != "rgb_array" or find_spec("matplotlib")]


class SingleEnv(gymnasium.Env[Any, Any], Generic[S]):
    """What the environments share that play one episode at a time: they are shown.

    What a render mode needs is imported for that mode alone.

    Args:
        frames: The environment's module of frames, imported when the first of them is made.
        render_mode: One of `RENDER_MODES`; None shows on the page, as "human".
        agent_name: What the agent is called.
        about: What the module's `frame_builder` takes beside the names of environment and agent.

    Attributes:
        among: What its tab says if it is one of many.

    Raises:
        ArgumentError: There is no such mode, or the agent's name is not a word.
        MissingExtraError: Pictures are asked for, and Matplotlib is not installed.
    """

    metadata: dict[str, Any] = {"render_modes": offered_modes(), "render_fps": 30}
    among = ""
    _episode = 0  # the number of the episode, from 1

    def __init__(self, frames: str, render_mode: str | None, agent_name: str, *about: Any) -> None:
        if not isinstance(agent_name, str) or not agent_name:
            raise ArgumentError(f"agent_name={agent_name!r} must be a word, as in 'my agent'")
        self._frames, self._agent_name, self._about = frames, agent_name, about
        self.render_mode = render_mode
        self._make: Callable[[Frame], Shown] | None = None
        if render_mode is not None and choose("render_mode", render_mode, RENDER_MODES) == "ansi":
            from gym_push.viewer.text import to_text

            self._make = to_text
        elif render_mode == "rgb_array":
            from gym_push.viewer.drawing.picture import to_picture

            self._make = to_picture
        self._build: Callable[[S], Frame] | None = None
        self._feed: Feed[S] | None = None

    def render(self) -> Shown:
        """Shows where the episode stands, and how it has gone so far.

        Returns:
            Text with `render_mode="ansi"`; with "rgb_array" a picture, uint8 of shape
            (600, 960, 3). Otherwise None: the page shows it, which the first call opens.

        Raises:
            EpisodeError: There is no episode yet.
        """
        if not self._episode:
            raise EpisodeError("render() before reset(): there is nothing to show yet")
        if self._make is not None:
            if self._build is None:
                self._build = self.frame_builder()
            return self._make(self._build(self.snapshot()))
        if self._feed is None:
            from gym_push.viewer import open_feed

            agent = self._agent_name
            tab = self._name if agent == AGENT else f"{self._name} · {agent}"
            self._feed = open_feed(tab, self.frame_builder(), WEB)
        self._feed.publish(self.snapshot())
        return None

    @abstractmethod
    def snapshot(self) -> S:
        """Returns where the episode stands: cheap to take, and what a recording is made of."""

    def frame_builder(self) -> Callable[[S], Frame]:
        """Returns a function that makes frames of snapshots, which must come in their order."""
        builder: Callable[[S], Frame]
        frames = import_module(self._frames)
        builder = frames.frame_builder(self._name, self._agent_name, *self._about)
        return builder

    def close(self) -> None:
        """Ends the showing; the final state stays on the page. May be called again."""
        if self._feed is not None:
            self._feed.close()
            self._feed = None

    @property
    def _name(self) -> str:
        return (type(self).__name__ if self.spec is None else self.spec.id) + self.among

    def __getstate__(self) -> dict[str, Any]:
        """A copy has a tab of its own, once it is shown."""
        return {**self.__dict__, "_build": None, "_feed": None}

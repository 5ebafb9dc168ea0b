"""Where an environment is shown: on the page, or as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gym_push.envs.replay import Moment
from gym_push.logs import NotificationLog

if TYPE_CHECKING:
    from gym_push.viewer import Feed
    from gym_push.viewer.frame import Frame

RENDER_MODES = ("human", "ansi")


class Screen:
    """Shows the moments of one environment. The viewer is imported when the first is shown.

    Args:
        log: The log that is played.
    """

    def __init__(self, log: NotificationLog) -> None:
        """Opens nothing yet."""
        self._log = log
        self._describe: Callable[[Moment], Frame] | None = None
        self._feed: Feed[Moment] | None = None

    def text(self, name: str, moment: Moment) -> str:
        """Returns a moment as text, under the name of its environment."""
        from gym_push.viewer.frame import to_text

        if self._describe is None:
            self._describe = self._describer(name)
        return to_text(self._describe(moment))

    def publish(self, name: str, moment: Moment) -> None:
        """Hands a moment to the page, which the first one opens, and returns at once."""
        if self._feed is None:
            from gym_push.viewer import open_feed

            self._feed = open_feed(name, self._describer(name))
        self._feed.publish(moment)

    def close(self) -> None:
        """Ends the showing; the page keeps the last moment. May be called again."""
        if self._feed is not None:
            self._feed.close()
            self._feed = None

    def _describer(self, name: str) -> Callable[[Moment], Frame]:
        from gym_push.envs.frames import describer

        return describer(name, self._log)

    def __getstate__(self) -> dict[str, Any]:
        """A copy of an environment has a tab of its own, once it is shown."""
        return {**self.__dict__, "_describe": None, "_feed": None}

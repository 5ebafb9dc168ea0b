"""basic-v0: a person's notifications one after the other; does the agent do what the person did?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete

from gym_push.actions import BASIC_ACTIONS, not_an_action
from gym_push.envs.arguments import user_option
from gym_push.envs.basic.episodes import (
    ACTIONS,
    BEFORE_RESET,
    UNDECIDED,
    BasicSnapshot,
    Ended,
    Episode,
    EpisodeSampler,
    Score,
    bundled_log,
)
from gym_push.envs.rendering import AGENT, SingleEnv
from gym_push.errors import ActionError, EpisodeError
from gym_push.logs import AnyTextEncoder, Data, Encoding, NotificationLog, observe, shared_log


class BasicEnv(SingleEnv[BasicSnapshot]):
    """A recorded log of notifications, one decision a notification.

    ## Description
    A person's phone received these notifications, and the person opened or dismissed each of them.
    The agent sees a notification and the context in which it arrived, and says what the person did
    with it. The task is that of Kieran Fraser's "Custom OpenAI Gym Environment" (2019).

    ## Action Space
    `Discrete(2)`: 1 opens the notification, 0 dismisses it.

    ## Observation Space
    What is known when the notification arrives: its own features, then those of the context. All
    forms come from one encoding and lie in `observation_space`.

    | observation= | space                                      | an observation                |
    |--------------|--------------------------------------------|-------------------------------|
    | "raw"        | Dict of gym_push.spaces                    | a dict of plain Python values |
    | "codes"      | Dict of Discrete (labels, flags), Box (1,) | a dict of int and float32     |
    | "vector"     | Box(0, 1, (width,), float32)               | a float32 row                 |

    Text is in the raw form, and in the vector where `text` asks for it; embeddings begin at -1.
    Codes leave it out. `FlattenObservation` turns raw into the vector, and codes without text, too.

    The features of the bundled log:

    | feature                   | kind    | unit or values                                    |
    |---------------------------|---------|---------------------------------------------------|
    | appPackage                | label   | Android package                                   |
    | category                  | label   | Android category, or unknown                      |
    | priority                  | label   | min, low, default, high, max                      |
    | numberUpdates             | integer | updates of the same notification                  |
    | ledARGB                   | label   | #AARRGGBB, or none                                |
    | vibrate                   | label   | ms of wait, buzz, wait, buzz ..., or none         |
    | visibility                | label   | private, public                                   |
    | subject                   | label   | topic, or unknown                                 |
    | sentiment                 | number  | -1 to 1                                           |
    | enticement                | number  | 0 to 1                                            |
    | tickerText                | text    | the message                                       |
    | postedDayOfWeek           | label   | Mon to Sun                                        |
    | postedTimeOfDay           | label   | early-morning, morning, afternoon, evening, night |
    | place                     | label   | where the person is                               |
    | activity                  | label   | how the person moves                              |
    | noise                     | label   | quiet, normal, loud                               |
    | batteryLevel              | integer | %                                                 |
    | charging                  | flag    |                                                   |
    | headphonesIn              | flag    |                                                   |
    | ringerMode                | label   | silent, vibrate, normal                           |
    | unlockCount_prev2         | integer | unlocks in the two hours before                   |
    | timeAppLastUsed           | integer | min, at most 10080                                |
    | contactSignificantContext | flag    | whether the sender matters to the person          |

    ## Rewards
    +1 if the person did the same with *this* notification, else -1.

    ## Starting State
    The first notification of the log, or of a new order with `order="shuffled"`. A log of several
    people plays one of them an episode, drawn by `reset(seed=...)` or named by
    `reset(options={"user": ...})`.

    ## Episode End
    The episode terminates with the decision on the last notification: n notifications are n
    decisions. The observation of the last step is that of the last notification again.

    ## Info
    For evaluators; an agent must not use it. `epoch` counts the decisions, `user_action` is what
    the person did with the notification just decided on (-1 at reset), and `user`, in a log that
    names its people, says whose phone it is.

    ## Arguments
    - `data`: the log: None for the bundled one, a `NotificationLog`, or what `read_log` reads (a
      path, where `env.spec` is to be saved as JSON)
    - `observation`: "raw", "codes" or "vector"
    - `order`: "recorded" or "shuffled"
    - `encoding`: an `Encoding` (or a file with one) fitted elsewhere; None to fit it on the log
    - `text`: what puts text into vectors: "hashing", "tf-idf" (fitted on the log, so only without
      `encoding`), "embeddings", or a dict with one of them as its "kind" and its parameters; None
      leaves text out
    - `copy`: False returns shared, read-only observations and saves the copies
    - `render_mode`: "human" for the page, "ansi" for text, "rgb_array" for pictures; "ansi_list"
      and "rgb_array_list" collect those of an episode; with None `render()` opens the page
    - `agent_name`: who plays, for all that shows it

    ```pycon
    >>> import gymnasium
    >>> env = gymnasium.make("gym_push:basic-v0", observation="vector", order="shuffled")
    >>> observation, info = env.reset(seed=1)
    >>> observation, reward, terminated, truncated, info = env.step(1)
    >>> env.unwrapped.score.decisions
    1

    ```

    ## Attributes
    - `log`: the `NotificationLog` that is played
    - `score`: the `Score` of the episode so far

    ## Raises
    `LogError` if the log, `EncodingError` if the encoding cannot be read or does not fit,
    `ArgumentError` if `observation`, `text`, `order` or `render_mode` is not a known value, and
    `MissingExtraError` if pictures are asked for without Matplotlib, or text without its package.

    ## Version History
    * v0: first version. The 2019 original scored a decision against the notification before it
      and left the last one out; this environment does neither.
    """

    def __init__(
        self,
        data: NotificationLog | Data | None = None,
        *,
        observation: str = "raw",
        order: str = "recorded",
        encoding: Encoding | str | Path | None = None,
        text: AnyTextEncoder | None = None,
        copy: bool = True,
        render_mode: str | None = None,
        agent_name: str = AGENT,
    ) -> None:
        log = bundled_log() if data is None else shared_log(data)
        super().__init__("gym_push.envs.basic.frames", render_mode, agent_name, log)
        self._observations = observe(log, encoding, observation, text)
        self.log = log
        self.observation_space = self._observations.space()
        self.action_space = Discrete(len(ACTIONS))
        self._sampler, self._shared = EpisodeSampler(log, order), not copy
        self._live = render_mode == "human"
        self._epoch = 0
        self._ended = Ended()
        self._score = Score()  # of the decisions that are counted already
        self._begin(BEFORE_RESET)

    @property
    def score(self) -> Score:
        """The score of the episode so far."""
        self._score = self._score.after(self._outcomes[self._score.decisions : self._epoch])
        return self._score

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode.

        Args:
            seed: Seeds the draws: of the person, and of the order if it is shuffled.
            options: `{"user": name}` plays this person of a log of several.

        Returns:
            The first notification, and an info as of `step`.

        Raises:
            ArgumentError: Reset does not take an option.
            LogError: The log has no such user.
        """
        super().reset(seed=seed)
        episode = self._sampler.next(self.np_random, user_option(options))
        if self._epoch:
            self._ended = self._ended.add(self._episode, self.score.confusion)
        self._episode += 1
        self._begin(episode)
        if self._live:
            self.render()
        return next(self._seen), {"epoch": 0, "user_action": UNDECIDED, **self._whose}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Decides on the current notification.

        Args:
            action: 1 to open it, 0 to dismiss it.

        Returns:
            The next notification (at the end the last one again), the reward, whether the episode
            has ended, False, and an info with `epoch` and `user_action`.

        Raises:
            ActionError: The action is neither 0 nor 1. The episode is as it was.
            EpisodeError: There is no notification to decide on.
        """
        epoch: int = self._epoch
        try:
            cell, reward, terminated = self._answers[epoch][action]
        except (KeyError, TypeError):
            cell, reward, terminated = self._answers[epoch][self._checked(action)]
        self._outcomes[epoch] = cell
        self._epoch = epoch = epoch + 1
        info: dict[str, Any] = {"epoch": epoch, "user_action": cell & 1}
        if self._whose:
            info.update(self._whose)
        if self._live:
            self.render()
        return next(self._seen), reward, terminated, False, info

    def snapshot(self) -> BasicSnapshot:
        """Returns where the episode stands."""
        return BasicSnapshot(self._episode, self._playing, self._outcomes, self._epoch, self._ended)

    def _begin(self, episode: Episode) -> None:
        """Sets what a step needs."""
        self._playing = episode
        self._answers = episode.answers
        self._whose = {} if episode.user is None else {"user": episode.user}
        self._seen = self._observations.each(episode.shown, shared=self._shared)
        self._epoch = 0
        self._outcomes = bytearray(len(episode.rows))
        self._score = Score()

    def _checked(self, action: Any) -> int:
        """Returns the action as an int, or raises what is wrong with it."""
        if not self._episode:
            raise EpisodeError("step() before reset(): call reset() to begin an episode")
        if self._epoch == len(self._playing.rows):
            raise EpisodeError(
                f"step() after the end: the episode had {self._epoch} decisions; "
                "call reset() to begin the next"
            )
        if isinstance(action, np.ndarray) and action.ndim == 0 and action.item() in ACTIONS:
            return int(action.item())
        raise ActionError(not_an_action(action, BASIC_ACTIONS))

    def __getstate__(self) -> dict[str, Any]:
        """Pickles and copies the episode, without its iterator of observations."""
        return {**super().__getstate__(), "_seen": None}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Sets up the iterator again."""
        self.__dict__.update(state)
        following = self._playing.shown[self._epoch + 1 :]
        self._seen = self._observations.each(following, shared=self._shared)

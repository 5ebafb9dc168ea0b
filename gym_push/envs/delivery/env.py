"""delivery-v0: notifications arrive for a person; deliver each now, hold it, or suppress it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from gym_push.actions import DELIVERY_ACTIONS, PARTS, STATUSES
from gym_push.envs.arguments import user_option
from gym_push.envs.basic.episodes import Ended
from gym_push.envs.delivery.history import DeliverySnapshot, EpisodeHistory
from gym_push.envs.delivery.observations import MASKS, Views, checked, space_of
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.single import Game
from gym_push.envs.delivery.world import DEFAULT_DAYS, World, build_world
from gym_push.envs.people import UserSampler
from gym_push.envs.rendering import AGENT, SingleEnv
from gym_push.errors import EpisodeError
from gym_push.logs import AnyTextEncoder
from gym_push.users import Population
from gym_push.users.model.states import DAY


class DeliveryEnv(SingleEnv[DeliverySnapshot]):
    """A phone that asks about every notification: deliver it now, hold it, or suppress it?

    ## Description
    The phone of a simulated person receives notifications for some days. For each the agent decides
    whether the person gets it now, later or never. What is delivered may alert the person, who sees
    it at once, later, or when they next look at the phone, and then opens, dismisses or ignores it:
    they open more of what is fresh, and the less they have been sent lately. What is held
    comes up again every 30 minutes, whenever the person begins to use the phone, and at the end.

    The people are those of `gym_push.Population`. Nothing that an agent does changes what arrives,
    where the person is, when they look at the phone or how they are disposed towards a
    notification, so that agents can be compared on the same days.

    ## Action Space
    `Discrete(3)`: 0 delivers the notification, 1 holds it, 2 suppresses it for good.

    ## Observation Space
    What the phone knows now: the notification, the context, and what the agent did before.

    | observation= | space                                      | an observation                |
    |--------------|--------------------------------------------|-------------------------------|
    | "raw"        | Dict of gym_push.spaces                    | a dict of plain Python values |
    | "codes"      | Dict of Discrete (labels, flags), Box (1,) | a dict of int and float32     |
    | "vector"     | Box(0, 1, (width,), float32)               | a float32 row                 |

    | feature                   | kind    | unit or values                                        |
    |---------------------------|---------|-------------------------------------------------------|
    | appPackage to tickerText  |         | of the notification, as in `BasicEnv`                 |
    | contactSignificantContext | flag    | whether the sender matters to the person              |
    | dayOfWeek                 | label   | Mon to Sun                                            |
    | timeOfDay                 | label   | early-morning, morning, afternoon, evening, night     |
    | minuteOfDay               | integer | 0 to 1439                                             |
    | place to ringerMode       |         | of the phone now, as in `BasicEnv`                    |
    | unlockCount_prev2         | integer | times the person looked at it in the two hours before |
    | inUse                     | flag    | whether the person is using it                        |
    | minutesSincePosted        | count   | age of the notification, min; coded up to 10 080      |
    | held                      | count   | notifications that are held; to 1000                  |
    | delivered-, openedLast-   | count   | deliveries, openings in the last hour, to 100, and    |
    |                           |         | day, to 1000 (openings from the next tick on)         |
    | app-                      | count   | of this app in the episode: -Delivered, -Opened,      |
    |                           |         | -NotOpened (once that has happened), -Suppressed;     |
    |                           |         | to 10 000                                             |
    | appOpenRate               | number  | (opened + 1) / (opened + not opened + 2) of this app  |

    In "codes" and "vector" a count n is log(1 + n) / log(1 + m), where m is the largest that is
    coded, and other numbers are scaled to [0, 1] by their range.

    ## Rewards
    The sum of four parts, each with a weight; the unit is the worth of one fresh opening. All that
    is paid is rounded to a multiple of 2**-20, about a millionth, so that rewards and their sums
    are the same to the bit on every CPU and in any order.

    | part         | weight | paid                                                              |
    |--------------|--------|-------------------------------------------------------------------|
    | engagement   | 1      | when the person acts: opened 1, or 1.5 if the sender matters,     |
    |              |        | halved with each half-life of its class that it was old when seen;|
    |              |        | dismissed -0.3; ignored -0.1                                      |
    | interruption | 1      | at the delivery: -0.5, by what the person is doing and how loud   |
    |              |        | the phone is; none within a minute of another alert               |
    | stress       | 0.1    | at the delivery: -log(1 + alerts in the last hour / a usual       |
    |              |        | hour's); -1 for what matters and is suppressed, delivered after   |
    |              |        | its half-life, or never                                           |
    | missed       | 0      | -1 for what matters and is suppressed or never delivered          |

    ## Starting State
    The first notification of a person who is drawn by `reset(seed=...)` or named by
    `reset(options={"user": ...})`.

    ## Episode End
    The episode terminates when the days are over, or when nothing is held and nothing more arrives.
    All that is pending is paid with the last step, whose observation is the last notification.

    ## Info
    `action_mask` (int8, shape (3,)), which `action_masks()` returns too, leaves out holding at the
    last review, after which nothing follows; it may be held all the same. Beside it are the parts
    of the reward, whose sum it is (0 at reset), and `user`, whose phone it is.

    ## Arguments
    - `population`: a `Population`, or its arguments as a dict; None for a hundred people
    - `days`: of an episode
    - `observation`: "raw", "codes" or "vector"
    - `text`: what puts text into vectors, as for `BasicEnv`; TF-IDF has to be fitted before
    - `weights`: of the parts of the reward, by name: 0, or from 0.001 to 1000
    - `render_mode`: as for `BasicEnv`; only what has happened is shown, so that an outcome is seen
      once the person has acted
    - `agent_name`: who plays, for all that shows it

    ```pycon
    >>> import gymnasium
    >>> env = gymnasium.make("gym_push:delivery-v0", days=2, weights={"stress": 0.2})
    >>> observation, info = env.reset(seed=3)
    >>> action = env.action_space.sample(info["action_mask"])
    >>> observation, reward, terminated, truncated, info = env.step(action)
    >>> sorted(info)
    ['action_mask', 'engagement', 'interruption', 'missed', 'stress', 'user']

    ```

    ## Raises
    `ArgumentError` if an argument is out of range or not a known value, and `MissingExtraError` if
    pictures are asked for without Matplotlib, or text without its package.

    ## Version History
    * v0: first version.
    """

    def __init__(
        self,
        population: Population | Mapping[str, Any] | None = None,
        *,
        days: int = DEFAULT_DAYS,
        observation: str = "raw",
        text: AnyTextEncoder | None = None,
        weights: Mapping[str, float] | None = None,
        render_mode: str | None = None,
        agent_name: str = AGENT,
    ) -> None:
        self._form, self._weights = (observation, text), Weights.of(weights)
        super().__init__("gym_push.envs.delivery.frames", render_mode, agent_name, self._weights)
        self.observation_space = space_of(observation, text)
        self.action_space = Discrete(len(DELIVERY_ACTIONS))
        self._people = UserSampler(build_world, population, days)
        self._live = render_mode == "human"
        self._ended = Ended()
        self._over = True
        self._game: Game | None = None
        self._views: Views | None = None
        self._history: EpisodeHistory | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins an episode.

        Args:
            seed: Seeds the draws of people.
            options: `{"user": number}` plays this person.

        Raises:
            ArgumentError: Reset does not take an option, or there is no such user.
        """
        super().reset(seed=seed)
        world, person = self._people.draw(self.np_random, user_option(options))
        self._game, self._over = Game(world, person, self._weights), False
        if self._views is None or self._views.world is not world:
            self._views = Views(world, *self._form)
        if self._history is not None and self._history.steps:
            self._ended = self._ended.add(self._episode, self._history.result())
        self._episode, self._history = self._episode + 1, EpisodeHistory(world, person)
        return self._shown(), self._info([0.0] * len(PARTS))

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Decides on the current notification.

        Args:
            action: 0 to deliver it, 1 to hold it, 2 to suppress it.

        Returns:
            The next observation, the reward, whether the episode has ended, False, and an info.

        Raises:
            ActionError: The action is not one of these. The episode is as it was.
            EpisodeError: There is no notification to decide on.
        """
        game, history = self._game, self._history
        if game is None or history is None or self._over:
            when = "before reset()" if game is None else "after the end"
            raise EpisodeError(f"step() {when}: call reset() to begin an episode")
        asked, given = (game.note, game.tick), checked(action)
        parts, self._over = game.step(given)
        history.decide(game, asked, given, parts, self._over)
        return self._shown(), sum(parts), self._over, False, self._info(parts)

    def action_masks(self) -> NDArray[np.int8]:
        """Returns which actions make sense now, int8 (3,); before the first reset, all."""
        at_the_end = self._game is not None and self._game.at_the_end
        mask: NDArray[np.int8] = MASKS[int(at_the_end)].copy()
        return mask

    def snapshot(self) -> DeliverySnapshot:
        """Returns where the episode stands."""
        game, history, views = self._game, self._history, self._views
        if game is None or history is None or views is None:
            raise EpisodeError("snapshot() before reset(): there is nothing to show yet")
        return DeliverySnapshot(
            self._episode,
            history,
            len(history.steps),
            len(history.acts),
            game.note,
            game.tick,
            views.own,
            self._over,
            self._ended,
        )

    @property
    def statuses(self) -> dict[str, int]:
        """How many notifications have each status; for evaluators.

        A delivered one counts as what the person is going to do with it.
        """
        return dict.fromkeys(STATUSES, 0) if self._game is None else self._game.statuses()

    @property
    def day(self) -> float:
        """How many days of the episode are over; for evaluators.

        Raises:
            EpisodeError: There is no episode yet.
        """
        return float(self.world.ticks.time[self._playing.tick]) / DAY

    @property
    def posted(self) -> NDArray[np.int64]:
        """When each notification of the episode arrives, in ms; for evaluators.

        Raises:
            EpisodeError: There is no episode yet.
        """
        return self.world.simulation.arrivals.time[self._notifications]

    @property
    def status(self) -> NDArray[np.int8]:
        """What becomes of each notification of the episode, as of `STATUSES`; for evaluators.

        Raises:
            EpisodeError: There is no episode yet.
        """
        game, notes = self._playing, self._notifications
        return np.array([game.status_of(note) for note in range(notes.start, notes.stop)], np.int8)

    @property
    def world(self) -> World:
        """The person's world, with all potential outcomes; for evaluators alone.

        Raises:
            EpisodeError: There is no episode yet.
        """
        return self._playing.world

    @property
    def _playing(self) -> Game:
        if self._game is None:
            raise EpisodeError("there is nothing yet before reset(): call reset() first")
        return self._game

    @property
    def _notifications(self) -> slice:
        person = self._playing.person
        return slice(*self.world.first[person : person + 2].tolist())

    def _shown(self) -> Any:
        """Returns the observation, and renders if the page is live."""
        assert self._views is not None
        observation = self._views.one(self._playing)
        if self._live:
            self.render()
        return observation

    def _info(self, parts: list[float]) -> dict[str, Any]:
        user, mask = self.world.users[self._playing.person], self.action_masks()
        return {**dict(zip(PARTS, parts, strict=True)), "user": user, "action_mask": mask}

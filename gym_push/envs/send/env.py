"""send-v0: an app's side of it; what to send a person, and when, without wearing them out?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from numbers import Real
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gym_push.envs.arguments import user_option
from gym_push.envs.basic.episodes import Ended
from gym_push.envs.people import UserSampler
from gym_push.envs.rendering import AGENT, SingleEnv
from gym_push.envs.send.forms import Form, form_of
from gym_push.envs.send.games import Game
from gym_push.envs.send.history import EpisodeHistory, SendSnapshot
from gym_push.envs.send.measures import measured
from gym_push.envs.send.messages import Message, catalogue_of
from gym_push.envs.send.observations import Views, space_of
from gym_push.envs.send.presets import PICK_UPS, PRESETS
from gym_push.envs.send.response import Outcome
from gym_push.envs.send.rules import NOTHING, PARTS, Rules, Turn, weights_of
from gym_push.envs.send.world import Scene, World
from gym_push.errors import ArgumentError, EpisodeError, choose
from gym_push.users import Population
from gym_push.users.population import whole_number

ANY: Final = "any"
"""In place of a budget: any number of messages."""

MOST_A_WEEK: Final = 7 * 24 * 60
"""Messages: one a minute."""


class SendEnv(SingleEnv[SendSnapshot]):
    """An app that may send a message to a person a few times a day: send one now, and which?

    ## Description
    Several times a day for some weeks the agent may send a simulated person a message, or nothing.
    A message makes it more likely that the person does what the app is for, or makes them do more
    of it, the more so the better it suits the moment and their taste. What repeats goes stale and
    recovers over days; messages of any kind habituate; those that are not welcome are a burden,
    which mutes the app and drives the person away for good; bait is opened more, and what
    disappoints costs trust. What is done often becomes a habit.

    The people are those of `gym_push.Population`: their days, tastes and pick-ups. All chance of a
    decision depends on the person and the time alone, so that agents can be compared on the same
    days, and what any single message adds is known exactly.

    | preset=            | what it is                                                        |
    |--------------------|-------------------------------------------------------------------|
    | "habit"            | an app that reminds of a habit, with a budget of 7 a week         |
    | "recovering"       | daily reminders of a language course: Yancey and Settles, 2020    |
    | "steps"            | messages for physical activity: StepCountJITAI, deterministic     |
    | "stochastic-steps" | the same with noise                                               |
    | "dental"           | prompts to brush one's teeth: Oralytics                           |

    ## Action Space
    `Discrete(K + 1)`: 0 sends nothing, k sends message k of the catalogue.

    ## Composed Actions
    With `action="composed"` it is `MultiDiscrete([2, 10, 4, 3, 2, 3, 3])`: whether to send, topic,
    tone, urgency, length, channel, occasion (see `gym_push.envs.send.messages.FEATURES`); with
    `action="dict"` a Dict of the same by name, also as words, with `words` of the agent's own,
    which are shown.

    ## Observation Space
    The moment, the person's history with the messages, the budget, and what is eligible now.

    | observation= | space                                      | an observation                |
    |--------------|--------------------------------------------|-------------------------------|
    | "raw"        | Dict of gym_push.spaces                    | a dict of plain Python values |
    | "codes"      | Dict of Discrete (labels, flags), Box (1,) | a dict of int and float32     |
    | "vector"     | Box(0, 1, (width,), float32)               | a float32 row                 |

    | feature                | kind    | unit or values                                           |
    |------------------------|---------|----------------------------------------------------------|
    | dayOfWeek to inUse     |         | of the phone now, as in `DeliveryEnv`                    |
    | available              | count   | 1 if the person is, and the budget is not spent          |
    | busy                   | count   | 1 if the person seems to be; in "steps" the context      |
    | daysLeft               | count   | days of the episode, with today                          |
    | budgetLeft             | count   | messages left this week; 100 where any number is allowed |
    | sentToday, -ThisWeek   | count   | messages; openedThisWeek are those opened of them        |
    | ignoredInARow          | count   | newest messages, none of which was opened                |
    | hoursSinceSent         | count   | since the newest message, h; 10 000 if there is none     |
    | sent, opened           | count   | messages of the episode, and those opened                |
    | disappointed           | count   | of these, bait that disappointed                         |
    | doneToday              | count   | 1 if the outcome was above 0 today                       |
    | streak                 | count   | days in a row with that, until yesterday                 |
    | lastOutcome            | count   | of the decision before, rounded                          |
    | eligible1 to K         | count   | 1 if the message can be sent now; catalogues only        |
    | hoursSince1 to K       | count   | since it was sent, h; 10 000 if never; catalogues only   |
    | openRate               | number  | (opened + 1) / (sent + 2)                                |

    In "codes" and "vector" a count n is log(1 + n) / log(1 + m), where m is the largest that is
    coded.

    ## Rewards
    The sum of four parts, each with a weight that the preset says. All that is paid is rounded to a
    multiple of 2**-20.

    | part    | "habit" | paid                                                              |
    |---------|---------|-------------------------------------------------------------------|
    | outcome | 1       | at each decision: 1 if it is done; steps; seconds                 |
    | habit   | 10      | at the end: the habit, from 0 to 1, of a person who has not left  |
    | price   | 0.02    | for each message: -1                                              |
    | leaving | 0.3     | when the person leaves: -1 for each day that was still to come    |

    Who leaves does nothing more: the outcomes of the days to come are lost, too.

    ## Starting State
    The first decision of the first day of a person who is drawn by `reset(seed=...)` or named by
    `reset(options={"user": ...})`.

    ## Episode End
    The episode terminates when the days are over, or when the person leaves. The last observation
    is that of the last decision.

    ## Info
    `action_mask` (int8), which `action_masks()` returns too, says what can be sent: nothing to one
    who is asleep, driving, has done it today or is muted by the burden, nothing above the budget,
    and only what is eligible. It has one number for each action; where messages are composed, one
    for each value of each part, one part after the other. What it forbids is not sent.

    Beside it are the parts of the reward, whose sum it is; `cost`, 1 for a message above the
    budget; `amount`, the outcome; `effect`, what the message has added to it, with the same chance;
    `sent`, the number of the message, or 1 if it is composed; `status`, as of
    `gym_push.envs.send.rules.STATUSES`: each message is opened, disappoints or is ignored; `left`,
    whether the person has left; and `user`. `env.unwrapped.measures` has what is measured of the
    episode so far.

    ## Arguments
    - `preset`: "habit", "recovering", "steps", "stochastic-steps" or "dental"
    - `population`: a `Population`, or its arguments as a dict; None for a hundred people
    - `action`: "catalogue", "composed" or "dict"
    - `messages`: the catalogue, each a `Message` or a dict of its fields; None for the preset's
    - `response`: parameters of the response that differ from the preset's, by name
    - `times`: hours of the day, or "pick-ups" for at most once an hour when a person looks at the
      phone; None for the preset's
    - `days`: of an episode; None for the preset's
    - `budget`: messages a week, 1 to 10 080, or "any" number; None for the preset's
    - `over_budget`: whether more can be sent, at a `cost` in the info
    - `weights`: of the parts of the reward that differ from the preset's, by name: 0 to 1000
    - `observation`: "raw", "codes" or "vector"
    - `render_mode`: as for `BasicEnv`; what comes of a message is shown at once, and its effect
    - `agent_name`: who plays, for all that shows it

    ```pycon
    >>> import gymnasium
    >>> env = gymnasium.make("gym_push:send-v0", days=7, budget=3)
    >>> observation, info = env.reset(seed=1)
    >>> action = env.action_space.sample(info["action_mask"])
    >>> observation, reward, terminated, truncated, info = env.step(action)
    >>> reward == info["outcome"] + info["habit"] + info["price"] + info["leaving"]
    True

    ```

    ## Raises
    `ArgumentError` if an argument is out of range or not a known value.

    ## Version History
    * v0: first version.
    """

    def __init__(
        self,
        preset: str = "habit",
        population: Population | Mapping[str, Any] | None = None,
        *,
        action: str = "catalogue",
        messages: Sequence[Message | Mapping[str, Any]] | None = None,
        response: Mapping[str, Any] | None = None,
        times: Sequence[float] | str | None = None,
        days: int | None = None,
        budget: int | str | None = None,
        over_budget: bool = False,
        weights: Mapping[str, float] | None = None,
        observation: str = "raw",
        render_mode: str | None = None,
        agent_name: str = AGENT,
    ) -> None:
        super().__init__("gym_push.envs.send.frames", render_mode, agent_name)
        chosen = PRESETS[choose("preset", preset, PRESETS)]
        if response is not None and not isinstance(response, Mapping):
            raise ArgumentError(f"response={response!r} must be a dict of parameters")
        changes = {str(name): value for name, value in (response or {}).items()}
        numbers = chosen.response.changed(**changes)
        catalogue = chosen.messages if messages is None else catalogue_of(messages)
        form = form_of(action, numbers, catalogue)
        if not isinstance(over_budget, bool):
            raise ArgumentError(f"over_budget={over_budget!r} must be True or False")
        self.rules = Rules(
            form=form,
            budget=chosen.budget if budget is None else _budget(budget),
            over_budget=over_budget,
            weights=weights_of(weights, chosen.weights),
        )
        self._observation = observation
        self.observation_space = space_of(observation, len(form.catalogue))
        self.action_space = form.space
        asked = chosen.times if times is None else times_of(times)
        self._scene = Scene(numbers, asked, form.catalogue)
        self._people = UserSampler(self._scene, population, chosen.days if days is None else days)
        self._live = render_mode == "human"
        self._ended = Ended()
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
            ArgumentError: Reset does not take an option, or there is no such user, or nothing to
                decide on with them.
        """
        super().reset(seed=seed)
        world, person = self._people.draw(self.np_random, user_option(options))
        self._game = Game(world, person, self.rules)
        if self._views is None or self._views.world is not world:
            self._views = Views(world, self.rules, self._observation)
        if self._history is not None and self._history.turns:
            self._ended = self._ended.add(self._episode, self._history.result())
        self._episode += 1
        self._history = EpisodeHistory(world, person, self.rules)
        if self._live:
            self.render()
        return self._views.one(self._game), self._info(_BEGINS)

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Sends a message, or nothing.

        Args:
            action: As of the action space.

        Returns:
            The next observation, the reward, whether the episode has ended, False, and an info.

        Raises:
            ActionError: The action is not in the space. The episode is as it was.
            EpisodeError: There is nothing to decide on.
        """
        game, views, history = self._game, self._views, self._history
        if game is None or views is None or history is None or game.over:
            when = "before reset()" if game is None else "after the end"
            raise EpisodeError(f"step() {when}: call reset() to begin an episode")
        given, asked = self.rules.form.one(action), (game.decision, game.now, game.book)
        turn = game.step(given)
        reward: float = sum(turn.parts)
        history.decide(asked, given, action, turn, reward)
        if self._live:
            self.render()
        return views.one(game), reward, turn.over, False, self._info(turn)

    def potential_outcome(self, action: Any) -> Outcome:
        """Returns what an action would lead to now; nothing changes. For evaluators alone.

        Args:
            action: As of the action space; what the mask forbids is not sent.

        Raises:
            ActionError: The action is not in the space.
            EpisodeError: There is no episode yet.
        """
        return self._playing.potential_outcome(self.form.one(action))

    def action_masks(self) -> NDArray[np.int8]:
        """Returns what can be sent now, int8; before the first reset, everything."""
        form = self.rules.form
        mask = form.mask(True, 10**6) if self._game is None else self._game.mask
        copy: NDArray[np.int8] = mask.copy()
        return copy

    def snapshot(self) -> SendSnapshot:
        """Returns where the episode stands."""
        game, history = self._game, self._history
        if game is None or history is None:
            raise EpisodeError("snapshot() before reset(): there is nothing to show yet")
        return SendSnapshot(
            self._episode,
            history,
            len(history.turns),
            game.decision,
            game.now,
            game.book,
            game.over,
            self._ended,
        )

    @property
    def form(self) -> Form:
        """The form of its actions."""
        return self.rules.form

    def people_together(self) -> UserSampler[World]:
        """Returns its people, all in one world; for a vector environment."""
        people = self._people
        return UserSampler(self._scene, people.population, people.days, whole=True)

    @property
    def measures(self) -> dict[str, float]:
        """What is measured of the episode so far, by `MEASURES`; for evaluators.

        Raises:
            EpisodeError: There is no episode yet.
        """
        return measured(self._playing)

    @property
    def world(self) -> World:
        """The person's world, with all chance; for evaluators alone.

        Raises:
            EpisodeError: There is no episode yet.
        """
        return self._playing.world

    @property
    def _playing(self) -> Game:
        if self._game is None:
            raise EpisodeError("there is nothing yet before reset(): call reset() first")
        return self._game

    def _info(self, turn: Turn) -> dict[str, Any]:
        game = self._playing
        return {
            **dict(zip(PARTS, turn.parts, strict=True)),
            "cost": turn.cost,
            "amount": turn.amount,
            "effect": turn.effect,
            "sent": turn.sent,
            "status": turn.status,
            "left": turn.left,
            "user": game.world.users[game.person],
            "action_mask": game.mask.copy(),
        }


_BEGINS: Final = Turn((0.0,) * len(PARTS), False, 0.0, 0.0, 0.0, 0, NOTHING, False)


def times_of(times: Sequence[float] | str) -> tuple[float, ...] | str:
    """Returns the hours at which an agent is asked, or `PICK_UPS`.

    Raises:
        ArgumentError: They are not different hours of the day in their order.
    """
    if isinstance(times, str):
        return choose("times", times, (PICK_UPS,))
    wanted = ArgumentError(
        f"times={times!r} must be hours of the day in their order, from 0 to below 24, which are "
        "rounded to different minutes"
    )
    given = times.tolist() if isinstance(times, np.ndarray) else times
    if not isinstance(given, Sequence) or not given:
        raise wanted
    for hour in given:
        if isinstance(hour, bool) or not isinstance(hour, Real) or not 0 <= hour < 24:
            raise wanted
    hours = tuple(map(float, given))
    minutes = [*(round(60 * hour) for hour in hours), 24 * 60]
    if any(later <= earlier for earlier, later in pairwise(minutes)):
        raise wanted
    return hours


def _budget(budget: int | str) -> int | None:
    if isinstance(budget, str):
        choose("budget", budget, (ANY,))
        return None
    return whole_number("budget", budget, 1, MOST_A_WEEK)

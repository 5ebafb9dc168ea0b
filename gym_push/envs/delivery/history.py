"""What happened in one game of delivery-v0, noted so that it can be shown.

A step notes what it knows anyway, in a fraction of the time that it takes; what is shown is worked
out when somebody looks.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from gym_push.envs.basic.score import Ended
from gym_push.envs.delivery.rules import DELIVER, DISMISSED, IGNORED, OPENED
from gym_push.envs.delivery.single import Game
from gym_push.envs.delivery.standing import LaneView
from gym_push.envs.delivery.world import World
from gym_push.users.keyed_random import Ints

if TYPE_CHECKING:
    pass

STEP: Final = 7
"""Numbers of a step: the notification, the tick, the action, and the parts of its reward."""

Played: TypeAlias = "Game | LaneView"

OUTCOME: Final = {OPENED: 1, DISMISSED: 2, IGNORED: 3}


class EpisodeHistory:
    """An episode: only ever added to, so that what was read of it stays true.

    Attributes:
        world: Where it plays.
        person: Index of whose phone it is.
        steps: `STEP` numbers for each decision.
        acts: Two numbers for each delivery of which it is known what became of it: how many
            decisions were taken by then, and 4 × the index of the delivery's decision + 1 if it
            was opened, 2 if dismissed, 3 if ignored.
    """

    def __init__(self, world: World, person: int) -> None:
        self.world, self.person = world, person
        self.steps, self.acts = array("d"), array("q")

    @property
    def decisions(self) -> int:
        """How many there are."""
        return len(self.steps) // STEP

    def result(self) -> tuple[float, ...]:
        """Returns the reward, how many deliveries were acted on, and how many of them opened."""
        reward = sum(sum(self.steps[part::STEP]) for part in range(3, STEP))
        outcomes = self.acts[1::2]
        opened = sum(1 for outcome in outcomes if outcome % 4 == OUTCOME[OPENED])
        return round(reward, 4), len(outcomes), opened


class Snapshot(NamedTuple):
    """Where an episode stands. Cheap to make.

    Attributes:
        episode: The number of the episode, from 1.
        history: What happened in it, of which this many `steps` and `acts`, in numbers, count.
        note: The notification to decide on.
        tick: The tick of the world at which the agent is asked.
        own: (features,) the agent's own doings, as of `delivery_views.OWN`.
        over: Whether the episode has ended.
        ended: The episodes before it.
    """

    episode: int
    history: EpisodeHistory
    steps: int
    acts: int
    note: int
    tick: int
    own: Ints
    over: bool
    ended: Ended


class EpisodeRecorder:
    """Keeps the history of one lane.

    Args:
        lane: Its number.
    """

    def __init__(self, lane: int = 0) -> None:
        self.lane, self._episode, self._ended = lane, 0, Ended()
        self._history: EpisodeHistory | None = None
        self._sent: dict[int, int] = {}
        self._over = False

    @property
    def begun(self) -> bool:
        """Whether there is an episode to show."""
        return self._history is not None

    def begin(self, game: Played) -> None:
        """Notes that an episode has begun."""
        if self._history is not None and self._history.steps:
            self._ended = self._ended.keep(self._episode, self._history.result)
        self._episode += 1
        self._history = EpisodeHistory(game.world, game.person)
        self._sent, self._over = {}, False

    def decide(
        self, game: Played, asked: tuple[int, int], action: int, parts: list[float], over: bool
    ) -> None:
        """Notes a decision, and what happened after it.

        Args:
            game: Where it was taken, as it stands after it.
            asked: The notification and the tick of the decision.
            action: What was decided.
            parts: The parts of its reward.
            over: Whether the episode has ended with it.
        """
        history = self._history
        assert history is not None
        if action == DELIVER:
            self._sent[asked[0]] = len(history.steps) // STEP
        history.steps.extend((*asked, action, *parts))
        for note in game.acted:
            self._know(game, note)
        if over:  # what is still to happen has been paid for
            self._over = True
            for note in list(self._sent):
                self._know(game, note)

    def snapshot(self, game: Played, own: Ints) -> Snapshot:
        """Where the episode stands, when it has been looked at.

        Args:
            game: What is played.
            own: (features,) the agent's own doings.
        """
        history = self._history
        assert history is not None
        return Snapshot(
            self._episode,
            history,
            len(history.steps),
            len(history.acts),
            game.note,
            game.tick,
            own,
            self._over,
            self._ended,
        )

    def _know(self, game: Played, note: int) -> None:
        """Notes that it is known what became of a delivery."""
        history, decision = self._history, self._sent.pop(note)
        assert history is not None
        outcome = OUTCOME[game.status_of(note)]
        history.acts.extend((history.decisions, 4 * decision + outcome))

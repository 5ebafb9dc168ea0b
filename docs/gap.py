"""Makes docs/gap.md: where an agent of delivery-v0 loses against the oracle.

Run by `python -m nox -s gap`. The planner is told one piece of the truth at a time, and then all of
it but one piece. What is told comes from the games themselves, which agents never see.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from gym_push import Population
from gym_push.actions import DELIVER, OPENED
from gym_push.agents.planner import Planner
from gym_push.agents.planner.diary import MATTERS, Moment, Row
from gym_push.agents.planner.fitting import Lessons
from gym_push.envs.delivery.observations import Views, space_of
from gym_push.envs.delivery.rewards import WORTH_SIGNIFICANT, Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.vector_env import DeliveryVectorEnv
from gym_push.envs.delivery.world import World, build_world
from gym_push.evaluation.estimates import mean
from gym_push.evaluation.rollouts import always, play, play_oracle
from gym_push.files import write_whole
from gym_push.users.model.decisions import half_life
from gym_push.users.model.states import DAY, MINUTE

PAGE = Path(__file__).with_name("gap.md")
SEED, PEOPLE, DAYS, LEARNING_DAYS = 1007, 12, 21, 10
OTHERS, OTHER_DAYS, ENVS = Population(1000, 1008, start=date(2018, 1, 1)), 7, 64

PIECES = {
    "opening": "how likely the person is to open it now, fatigue included",
    "worth": "what an opening is worth, and when it will be seen",
    "price": "what an alert costs now",
    "use": "when the phone is used next",
    "outcomes": "who opened what, at once",
    "person": "the coefficients after a life of the same days",
}
"""What the planner can be told."""

READING = (
    "## How to read it",
    "",
    "- What is told can be more than any agent could learn, so a gain is no promise. `opening` has "
    "the mood of the day and tastes that only outcomes tell; `worth` has by when an alert will be "
    "noticed, which is chance; `use` is the future. Which part of each could be learned is not "
    "measured here.",
    "- Like the oracle, the planner is free here to withhold what matters (`prompt=False`); by "
    "itself it delivers that at once.",
    "- Even with all of the moment the planner is not the oracle: what it thinks of later hours is "
    "still learned, and it counts what tires, which the oracle does not.",
    "- `person` is the cold start, and rather too much of it: the coefficients have seen the very "
    "notifications that count. `outcomes` is the credit: to know of each delivery, and at once, "
    "what became of it.",
    "- The people are few, and nobody has corrected the intervals for being many: an interval that "
    "only just leaves out zero shows little.",
)

Floats = NDArray[np.float64]


class Informed(Planner):
    """A planner that is told pieces of the truth.

    Attributes:
        truth: The names of `PIECES`.
        games, lane: The game that it plays.
    """

    truth: frozenset[str] = frozenset()
    games: Deliveries
    lane: int = 0

    def tell(self, games: Deliveries, lane: int, truth: frozenset[str], lessons: Lessons) -> None:
        """Says what it may look at, and gives it what others learned in practice."""
        self.games, self.lane, self.truth, self._lessons = games, lane, truth, lessons
        self.reset(0)

    def told_outcome(self, row: Row, opened: bool) -> None:
        """Learns an outcome when the notification is delivered."""
        if "outcomes" in self.truth:
            super()._update(row, float(opened))

    def _update(self, row: Row, opened: float) -> None:
        if "outcomes" not in self.truth:
            super()._update(row, opened)

    def _margin(self, seen: Mapping[str, Any], moment: Moment) -> tuple[float, float]:
        if "opening" not in self.truth:
            return super()._margin(seen, moment)
        world, note, tick = self._asked
        people, person = world.simulation.people, self.games.person[self.lane]
        met = world.reactions.potential_outcomes(note, tick)
        noise = world.simulation.traits.noise[note]
        tired = people.fatigue[person] * self.games.load()[self.lane]
        return float((met.inclination - noise - tired)[0] / people.parameters.noise), 0.0

    def _worth(self, row: Row, age: float) -> float:
        if "worth" not in self.truth:
            return super()._worth(row, age)
        world, note, tick = self._asked
        return float(world.reactions.potential_outcomes(note, tick).opened[0])

    def _worth_later(self, row: Row, ages: Floats) -> Floats:
        if "worth" not in self.truth:
            return super()._worth_later(row, ages)
        world, note, _ = self._asked
        life = half_life(world.app_class[note])[0] / MINUTE
        fresh = 1.0 + WORTH_SIGNIFICANT * row.values[MATTERS]
        worth: Floats = fresh * 2.0 ** (-ages / life)
        return worth

    def _price(self, seen: Mapping[str, Any], moment: Moment, in_use: bool | None = None) -> float:
        if "price" not in self.truth or in_use is not None:
            return super()._price(seen, moment, in_use)
        return float(self.games.alert_price()[self.lane])

    def _next_use(self, seen: Mapping[str, Any]) -> Floats:
        waits = super()._next_use(seen)
        if "use" not in self.truth:
            return waits
        ticks, tick = self.games.world.ticks, self.games.tick[self.lane]
        wait = float(ticks.next_check[tick] - ticks.time[tick]) / MINUTE
        return np.full(len(waits), wait)

    @property
    def _asked(self) -> tuple[World, NDArray[np.int64], NDArray[np.int64]]:
        here = slice(self.lane, self.lane + 1)
        return self.games.world, self.games.note[here], self.games.tick[here]


def informed(world: World, lessons: Lessons, *truth: str, **parameters: float) -> Floats:
    """Plays everybody, and returns what a notification in the days that count earns: (people,)."""
    people = len(world.users)
    games = Deliveries(world, people, Weights())
    spaces = space_of("raw"), Discrete(3)
    agents = [Informed(*spaces, **{"prompt": False, **parameters}) for _ in range(people)]
    for lane, agent in enumerate(agents):
        agent.tell(games, lane, frozenset(truth), lessons)
    earned = _play(world, games, agents)
    if "person" not in truth:
        return earned
    for agent in agents:
        mean, covariance = agent._mean, agent._covariance
        agent.reset(0)
        agent._mean, agent._covariance = mean, covariance
    return _play(world, games, agents)


def _play(world: World, games: Deliveries, agents: list[Informed]) -> Floats:
    views, everybody = Views(world, "raw"), np.arange(len(agents))
    games.begin(everybody, everybody)
    playing, total = np.ones(len(agents), dtype=np.bool_), np.zeros(len(agents))
    while playing.any():
        batch, lanes = views.batch(games), np.flatnonzero(playing).tolist()
        seen = {lane: {name: values[lane] for name, values in batch.items()} for lane in lanes}
        actions = np.full(len(agents), DELIVER)
        for lane in lanes:
            actions[lane] = agents[lane].act(seen[lane])
        rows, notes = [agent._looked[1].row for agent in agents], games.note - world.first[:-1]
        for lane in lanes:  # before the game goes on, of which the truth is told
            agents[lane].learn(seen[lane], int(actions[lane]), 0.0)
        parts, over = games.step(actions, playing)
        for lane in lanes:
            if actions[lane] == DELIVER:
                agents[lane].told_outcome(rows[lane], games.status[lane, notes[lane]] == OPENED)
        counts = world.ticks.time[games.tick] >= LEARNING_DAYS * DAY
        total += parts.sum(axis=0) * (playing & counts)
        playing = playing & ~over
    return total / _arrived(world)


def _arrived(world: World) -> NDArray[np.int64]:
    arrivals = world.simulation.arrivals
    late = arrivals.time >= LEARNING_DAYS * DAY
    return np.bincount(arrivals.person[late], minlength=len(world.users))


def measure() -> Iterator[tuple[str, Floats]]:
    """Yields what each player earns, by person."""
    world = build_world(Population(PEOPLE, SEED), range(PEOPLE), DAYS)
    yield (
        "deliver all",
        play(world, always(DELIVER), counted_from=LEARNING_DAYS).rewards / (_arrived(world)),
    )
    yield "oracle", play_oracle(world, counted_from=LEARNING_DAYS).rewards / _arrived(world)
    practice = DeliveryVectorEnv(ENVS, OTHERS, days=OTHER_DAYS)
    pupil = Planner(space_of("raw"), Discrete(3))
    pupil.pretrain(practice, 0)
    lessons = pupil._known
    yield "planner", informed(world, lessons)
    yield "planner that explores", informed(world, lessons, explore=1.0)
    for piece in PIECES:
        yield f"+ {piece}", informed(world, lessons, piece)
    told = [piece for piece in PIECES if piece not in ("outcomes", "person")]
    yield "all of the moment", informed(world, lessons, *told)
    for piece in told:
        rest = [each for each in told if each != piece]
        yield f"all but {piece}", informed(world, lessons, *rest)


def page(earned: Mapping[str, Floats]) -> str:
    """Returns the page."""
    floor, top, own = (earned[name] for name in ("deliver all", "oracle", "planner"))
    span = top.mean() - floor.mean()
    lines = [
        "# Where reward is lost in delivery-v0",
        "",
        f"Made by `python -m nox -s gap` (docs/gap.py): {PEOPLE} people (seed {SEED}) for {DAYS} "
        f"days, of which {LEARNING_DAYS} are learned from and the others count. `planner` is told "
        "pieces of the truth that no agent sees, one at a time; then all that can be told of the "
        "moment, and all but one piece. Reward is that of a notification, the score is 0 for "
        "delivering all and 1 for the oracle, and the gain is in reward over the planner that is "
        "told nothing, paired by person, with its 95 % interval.",
        "",
        *[f"- {name}: {about}" for name, about in PIECES.items()],
        "",
        "| player | reward | score | gain in reward |",
        "|-|-|-|-|",
    ]
    for name, each in earned.items():
        gain = mean(each - own)
        interval = f"{gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]" if gain.interval else ""
        score = (each.mean() - floor.mean()) / span
        lines.append(f"| {name} | {each.mean():.3f} | {score:.2f} | {interval} |")
    return "\n".join([*lines, "", *READING, ""])


def main() -> None:
    """Measures, and writes the page."""
    earned = {}
    for name, each in measure():
        earned[name] = each
        print(f"{name:24} {each.mean():+.4f}", file=sys.stderr, flush=True)
    text = page(earned)
    write_whole(PAGE, text)
    print(text)


if __name__ == "__main__":
    main()

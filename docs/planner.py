"""Makes docs/planner.md: what planner and PPO earn on their suite, and with other people.

Run by `python -m nox -s planner`; takes half an hour, in one process. Results are kept
person by person in docs-planner.sqlite, so a script that was stopped continues where it was.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from agents import with_interval

from gym_push.actions import DELIVER, HOLD, OPENED
from gym_push.agents import AgentSpec, Candidate, LocalAgent
from gym_push.envs.delivery.history import STEP
from gym_push.envs.delivery.rewards import WORTH_SIGNIFICANT
from gym_push.envs.delivery.world import build_world
from gym_push.evaluation import (
    DeliverySuite,
    Estimate,
    Evaluation,
    Leaderboard,
    PersonResult,
    Suite,
    compare,
    evaluate_each,
)
from gym_push.evaluation.estimates import ratio
from gym_push.evaluation.metrics import FLOOR, TOP, Reference
from gym_push.evaluation.rollouts import always, play, play_oracle
from gym_push.files import write_whole
from gym_push.users.keyed_random import Floats, Ints
from gym_push.users.model.states import DAY

PAGE = Path(__file__).with_name("planner.md")
BOARD = Path("docs-planner.sqlite")
SUITE, SEEDS, FRESH = "delivery-50/v1", 3, (9101, 9102, 9103)
ALL, TABLE, PPO, PLANNER = "deliver-all", "delivery-table", "ppo", "planner"
BEGINS = (0, 1, 2, 3, 7, 14, 28, 56)
DAYS = [str(day) if day + 1 == end else f"{day} to {end - 1}" for day, end in pairwise(BEGINS)]
"""Days of arrival that count together in the curve."""

READING = (
    "The score says how much of what there is to gain an agent gains: 0 is to deliver everything "
    "at once, and 1 is an oracle that knows the person but not chance. Neither planner nor ppo "
    "has met anybody here before: they practise with other people, and then have 28 days with "
    "each person before it counts. `delivery-50/v1` was looked at while they were made. The fresh "
    "people were not, so they show better what is earned with people like these.",
    "",
    "*CTR* is the share of what is delivered that the person opens. *Late* is the share of what "
    "matters to the person that they see later than its half-life, or never. That also happens "
    "when everything is delivered at once, while nobody looks; the planner delivers at once what "
    "matters, so its share is the same. *µs* is the median time of a decision, here beside other "
    "work. *kB* is the size of the whole agent after 56 days with a person, pickled. In brackets "
    "are 95 % intervals over people, and after ± is the standard deviation over seeds.",
)


class WatchedSuite(DeliverySuite):
    """A suite that also says what each day earns, what comes late, and how large the agent is."""

    @cached_property
    def _bounds(self) -> tuple[dict[str, Reference], dict[str, dict[str, float | None]]]:
        """What delivering all and the oracle earn with each person: in all, and by day."""
        world = build_world(self.population, range(self.population.size), self.days)
        arrivals, first = world.simulation.arrivals, self.learn_days
        rollouts = {
            "floor": play(world, always(DELIVER), counted_from=first),
            "top": play_oracle(world, counted_from=first),
        }
        references, daily = {}, {}
        for person in self.people:
            number = int(person.removeprefix("user "))
            mine = arrivals.person == number
            posted = arrivals.time[mine]
            arrived = int((posted >= first * DAY).sum())
            references[person] = Reference(
                *(float(each.rewards[number]) / arrived for each in rollouts.values())
            )
            daily[person] = {
                f"{name}, {day}": earned
                for name, each in rollouts.items()
                for day, earned in by_day(posted, each.credit[mine]).items()
            }
        return references, daily

    @cached_property
    def references(self) -> dict[str, Reference]:
        """What letting everything through earns with each person, and what an oracle earns."""
        return self._bounds[0]

    def test(self, agent: Candidate, seed: int, person: str) -> PersonResult:
        """Plays all days, and then looks at what became of each decision."""
        assert isinstance(agent, LocalAgent)
        print(
            f"people {self.population.seed}: {agent.spec}, seed {seed}, {person}", file=sys.stderr
        )
        result = super().test(agent, seed, person)
        env = self.env(person, agent.form)
        world, history, posted = env.world, env.snapshot().history, env.posted
        notes = slice(*world.first[history.person : history.person + 2])
        steps = np.array(history.steps).reshape(-1, STEP)
        steps = steps[steps[:, 2] != HOLD]
        note, tick, action = steps[:, :3].astype(np.int64).T
        delivers, row = action == DELIVER, note - notes.start
        met = world.reactions.potential_outcomes(note[delivers], tick[delivers])
        opened = env.status[row[delivers]] == OPENED
        credit, worth = np.zeros((2, len(posted)))
        credit[row] = steps[:, 4:].sum(axis=1)
        credit[row[delivers]] += np.where(opened, met.opened, met.refused)
        worth[row[delivers]] = met.opened
        matters = world.simulation.features.significant[notes] & (posted >= self.learn_days * DAY)
        late = 2.0 * worth[matters] < 1.0 + WORTH_SIGNIFICANT
        watched = {
            "late": float(late.mean()) if len(late) else None,
            "kB": len(pickle.dumps(agent._agent)) / 1000.0,
            **by_day(posted, credit),
            **self._bounds[1][person],
        }
        return replace(result, metrics={**result.metrics, **watched})


def by_day(posted: Ints, credit: Floats) -> dict[str, float | None]:
    """Returns what a notification of one person earns, by the day it arrives.

    Args:
        posted: (notifications,) when each arrives, in milliseconds.
        credit: (notifications,) the reward of each by itself.
    """
    place = np.searchsorted(BEGINS, posted // DAY, side="right") - 1
    each = {day: credit[place == number] for number, day in enumerate(DAYS)}
    return {day: float(earned.mean()) if len(earned) else None for day, earned in each.items()}


def measure(suite: WatchedSuite, seeds: int, board: Leaderboard) -> dict[str, Evaluation]:
    """Returns the evaluations by agent; what leaves nothing to chance needs no second seed."""
    found = {}
    for names, times in (([ALL], 1), ([TABLE, PPO, PLANNER], seeds)):
        specs = [AgentSpec.of(name) for name in names]
        for each in evaluate_each(specs, suite, seeds=times, board=board, resume=specs):
            found[each.agent] = each
    return found


def page(measured: Mapping[str, Mapping[str, Evaluation]]) -> str:
    """Returns the page.

    Args:
        measured: The evaluations by agent, by what the people are called: the suite's come first.
    """
    suite, *fresh = measured.values()
    strangers = _score([person for each in fresh for person in each[PLANNER].people])
    planner, ppo, table = (
        ", ".join(f"{_change(suite[name], each[name]):+.3f}" for each in fresh)
        for name in (PLANNER, PPO, TABLE)
    )
    return "\n".join([
        "# What the planner earns",
        "",
        "Made by `python -m nox -s planner` (docs/planner.py) with `gym_push.evaluate`: on "
        f"`{SUITE}`, seeds 0 to {SEEDS - 1}, and by the same rules, with seed 0, on three fresh "
        f"populations of as many people (seeds {', '.join(map(str, FRESH))}).",
        "",
        *READING,
        "",
        "| people | agent | score | reward | CTR | late | µs | kB |",
        "|-|-|-|-|-|-|-|-|",
        *_rows(measured),
        "",
        f"With all fresh people together the planner's score is {with_interval(strangers)}. From "
        f"that on the suite, those of the three populations differ by {planner}, ppo's by {ppo}, "
        f"and delivery-table's by {table}: with fifty people, it depends on who they are how much "
        "is easy to gain.",
        "",
        "## Paired by person",
        "",
        "| people | metric | better | worse | difference | people won | p |",
        "|-|-|-|-|-|-|-|",
        *_pairs(measured),
        "",
        "## By day of arrival",
        "",
        "Scores of what arrives on each day that an agent spends with a person, from 0 on; each "
        "notification has the reward it earns by itself, whenever that is paid.",
        "",
        "| people | agent | day " + " | ".join(DAYS) + " |",
        "|-" * (len(DAYS) + 2) + "|",
        *_curves(measured),
        "",
    ])  # fmt: skip


def _rows(measured: Mapping[str, Mapping[str, Evaluation]]) -> Iterator[str]:
    for people, evaluations in measured.items():
        for name, each in evaluations.items():
            cells = [with_interval(each.metrics[metric]) for metric in ("score", "reward")]
            cells += [f"{each.metrics[metric].value:.3f}" for metric in ("ctr", "late")]
            cells += [f"{each.microseconds:.0f}", f"{each.metrics['kB'].value:.0f}"]
            yield f"| {people} | {name} | {' | '.join(cells)} |"


def _pairs(measured: Mapping[str, Mapping[str, Evaluation]]) -> Iterator[str]:
    for people, evaluations in measured.items():
        for metric, other in (("reward", TABLE), ("reward", ALL), ("ctr", ALL)):
            found = compare(evaluations[PLANNER], evaluations[other], metric)
            p = "" if found.p_value is None else f"{found.p_value:.1g}"
            yield (
                f"| {people} | {metric} | {found.better} | {found.worse} | "
                f"{with_interval(found.difference)} | {found.wins:g} of {found.people} | {p} |"
            )


def _curves(measured: Mapping[str, Mapping[str, Evaluation]]) -> Iterator[str]:
    for people, evaluations in measured.items():
        for name in (TABLE, PLANNER):
            scores = [with_interval(_score(evaluations[name].people, day), 2) for day in DAYS]
            yield f"| {people} | {name} | {' | '.join(scores)} |"


def _score(people: Sequence[PersonResult], day: str | None = None) -> Estimate:
    """Returns the score with some people: of what counts, or of what arrives on some days."""
    names = ("reward", FLOOR, TOP) if day is None else (day, f"floor, {day}", f"top, {day}")
    known = [[each.metrics[name] for name in names] for each in people]
    earned, floor, top = np.array([row for row in known if row[0] is not None]).T
    return ratio(earned - floor, top - floor)


def _change(one: Evaluation, other: Evaluation) -> float:
    return other.metrics["score"].value - one.metrics["score"].value


def main() -> None:
    """Measures, and writes the page."""
    known = Suite.of(SUITE)
    assert isinstance(known, DeliverySuite)
    suite = WatchedSuite(
        known.id,
        known.population,
        known.days,
        known.learn_days,
        known.practice,
        known.practice_days,
    )
    measured = {}
    with Leaderboard(BOARD) as board:
        measured[SUITE] = measure(suite, SEEDS, board)
        for number in FRESH:
            measured[f"fresh, {number}"] = measure(suite.with_strangers(number), 1, board)
    text = page(measured)
    write_whole(PAGE, text)
    BOARD.unlink()
    print(text)


if __name__ == "__main__":
    main()

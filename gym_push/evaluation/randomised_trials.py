"""Micro-randomised trials with simulated people, whose true effect is known.

Chance sends messages of send-v0. As it is known what every message would have led to, with the same
chance, estimates can be compared with the truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final, NamedTuple

import numpy as np

from gym_push.envs.people import MOST_DAYS_AT_ONCE
from gym_push.envs.send.env import ANY, SendEnv
from gym_push.envs.send.games import Games
from gym_push.envs.send.messages import Message
from gym_push.envs.send.observations import OWN, Views
from gym_push.envs.send.world import World
from gym_push.errors import ArgumentError, choose
from gym_push.evaluation.off_policy.logged import LoggedDecisions
from gym_push.logs import Feature, NotificationLog, Schema
from gym_push.logs.columns import Column, NumberColumn, coded, read_only
from gym_push.logs.decision_columns import REST
from gym_push.logs.dialect import HOLES
from gym_push.logs.known import SITUATION
from gym_push.spaces import Flag
from gym_push.users import Population
from gym_push.users.keyed_random import Flags, Floats, Ints, Stream, derive
from gym_push.users.model.states import DAY, MINUTE

NONE: Final = "none"
"""The action that sends nothing."""

DAYS: Final = 42
"""Of each person, as in HeartSteps V1 (Klasnja et al. 2019)."""

_LEFT_OUT: Final = ("available", "daysLeft", "budgetLeft")  # the first is the trial's own
_KNOWN: Final = {
    name: "flag" if space.high == 1 else "integer"
    for name, space in OWN.items()
    if name not in _LEFT_OUT
}
"""What the sender knows of its own doings before a decision, by kind."""


@dataclass(frozen=True, eq=False)
class RandomisedTrial:
    """A micro-randomised trial with simulated people.

    Attributes:
        log: A row for each decision point, also those at which a person was not available. Who has
            left has no more.
        logged: The decisions that chance made, in the form that estimators take.
        effects: What sending would have added to the outcome, for each decision of `logged`:
            float64, shape (decisions,). With several messages the mean over those that chance
            could have drawn.
        people: Number of persons who were asked at least once.
        left: How many of them have left.
    """

    log: NotificationLog
    logged: LoggedDecisions
    effects: Floats
    people: int
    left: int

    @property
    def effect(self) -> float:
        """The exact effect of sending, averaged over the decisions of `logged`."""
        return float(self.effects.mean())

    def __str__(self) -> str:
        """How many people there were, and the exact effect."""
        return (
            f"{self.people} people, of whom {self.left} left before the end; in truth sending "
            f"changes the outcome of these decisions by {self.effect:+.4f}"
        )


def run_trial(
    population: Population,
    preset: str = "habit",
    days: int = DAYS,
    randomise: float = 0.6,
    *,
    message: str | None = None,
    messages: Sequence[Message | Mapping[str, Any]] | None = None,
    response: Mapping[str, Any] | None = None,
    times: Sequence[float] | str | None = None,
    budget: int | str = ANY,
) -> RandomisedTrial:
    """Lets chance send messages to simulated people; see `RandomisedTrial`.

    Whenever a person is available, something is sent with the same probability; each message that
    is eligible then is equally likely. Chance depends on the population's seed, the person and the
    time alone.

    ```pycon
    >>> from gym_push import Population
    >>> from gym_push.evaluation import excursion_effect, run_trial
    >>> trial = run_trial(Population(40, seed=1), "dental", days=14)
    >>> found = excursion_effect(trial.logged)["sending"]
    >>> found.low < trial.effect < found.high
    True

    ```

    Args:
        population: The people; at most 100,000 days of all together.
        preset: Of send-v0.
        days: How many of each person, 1 to 3650.
        randomise: The probability of sending, between 0 and 1.
        message: The text of the only message that is sent; None for all of the catalogue.
        messages: The catalogue, as for `SendEnv`.
        response: Parameters of the response, as for `SendEnv`.
        times: When people are asked, as for `SendEnv`.
        budget: Messages a week, after which a person is not available; or "any" number.

    Raises:
        ArgumentError: An argument is out of range or not a known value, or two messages have the
            same text.
        LogError: Nobody was ever available.
    """
    if not isinstance(population, Population):
        raise ArgumentError(f"population={population!r} must be a Population")
    if not isinstance(randomise, Real) or not 0.0 < randomise < 1.0:
        raise ArgumentError(
            f"randomise={randomise!r} must be between 0 and 1: chance decides whether to send"
        )
    env = SendEnv(
        preset, population, messages=messages, response=response, times=times, days=days,
        budget=budget,
    )  # fmt: skip
    texts = [each.text for each in env.form.catalogue]
    for text in texts:
        if text == NONE or texts.count(text) > 1:
            raise ArgumentError(
                f"the text {text!r} of a message must be its own, and not {NONE!r}, which is "
                "sending nothing"
            )
        if text in HOLES:
            raise ArgumentError(f"the text {text!r} of a message says in a log that it is missing")
    chosen = texts if message is None else [choose("message", message, texts)]
    if population.size * days > MOST_DAYS_AT_ONCE:
        raise ArgumentError(
            f"{population.size} people for {days} days are too many for a trial; give fewer people "
            f"or days, together at most {MOST_DAYS_AT_ONCE}"
        )
    world, _ = env.people_together().draw(np.random.default_rng(0), user=0)
    played = _play(world, env, np.array([texts.index(text) + 1 for text in chosen]), randomise)
    log = _log(world, chosen, float(randomise), played)
    return RandomisedTrial(
        log=log,
        logged=LoggedDecisions.of(log),
        effects=read_only(played.effects[played.asked & played.eligible.any(axis=1)]),
        people=len(np.unique(world.person)),
        left=played.left,
    )


class _Played(NamedTuple):
    """What has happened at the decisions of a world.

    Attributes:
        asked: (decisions,) whether the person was still there.
        own: (decisions, names) of `_KNOWN`.
        eligible: (decisions, messages) which messages could be sent.
        sent: (decisions,) which of the messages was sent, from 1; or 0.
        outcome: (decisions,) what came of it.
        effects: (decisions,) what sending would have added.
        left: How many persons have left.
    """

    asked: Flags
    own: Ints
    eligible: Flags
    sent: Ints
    outcome: Floats
    effects: Floats
    left: int


def _play(world: World, env: SendEnv, numbers: Ints, randomise: float) -> _Played:
    """Plays everybody's days.

    Args:
        world: The people.
        env: With the rules.
        numbers: (messages,) what can be sent, as in the catalogue.
        randomise: The probability of sending.
    """
    count, people = len(world.time), np.unique(world.person)
    key = derive(world.lives.people.key[world.person], world.day, world.time % DAY // MINUTE)
    sends = Stream.TRIAL_SENDS.uniform(key) < randomise
    draws = Stream.TRIAL_MESSAGE.uniform(key)
    asked, could = np.zeros(count, dtype=np.bool_), np.zeros((count, len(numbers)), dtype=np.bool_)
    own, sent = np.zeros((count, len(_KNOWN)), dtype=np.int64), np.zeros(count, dtype=np.int64)
    outcome, effects = np.zeros((2, count))

    games, views = Games(world, len(people), env.rules), Views(world, env.rules, "raw")
    games.begin(np.arange(len(people)), people)
    columns = [list(OWN).index(name) for name in _KNOWN]
    while not games.over.all():
        here, decision = ~games.over, games.decision
        now = decision[here]
        eligible = games.mask[:, numbers] > 0
        each = np.maximum(eligible.sum(axis=1), 1)
        drawn = eligible.cumsum(axis=1) > (draws[decision] * each).astype(np.int64)[:, None]
        which = np.where(eligible.any(axis=1) & sends[decision], drawn.argmax(axis=1) + 1, 0)
        every = [games.potential_outcome(np.full((1, len(here)), number)) for number in numbers]
        effect = sum(one.effect for one in every) / each  # of what is not eligible it is 0

        asked[now], could[now] = True, eligible[here]
        own[now] = views.own_of_many(games)[here][:, columns]
        sent[now], effects[now] = which[here], effect[here]
        turn = games.step(np.append(0, numbers)[which][None])
        outcome[now] = turn.amount[here]
    return _Played(asked, own, could, sent, outcome, effects, int(games.left.sum()))


def _log(world: World, texts: Sequence[str], randomise: float, played: _Played) -> NotificationLog:
    """Returns the log of a trial.

    Args:
        world: The people.
        texts: Of the messages that could be sent.
        randomise: The probability of sending.
        played: What has happened.
    """
    rows = np.flatnonzero(played.asked)
    eligible, own = played.eligible[rows], played.own[rows]
    count = eligible.sum(axis=1)
    known: dict[str, Column] = {
        name: coded(own[:, i], Flag.VALUES) if kind == "flag" else NumberColumn(own[:, i])
        for i, (name, kind) in enumerate(_KNOWN.items())
    }
    probabilities = {
        name: NumberColumn(np.where(can, randomise / np.maximum(count, 1), 0.0))
        for name, can in zip(_probabilities(texts), eligible.T, strict=True)
    }
    people, owner = np.unique(world.person[rows], return_inverse=True)
    return NotificationLog(
        source=f"the trial with {world.population!r}",
        schema=_schema(texts),
        columns={
            "day": NumberColumn(world.day[rows]),
            **{name: column.select(rows) for name, column in world.sensed.columns.items()},
            **known,
            "available": coded(np.minimum(count, 1), Flag.VALUES),
            "probability": NumberColumn(np.where(count > 0, randomise, 0.0)),
            **probabilities,
            "message": coded(played.sent[rows], (NONE, *texts)),
            "outcome": NumberColumn(played.outcome[rows]),
        },
        actions=read_only(np.zeros(len(rows), dtype=np.int8)),
        times=world.lives.midnight + world.time[rows],
        owner=coded(owner, [str(world.users[person]) for person in people]),
    )


def _probabilities(texts: Sequence[str]) -> list[str]:
    """Returns the column of each message's probability; a single one's is that of sending."""
    if len(texts) == 1:
        return ["probability"]
    return [f"probability{number}" for number in range(1, len(texts) + 1)]


def _schema(texts: Sequence[str]) -> Schema:
    """Returns what the columns of a trial's log mean.

    Args:
        texts: Of the messages that could be sent.
    """
    of_each = _probabilities(texts)
    return Schema(
        context=[
            Feature("day", "integer"),
            *SITUATION,
            *(Feature(name, kind) for name, kind in _KNOWN.items()),
            Feature("available", "flag"),
        ],
        engagement=[
            *(Feature(name, "number") for name in dict.fromkeys(("probability", *of_each))),
            Feature("message", "label"),
            Feature("outcome", "number"),
        ],
        action="",
        user="person",
        time="time",
        decisions={
            "decision": "message",
            "actions": [NONE, *texts],
            "available": "available",
            "propensity": {**dict(zip(texts, of_each, strict=True)), NONE: REST},
            "reward": "outcome",
        },
    )

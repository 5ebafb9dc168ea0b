"""What happens on the phones of simulated people, from a seed to every response."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from gym_push.errors import ArgumentError
from gym_push.users.keyed_random import Flags, Floats, Ints
from gym_push.users.model.arrivals import Arrivals, draw_arrivals
from gym_push.users.model.attention import Attention, draw_attention, notice_probability, seen_at
from gym_push.users.model.days import (
    Routine,
    SelfChecks,
    Situation,
    draw_self_checks,
    situation,
    walk,
)
from gym_push.users.model.decisions import (
    ResponseTraits,
    acted_at,
    draw_response_traits,
    margins,
    utility,
)
from gym_push.users.model.features import Features, draw_features
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.persons import People, draw_people
from gym_push.users.model.sensing import Battery, drain_and_charge

DEFAULT_START: Final = date(2019, 7, 1)
DEFAULT_PARAMETERS: Final = Parameters()
DAYS_BEYOND: Final = 2
"""For so long the routine runs on: what is delivered on the last midnight is seen within a day."""


@dataclass(frozen=True)
class Responses:
    """What people do with their notifications; one entry of every array for each of them.

    Attributes:
        seen: When it is first seen, in milliseconds.
        margin: Utility plus noise less fatigue; it is opened exactly where this is positive.
        acted: When it is opened, dismissed or cleared, in milliseconds.
    """

    seen: Ints
    margin: Floats
    acted: Ints

    @property
    def opened(self) -> Flags:
        """Whether it is opened."""
        return self.margin > 0.0


@dataclass(frozen=True)
class Simulation:
    """People, their days and what happens on their phones, if everything is delivered at once."""

    parameters: Parameters
    start: date
    people: People
    routine: Routine
    battery: Battery
    checks: SelfChecks
    arrivals: Arrivals
    features: Features
    attention: Attention
    traits: ResponseTraits
    at_arrival: Situation
    responses: Responses


def run(
    seed: int, users: Sequence[int], days: int, parameters: Parameters, start: date
) -> Simulation:
    """Runs the stations of the model one after another; arguments as in `simulate`."""
    _check(seed, users, days)
    first_weekday = start.weekday()
    people = draw_people(seed, np.asarray(users, dtype=np.int64), parameters)
    routine = walk(people, days + DAYS_BEYOND, first_weekday, parameters)
    checks = draw_self_checks(people, routine, parameters)
    arrivals = draw_arrivals(people, days, first_weekday, parameters)
    features = draw_features(people, arrivals, parameters)
    person, delivered = arrivals.person, arrivals.time
    at_arrival = situation(routine, person, delivered)

    attention = draw_attention(people, arrivals, parameters)
    notice = notice_probability(people, at_arrival, parameters)
    seen = seen_at(attention, delivered, notice, *checks.around(person, delivered), parameters)
    at_sight = situation(routine, person, seen)
    traits = draw_response_traits(people, arrivals, parameters)
    inclination = utility(people, arrivals, features, seen, at_sight, parameters) + traits.noise
    margin = margins(people, person, delivered, inclination, parameters)
    acted = acted_at(traits, margin > 0.0, seen, at_sight.state, parameters)
    responses = Responses(seen, margin, acted)
    return Simulation(
        parameters=parameters,
        start=start,
        people=people,
        routine=routine,
        battery=drain_and_charge(people, routine, parameters),
        checks=checks,
        arrivals=arrivals,
        features=features,
        attention=attention,
        traits=traits,
        at_arrival=at_arrival,
        responses=responses,
    )


def _check(seed: int, users: Sequence[int], days: int) -> None:
    if not 0 <= seed < 2**64:
        raise ArgumentError(f"seed {seed} is out of range; use an integer in [0, 2**64)")
    if len(users) == 0:
        raise ArgumentError("users is empty; give the number of at least one user")
    if days < 1:
        raise ArgumentError(f"days is {days}; simulate at least one")
    for user in users:
        if not 0 <= user < 2**63:
            raise ArgumentError(f"user {user} is out of range; use integers in [0, 2**63)")
    if len(set(users)) < len(users):
        raise ArgumentError("users holds a number twice; give each user once")

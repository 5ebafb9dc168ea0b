"""Presets of send-v0: a response, when the agent is asked, and what it can send.

"habit" is a reminder to practise something. The others are published environments and findings,
written from their papers: each number that differs from "habit" has a source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from gym_push.envs.send.messages import Message
from gym_push.envs.send.response import Response

PICK_UPS: Final = "pick-ups"
"""In place of times: whenever a person looks at the phone, at most once an hour."""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What an environment is made of, but for the people.

    Attributes:
        about: What it is, in a sentence.
        changes: Parameters that differ from the defaults of `Response`, each with its source.
        times: Hours of the day at which the agent is asked.
        days: Of an episode.
        budget: Messages a week; None for any number.
        weights: Of the parts of the reward.
        messages: The catalogue.
    """

    about: str
    changes: Mapping[str, tuple[Any, str]]
    times: tuple[float, ...]
    days: int
    budget: int | None
    weights: Mapping[str, float]
    messages: tuple[Message, ...]

    @property
    def response(self) -> Response:
        """Its parameters."""
        return Response(**{name: value for name, (value, _) in self.changes.items()})


_KARINE: Final = "Karine and Marlin 2024, arXiv:2411.00336"
_YANCEY: Final = "Yancey and Settles, KDD 2020, doi:10.1145/3394486.3403351"
_TRELLA: Final = "Trella et al. 2022, arXiv:2208.07406"
_ROBAS: Final = "mean of the 13 models of ROBAS 3 published with Trella et al. 2022"
NOT_IN_IT: Final = "not in the paper"
"""The source of a number that switches off what a publication does not have."""

_ALWAYS: Final = {
    name: (value, NOT_IN_IT)
    for name, value in {
        "available": (1.0,) * 7,
        "driving": False,
        "once_a_day": False,
        "mute": 0.0,
        "receptive": 0.0,
        "topic_taste": 0.0,
        "tone": (0.0,) * 4,
        "tone_taste": 0.0,
        "urgency": (0.0,) * 3,
        "length": (0.0,) * 2,
        "channel": (0.0,) * 3,
        "urgency_burden": (1.0,) * 3,
        "channel_burden": (1.0,) * 3,
        "intrusive": 0.0,
        "lift_spread": 0.0,
        "disappoint": 0.0,
        "quit": 0.0,
        "quit_burden": 0.0,
    }.items()
}
"""What no publication has: the person is always there, and goes by what its message suits."""

HABIT: Final = Preset(
    about="an app that reminds of a habit: practise, walk, read, drink",
    changes={},
    times=(9.0, 12.5, 17.0, 20.0),
    days=28,
    budget=7,
    weights={"outcome": 1.0, "habit": 10.0, "price": 0.02, "leaving": 0.3},
    messages=(
        Message("A few quiet minutes: time to practise?", occasion="rest"),
        Message("On the way? One minute is enough.", occasion="busy"),
        Message("You are doing well. Go on today?", tone="warm", topic="people"),
        Message("{days} days in a row!", tone="playful", streak=3, lift=0.4),
        Message("Something new in your favourite topic", topic="tech", length="long"),
        Message("Your week in numbers", topic="work", channel="email", length="long"),
        Message("A short one for the road", topic="travel", tone="playful", occasion="busy"),
        Message("What others practise tonight", topic="entertainment", occasion="rest"),
        Message("Do it now, before the day is over", urgency="high"),
        Message("You will not believe this", tone="bait", urgency="high"),
    ),
)

RECOVERING: Final = Preset(
    about="daily reminders of a language course, whose templates recover after use",
    changes={
        **_ALWAYS,
        "logit": (False, "rewards of the paper are rates"),
        "base": (0.0695, "assumed: the rate without a reminder"),
        "base_spread": (0.0, NOT_IN_IT),
        "habit_utility": (0.0, NOT_IN_IT),
        "lift": (0.0618, f"{_YANCEY}: random templates reach a rate of 0.1295"),
        "fit": ((1.0, 1.0, 1.0), NOT_IN_IT),
        "stale": (0.0022015, f"{_YANCEY}: 0.017 of that rate"),
        "stale_left": (0.5, f"{_YANCEY}: half-life"),
        "stale_hours": (360.0, f"{_YANCEY}: 15 days"),
        "habituation": (0.0, NOT_IN_IT),
        "weary": (0.0, NOT_IN_IT),
        "burden": (0.0, NOT_IN_IT),
    },
    times=(18.0,),
    days=34,
    budget=None,
    weights={"outcome": 1.0, "habit": 0.0, "price": 0.0, "leaving": 0.0},
    messages=tuple(
        # Relative differences in the paper's order of size; assumed
        Message(text, lift=0.1295 * relative, streak=streak)
        for text, relative, streak in (
            ("It is time for your lesson", -0.05, 0),
            ("Practise now, learn for good", -0.03, 0),
            ("Five minutes are all it takes", -0.015, 0),
            ("Your course is waiting", 0.014, 0),
            ("Learn a word before supper", 0.016, 0),
            ("Your friends are learning", 0.018, 0),
            ("Keep what you have learned", 0.02, 0),
            ("{days} days in a row: go on!", 0.018, 3),
            ("These reminders do not seem to work", 0.016, 0),
        )
    ),
)

STEPS: Final = Preset(
    about="messages for physical activity: StepCountJITAI",
    changes={
        **_ALWAYS,
        "logit": (False, "everybody walks"),
        "base": (1.0, "everybody walks"),
        "base_spread": (0.0, NOT_IN_IT),
        "habit_utility": (0.0, NOT_IN_IT),
        "amount": (0.1, f"{_KARINE}: steps without a message"),
        "busy": ((0.5,) * 7, f"{_KARINE}: the context is a coin"),
        "lift": (0.0, "everybody walks"),
        "amount_lift": (50.0, f"{_KARINE}: rho_1"),
        "fit": ((1.0, 4.0, 0.0), f"{_KARINE}: rho_1 50, rho_2 200, for the wrong context 0"),
        "stale": (0.0, NOT_IN_IT),
        "habituation": (0.05, f"{_KARINE}: epsilon_h"),
        "habituation_start": (0.1, f"{_KARINE}: h_0"),
        "habituation_left": (0.9, f"{_KARINE}: 1 - delta_h"),
        "habituation_hours": (0.0, f"{_KARINE}: for each decision"),
        "fades_at_once": (False, f"{_KARINE}: only where nothing is sent"),
        "weary": (1.0, f"{_KARINE}: 1 - h"),
        "burden": (0.4, f"{_KARINE}: epsilon_d"),
        "burden_start": (0.1, f"{_KARINE}: d_0"),
        "relief": (0.1, f"{_KARINE}: delta_d"),
        "burden_left": (1.0, f"{_KARINE}: it does not fade"),
        "limit": (0.99, f"{_KARINE}: D_threshold"),
        "full": (200.0, "assumed: steps that count as a habit in full"),
    },
    times=(9.0, 12.0, 15.0, 18.0, 21.0),
    days=10,
    budget=None,
    weights={"outcome": 1.0, "habit": 0.0, "price": 0.0, "leaving": 0.0},
    messages=(
        Message("Time for a walk"),
        Message("You are at rest: a few steps now?", occasion="rest"),
        Message("Busy as you are: take the stairs", occasion="busy"),
    ),
)
STOCHASTIC_STEPS: Final = replace(
    STEPS,
    about="the same with noise: its stochastic version with uniform states and gamma steps",
    changes={
        **STEPS.changes,
        "gamma_noise": (20.0, "assumed: standard deviation of the steps"),
        "state_noise": (0.01, f"{_KARINE}: a, of the uniform version"),
    },
)

DENTAL: Final = Preset(
    about="prompts to brush one's teeth, twice a day: Oralytics",
    changes={
        **_ALWAYS,
        "base": (-0.21, f"{_ROBAS}: in the morning, without brushing on the day before"),
        "base_spread": (0.738, "standard deviation of their intercepts"),
        "evening": (-0.713, _ROBAS),
        "weekend": (-0.249, _ROBAS),
        "habit_utility": (1.87, f"{_ROBAS}: of seconds on the day before and of days with any"),
        "amount": (144.0, f"{_ROBAS}: exp(4.969), s"),
        "amount_spread": (0.363, "standard deviation of their intercepts"),
        "poisson_noise": (True, f"{_TRELLA}: zero-inflated Poisson"),
        "most": (180.0, f"{_TRELLA}: seconds are cut there"),
        "lift": (0.742, f"{_ROBAS}: mean size of their coefficients, the paper's effect"),
        "lift_spread": (0.178, "standard deviation of that"),
        "amount_lift_share": (0.254, f"{_ROBAS}: exp(0.2266) - 1, likewise"),
        "fit": ((1.0, 1.0, 1.0), NOT_IN_IT),
        "stale": (0.0, NOT_IN_IT),
        "habituation": (1.0 / 13.0, f"{_TRELLA}: the mean of 14 decisions, gamma 13/14"),
        "habituation_left": (13.0 / 14.0, f"{_TRELLA}: gamma"),
        "habituation_hours": (12.0, f"{_TRELLA}: from one decision to the next"),
        "weary": (0.0, NOT_IN_IT),
        "overdose_left": (0.5, f"{_TRELLA}: of 0, 0.25 and 0.5"),
        "overdose": (0.8, f"{_TRELLA}: a_2"),
        "overdose_habit": (0.5, f"{_TRELLA}: a_1, for who brushes well"),
        "habit_enough": (111.0 / 180.0, f"{_TRELLA}: b, 111 s"),
        "burden": (0.0, NOT_IN_IT),
        "full": (180.0, f"{_TRELLA}: seconds"),
        "habit_start": (0.4, "assumed"),
        "habit_left": (13.0 / 14.0, f"{_TRELLA}: gamma"),
        "habit_hours": (12.0, f"{_TRELLA}: from one decision to the next"),
    },
    times=(8.0, 20.0),
    days=70,
    budget=None,
    weights={"outcome": 1.0, "habit": 0.0, "price": 0.0, "leaving": 0.0},
    messages=(Message("Two minutes for your teeth"),),
)

PRESETS: Final[Mapping[str, Preset]] = {
    "habit": HABIT,
    "recovering": RECOVERING,
    "steps": STEPS,
    "stochastic-steps": STOCHASTIC_STEPS,
    "dental": DENTAL,
}

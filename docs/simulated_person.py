"""Makes docs/simulated_person.md: how the simulated person compares with ten real ones.

Run by `python -m nox -s person`. The logs of the ten people are not public; only the statistics
below are known, pooled over all their notifications.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gym_push import Population
from gym_push.files import write_whole
from gym_push.users.model.states import DAY, HOUR, SECOND
from gym_push.users.simulation import Simulation

PAGE: Final = Path(__file__).with_name("simulated_person.md")
SEEDS, PEOPLE, DAYS, GROUP = range(1, 9), 300, 28, 10

LEVELS: Final = np.array([0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99])
REAL: Final = {
    "response, opened": (37, 55, 104, 274, 1052, 1681, 2519, 29448),
    "response, not opened": (39, 55, 98, 248, 918, 1715, 2711, 40540),
    "seen after": (3, 7, 18, 36, 54, 891, 1609, 6650),
    "decision after seeing": (10, 20, 49, 172, 433, 1332, 1633, 3403),
    "inter-arrival": (35, 73, 208, 555, 1390, 3379, 6881, 36428),
}
"""Seconds at `LEVELS`."""
REAL_OPENED: Final = 0.545
"""Mean of the persons' open rates."""

REAL_OPEN_RATES: Final = (
    (range(12), "0.49–0.52"),
    (range(12, 17), "0.57–0.60"),
    (range(17, 21), "0.63–0.65"),
    (range(21, 24), "0.76–0.79"),
)

Floats = NDArray[np.float64]


class Sample:
    """What some people's phones show, pooled over their notifications; times in seconds."""

    def __init__(self, simulation: Simulation, person: NDArray[np.bool_]) -> None:
        arrivals, responses = simulation.arrivals, simulation.responses
        mine = person[arrivals.person]
        self.opened, time = responses.opened[mine], arrivals.time[mine]
        self.response = (responses.acted[mine] - time) / SECOND
        self.seen = (responses.seen[mine] - time) / SECOND
        self.hour = time % DAY // HOUR
        same = np.diff(arrivals.person[mine]) == 0
        self.gap = np.maximum(np.diff(time)[same] / SECOND, 1.0)

    @property
    def measured(self) -> dict[str, Floats]:
        """The times that `REAL` has quantiles of."""
        return {
            "response, opened": self.response[self.opened],
            "response, not opened": self.response[~self.opened],
            "seen after": self.seen,
            "decision after seeing": self.response - self.seen,
            "inter-arrival": self.gap,
        }


def distance(times: Floats, quantiles: tuple[int, ...]) -> float:
    """Returns the Kolmogorov-Smirnov distance, as far as the quantiles show it."""
    below = np.searchsorted(np.sort(times), quantiles, side="right") / len(times)
    return float(np.abs(below - LEVELS).max())


def distance_of_responses(sample: Sample) -> float:
    """Returns the distance of all responses, opened or not, from those of the ten people.

    Between its quantiles a real distribution is taken to be even in the logarithm of time.
    """
    opened, refused = (np.log(REAL[f"response, {kind}"]) for kind in ("opened", "not opened"))
    at = np.sort(np.concatenate((opened, refused)))
    real = REAL_OPENED * np.interp(at, opened, LEVELS)
    real += (1.0 - REAL_OPENED) * np.interp(at, refused, LEVELS)
    response = np.sort(np.log(sample.response))
    below = np.searchsorted(response, at, side="right") / len(response)
    return float(np.abs(below - real).max())


HEADLINES: Final[dict[str, tuple[str, Callable[[Sample], float]]]] = {
    "median response, s": ("262", lambda sample: float(np.median(sample.response))),
    "median response if not opened, s": (
        "248",
        lambda sample: float(np.median(sample.response[~sample.opened])),
    ),
    "95th percentile of the response, min": (
        "44",
        lambda sample: float(np.quantile(sample.response, 0.95) / 60.0),
    ),
    "response within ten minutes": (
        "0.66",
        lambda sample: float((sample.response <= 600.0).mean()),
    ),
    "Kolmogorov-Smirnov distance of all responses (gate: 0.15)": ("0", distance_of_responses),
}


def page(pooled: list[Sample], tens: list[Sample]) -> str:
    """Returns the page.

    Args:
        pooled: All people of a seed, for each seed.
        tens: Ten people each.
    """
    return "\n".join([
        "# The simulated person beside ten real ones",
        "",
        "Made by `python -m nox -s person` (docs/simulated_person.py): "
        f"{len(pooled)} populations of {PEOPLE} people (seeds {SEEDS[0]} to {SEEDS[-1]}), {DAYS} "
        "days, default parameters, everything delivered when it arrives. The ten people are "
        "anonymous and their logs are not public; only the statistics on this page are known. All "
        "are pooled over notifications. In brackets: the middle 90 % of "
        f"{len(tens)} groups of ten simulated people, which shows how much ten people vary.",
        "",
        "## How soon people respond",
        "",
        "| | ten people | model, mean over seeds |",
        "|-|-|-|",
        *_headlines(pooled, tens),
        "",
        "## Quantiles, in seconds",
        "",
        "The distance is the largest difference between the two distributions at these quantiles "
        "(a Kolmogorov-Smirnov distance, as far as quantiles show it).",
        "",
        "| | " + " | ".join(f"{level:.0%}" for level in LEVELS) + " | distance |",
        "|-|" + "-|" * (len(LEVELS) + 1),
        *_quantiles(pooled, tens),
        "",
        "## Open rate by hour",
        "",
        "| hours | ten people | model |",
        "|-|-|-|",
        *_open_rates(pooled),
        "",
        "## What differs from life",
        "",
        "- A notification whose alert goes unnoticed waits until the person next looks at the "
        "phone: the slowest quarter is seen later than by the ten people, and what is not opened "
        "is acted on later.",
        "- The ten people open more in the evening than in the morning; simulated people hardly "
        "do: each has their own taste for parts of the day, and these cancel out over people.",
        "- Three batches a day earn more than suppressing everything and less than delivering "
        "everything ([what policies earn](policies.md)), while in the field trial *Batching "
        "smartphone notifications can improve well-being* people were better off with them. Half "
        "of the gap was fatigue, as long as every notification of a batch added to it; now a "
        "batch, which alerts once, wears people out once. What remains is how fast an opening "
        "loses its worth (a message loses half in 45 minutes), which is an assumption of the "
        "reward: the trial asked people how they felt, not what they missed.",
        "- Fatigue, interruption costs, reward weights, stress and noise are assumptions without "
        "data. `gym-push generate` writes each parameter, its source and whether it is fitted or "
        "assumed to the data card.",
        "",
    ])  # fmt: skip


def _headlines(pooled: list[Sample], tens: list[Sample]) -> Iterator[str]:
    for name, (real, measure) in HEADLINES.items():
        mean = np.mean([measure(sample) for sample in pooled])
        low, high = np.quantile([measure(sample) for sample in tens], (0.05, 0.95))
        digits = 2 if high < 1.0 else 0
        yield f"| {name} | {real} | {mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}] |"


def _quantiles(pooled: list[Sample], tens: list[Sample]) -> Iterator[str]:
    for name, real in REAL.items():
        times = [sample.measured[name] for sample in pooled]
        model = np.mean([np.quantile(each, LEVELS) for each in times], axis=0)
        mean = np.mean([distance(each, real) for each in times])
        of_tens = [distance(sample.measured[name], real) for sample in tens]
        low, high = np.quantile(of_tens, (0.05, 0.95))
        yield f"| {name}: ten people | " + " | ".join(map(str, real)) + " | |"
        yield (
            "| model | " + " | ".join(f"{value:.0f}" for value in model)
            + f" | {mean:.2f} [{low:.2f}, {high:.2f}] |"
        )  # fmt: skip


def _open_rates(pooled: list[Sample]) -> Iterator[str]:
    for hours, real in REAL_OPEN_RATES:
        rates = [each.opened[np.isin(each.hour, hours)].mean() for each in pooled]
        span = f"{min(rates):.2f}–{max(rates):.2f}"
        yield f"| {hours[0]} to {hours[-1]} | {real} | {span} |"


def main() -> None:
    """Simulates the people and writes the page."""
    pooled, tens = [], []
    everybody = np.arange(PEOPLE)
    for seed in SEEDS:
        simulation = Population(PEOPLE, seed).simulate(range(PEOPLE), DAYS)
        pooled.append(Sample(simulation, everybody >= 0))
        tens += [
            Sample(simulation, everybody // GROUP == group) for group in range(PEOPLE // GROUP)
        ]
    text = page(pooled, tens)
    write_whole(PAGE, text)
    print(text)


if __name__ == "__main__":
    main()

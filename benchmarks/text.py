"""Texts that become vectors in a second, each for the first time."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import Any, Final

from benchmarks.rounds import medians, table, title, verdict
from gym_push import Population
from gym_push.errors import GymPushError
from gym_push.logs import text_encoder

KINDS: Final[dict[str, int]] = {"hashing": 5000, "tf-idf": 5000, "embeddings": 64}
"""How many texts are encoded in a round, by kind."""


def run() -> None:
    """Measures and prints."""
    title("Texts a second, one core, none seen before (median of 7 rounds)")
    column = Population(24, seed=100).log(112).columns["tickerText"]
    texts = iter(dict.fromkeys(column.take(slice(None))))

    def rate(encoder: Any, count: int) -> float:
        some = [next(texts) for _ in range(count)]
        start = perf_counter()
        encoder.encode(some)
        return count / (perf_counter() - start)

    rates: dict[str, float] = {}
    for kind, count in KINDS.items():
        try:
            encoder = text_encoder(kind).fit([next(texts) for _ in range(count)])
        except (GymPushError, ImportError) as error:
            print(f"  {kind} is not measured: {error}")
            continue
        rates |= medians({kind: partial(rate, encoder, count)})
    table(("", "texts/s"), [(kind, f"{each:.0f}") for kind, each in rates.items()])
    if "hashing" in rates:
        verdict("hashing, texts a second", rates["hashing"], 10_000)

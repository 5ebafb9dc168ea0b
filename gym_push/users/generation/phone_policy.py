"""What phones do with what arrives for simulated people, and what they write down of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gym_push.logs import NotificationLog
from gym_push.logs.known import BUNDLED
from gym_push.users.generation.columns import column_rows
from gym_push.users.population import Population


@dataclass(frozen=True)
class Account:
    """What a data card says of the phones, in Markdown.

    Attributes:
        did: A section on what they did with notifications; empty where there is nothing to say.
        columns: The rows of the table of columns, without the user's.
        limits: What such logs cannot tell, to go behind a comma.
    """

    did: str
    columns: str
    limits: str


class Handling(Protocol):
    """What phones do; it is pickled to the processes that write."""

    @property
    def options(self) -> Mapping[str, str]:
        """The options of `gym-push generate` that ask for it, without the dashes."""

    def log(self, population: Population, users: Sequence[int], days: int) -> NotificationLog:
        """Returns what the phones of some people write down.

        Raises:
            ArgumentError: The days are out of range, or nobody has such a number.
        """

    def account(self) -> Account:
        """Returns what a data card says of it."""


class DeliverAtOnce:
    """Phones that deliver everything when it arrives, as phones without an agent do."""

    options: Mapping[str, str] = {}

    def log(self, population: Population, users: Sequence[int], days: int) -> NotificationLog:
        """Returns the notifications of some people, as `Population.log` does."""
        return population.log(days, users)

    def account(self) -> Account:
        """Returns the columns of the bundled log."""
        limits = (
            "and everything was delivered at once, so it cannot tell what a delay would have done"
        )
        return Account("", column_rows(BUNDLED), limits)

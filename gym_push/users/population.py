"""Any number of simulated people: a seed says who they are, so nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gym_push.errors import ArgumentError
from gym_push.logs import NotificationLog
from gym_push.users.model.parameters import Parameters
from gym_push.users.simulation import DEFAULT_START, Lives, Simulation, live, run, to_log

if TYPE_CHECKING:
    from gym_push.users.fitting.fit import FitReport

USERS_AT_ONCE: Final = 250
"""Simulated together: enough to be fast, few enough to stay in the processor's caches."""

LARGEST_SEED: Final = 2**64 - 1
MOST_USERS: Final = 2**62
MOST_DAYS: Final = 3650
FIRST_START, LAST_START = date(1970, 1, 1), date(9900, 1, 1)


class Population:
    """Simulated people, numbered from 0, who receive notifications and react to them.

    A person is a function of the seed, their number and the parameters: the same for any size of
    the population, beside any others and for any number of days.

    ```pycon
    >>> from gym_push import Population
    >>> population = Population(size=10, seed=1, volume_median=60)
    >>> log = population.log(days=7)
    >>> len(log.users)
    10

    ```

    Args:
        size: How many people, 1 to 2**62.
        seed: 0 to 2**64 - 1.
        start: The first day of every log.
        parameters: The numbers of the model; None for its defaults.
        **changes: Single numbers that differ from them, by their names in
            `gym_push.users.Parameters`.

    Raises:
        ArgumentError: One of them is out of range, or no parameter has that name.
    """

    def __init__(
        self,
        size: int,
        seed: int = 0,
        *,
        start: date = DEFAULT_START,
        parameters: Parameters | None = None,
        **changes: Any,
    ) -> None:
        self.size = whole_number("size", size, 1, MOST_USERS)
        self.seed = whole_number("seed", seed, 0, LARGEST_SEED)
        if not isinstance(start, date) or isinstance(start, datetime):
            raise ArgumentError(f"start={start!r} must be a day, such as datetime.date(2019, 7, 1)")
        if not FIRST_START <= start <= LAST_START:
            raise ArgumentError(f"start={start} must be from {FIRST_START} to {LAST_START}")
        if not isinstance(parameters, (Parameters, type(None))):
            raise ArgumentError(
                f"parameters={parameters!r} must be a gym_push.users.Parameters; "
                "give single ones by name"
            )
        self.start = start
        self.parameters = (parameters or Parameters()).changed(**changes)

    def __repr__(self) -> str:
        """Size, seed, and what differs from the defaults."""
        changes = "".join(f", {name}={value!r}" for name, value in self.changes.items())
        start = "" if self.start == DEFAULT_START else f", start={self.start!r}"
        return f"Population({self.size}, seed={self.seed}{start}{changes})"

    @classmethod
    def fit(
        cls,
        log: NotificationLog,
        size: int | None = None,
        seed: int = 0,
        *,
        parameters: Parameters | None = None,
        simulated: int | None = None,
    ) -> tuple[Population, FitReport]:
        """Returns a population with those parameters fitted that a log identifies.

        The method of simulated moments: log and population agree on how many notifications people
        get and when, what they open and how soon. As many of the first days count as hold 600
        notifications a person, from 7 to 84. Everybody counts as recorded as long as the log,
        unless that makes their silence before and after their notifications improbable.
        docs/fitting.md shows how often the intervals hold the truth.

        Args:
            log: At least 100 notifications and, if it has times, 7 days.
            size: How many people the population has; None for as many as the log.
            seed: Of the population, and of the people simulated to fit it.
            parameters: Where to start, and what stays where the log says nothing; None for the
                model's defaults.
            simulated: How many people to simulate for each try; more take longer and leave
                less noise. None for as many as the log has, from 100 to 300.

        Returns:
            The population, and the report: what was fitted, how sure that is, and what the log
            does not identify, with the reason. A warning names what the log shows and no
            simulated people do.

        Raises:
            ArgumentError: `log` is not a log or too short, or a number is out of range.
        """
        from gym_push.users.fitting.fit import fit  # here: SciPy's statistics load slowly

        seed = whole_number("seed", seed, 0, LARGEST_SEED)
        if simulated is not None:
            simulated = whole_number("simulated", simulated, 10, MOST_USERS)
        start = cls(1, parameters=parameters).parameters
        fitted, report = fit(log, start, seed, simulated)
        return cls(report.people if size is None else size, seed, parameters=fitted), report

    @property
    def changes(self) -> dict[str, Any]:
        """The parameters that differ from the model's defaults."""
        return {
            about.name: getattr(self.parameters, about.name)
            for about in Parameters.describe()
            if getattr(self.parameters, about.name) != about.default
        }

    def check(self, user: Any = 0, days: Any = 1) -> None:
        """Checks that the population has a user, and can be simulated for some days.

        Raises:
            ArgumentError: It does not, or cannot.
        """
        whole_number("days", days, 1, MOST_DAYS)
        whole = isinstance(user, (int, np.integer)) and not isinstance(user, bool)
        if not whole or not 0 <= user < self.size:
            raise ArgumentError(
                f"there is no user {user!r} in a population of {self.size}; "
                f"they are numbered from 0 to {self.size - 1}"
            )

    def simulate(self, users: Sequence[int], days: int) -> Simulation:
        """Simulates some people, whose phones deliver every notification when it arrives.

        Args:
            users: Their numbers, each once, below `size`.
            days: How many, 1 to 3650.

        Raises:
            ArgumentError: A number is out of range or given twice, or there is none.
        """
        self._check_users(users, days)
        return run(self.seed, users, days, self.parameters, self.start)

    def live(self, users: Sequence[int], days: int) -> Lives:
        """Returns the days of some people, without what their phones receive.

        Args:
            users: As for `simulate`.
            days: As for `simulate`.

        Raises:
            ArgumentError: As for `simulate`.
        """
        self._check_users(users, days)
        return live(self.seed, users, days, self.parameters, self.start)

    def log(self, days: int = 28, users: Sequence[int] | None = None) -> NotificationLog:
        """Returns the notifications of some people, ordered by person and time.

        Args:
            days: How many, 1 to 3650.
            users: The numbers of the people; None for all. A log takes about 10 kB of memory for
                each person and day, and three times that while it is made.

        Raises:
            ArgumentError: As for `simulate`.
        """
        numbers = range(self.size) if users is None else users
        return to_log(self.simulate(numbers, days), numbers, repr(self))

    def logs(self, days: int = 28, users_at_once: int = USERS_AT_ONCE) -> Iterator[NotificationLog]:
        """Yields the logs of all people, some at a time, in constant memory.

        Args:
            days: How many, 1 to 3650.
            users_at_once: The number of people in each log; the last may have fewer.

        Raises:
            ArgumentError: A number is out of range.
        """
        whole_number("users_at_once", users_at_once, 1, MOST_USERS)
        for first in range(0, self.size, users_at_once):
            yield self.log(days, range(first, min(first + users_at_once, self.size)))

    def _check_users(self, users: Sequence[int], days: int) -> None:
        self.check(days=days)
        for user in users:
            self.check(user=user)
        if not len(users):
            raise ArgumentError("users is empty; give the number of at least one user")
        if len(set(users)) < len(users):
            raise ArgumentError("users holds a number twice; give each user once")


def whole_number(name: str, given: Any, least: int, most: int) -> int:
    """Returns an argument as an int.

    Raises:
        ArgumentError: It is not a whole number from `least` to `most`.
    """
    if isinstance(given, bool) or not isinstance(given, (int, np.integer)):
        raise ArgumentError(f"{name}={given!r} must be a whole number")
    if not least <= given <= most:
        raise ArgumentError(f"{name}={given!r} must be from {least} to {most}")
    return int(given)

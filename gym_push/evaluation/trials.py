"""The effect of sending in a micro-randomised trial, by weighted and centred least squares.

In such a trial chance decides, each time a person is available, whether something is sent. The
causal excursion effect is how much a send changes the outcome that follows it, averaged over what
had been sent before: Boruvka, Almirall, Witkiewitz and Murphy, "Assessing time-varying causal
effect moderation in mobile health" (2018). It does not matter whether the controls explain the
outcome rightly; they only make it less noisy.

The standard errors are those of Mancl and DeRouen, "A covariance estimator for GEE with improved
small-sample properties" (2001). For least squares they are the root of the summed squares of how
much the estimate changes without each person. Intervals and p-values follow Student's t, with as
many degrees of freedom as there are persons beyond the parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from numbers import Real
from typing import Any, Final, NamedTuple

import numpy as np

from gym_push.errors import ArgumentError, not_one_of
from gym_push.evaluation.estimates import student
from gym_push.evaluation.off_policy.logged import LoggedDecisions, left_out
from gym_push.evaluation.off_policy.readings import DOUBT, better_reading
from gym_push.logs.columns import NumberColumn, TextColumn
from gym_push.logs.log import THE_PERSON
from gym_push.logs.log_statistics import Floats
from gym_push.text import listed, quoted
from gym_push.users.keyed_random import Flags

SENDING: Final = "sending"
"""The term of the effect itself."""
ROUNDING: Final = 1e-9
"""Part of a column, or of what persons say, below which it is nothing but rounding."""


class Effect(NamedTuple):
    """An effect on the outcome, in its unit.

    Attributes:
        term: What it is the effect of: "sending", or "sending x day" for how much it changes with a
            moderator.
        value: The estimate.
        standard_error: Over persons.
        low, high: Its 95 % interval.
        p_value: How likely an estimate at least as far from zero is without an effect, two-sided.
            Both are None where nothing is left to chance.
    """

    term: str
    value: float
    standard_error: float
    low: float | None
    high: float | None
    p_value: float | None

    @classmethod
    def of(cls, term: str, value: float, variance: float, degrees: int) -> Effect:
        """Returns an effect with its interval, by its variance and the degrees of freedom."""
        error = float(np.sqrt(max(variance, 0.0)))
        interval, p_value = student(value, error, degrees)
        return cls(term, value, error, interval.low, interval.high, p_value)

    def __str__(self) -> str:
        """One line."""
        return f"{self.term}  {self.numbers()}"

    def numbers(self) -> str:
        """Returns value, standard error, interval and p-value."""
        told = f"{self.value:+.4f}  {self.standard_error:.4f}"
        if self.p_value is None:
            return told
        p = "<.0001" if self.p_value < 0.0001 else f"{self.p_value:.4f}"
        return f"{told}  {self.low:+.4f} to {self.high:+.4f}  {p}"


@dataclass(frozen=True)
class ExcursionEffect:
    """The effect of sending in a micro-randomised trial, and how it changes with moderators.

    Attributes:
        effects: That of sending, which with moderators is the effect where all of them are zero or
            the first of their labels, and then what each moderator adds.
        covariance: Of the estimates: (effects, effects).
        degrees: Degrees of freedom: persons less parameters.
        persons: Number of persons who were available at least once.
        decision_points: Number of decision points.
        available: At how many of them the person was available, so that chance decided.
        sent: At how many of these something was sent.
        against: The action that sending is compared with.
        controls: The terms that explain the outcome, the intercept left out.
        numerator: The probability that the estimate is centred at, or the column that has it.
        warnings: What to know before trusting it, a sentence each.
    """

    effects: tuple[Effect, ...]
    covariance: tuple[tuple[float, ...], ...]
    degrees: int
    persons: int
    decision_points: int
    available: int
    sent: int
    against: str
    controls: tuple[str, ...]
    numerator: float | str
    warnings: tuple[str, ...] = ()

    def __getitem__(self, term: str) -> Effect:
        """Returns the effect of a term."""
        return {each.term: each for each in self.effects}[term]

    def at(self, moderators: Mapping[str, float]) -> Effect:
        """Returns the effect of sending where moderators have these values.

        Args:
            moderators: Values by moderator; those not named are zero. A label's is 1 by
                "place=home", a flag's 1 by its name.

        Raises:
            ArgumentError: It names no moderator.
        """
        known = [each.term.removeprefix(f"{SENDING} x ") for each in self.effects[1:]]
        for name in moderators:
            if name not in known:
                raise ArgumentError(f"moderators: {not_one_of(name, known)}")
        weights = np.array([1.0, *(float(moderators.get(name, 0.0)) for name in known)])
        value = float(weights @ [each.value for each in self.effects])
        variance = float(weights @ np.array(self.covariance) @ weights)
        where = ", ".join(f"{name} {moderators[name]:g}" for name in moderators)
        return Effect.of(
            f"{SENDING} at {where}" if where else SENDING, value, variance, self.degrees
        )

    def to_dict(self) -> dict[str, Any]:
        """Returns plain Python values, for JSON."""
        return {**asdict(self), "effects": [each._asdict() for each in self.effects]}

    def __str__(self) -> str:
        """A table in plain text, what it rests on, and the warnings."""
        width = max(len(each.term) for each in self.effects)
        lines = [
            f"{'effect of':<{width}}    value   error  95 % interval            p",
            *(f"{each.term:<{width}}  {each.numbers()}" for each in self.effects),
        ]
        parameters = self.persons - self.degrees
        lines.append(
            f"against {self.against!r}; {self.persons} persons less {parameters} parameters are "
            f"{self.degrees} degrees of freedom"
        )
        lines.append(
            f"{self.decision_points} decision points, {self.available} available, {self.sent} sent"
        )
        return "\n".join((*lines, *self.warnings))


def excursion_effect(
    logged: LoggedDecisions,
    against: str = "none",
    *,
    controls: Sequence[str] = (),
    moderators: Sequence[str] = (),
    numerator: float | str | None = None,
) -> ExcursionEffect:
    """Estimates how much sending changes the outcome that follows it; see `ExcursionEffect`.

    ```pycon
    >>> from gym_push import Population
    >>> from gym_push.evaluation import excursion_effect, simulate_decisions
    >>> logged = simulate_decisions(Population(40, seed=1), days=2, behaviour="random:0.5").logged
    >>> found = excursion_effect(logged, against="suppress", moderators=["minuteOfDay"])
    >>> [effect.term for effect in found.effects]
    ['sending', 'sending x minuteOfDay']

    ```

    Args:
        logged: The decisions of the trial; their rewards are the outcome.
        against: The action that is not sending; all others are.
        controls: Columns that explain the outcome, of those that agents see: what is known only
            after the decision may follow from it. The first of a label's values is its zero.
        moderators: Columns that the effect may change with; they are controls, too.
        numerator: The probability of sending that the estimate is centred at: a number, or a column
            that depends on nothing but the moderators. None for the mean probability. The closer it
            is to the probabilities of the trial, the less noisy is the estimate. If it differs
            between decision points, those where it is one half count most.

    Raises:
        ArgumentError: There is no such action or column; the probability of sending is unknown, or
            at a decision point 0 or 1; nothing or everything was sent; there are no more persons
            than parameters; or a term follows from the others, be it only without one person.
    """
    sent, chance = _sending(logged, against)
    by_moderator = _terms(logged, "moderators", moderators)
    by_control = _terms(logged, "controls", controls) | by_moderator
    ones = np.ones(len(logged))
    effects = np.column_stack((ones, *by_moderator.values()))
    center = _center(logged, numerator, chance, effects)
    design = np.column_stack((ones, *by_control.values(), (sent - center)[:, None] * effects))
    terms = [SENDING, *(f"{SENDING} x {name}" for name in by_moderator)]
    weights = np.where(sent, center / chance, (1.0 - center) / (1.0 - chance))
    fit = _Fit.of(logged, weights, design, ["intercept", *by_control, *terms])
    first = len(by_control) + 1
    covariance = fit.covariance[first:, first:]
    numbers = zip(terms, fit.values[first:].tolist(), covariance.diagonal().tolist(), strict=True)
    return ExcursionEffect(
        effects=tuple(Effect.of(*each, fit.degrees) for each in numbers),
        covariance=tuple(map(tuple, covariance.tolist())),
        degrees=fit.degrees,
        persons=fit.degrees + design.shape[1],
        decision_points=len(logged) + logged.unavailable,
        available=len(logged),
        sent=int(sent.sum()),
        against=against,
        controls=tuple(by_control),
        numerator=numerator if isinstance(numerator, str) else float(center[0]),
        warnings=(*_doubts(logged, sent, chance), *left_out(0, logged.unanswered)),
    )


class _Fit(NamedTuple):
    """Least squares with the standard errors of persons.

    Attributes:
        values: The coefficients: (terms,).
        covariance: Of them: (terms, terms).
        degrees: Persons less terms.
    """

    values: Floats
    covariance: Floats
    degrees: int

    @classmethod
    def of(
        cls, logged: LoggedDecisions, weights: Floats, design: Floats, terms: Sequence[str]
    ) -> _Fit:
        """Returns the coefficients of the rewards on a design.

        Args:
            logged: The decisions.
            weights: (rows,).
            design: (rows, terms).
            terms: Their names, for messages.

        Raises:
            ArgumentError: There are no more persons than terms, or a term follows from others.
        """
        source, names = logged.log.source, logged.log.users or (THE_PERSON,)
        degrees = len(names) - len(terms)
        if degrees < 1:
            raise ArgumentError(
                f"{source} has {len(names)} person{'' if len(names) == 1 else 's'} for "
                f"{len(terms)} parameters, and there must be more of them: take more persons, or "
                "leave out controls or moderators"
            )
        root = np.sqrt(weights)
        scaled = root[:, None] * design
        sizes = np.sqrt((scaled**2).sum(axis=0))
        q, r = np.linalg.qr(scaled / np.where(sizes > 0.0, sizes, 1.0))
        for term in np.flatnonzero(np.abs(r.diagonal()) < ROUNDING)[:1].tolist():
            raise ArgumentError(
                f"{quoted(terms[term])} follows from {listed(terms[:term])} in {source}: leave out "
                "controls or moderators"
            )
        rows_of = [logged.log.rows_of(name) for name in names]
        values = np.linalg.solve(r, q.T @ (root * logged.rewards))
        errors = root * logged.rewards - q @ (r @ values)
        left = np.stack([np.eye(len(terms)) - q[rows].T @ q[rows] for rows in rows_of])
        alone = np.linalg.eigvalsh(left)[:, 0] < ROUNDING
        for person in np.flatnonzero(alone)[:1].tolist():
            raise ArgumentError(
                f"without {quoted(names[person])} a term of {listed(terms)} follows from the "
                f"others in {source}: leave out controls or moderators"
            )
        pulls = np.stack([q[rows].T @ errors[rows] for rows in rows_of])
        # By how much each coefficient changes without each person: (terms, persons).
        changes = np.linalg.solve(r, np.linalg.solve(left, pulls[..., None])[..., 0].T)
        return cls(values / sizes, changes @ changes.T / np.outer(sizes, sizes), degrees)


def _sending(logged: LoggedDecisions, against: str) -> tuple[Flags, Floats]:
    """Returns where something was sent, and its probability: (rows,) both."""
    if against not in logged.actions:
        raise ArgumentError(f"against={not_one_of(against, logged.actions)}")
    none = logged.actions.index(against)
    sent: Flags = logged.decisions != none
    if logged.chances is not None:
        chance = 1.0 - logged.chances[:, none]
    elif logged.propensities is not None and len(logged.actions) == 2:
        chance = np.where(sent, logged.propensities, 1.0 - logged.propensities)
    else:
        raise ArgumentError(
            f"{logged.log.source} does not say how likely {against!r} was in each row; name its "
            f"column, as in propensity={{{against!r}: 'p', ...}}"
        )
    settled = (chance <= 0.0) | (chance >= 1.0)
    if settled.any():
        raise ArgumentError(
            f"the probability of sending is 0 or 1 in {int(settled.sum())} of the {len(logged)} "
            f"decisions of {logged.log.source}, which chance did not make; say by `available` "
            "which ones it made"
        )
    if sent.all() or not sent.any():
        raise ArgumentError(
            f"the decision in {logged.log.source} is {'never' if sent.all() else 'always'} "
            f"{against!r}, so that there is nothing to compare"
        )
    return sent, chance


def _doubts(logged: LoggedDecisions, sent: Flags, chance: Floats) -> Iterator[str]:
    """Yields what is wrong with the probabilities of sending, a sentence each."""
    reading = better_reading(logged)
    off = abs((sent - chance).sum()) / np.sqrt((chance * (1.0 - chance)).sum())
    if reading is not None:
        yield reading
    elif off > DOUBT:
        yield (
            f"Something was sent in {sent.mean():.1%} of the decisions, and the probabilities say "
            f"{chance.mean():.1%}: they are wrong, and so is the estimate."
        )


def _terms(logged: LoggedDecisions, argument: str, names: Sequence[str]) -> dict[str, Floats]:
    """Returns the numbers of columns by their term, a term for each further label: (rows,) each."""
    log = logged.log
    known = [each.name for each in log.schema.observed]
    terms: dict[str, Floats] = {}
    for name in [names] if isinstance(names, str) else names:
        column = log.columns.get(name)
        if column is None or name not in known:
            later = "" if column is None else ", which are known before the decision"
            raise ArgumentError(f"{argument}: {not_one_of(name, known)}{later}")
        if isinstance(column, NumberColumn):
            terms[name] = column.numbers.astype(np.float64)
        elif isinstance(column, TextColumn):
            raise ArgumentError(
                f"{argument}: {quoted(name)} is text; name numbers, flags or labels"
            )
        else:
            first, *others = np.unique(column.codes).tolist()
            if not others:
                only = column.values[first]
                raise ArgumentError(f"{argument}: {quoted(name)} is always {quoted(only)}")
            for code in others:
                value = column.values[code]
                term = name if value is True else f"{name}={value}"
                terms[term] = (column.codes == code).astype(np.float64)
    return terms


def _center(
    logged: LoggedDecisions, numerator: float | str | None, chance: Floats, effects: Floats
) -> Floats:
    """Returns the probability of sending that the estimate is centred at: (rows,)."""
    if numerator is None:
        return np.full(len(chance), chance.mean())
    if not isinstance(numerator, str):
        if not isinstance(numerator, Real) or not 0.0 < numerator < 1.0:
            raise ArgumentError(
                f"numerator={numerator!r} must be between 0 and 1, or name a column"
            )
        return np.full(len(chance), float(numerator))
    column = logged.log.columns.get(numerator)
    if not isinstance(column, NumberColumn):
        numbers = [
            name for name, each in logged.log.columns.items() if isinstance(each, NumberColumn)
        ]
        raise ArgumentError(f"numerator={not_one_of(numerator, numbers)}")
    center = column.numbers.astype(np.float64)
    if not ((center > 0.0) & (center < 1.0)).all():
        raise ArgumentError(f"the column {quoted(numerator)} must be between 0 and 1 everywhere")
    _, first, alike = np.unique(effects, axis=0, return_index=True, return_inverse=True)
    if (center != center[first][alike.reshape(-1)]).any():
        raise ArgumentError(
            f"the column {quoted(numerator)} differs where all moderators are equal, so that it "
            "would bias the effect: let it depend on them alone"
        )
    return center

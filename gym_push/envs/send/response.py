"""What a message does to a person: an outcome now, habituation, burden, distrust, a habit.

`Response` holds every number of it, and `respond` is all of the dynamics. It is written once, for
one person in plain numbers and for many on arrays, with nothing but the arithmetic that every CPU
and every library rounds alike: what needs more (logarithms, powers) is laid out ahead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np

from gym_push.users.model.described import LARGEST, SMALLEST, Described, number
from gym_push.users.model.parameters import ASSUMED

_not_negative = partial(number, least=0)
_positive = partial(number, least=SMALLEST)
_share = partial(number, least=0, most=1)
_switch = partial(number, least=0, most=1, kind="switch")
_numbers = partial(number, kind="numbers")
_shares = partial(number, kind="numbers", least=0, most=1)
_weights = partial(number, kind="numbers", least=0)
_spread = partial(number, least=0, most=2.5)

_HOURS: Final = "h until that share is left; 0 for one decision to the next"
_BY_STATE: Final = "asleep, at home, on the way, at work, meeting, out, exercising"


@dataclass(frozen=True)
class Response(Described):
    """How people respond to messages; the defaults are those of the preset "habit".

    What fades has a share that is left and the hours after which it is. Utilities are in logit
    units where `logit` holds, else they are probabilities.

    Raises:
        ArgumentError: A number is outside its range.
    """

    of: ClassVar = "the response"

    # What people do by themselves at each decision
    logit: bool = _switch(True, "whether utility is a logit, or else a probability", ASSUMED)
    base: float = number(-2.6, "utility of doing it without a message", ASSUMED)
    base_spread: float = _spread(0.6, "utility, over people", ASSUMED)
    evening: float = number(0.0, "utility, from noon on", ASSUMED)
    weekend: float = number(0.0, "utility, on Saturday and Sunday", ASSUMED)
    habit_utility: float = number(1.5, "utility of a full habit", ASSUMED)
    amount: float = _not_negative(1.0, "of the outcome of one who does it", ASSUMED)
    amount_spread: float = _spread(0.0, "of its log, over people", ASSUMED)
    gamma_noise: float = _not_negative(
        0.0, "standard deviation of the amount, gamma distributed; 0 for none", ASSUMED
    )
    poisson_noise: bool = _switch(False, "whether the amount is a Poisson count", ASSUMED)
    most: float = _positive(LARGEST, "of the outcome, which is cut there", ASSUMED)

    # The moment
    receptive: float = _not_negative(0.7, "weight of what the moment does to opening", ASSUMED)
    busy: tuple[float, ...] = _shares(
        (0.0, 0.1, 0.7, 0.9, 1.0, 0.3, 1.0), f"probability of being busy: {_BY_STATE}", ASSUMED
    )
    misread: float = _share(0.0, "probability that the agent is told the opposite of busy", ASSUMED)
    available: tuple[float, ...] = _shares(
        (0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), f"probability of being available: {_BY_STATE}", ASSUMED
    )
    driving: bool = _switch(True, "whether one in a vehicle is not available", ASSUMED)
    once_a_day: bool = _switch(True, "whether one who has done it today is not available", ASSUMED)
    mute: float = _share(0.5, "probability of not being available with a full burden", ASSUMED)

    # What a message adds
    lift: float = number(2.4, "utility of a message", ASSUMED)
    lift_spread: float = _spread(0.5, "utility, over people", ASSUMED)
    amount_lift: float = number(0.0, "added to the amount", ASSUMED)
    amount_lift_share: float = number(0.0, "added to it, of the person's own amount", ASSUMED)
    fit: tuple[float, ...] = _weights(
        (1.0, 1.4, 0.4), "factor on it: message for anybody, right and wrong occasion", ASSUMED
    )
    topic_taste: float = _not_negative(1.0, "weight of the person's tastes for topics", ASSUMED)
    tone: tuple[float, ...] = _numbers(
        (0.0, 0.1, 0.1, 0.3), "utility: plain, warm, playful, bait", ASSUMED
    )
    tone_taste: float = _not_negative(0.6, "utility, standard deviation over people", ASSUMED)
    urgency: tuple[float, ...] = _numbers((-0.1, 0.0, 0.3), "utility: low, normal, high", ASSUMED)
    length: tuple[float, ...] = _numbers((0.0, -0.1), "utility: short, long", ASSUMED)
    channel: tuple[float, ...] = _numbers(
        (0.0, -0.4, -0.8), "utility: push, silent, email", ASSUMED
    )

    # What repeats loses
    stale: float = _not_negative(0.5, "utility that a message loses by being repeated", ASSUMED)
    stale_left: float = _share(0.5, "of that", ASSUMED)
    stale_hours: float = _not_negative(72.0, _HOURS, ASSUMED)
    habituation: float = _share(0.15, "habituation to messages, of 1, by each", ASSUMED)
    habituation_start: float = _share(0.0, "of 1, at first", ASSUMED)
    habituation_left: float = _share(0.5, "of the habituation", ASSUMED)
    habituation_hours: float = _not_negative(48.0, _HOURS, ASSUMED)
    fades_at_once: bool = _switch(
        True, "whether both fade from the message on, or else from the next decision", ASSUMED
    )
    weary: float = _share(0.6, "of the effect that full habituation takes away", ASSUMED)
    overdose_left: float = _share(1.0, "of the effect, for good, after each overdose", ASSUMED)
    overdose: float = _share(1.0, "habituation above which that is one", ASSUMED)
    overdose_habit: float = _share(1.0, "habituation above which it is for who has ...", ASSUMED)
    habit_enough: float = _share(1.0, "... a habit above this", ASSUMED)
    overdose_day: float = _not_negative(7.0, "day from which it counts", ASSUMED)

    # Burden, and leaving
    burden: float = _share(0.08, "of 1, by each message that is not welcome", ASSUMED)
    burden_start: float = _share(0.0, "of 1, at first", ASSUMED)
    relief: float = _share(0.2, "of the burden that a welcome message takes away", ASSUMED)
    burden_left: float = _share(0.5, "of the burden", ASSUMED)
    burden_hours: float = _not_negative(72.0, _HOURS, ASSUMED)
    urgency_burden: tuple[float, ...] = _weights(
        (0.7, 1.0, 1.6), "factor on it: low, normal, high urgency", ASSUMED
    )
    channel_burden: tuple[float, ...] = _weights(
        (1.0, 0.5, 0.3), "factor on it: push, silent, email", ASSUMED
    )
    intrusive: float = _not_negative(
        0.6, "weight of what an alert costs in the person's state", ASSUMED
    )
    quit: float = _not_negative(0.002, "hazard of leaving, a day", ASSUMED)
    quit_burden: float = _not_negative(0.02, "hazard a day, with a full burden", ASSUMED)
    limit: float = _positive(1.0, "burden at which one leaves at once", ASSUMED)

    # Trust
    disappoint: float = _share(0.8, "probability that opened bait disappoints", ASSUMED)
    betrayal: float = _share(0.25, "trust, of 1, lost by that", ASSUMED)
    distrust_left: float = _share(0.5, "of the trust lost", ASSUMED)
    distrust_hours: float = _not_negative(336.0, _HOURS, ASSUMED)

    # The habit: a mean of what was done, in which the past fades
    full: float = _positive(1.0, "outcome of one decision that counts in full", ASSUMED)
    habit_start: float = _share(0.1, "of 1, at first", ASSUMED)
    habit_left: float = _share(0.5, "of the past", ASSUMED)
    habit_hours: float = _not_negative(120.0, _HOURS, ASSUMED)

    state_noise: float = _share(
        0.0, "width of a uniform factor around 1 on habituation and burden", ASSUMED
    )


class Moment(NamedTuple):
    """What holds at a decision, whatever the agent does: numbers of one, or (lanes,) of many.

    Attributes:
        base: Utility of doing it without a message and without a habit.
        noise: On the utility.
        receptive: Utility of the moment, for messages.
        amount: Mean outcome of one who does it.
        amount_lift: What a message adds to it.
        amount_noise: Standard normal.
        busy: 1 where the person is.
        available: 1 where the person is, but for what was sent.
        mute: Uniform; below the probability that the burden mutes, the person is not available.
        intrusion: Factor on the burden.
        bait: Uniform; below `disappoint`, bait disappoints.
        leave: Uniform; below the hazard, the person leaves.
        days: Until the next decision, or the end.
        late: 1 where an overdose counts.
        stale_left, habituation_left, burden_left, distrust_left, habit_left: Until then.
        habituation_noise, burden_noise: Factors.
    """

    base: Any
    noise: Any
    receptive: Any
    amount: Any
    amount_lift: Any
    amount_noise: Any
    busy: Any
    available: Any
    mute: Any
    intrusion: Any
    bait: Any
    leave: Any
    days: Any
    late: Any
    stale_left: Any
    habituation_left: Any
    burden_left: Any
    distrust_left: Any
    habit_left: Any
    habituation_noise: Any
    burden_noise: Any


class Condition(NamedTuple):
    """How a person stands to messages: each from 0 to 1; of one, or (lanes,) of many.

    Attributes:
        habituation: To messages of any kind.
        burden: Of messages that were not welcome.
        distrust: By bait that disappointed.
        habit: How much of the outcome is usual by now.
        response: What is left of the effect after overdoses.
    """

    habituation: Any
    burden: Any
    distrust: Any
    habit: Any
    response: Any


class Sent(NamedTuple):
    """A message, as far as people respond to it; of one, or (lanes,) of many.

    Attributes:
        lift: Utility.
        occasion: Of `OCCASIONS`, by number.
        loud: Factor on the burden.
        bait: Whether it is.
        stale: How much of a repeat it is, from 0 to 1.
    """

    lift: Any
    occasion: Any
    loud: Any
    bait: Any
    stale: Any


class Outcome(NamedTuple):
    """What comes of a decision; of one, or (lanes,) of many.

    Attributes:
        amount: The proximal outcome.
        effect: What it is above that without the message, with the same noise; 0 if none is sent.
        opened: Whether the message was opened.
        disappointed: Whether it was opened and was bait that disappointed.
        left: Whether the person leaves.
        condition: From then on.
    """

    amount: Any
    effect: Any
    opened: Any
    disappointed: Any
    left: Any
    condition: Condition


class Ops(NamedTuple):
    """Arithmetic of plain numbers or of arrays, which agree to the bit."""

    where: Callable[[Any, Any, Any], Any]
    least: Callable[[Any, Any], Any]
    most: Callable[[Any, Any], Any]
    root: Callable[[Any], Any]
    whole: Callable[[Any], Any]


def _where(condition: bool, yes: Any, no: Any) -> Any:
    return yes if condition else no


def _whole(value: float) -> float:
    return float(round(value))


ONE: Final = Ops(_where, min, max, math.sqrt, _whole)
MANY: Final = Ops(np.where, np.minimum, np.maximum, np.sqrt, np.rint)


def respond(p: Response, ops: Ops, at: Moment, now: Condition, sent: Any, message: Sent) -> Outcome:
    """Returns what comes of sending a message, or none.

    Args:
        p: The numbers.
        ops: `ONE` or `MANY`.
        at: The decision.
        now: How the person stands.
        sent: Whether something is sent.
        message: What; any where nothing is.
    """
    where, least = ops.where, ops.least
    raised = least(1.0, now.habituation + p.habituation)
    effect = (1.0 - p.weary * raised) * now.response * (1.0 - now.distrust)
    anybody, right, wrong = p.fit
    suits = where(message.occasion == at.busy + 1.0, right, wrong)
    fit = where(message.occasion == 0.0, anybody, suits)

    alone = at.base + p.habit_utility * now.habit + at.noise
    gain = effect * (message.lift * fit + at.receptive) - p.stale * message.stale
    does = alone + gain > 0.0
    without = where(alone > 0.0, _amount(p, ops, at.amount, at.amount_noise), 0.0)
    more = ops.most(at.amount + effect * (at.amount_lift * fit), 0.0)
    lifted = _amount(p, ops, more, at.amount_noise)
    amount = where(sent, where(does, lifted, 0.0), without)

    opened = sent & does & (fit > 0.0)
    disappointed = opened & message.bait & (at.bait < p.disappoint)
    welcome = opened & (disappointed ^ True)
    heavier = least(1.0, now.burden + p.burden * (message.loud * at.intrusion))
    lighter = now.burden * (1.0 - p.relief)
    burden = where(sent, where(welcome, lighter, heavier), now.burden)
    left = _leaves(p, at, burden)
    amount = where(left, 0.0, amount)
    without = where(_leaves(p, at, now.burden), 0.0, without)

    habituation = where(
        sent,
        raised * at.habituation_left if p.fades_at_once else raised,
        now.habituation * at.habituation_left,
    )
    lost = where(disappointed, p.betrayal, 0.0)
    past = at.habit_left
    response = now.response
    if p.overdose_left < 1.0:
        much = (habituation > p.overdose_habit) & (now.habit > p.habit_enough)
        overdose = (much | (habituation > p.overdose)) & (at.late > 0.0)
        response = where(overdose, response * p.overdose_left, response)
    return Outcome(
        amount=amount,
        effect=where(sent, amount - without, 0.0),
        opened=opened,
        disappointed=disappointed,
        left=left,
        condition=Condition(
            habituation=least(1.0, habituation * at.habituation_noise),
            burden=least(1.0, burden * at.burden_left * at.burden_noise),
            distrust=least(1.0, now.distrust + lost) * at.distrust_left,
            habit=past * now.habit + (1.0 - past) * least(1.0, amount / p.full),
            response=response,
        ),
    )


def _leaves(p: Response, at: Moment, burden: Any) -> Any:
    """Returns whether a person with this burden leaves."""
    hazard = (p.quit + p.quit_burden * (burden * burden)) * at.days
    return (burden >= p.limit) | (at.leave < hazard)


def _amount(p: Response, ops: Ops, mean: Any, noise: Any) -> Any:
    """Draws an amount with a mean and a standard normal, by arithmetic alone.

    A gamma by the cube of Wilson and Hilferty, "The distribution of chi-square", PNAS 17 (1931);
    a Poisson count, whose mean is large, by the normal that it approaches.
    """
    if p.gamma_noise:
        size = p.gamma_noise / ops.most(mean, SMALLEST)
        ninth = size * size / 9.0
        root = ops.most(1.0 - ninth + noise * ops.root(ninth), 0.0)
        mean = mean * (root * root * root)
    if p.poisson_noise:
        mean = ops.most(ops.whole(mean + noise * ops.root(mean)), 0.0)
    return ops.least(mean, p.most)

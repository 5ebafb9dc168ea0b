"""Whether a person opens what they see, and when they act on it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from gym_push.users.keyed_random import Flags, Floats, Ints, Stream, derive
from gym_push.users.model.app_classes import CLASSES, per_class
from gym_push.users.model.days import Situation
from gym_push.users.model.notifications import Arrivals, Features
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.persons import People
from gym_push.users.model.states import DAY, DAY_PART_OF_HOUR, HOUR, MINUTE, milliseconds, per_state

ONE_ALERT: Final = MINUTE
"""Deliveries within this time after an alert do not alert again; in milliseconds."""

Numbers = TypeVar("Numbers", float, Floats)
"""A number of one person, or (people,) of many."""


class ResponseTraits(NamedTuple):
    """How a person responds to each notification, whenever it is seen.

    Attributes:
        noise: (notifications,) utility that the model does not explain.
        to_act: (notifications,) seconds from seeing it to opening it, in a usual state.
        ignores: (notifications,) whether it is ignored, if it is not opened.
        to_clear: (notifications,) milliseconds from seeing it to clearing it, if it is ignored.
    """

    noise: Floats
    to_act: Floats
    ignores: Flags
    to_clear: Ints


def draw_response_traits(people: People, arrivals: Arrivals) -> ResponseTraits:
    """Draws, for every arrival, what does not depend on when it is seen."""
    p, key = people.parameters, arrivals.key
    to_act = per_class("decision_time")[arrivals.app_class] * np.exp(
        p.decision_spread * Stream.DECISION_TIME.normal(key) + people.delay[arrivals.person]
    )
    to_clear = Stream.CLEARED_AFTER.log_normal(key, p.cleared_median, p.cleared_spread)
    return ResponseTraits(
        noise=p.noise * Stream.DECISION_NOISE.logistic(key),
        to_act=to_act,
        ignores=Stream.IGNORED.uniform(key) < p.ignored,
        to_clear=milliseconds(to_clear, HOUR),
    )


def static_utility(people: People, arrivals: Arrivals, features: Features, era: Ints) -> Floats:
    """Returns the part of the utility of opening that does not depend on when it is seen.

    Args:
        people: All people.
        arrivals: The notifications.
        features: Theirs.
        era: Of the tastes, for each notification or for all.

    Returns:
        (notifications,) in logit units.
    """
    p, person, tastes = people.parameters, arrivals.person, people.tastes
    class_utility = np.array([getattr(p, f"utility_{each.name}") for each in CLASSES])
    total: Floats = (
        people.openness[person]
        + class_utility[arrivals.app_class]
        + tastes.app[era, person, arrivals.app]
        + np.array(p.priority)[features.priority]
        + p.significant * features.significant
        + _interest(people, arrivals, features, era)
        + p.enticement * (features.enticement - p.enticement_centre)
        + p.sentiment * features.sentiment
        + p.updates * features.update_level
    )
    if p.meaningful:
        total += np.array(p.intent)[features.intent] + tastes.intent[person, features.intent]
    return total


def _interest(people: People, arrivals: Arrivals, features: Features, era: Ints) -> Floats:
    """Returns the utility of the topics. Where messages mean something, a part of it moves on.

    That part is drawn anew every `topic_drift_days`, and between two draws it moves straight from
    one to the next, with the same variance all the way.
    """
    p, person, topic = people.parameters, arrivals.person, features.topic
    stable: Floats = people.tastes.topic[era, person, topic]
    if not p.meaningful:
        return stable
    month, moved = np.divmod(arrivals.time / DAY / p.topic_drift_days, 1.0)
    topic_key = derive(people.key[person], topic)
    old, new = (
        Stream.TOPIC_NEWS.normal(derive(topic_key, month.astype(np.int64) + later))
        for later in (0, 1)
    )
    moving = ((1.0 - moved) * old + moved * new) / np.sqrt((1.0 - moved) ** 2 + moved**2)
    stays, moves = np.sqrt([1.0 - p.topic_drift, p.topic_drift])
    interest: Floats = stays * stable + moves * p.topic_taste * moving
    return interest


def context_utility(people: People, at: Situation) -> Floats:
    """Returns the part of the utility of opening anything that depends on the situation alone."""
    tastes, person = people.tastes, at.person
    era = tastes.era(at.day)
    mood = Stream.MOOD.normal(derive(people.key[person], at.day))
    total: Floats = (
        tastes.day_part[era, person, DAY_PART_OF_HOUR[at.hour]]
        + tastes.weekday[era, person, at.weekday]
        + per_state("utility")[at.state]
        + tastes.state[era, person, at.state]
        + people.parameters.mood * mood
    )
    return total


def half_life(app_class: Ints) -> Floats:
    """Returns the time in which notifications of these classes lose half their value, in ms."""
    length: Floats = (per_class("half_life") * MINUTE)[app_class]
    return length


def staleness(age: Ints, half_life: Floats, parameters: Parameters) -> Floats:
    """Returns the utility lost by notifications of some age when seen, in the same unit."""
    lost: Floats = parameters.staleness * np.log1p(age / half_life)
    return lost


def utility(
    people: People, arrivals: Arrivals, features: Features, seen: Ints, at: Situation
) -> Floats:
    """Returns the utility of opening each notification, before fatigue and noise.

    Args:
        people: All people.
        arrivals: The notifications.
        features: Theirs.
        seen: (notifications,) when each is first seen, in milliseconds.
        at: (notifications,) the situations in which they are seen.

    Returns:
        (notifications,) in logit units.
    """
    person, app_class = arrivals.person, arrivals.app_class
    era = people.tastes.era(at.day)
    day_part = DAY_PART_OF_HOUR[at.hour]
    total: Floats = (
        static_utility(people, arrivals, features, era)
        + context_utility(people, at)
        + people.tastes.class_day_part[era, person, app_class, day_part]
        + staleness(seen - arrivals.time, half_life(app_class), people.parameters)
    )
    return total


def faded(
    short: Numbers, long: Numbers, time: Any, parameters: Parameters
) -> tuple[Numbers, Numbers]:
    """Returns what is left of loads of fatigue some time later.

    Args:
        short: Load of the last half hour, in alerts.
        long: Load of the last day, in deliveries.
        time: Milliseconds.
        parameters: The numbers of the model.
    """
    hours = time / HOUR
    return (
        short * np.exp(-hours / parameters.short_memory),
        long * np.exp(-hours / parameters.long_memory),
    )


def added_load(parameters: Parameters) -> tuple[float, float]:
    """Returns what a delivery adds to the loads: if it is not opened, and if it is.

    The long load grows with every delivery, the short one with those that alert: a batch that is
    delivered at once wears people out like a single notification. That three batches a day did not
    wear people out: "Batching smartphone notifications can improve well-being".
    """
    return 1.0 + parameters.not_opened_load, 1.0 - parameters.opened_relief


def fatigue_load(short: Numbers, long: Numbers, volume: Numbers, parameters: Parameters) -> Numbers:
    """Returns how tired people are of notifications, in units of their trait `fatigue`.

    Args:
        short: Load of the last half hour, in alerts.
        long: Load of the last day, in deliveries.
        volume: Notifications a day.
        parameters: The numbers of the model.
    """
    p = parameters
    usual = np.maximum(volume * p.usual_share, p.usual_least)
    load: Numbers = p.short_weight * np.log1p(short / usual) + p.long_weight * (
        np.log1p(long / volume) - p.long_usual
    )
    return load


def margins(people: People, person: Ints, delivered: Ints, inclination: Floats) -> Floats:
    """Subtracts fatigue, which grows with deliveries, most with those that are not opened.

    Two loads decay with time, within half an hour and within a day. Each delivery adds to them
    once it is decided (`added_load`), so a decision depends on all those before it: this goes
    through everybody's first delivery, then everybody's second, and so on.

    Args:
        people: All people.
        person: (deliveries,) index of the person, ascending.
        delivered: (deliveries,) milliseconds, ascending for each person.
        inclination: (deliveries,) utility plus noise.

    Returns:
        (deliveries,) margins: the notification is opened exactly where they are positive.
    """
    p = people.parameters
    count = np.bincount(person, minlength=len(people.key))
    busiest_first = np.argsort(-count, kind="stable")
    place = np.empty_like(busiest_first)
    place[busiest_first] = np.arange(len(busiest_first))
    number = np.arange(len(person)) - (np.cumsum(count) - count)[person]
    # Turn by turn, and in each turn those people who have that many deliveries, busiest first.
    order = np.lexsort((place[person], number))
    turns = np.searchsorted(number[order], np.arange(count.max(initial=0) + 1))

    hours = np.diff(delivered, prepend=0) / HOUR
    hours[number == 0] = 0.0  # loads start at zero
    short_decay = np.exp(-hours / p.short_memory)[order]
    long_decay = np.exp(-hours / p.long_memory)[order]
    ordered, now = inclination[order], delivered[order]
    result = np.empty_like(ordered)
    volume = people.volume[busiest_first]
    fatigue = people.fatigue[busiest_first]
    short, long = np.zeros_like(volume), np.zeros_like(volume)
    alerted = np.full(len(volume), -ONE_ALERT)
    refused, opened = added_load(p)
    for start, stop in zip(turns[:-1], turns[1:], strict=True):
        turn, active = slice(start, stop), slice(0, stop - start)
        short[active] *= short_decay[turn]
        long[active] *= long_decay[turn]
        load = fatigue_load(short[active], long[active], volume[active], p)
        margin = ordered[turn] - fatigue[active] * load
        result[turn] = margin
        added = np.where(margin > 0.0, opened, refused)
        alerts = now[turn] - alerted[active] >= ONE_ALERT
        alerted[active] = np.where(alerts, now[turn], alerted[active])
        short[active] += alerts * added
        long[active] += added
    unordered = np.empty_like(result)
    unordered[order] = result
    return unordered


def acted_at(
    traits: ResponseTraits,
    opened: Flags,
    seen: Ints,
    state: npt.NDArray[np.integer[Any]],
    parameters: Parameters,
) -> Ints:
    """Finds when each notification is opened, dismissed, or, if ignored, cleared.

    Args:
        traits: Of each notification.
        opened: (notifications,) the decisions.
        seen: (notifications,) when each is first seen, in milliseconds.
        state: (notifications,) `State` of the person at that time.
        parameters: The numbers of the model.

    Returns:
        (notifications,) milliseconds.
    """
    slower = per_state("delay")[state] * np.where(opened, 1.0, parameters.not_opened_delay)
    to_act = milliseconds(traits.to_act * slower)
    return seen + np.where(~opened & traits.ignores, traits.to_clear, to_act)

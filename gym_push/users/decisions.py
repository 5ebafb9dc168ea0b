"""Whether a person opens what they see, and when they act on it."""

import numpy as np

from gym_push.users.arrivals import Arrivals
from gym_push.users.channels import Channel
from gym_push.users.classes import per_class
from gym_push.users.clock import DAY_PART_OF_HOUR, HOUR, MINUTE, milliseconds
from gym_push.users.counters import Flags, Floats, Ints, derive, logistic, normal, uniform
from gym_push.users.days import Moment
from gym_push.users.features import Features
from gym_push.users.parameters import Parameters
from gym_push.users.persons import People
from gym_push.users.states import per_state


def utility(
    people: People,
    arrivals: Arrivals,
    features: Features,
    seen: Ints,
    at: Moment,
    parameters: Parameters,
) -> Floats:
    """Returns the utility of opening each notification, before fatigue and noise.

    Args:
        people: All people.
        arrivals: The notifications.
        features: Theirs.
        seen: (notifications,) when each is first seen, in milliseconds.
        at: (notifications,) the moments when they are seen.
        parameters: The numbers of the model.

    Returns:
        (notifications,) in logit units.
    """
    p, person, app_class = parameters, arrivals.person, arrivals.app_class
    day_part = DAY_PART_OF_HOUR[at.hour]
    half_life = per_class("half_life")[app_class] * MINUTE
    mood = normal(derive(people.key[person], at.day), Channel.MOOD)
    total: Floats = (
        people.openness[person]
        + per_class("utility")[app_class]
        + people.app_taste[person, arrivals.app]
        + np.array(p.priority)[features.priority]
        + p.significant * features.significant
        + people.topic_taste[person, features.topic]
        + p.enticement * (features.enticement - p.enticement_centre)
        + p.sentiment * features.sentiment
        + p.updates * features.update_level
        + people.day_part_taste[person, day_part]
        + people.class_day_part_taste[person, app_class, day_part]
        + people.weekday_taste[person, at.weekday]
        + per_state("utility")[at.state]
        + people.state_taste[person, at.state]
        + p.mood * mood
        + p.staleness * np.log1p((seen - arrivals.time) / half_life)
    )
    return total


def decision_noise(arrivals: Arrivals, parameters: Parameters) -> Floats:
    """Draws what the model does not explain, the same for a notification whatever happens to it."""
    return parameters.noise * logistic(arrivals.key, Channel.DECISION_NOISE)


def margins(
    people: People, person: Ints, delivered: Ints, inclination: Floats, parameters: Parameters
) -> Floats:
    """Subtracts fatigue, which grows with deliveries, most with those that are not opened.

    Two loads decay with time, within half an hour and within a day. Each delivery adds to both
    once it is decided, so a decision depends on all those before it: this goes through everybody's
    first delivery, then everybody's second, and so on.

    Args:
        people: All people.
        person: (deliveries,) index of the person, ascending.
        delivered: (deliveries,) milliseconds, ascending for each person.
        inclination: (deliveries,) utility plus noise.
        parameters: The numbers of the model.

    Returns:
        (deliveries,) margins: the notification is opened exactly where they are positive.
    """
    p = parameters
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
    ordered = inclination[order]
    result = np.empty_like(ordered)
    volume = people.volume[busiest_first]
    usual = np.maximum(volume * p.usual_share, p.usual_least)
    fatigue = people.fatigue[busiest_first]
    short, long = np.zeros_like(volume), np.zeros_like(volume)
    for start, stop in zip(turns[:-1], turns[1:], strict=True):
        turn, active = slice(start, stop), slice(0, stop - start)
        short[active] *= short_decay[turn]
        long[active] *= long_decay[turn]
        load = p.short_weight * np.log1p(short[active] / usual[active]) + p.long_weight * (
            np.log1p(long[active] / volume[active]) - p.long_usual
        )
        margin = ordered[turn] - fatigue[active] * load
        result[turn] = margin
        added = np.where(margin > 0.0, 1.0 - p.opened_relief, 1.0 + p.not_opened_load)
        short[active] += added
        long[active] += added
    unordered = np.empty_like(result)
    unordered[order] = result
    return unordered


def acted_at(
    people: People,
    arrivals: Arrivals,
    opened: Flags,
    seen: Ints,
    at: Moment,
    parameters: Parameters,
) -> Ints:
    """Finds when each notification is opened, dismissed, or, if ignored, cleared.

    Args:
        people: All people.
        arrivals: The notifications.
        opened: (notifications,) the decisions.
        seen: (notifications,) when each is first seen, in milliseconds.
        at: (notifications,) the moments when they are seen.
        parameters: The numbers of the model.

    Returns:
        (notifications,) milliseconds.
    """
    p, key = parameters, arrivals.key
    time_to_act = (
        per_class("decision_time")[arrivals.app_class]
        * np.exp(
            p.decision_spread * normal(key, Channel.DECISION_TIME) + people.delay[arrivals.person]
        )
        * per_state("delay")[at.state]
        * np.where(opened, 1.0, p.not_opened_delay)
    )
    acted = seen + milliseconds(time_to_act)
    ignored = np.flatnonzero(~opened & (uniform(key, Channel.IGNORED) < p.ignored))
    hours = p.cleared_median * np.exp(
        p.cleared_spread * normal(key[ignored], Channel.CLEARED_AFTER)
    )
    acted[ignored] = seen[ignored] + milliseconds(hours, HOUR)
    return acted

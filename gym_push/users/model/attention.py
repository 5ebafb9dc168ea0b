"""When a person first sees a notification."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gym_push.users.keyed_random import Flags, Floats, Ints, normal, uniform
from gym_push.users.model.arrivals import Arrivals
from gym_push.users.model.clock import HOUR, milliseconds
from gym_push.users.model.days import Situation
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.persons import People
from gym_push.users.model.sensing import headphones, hour_keys, ringer_mode
from gym_push.users.model.states import per_state
from gym_push.users.streams import Stream


class Attention(NamedTuple):
    """How a person would come to see each notification, whenever it is delivered.

    Attributes:
        alert: (notifications,) in (0, 1); the alert is noticed where that is more likely than this.
        after_alert: (notifications,) milliseconds from a noticed alert to seeing.
        in_use: (notifications,) milliseconds to seeing while the phone is in use.
    """

    alert: Floats
    after_alert: Ints
    in_use: Ints

    def of(self, notifications: Ints) -> Attention:
        """Returns that of some notifications."""
        alert, after_alert, in_use = self
        rows = notifications
        return Attention(alert[rows], after_alert[rows], in_use[rows])


def draw_attention(people: People, arrivals: Arrivals, parameters: Parameters) -> Attention:
    """Draws, for every arrival, what does not depend on when it is delivered."""
    p, key = parameters, arrivals.key
    after_alert = p.alert_delay_median * np.exp(
        p.alert_delay_spread * normal(key, Stream.ALERT_DELAY) + people.delay[arrivals.person]
    )
    in_use = p.in_use_delay_median * np.exp(
        p.in_use_delay_spread * normal(key, Stream.IN_USE_DELAY)
    )
    return Attention(
        alert=uniform(key, Stream.ALERT_NOTICED),
        after_alert=milliseconds(after_alert),
        in_use=milliseconds(in_use),
    )


def notice_probability(people: People, at: Situation, parameters: Parameters) -> Floats:
    """Returns the probability that an alert is noticed at each moment, the phone not in use."""
    p, context = parameters, hour_keys(people, at)
    by_ringer = np.array([p.notice_silent, p.notice_vibrate, p.notice_normal])
    notice = by_ringer[ringer_mode(people, at, context)] * per_state("notice")[at.state]
    return np.where(headphones(at, context), np.maximum(notice, p.notice_headphones), notice)


def seen_at(
    attention: Attention,
    delivered: Ints,
    notice: Floats,
    in_use: Flags,
    next_check: Ints,
    parameters: Parameters,
) -> Ints:
    """Finds when each notification is first seen, if it is delivered at the given time.

    Who is in a self-check sees it within seconds. Else it is seen at the next self-check, or when
    its alert is noticed, whichever comes first; and within a day at the latest, so that what
    follows never depends on more than one day beyond the delivery.

    Args:
        attention: Of each notification.
        delivered: (notifications,) milliseconds.
        notice: (notifications,) probability that an alert is noticed then.
        in_use: (notifications,) whether a self-check is going on then.
        next_check: (notifications,) when the next self-check starts, in milliseconds.
        parameters: The numbers of the model.

    Returns:
        (notifications,) milliseconds.
    """
    latest = round(parameters.unseen_most * HOUR)
    looks = np.minimum(next_check, delivered + latest)
    alerted = np.where(attention.alert < notice, delivered + attention.after_alert, looks)
    using = delivered + np.minimum(attention.in_use, latest)
    return np.where(in_use, using, np.minimum(looks, alerted))

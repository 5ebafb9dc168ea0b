"""When a person first sees a notification."""

import numpy as np

from gym_push.users.arrivals import Arrivals
from gym_push.users.channels import Channel
from gym_push.users.clock import HOUR, milliseconds
from gym_push.users.counters import Ints, normal, uniform
from gym_push.users.days import Moment, SelfChecks
from gym_push.users.parameters import Parameters
from gym_push.users.persons import People
from gym_push.users.sensing import headphones, hour_keys, ringer_mode
from gym_push.users.states import per_state


def seen_at(
    people: People,
    checks: SelfChecks,
    arrivals: Arrivals,
    delivered: Ints,
    at: Moment,
    parameters: Parameters,
) -> Ints:
    """Finds when each notification is first seen, if it is delivered at the given time.

    Who is in a self-check sees it within seconds. Else it is seen at the next self-check, or when
    its alert is noticed, whichever comes first; and within a day at the latest, so that what
    follows never depends on more than one day beyond the delivery.

    Args:
        people: All people.
        checks: Their self-checks, until a day after the last delivery.
        arrivals: The notifications.
        delivered: (notifications,) milliseconds.
        at: (notifications,) the moments of delivery.
        parameters: The numbers of the model.

    Returns:
        (notifications,) milliseconds.
    """
    p, key = parameters, arrivals.key
    context = hour_keys(people, at)
    notice_by_ringer = np.array([p.notice_silent, p.notice_vibrate, p.notice_normal])
    notice = notice_by_ringer[ringer_mode(people, at, context)] * per_state("notice")[at.state]
    plugged_in = headphones(at, context)
    notice = np.where(plugged_in, np.maximum(notice, p.notice_headphones), notice)
    noticed = uniform(key, Channel.ALERT_NOTICED) < notice
    in_use, next_check = checks.around(arrivals.person, delivered)

    seen: Ints = np.minimum(next_check, delivered + milliseconds(np.array(p.unseen_most), HOUR))
    by_alert = np.flatnonzero(noticed & ~in_use)
    alert_delay = p.alert_delay_median * np.exp(
        p.alert_delay_spread * normal(key[by_alert], Channel.ALERT_DELAY)
        + people.delay[arrivals.person[by_alert]]
    )
    after_alert = delivered[by_alert] + milliseconds(alert_delay)
    seen[by_alert] = np.minimum(seen[by_alert], after_alert)
    using = np.flatnonzero(in_use)
    in_use_delay = p.in_use_delay_median * np.exp(
        p.in_use_delay_spread * normal(key[using], Channel.IN_USE_DELAY)
    )
    seen[using] = delivered[using] + milliseconds(in_use_delay)
    return seen

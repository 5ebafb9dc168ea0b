"""Every number of the simulated person that is not a property of an app class or of a state.

At the ends of their ranges, times still fit 64 bits and sums of utilities keep their small terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from gym_push.errors import ArgumentError
from gym_push.users.model.described import SMALLEST, Described, number

FITTED: Final = "fitted by hand to the marginals of ten anonymous notification logs"
ASSUMED: Final = "assumed: nothing was measured"

LARGEST_SPREAD: Final = 2.5  # of a logarithm: twice that is already a factor of 150


_numbers = partial(number, kind="numbers")
_not_negative = partial(number, least=0)
_spread = partial(number, least=0, most=LARGEST_SPREAD)
_positive = partial(number, least=SMALLEST)
_count = partial(number, kind="whole number")
_switch = partial(number, least=0, most=1, kind="switch")
_day = partial(number, least=0, kind="whole number")
_probability = partial(number, least=0, most=1)
_hour = partial(number, least=0, most=30)  # of the day; counts on from 24 after midnight


@dataclass(frozen=True)
class Parameters(Described):
    """The numbers of the model; the defaults are the model.

    A `*_median` with a `*_spread` is a log-normal: its median, and the standard deviation of its
    logarithm. A `*_mean` with a `*_spread` is a normal. Utilities are in logit units.

    Raises:
        ArgumentError: A number is outside its range.
    """

    of: ClassVar = "the simulated person"

    # The person
    volume_median: float = _positive(42.0, "notifications a day", FITTED, most=300)
    volume_spread: float = _spread(0.6, "of its log", FITTED)
    openness_mean: float = number(0.30, "utility", FITTED)
    openness_spread: float = _spread(1.45, "utility", FITTED)
    wake_mean: float = _hour(7.0, "hour of day", ASSUMED)
    wake_spread: float = _spread(0.8, "h", ASSUMED)
    sleep_mean: float = _hour(23.2, "hour of day", ASSUMED)
    sleep_spread: float = _spread(0.8, "h", ASSUMED)
    worker: float = _probability(0.8, "probability of a job from Monday to Friday", ASSUMED)
    # 85 a day: Andrews, Ellis, Shaw and Piwek, "Beyond Self-Report: Tools to Compare Estimated and
    # Real-World Smartphone Use", PLOS ONE 10 (2015)
    checks_median: float = _positive(80.0, "self-checks of the phone a day", ASSUMED, most=300)
    checks_spread: float = _spread(0.4, "of its log", ASSUMED)
    check_length_median: float = _positive(30.0, "s", FITTED)
    check_length_spread: float = _spread(1.64, "of its log", FITTED)
    check_length_most: float = _positive(3600.0, "s", ASSUMED, most=86_400)
    delay_spread: float = _spread(0.35, "of the log of every delay", FITTED)
    fatigue_mean: float = _not_negative(0.30, "utility for each unit of the load", ASSUMED)
    fatigue_spread: float = _spread(0.5, "of its log", ASSUMED)

    # The day: hours of day, and lengths in hours, jittered daily
    late_weekend_wake: float = _not_negative(1.2, "h later on Saturday and Sunday", ASSUMED)
    wake_jitter: float = _not_negative(0.5, "h", ASSUMED)
    late_weekend_sleep: float = _not_negative(0.7, "h later on Friday and Saturday", ASSUMED)
    sleep_jitter: float = _not_negative(0.6, "h", ASSUMED)
    sleep_latest: float = _hour(25.5, "hour of day", ASSUMED)
    leave_after_wake: float = _not_negative(1.1, "h", ASSUMED)
    leave_jitter: float = _not_negative(0.25, "h", ASSUMED)
    commute_median: float = _positive(0.5, "h", ASSUMED)
    commute_spread: float = _spread(0.4, "of its log", ASSUMED)
    leave_work_mean: float = _hour(17.3, "hour of day", ASSUMED)
    leave_work_jitter: float = _not_negative(0.7, "h", ASSUMED)
    meeting: float = _probability(0.2, "probability of an hour at work", ASSUMED)
    day_out: float = _probability(0.6, "probability on a day off", ASSUMED)
    day_out_start: float = _hour(11.0, "hour of day", ASSUMED)
    day_out_jitter: float = _not_negative(1.2, "h", ASSUMED)
    day_out_median: float = _positive(3.0, "h", ASSUMED)
    day_out_spread: float = _spread(0.4, "of its log", ASSUMED)
    evening_out: float = _probability(0.3, "probability on other evenings", ASSUMED)
    evening_out_weekend: float = _probability(0.6, "probability on Friday and Saturday", ASSUMED)
    evening_out_start: float = _hour(19.0, "hour of day", ASSUMED)
    evening_out_jitter: float = _not_negative(0.6, "h", ASSUMED)
    evening_out_median: float = _positive(2.2, "h", ASSUMED)
    evening_out_spread: float = _spread(0.3, "of its log", ASSUMED)
    exercise: float = _probability(0.25, "probability, on evenings not out", ASSUMED)
    exercise_after_work: float = _not_negative(0.3, "h after the way home", ASSUMED)
    exercise_length: float = _positive(0.9, "h", ASSUMED)

    # The apps of the person
    apps_median: float = _positive(8.0, "apps", FITTED)
    apps_spread: float = _spread(0.5, "of its log", FITTED)
    apps_fewest: int = _count(3, "apps", FITTED, least=1)
    apps_most: int = _count(24, "apps", FITTED, least=1)
    concentration_mean: float = number(1.3, "exponent of the app shares over their ranks", FITTED)
    concentration_spread: float = _spread(0.6, "exponent", FITTED)
    concentration_least: float = _positive(0.3, "exponent", ASSUMED)
    concentration_most: float = _positive(5.0, "exponent", ASSUMED)
    rank_scale: float = _positive(2.5, "ranks in which an app's share falls by a factor e", FITTED)

    # The tastes of the person, standard deviations of utilities
    app_taste: float = _not_negative(0.8, "utility", FITTED)
    day_part_taste: float = _not_negative(1.0, "utility", FITTED)
    class_day_part_taste: float = _not_negative(0.7, "utility", ASSUMED)
    weekday_taste: float = _not_negative(0.45, "utility", FITTED)
    topic_taste: float = _not_negative(0.8, "utility", FITTED)
    state_taste: float = _not_negative(0.4, "utility", ASSUMED)
    mood: float = _not_negative(0.25, "utility, redrawn daily", ASSUMED, most=100)

    # Drift: on one day everybody's tastes become a mixture of old and new ones
    drift: float = _probability(0.0, "share of the variance of tastes that is redrawn", ASSUMED)
    drift_day: int = _day(28, "day from which the new tastes hold", ASSUMED)

    # Arrivals
    weekday_rate_spread: float = _spread(0.35, "of the log of arrivals", FITTED)
    day_rate_variance: float = _not_negative(0.2, "of the log of arrivals", FITTED)
    day_part_rate_spread: float = _spread(0.45, "of the log of arrivals", FITTED)
    gap_spread: float = _spread(1.1, "of the log of a gap in a cluster", FITTED)
    cluster_most: int = _count(60, "notifications", ASSUMED, least=1)
    wake_shift: float = _not_negative(0.6, "h later for each hour that one wakes later", ASSUMED)

    # Features of a notification
    topic_known: float = _probability(0.3, "probability", FITTED)
    enticement_exponent: float = _positive(1.5, "of a uniform draw", ASSUMED)
    sentiment_mean: float = number(0.2, "of -1 to 1", ASSUMED)
    sentiment_spread: float = _spread(0.5, "of -1 to 1", ASSUMED)
    counts_updates: float = _probability(0.85, "probability that an app counts them", FITTED)
    vibrates: float = _probability(0.7, "probability that a notification does", FITTED)
    public: float = _probability(0.03, "probability that the lock screen shows it", FITTED)

    # Messages that say in words only what they are about and want
    meaningful: bool = _switch(False, "whether texts have to be read", ASSUMED)
    goes_on: float = _probability(0.4, "probability that a week's conversation goes on", ASSUMED)
    intent: tuple[float, ...] = _numbers(
        (0.0, 1.2, 0.9, 0.5, -0.8, -1.6),
        "utility of each of `INTENTS`, from plain to bait",
        ASSUMED,
    )
    intent_taste: float = _not_negative(0.4, "utility, standard deviation over people", ASSUMED)
    topic_drift: float = _probability(0.3, "share of the tastes for topics that moves on", ASSUMED)
    topic_drift_days: float = _positive(28.0, "days after which it is another one", ASSUMED)

    # Battery
    drain: float = _positive(5.0, "% an hour awake", ASSUMED)
    drain_spread: float = _spread(0.3, "of its log, redrawn daily", ASSUMED)
    drain_asleep: float = _not_negative(0.8, "% an hour asleep", ASSUMED)
    recharge: float = _not_negative(30.0, "% an hour while charging", ASSUMED)
    battery_least: float = number(3.0, "%", ASSUMED)

    # Attention. That most is seen within minutes, silent or not: "An In-Situ Study of Mobile
    # Phone Notifications"
    notice_silent: float = _probability(0.55, "probability that an alert is noticed", FITTED)
    notice_vibrate: float = _probability(0.85, "probability", FITTED)
    notice_normal: float = _probability(0.77, "probability", FITTED)
    notice_headphones: float = _probability(0.6, "probability, at least", ASSUMED)
    alert_delay_median: float = _positive(18.0, "s", FITTED)
    alert_delay_spread: float = _spread(1.2, "of its log", FITTED)
    in_use_delay_median: float = _positive(4.0, "s", ASSUMED)
    in_use_delay_spread: float = _spread(0.6, "of its log", ASSUMED)
    unseen_most: float = _positive(24.0, "h until anybody looks, at most", ASSUMED, most=24)

    # Utility of opening what the classes of apps send. That messages convert best: "Dismissed! A
    # Detailed Exploration of How Mobile Phone Users Handle Push Notifications"
    utility_msg: float = number(1.6, "utility of messages", FITTED)
    utility_group: float = number(0.3, "utility of group messages", FITTED)
    utility_email: float = number(-0.9, "utility of e-mail", FITTED)
    utility_dating: float = number(-1.0, "utility of dating", FITTED)
    utility_social: float = number(-1.4, "utility of social media", FITTED)
    utility_news: float = number(-1.1, "utility of news", FITTED)
    utility_media: float = number(-1.2, "utility of music and video", FITTED)
    utility_assistant: float = number(-0.2, "utility of assistants and maps", FITTED)
    utility_calendar: float = number(1.2, "utility of calendars", FITTED)
    utility_call: float = number(2.4, "utility of calls", FITTED)
    utility_system: float = number(-0.8, "utility of the system", FITTED)
    utility_promo: float = number(-2.4, "utility of shops", FITTED)

    # Decision. Who sends it, and how, matters: "My Phone and Me: Understanding People's
    # Receptivity to Mobile Notifications"
    priority: tuple[float, ...] = _numbers(
        (-1.0, -0.6, 0.0, 0.7, 0.3), "utility, from min to max", FITTED
    )
    significant: float = number(1.4, "utility, of a sender who matters", FITTED)
    enticement: float = number(1.2, "utility for each unit", ASSUMED)
    enticement_centre: float = number(0.4, "enticement without effect", ASSUMED)
    sentiment: float = number(0.3, "utility for each unit", ASSUMED)
    updates: float = number(-0.25, "utility for each level of updates", FITTED)
    staleness: float = number(-0.7, "utility for each log of age over half-life", ASSUMED)
    noise: float = _positive(0.7, "scale of the logistic noise", ASSUMED)

    # Fatigue. That repetition wears off and recovers: "A Sleeping, Recovering Bandit Algorithm
    # for Optimizing Recurring Notifications"
    short_memory: float = _positive(0.5, "h in which the short load decays by a factor e", ASSUMED)
    long_memory: float = _positive(24.0, "h", ASSUMED)
    short_weight: float = number(2.0, "utility, before the trait", ASSUMED)
    long_weight: float = number(0.5, "utility, before the trait", ASSUMED)
    long_usual: float = number(0.69, "log load of a usual day, which costs nothing", ASSUMED)
    usual_share: float = _positive(1.0 / 32.0, "of a day's volume: half an hour awake", ASSUMED)
    usual_least: float = _positive(1.0, "deliveries; limits the load of quiet people", ASSUMED)
    not_opened_load: float = _not_negative(0.5, "deliveries, added to the 1 of each", ASSUMED)
    opened_relief: float = _not_negative(0.5, "deliveries, taken from it", ASSUMED, most=1)

    # Response. That 20 to 50 % are ignored: "Understanding and Managing Notifications"
    decision_spread: float = _spread(1.1, "of the log of the time to act", FITTED)
    not_opened_delay: float = _positive(1.0, "factor on the time to act", FITTED)
    ignored: float = _probability(0.35, "probability, if not opened", FITTED)
    cleared_median: float = _positive(0.25, "h from seeing to clearing", FITTED, most=1000)
    cleared_spread: float = _spread(0.8, "of its log", ASSUMED)

    def __post_init__(self) -> None:
        """Checks the ranges."""
        super().__post_init__()
        pairs = ("apps_fewest", "apps_most"), ("concentration_least", "concentration_most")
        for low, high in pairs:
            least, most = getattr(self, low), getattr(self, high)
            if least > most:
                raise ArgumentError(f"{low}={least!r} is above {high}={most!r}")

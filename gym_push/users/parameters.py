"""Every number of the simulated person that is not a property of an app class or of a state."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameters:
    """The numbers of the model; the defaults are the model.

    A `*_median` with a `*_spread` is a log-normal: its median, and the standard deviation of its
    logarithm. A `*_mean` with a `*_spread` is a normal. Utilities are in logit units. The comment
    beside each number gives its unit, if it has one, and where it comes from:

    - fitted: by hand, to the marginals of ten anonymous notification logs;
    - assumed: nothing was measured.
    """

    # The person
    volume_median: float = 42.0  # notifications a day; fitted
    volume_spread: float = 0.6  # fitted
    openness_mean: float = 0.30  # utility; fitted
    openness_spread: float = 1.45  # fitted
    wake_mean: float = 7.0  # hour of day; assumed
    wake_spread: float = 0.8  # h; assumed
    sleep_mean: float = 23.2  # hour of day; assumed
    sleep_spread: float = 0.8  # h; assumed
    worker: float = 0.8  # probability; assumed
    checks_median: float = 50.0  # self-checks of the phone a day; assumed
    checks_spread: float = 0.4  # assumed
    check_length_median: float = 30.0  # s; fitted
    check_length_spread: float = 1.64  # fitted
    check_length_most: float = 3600.0  # s; assumed
    delay_spread: float = 0.35  # of the log of every delay; fitted
    fatigue_mean: float = 0.30  # utility for each unit of the load; assumed
    fatigue_spread: float = 0.5  # of its log; assumed

    # The day: hours of day, and lengths in hours, jittered daily
    late_weekend_wake: float = 1.2  # h later on Saturday and Sunday; assumed
    wake_jitter: float = 0.5  # h; assumed
    late_weekend_sleep: float = 0.7  # h later on Friday and Saturday; assumed
    sleep_jitter: float = 0.6  # h; assumed
    sleep_latest: float = 25.5  # hour of day; assumed
    leave_after_wake: float = 1.1  # h; assumed
    leave_jitter: float = 0.25  # h; assumed
    commute_median: float = 0.5  # h; assumed
    commute_spread: float = 0.4  # assumed
    leave_work_mean: float = 17.3  # hour of day; assumed
    leave_work_jitter: float = 0.7  # h; assumed
    meeting: float = 0.2  # probability of an hour at work; assumed
    day_out: float = 0.6  # probability on a day off; assumed
    day_out_start: float = 11.0  # hour of day; assumed
    day_out_jitter: float = 1.2  # h; assumed
    day_out_median: float = 3.0  # h; assumed
    day_out_spread: float = 0.4  # assumed
    evening_out: float = 0.3  # probability; assumed
    evening_out_weekend: float = 0.6  # probability on Friday and Saturday; assumed
    evening_out_start: float = 19.0  # hour of day; assumed
    evening_out_jitter: float = 0.6  # h; assumed
    evening_out_median: float = 2.2  # h; assumed
    evening_out_spread: float = 0.3  # assumed
    exercise: float = 0.25  # probability, on evenings not out; assumed
    exercise_after_work: float = 0.3  # h after the way home; assumed
    exercise_length: float = 0.9  # h; assumed

    # The apps of the person
    apps_median: float = 8.0  # apps; fitted
    apps_spread: float = 0.5  # fitted
    apps_fewest: int = 3  # fitted
    apps_most: int = 24  # fitted
    concentration_mean: float = 1.3  # exponent of the app shares over their ranks; fitted
    concentration_spread: float = 0.6  # fitted
    concentration_least: float = 0.3  # assumed
    concentration_most: float = 5.0  # assumed
    rank_scale: float = 2.5  # ranks in which an app's share falls by a factor e; fitted

    # The tastes of the person, standard deviations of utilities
    app_taste: float = 0.8  # fitted
    day_part_taste: float = 1.0  # fitted
    class_day_part_taste: float = 0.7  # assumed
    weekday_taste: float = 0.45  # fitted
    topic_taste: float = 0.8  # fitted
    state_taste: float = 0.4  # assumed
    mood: float = 0.25  # redrawn daily; assumed

    # Arrivals
    weekday_rate_spread: float = 0.35  # of the log; fitted (daily Fano factor)
    day_rate_variance: float = 0.2  # of the log; fitted (daily Fano factor)
    day_part_rate_spread: float = 0.45  # of the log; fitted
    gap_spread: float = 1.1  # of the log of a gap in a cluster; fitted (burstiness)
    cluster_most: int = 60  # notifications; assumed
    wake_shift: float = 0.6  # h by which arrivals follow each hour of the wake time; assumed

    # Features of a notification
    topic_known: float = 0.3  # probability; fitted
    enticement_exponent: float = 1.5  # of a uniform draw; assumed
    sentiment_mean: float = 0.2  # assumed
    sentiment_spread: float = 0.5  # assumed
    counts_updates: float = 0.85  # probability that an app counts them; fitted
    vibrates: float = 0.7  # probability; fitted
    public: float = 0.03  # probability; fitted

    # Battery
    drain: float = 3.6  # percent an hour awake; assumed
    recharge: float = 12.0  # percent an hour before waking; assumed
    battery_spread: float = 15.0  # percent, redrawn daily; assumed
    battery_least: float = 3.0  # percent; assumed

    # Attention. That most is seen within minutes, silent or not: "An In-Situ Study of Mobile
    # Phone Notifications"
    notice_silent: float = 0.55  # probability that an alert is noticed; fitted
    notice_vibrate: float = 0.85  # fitted
    notice_normal: float = 0.77  # fitted
    notice_headphones: float = 0.6  # at least this; assumed
    alert_delay_median: float = 18.0  # s; fitted
    alert_delay_spread: float = 1.2  # fitted
    in_use_delay_median: float = 4.0  # s; assumed
    in_use_delay_spread: float = 0.6  # assumed
    unseen_most: float = 24.0  # h until even a person without a self-check looks; assumed

    # Decision. Who sends it, and how, matters: "My Phone and Me: Understanding People's
    # Receptivity to Mobile Notifications"
    priority: tuple[float, ...] = (-1.0, -0.6, 0.0, 0.7, 0.3)  # utility, min to max; fitted
    significant: float = 1.4  # utility, of a sender who matters; fitted
    enticement: float = 1.2  # utility; assumed
    enticement_centre: float = 0.4  # assumed
    sentiment: float = 0.3  # utility; assumed
    updates: float = -0.25  # utility for each level of updates; fitted
    staleness: float = -0.7  # utility for each log of age over half-life; assumed
    noise: float = 0.7  # scale of the logistic noise; assumed

    # Fatigue. That repetition wears off and recovers: "A Sleeping, Recovering Bandit Algorithm
    # for Optimizing Recurring Notifications"
    short_memory: float = 0.5  # h in which the short load decays by a factor e; assumed
    long_memory: float = 24.0  # h; assumed
    short_weight: float = 2.0  # assumed
    long_weight: float = 0.5  # assumed
    long_usual: float = 0.69  # log load of a usual day, which costs nothing; assumed
    usual_share: float = 1.0 / 32.0  # of a day's volume: half an hour awake; assumed
    usual_least: float = 1.0  # deliveries; keeps the load of quiet people finite; assumed
    not_opened_load: float = 0.5  # added to the 1 of each delivery; assumed
    opened_relief: float = 0.5  # taken from it; assumed

    # Response. That 20 to 50 % are ignored: "Understanding and Managing Notifications"
    decision_spread: float = 1.1  # of the log of the time to act; fitted
    not_opened_delay: float = 1.6  # factor; fitted
    ignored: float = 0.35  # probability, if not opened; fitted
    cleared_median: float = 6.0  # h from seeing to clearing what is ignored; assumed
    cleared_spread: float = 0.8  # assumed

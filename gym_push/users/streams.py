"""One number for every kind of random draw in the simulated person.

A draw is a hash of (seed, user, counters, channel), so two draws are independent as soon as
their channels differ, whatever the counters count. A number here is part of every simulated
person: it is never changed or given to another draw.
"""

from enum import IntEnum


class Stream(IntEnum):
    """What a draw is for; the counters of its key stand above each group."""

    # (user)
    VOLUME = 1
    OPENNESS = 2
    WAKE = 3
    SLEEP = 4
    SELF_CHECKS = 5
    DELAY_TRAIT = 6
    FATIGUE = 7
    WORKER = 8
    RINGER_TRAIT = 9
    APP_CONCENTRATION = 10
    APP_COUNT = 11
    CONTACTS = 12

    # (user, app)
    APP_RANK = 20
    APP_TASTE = 21
    LED = 22
    VIBRATION_PATTERN = 23
    CATEGORY_SET = 24
    COUNTS_UPDATES = 25

    # (user, number of the entry)
    DAY_PART_TASTE = 30
    CLASS_DAY_PART_TASTE = 31
    WEEKDAY_TASTE = 32
    STATE_TASTE = 33
    TOPIC_TASTE = 34
    WEEKDAY_RATE = 35
    DAY_PART_RATE = 36

    # (user, day)
    WAKE_TODAY = 40
    LEAVE_HOME = 41
    COMMUTE_LENGTH = 42
    LEAVE_WORK = 43
    SLEEP_TODAY = 44
    EVENING_OUT = 45
    EVENING_OUT_START = 46
    EVENING_OUT_LENGTH = 47
    EXERCISE = 48
    DAY_OUT = 49
    DAY_OUT_START = 50
    DAY_OUT_LENGTH = 51
    MOOD = 52
    DAY_RATE = 53
    CLUSTER_COUNT = 54
    SELF_CHECK_COUNT = 55
    BATTERY = 56
    CHARGING_AT_NIGHT = 57

    # (user, day, hour)
    MEETING = 60
    CHARGING = 61

    # (user, day, hour, state)
    RINGER = 70
    ACTIVITY = 71
    NOISE_HEARD = 72
    NOISE_STRONG = 73
    HEADPHONES = 74
    PLACE = 76

    # (user, day, number of the self-check)
    SELF_CHECK_SLOT = 80
    SELF_CHECK_OFFSET = 81
    SELF_CHECK_LENGTH = 82

    # (user, day, number of the cluster)
    CLUSTER_APP = 90
    CLUSTER_HOUR = 91
    CLUSTER_OFFSET = 92
    CLUSTER_SIZE = 93
    SIGNIFICANT = 94
    TOPIC = 95
    SENDER = 96
    PLANS = 97
    TONE = 98

    # (user, day, number of the cluster, position in it)
    GAP = 100
    PRIORITY = 101
    TOPIC_KNOWN = 103
    ENTICEMENT = 104
    SENTIMENT = 105
    VISIBILITY = 107
    VIBRATE = 108
    WORDING = 109
    DECISION_NOISE = 110
    ALERT_NOTICED = 111
    ALERT_DELAY = 112
    IN_USE_DELAY = 113
    DECISION_TIME = 114
    IGNORED = 115
    CLEARED_AFTER = 116
    BEHAVIOUR = 117

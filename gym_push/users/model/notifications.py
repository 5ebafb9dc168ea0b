"""Which notifications arrive, in clusters: when, from which app, and what they carry.

Where `Parameters.meaningful` is on, a notification also wants something, its topic is always one of
those that people know, and some conversations go on for days.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.users.keyed_random import Flags, Floats, Ints, Keys, Stream, derive, pick, spread_out
from gym_push.users.model.app_classes import APPS, CLASS_OF_APP, CLASSES, per_class
from gym_push.users.model.persons import SHARE_UNIT, UNKNOWN_TOPIC, People
from gym_push.users.model.states import DAY, DAY_PART_OF_HOUR, HOUR, milliseconds

INTENTS: Final = ("plain", "urgent", "question", "plan", "broadcast", "bait")
"""What a message wants: nothing; that something is done at once; an answer; to arrange something;
to reach everybody; a click that it does not deserve."""

CATEGORIES: Final = ("unknown", *dict.fromkeys(each.category for each in CLASSES))
VISIBILITIES: Final = ("private", "public")
LED_COLOURS: Final = ("none", "#FFFFFFFF", "#FF00FF00", "#FF0000FF", "#FFFF8800", "#FFAA00FF")
VIBRATIONS: Final = ("none", "0 250", "0 500", "0 150 100 150", "0 100 50 100 50 100")
CONTACTS: Final = 24
"""Contacts of a person; the first few are those that matter to them."""

_SIGNIFICANT_CONTACTS = 4
_WEEK = 7 * DAY
_THREADS = 2**33  # above the numbers of days and eras, so that the keys are different
_INTENT_ENDS = per_class("intents").cumsum(axis=1)[:, :-1]
_ENTICEMENT_OF_INTENT = np.array([0.3, 0.5, 0.5, 0.4, 0.3, 0.9])
_OF_CLUSTER, _OF_TEXT = 0.96, 0.28  # of the spread of sentiments; their squares add up to one
_UPDATE_LEVELS = (1, 3, 6)  # least updates of levels 1, 2 and 3
_CATEGORY_OF_CLASS = np.array([CATEGORIES.index(each.category) for each in CLASSES])
_PRIORITY_ENDS = per_class("priorities").cumsum(axis=1)[:, :-1]
_SATURDAY = 5
_CLUSTER_SIZE = per_class("cluster_size")
_HOURLY = per_class("hours") / per_class("hours").sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Arrivals:
    """Notifications, ordered by person and time of arrival; one entry of every array for each.

    Attributes:
        person: Index of the person.
        time: Milliseconds.
        app: Index in `APPS`.
        position: Number in its cluster, from 0.
        key: The notification's own draws derive from it.
        conversation: The draws that its cluster shares derive from it.
    """

    person: Ints
    time: Ints
    app: Ints
    position: Ints
    key: Keys
    conversation: Keys

    @property
    def app_class(self) -> Ints:
        """Index in `CLASSES`."""
        return CLASS_OF_APP[self.app]


@dataclass(frozen=True)
class Features:
    """Features of notifications, one entry of every array for each arrival.

    Attributes:
        category: Index in `CATEGORIES`; the app's choice, the same each time.
        priority: Index in `PRIORITIES`.
        updates: Number of earlier notifications in the cluster if the app counts them, else 0.
        led: Index in `LED_COLOURS`; the app's choice, the same each time.
        vibration: Index in `VIBRATIONS`; the app's pattern, or none.
        visibility: Index in `VISIBILITIES`.
        topic: Index in `TOPICS`; where known, the same through a cluster.
        sentiment: In [-1, 1], two decimals; nearly the same through a cluster.
        enticement: In [0, 1], two decimals.
        significant: Whether the sender matters to the person; the same through a cluster.
        contact: Which of the person's `CONTACTS` sends it; the same through a cluster.
        intent: Index in `INTENTS`; 0 where messages mean nothing.
        story: What is said of the topic derives from it: the same through a cluster, and through
            all clusters of a week that go on with the same conversation.
    """

    category: Ints
    priority: Ints
    updates: Ints
    led: Ints
    vibration: Ints
    visibility: Ints
    topic: Ints
    sentiment: Floats
    enticement: Floats
    significant: Flags
    contact: Ints
    intent: Ints
    story: Keys

    @property
    def update_level(self) -> Ints:
        """0 for no updates, 1 for one or two, 2 for three to five, 3 for more."""
        return np.digitize(self.updates, _UPDATE_LEVELS)


def draw_arrivals(people: People, days: int, first_weekday: int) -> Arrivals:
    """Draws every notification that arrives in the given number of days."""
    receiver, start, app, conversation = _draw_clusters(people, days, first_weekday)
    app_class = CLASS_OF_APP[app]
    size = Stream.CLUSTER_SIZE.geometric(conversation, _CLUSTER_SIZE[app_class])
    size = np.minimum(size, people.parameters.cluster_most)
    cluster, position = spread_out(size)
    key = derive(conversation[cluster], position)
    gap = np.zeros(len(key), np.int64)
    later = np.flatnonzero(position)
    gap[later] = milliseconds(
        per_class("gap")[app_class[cluster[later]]]
        * np.exp(people.parameters.gap_spread * Stream.GAP.normal(key[later]))
    )
    elapsed = np.cumsum(gap)
    first = np.cumsum(size) - size
    time = start[cluster] + elapsed - elapsed[first][cluster]
    person = receiver[cluster]

    within = np.flatnonzero(time < days * DAY)
    order = within[np.argsort(person[within] * (days * DAY) + time[within], kind="stable")]
    return Arrivals(
        person=person[order],
        time=time[order],
        app=app[cluster[order]],
        position=position[order],
        key=key[order],
        conversation=conversation[cluster[order]],
    )


def draw_features(people: People, arrivals: Arrivals) -> Features:
    """Draws the features of every arrival."""
    p, key, app_class = people.parameters, arrivals.key, arrivals.app_class
    person_app = arrivals.person * len(APPS) + arrivals.app

    def of_app(stream: Stream) -> Floats:
        """Draws the same for everything that one app sends to one person."""
        drawn: Floats = stream.uniform(people.app_key).ravel()[person_app]
        return drawn

    tone = Stream.TONE.normal(arrivals.conversation)
    tone = _OF_CLUSTER * tone + _OF_TEXT * Stream.SENTIMENT.normal(key)
    sentiment = p.sentiment_mean + p.sentiment_spread * tone
    significant = (
        Stream.SIGNIFICANT.uniform(arrivals.conversation) < per_class("significant")[app_class]
    )
    sender = Stream.SENDER.uniform(arrivals.conversation)
    contact = np.where(
        significant,
        sender * _SIGNIFICANT_CONTACTS,
        _SIGNIFICANT_CONTACTS + sender * (CONTACTS - _SIGNIFICANT_CONTACTS),
    ).astype(np.int64)
    enticement = Stream.ENTICEMENT.uniform(key) ** p.enticement_exponent
    story, intent = arrivals.conversation, np.zeros(len(key), np.int64)
    topic_known = Stream.TOPIC_KNOWN.uniform(key) < p.topic_known
    if p.meaningful:
        story = _stories(people, arrivals, contact)
        intent = (Stream.INTENT.uniform(key)[:, None] >= _INTENT_ENDS[app_class]).sum(axis=1)
        enticement, topic_known = _ENTICEMENT_OF_INTENT[intent], np.ones_like(topic_known)
    topic = (Stream.TOPIC.uniform(story) * UNKNOWN_TOPIC).astype(np.int64)
    pattern = 1 + (of_app(Stream.VIBRATION_PATTERN) * (len(VIBRATIONS) - 1)).astype(np.int64)
    priority_draw = Stream.PRIORITY.uniform(key)[:, None]
    return Features(
        category=np.where(
            of_app(Stream.CATEGORY_SET) < per_class("category_set")[app_class],
            _CATEGORY_OF_CLASS[app_class],
            CATEGORIES.index("unknown"),
        ),
        priority=(priority_draw >= _PRIORITY_ENDS[app_class]).sum(axis=1),
        updates=np.where(of_app(Stream.COUNTS_UPDATES) < p.counts_updates, arrivals.position, 0),
        led=(of_app(Stream.LED) * len(LED_COLOURS)).astype(np.int64),
        vibration=np.where(Stream.VIBRATE.uniform(key) < p.vibrates, pattern, 0),
        visibility=(Stream.VISIBILITY.uniform(key) < p.public).astype(np.int64),
        topic=np.where(topic_known, topic, UNKNOWN_TOPIC),
        sentiment=_two_decimals(np.clip(sentiment, -1.0, 1.0)),
        enticement=_two_decimals(enticement),
        significant=significant,
        contact=contact,
        intent=intent,
        story=story,
    )


def _stories(people: People, arrivals: Arrivals, contact: Ints) -> Keys:
    """Returns the conversation of each arrival, or what it goes on with.

    A contact, or an app that no contact writes by, has one thing to come back to in a week.
    """
    conversation = arrivals.conversation
    _, first, number = np.unique(conversation, return_index=True, return_inverse=True)
    week = arrivals.time[first[number]] // _WEEK
    personal = per_class("significant")[arrivals.app_class] > 0.0
    who = np.where(personal, contact, CONTACTS + arrivals.app)
    thread = derive(people.key[arrivals.person], _THREADS + who, week)
    goes_on = Stream.GOES_ON.uniform(conversation) < people.parameters.goes_on
    return np.where(goes_on, thread, conversation)


def _draw_clusters(people: People, days: int, first_weekday: int) -> tuple[Ints, Ints, Ints, Keys]:
    """Draws the person, the start, the app and the key of each cluster."""
    weekday = (np.arange(days) + first_weekday) % 7
    day_key = derive(people.key[:, None], np.arange(days))
    by_app = np.rint(people.app_share / _CLUSTER_SIZE[CLASS_OF_APP]).astype(np.int64)
    clusters_a_day = people.volume * by_app.sum(axis=1) / people.app_share.sum(axis=1)
    variance = people.parameters.day_rate_variance
    today = np.exp(np.sqrt(variance) * Stream.DAY_RATE.normal(day_key) - 0.5 * variance)
    mean = clusters_a_day[:, None] * people.weekday_rate[:, weekday] * today
    row, number = spread_out(Stream.CLUSTER_COUNT.poisson(day_key, mean).ravel())
    key = derive(day_key.ravel()[row], number)
    person, day = np.divmod(row, days)
    weekend = weekday[day] >= _SATURDAY

    on_weekend = np.rint(by_app * per_class("weekend")[CLASS_OF_APP]).astype(np.int64)
    weights = np.stack((by_app, on_weekend), axis=1).reshape(2 * len(people.key), -1)
    app = pick(weights, 2 * person + weekend, Stream.CLUSTER_APP.uniform(key))
    start = _time_of_day(people, person, CLASS_OF_APP[app], key) + day * DAY
    return person, start, app, key


def _time_of_day(people: People, person: Ints, app_class: Ints, key: Keys) -> Ints:
    """Draws the class's hour, which follows the person's day parts and wake time."""
    rate: Floats = _HOURLY * people.day_part_rate[:, None, DAY_PART_OF_HOUR]
    weights = np.rint(SHARE_UNIT * rate).astype(np.int64).reshape(-1, 24)
    hour = pick(weights, person * len(CLASSES) + app_class, Stream.CLUSTER_HOUR.uniform(key))
    offset = (HOUR * Stream.CLUSTER_OFFSET.uniform(key)).astype(np.int64)
    shift = people.parameters.wake_shift * (people.wake - people.parameters.wake_mean)
    return (hour * HOUR + offset + milliseconds(shift, HOUR)[person]) % DAY


def _two_decimals(values: Floats) -> Floats:
    """Rounds to two decimals; adding zero turns -0.0 into 0.0."""
    return np.round(values, 2) + 0.0

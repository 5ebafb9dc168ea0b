"""What a notification carries: the features that its app gives it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from gym_push.users.keyed_random import Flags, Floats, Ints, normal, uniform
from gym_push.users.model.app_classes import APPS, CLASSES, per_class
from gym_push.users.model.arrivals import Arrivals
from gym_push.users.model.parameters import Parameters
from gym_push.users.model.persons import UNKNOWN_TOPIC, People
from gym_push.users.streams import Stream

CATEGORIES: Final = ("unknown", *dict.fromkeys(each.category for each in CLASSES))
VISIBILITIES: Final = ("private", "public")
LED_COLOURS: Final = ("none", "#FFFFFFFF", "#FF00FF00", "#FF0000FF", "#FFFF8800", "#FFAA00FF")
VIBRATIONS: Final = ("none", "0 250", "0 500", "0 150 100 150", "0 100 50 100 50 100")
CONTACTS: Final = 24
"""Contacts of a person; the first few are those that matter to them."""

_SIGNIFICANT_CONTACTS = 4
_OF_CLUSTER, _OF_TEXT = 0.96, 0.28  # of the spread of sentiments; their squares add up to one
_UPDATE_LEVELS = (1, 3, 6)  # least updates of levels 1, 2 and 3
_CATEGORY_OF_CLASS = np.array([CATEGORIES.index(each.category) for each in CLASSES])
_PRIORITY_ENDS = per_class("priorities").cumsum(axis=1)[:, :-1]


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

    @property
    def update_level(self) -> Ints:
        """0 for no updates, 1 for one or two, 2 for three to five, 3 for more."""
        return np.digitize(self.updates, _UPDATE_LEVELS)


def draw_features(people: People, arrivals: Arrivals, parameters: Parameters) -> Features:
    """Draws the features of every arrival."""
    p, key, app_class = parameters, arrivals.key, arrivals.app_class
    person_app = arrivals.person * len(APPS) + arrivals.app

    def of_app(channel: Stream) -> Floats:
        """Draws the same for everything that one app sends to one person."""
        drawn: Floats = uniform(people.app_key, channel).ravel()[person_app]
        return drawn

    known_topic = (uniform(arrivals.conversation, Stream.TOPIC) * UNKNOWN_TOPIC).astype(np.int64)
    tone = normal(arrivals.conversation, Stream.TONE)
    tone = _OF_CLUSTER * tone + _OF_TEXT * normal(key, Stream.SENTIMENT)
    sentiment = p.sentiment_mean + p.sentiment_spread * tone
    significant = (
        uniform(arrivals.conversation, Stream.SIGNIFICANT) < per_class("significant")[app_class]
    )
    sender = uniform(arrivals.conversation, Stream.SENDER)
    pattern = 1 + (of_app(Stream.VIBRATION_PATTERN) * (len(VIBRATIONS) - 1)).astype(np.int64)
    priority_draw = uniform(key, Stream.PRIORITY)[:, None]
    return Features(
        category=np.where(
            of_app(Stream.CATEGORY_SET) < per_class("category_set")[app_class],
            _CATEGORY_OF_CLASS[app_class],
            CATEGORIES.index("unknown"),
        ),
        priority=(priority_draw >= _PRIORITY_ENDS[app_class]).sum(axis=1),
        updates=np.where(of_app(Stream.COUNTS_UPDATES) < p.counts_updates, arrivals.position, 0),
        led=(of_app(Stream.LED) * len(LED_COLOURS)).astype(np.int64),
        vibration=np.where(uniform(key, Stream.VIBRATE) < p.vibrates, pattern, 0),
        visibility=(uniform(key, Stream.VISIBILITY) < p.public).astype(np.int64),
        topic=np.where(
            uniform(key, Stream.TOPIC_KNOWN) < p.topic_known, known_topic, UNKNOWN_TOPIC
        ),
        sentiment=_two_decimals(np.clip(sentiment, -1.0, 1.0)),
        enticement=_two_decimals(uniform(key, Stream.ENTICEMENT) ** p.enticement_exponent),
        significant=significant,
        contact=np.where(
            significant,
            sender * _SIGNIFICANT_CONTACTS,
            _SIGNIFICANT_CONTACTS + sender * (CONTACTS - _SIGNIFICANT_CONTACTS),
        ).astype(np.int64),
    )


def _two_decimals(values: Floats) -> Floats:
    """Rounds to two decimals; adding zero turns -0.0 into 0.0."""
    return np.round(values, 2) + 0.0

"""Texts that have to be read: who writes, what it is about and what it wants, in words only.

The words are a grammar, in the files of `words/`: a rule has a name and alternatives, in which
{blanks} name other rules. A sentence is `<register>.<intent>`, such as `chat.question`. It may say
more of the topic, tell a mood, and open as what goes on with a conversation. What a conversation is
about, such as {thing}, is the same in all that it says; {day} and {time} fit the moment.
"""

from __future__ import annotations

import json
import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from gym_push.logs.columns import TextColumn
from gym_push.users.keyed_random import Ints, Keys, Stream, derive
from gym_push.users.model.app_classes import CLASSES
from gym_push.users.model.days import Situation
from gym_push.users.model.notifications import INTENTS, Arrivals, Features
from gym_push.users.model.persons import TOPICS, People
from gym_push.users.model.states import DAY, MINUTE

REGISTERS: Final = {
    "msg": "chat", "group": "chat", "dating": "chat", "call": "chat", "email": "mail",
    "social": "feed", "news": "feed",
}  # fmt: skip
"""How classes of apps speak; all others as an app does to its user."""

MOOD_BOUNDS: Final = (-0.2, 0.6)
"""Between a low, a middling and a high sentiment."""
MOODS: Final = ("mood.low", "mood.mid", "mood.high")

_OF_STORY: Final = ("thing", "deed", "event", "other", "place", "town")
_OF_TOPIC: Final = ("thing", "deed", "event")
_SAYS_MORE, _REMARKS, _CONTINUES = 0.8, 0.3, 0.5
"""Shares of messages that say more of the topic, that come with a mood, and of later ones that say
that they continue."""
_TRIES = 3
_APART: Final = 17  # places in the list between the names of contacts
_SOON: Final = 10  # minutes; a time to come is farther away
_PARTS: Final = (5, 12, 18, 23)
"""Hours at which morning, afternoon and evening begin, and the evening ends."""
_IN_USE, _TURN = 0.25, 182
"""Share of what can be said of a topic that a person's circle says at a time, and days until all of
it was said."""
_SURNAMES = 2**34  # above all counters of a person's keys
_WORD: Final = 2**64 - 1

Rules = dict[str, list[list[str]]]
"""By name, the alternatives: plain text and names of rules in turn."""


class _Choices:
    """Whole numbers that follow from a key, as many as are asked for (splitmix64)."""

    def __init__(self, key: int) -> None:
        self._state = key

    def below(self, limit: int) -> int:
        """Returns the next one, from 0 to less than `limit`."""
        self._state = z = (self._state + 0x9E3779B97F4A7C15) & _WORD
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _WORD
        return ((z ^ (z >> 31)) >> 32) * limit >> 32

    def happens(self, share: float) -> bool:
        """Returns True with a probability."""
        return self.below(2**20) < share * 2**20


@cache
def rules() -> Rules:
    """Returns the grammar."""
    found: dict[str, list[str]] = {}
    for path in sorted(Path(__file__).with_name("words").glob("*.json")):
        found.update(json.loads(path.read_text(encoding="utf-8")))
    return {name: [re.split(r"\{(.*?)\}", each) for each in said] for name, said in found.items()}


def expand(name: str, given: dict[str, str], choices: _Choices, talk: float | None = None) -> str:
    """Returns a rule in words.

    Args:
        name: Of the rule.
        given: Blanks that are filled already.
        choices: Choose the alternatives.
        talk: Where the alternatives in use begin, in turns of all; None to use all.
    """
    said = rules()[name]
    if talk is None:
        parts = said[choices.below(len(said))]
    else:
        in_use = choices.below(int(len(said) * _IN_USE))
        parts = said[(int(len(said) * talk) + in_use) % len(said)]
    if len(parts) == 1:
        return parts[0]
    words = list(parts)
    for place in range(1, len(parts), 2):
        blank = parts[place]
        words[place] = given[blank] if blank in given else expand(blank, given, choices)
    return "".join(words)


def write_meaningful_texts(
    people: People, arrivals: Arrivals, features: Features, at: Situation
) -> TextColumn:
    """Writes the text of every notification.

    Args:
        people: All people.
        arrivals: The notifications.
        features: Theirs.
        at: (notifications,) the situations in which they arrive.
    """
    texts = [text.encode() for text in _texts(_messages(people, arrivals, features, at))]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    return TextColumn(b"".join(texts), ends)


class _Message(NamedTuple):
    """What is written about one notification.

    Attributes:
        key, story, contact_key: Whole numbers, from which the words of the message follow, those of
            its conversation, and the contact's surname.
        app_class, contact, topic, intent: As of `Arrivals` and `Features`.
        mood: Index in `MOODS`.
        first_name: Place of the first contact in the list of names.
        talk: Where the talk of the topic has come to, in turns of all that is said of it.
        continues: Whether something was said before.
        weekday, hour, minute: When it arrives; minutes are those of the day.
    """

    key: int
    story: int
    contact_key: int
    app_class: int
    contact: int
    topic: int
    intent: int
    mood: int
    first_name: int
    talk: float
    continues: bool
    weekday: int
    hour: int
    minute: int


def _messages(
    people: People, arrivals: Arrivals, features: Features, at: Situation
) -> Iterator[_Message]:
    person_key = people.key[arrivals.person]
    topic_key = derive(person_key, features.topic)
    first_name = (people.contacts * len(rules()["name"])).astype(np.int64)
    columns = (
        _bits(arrivals.key),
        _bits(features.story),
        _bits(derive(person_key, _SURNAMES + features.contact)),
        arrivals.app_class,
        features.contact,
        features.topic,
        features.intent,
        np.digitize(features.sentiment, MOOD_BOUNDS),
        first_name[arrivals.person],
        Stream.TALK.uniform(topic_key) + arrivals.time / (_TURN * DAY),
        (arrivals.position > 0) | (features.story != arrivals.conversation),
        at.weekday,
        at.hour,
        arrivals.time % DAY // MINUTE,
    )
    return map(_Message._make, zip(*(column.tolist() for column in columns), strict=True))


def _texts(messages: Iterable[_Message]) -> Iterator[str]:
    stories: dict[int, dict[str, str]] = {}
    for each in messages:
        choices, app_class = _Choices(each.key), CLASSES[each.app_class]
        register = REGISTERS.get(app_class.name, "app")
        if each.story not in stories:
            stories[each.story] = _story(each)
        given = stories[each.story] | _moment(each, choices)
        parts = [_sentence(f"{register}.{INTENTS[each.intent]}", given, choices)]
        if choices.happens(_SAYS_MORE):
            parts.append(_sentence("about", given, choices, told=parts[0]))
        if choices.happens(_REMARKS) and (remark := expand(MOODS[each.mood], given, choices)):
            parts.insert(choices.below(2) * len(parts), remark)
        if each.continues and choices.happens(_CONTINUES):
            parts.insert(0, expand("again" if register == "chat" else "also", given, choices))
        text = " ".join(_ended(part, register) for part in parts)
        yield f"{_sender(each, register)}: {text}" if app_class.significant else text


def _sentence(rule: str, given: dict[str, str], choices: _Choices, told: str = "") -> str:
    """Returns a sentence, in most cases one that says of the topic what was not told yet."""
    news = [words for blank in _OF_TOPIC if (words := given[blank]) not in told]
    for _ in range(_TRIES):
        text = expand(rule, given, choices)
        if any(words in text for words in news):
            break
    return text


def _ended(part: str, register: str) -> str:
    """Returns a part of a text that begins and ends as one; friends may begin small."""
    begun = part if register == "chat" else part[:1].upper() + part[1:]
    return f"{begun}." if part[-1].isalnum() else begun


def _story(message: _Message) -> dict[str, str]:
    """Returns the blanks that are the same all through a conversation."""
    choices, topic = _Choices(message.story), TOPICS[message.topic]
    given: dict[str, str] = {}
    for blank in _OF_STORY:
        talk = message.talk if blank in _OF_TOPIC else None
        rule = f"{topic}.{blank}" if blank in _OF_TOPIC else blank
        given[blank] = expand(rule, given, choices, talk)
    return given


def _moment(message: _Message, choices: _Choices) -> dict[str, str]:
    """Returns the blanks that depend on when it is said: days and times to come, and a greeting."""
    words, times = rules(), _minutes()
    days, soon = words["day"], message.minute + _SOON
    later = next((place for place, each in enumerate(times) if each > soon), 0)
    part = ("", ".morning", ".afternoon", ".evening", "")[bisect(_PARTS, message.hour)]
    return {
        "day": days[(message.weekday + 2 + choices.below(5)) % 7][0],
        "past": days[(message.weekday - 1 - choices.below(5)) % 7][0],
        "time": words["time"][(later + choices.below(len(times))) % len(times)][0],
        "hello": expand(f"hello{part}", {}, choices),
        "n": str(2 + choices.below(8)),
    }


@cache
def _minutes() -> list[int]:
    """Returns the times of day that texts name, in minutes."""
    times = (parts[0].split(":") for parts in rules()["time"])
    return [60 * int(hours) + int(minutes) for hours, minutes in times]


def _sender(message: _Message, register: str) -> str:
    """Returns a contact's name; in e-mails the whole one."""
    names = rules()["name"]
    name = names[(message.first_name + _APART * message.contact) % len(names)][0]
    if register != "mail":
        return name
    return f"{name} {expand('surname', {}, _Choices(message.contact_key))}"


def _bits(keys: Keys) -> Ints:
    """Returns numbers of 52 bits that follow from keys, for words alone."""
    return (Stream.WORDS.uniform(keys) * 2.0**52).astype(np.int64)

"""Texts are whole sentences, shared as the model says, and their wording carries signal."""

import string
from datetime import date

import numpy as np
import pytest

from gym_push.users import Parameters
from gym_push.users.model.app_classes import CLASSES
from gym_push.users.model.messages import NAMES, VOICES
from gym_push.users.model.persons import TOPICS
from gym_push.users.simulation import Simulation, run
from tools.bundled_log import Columns, simulate

BLANKS = {"other", "place", "day", "past", "time", "hello", "n"}


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return run(5, range(60), 14, Parameters(), date(2019, 7, 1))


@pytest.fixture(scope="module")
def log() -> Columns:
    return simulate(5, range(60), 14)


def with_any(texts: np.ndarray, phrases: set[str]) -> np.ndarray:
    return np.array([any(phrase in text for phrase in phrases) for text in texts])


def fields(phrases: list[str]) -> set[str | None]:
    parts = [part for phrase in phrases for part in string.Formatter().parse(phrase)]
    return {field for _, field, _, _ in parts} - {None}


def test_every_class_has_a_voice_with_every_topic() -> None:
    assert set(VOICES) == {each.name for each in CLASSES}
    for voice in VOICES.values():
        assert set(voice.bodies) == set(TOPICS)


def test_phrases_use_known_blanks_and_each_level_has_three() -> None:
    for voice in VOICES.values():
        assert fields(voice.openings) <= {"name"}
        assert fields(sum(voice.bodies.values(), [])) <= BLANKS
        for levels in (voice.moods, voice.hooks):
            assert [len(phrases) for phrases in levels] == [3, 3, 3]
            assert fields(sum(levels, [])) == set()


def test_texts_have_no_blank_left_and_no_double_space(log: Columns) -> None:
    for text in set(log["tickerText"]):
        assert not set("{}") & set(text)
        assert "  " not in text and text == text.strip()
        assert len(text) < 160


def test_texts_vary_and_hold_commas_quotes_accents_and_emoji(log: Columns) -> None:
    texts = log["tickerText"]
    assert len(set(texts)) > 0.3 * len(texts)
    together = "".join(texts[:3000])
    for mark in (",", '"', "é", "\N{SMILING FACE WITH SMILING EYES}"):
        assert mark in together


def test_a_conversation_has_one_sender(simulation: Simulation, log: Columns) -> None:
    chat = np.isin(log["appPackage"], CLASSES[0].packages)
    senders: dict[int, set[str]] = {}
    for conversation, text in zip(
        simulation.arrivals.conversation[chat], log["tickerText"][chat], strict=True
    ):
        senders.setdefault(int(conversation), set()).add(text.split(":")[0])
    assert all(len(each) == 1 for each in senders.values())
    assert {name for each in senders.values() for name in each} == set(NAMES)


def test_urgent_words_are_opened_more_often_than_casual_ones(log: Columns) -> None:
    casual, _, urgent = (
        {hook for voice in VOICES.values() for hook in voice.hooks[level] if hook}
        for level in range(3)
    )
    says_casual, says_urgent = (with_any(log["tickerText"], words) for words in (casual, urgent))
    opened, enticement = log["action"], log["enticement"]
    assert enticement[says_urgent].min() >= 0.55 > 0.2 > enticement[says_casual].max()
    assert opened[says_urgent].mean() > opened[says_casual].mean() + 0.06


def test_the_words_of_a_mood_tell_the_sentiment(log: Columns) -> None:
    low, _, high = (
        {mood for voice in VOICES.values() for mood in voice.moods[level] if mood}
        for level in range(3)
    )
    sentiment = log["sentiment"]
    assert sentiment[with_any(log["tickerText"], low)].max() < -0.19
    assert sentiment[with_any(log["tickerText"], high)].min() > 0.59

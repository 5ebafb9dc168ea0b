"""Messages that mean something say in words only what they are about and what they want."""

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from gym_push import Population
from gym_push.errors import ArgumentError
from gym_push.users.model import grammar
from gym_push.users.model.app_classes import CLASSES, per_class
from gym_push.users.model.notifications import INTENTS
from gym_push.users.model.persons import TOPICS
from gym_push.users.simulation import to_log

GIVEN = {"thing", "deed", "event", "other", "place", "town", "day", "past", "time", "hello", "n"}
REGISTERS = {*grammar.REGISTERS.values(), "app"}
PERSONAL = per_class("significant") > 0.0


@pytest.fixture(scope="module")
def people():
    return Population(12, seed=3, meaningful=True)


@pytest.fixture(scope="module")
def simulation(people):
    return people.simulate(range(12), 56)


@pytest.fixture(scope="module")
def texts(simulation):
    return to_log(simulation, range(12), "people").columns["tickerText"].take(slice(None))


def words(texts):
    return {
        word for text in texts for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())
    }


def test_every_blank_is_a_rule_and_every_rule_is_used():
    rules = grammar.rules()
    blanks = {part for said in rules.values() for parts in said for part in parts[1::2]}
    assert blanks <= rules.keys() | GIVEN
    begun = {f"{register}.{intent}" for register in REGISTERS for intent in INTENTS}
    begun |= {f"{topic}.{blank}" for topic in TOPICS[:-1] for blank in ("thing", "deed", "event")}
    begun |= {*grammar.MOODS, "again", "also", "about", "name", "surname"}
    begun |= {f"hello.{part}" for part in ("morning", "afternoon", "evening")}
    assert rules.keys() == blanks - {"thing", "deed", "event"} | begun | {"hello"}


def test_no_rule_is_in_two_files():
    files = Path(grammar.__file__).with_name("words").glob("*.json")
    names = [
        name for file in files for name in re.findall(r'^ "(.+?)": \[', file.read_text(), re.M)
    ]
    assert sorted(names) == sorted(grammar.rules())


def test_texts_have_no_blank_left_and_no_double_space(texts):
    for text in texts:
        assert not {"{", "}"} & {*text} and "  " not in text and text == text.strip()
        assert len(text) < 500


def test_texts_of_a_year_hardly_repeat():
    log = Population(2, seed=8, meaningful=True).log(365)
    for user in log.users:
        mine = log.columns["tickerText"].take(log.rows_of(user))
        assert len({*mine}) >= 0.9 * len(mine) > 1000


@pytest.mark.slow
def test_a_population_uses_many_words():
    log = Population(90, seed=8, meaningful=True).log(28)
    assert len(words(log.columns["tickerText"].take(slice(None)))) >= 20_000


def test_it_is_off_by_default_and_a_switch():
    assert Population(1).parameters.meaningful is False
    assert repr(Population(1, meaningful=True)) == "Population(1, seed=0, meaningful=True)"
    assert Population(1, meaningful=1).parameters.meaningful is True
    for wrong in (2, 0.5, "yes"):
        with pytest.raises(ArgumentError, match="meaningful"):
            Population(1, meaningful=wrong)


def test_nothing_but_text_says_what_a_message_wants(people):
    plain = Population(1).log(1)
    log = people.log(1)
    assert log.schema == plain.schema
    assert not any("intent" in name.lower() for name in log.columns)


def test_each_wish_is_as_frequent_as_its_class_of_apps_says(simulation):
    app_class, intent = simulation.arrivals.app_class, simulation.features.intent
    for number, each in enumerate(CLASSES):
        mine = intent[app_class == number]
        if len(mine) > 200:
            found = np.bincount(mine, minlength=len(INTENTS)) / len(mine)
            assert found == pytest.approx(each.intents, abs=4 * np.sqrt(0.25 / len(mine)))


def test_what_a_message_wants_and_is_about_decides_like_the_labels_did():
    """With everything else of the same person alike, urgency is opened and bait is not."""
    people = Population(40, seed=5, meaningful=True)
    simulation = people.simulate(range(40), 28)
    opened, intent = simulation.responses.opened, simulation.features.intent
    rates = dict(zip(INTENTS, (opened[intent == n].mean() for n in range(6)), strict=True))
    assert rates["urgent"] > rates["plain"] > rates["broadcast"] > rates["bait"] + 0.02


def test_a_few_contacts_matter_and_are_always_the_same_ones(simulation, texts):
    arrivals, features = simulation.arrivals, simulation.features
    chat = np.array([grammar.REGISTERS.get(each.name) == "chat" for each in CLASSES])
    named = chat[arrivals.app_class]
    names = np.array([text.partition(":")[0] for text in texts])
    for person in range(12):
        mine = named & (arrivals.person == person)
        close = {*names[mine & features.significant]}
        others = {*names[mine & ~features.significant]}
        assert len(close) <= 4 and not close & others and len(others) <= 20
        first, second = (mine & (arrivals.time // 86_400_000 % 2 == part) for part in (0, 1))
        assert (
            len({*names[first & features.significant]} ^ {*names[second & features.significant]})
            <= 2
        )


def test_senders_are_named_where_people_write(simulation, texts):
    for app_class, text in zip(simulation.arrivals.app_class, texts, strict=True):
        if PERSONAL[app_class]:
            assert re.match(r"[^\W\d_][\w'’ -]*: ", text), text


def test_a_conversation_goes_on_about_the_same(simulation, texts):
    """What was said of a thing is taken up again days later, and more often than by chance."""
    features, day = simulation.features, simulation.arrivals.time // 86_400_000
    by_story = defaultdict(list)
    for row, story in enumerate(features.story.tolist()):
        by_story[story].append(row)
    long = [rows for rows in by_story.values() if day[rows[-1]] - day[rows[0]] >= 2]
    assert len(long) > 50
    assert all(len({*features.topic[rows].tolist()}) == 1 for rows in long)
    shared = sum(bool(common_phrase(texts[rows[0]], texts[rows[-1]])) for rows in long)
    strangers = sum(
        bool(common_phrase(texts[one[0]], texts[other[-1]]))
        for one, other in zip(long, long[1:], strict=False)
    )
    assert shared > 5 * max(strangers, 1)


def common_phrase(one, other):
    """Whether three words in a row, one of them long, are in both texts behind the sender."""
    rows = [text.partition(": ")[2].split() or text.split() for text in (one, other)]
    threes = [{*zip(row, row[1:], row[2:], strict=False)} for row in rows]
    return {each for each in threes[0] & threes[1] if max(map(len, each)) > 5}


@pytest.mark.slow
def test_interests_move_on():
    """Topics that a person cares about now are not those of half a year later."""
    people = Population(60, seed=4, meaningful=True, topic_drift=1.0, topic_taste=3.0)
    simulation = people.simulate(range(60), 200)
    day = simulation.arrivals.time // 86_400_000
    key = simulation.arrivals.person * len(TOPICS) + simulation.features.topic

    def rates(first, last):
        rows = (day >= first) & (day < last)
        size = 60 * len(TOPICS)
        number = np.bincount(key[rows], minlength=size)
        opened = np.bincount(key[rows], simulation.responses.opened[rows], size)
        return np.where(number >= 10, opened / np.maximum(number, 1), np.nan)

    def likeness(one, other):
        known = ~np.isnan(one) & ~np.isnan(other)
        return np.corrcoef(one[known], other[known])[0, 1]

    now, soon, late = rates(0, 10), rates(10, 20), rates(180, 190)
    assert likeness(now, soon) > likeness(now, late) + 0.15


@pytest.mark.bits
def test_texts_are_the_same_for_any_users_and_days(people):
    whole = people.log(21)
    mine = whole.select(whole.rows_of("7"))
    alone = people.log(9, [7])
    assert (
        alone.columns["tickerText"].utf8
        == mine.select(np.arange(len(alone))).columns["tickerText"].utf8
    )
    assert (alone.actions == mine.actions[: len(alone)]).all()


@pytest.mark.bits
def test_texts_and_decisions_are_the_same_to_the_bit():
    assert Population(6, seed=9, meaningful=True).log(14).fingerprint[:16] == "67d213c88e3855e2"

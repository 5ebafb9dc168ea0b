"""Agents that look at the answers, or keep them, are found; honest ones are not accused."""

from pathlib import Path
from statistics import fmean

import pytest

from gym_push import Population
from gym_push.agents import BASELINES, Recipe
from gym_push.errors import ArgumentError, MissingExtraError
from gym_push.evaluation.auditing import audit, audit_each
from gym_push.evaluation.evaluating import evaluate
from gym_push.evaluation.suites import Suite
from gym_push.evaluation.suites.delivery import DeliverySuite


@pytest.fixture(autouse=True)
def cheats(monkeypatch):
    here = Path(__file__).parent
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("PYTHONPATH", str(here), prepend=":")  # for processes of their own


def test_an_agent_that_looks_at_the_answers_wins_and_is_found():
    agent = "agents_that_cheat:Peeking"
    assert evaluate(agent, "basic-324/v1").metrics["performance"].value == 1.0
    [found] = audit(agent, "basic-324/v1")
    assert "acts on more than it is shown" in found


def test_an_agent_that_remembers_is_found():
    [found] = audit("agents_that_cheat:Remembering", "basic-324/v1")
    assert "does not do the same twice" in found


def test_an_agent_without_a_seed_is_found():
    assert audit("agents_that_cheat:Unseeded", "basic-324/v1")


def test_delivery_is_watched_too():
    suite = DeliverySuite("small/v1", "", Population(2, seed=1), 4, 2, Population(2, seed=2), 2)
    assert audit("random", suite) == ()


def test_an_agent_that_cannot_be_sent_gets_a_sentence():
    with pytest.raises(ArgumentError, match="cannot be sent"):
        audit("agents_that_cheat:Unpicklable", "basic-324/v1")


TABLES = {
    "basic-324/v1": "table-per-app-and-time",
    "users-24/v1": "table-per-app",
    "cold-start-24/v1": "table-per-app",
}
TRICKS = ("agents_that_cheat:WinStay", "agents_that_cheat:CacheLoop")


@pytest.mark.parametrize("id", TABLES)
def test_no_trick_earns_as_much_as_a_table_that_learns(id):
    suite = Suite.of(id)
    learned = evaluate(TABLES[id], suite).metrics["reward"].value
    for trick in TRICKS:
        assert evaluate(trick, suite).metrics["reward"].value < learned, trick
    always_open = fmean(suite.reference(person).floor for person in suite.people)
    assert abs(always_open) < learned  # always to dismiss earns the opposite


def test_with_two_actions_to_repeat_what_was_right_is_to_stay_with_what_pays():
    last, stay = (
        evaluate(f"agents_that_cheat:{name}", "basic-324/v1") for name in ("RepeatLast", "WinStay")
    )
    assert last.metrics == stay.metrics


def test_every_baseline_of_the_replay_plays_by_the_rules():
    recipes = []
    for name, baseline in BASELINES.items():
        if "basic-v0" in baseline.plays:
            try:
                recipes.append(Recipe.of(name))
            except MissingExtraError:
                continue
    audited = dict(audit_each(recipes, "basic-324/v1"))
    assert audited == dict.fromkeys(recipes, ())
    assert len(audited) >= 6

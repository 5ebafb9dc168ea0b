"""Agents are compared person by person."""

from dataclasses import replace

import pytest

from gym_push import Population
from gym_push.errors import ArgumentError
from gym_push.evaluation import Estimate, PeopleSuite, Suite, compare, evaluate
from gym_push.evaluation.comparing import check_comparable


def test_the_better_one_comes_first_whoever_is_named_first(suite):
    one, other = evaluate("random", suite), evaluate("table-per-app", suite)
    comparison = compare(one, other)
    assert comparison == compare(other, one)
    assert comparison.better == "table-per-app"
    assert comparison.people == 5
    assert comparison.wins == 5
    assert comparison.effect_size > 0.8


@pytest.mark.parametrize("worse", ["random", "always-dismiss", "majority"])
def test_interval_and_p_value_say_the_same(suite, worse):
    found = compare(evaluate("table-per-app", suite), evaluate(worse, suite))
    assert (found.p_value < 0.05) == (found.difference.low > 0.0)


def test_an_agent_is_not_better_than_itself(suite):
    same = compare(evaluate("majority", suite), evaluate("majority", suite))
    assert same.difference == Estimate(0.0)
    assert same.p_value is None
    assert same.effect_size is None
    assert same.wins == 2.5


def test_ten_thousand_people_take_no_time_and_no_memory(suite):
    one = evaluate("majority", suite)
    many = [replace(one.people[n % 5], person=str(n)) for n in range(10_000)]
    more = [
        replace(each, metrics={"reward": each.metrics["reward"] + n / 10_000})
        for n, each in enumerate(many)
    ]
    found = compare(*(replace(one, by_seed=(tuple(people),)) for people in (many, more)))
    assert found.wins == 9_999.5 and found.p_value < 1e-100


def test_agents_of_one_name_are_told_apart_by_their_parameters(suite):
    found = compare(evaluate("table-per-app", suite), evaluate("table-per-app(prior=8)", suite))
    assert {found.better, found.worse} == {"table-per-app", "table-per-app(prior=8)"}


def test_the_same_difference_with_everybody_has_no_effect_size(suite):
    one = evaluate("majority", suite)
    more = [replace(each, metrics={"reward": each.metrics["reward"] + 0.1}) for each in one.people]
    found = compare(replace(one, by_seed=(tuple(more),)), one)
    assert found.difference.value == pytest.approx(0.1)
    assert found.effect_size is None and found.difference.interval is None


def test_other_people_cannot_be_compared(suite):
    other = PeopleSuite("five/v1", Population(5, seed=22), 8, 4)
    with pytest.raises(ArgumentError, match="the same suite and data"):
        compare(evaluate("random", suite), evaluate("random", other))


def test_one_person_is_too_few():
    with pytest.raises(ArgumentError, match="basic-324/v1 has one person"):
        check_comparable(Suite.of("basic-324/v1"))
    one, other = (evaluate(name, "basic-324/v1") for name in ("random", "majority"))
    with pytest.raises(ArgumentError, match="is known for 1 of 1 people in both"):
        compare(one, other)


def without(evaluation, person):
    """The evaluation, in which a person has no reward."""
    people = [
        replace(each, metrics={"reward": None}) if each.person == person else each
        for each in evaluation.people
    ]
    return replace(evaluation, by_seed=(tuple(people),))


def test_only_people_of_both_evaluations_are_compared(suite):
    one, other = evaluate("table-per-app", suite), evaluate("random", suite)
    both = one.people[1:4]
    fewer = replace(other, by_seed=(other.people[1:],)), replace(one, by_seed=(one.people[:4],))
    found = compare(*fewer)
    theirs = {each.person: each.metrics["reward"] for each in other.people}
    gains = [each.metrics["reward"] - theirs[each.person] for each in both]
    assert found.people == 3
    assert compare(without(fewer[0], "user 2"), fewer[1]).people == 2
    assert found.difference.value == pytest.approx(sum(gains) / 3)

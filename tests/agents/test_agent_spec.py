"""An agent by name: whatever way it is named, it is the same one, and can be named again."""

import pickle

import pytest

from gym_push.agents import AgentSpec
from gym_push.agents.simple import Table
from gym_push.errors import ArgumentError

LINES = [
    "table-per-app(prior=2, features=['place'])",
    " table-per-app ( features = ['place'], prior = 2.0 ) ",
]
VALUES = [
    None,
    True,
    -3,
    1e-300,
    "",
    "it's",
    'a "word" (\n\0\u202e)',
    [],
    [1, [2.5, "é"]],
    {"a": {}},
]


@pytest.mark.parametrize("line", LINES)
def test_words_a_class_and_a_recipe_name_the_same_agent(line):
    spec = AgentSpec.of(Table, prior=2, features=["place"])
    for same in (AgentSpec.of(line), AgentSpec.of(spec), pickle.loads(pickle.dumps(spec))):
        assert same == spec
        assert hash(same) == hash(spec)
    assert spec != AgentSpec.of("table-per-app")


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_a_recipe_says_of_itself_is_read_as_itself(value):
    spec = AgentSpec("majority", {"agent": value, "of": value, "cls": value})
    assert AgentSpec.of(str(spec)) == spec


@pytest.mark.parametrize(
    "line",
    [
        "majority(", "majority)(", "majority(1)", "majority(a=1).b(c=2)", "majority(**{})",
        "majority(a=1, a=2)", "majority(a=b)", "majority(a={[]: 1})", "majority(a='\0')",
        "majority(a=" + "-" * 5000 + "1)", "majority(" + "(" * 500, "majority(a=1)(b=2)",
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_a_sentence(line):
    with pytest.raises(ArgumentError, match=r"the parameters cannot be read; write each once"):
        AgentSpec.of(line)


@pytest.mark.parametrize("line", ["majority(a=1e999)", "majority(a={1})", "majority(a=b'x')"])
def test_what_a_score_cannot_name_is_refused(line):
    with pytest.raises(ArgumentError, match="must be plain numbers"):
        AgentSpec.of(line)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("linucp(alpha=0.5)", "there is no agent 'linucp'.*; did you mean 'linucb'"),
        ("nowhere:Agent", "there is no module 'nowhere'"),
        ("json:Agent", "json has no 'Agent'"),
        (lambda spaces: None, r"agent function has no reset\(\)"),
    ],
)
def test_an_agent_that_is_not_there_gets_a_sentence(name, message):
    with pytest.raises(ArgumentError, match=message):
        AgentSpec.of(name).load()


def test_a_class_that_several_baselines_share_is_named_as_itself():
    from gym_push.agents.simple import Always, Majority

    assert AgentSpec.of(Majority).name == "majority"
    assert str(AgentSpec.of(Always, action=2)) == "gym_push.agents.simple:Always(action=2)"

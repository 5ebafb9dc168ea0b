"""Tables of open rates, and how a cell that has seen little leans on wider ones."""

import pytest
from gymnasium.spaces import Box, Dict, Discrete

from gym_push.agents import AgentSpec
from gym_push.errors import ArgumentError
from gym_push.spaces import Label

SPACE = Dict([
    ("appPackage", Label(["mail", "chat"])),
    ("postedTimeOfDay", Label(["morning", "night"])),
    ("postedDayOfWeek", Label(["Mon", "Sun"])),
])  # fmt: skip
TIMED = "table-per-app-and-time"


def seen(app="mail", time="morning", day="Mon"):
    return {"appPackage": app, "postedTimeOfDay": time, "postedDayOfWeek": day}


def taught(name, examples, **parameters):
    agent = AgentSpec.of(name, **parameters).make(SPACE, Discrete(2))
    for observation, opened in examples:
        agent.learn(observation, 1, 1.0 if opened else -1.0)
    return agent


def test_an_open_rate_is_drawn_towards_the_persons_own():
    agent = taught("table-per-app", [(seen("mail"), True), (seen("chat"), False)] * 2, prior=2.0)
    assert agent.confidence(seen("mail")) == pytest.approx((2 + 2 * 0.5) / (2 + 2))
    assert agent.confidence(seen("chat")) == pytest.approx((0 + 2 * 0.5) / (2 + 2))
    assert agent.confidence(seen("never seen")) == pytest.approx(0.5)


def test_a_cell_leans_on_wider_ones_step_by_step():
    agent = taught(TIMED, [(seen(time="night", day="Sun"), True)] * 3, prior=1.0)
    own = 3.5 / 4
    app = (3 + own) / 4
    night = (3 + app) / 4
    assert agent.confidence(seen("chat")) == pytest.approx(own)
    assert agent.confidence(seen(time="morning")) == pytest.approx(app)
    assert agent.confidence(seen(time="night", day="Mon")) == pytest.approx(night)
    assert agent.confidence(seen(time="night", day="Sun")) == pytest.approx((3 + night) / 4)


def test_the_table_by_time_tells_times_apart_where_the_one_by_app_cannot():
    examples = [(seen(time="morning"), True), (seen(time="night"), False)] * 20
    timed, plain = taught(TIMED, examples), taught("table-per-app", examples)
    assert [timed.act(seen(time=time)) for time in ("morning", "night")] == [1, 0]
    assert plain.confidence(seen(time="morning")) == plain.confidence(seen(time="night"))


def test_it_takes_what_there_is_of_the_time():
    space = Dict([(name, SPACE[name]) for name in ("appPackage", "postedDayOfWeek")])
    agent = AgentSpec.of(TIMED).make(space, Discrete(2))
    agent.reset(1)
    for _ in range(20):
        agent.learn({"appPackage": "mail", "postedDayOfWeek": "Mon"}, 1, 1.0)
        agent.learn({"appPackage": "mail", "postedDayOfWeek": "Sun"}, 1, -1.0)
    assert agent.act({"appPackage": "mail", "postedDayOfWeek": "Mon"}) == 1
    assert agent.act({"appPackage": "mail", "postedDayOfWeek": "Sun"}) == 0


def test_it_forgets_at_reset():
    agent = taught(TIMED, [(seen(), False)] * 5)
    assert agent.act(seen()) == 0
    agent.reset()
    assert agent.confidence(seen()) == 0.5


@pytest.mark.parametrize(
    ("name", "space", "parameters", "message"),
    [
        ("table-per-app", SPACE, {"features": ["appPackge"]}, "did you mean 'appPackage'"),
        ("table-per-app", SPACE, {"prior": 0.0}, "prior=0.0 must be above 0"),
        ("table-per-app", Box(0.0, 1.0, (3,)), {}, "needs observations by name"),
        (TIMED, Box(0.0, 1.0, (3,)), {}, "needs observations by name"),
        (TIMED, Dict(appPackage=Label(["mail"])), {}, "features that mean app, and time_of_day or"),
    ],
)
def test_what_it_cannot_be_made_of_is_named(name, space, parameters, message):
    with pytest.raises(ArgumentError, match=message):
        AgentSpec.of(name, **parameters).make(space, Discrete(2))

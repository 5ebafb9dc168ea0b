"""Agents of delivery-v0: what they learn, and that nobody earns as much without learning."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest
from agents_support import deliver_for

from gym_push import ArgumentError, Population
from gym_push.actions import DELIVER, HOLD, SUPPRESS
from gym_push.agents import BASELINES, AgentSpec, Pretrainable
from gym_push.agents.delivery import DeliveryTable
from gym_push.envs.delivery.observations import space_of

ACTIONS = gymnasium.spaces.Discrete(3)
RAW = space_of("raw")
PEOPLE, DAYS = 12, 10
SURE = 1.645  # standard errors: one-sided, 95 %
OBSERVATION = {
    "appPackage": "com.slow",
    "contactSignificantContext": False,
    "timeOfDay": "morning",
    "place": "office",
    "inUse": False,
    "minutesSincePosted": 0,
    "appOpened": 0,
    "appNotOpened": 0,
}


@pytest.fixture(scope="module")
def env():
    population = Population(PEOPLE, seed=31)
    return gymnasium.make("gym_push:delivery-v0", population=population, days=DAYS)


class RepeatLast:
    """Does again what it did, deliver or suppress, until that costs something."""

    action = DELIVER

    def reset(self, seed=None):
        self.action = DELIVER

    def act(self, observation):
        return self.action

    def learn(self, observation, action, reward):
        if reward < 0.0:
            self.action = SUPPRESS - action


class WinStay(RepeatLast):
    """Keeps for each app to what has paid, and moves on from what has not."""

    def reset(self, seed=None):
        self.actions = {}

    def act(self, observation):
        return self.actions.get(observation["appPackage"], DELIVER)

    def learn(self, observation, action, reward):
        if reward <= 0.0:
            self.actions[observation["appPackage"]] = (action + 1) % 3


class CacheLoop(RepeatLast):
    """Holds until so many are held, and then delivers them all in one go."""

    def act(self, observation):
        if observation["minutesSincePosted"] and observation["held"] >= 2:
            return DELIVER
        return HOLD


class HoldAll(RepeatLast):
    def act(self, observation):
        return HOLD


GAMES = {
    "deliver-all": lambda: AgentSpec.of("deliver-all").make(RAW, ACTIONS),
    "suppress-all": lambda: AgentSpec.of("suppress-all").make(RAW, ACTIONS),
    "repeat-last": RepeatLast,
    "win-stay": WinStay,
    "cache-loop": CacheLoop,
}


@pytest.fixture(scope="module")
def table(env):
    """What the learned table earns with each person."""
    agent = AgentSpec.of("delivery-table").make(RAW, ACTIONS)
    return np.array([deliver_for(agent, env, user)[0] for user in range(PEOPLE)])


@pytest.mark.parametrize("game", GAMES)
def test_nobody_earns_as_much_without_learning(game, table, env):
    agent = GAMES[game]()
    gain = table - [deliver_for(agent, env, user)[0] for user in range(PEOPLE)]
    error = gain.std(ddof=1) / np.sqrt(PEOPLE)
    assert gain.mean() > SURE * error, f"{game}: {gain.mean():.3f}, standard error {error:.3f}"


def test_nothing_is_earned_by_holding_for_good():
    population = Population(2, seed=31, volume_median=8)
    env = gymnasium.make("gym_push:delivery-v0", population=population, days=3)
    assert all(deliver_for(HoldAll(), env, user)[0] <= 0.0 for user in range(2))


def test_to_hold_to_the_next_use_is_to_deliver_when_in_use():
    agent = AgentSpec.of("hold-to-next-use").make(RAW, ACTIONS)
    assert agent.act({**OBSERVATION, "inUse": True}) == DELIVER
    assert agent.act(OBSERVATION) == HOLD


def actions_for(agent, times=200, **changes):
    """Shares of deliver, hold and suppress."""
    chosen = [agent.act({**OBSERVATION, **changes}) for _ in range(times)]
    return np.bincount(chosen, minlength=3) / times


def test_the_table_suppresses_what_is_not_opened_and_delivers_what_is():
    agent = DeliveryTable(RAW, ACTIONS)
    agent.reset(1)
    assert actions_for(agent, appOpened=19, appNotOpened=1)[DELIVER] > 0.95
    few = actions_for(agent, appOpened=0, appNotOpened=4, appPackage="com.new")
    assert 0.05 < few[DELIVER] < 0.95, "of what little is known it tries some"
    assert actions_for(agent, appOpened=1, appNotOpened=40)[SUPPRESS] > 0.95


def test_the_table_holds_where_alerts_have_cost_much():
    agent = DeliveryTable(RAW, ACTIONS)
    agent.reset(1)
    likely = {"appOpened": 36, "appNotOpened": 4}
    assert actions_for(agent, **likely)[DELIVER] > 0.9
    for _ in range(9):
        agent.learn({**OBSERVATION, "place": "meeting-room"}, DELIVER, -0.9)
        agent.learn({**OBSERVATION, "place": "meeting-room"}, HOLD, 1.0)  # for something else
    assert actions_for(agent, place="meeting-room", **likely)[HOLD] > 0.9
    assert actions_for(agent, place="home", **likely)[DELIVER] > 0.9
    late = actions_for(agent, place="meeting-room", minutesSincePosted=90, **likely)
    assert late[SUPPRESS] > 0.9, "what has been held for long is given up"


def test_the_score_is_the_open_rate_and_changes_nothing():
    agent, twin = (DeliveryTable(RAW, ACTIONS) for _ in range(2))
    agent.reset(3)
    twin.reset(3)
    assert agent.confidence({**OBSERVATION, "appOpened": 96}) == pytest.approx(0.98)
    assert actions_for(agent).tolist() == actions_for(twin).tolist()


def test_the_same_seed_plays_the_same_and_a_copy_goes_on(env):
    agent = DeliveryTable(RAW, ACTIONS)
    reward, actions = deliver_for(agent, env, 3)
    assert (reward, actions) == deliver_for(agent, env, 3), "reset forgets"
    for twin in (copy.deepcopy(agent), pickle.loads(pickle.dumps(agent))):
        assert actions_for(twin).tolist() == actions_for(copy.deepcopy(agent)).tolist()


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("delivery-table", {"prior": 0}, "prior=0 must be above 0"),
        ("delivery-table", {"toll": -1}, "toll=-1"),
        ("delivery-table", {"patience": -1}, "patience=-1"),
    ],
)
def test_a_number_out_of_range_is_refused(name, parameters, message):
    with pytest.raises(ArgumentError, match=message):
        AgentSpec.of(name, **parameters).make(RAW, ACTIONS)


@pytest.mark.parametrize("name", ["delivery-table", "hold-to-next-use"])
def test_another_environment_is_refused(name):
    other = gymnasium.make("gym_push:basic-v0")
    with pytest.raises(ArgumentError, match="this agent plays delivery-v0"):
        AgentSpec.of(name).make(other.observation_space, other.action_space)
    with pytest.raises(ArgumentError, match="this agent plays delivery-v0"):
        AgentSpec.of(name).make(space_of("vector"), ACTIONS)


def test_all_that_play_delivery_can_be_made_by_name(env):
    for name, about in BASELINES.items():
        if "delivery-v0" in about.plays and not about.packages:
            agent = AgentSpec.of(name).make(RAW, ACTIONS)
            if not isinstance(agent, Pretrainable):
                assert len(deliver_for(agent, env, 0, most=20)[1]) == 20

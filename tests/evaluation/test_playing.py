"""A session plays the loop that `Agent` promises, and can be asked at any time."""

import gymnasium
import pytest

from gym_push.agents import AgentSpec
from gym_push.agents.local import Turns
from gym_push.errors import ArgumentError
from gym_push.evaluation.playing import Session, practice


class Witness:
    """Writes down what a session asks of it."""

    def __init__(self):
        self.calls = []

    def reset(self, seed=None):
        self.calls.append(("reset", seed))

    def act(self, observation):
        self.calls.append(("act", observation))
        return len(self.calls) % 2

    def learn(self, observation, action, reward):
        self.calls.append(("learn", observation, action, reward))


def test_the_agent_acts_and_learns_by_turns_and_sees_no_info():
    env = gymnasium.make("gym_push:basic-v0")
    agent = Witness()
    episode = Session(env, agent, seed=3).play()
    begun, *calls = agent.calls
    assert begun == ("reset", 3)
    assert [call[0] for call in calls] == ["act", "learn"] * episode.decisions
    for acted, learned in zip(calls[::2], calls[1::2], strict=True):
        assert learned[1] == acted[1] and set(acted[1]) == set(env.observation_space)
    assert episode.reward == sum(call[3] for call in calls[1::2]) == episode.score.reward


def test_a_score_that_is_no_number_is_refused():
    class Unsure(Witness):
        def confidence(self, observation):
            return float("nan")

    turns = Turns(Unsure())
    turns.freeze()
    with pytest.raises(ArgumentError, match="confidence is not a number"):
        turns.decide({})


def test_what_was_reached_can_be_asked_when_it_is_stopped():
    env = gymnasium.make("gym_push:delivery-v0", days=2)
    session = Session(env, AgentSpec.of("random").make(env.observation_space, env.action_space), 1)
    steps = iter(range(10))

    def stop():
        if next(steps) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.play(stop)
    [episode] = session.episodes
    assert episode.decisions == sum(episode.actions) == 7
    assert sum(episode.parts.values()) == pytest.approx(episode.reward)
    assert not episode.ended and episode.user is not None and episode.score is None


def test_the_score_of_an_episode_that_is_stopped_is_of_what_was_decided():
    env = gymnasium.make("gym_push:basic-v0")

    def stop():
        if env.unwrapped.snapshot().epoch == 40:
            raise KeyboardInterrupt

    session = Session(env, Witness())
    with pytest.raises(KeyboardInterrupt):
        session.play(stop)
    [episode] = session.episodes
    assert episode.score.decisions == episode.notifications == 40
    assert episode.score.reward == episode.reward


def test_practice_is_in_the_agents_form_and_with_other_people():
    env = practice({"observation": "vector"}, 0)
    observations, _ = env.reset(seed=1)
    assert observations.shape == (env.num_envs, *env.single_observation_space.shape)
    played = gymnasium.make("gym_push:delivery-v0").unwrapped
    assert env.unwrapped._people.population.seed != played._people.population.seed
    env.close()

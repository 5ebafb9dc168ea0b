"""The running score counts the decisions so far, whenever somebody looks."""

from copy import deepcopy

import gymnasium
from hypothesis import given
from hypothesis import strategies as st

from gym_push import Score
from gym_push.envs.basic.episodes import MAX_ENDED, Ended, cell

DECISIONS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), max_size=60)


@given(DECISIONS, st.sets(st.integers(0, 60)))
def test_the_score_is_what_counting_gives(decisions, looks):
    outcomes = bytearray(cell(*decision) for decision in decisions)
    score = Score()
    for look in sorted(min(look, len(decisions)) for look in looks):
        score, so_far = score.after(outcomes[score.decisions : look]), decisions[:look]
        assert score.decisions == look
        assert score.reward == sum(1 if a == u else -1 for a, u in so_far)
        if so_far:
            assert score.performance == sum(a == u for a, u in so_far) / look
            assert score.ctr == sum(a for a, _ in so_far) / look
            assert score.user_ctr == sum(u for _, u in so_far) / look
        assert score.both_opened == so_far.count((1, 1))
        assert score.only_agent_opened == so_far.count((1, 0))
        assert score.only_user_opened == so_far.count((0, 1))
        assert score.both_dismissed == so_far.count((0, 0))


def test_before_the_first_decision_there_is_no_rate():
    assert Score().performance is Score().ctr is Score().user_ctr is None
    assert Score().reward == Score().decisions == 0


def test_an_environment_has_its_running_score():
    env = gymnasium.make("gym_push:basic-v0")
    assert env.unwrapped.score == Score()
    env.reset()
    earned = 0.0
    for step in range(1, 101):
        earned += env.step(step % 2)[1]
        assert env.unwrapped.score.reward == earned
        assert env.unwrapped.score.decisions == step
    assert env.unwrapped.score.ctr == 0.5
    env.reset()
    assert env.unwrapped.score == Score()


def test_a_copy_goes_on_with_a_score_of_its_own():
    env = gymnasium.make("gym_push:basic-v0").unwrapped
    env.reset()
    env.step(1)
    assert env.score.decisions == 1
    copied = deepcopy(env)
    env.step(0), copied.step(1), copied.step(1)
    assert (env.score.decisions, copied.score.decisions) == (2, 3)
    assert copied.score.ctr == 1.0


def test_ended_episodes_are_kept_evenly_and_exactly():
    ended = Ended()
    for episode in range(1, 5001):
        ended = ended.add(episode, (2, 0, 0, episode % 7))
        assert len(ended.episodes) <= MAX_ENDED
    kept = range(1, 5001, ended.every)
    assert ended.episodes == tuple((number, 2, 0, 0, number % 7) for number in kept)
    assert MAX_ENDED / 2 < len(kept) <= MAX_ENDED


def test_an_episode_without_decisions_is_not_kept():
    env = gymnasium.make("gym_push:basic-v0").unwrapped
    env.reset(), env.reset()
    assert env.snapshot().ended == Ended()
    env.step(1)
    env.reset()
    assert env.snapshot().ended.total == 1

"""What the recordings' tests share: agents, their scores, and a text that means no good."""

import gymnasium

import gym_push

HOSTILE = "</script><!--<script>\u2028\u2029document.title='broken'</script>\x7f]]>&quot;'\"`${1}"


def play(env, policy, steps=None, seed=1):
    """Plays an episode, or its first steps, and returns the scores after each decision."""
    observation, _ = env.reset(seed=seed)
    scores = [env.unwrapped.score]
    terminated = False
    while not terminated and len(scores) - 1 != steps:
        observation, _, terminated, _, _ = env.step(policy(observation))
        scores.append(env.unwrapped.score)
    return scores


def open_all(observation):
    return 1


def by_contact(observation):
    """Right often, wrong often, and the same every time."""
    return int(observation["contactSignificantContext"])


def basic(**options):
    return gymnasium.make("gym_push:basic-v0", **options)


def record_run(path, policy=by_contact, episodes=1, last=None, **options):
    """Records episodes, the last of them to a step, and returns the scores of each."""
    with gym_push.record(basic(**options), path) as env:
        return [
            play(env, policy, last if episode == episodes - 1 else None)
            for episode in range(episodes)
        ]

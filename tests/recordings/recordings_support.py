"""What the recordings' tests share: agents, their scores, and a text that means no good."""

import gymnasium
from hypothesis import strategies as st

import gym_push
from gym_push.recordings.document import data_of
from gym_push.recordings.tape import Tape, frames
from gym_push.viewer.basic_frame import BasicFrame
from gym_push.viewer.days_frame import OUTCOME, POINT
from gym_push.viewer.frame import plain, to_line

HOSTILE = "</script><!--<script>\u2028\u2029window.broken=1</script>\x7f]]>&quot;'\"`${1}"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


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


def recorded(path):
    return [frame for _, frame in frames(data_of(path.read_bytes()))]


def shown(path):
    """The episode and the epoch of each frame of a file."""
    return [(frame["episode"], frame["epoch"]) for frame in recorded(path)]


def written(run):
    tape = Tape()
    for frame in run:
        tape.add(frame)
    return tape.data()


def read(data):
    """The frames of a recording, each with its lists as they were."""
    return [
        {name: list(value) if isinstance(value, list) else value for name, value in frame.items()}
        for _, frame in frames(data)
    ]


def whole(frame):
    """All that is recorded of a frame, made without those before it."""
    decisions, points, counts, majority = [], [], [0, 0, 0, 0], 0
    for index, (cell, row) in enumerate(zip(frame.decisions, frame.rows, strict=True)):
        decision = {"epoch": index + 1, **to_line(frame.about(row))}
        if isinstance(frame, BasicFrame):
            action, user_action = divmod(cell, 2)
            reward = 1 if action == user_action else -1
            decision |= {"action": action, "user_action": user_action, "reward": reward}
            majority += (2 * (counts[0] + counts[2]) >= index) == user_action
            counts[3 - cell] += 1
            points.append([*counts, majority])
        else:
            decision |= {"action": cell, "outcome": 0, "credit": 0}
            points.append(frame.points[POINT * index : POINT * (index + 1)].tolist())
        decisions.append(decision)
    led_to = zip(*[iter(frame.outcomes.tolist())] * OUTCOME, strict=True)
    outcomes = [[index + 1, outcome, round(credit, 4)] for index, outcome, credit in led_to]
    lists = {"decisions": decisions, "outcomes": outcomes, "points": points}
    facts = plain(frame)
    del facts["decision"]
    return {**facts, "episodes": plain(frame.episodes), **lists}


def scrub(page, place):
    """Moves the slider of a page."""
    page.locator("#scrub").evaluate(
        "(node, place) => { node.value = place; node.dispatchEvent(new Event('input')); }", place
    )

"""What an agent of send-v0 sees is what has happened."""

import numpy as np
import pytest
from send_support import make, make_vec

from gym_push.envs.send.response import Moment
from gym_push.users.model.states import DAY, HOUR, State

NEVER = 10_000


class Diary:
    """Keeps the books of an episode in its own way, from the infos alone."""

    def __init__(self):
        self.steps = []  # of (time, info)

    def note(self, time, info):
        self.steps.append((time, info))

    def since(self, now, sent_at):
        return min((now - sent_at) // HOUR, NEVER) if sent_at is not None else NEVER

    def told(self, now, budget, messages):
        day, week = now // DAY, now // DAY // 7
        sent = [(time, info) for time, info in self.steps if info["sent"]]
        done = {time // DAY for time, info in self.steps if info["amount"] > 0}
        streak = 0
        while day - 1 - streak in done:
            streak += 1
        opened = [info["status"] in (1, 2) for _, info in sent]
        row = 0
        while row < len(opened) and not opened[-1 - row]:
            row += 1
        this_week = [info for time, info in sent if time // DAY // 7 == week]
        last = {info["sent"]: time for time, info in sent}
        told = {
            "daysLeft": 21 - day,
            "budgetLeft": max(budget - len(this_week), 0),
            "sentToday": sum(time // DAY == day for time, _ in sent),
            "sentThisWeek": len(this_week),
            "openedThisWeek": sum(info["status"] in (1, 2) for info in this_week),
            "ignoredInARow": row,
            "hoursSinceSent": self.since(now, max(last.values(), default=None)),
            "sent": len(sent),
            "opened": sum(opened),
            "disappointed": sum(info["status"] == 2 for _, info in sent),
            "doneToday": int(day in done),
            "streak": streak,
            "lastOutcome": round(self.steps[-1][1]["amount"]) if self.steps else 0,
            "openRate": (sum(opened) + 1) / (len(sent) + 2),
        }
        each = {f"hoursSince{k}": self.since(now, last.get(k)) for k in range(1, messages + 1)}
        return told | each


@pytest.mark.parametrize("times", [None, "pick-ups"])
def test_it_tells_what_has_happened(times):
    env = make(times=times, days=21, response={"base": -1.5}, over_budget=True)
    random, streaks = np.random.default_rng(4), set()
    for user in range(6):
        (observation, info), diary, over = env.reset(options={"user": user}), Diary(), False
        while not over:
            game = env._game
            told = diary.told(game.time, 7, 10)
            assert {name: observation[name] for name in told} == told
            for k in range(1, 11):
                assert observation[f"eligible{k}"] == info["action_mask"][k]
            assert observation["available"] == info["action_mask"][1:].any()
            streaks.add(observation["streak"])
            time, action = game.time, int(random.choice(11, p=[0.5] + [0.05] * 10))
            observation, _, over, _, info = env.step(action)
            diary.note(time, info)
    assert {0, 1, 2} <= streaks


def test_chance_is_of_each_decision_and_intrusion_of_what_the_person_does():
    env = make_vec(12, times=[9, 9.5, 10, 14], days=14)
    env.reset(seed=1)
    world = env.games.world
    columns = dict(zip(Moment._fields, world.moments.T, strict=True))
    for name in ("noise", "mute", "bait", "leave", "amount_noise"):
        assert len(np.unique(columns[name])) > 0.99 * len(columns[name]), name
    state = world.lives.routine.states[world.person, world.day, world.time % DAY // (HOUR // 6)]
    intrusion = columns["intrusion"]
    home, work, meeting = (
        intrusion[state == each] for each in (State.HOME, State.WORK, State.MEETING)
    )
    assert home.max() < work.min() < 1.0 < meeting.min()

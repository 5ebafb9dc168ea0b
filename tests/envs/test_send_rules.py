"""send-v0: what messages do, to the number; the books; budgets; leaving; and equal chance."""

import math
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from send_support import always, by_chance, episode, make, of_sequence

from gym_push.envs.send.response import MANY, ONE, Response, _amount
from gym_push.envs.send.rules import DISAPPOINTED, IGNORED, NOTHING, OPENED, PARTS
from gym_push.users.keyed_random import normal_quantile

FIXED = {"weary": 0.0, "stale": 0.0, "burden": 0.0, "quit": 0.0, "quit_burden": 0.0}
FIXED |= {"betrayal": 0.0, "habit_utility": 0.0}
"""A person whom messages do not change: no habituation, burden, distrust, habit, or leaving."""


@pytest.mark.bits
@pytest.mark.parametrize("seed", range(3))
def test_steps_are_those_of_the_papers_equations(seed):
    """Karine and Marlin 2024: deterministic dynamics, over a hundred steps."""
    env, random = make("steps", days=20), np.random.default_rng(seed)
    checked, starts = 0, 0
    while checked < 100:
        observation, _ = env.reset(seed=100 * seed + starts)
        starts += 1
        h, d, over = 0.1, 0.1, False
        while not over:
            context = observation["busy"]
            action = int(random.choice(4, p=[0.4, 0.2, 0.2, 0.2]))
            right = action == context + 2
            h = 0.9 * h if action == 0 else min(1.0, h + 0.05)
            if action == 1 or right:
                d = 0.9 * d
            elif action:
                d = min(1.0, d + 0.4)
            effect = 50.0 if action == 1 else 200.0 if right else 0.0
            steps = 0.1 + (1.0 - h) * effect
            leaves = d >= 0.99
            observation, reward, over, _, info = env.step(action)
            game = env._game
            assert info["amount"] == pytest.approx(0.0 if leaves else steps, rel=1e-15)
            assert game.now.habituation == pytest.approx(h, rel=1e-15)
            assert game.now.burden == pytest.approx(d, rel=1e-15)
            assert info["left"] == leaves
            assert reward == pytest.approx(info["amount"], abs=2**-20)
            checked += 1


def test_stochastic_steps_have_the_papers_means():
    env, amounts, habituation = make("stochastic-steps", population={"size": 100}), [], []
    for user in range(100):
        *_, info = next(episode(env, always(1), user=user))
        amounts.append(info["amount"])
        habituation.append(env._game.now.habituation)
    mean = 0.1 + 50.0 * (1.0 - 0.15)
    assert np.mean(amounts) == pytest.approx(mean, abs=4 * 20.0 / 10)
    assert np.std(amounts) == pytest.approx(20.0, rel=0.3)
    assert 0.15 * 0.995 <= min(habituation) < 0.15 < max(habituation) <= 0.15 * 1.005


def test_amounts_have_their_mean_and_spread():
    noise = normal_quantile((np.arange(20_000) + 0.5) / 20_000)
    gamma = _amount(Response(gamma_noise=20.0), MANY, np.full(20_000, 100.0), noise)
    assert gamma.mean() == pytest.approx(100.0, rel=1e-3)
    assert gamma.std() == pytest.approx(20.0, rel=1e-2)
    third = ((gamma - gamma.mean()) ** 3).mean() / gamma.std() ** 3
    assert third == pytest.approx(2 / 5, abs=0.03)  # of a gamma with shape 25
    count = _amount(Response(poisson_noise=True), MANY, np.full(20_000, 144.0), noise)
    assert (count == np.rint(count)).all()
    assert count.mean() == pytest.approx(144.0, rel=1e-3)
    assert count.var() == pytest.approx(144.0, rel=2e-2)
    assert _amount(Response(), ONE, 3.5, 1.0) == 3.5


@pytest.mark.parametrize("days", [1, 7, 15, 30])
def test_templates_recover_with_the_papers_half_life(days):
    env = make("recovering", days=34)
    env.reset(seed=1)
    env.step(3)
    for _ in range(days - 1):
        env.step(0)
    assert env._game.stale[2] == pytest.approx(0.5 ** (days / 15), rel=1e-9)
    assert env._game.stale[3] == 0.0
    p = env.world.scene.response
    assert p.stale == pytest.approx(0.017 * 0.1295, rel=1e-9)
    assert p.base + p.lift - 0.66 * p.stale == pytest.approx(0.1295, rel=0.005)  # of random ones


def test_dental_doses_are_a_fading_mean_and_too_much_costs_effect_for_good():
    env, random = make("dental"), np.random.default_rng(1)
    env.reset(seed=2)
    dose, sent = 0.0, random.integers(2, size=12).tolist()
    for action in sent:
        env.step(action)
        dose = (13 * dose + action) / 14
        assert env._game.now.habituation == pytest.approx(dose, rel=1e-9)
    left, over = 1.0, False
    while not over:
        low = env._game.now
        day, over = env._game.time // 86_400_000, env.step(1)[2]
        now = env._game.now
        much = now.habituation > 0.8 or (now.habituation > 0.5 and low.habit > 111 / 180)
        left *= 0.5 if much and day >= 7 else 1.0
        assert now.response == left
    assert left < 1e-6
    amounts = [info["amount"] for *_, info in episode(env, by_chance(1), seed=2)]
    assert 0.0 in amounts and max(amounts) <= 180.0
    assert all(amount == round(amount) for amount in amounts)


@pytest.mark.parametrize("preset", ["habit", "recovering", "steps", "stochastic-steps", "dental"])
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), masked=st.booleans(), over_budget=st.booleans())
def test_the_books_are_kept(preset, seed, masked, over_budget):
    budget = 3
    env = make(preset, budget=budget, over_budget=over_budget, days=16)
    weights, sent, costs, totals = env.rules.weights, [], 0.0, np.zeros(len(PARTS))
    ended = np.zeros(4, dtype=int)
    for mask, action, reward, over, info in episode(env, by_chance(seed, masked), seed=seed):
        day = (env._game.time if over else env.world.time[env._game.decision - 1]) // 86_400_000
        parts = np.array([info[part] for part in PARTS])
        assert reward == parts.sum() and (parts % 2.0**-20 == 0.0).all()
        totals += parts
        assert info["sent"] == (action if mask[action] else 0)
        assert (info["status"] == NOTHING) == (info["sent"] == 0)
        ended[info["status"]] += 1
        week = day // 7
        above = info["sent"] > 0 and sum(day_ // 7 == week for day_ in sent) >= budget
        assert info["cost"] == float(above)
        assert over_budget or not above
        if info["sent"]:
            sent.append(day)
        else:
            assert info["effect"] == info["price"] == 0.0
        costs += info["cost"]
        assert info["left"] <= over
    game = env._game
    assert len(sent) == sum(game.counts) == game.book.sent == ended[1:].sum()
    assert game.book.opened == ended[OPENED] + ended[DISAPPOINTED]
    assert game.book.disappointed == ended[DISAPPOINTED]
    assert totals[2] == pytest.approx(-weights["price"] * len(sent), abs=1e-4)
    to_come = (16 * 86_400_000 - game.time) / 86_400_000 if game.left else 0.0
    assert totals[3] == pytest.approx(-weights["leaving"] * to_come, abs=1e-5)
    assert totals[1] == pytest.approx(
        0.0 if game.left else weights["habit"] * game.now.habit, abs=1e-5
    )
    if not over_budget:
        assert costs == 0.0
    assert game.world.days == 16 and (game.left or game.decision + 1 == game._end)


def test_who_leaves_does_nothing_more_and_the_days_to_come_are_paid_for():
    env = make(response={"quit": 100.0}, budget="any", weights={"leaving": 0.5})
    [(_, _, reward, over, info)] = episode(env, always(0), user=4)
    assert over and info["left"] and info["amount"] == 0.0
    assert reward == info["leaving"] == -0.5 * (28 - 9 / 24)
    assert env.measures["left"] == 1.0
    assert not env.action_masks()[1:].any()


def test_the_habit_of_who_leaves_at_the_end_is_not_paid_for():
    kwargs = {"days": 1, "times": [20.0], "weights": {"habit": 5.0}}
    [(*_, info)] = episode(make(response={"quit": 100.0}, **kwargs), always(0), user=1)
    assert info["left"] and info["habit"] == 0.0
    [(*_, info)] = episode(make(response={"quit": 0.0}, **kwargs), always(0), user=1)
    assert not info["left"] and info["habit"] > 0.0


def test_a_burden_drives_away():
    def stay(**response):
        env = make(response={"quit": 0.0, **response}, budget="any")
        return [sum(1 for _ in episode(env, always(9), user=user)) for user in range(12)]

    assert stay(quit_burden=0.0, limit=1e4) == [112] * 12
    assert np.mean(stay(quit_burden=2.0, burden=0.4)) < 80


def test_bait_that_disappoints_costs_trust_which_comes_back():
    response = {
        **FIXED,
        "betrayal": 0.25,
        "base": 9.0,
        "disappoint": 1.0,
        "once_a_day": False,
        "mute": 0.0,
    }
    env = make(response=response, budget="any")
    for mask, action, _, _, info in episode(env, of_sequence([10] * 4 + [0] * 200), user=1):
        if action == 10 and mask[10]:
            assert info["status"] == DISAPPOINTED
            lowest = env._game.now.distrust
    assert lowest > 0.2
    assert env._game.now.distrust < 0.5 * lowest
    honest = {info["status"] for *_, info in episode(env, always(1), user=1)}
    assert honest <= {NOTHING, OPENED}
    assert env.measures["trust"] == 1.0


def test_what_repeats_wears_off_and_rests():
    env = make("recovering", response={"stale": 1.0, "lift": 2.0}, days=34)
    same = [info["status"] for *_, info in episode(env, always(2))]
    assert same[0] == OPENED
    assert same.count(OPENED) + same.count(IGNORED) == 34
    turns = iter(range(200))
    varied = sum(
        info["status"] == OPENED for *_, info in episode(env, lambda env, mask: 1 + next(turns) % 7)
    )
    assert varied >= same.count(OPENED)


@pytest.mark.parametrize("preset", ["habit", "dental", "stochastic-steps"])
def test_chance_does_not_depend_on_what_is_sent(preset):
    """The effect of any one message is what two runs that differ in it alone differ by."""
    env, random = make(preset, budget="any"), np.random.default_rng(2)
    for user in range(6):
        plan = random.integers(len(env.action_masks()), size=200).tolist()
        done = list(episode(env, of_sequence(plan), user=user))
        for step in random.choice(len(done), size=min(10, len(done)), replace=False):
            *_, info = done[step]
            without = [*plan[:step], 0]
            again = episode(env, of_sequence(without), user=user)
            *_, other = next(islice(again, step, None))
            assert info["effect"] == info["amount"] - other["amount"]


@pytest.mark.parametrize("action", ["catalogue", "composed"])
def test_what_could_be_is_what_comes(action):
    env, random = make(action=action, budget="any"), np.random.default_rng(3)
    env.action_space.seed(3)
    for user in range(4):
        env.reset(options={"user": user})
        over = False
        while not over:
            others = [env.action_space.sample() for _ in range(3)]
            outcomes = [env.potential_outcome(each) for each in others]
            chosen = int(random.integers(3))
            *_, over, _, info = env.step(others[chosen])
            assert outcomes[chosen].amount == info["amount"]
            assert outcomes[chosen].effect == info["effect"]
            assert outcomes[chosen].condition == env._game.now


def test_longer_days_and_other_people_change_nothing():
    short, long = make(days=7), make(days=21, population={"size": 3, "seed": 3})
    ours = [info["amount"] for *_, info in episode(short, always(0), user=2)]
    theirs = [info["amount"] for *_, info in episode(long, always(0), user=2)]
    assert ours[:-1] == theirs[: len(ours) - 1]


def test_with_nothing_that_repeats_the_best_message_each_time_is_the_optimum():
    env = make("steps", response=FIXED)
    earned = sum(turn[2] for turn in episode(env, lambda env, _: 2 + int(env._game.at.busy)))
    assert earned == pytest.approx(50 * 200.1, rel=1e-6)

    response = {**FIXED, "once_a_day": False}
    env, earned, expected = make(response=response, budget="any", days=60), 0.0, 0.0
    occasion = np.array([("any", "rest", "busy").index(m.occasion) for m in env.form.catalogue])

    def lifted(env, mask):
        nonlocal expected
        world, game = env.world, env._game
        suits = np.where(occasion == game.at.busy + 1, 1.4, np.where(occasion == 0, 1.0, 0.4))
        gain = world.lifts[game.person] * suits + game.at.receptive
        gain = np.append(0.0, np.where(mask[1:], gain, -np.inf))
        expected += 1.0 / (1.0 + math.exp(-(game.at.base + gain.max())))
        return int(gain.argmax())

    for user in range(12):
        earned += sum(info["outcome"] for *_, info in episode(env, lifted, user=user))
    assert earned == pytest.approx(expected, abs=4 * math.sqrt(0.25 * 12 * 240))
    others = [
        sum(info["outcome"] for *_, info in episode(env, always(action), user=user))
        for action in (0, 1, 2)
        for user in range(12)
    ]
    assert earned > max(sum(others[i : i + 12]) for i in (0, 12, 24))

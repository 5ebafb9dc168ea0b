"""What a message does, as the page of send-v0 says it, for one person and for many at once."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_push.envs.send.presets import PRESETS
from gym_push.envs.send.response import MANY, ONE, Condition, Moment, Response, Sent, respond

share = st.floats(0, 1)
utility = st.floats(-4, 4)
MOMENTS = st.builds(
    Moment,
    base=utility,
    noise=utility,
    receptive=utility,
    amount=st.floats(0, 200),
    amount_lift=st.floats(-300, 100),
    amount_noise=st.floats(-3, 3),
    busy=st.sampled_from([0.0, 1.0]),
    available=st.just(1.0),
    mute=share,
    intrusion=st.floats(0, 2),
    bait=share,
    leave=share,
    days=share,
    late=st.sampled_from([0.0, 1.0]),
    stale_left=share,
    habituation_left=share,
    burden_left=share,
    distrust_left=share,
    habit_left=share,
    habituation_noise=st.floats(0.9, 1.1),
    burden_noise=st.floats(0.9, 1.1),
)
CONDITIONS = st.builds(Condition, share, share, share, share, share)
MESSAGES = st.builds(
    Sent, utility, st.sampled_from([0.0, 1.0, 2.0]), st.floats(0, 2), st.booleans(), share
)
CASES = st.tuples(MOMENTS, CONDITIONS, st.booleans(), MESSAGES)
NUMBERS = st.one_of(
    st.sampled_from([preset.response for preset in PRESETS.values()]),
    st.builds(
        Response,
        gamma_noise=st.sampled_from([0.0, 20.0]),
        quit=share,
        fades_at_once=st.booleans(),
        overdose_left=st.sampled_from([1.0, 0.5]),
        overdose=share,
        overdose_habit=share,
        habit_enough=share,
        limit=st.floats(0.1, 1),
    ),
)


def told(p, at, now, sent, message):
    """The page's account, in the order in which it tells it."""
    raised = min(1, now.habituation + p.habituation)
    left_of_effect = (1 - p.weary * raised) * now.response * (1 - now.distrust)
    fit = p.fit[0]
    if message.occasion:
        fit = p.fit[1] if (message.occasion == 2) == (at.busy == 1) else p.fit[2]

    def outcome(sent):
        does, mean = at.base + p.habit_utility * now.habit + at.noise, at.amount
        if sent:
            does += left_of_effect * (message.lift * fit + at.receptive) - p.stale * message.stale
            mean = max(0, mean + left_of_effect * at.amount_lift * fit)
        if does <= 0:
            return False, 0.0
        if p.gamma_noise and mean > 1e-9:
            ninth = p.gamma_noise**2 / mean**2 / 9
            mean *= max(1 - ninth + at.amount_noise * math.sqrt(ninth), 0) ** 3
        if p.poisson_noise:
            mean = max(round(mean + at.amount_noise * math.sqrt(mean)), 0)
        return True, min(mean, p.most)

    def leaves(burden):
        return burden >= p.limit or at.leave < (p.quit + p.quit_burden * burden**2) * at.days

    does, amount = outcome(sent)
    opened = sent and does and fit > 0
    disappointed = opened and message.bait and at.bait < p.disappoint
    burden = now.burden
    if opened and not disappointed:
        burden *= 1 - p.relief
    elif sent:
        burden = min(1, burden + p.burden * message.loud * at.intrusion)
    left = leaves(burden)
    alone = 0.0 if leaves(now.burden) else outcome(False)[1]
    amount = 0.0 if left else amount

    habituation = raised if sent else now.habituation
    if not sent or p.fades_at_once:
        habituation *= at.habituation_left
    too_much = p.overdose_habit if now.habit > p.habit_enough else p.overdose
    overdose = habituation > min(too_much, p.overdose) and at.late
    return {
        "amount": amount,
        "effect": amount - alone if sent else 0.0,
        "opened": opened,
        "disappointed": disappointed,
        "left": left,
        "habituation": min(1, habituation * at.habituation_noise),
        "burden": min(1, burden * at.burden_left * at.burden_noise),
        "distrust": min(1, now.distrust + p.betrayal * disappointed) * at.distrust_left,
        "habit": at.habit_left * now.habit + (1 - at.habit_left) * min(1, amount / p.full),
        "response": now.response * (p.overdose_left if overdose else 1.0),
    }


@settings(max_examples=500, deadline=None)
@given(p=NUMBERS, at=MOMENTS, now=CONDITIONS, sent=st.booleans(), message=MESSAGES)
def test_it_does_what_the_page_says(p, at, now, sent, message):
    outcome = respond(p, ONE, at, now, sent, message)
    ours = {**outcome._asdict(), **outcome.condition._asdict()}
    for name, value in told(p, at, now, sent, message).items():
        assert ours[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name


@pytest.mark.bits
@settings(max_examples=100, deadline=None)
@given(
    p=NUMBERS, cases=st.lists(st.tuples(MOMENTS, CONDITIONS, st.booleans(), MESSAGES), min_size=1)
)
def test_many_are_each_alone_to_the_bit(p, cases):
    moments, conditions, sent, messages = zip(*cases, strict=True)
    many = respond(
        p,
        MANY,
        Moment(*map(np.array, zip(*moments, strict=True))),
        Condition(*map(np.array, zip(*conditions, strict=True))),
        np.array(sent),
        Sent(*map(np.array, zip(*messages, strict=True))),
    )
    for place, case in enumerate(cases):
        one = respond(p, ONE, *case)
        for name in ("amount", "effect", "opened", "disappointed", "left"):
            assert getattr(one, name) == getattr(many, name)[place], name
        assert one.condition == tuple(values[place] for values in many.condition)

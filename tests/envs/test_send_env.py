"""send-v0 as it is called: forms of actions, masks, arguments, measures, text."""

import numpy as np
import pytest
from send_support import PEOPLE, always, by_chance, episode, make, make_vec

from gym_push import ActionError, ArgumentError, EpisodeError
from gym_push.envs.send.measures import MEASURES, entropy, over_people
from gym_push.envs.send.messages import FEATURES, Message
from gym_push.envs.send.presets import PRESETS
from gym_push.users.model.states import DAY


def test_who_sleeps_drives_or_has_done_it_gets_nothing():
    asleep = make(times=[3.5])
    for mask, *_ in episode(asleep, always(1)):
        assert mask.tolist() == [1] + [0] * 10
    env, seen = make(times="pick-ups", budget="any", response={"mute": 0.0}), set()
    for user in range(12):
        observation, info = env.reset(options={"user": user})
        over = False
        while not over:
            able = bool(info["action_mask"][1:].any())
            assert able == bool(observation["available"])
            assert (
                able
                or observation["doneToday"]
                or observation["activity"] == "vehicle"
                or (env._game.at.available == 0.0)
            )
            seen.add((able, observation["activity"] == "vehicle", observation["doneToday"]))
            assert not (able and (observation["activity"] == "vehicle" or observation["doneToday"]))
            observation, _, over, _, info = env.step(0)
    assert {(True, False, 0), (False, False, 1), (False, True, 0)} <= seen


def test_the_context_may_be_told_wrong():
    env, wrong = make("steps", response={"misread": 0.3, "limit": 1e4}, days=40), []
    for user in range(12):
        observation, _ = env.reset(options={"user": user})
        over = False
        while not over:
            wrong.append(observation["busy"] != env._game.at.busy)
            observation, _, over, *_ = env.step(0)
    assert np.mean(wrong) == pytest.approx(0.3, abs=0.04)


def test_a_burden_mutes():
    muted = make(response={"burden_start": 0.99, "burden_left": 1.0, "mute": 1.0, "quit_burden": 0})
    free = make(response={"quit_burden": 0.0})
    count = [sum(mask[1:].any() for mask, *_ in episode(env, always(0))) for env in (muted, free)]
    assert count[0] < 0.1 * count[1]


def test_a_message_is_eligible_after_its_streak():
    env = make(response={"base": 9.0, "once_a_day": False}, budget="any")
    eligible = [(mask[1], mask[4]) for mask, *_ in episode(env, always(0), user=0)]
    days = [time // 86_400_000 for time in env.world.time[: len(eligible)]]
    for (any_, streak), day in zip(eligible, days, strict=True):
        assert streak == (any_ and day >= 3)
    assert any(streak for _, streak in eligible)


def test_a_composed_message_is_the_same_in_numbers_and_in_words():
    rows, words = make(action="composed", budget="any"), make(action="dict", budget="any")
    given = [1, 8, 1, 1, 0, 0, 2]
    said = {"send": 1, "words": "A short one", "length": np.int64(0)}
    said |= {name: FEATURES[name][given[1 + i]] for i, name in enumerate(FEATURES) if i != 3}
    theirs = [info for *_, info in episode(words, always(said), user=1)]
    ours = [info for *_, info in episode(rows, always(np.array(given)), user=1)]
    for one, other in zip(ours, theirs, strict=True):
        assert one.pop("action_mask").tolist() == other.pop("action_mask").tolist()
        assert one == other
    assert rows._game.counts[8 * 4 + 1] == rows._game.book.sent > 0
    assert words.step is not None and "A short one" in said["words"]
    nothing = [info["sent"] for *_, info in episode(words, always({"send": 0}), user=1)]
    assert not any(nothing)


def test_a_catalogue_message_is_the_composed_one_of_its_features():
    features = {"topic": "tech", "tone": "warm", "urgency": "low", "channel": "email"}
    listed = make(messages=[{"text": "Hi", **features}], response={"stale": 0.0})
    composed = make(action="dict", response={"stale": 0.0})
    said = {"send": 1, "length": "short", "occasion": "any", **features}
    for user in range(4):
        ours = [info["amount"] for *_, info in episode(listed, always(1), user=user)]
        assert ours == [i["amount"] for *_, i in episode(composed, always(said), user=user)]


@pytest.mark.parametrize(
    ("action", "given", "message"),
    [
        ("catalogue", 11, r"action 11 is neither 0 \(nothing\) nor 1 to 10 \(a message\)"),
        ("catalogue", 1.0, "action 1.0 is neither 0"),
        ("catalogue", True, "action True is neither 0"),
        ("composed", 1, "action 1 is not 7 integers: send, topic"),
        ("composed", [1, 10, 0, 0, 0, 0, 0], "topic 10 of an action must be 0 to 9"),
        ("composed", [[1], [1, 2]], r"action \[\[1\], \[1, 2\]\] is not 7 integers"),
        ("dict", [1], r"action \[1\] is not a dict of send, topic"),
        ("dict", {"send": 1, "topic": "tec"}, "has no 'tone'"),
        ("dict", {"send": 0, "topics": 1}, "has no 'topics'; did you mean 'topic'"),
        ("dict", {"send": 0, "tone": "rude"}, "tone 'rude' of an action is none of plain, warm"),
        ("dict", {"send": "yes"}, "send 'yes' of an action is not an integer"),
        ("dict", {"send": np.array([1, 0])}, r"send array\(\[1, 0\]\) of an action is not"),
        ("dict", {"send": 0, "words": 5}, "words 5 of an action must be text, at most 500"),
        ("dict", {"send": 0, "words": "a" * 501}, "must be text, at most 500 characters"),
    ],
)
def test_what_is_no_action_is_refused(action, given, message):
    env = make(action=action)
    _, before = env.reset(seed=1)
    with pytest.raises(ActionError, match=message):
        env.step(given)
    assert env._game.book.sent == 0 and env._history.turns == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"preset": "habits"}, "preset='habits' is not one of.*did you mean 'habit'"),
        ({"action": "free"}, "action='free' is not one of 'catalogue', 'composed', 'dict'"),
        ({"messages": []}, "must be a list of at least one message"),
        ({"messages": [{"text": "a", "tones": "warm"}]}, "a message has no 'tones'"),
        ({"messages": [{"tone": "warm"}]}, "has no text"),
        ({"messages": [{"text": " "}]}, "text=' ' of a message must be words"),
        ({"messages": [{"text": "a", "tone": "cold"}]}, "tone='cold' is not one of 'plain'"),
        ({"messages": [{"text": "a", "streak": -1}]}, r"streak=-1 \(.*\) must be a whole number"),
        ({"messages": [{"text": "a", "streak": 10**30}]}, "must be a whole number from 0 to 3650"),
        ({"messages": [{"text": "a", "lift": np.nan}]}, r"lift=nan \(.*\) must be a number from"),
        ({"response": {"bases": 1}}, "the response has no parameter 'bases'"),
        ({"response": {"quit": -1}}, r"quit=-1 \(hazard of leaving, a day\) must be a number from"),
        ({"response": 3}, "response=3 must be a dict of parameters"),
        ({"response": {3: 1}}, "the response has no parameter '3'"),
        ({"response": {"logit": np.zeros(2)}}, r"logit=array.* must be True or False"),
        ({"times": "noon"}, "times='noon' is not one of 'pick-ups'"),
        ({"times": [9, 8]}, "must be hours of the day in their order"),
        ({"times": [24.0]}, "must be hours of the day in their order"),
        ({"times": [23.999]}, "must be hours of the day in their order"),
        ({"days": 0}, "days=0 must be from 1"),
        ({"budget": 0}, "budget=0 must be from 1 to 10080"),
        ({"budget": True}, "budget=True must be a whole number"),
        ({"budget": 2**63}, "must be from 1 to 10080"),
        ({"budget": "all"}, "budget='all' is not one of 'any'"),
        ({"over_budget": 1}, "over_budget=1 must be True or False"),
        ({"weights": {"prices": 1}}, "the reward has no part 'prices', only outcome"),
        ({"weights": {"price": -1}}, "the weight of price is -1; it must be from 0 to 1000"),
        ({"observation": "text"}, "observation='text' is not one of 'raw'"),
    ],
)
def test_what_makes_no_sense_is_refused(given, message):
    for kind in (make, lambda **kwargs: make_vec(2, **kwargs)):
        with pytest.raises(ArgumentError, match=message):
            kind(**given)


@pytest.mark.parametrize("times", [[23.99], [18.45833333333333, 18.458333333333332]])
def test_decisions_are_at_different_minutes_of_the_days(times):
    env = make(times=times, days=2)
    env.reset(seed=1)
    of_one = env.world.time[: 2 * len(times)]
    assert (np.diff(of_one) > 0).all() and of_one[-1] < 2 * DAY


def test_who_never_looks_at_the_phone_cannot_be_played():
    people = {"size": 40, "seed": 3, "checks_median": 1.0}
    rare = {"population": people, "times": "pick-ups", "days": 1}
    env, envs = make(**rare), make_vec(2, **rare)
    env.reset(seed=1)
    before = env.snapshot()
    world, _ = env.people_together().draw(None, 0)
    for user in np.flatnonzero(np.diff(world.first) == 0)[[0, -1]].tolist():
        for each in (env, envs):
            with pytest.raises(ArgumentError, match=f"user {user} never looks at the phone"):
                each.reset(seed=1, options={"user": user})
    assert env.snapshot().episode == before.episode


def test_numbers_may_be_numpys():
    plain = {
        "messages": [{"text": "a", "lift": 0.5, "streak": 1}],
        "times": [8, 21],
        "days": 9,
        "budget": 2,
        "weights": {"price": 0.5},
    }
    numpys = {
        "messages": [{"text": "a", "lift": np.float32(0.5), "streak": np.int64(1)}],
        "times": np.array([8, 21]),
        "days": np.int64(9),
        "budget": np.int64(2),
        "weights": {"price": np.float32(0.5)},
    }
    ours, theirs = (
        [reward for _, _, reward, *_ in episode(make(**each), always(1))]
        for each in (numpys, plain)
    )
    assert ours == theirs and any(ours)
    env = make(**numpys)
    assert env.reset(seed=1)[0] in env.observation_space


def test_calls_out_of_order_are_refused():
    env = make()
    for call in (lambda: env.step(0), env.snapshot, lambda: env.world, lambda: env.measures):
        with pytest.raises(EpisodeError, match="before reset"):
            call()
    assert env.action_masks().all()
    list(episode(env, always(0)))
    with pytest.raises(EpisodeError, match="after the end"):
        env.step(0)


def test_measures_are_of_the_episode():
    env, each = make(budget="any"), []
    for user in range(12):
        turns = list(episode(env, by_chance(user, masked=True), user=user))
        sent = [info for *_, info in turns if info["sent"]]
        measures = env.measures
        assert list(measures) == list(MEASURES)
        assert measures["ctr"] == sum(info["status"] in (1, 2) for info in sent) / len(sent)
        assert measures["effect_per_send"] == pytest.approx(
            sum(info["effect"] for info in sent) / len(sent)
        )
        counts = np.bincount([info["sent"] for info in sent], minlength=11)[1:]
        assert measures["diversity"] == pytest.approx(entropy(counts[None].astype(float))[0])
        weeks = max(env._game.time / 604_800_000, 1 / 7) if measures["left"] else 4
        assert measures["sends_a_week"] == pytest.approx(len(sent) / weeks)
        each.append(measures)
    told = over_people(each)
    assert {one["left"] for one in each} == {0.0, 1.0}
    assert told["ctr"][1] == min(one["ctr"] for one in each) <= told["ctr"][0]
    assert entropy(np.array([[1.0, 1.0, 1.0, 1.0], [5.0, 0.0, 0.0, 0.0]])).tolist() == [2.0, 0.0]


@pytest.mark.parametrize("preset", PRESETS)
def test_text_tells_what_was_sent_and_what_came_of_it(preset):
    env = make(preset, render_mode="ansi", budget="any")
    env.reset(seed=1)
    assert "CTR, 0 of 0 opened" in env.render()
    statuses = [env.step(1)[4]["status"] for _ in range(3)]
    text, message = env.render(), env.form.catalogue[0].text
    assert all(len(line) <= 80 for line in text.splitlines())
    assert (message[:40] in text) == any(statuses)
    assert ("opened," in text) == (1 in statuses) or preset == "dental"
    list(episode(make(preset, render_mode="ansi"), always(0)))


def test_the_agents_words_are_shown():
    env = make(action="dict", render_mode="ansi", times=[13.0], response={"driving": False})
    env.reset(seed=1)
    for _ in range(4):
        env.step({**env.action_space.sample(), "send": 1, "words": "Mind the gap \x1b[2J"})
    assert env._game.book.sent > 0
    assert r"Mind the gap \x1b[2J" in env.render()


def test_presets_name_a_source_for_every_number_they_change():
    for preset in PRESETS.values():
        assert all(source for _, source in preset.changes.values())
        assert preset.response
        assert all(isinstance(message, Message) for message in preset.messages)
    assert make("dental", population=PEOPLE).action_space.n == 2

"""Trials with simulated people: what chance sends, and the effect that is known exactly."""

import numpy as np
import pytest

from gym_push import ArgumentError, LogError, Population
from gym_push.envs import SendEnv
from gym_push.evaluation import LoggedDecisions, excursion_effect, run_trial
from gym_push.logs import convert
from tools.trials import SIMULATED, simulated_coverage

FEW = Population(6, seed=3)
STREAK = [{"text": "a"}, {"text": "b", "streak": 2, "lift": 1.0}, {"text": "c", "tone": "bait"}]


@pytest.mark.parametrize(
    ("preset", "arguments"),
    [
        ("habit", {"messages": STREAK}),
        ("habit", {"budget": 3, "times": "pick-ups"}),
        ("steps", {}),
        ("dental", {}),
    ],
)
def test_it_is_what_the_environment_does_and_the_effect_is_that_of_each_eligible_message(
    preset, arguments
):
    trial = run_trial(FEW, preset, 14, 0.6, **arguments)
    frame, effects = trial.log.to_frame(), iter(trial.effects)
    env = SendEnv(preset, FEW, days=14, **{"budget": "any"} | arguments)
    texts = ["none", *(message.text for message in env.form.catalogue)]
    left = 0
    for person, rows in frame.groupby("person", sort=False):
        observation, info = env.reset(options={"user": int(person)})
        over = False
        for row in rows.to_dict("records"):
            assert not over
            can = np.flatnonzero(info["action_mask"][1:]) + 1
            assert row["available"] == (len(can) > 0)
            assert row["probability"] == (0.6 if len(can) else 0.0)
            if len(texts) > 2:
                each = [row[f"probability{number}"] for number in range(1, len(texts))]
                assert np.flatnonzero(each).tolist() == (can - 1).tolist()
                assert sum(each) == pytest.approx(row["probability"])
            for name in ("dayOfWeek", "busy", "sentToday", "ignoredInARow", "doneToday", "streak"):
                assert row[name] == observation[name]
            if len(can):
                nothing, *those = [
                    env.potential_outcome(number).amount for number in (0, *can.tolist())
                ]
                assert next(effects) == pytest.approx(np.mean(those) - nothing)
            action = texts.index(row["message"])
            observation, _, over, _, info = env.step(action)
            assert (info["sent"], info["amount"]) == (action, row["outcome"])
        assert over
        left += info["left"]
    assert next(effects, None) is None
    assert trial.left == left


def test_chance_sends_as_often_as_it_is_to_and_each_eligible_message_alike():
    trial = run_trial(Population(100, 1), "habit", 28, 0.3, messages=STREAK[::2])
    logged = trial.logged
    shares = np.bincount(logged.decisions, minlength=3) / len(logged)
    assert shares == pytest.approx([0.7, 0.15, 0.15], abs=4.0 * np.sqrt(0.25 / len(logged)))
    assert (logged.chances == [0.7, 0.15, 0.15]).all()


def test_a_single_message_is_the_only_one_and_has_the_probability_of_sending():
    trial = run_trial(FEW, "habit", 28, messages=STREAK, message="b")
    assert trial.logged.actions == ("none", "b")
    frame = trial.log.to_frame()
    assert (frame.available == (frame.probability == 0.6)).all()
    assert "probability1" not in frame
    assert (frame[frame.available].streak >= 2).all()


def test_who_has_spent_the_budget_is_not_available():
    frame = run_trial(FEW, "habit", 14, 0.9, budget=2).log.to_frame()
    spent = frame.sentThisWeek == 2
    assert spent.any() and not frame[spent].available.any()
    assert frame.sentThisWeek.max() == 2


def test_who_has_left_has_no_more_decisions():
    trial = run_trial(Population(40, 1), "steps", 14)
    counts = trial.log.to_frame().groupby("person").size()
    assert trial.left == (counts < 5 * 14).sum() > 30
    assert f"40 people, of whom {trial.left} left before the end" in str(trial)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_its_file_is_read_as_the_trial(suffix, tmp_path):
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    trial = run_trial(Population(12, 1), "habit", 14)
    path = tmp_path / f"trial.{suffix}"
    convert(trial.log, path)
    read = LoggedDecisions.read(path)
    assert read.log.to_frame().equals(trial.logged.log.to_frame())
    arguments = {"controls": ["busy", "hoursSinceSent"], "moderators": ["day"]}
    assert excursion_effect(read, **arguments) == excursion_effect(trial.logged, **arguments)


def test_a_person_is_the_same_beside_others_and_for_more_days():
    few, more = (run_trial(Population(n, 3), "habit", days) for n, days in ((2, 7), (5, 14)))
    few, more = few.log.to_frame(), more.log.to_frame()
    more = more[(more.person.astype(int) < 2) & (more.day < 7)].reset_index(drop=True)
    assert few.equals(more)


def test_messages_that_wear_off_do_less_where_more_are_sent():
    seldom, often = (
        run_trial(FEW, "steps", 14, p, message="Time for a walk").effect for p in (0.2, 0.8)
    )
    assert seldom > 2.0 * often


def test_the_interval_of_a_large_trial_holds_the_exact_effect():
    trial = run_trial(Population(500, 5), "habit", 14)
    found = excursion_effect(trial.logged)["sending"]
    assert found.low < trial.effect < found.high
    assert found.high - found.low < 0.05


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"randomise": 1}, "randomise=1 must be between 0 and 1"),
        ({"randomise": "0.5"}, "randomise='0.5' must be between 0 and 1"),
        ({"message": "Time"}, "message='Time' is not one of 'Time for a walk', "),
        ({"messages": [{"text": "a"}, {"text": "a"}]}, "the text 'a' of a message must be its own"),
        ({"messages": [{"text": "none"}]}, "the text 'none' of a message must be its own"),
        ({"messages": [{"text": "NA"}]}, "the text 'NA' of a message says in a log that it is mis"),
        ({"population": None}, "population=None must be a Population"),
        ({"preset": "step"}, "preset='step' is not one of .*did you mean 'steps'"),
        ({"days": 0}, "days=0"),
        ({"days": 3650, "population": Population(99)}, "99 people for 3650 days are too many"),
        ({"budget": "all"}, "budget='all' is not one of 'any'"),
    ],
)
def test_an_error_is_one_sentence(arguments, said):
    with pytest.raises(ArgumentError, match=said) as error:
        run_trial(**{"population": FEW, "preset": "steps"} | arguments)
    assert "\n" not in str(error.value)


def test_nobody_was_ever_available():
    with pytest.raises(LogError, match="no row in which anything was to be decided"):
        run_trial(FEW, "habit", 1, messages=[{"text": "a", "streak": 9}])


# --- how often intervals hold the truth


@pytest.mark.slow
@pytest.mark.parametrize("name", ["habit", "steps"])
def test_95_percent_intervals_hold_the_exact_effect(name):
    """At full size docs/intervals.py does it."""
    average, _ = simulated_coverage(SIMULATED[name], trials=200, days=14)
    assert abs(average.held - 0.95) < 3.0 * np.sqrt(0.95 * 0.05 / 200)
    error = average.width / (2.0 * 1.96) / np.sqrt(200)
    assert abs(average.bias) < 4.0 * error

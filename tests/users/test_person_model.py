"""The people behave as the logs and the literature behind the model say, within tolerance."""

from datetime import date

import numpy as np
import pytest

from gym_push.users import Parameters
from gym_push.users.model.app_classes import CLASSES
from gym_push.users.model.states import SECOND, State
from gym_push.users.simulation import Simulation, run
from tools.bundled_log import Columns, simulate

PEOPLE = 300
DAYS = 10


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return run(21, range(PEOPLE), DAYS, Parameters(), date(2019, 7, 1))


@pytest.fixture(scope="module")
def log() -> Columns:
    return simulate(21, range(PEOPLE), DAYS)


def per_person(simulation: Simulation, values: np.ndarray) -> list[np.ndarray]:
    person = simulation.arrivals.person
    return [values[person == each] for each in range(PEOPLE)]


def test_the_median_person_gets_about_forty_a_day(simulation: Simulation) -> None:
    a_day = np.bincount(simulation.arrivals.person, minlength=PEOPLE) / DAYS
    assert 32 < np.median(a_day) < 52
    assert a_day.max() / a_day.min() > 5


def test_people_open_about_half_and_differ_widely(simulation: Simulation) -> None:
    rates = [each.mean() for each in per_person(simulation, simulation.responses.opened)]
    assert 0.43 < np.mean(rates) < 0.62
    assert 0.2 < np.std(rates) < 0.35


def test_messages_convert_best_and_social_worst(simulation: Simulation) -> None:
    names = [each.name for each in CLASSES]
    rate = {}
    for name in ("msg", "email", "social"):
        chosen = simulation.arrivals.app_class == names.index(name)
        person, opened = simulation.arrivals.person[chosen], simulation.responses.opened[chosen]
        received = np.bincount(person, minlength=PEOPLE)
        rate[name] = (
            np.bincount(person, opened, PEOPLE)[received > 0] / received[received > 0]
        ).mean()
    assert 0.55 < rate["msg"] < 0.82
    assert rate["msg"] - 0.2 > rate["email"] > rate["social"]


def test_most_is_seen_within_minutes_and_acted_on_within_a_quarter_of_an_hour(
    simulation: Simulation,
) -> None:
    waited = (simulation.responses.seen - simulation.arrivals.time) / SECOND
    response = (simulation.responses.acted - simulation.arrivals.time) / SECOND
    assert (waited < 300).mean() > 0.6
    assert 200 < np.median(response) < 600
    assert 0.5 < (response < 600).mean() < 0.75


def test_ten_people_respond_as_soon_as_the_ten_of_the_logs(simulation: Simulation) -> None:
    """Their median response is 262 s, and .66 of it comes within ten minutes."""
    response = (simulation.responses.acted - simulation.arrivals.time) / SECOND
    tens = [response[simulation.arrivals.person // 10 == ten] for ten in range(PEOPLE // 10)]
    low, high = np.quantile([np.median(each) for each in tens], (0.05, 0.95))
    assert low < 262 < high
    low, high = np.quantile([(each <= 600).mean() for each in tens], (0.05, 0.95))
    assert low < 0.66 < high


def test_while_it_charges_the_battery_rises_and_else_it_falls(simulation: Simulation) -> None:
    battery, hour = simulation.battery, np.arange(DAYS * 24)
    change = np.diff(battery.level)[:, hour]
    plugged, level = battery.plugged[:, hour], battery.level[:, hour]
    assert (change[plugged & (level < 100)] > 0).all()
    assert (change[~plugged & (level > 3)] < 0).all()
    assert (level == 3).mean() < 0.05


def test_a_few_apps_send_most(simulation: Simulation) -> None:
    shares = [
        np.sort(np.bincount(apps))[::-1] for apps in per_person(simulation, simulation.arrivals.app)
    ]
    top = np.mean([share[0] / share.sum() for share in shares])
    count = np.mean([np.count_nonzero(share) for share in shares])
    assert 0.55 < top < 0.78
    assert 6 < count < 10


def test_arrivals_come_in_bursts(simulation: Simulation) -> None:
    gaps = np.concatenate(
        [np.diff(times) for times in per_person(simulation, simulation.arrivals.time)]
    )
    burstiness = (gaps.std() - gaps.mean()) / (gaps.std() + gaps.mean())
    assert 0.35 < burstiness < 0.6  # 0 for a Poisson process


def test_the_routine_follows_the_clock_and_the_week(simulation: Simulation) -> None:
    states = simulation.routine.states[:, :DAYS]
    share = np.stack([(states == state).mean(axis=(0, 1)) for state in State])
    four, noon, eleven = 4 * 6, 12 * 6, 11 * 6
    assert share[State.SLEEP, four] > 0.95
    assert share[State.SLEEP, noon] == 0.0
    weekend = np.arange(DAYS) % 7 >= 5
    works = np.isin(states[:, :, eleven], (State.WORK, State.MEETING))
    assert 0.65 < works[:, ~weekend].mean() < 0.95
    assert not works[:, weekend].any()


def test_sleepers_and_people_in_meetings_rarely_open(simulation: Simulation) -> None:
    opened, state = simulation.responses.opened, simulation.at_arrival.state
    at_home = opened[state == State.HOME].mean()
    assert opened[state == State.MEETING].mean() < at_home - 0.05


def test_a_sender_who_matters_is_opened_more_often(log: Columns) -> None:
    messages = np.isin(log["appPackage"], CLASSES[0].packages)
    matters = log["contactSignificantContext"]
    opened = log["action"]
    assert 0.25 < matters[messages].mean() < 0.35
    assert opened[messages & matters].mean() > opened[messages & ~matters].mean() + 0.08


@pytest.mark.parametrize(
    ("column", "value", "share"),
    [
        ("subject", "unknown", 0.70),
        ("vibrate", "none", 0.30),
        ("visibility", "public", 0.03),
    ],
)
def test_features_have_the_shares_of_the_model(
    log: Columns, column: str, value: str, share: float
) -> None:
    assert (log[column] == value).mean() == pytest.approx(share, abs=0.01)


def test_the_battery_falls_by_day_and_is_full_after_the_night(log: Columns) -> None:
    level = {
        part: log["batteryLevel"][log["postedTimeOfDay"] == part].mean()
        for part in ("morning", "afternoon", "evening", "night")
    }
    assert level["morning"] > level["afternoon"] + 10
    assert level["afternoon"] > level["evening"] + 10
    assert level["evening"] > level["night"] + 5

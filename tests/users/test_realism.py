"""A reader who knows phones finds next to nothing in a simulated log that contradicts itself.

Only what the log shows is read here, and its texts are read as a person would.
"""

import re

import numpy as np
import pytest

from gym_push.users.model.messages import NAMES
from tools.bundled_log import Columns, simulate

CONTRADICTIONS = 0.01
"""At most so many of what can contradict itself does."""

CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b( tomorrow)?")
WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
AT_ONCE = re.compile(r"leave now|any minute|starting now|about to start", re.IGNORECASE)
FORECAST = re.compile(r"\b(rain|snow|storm|sun|weather|forecast)\b", re.IGNORECASE)
SENDER = re.compile(rf"(Voicemail from |Missed call from )?({'|'.join(NAMES)})\b")
HOURS_OF_WORDS = {
    "good morning": range(4, 12),
    "good afternoon": range(12, 18),
    "good evening": range(17, 24),
    "good night": (*range(20, 24), *range(6)),
    "today": range(20),
    "tonight": range(20),
    "midnight": range(20),
}
WEATHER_APPS = {"com.google.android.googlequicksearchbox", "com.google.android.apps.maps"}
BUSIEST = {
    "com.whatsapp", "com.facebook.orca", "org.telegram.messenger", "com.discord", "com.Slack",
    "com.google.android.apps.messaging", "com.google.android.gm", "com.microsoft.office.outlook",
    "com.yahoo.mobile.client.android.mail", "com.tinder", "com.bumble.app", "com.instagram.android",
    "com.facebook.katana", "com.twitter.android", "com.snapchat.android",
}  # fmt: skip
"""Apps that may send somebody more than all their other apps: people write there."""


@pytest.fixture(scope="module")
def log() -> Columns:
    return simulate(17, range(110), 4)


def share(contradicts: list[bool], least: int) -> float:
    """The share of contradictions, of so many chances at least."""
    assert len(contradicts) >= least
    return float(np.mean(contradicts))


def hours(log: Columns) -> list[float]:
    """Hour of the day at which each was posted, with its fraction."""
    posted = log["posted"]
    seconds = (posted - posted.astype("datetime64[D]")).astype(np.int64)
    return (seconds / 3600).tolist()


def test_it_is_long_enough_to_find_one_in_a_hundred(log: Columns) -> None:
    assert len(log["posted"]) > 20_000


def test_a_time_in_a_text_is_still_to_come(log: Columns) -> None:
    past = [
        not tomorrow and int(hour) + int(minute) / 60 <= now
        for text, now in zip(log["tickerText"], hours(log), strict=True)
        for hour, minute, tomorrow in CLOCK.findall(text)
    ]
    assert share(past, 1000) < CONTRADICTIONS


def test_what_happens_at_once_is_within_the_hour(log: Columns) -> None:
    late = [
        bool(AT_ONCE.search(text)) and (bool(tomorrow) or int(hour) + int(minute) / 60 > now + 1)
        for text, now in zip(log["tickerText"], hours(log), strict=True)
        for hour, minute, tomorrow in CLOCK.findall(text)
    ]
    assert share(late, 1000) < CONTRADICTIONS


def test_no_text_calls_today_by_its_weekday(log: Columns) -> None:
    is_today = [
        day[:3] == today
        for text, today in zip(log["tickerText"], log["postedDayOfWeek"], strict=True)
        for day in WEEKDAY.findall(text)
    ]
    assert share(is_today, 1000) < CONTRADICTIONS


def test_greetings_and_words_for_hours_fit_the_hour(log: Columns) -> None:
    wrong = [
        int(now) not in fitting
        for text, now in zip(log["tickerText"], hours(log), strict=True)
        for words, fitting in HOURS_OF_WORDS.items()
        if words in text.lower()
    ]
    assert share(wrong, 200) < CONTRADICTIONS


def test_only_apps_that_know_the_weather_forecast_it(log: Columns) -> None:
    wrong = [
        app not in WEATHER_APPS or matters
        for text, app, matters in zip(
            log["tickerText"], log["appPackage"], log["contactSignificantContext"], strict=True
        )
        if FORECAST.search(text)
    ]
    assert share(wrong, 50) < CONTRADICTIONS


def test_what_a_sender_who_matters_sends_begins_with_their_name(log: Columns) -> None:
    nameless = [
        not SENDER.match(text)
        for text, matters in zip(log["tickerText"], log["contactSignificantContext"], strict=True)
        if matters
    ]
    assert share(nameless, 1000) < CONTRADICTIONS


@pytest.mark.parametrize("column", ["category", "ledARGB"])
def test_an_app_makes_its_choices_once_for_a_person(log: Columns, column: str) -> None:
    chosen: dict[tuple[int, str], set[str]] = {}
    for user, app, value in zip(log["user"], log["appPackage"], log[column], strict=True):
        chosen.setdefault((user, app), set()).add(value)
    assert share([len(each) > 1 for each in chosen.values()], 500) < CONTRADICTIONS


def test_an_update_follows_what_it_updates_from_the_same_sender(log: Columns) -> None:
    seen: dict[tuple[int, str, str, int], np.datetime64] = {}
    lone = []
    columns = (
        log[name] for name in ("user", "appPackage", "tickerText", "numberUpdates", "posted")
    )
    for user, app, text, updates, posted in zip(*columns, strict=True):
        if app in BUSIEST:
            opening = text.split(":")[0] if SENDER.match(text) else ""
            before = seen.get((user, app, opening, updates - 1))
            if updates:
                lone.append(before is None or posted - before > np.timedelta64(1, "D"))
            seen[user, app, opening, updates] = posted
    assert share(lone, 1000) < CONTRADICTIONS


def test_nobody_says_the_same_twice_in_a_row(log: Columns) -> None:
    last: dict[tuple[int, str], tuple[str, np.datetime64]] = {}
    repeats = []
    columns = (log[name] for name in ("user", "appPackage", "tickerText", "posted"))
    for user, app, text, posted in zip(*columns, strict=True):
        before, then = last.get((user, app), ("", np.datetime64("1970-01-01")))
        if posted - then < np.timedelta64(10, "m"):
            repeats.append(text == before)
        last[user, app] = text, posted
    assert share(repeats, 1000) < CONTRADICTIONS


def test_the_busiest_app_of_a_person_is_one_that_people_write_in(log: Columns) -> None:
    busiest = []
    for user in np.unique(log["user"]):
        apps, rows = np.unique(
            log["appPackage"][log["user"] == user].astype(str), return_counts=True
        )
        busiest.append(str(apps[rows.argmax()]) not in BUSIEST)
    assert share(busiest, 100) < CONTRADICTIONS


@pytest.mark.parametrize("charging", [True, False], ids=["charging", "not charging"])
def test_the_battery_rises_while_it_charges_and_else_falls(log: Columns, charging: bool) -> None:
    hour = log["posted"].astype("datetime64[h]")
    pairs = (log["user"][1:] == log["user"][:-1]) & (hour[1:] == hour[:-1])
    pairs &= (log["charging"][1:] == charging) & (log["charging"][:-1] == charging)
    change = np.diff(log["batteryLevel"])[pairs]
    assert share((change < 0 if charging else change > 0).tolist(), 1000) < CONTRADICTIONS

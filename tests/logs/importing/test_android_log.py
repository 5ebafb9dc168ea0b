"""Exports of the app Notification Log: who answered what, and what nobody answered."""

import hashlib
import hmac
import json

import pytest
from import_support import export, posted, removed, rows_of

from gym_push import read_log
from gym_push.logs.importing.reasons import REASONS

ANNA = "0|com.chat|1|anna@chat|10101"
SALE = "0|com.shop|7|null|10102"


@pytest.fixture
def phone(tmp_path):
    """An export with every reason, an update, a double entry, and what is still there."""
    chat = posted(
        0,
        ANNA,
        category="msg",
        priority=1,
        people=1,
        style="android.app.Notification$MessagingStyle",
        title="Anna Alm",
        text="Where are you?",
        tickerText="Anna Alm: Where are you?",
        actionCount=2,
        isScreenOn=True,
    )
    sale = posted(30, SALE, category="promo", title="Sale", text="Only today", batteryLevel=-1)
    answered = [
        (chat, 42.5, 1),
        (sale, 600, 2),
    ]
    again = posted(60, ANNA, category="msg", title="Anna Alm", text="Hello?", visibility=1)
    update = posted(61, ANNA, category="msg", title="Anna Alm", text="Hello? (2)", visibility=1)
    twice = dict(update)
    rest = [posted(90 + code, f"0|com.rest|{code}|null|10103") for code in range(3, 25)]
    silent = posted(200, "0|com.rest|99|null|10103", ringerMode=0, interruptionFilter=3)
    there = posted(300, "0|com.rest|100|null|10103", ringerMode=1, offset=-12600000)
    before = removed(posted(-90, SALE), 30, 2)
    return export(
        tmp_path,
        [chat, sale, again, update, twice, *rest, silent, there],
        [
            before,
            *(removed(*each) for each in answered),
            removed(update, 20, 3),
            *(removed(each, 60, code) for code, each in enumerate(rest, start=3)),
            removed(silent, 5),
        ],
    )


def test_outcomes_and_numbers(phone, importing):
    imported = importing("android-log", phone)
    assert (imported.found, imported.rows) == (29, 28)
    assert imported.left_out == {"logged twice": 1}
    outcomes = dict.fromkeys((REASONS[code] for code in range(4, 24)), 1)
    assert imported.outcomes == {
        **outcomes,
        "clicked": 1,
        "dismissed": 1,
        "cleared with all": 2,
        "updated": 1,
        "other reason": 1,  # the code 24
        "no reason told": 1,
        "still there": 1,
    }
    assert imported.notes == ("removals of notifications posted before the log begins: 1",)
    log = read_log(imported.path)
    assert len(log) == 4 and log.actions.tolist() == [1, 0, 0, 0]
    assert sum(log.unanswered.values()) == 24
    assert log.unanswered["snoozed"] == log.unanswered["timed out"] == 1


def test_values_of_a_row(phone, importing, tmp_path):
    imported = importing("android-log", phone)
    chat, sale, again, update, *rest = rows_of(imported)
    key = bytes.fromhex((tmp_path / "settings" / "import.key").read_text().strip())
    assert chat == {
        "appPackage": "com.chat",
        "category": "msg",
        "priority": "high",
        "visibility": "private",
        "style": "MessagingStyle",
        "ongoing": False,
        "clearable": True,
        "groupSummary": False,
        "buttons": 2,
        "people": 1,
        "numberUpdates": 0,
        "sender": hmac.new(key, b"Anna Alm", hashlib.sha256).hexdigest()[:16],
        "conversation": hmac.new(key, ANNA.encode(), hashlib.sha256).hexdigest()[:16],
        "postedDayOfWeek": "Mon",
        "minuteOfDay": 540,
        "ringerMode": "normal",
        "interruptionFilter": "all",
        "connection": "wifi",
        "screenOn": True,
        "charging": False,
        "batteryLevel": 80,
        "posted": "2026-03-02T09:00:00.000+01:00",
        "outcome": "clicked",
        "responseTime": 42.5,
    }
    assert sale["sender"] is None and sale["batteryLevel"] is None  # a shop is not a person
    assert (sale["outcome"], sale["responseTime"]) == ("dismissed", 600)
    assert (again["outcome"], again["responseTime"], again["numberUpdates"]) == ("updated", None, 0)
    assert (update["outcome"], update["numberUpdates"]) == ("cleared with all", 1)
    assert update["sender"] == chat["sender"] and update["visibility"] == "public"
    silent, there = rest[-2:]
    assert (silent["ringerMode"], silent["interruptionFilter"]) == ("silent", "none")
    assert there["posted"] == "2026-03-02T09:30:00.000-03:30" and there["minuteOfDay"] == 570
    assert there["ringerMode"] == "vibrate" and there["outcome"] == "still there"


def test_offsets_are_kept(phone, importing):
    log = read_log(importing("android-log", phone).path)
    assert set(log.offsets.tolist()) == {60}
    assert log.posted(0) == "2026-03-02T09:00:00"


@pytest.mark.parametrize("out", ["log.parquet", "log.csv"])
def test_texts_and_contacts_stay_out(phone, importing, out):
    for text in ("drop", "hash"):
        imported = importing("android-log", phone, out=out, text=text, force=True)
        read = read_log(imported.path).to_frame().to_csv()
        content = imported.path.read_bytes() + imported.schema.read_bytes() + read.encode()
        for secret in (b"Anna", b"Alm", b"anna@chat", b"Where", b"where", b"Only today", b"Hello"):
            assert secret not in content


def test_kept_and_hashed_texts(phone, importing):
    kept = rows_of(importing("android-log", phone, text="keep"))
    assert kept[0]["text"] == "Anna Alm Where are you? Anna Alm: Where are you?"
    hashed = rows_of(importing("android-log", phone, text="hash", force=True))
    words = [row["text"].split() for row in hashed]
    assert len(words[0]) == 10 and words[0][:2] == words[0][5:7] == words[2][:2]  # anna alm
    assert len(set(words[0])) == 5 and all(len(word) == 16 for word in words[0])
    assert words[5] == []


def test_several_exports_of_one_phone_are_one_log(phone, importing, tmp_path):
    later = json.loads(phone.read_text(encoding="utf-8"))
    second = posted(400, "0|com.late|1|null|10104")
    again = export(tmp_path, [*later["posted"][:3], second], [removed(second, 3, 1)], "second.json")
    imported = importing("android-log", phone, again)
    assert (imported.found, imported.rows, imported.left_out) == (33, 29, {"logged twice": 4})
    assert rows_of(imported)[-1]["outcome"] == "clicked"


def test_an_older_android_has_no_reasons(tmp_path, importing):
    old = posted(0, ANNA, sdk=19)
    del old["key"]
    imported = importing("android-log", export(tmp_path, [old], [removed(old, 5)]))
    assert imported.outcomes == {"no reason told": 1}
    (note,) = imported.notes
    assert note == "nobody is known to have answered any of them, so none can be played"


@pytest.mark.parametrize("value", [[1], {}, "1", 1.5, 10**30, None])
def test_a_value_of_another_type_is_not_taken_for_a_number(value, tmp_path, importing):
    names = ("priority", "visibility", "ringerMode", "interruptionFilter", "people", "actionCount",
             "batteryLevel", "batteryStatus", "style", "category")  # fmt: skip
    odd = posted(0, ANNA) | dict.fromkeys(names, value)
    path = export(tmp_path, [odd], [removed(odd, 5, value)])
    imported = importing("android-log", path)
    assert imported.outcomes == {"no reason told" if value is None else "other reason": 1}
    (row,) = rows_of(imported)
    assert row["ringerMode"] is row["batteryLevel"] is row["charging"] is None
    assert row["people"] == row["buttons"] == 0


def test_an_answer_before_its_notification_took_no_time_that_is_known(tmp_path, importing):
    chat = posted(0, ANNA)
    (row,) = rows_of(importing("android-log", export(tmp_path, [chat], [removed(chat, -90, 1)])))
    assert (row["outcome"], row["responseTime"]) == ("clicked", None)

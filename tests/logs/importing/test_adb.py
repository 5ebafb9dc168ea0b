"""The event log of a phone, in the formats of logcat, and what usagestats adds."""

import pytest
from import_support import rows_of, written

from gym_push import read_log
from gym_push.logs.importing.reasons import REASONS


def about(channel="chats", flags="0x10", more="category=msg actions=2 vis=PRIVATE"):
    return (
        f"Notification(channel={channel} shortcut=null contentView=null vibrate=null sound=null "
        f"defaults=0x0 flags={flags} color=0x00000000 {more})"
    )


def enqueue(package, number, tag="NULL", uid=10101, status=0, what=None):
    said = what or about()
    return f"notification_enqueue: [{uid},2211,{package},{number},{tag},0,{said},{status},1]"


def key(package, number, tag="null", uid=10101):
    return f"0|{package}|{number}|{tag}|{uid}"


def clicked(*which):
    return f"notification_clicked: [{key(*which)},42000,42000,300,0,3]"


def pressed(*which):
    return f"notification_action_clicked: [{key(*which)},pi,intent,1,7000,7000,300,0,3]"


def canceled(reason, *which):
    return f"notification_canceled: [{key(*which)},{reason},600000,600000,0,-1,-1,NULL]"


TAG = "anna, alm@chat|7"  # tags may hold commas and bars
EVENTS = [
    ("00:00.000", "battery_level: [73,4012,301]"),
    ("00:01.000", "screen_toggled: 1"),
    ("01:00.500", enqueue("com.chat", 1, TAG)),
    ("01:02.000", "am_proc_start: [0,1879,10196,com.chat,service,{com.chat/.Main}]"),
    ("01:43.250", clicked("com.chat", 1, TAG)),
    ("01:43.300", canceled(1, "com.chat", 1, TAG)),
    ("02:00.000", "screen_toggled: 0"),
    ("03:00.000", enqueue("com.shop", 7, what=about("sales", "0x8", "vis=PUBLIC"))),
    ("13:00.000", canceled(2, "com.shop", 7)),
    ("14:00.000", enqueue("com.play", 3, what=about("music", "ONGOING_EVENT|NO_CLEAR", "vis=X"))),
    ("14:30.000", enqueue("com.play", 3, status=1)),
    ("15:00.000", pressed("com.play", 3)),
    ("16:00.000", canceled(8, "com.play", 3)),
    ("17:00.000", enqueue("com.mail", 1, uid=1000)),  # posted for the app by another
    ("17:10.000", clicked("com.mail", 1)),
    ("17:20.000", enqueue("com.mail", 1, status=1)),
    ("17:30.000", canceled(3, "com.mail", 1)),
    ("18:00.000", enqueue("com.loud", 5, status=2)),
    ("19:00.000", canceled(2, "com.before", 5)),
    ("20:00.000", enqueue("com.cut", 5)[:60]),
    ("21:00.000", enqueue("com.there", 5)),
]
CLICKED = 42.75


def log_of(events, form):
    return "--------- beginning of events\n" + "".join(form(*each) + "\n" for each in events)


def threadtime(clock, event):
    return f"03-02 09:{clock}  1391  1402 I {event}"


def zoned(clock, event):
    return f"2026-03-02 09:{clock} +0100  1391  1402 I {event}"


def in_order_of_time(clock, event):
    name, _, values = event.partition(": ")
    return f"03-02 09:{clock} I/{name}( 1391): {values}"


def since_1970(clock, event):
    minutes, seconds = clock.split(":")
    at = 1772438400 + 60 * int(minutes) + float(seconds)
    return f"        {at:.3f}  1391  1402 I {event}"


@pytest.fixture
def events(tmp_path):
    return written(tmp_path, "events.txt", log_of(EVENTS, zoned))


def test_outcomes_and_numbers(events, importing):
    imported = importing("adb", events)
    assert (imported.found, imported.rows) == (9, 7)
    assert imported.left_out == {"not shown by Android": 1, "cut off": 1}
    assert imported.outcomes == {
        "clicked": 2,
        "dismissed": 1,
        "updated": 1,
        "button pressed": 1,
        "cleared with all": 1,
        "still there": 1,
    }
    assert imported.notes == ("clicks or removals of notifications posted before: 1",)
    log = read_log(imported.path)
    assert log.actions.tolist() == [1, 0, 1, 1, 0]
    assert log.unanswered == {"updated": 1, "still there": 1}
    assert set(log.offsets.tolist()) == {60}


def test_values_of_a_row(events, importing):
    rows = rows_of(importing("adb", events))
    chat, shop, music, again, mail, mail2, there = rows
    hashed = {name: chat.pop(name) for name in ("channel", "conversation")}
    assert all(len(each) == 16 for each in hashed.values())
    assert chat == {
        "appPackage": "com.chat",
        "category": "msg",
        "visibility": "private",
        "ongoing": False,
        "autoCancel": True,
        "foregroundService": False,
        "groupSummary": False,
        "buttons": 2,
        "numberUpdates": 0,
        "postedDayOfWeek": "Mon",
        "minuteOfDay": 541,
        "screenOn": True,
        "batteryLevel": 73,
        "posted": "2026-03-02T09:01:00.500+01:00",
        "outcome": "clicked",
        "responseTime": CLICKED,
    }
    assert (shop["category"], shop["visibility"], shop["buttons"]) == (None, "public", 0)
    assert (shop["screenOn"], shop["responseTime"]) == (False, 600)
    assert music["ongoing"] and not music["autoCancel"]
    assert (music["outcome"], again["outcome"]) == ("updated", "button pressed")
    assert (again["numberUpdates"], again["responseTime"]) == (1, 30)
    assert (mail["outcome"], mail["responseTime"]) == ("clicked", 10)  # it stayed in the drawer
    assert (mail2["outcome"], mail2["responseTime"]) == ("cleared with all", 10)
    assert there["outcome"] == "still there" and there["responseTime"] is None


@pytest.mark.parametrize("code", [*REASONS, 24])
def test_every_reason(code, tmp_path, importing):
    events = [("01:00.000", enqueue("a.b", 1)), ("02:00.000", canceled(code, "a.b", 1))]
    path = written(tmp_path, "events.txt", log_of(events, zoned))
    assert importing("adb", path).outcomes == {REASONS.get(code, "other reason"): 1}


@pytest.mark.parametrize(
    ("form", "posted"),
    [
        (threadtime, "2026-03-02T09:01:00.500"),
        (in_order_of_time, "2026-03-02T09:01:00.500"),
        (since_1970, "2026-03-02T08:01:00.500+00:00"),
    ],
)
def test_formats_of_logcat(form, posted, tmp_path, importing):
    path = written(tmp_path, "events.txt", log_of(EVENTS, form))
    imported = importing("adb", path, year=2026)
    assert rows_of(imported)[0]["posted"] == posted
    assert imported.rows == 7 and imported.outcomes["clicked"] == 2
    assert any("UTC" in note for note in imported.notes) == (form is since_1970)


def test_the_year_goes_on_in_january(tmp_path, importing):
    lines = "".join(f"{day} 09:00:00.000  1  2 I {enqueue('a.b', n)}\n" for n, day in DAYS)
    path = written(tmp_path, "events.txt", lines)
    posted = [row["posted"][:10] for row in rows_of(importing("adb", path, year=2025))]
    assert posted == ["2025-12-30", "2025-12-31", "2026-01-01", "2026-02-01"]


DAYS = enumerate(["12-30", "12-31", "01-01", "02-01"])


def dated(folder, name, *lines):
    text = "".join(f"{when}  1  2 I {event}\n" for when, event in lines)
    return written(folder, name, text)


def test_the_year_goes_on_from_file_to_file_and_back_where_lines_are_out_of_order(
    tmp_path, importing
):
    first = dated(
        tmp_path,
        "december.txt",
        ("12-30 09:00:00.000", enqueue("a.b", 1)),
        ("01-01 00:00:00.100", enqueue("a.b", 2)),
        ("12-31 23:59:59.900", enqueue("a.b", 3)),
    )
    overlapping = dated(
        tmp_path,
        "january.txt",
        ("12-31 23:59:59.900", enqueue("a.b", 3)),
        ("01-02 09:00:00.000", canceled(1, "a.b", 3)),
    )
    rows = rows_of(importing("adb", first, overlapping, year=2025))
    assert [row["posted"][:10] for row in rows] == ["2025-12-30", "2025-12-31", "2026-01-01"]
    assert [row["outcome"] for row in rows] == ["still there", "clicked", "still there"]


def test_an_answer_after_the_clocks_went_back(tmp_path, importing):
    path = dated(
        tmp_path,
        "october.txt",
        ("2026-10-25 02:50:00.000 +0200", enqueue("a.b", 1)),
        ("2026-10-25 02:10:00.000 +0100", canceled(1, "a.b", 1)),
    )
    (row,) = rows_of(importing("adb", path))
    assert (row["posted"], row["outcome"]) == ("2026-10-25T02:50:00.000+02:00", "clicked")
    assert row["responseTime"] == 1200


@pytest.mark.parametrize("flags", ["0xZZ", "0", "", "0x" + "0" * 300])
def test_what_makers_write_in_another_way_is_not_set(flags, tmp_path, importing):
    what = about(flags=flags, more="actions=99999999999999999999")
    path = dated(tmp_path, "events.txt", ("2026-03-02 09:00:00.000", enqueue("a.b", 1, what=what)))
    (row,) = rows_of(importing("adb", path))
    assert not row["ongoing"] and row["buttons"] == 0


def test_what_powershell_writes(tmp_path, importing):
    path = tmp_path / "events.txt"
    path.write_bytes(log_of(EVENTS, zoned).replace("\n", "\r\n").encode("utf-16"))
    assert importing("adb", path).rows == 7


def test_overlapping_files_count_once(events, tmp_path, importing):
    later = [*EVENTS[10:], ("30:00.000", canceled(2, "com.there", 5))]
    second = written(tmp_path, "later.txt", log_of(later, zoned))
    imported = importing("adb", second, events)
    assert imported.rows == 7 and imported.outcomes["dismissed"] == 2


USAGE = """user=0
  Last 24 hour events (timeRange="3/1/2026, 10:00 - 3/2/2026, 10:00")
    time="2026-03-02 08:30:10" type=ACTIVITY_RESUMED package=com.chat class=com.chat.Main
    time="2026-03-02 08:31:10" type=ACTIVITY_PAUSED package=com.chat class=com.chat.Main
    time="2026-03-02 08:31:11" type=SCREEN_NON_INTERACTIVE package=android flags=0x0
    time="2026-03-02 09:01:43" type=MOVE_TO_FOREGROUND package=com.chat class=com.chat.Main
    time="2026-03-02 09:02:00" type=ACTIVITY_RESUMED package=com.shop class=com.shop.Main
  In-memory daily stats
    time="2026-03-02 08:30:10" type=ACTIVITY_RESUMED package=com.chat class=com.chat.Main
"""


def test_usage(events, tmp_path, importing):
    usage = written(tmp_path, "usage.txt", USAGE)
    rows = rows_of(importing("adb", usage, events))
    last_used = {row["appPackage"]: row["timeAppLastUsed"] for row in rows}
    assert last_used == {  # whole minutes before it came; what comes later is not seen
        "com.chat": 30,
        "com.shop": 1,
        "com.play": None,
        "com.mail": None,
        "com.there": None,
    }
    assert rows[0]["screenOn"] is True  # the event log knows better
    quiet = written(tmp_path, "quiet.txt", log_of(EVENTS[2:6], zoned))
    assert rows_of(importing("adb", usage, quiet, force=True))[0]["screenOn"] is False


def test_notifications_far_down_are_found(tmp_path, importing):
    others = [("00:00.000", "am_kill: [0,1879,a.b,999,empty #24]" + "x" * 200)] * 2000
    path = written(tmp_path, "events.txt", log_of([*others, *EVENTS], zoned))
    assert importing("adb", path).rows == 7


def test_contacts_stay_out(events, importing):
    imported = importing("adb", events, out="log.csv")
    content = imported.path.read_text() + imported.schema.read_text()
    for secret in ("anna", "alm@chat", "chats", "sales"):
        assert secret not in content

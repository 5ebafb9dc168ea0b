"""What cannot be imported gets one sentence that says what is wrong, where, and what to do."""

import gzip
import json
import os

import pytest
from import_support import export, posted, written
from test_adb import EVENTS, enqueue, log_of, threadtime, zoned
from test_data_sets import HEARTSTEPS, ITEMS, ORALYTICS, POSTING, THREE

from gym_push import ArgumentError, LogError
from gym_push.logs.importing import FORMATS, import_log

CHAT = posted(0, "0|com.chat|1|null|10101")
TIMELESS = "I/notification_enqueue( 1391): [1,2,a.b,3,NULL,0,Notification(x),0]\n"


def exported(folder, entry):
    return export(folder, [CHAT, entry], [])


def in_bytes(folder, name, content):
    (folder / name).write_bytes(content)
    return folder / name


def lacking(name):
    return {field: value for field, value in CHAT.items() if field != name}


BROKEN = {
    "android-log": {
        "cut off": (
            lambda folder: written(folder, "e.json", export(folder, [CHAT], []).read_text()[:900]),
            ["e.json is cut off or damaged", "export the log again"],
        ),
        "without one of its lists": (
            lambda folder: written(folder, "e.json", '{"device": {}, "posted": []}'),
            ["e.json has no list 'removed'", "export the log again"],
        ),
        "an entry that is none": (
            lambda folder: exported(folder, "gone"),
            ["entry 2 of 'posted' is 'gone'"],
        ),
        "an entry without its time": (
            lambda folder: exported(folder, lacking("postTime")),
            ["entry 2 of 'posted': postTime is None, not a whole number of ms"],
        ),
        "a time in words": (
            lambda folder: exported(folder, CHAT | {"offset": "+01:00"}),
            ["entry 2 of 'posted': offset is '+01:00'"],
        ),
        "a time in the far future": (
            lambda folder: exported(folder, CHAT | {"postTime": 10**17}),
            ["entry 2 of 'posted': postTime is 100000000000000000, not a whole number of ms below"],
        ),
        "an offset of days": (
            lambda folder: exported(folder, CHAT | {"offset": 86_400_000}),
            ["entry 2 of 'posted': offset is 86400000, not a whole number of ms below 86400000"],
        ),
        "an entry of no app": (
            lambda folder: exported(folder, lacking("packageName")),
            ["entry 2 of 'posted' does not say of which app", "leave the entry out"],
        ),
        "nothing was posted": (
            lambda folder: export(folder, [], []),
            ["of 0 rows nothing is left for log.parquet (the files have none)"],
        ),
    },
    "adb": {
        "no times": (
            lambda folder: written(folder, "e.txt", TIMELESS),
            ["e.txt, line 1 has no time", "adb logcat -b events -d -v year -v zone"],
        ),
        "no year": (
            lambda folder: written(folder, "e.txt", log_of(EVENTS, threadtime)),
            ["e.txt, line 2 has no year", "-v year", "--year"],
        ),
        "no such day": (
            lambda folder: written(
                folder, "e.txt", f"2026-02-31 09:00:00.000  1  2 I {enqueue('a.b', 1)}\n"
            ),
            ["e.txt, line 1 begins with no time that there is"],
        ),
        "no notification": (
            lambda folder: written(folder, "e.txt", log_of(EVENTS[:2], zoned)),
            ["no line of e.txt tells of a notification that is posted"],
        ),
        "usage alone": (
            lambda folder: written(
                folder, "u.txt", '  time="2026-03-02 08:30:10" type=X package=android\n'
            ),
            ["no line of u.txt tells of a notification"],
        ),
        "lines with and without a zone": (
            lambda folder: written(
                folder,
                "e.txt",
                log_of(EVENTS[:3], zoned) + f"2026-03-02 10:00:00.000 1 2 I {enqueue('a.b', 1)}\n",
            ),
            ["some of the lines say how far the phone was from UTC", "-v zone"],
        ),
    },
    "duolingo": {
        "of another kind": (
            lambda folder: written(folder, "t.parquet", "datetime,ui_language\n0.5,en\n"),
            ["t.parquet is not reminders of Duolingo", "a table of CSV with the columns"],
        ),
        "damaged": (
            lambda folder: written(folder, "t.parquet", "PAR1" + "x" * 100),
            ["t.parquet is not reminders of Duolingo", "a Parquet file"],
        ),
    },
    "open-bandit": {
        "a probability in percent": (
            lambda folder: written(folder, "men.csv", ITEMS.replace(",0.5,", ",50,")),
            ["men.csv, row 2, column 'propensity_score': '50' is not a probability from 0 to 1"],
        ),
        "a time in words": (
            lambda folder: written(folder, "men.csv", ITEMS.replace("2019-11-24 00:03", "noon")),
            ["men.csv, row 1, column 'timestamp': 'noon:13.442536+00:00' is not a time such as"],
        ),
        "a click in words": (
            lambda folder: written(folder, "men.csv", ITEMS.replace("31,1,1", "31,1,maybe")),
            ["men.csv, row 2, column 'click': 'maybe' is not true or false"],
        ),
    },
    "heartsteps": {
        "a time in another way": (
            lambda folder: written(
                folder, "s.csv", HEARTSTEPS.replace('"2015-07-24 12:31:24"', '"24 July"', 1)
            ),
            ["s.csv, row 1, column 'sugg.decision.utime': '24 July' is not a time such as"],
        ),
        "steps in words": (
            lambda folder: written(folder, "s.csv", HEARTSTEPS.replace("20.5", "many")),
            ["s.csv, row 6, column 'jbsteps30': 'many' is not a number", "leave the row out"],
        ),
        "steps below none": (
            lambda folder: written(folder, "s.csv", HEARTSTEPS.replace(",20.5", ",-20.5")),
            ["s.csv, row 6, column 'jbsteps30': '-20.5' is not a number of steps"],
        ),
        "an offset in hours": (
            lambda folder: written(folder, "s.csv", HEARTSTEPS.replace("-14400", "-4")),
            ["s.csv, row 1, column 'sugg.gmtoff': '-4' is not a number of seconds ahead of UTC"],
        ),
        "an offset of days": (
            lambda folder: written(folder, "s.csv", HEARTSTEPS.replace("-14400", "-86400")),
            ["s.csv, row 1, column 'sugg.gmtoff': '-86400' is not a number of seconds ahead"],
        ),
        "nothing is left": (
            lambda folder: written(folder, "s.csv", "\n".join(HEARTSTEPS.split("\n")[:1])),
            ["of 0 rows nothing is left"],
        ),
    },
    "oralytics": {
        "infinite quality": (
            lambda folder: written(folder, "o.csv", ORALYTICS.replace("167.0", "inf")),
            ["o.csv, row 1, column 'quality': 'inf' is not a finite number"],
        ),
        "a quote that does not end": (
            lambda folder: written(folder, "o.csv", ORALYTICS.replace("robas", '"robas', 1)),
            ["o.csv, row 1: this is not CSV", "look for a quote that is not closed"],
        ),
        "cut off": (
            lambda folder: written(folder, "o.csv", ORALYTICS[: ORALYTICS.index(",167.0")]),
            ["o.csv, row 1: 7 cells where the header names 10 columns", "mend the row"],
        ),
        "a cell too many": (
            lambda folder: written(folder, "o.csv", ORALYTICS.replace("167.0,", "167.0,,")),
            ["o.csv, row 1: 11 cells where the header names 10 columns"],
        ),
        "not UTF-8": (
            lambda folder: in_bytes(folder, "o.csv", ORALYTICS.replace("+7", "ä").encode("cp1252")),
            ["o.csv, row 1: a byte is not UTF-8; save the file as UTF-8"],
        ),
    },
    "ten-persons": {
        "one of three": (
            lambda folder: written(folder, "context_on_posting.csv", POSTING),
            ["is one of the three files of a person: give notifications.csv and"],
        ),
        "two of three": (
            lambda folder: [
                written(folder / "p", name, text).parent for name, text in list(THREE.items())[:2]
            ][0],
            ["p has context_on_posting.csv, notifications.csv", "so give context_on_removal.csv"],
        ),
        "an id twice": (
            lambda folder: [
                written(folder / "p", name, text.replace("\n1,1,", "\n1,0,")).parent
                for name, text in THREE.items()
            ][0],
            [
                "context_on_posting.csv, row 2: the id 0 is in the file twice",
                "remove one of the rows",
            ],
        ),
    },
}
CASES = [
    pytest.param(format, *case, id=f"{format}: {name}")
    for format, cases in BROKEN.items()
    for name, case in cases.items()
]


@pytest.mark.parametrize(("format", "make", "parts"), CASES)
def test_one_sentence(format, make, parts, tmp_path, importing):
    with pytest.raises(LogError) as caught:
        importing(format, make(tmp_path))
    message = str(caught.value)
    for part in parts:
        assert part in message
    assert "\n" not in message and len(message) < 500
    assert not list(tmp_path.glob("log.*")), "something is left"


@pytest.mark.parametrize(
    ("name", "text", "looks"),
    [
        ("x.csv", ORALYTICS, "the pilot of the Oralytics trial: gym-push import oralytics"),
        ("x.csv", HEARTSTEPS, "the HeartSteps V1 trial: gym-push import heartsteps"),
        ("x.csv", ITEMS, "the Open Bandit Dataset: gym-push import open-bandit"),
        ("x.csv", POSTING, "logs of ten people, of 2019: gym-push import ten-persons"),
        ("x.txt", log_of(EVENTS, zoned), "the event log of an Android phone: gym-push import adb"),
        ("x.json", '{"device": {}}', "an export of the Android app Notification Log"),
        ("x.json", '{"rows": []}', "JSON that begins with 'rows'"),
        ("x.csv", "a,b\n1,2\n", "a table of CSV with the columns 'a', 'b'"),
        ("x.txt", "Hello there\n", "text that begins with 'Hello there'"),
        ("x.txt", " \n", "an empty file"),
        ("x.bin", "\0\1", "a file without text"),
        ("x.txt", "long" * 50_000, "text that begins with 'longlong"),
    ],
)
def test_a_file_of_another_format_is_named(name, text, looks, tmp_path, importing):
    path = written(tmp_path, name, text)
    for format, known in FORMATS.items():
        if looks.endswith(format) or known.about == looks:
            continue
        with pytest.raises(LogError) as caught:
            importing(format, path)
        message = str(caught.value)
        assert message.startswith(f"{name} is not {known.about}, but looks like {looks}")
        assert f"{format} takes {known.files}" in message


def test_names_and_files(tmp_path, importing):
    path = export(tmp_path, [CHAT], [])
    with pytest.raises(ArgumentError, match="did you mean 'android-log'"):
        importing("android log", path)
    with pytest.raises(ArgumentError, match="'drop', 'keep', 'hash'"):
        importing("android-log", path, text="some")
    with pytest.raises(ArgumentError, match="log.xlsx is not a name for a log"):
        importing("android-log", path, out="log.xlsx")
    with pytest.raises(LogError, match="there is no such file"):
        importing("android-log", tmp_path / "none.json")
    with pytest.raises(LogError, match="a folder without a file that ends in .json"):
        importing("android-log", written(tmp_path / "empty", "a.txt", "x").parent)
    with pytest.raises(LogError, match="no file is named"):
        importing("android-log")
    with pytest.raises(LogError, match="a file is named twice"):
        importing("android-log", path, path)
    written(tmp_path, "log.toml", "mine")
    with pytest.raises(ArgumentError, match="log.toml is there"):
        importing("android-log", path)
    assert (tmp_path / "log.toml").read_text() == "mine" and not (tmp_path / "log.parquet").exists()


def test_what_is_read_is_not_replaced(tmp_path, importing):
    path = written(tmp_path, "men.csv", ITEMS)
    with pytest.raises(ArgumentError, match="men.csv is one of the files that are read; choose"):
        importing("open-bandit", path, out="men.csv", force=True)
    assert path.read_text() == ITEMS


def test_files_with_other_columns_are_of_another_data_set(tmp_path, importing):
    first = written(tmp_path, "men.csv", ITEMS)
    second = written(tmp_path, "women.csv", ITEMS.replace("user-item_affinity_1", "other"))
    with pytest.raises(LogError, match="women.csv has no column 'user-item_affinity_1'"):
        importing("open-bandit", first, second)


def test_packed_files(tmp_path, importing):
    path = tmp_path / "export.json.gz"
    path.write_bytes(gzip.compress(export(tmp_path, [CHAT], []).read_bytes()))
    assert importing("android-log", path).rows == 1
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LogError, match="export.json.gz is damaged"):
        importing("android-log", path, force=True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_tables_as_other_programs_save_them(encoding, ends, pack, tmp_path, importing):
    path = in_bytes(tmp_path, "o.csv", pack(ORALYTICS.replace("\n", ends).encode(encoding)))
    imported = importing("oralytics", path)
    assert (imported.found, imported.rows) == (8, 3)


posix = pytest.mark.skipif(os.name != "posix", reason="files have no such modes")


@posix
def test_the_key_is_the_persons_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    path = export(tmp_path, [CHAT], [])
    import_log("android-log", path, tmp_path / "log.csv")
    key = tmp_path / "settings" / "gym-push" / "import.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    first = (tmp_path / "log.csv").read_text()
    import_log("android-log", path, tmp_path / "log.csv", force=True)
    assert (tmp_path / "log.csv").read_text() == first  # the same key
    import_log("android-log", path, tmp_path / "log.csv", key=tmp_path / "other", force=True)
    assert (tmp_path / "log.csv").read_text() != first
    key.chmod(0o644)
    with pytest.raises(LogError, match="others can read the key .*: chmod 600"):
        import_log("android-log", path, tmp_path / "new.csv")
    key.chmod(0o600)
    key.write_text("secret")
    with pytest.raises(LogError, match="is not a key of gym-push"):
        import_log("android-log", path, tmp_path / "new.csv")


def test_no_key_where_nothing_is_hashed(tmp_path, importing):
    importing("open-bandit", written(tmp_path, "men.csv", ITEMS))
    assert not (tmp_path / "settings").exists()


def test_a_report_in_words_and_as_json(tmp_path, importing):
    imported = importing("heartsteps", written(tmp_path, "s.csv", HEARTSTEPS))
    assert "holds 5 of 10 rows" in str(imported)
    assert "2 left out: no decision, or several" in str(imported)
    assert json.loads(json.dumps(imported.to_dict()))["left_out"]["steps not measured"] == 1

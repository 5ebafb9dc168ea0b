"""From an import to an agent in one go, on each format that has answers."""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from command_support import run_here

pytest.importorskip("pyarrow")

import pyarrow as pa  # noqa: E402 # after the check that it is there
import pyarrow.parquet  # noqa: E402 # after the check that it is there

from gym_push import Population, read_log  # noqa: E402 # after the check that it is there

START = datetime(2026, 3, 2, 8)
PEOPLE = ("notifications", "context_on_posting", "context_on_removal")


def moments_of_days(count=24):
    """Times of some days, and whether the person opens what comes then."""
    return [(START + timedelta(hours=8 * n), n % 3 == 0) for n in range(count)]


moments = moments_of_days


def android_log():
    posted, removed = [], []
    for number, (time, opened) in enumerate(moments()):
        entry = {
            "packageName": ("com.chat", "com.shop")[number % 2],
            "postTime": int((time - datetime(1970, 1, 1)).total_seconds() * 1000),
            "offset": 3_600_000,
            "key": f"0|com.chat|{number}|null|10101",
            "title": "Anna Alm",
            "category": "msg",
        }
        entry["systemTime"] = entry["postTime"] + 5
        posted.append(entry)
        if number < len(moments()) - 2:  # the last two are still there
            reason = 1 if opened else 2
            removed.append(entry | {"systemTime": entry["postTime"] + 9000, "removeReason": reason})
    export = {"device": {"sdk": 31}, "posted": posted, "removed": removed}
    Path("export.json").write_text(json.dumps(export), encoding="utf-8")
    return ["export.json"]


def adb():
    lines = []
    for number, (time, opened) in enumerate(moments()):
        about = "Notification(channel=a shortcut=null flags=0x10 category=msg vis=PRIVATE)"
        key = f"0|com.chat|{number}|null|10101"
        gone = f"{time + timedelta(seconds=9):%Y-%m-%d %H:%M:%S}.500 +0100  1  2 I"
        lines += [
            f"{time:%Y-%m-%d %H:%M:%S}.000 +0100  1  2 I notification_enqueue: "
            f"[10101,5,com.chat,{number},NULL,0,{about},0]",
            f"{gone} notification_clicked: [{key},9,9,9,0,1]"
            if opened
            else f"{gone} notification_canceled: [{key},2,9,9,9,0,1,NULL]",
        ]
    Path("events.txt").write_text("\n".join(lines), encoding="utf-8")
    return ["events.txt"]


def ten_persons():
    tables = {name: [] for name in PEOPLE}
    tables["notifications"].append(
        "id,appPackage,category,numberUpdates,subject,priority,ongoing,visibility"
    )
    tables["context_on_posting"].append(
        "id,day,time,place,activity,noise,batteryLevel,charging,headphonesIn,musicActive,"
        "proximity,ringerMode,lightIntensity"
    )
    tables["context_on_removal"].append(
        "id,contactSignificantContext,contactSignificantOverall,decisionTime,responseTime,"
        "seenTime,action,timeAppLastUsed,postDate,removedDate"
    )
    for number, (time, opened) in enumerate(moments()):
        app = ("com.chat", "com.shop")[number % 2]
        tables["notifications"].append(f"{number},{app},msg,low,unknown,high,False,private")
        tables["context_on_posting"].append(
            f"{number},{time.weekday()},morning,unknown,still,low,high,False,False,False,near,"
            "normal,low"
        )
        tables["context_on_removal"].append(
            f"{number},True,unknown,5.5,9.5,4.0,{opened},few mins,{time},{time}"
        )
    Path("data/ann").mkdir(parents=True)
    for name, lines in tables.items():
        Path("data/ann", f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    return ["data"]


def duolingo():
    history = pa.list_(pa.struct([("template", pa.string()), ("n_days", pa.float64())]))
    rows = moments()
    table = pa.table(
        {
            "datetime": [(time - START) / timedelta(days=1) for time, _ in rows],
            "ui_language": ["en", "de"] * 12,
            "eligible_templates": [["A", "B"]] * 24,
            "history": pa.array([[{"template": "A", "n_days": 1.5}]] * 24, history),
            "selected_template": ["A", "B", "B"] * 8,
            "session_end_completed": [opened for _, opened in rows],
        }
    )
    pyarrow.parquet.write_table(table, "training.parquet")
    return ["training.parquet"]


def open_bandit():
    lines = [",timestamp,item_id,position,click,propensity_score,user_feature_0"]
    for number, (time, opened) in enumerate(moments()):
        lines.append(f"{number},{time}+00:00,{number % 4},{1 + number % 3},{opened:d},0.25,cef3")
    Path("men.csv").write_text("\n".join(lines), encoding="utf-8")
    return ["men.csv"]


MAKE = {
    "android-log": android_log,
    "adb": adb,
    "ten-persons": ten_persons,
    "duolingo": duolingo,
    "open-bandit": open_bandit,
}


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
@pytest.mark.parametrize("format", MAKE)
def test_from_import_to_agent(format, suffix, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))

    def run(line):
        shown = run_here(f"gym-push {line}", monkeypatch, capsys)
        assert shown.code == 0, shown.errors
        return shown

    log = f"log{suffix}"
    shown = run(f"import {format} {' '.join(MAKE[format]())} --out {log}")
    assert f"{log} holds 24 of 24 rows" in shown.out and "wrote log.toml" in shown.errors
    answered = 22 if format == "android-log" else 24
    described = json.loads(run(f"log describe {log} --json").out)
    assert described["rows"] == answered
    run(f"log validate {log}")
    run(f"play majority --log {log} --no-page --delay 0")
    line = f"evaluate always-open table-per-app --log {log} --learn 0.4 --board b.sqlite --json"
    if format in ("duolingo", "open-bandit"):
        line = line.replace("table-per-app", "majority")  # they have no app
    assert "always-open" in run(line).out


@pytest.mark.slow
def test_people_are_fitted_and_compared(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setattr(sys.modules[__name__], "moments", lambda: moments_of_days(150))
    line = f"gym-push import android-log {' '.join(android_log())} --out log.parquet"
    assert run_here(line, monkeypatch, capsys).code == 0
    log = read_log("log.parquet")
    population, report = Population.fit(log, 50)
    assert report.log == "log.parquet" and report.fitted
    assert len(population.log(1)) > 0
    line = "gym-push fidelity log.parquet --users 100 --days 1 --json"
    assert json.loads(run_here(line, monkeypatch, capsys).out)["statistics"]


def test_report_and_mistakes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    android_log()
    line = "gym-push import android-log export.json --out log.csv --key my.key --json"
    told = json.loads(run_here(line, monkeypatch, capsys).out)
    assert told["found"] == told["rows"] == 24
    assert told["outcomes"] == {"dismissed": 14, "clicked": 8, "still there": 2}
    assert "Anna" not in Path("log.csv").read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert Path("my.key").stat().st_mode & 0o777 == 0o600
    again = run_here(line, monkeypatch, capsys)
    assert again.code == 2 and "--force replaces it" in again.errors
    other = run_here(f"{line} --force".replace("android-log", "adb"), monkeypatch, capsys)
    assert other.code == 2 and other.errors.count("\n") == 1
    assert "looks like an export of the Android app Notification Log" in other.errors
    wrong = run_here("gym-push import phone export.json --out new.csv", monkeypatch, capsys)
    assert wrong.code == 2 and "'android-log', 'adb'" in wrong.errors


def test_a_trial_without_answers_is_described_and_not_played(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    lines = [
        "user.index,decision.index.nogap,sugg.decision.utime,avail,send,send.active,"
        "send.sedentary,jbsteps30"
    ]
    lines += [
        f"{n % 2},{n},{time},TRUE,FALSE,FALSE,FALSE,{n}" for n, (time, _) in enumerate(moments())
    ]
    Path("suggestions.csv").write_text("\n".join(lines), encoding="utf-8")
    line = "gym-push import heartsteps suggestions.csv --out trial.parquet"
    assert run_here(line, monkeypatch, capsys).code == 0
    described = run_here("gym-push log describe trial.parquet", monkeypatch, capsys)
    assert described.code == 0 and "decisions without a" in described.out
    for line in ("play majority --no-page --log", "evaluate majority --board b.sqlite --log"):
        shown = run_here(f"gym-push {line} trial.parquet", monkeypatch, capsys)
        assert shown.code == 2 and shown.errors.count("\n") == 1, shown.errors
        assert "answer" in shown.errors

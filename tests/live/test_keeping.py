"""No crash harms the folder of a live log, and a new day begins a new file."""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import gymnasium
import pytest
from listen_support import rows_of

from gym_push import Population, Suite, evaluate, read_log
from gym_push.errors import ArgumentError
from gym_push.live.bus import Notification
from gym_push.live.keeping import LogFolder
from gym_push.live.rows import LONG_AGO, Arrivals, ended, schema
from gym_push.live.session import Moment
from gym_push.logs import Schema, to_toml
from gym_push.logs.importing.keys import Hasher
from gym_push.logs.importing.pieces import Options

SENT = Notification("Chat", 0, "", "Maya", "Tonight?", {}, {}, -1)


def row(arrivals, when, outcome="opened"):
    return ended(arrivals.row(SENT, when, Moment()), outcome, when + timedelta(seconds=2))


@pytest.fixture
def arrivals(tmp_path):
    return Arrivals(Options(Hasher(tmp_path / "key")))


@pytest.fixture
def now():
    return datetime.now().astimezone().replace(microsecond=0)


def test_what_is_kept_is_read_at_once_and_another_run_goes_on(arrivals, now, tmp_path):
    folder = tmp_path / "log"
    for number in (1, 2, 3):
        log = LogFolder(folder, schema("drop"))
        log.add(row(arrivals, now + timedelta(seconds=number)))
        assert len(read_log(folder)) == number
        assert log.outcomes() == {"opened": number}
        log.close()
    assert [each["responseTime"] for each in rows_of(folder)] == [2.0, 2.0, 2.0]
    assert [each["timeAppLastPosted"] for each in rows_of(folder)] == [LONG_AGO, 1, 1]


def test_a_log_of_some_days_is_played_evaluated_and_fitted_to(arrivals, now, tmp_path):
    folder = tmp_path / "log"
    log, begin = LogFolder(folder, schema("drop")), now - timedelta(days=9)
    for number in range(9 * 24):
        sent = replace(SENT, app=("Chat", "Mail")[number % 2])
        outcome = ("opened", "dismissed", "dismissed", "expired")[number % 4]
        when = begin + timedelta(hours=number)
        log.add(ended(arrivals.row(sent, when, Moment()), outcome, when + timedelta(seconds=9)))
    log.close()
    read = read_log(folder)
    assert (len(read), sum(read.unanswered.values())) == (162, 54)
    env = gymnasium.make("gym_push:basic-v0", data=folder)
    assert env.reset()[0]["app"] == "Chat"
    assert evaluate("table-per-app", Suite.from_log(read)).people
    population, report = Population.fit(read, size=20, simulated=20)
    assert population.size == 20 and report is not None


def test_a_day_has_a_file_in_the_order_of_arrival(arrivals, now, tmp_path):
    folder, day = tmp_path / "log", timedelta(days=1)
    log = LogFolder(folder, schema("drop"))
    late = row(arrivals, now - timedelta(seconds=5), "dismissed")
    log.add(row(arrivals, now))
    log.add(late)
    log.add(row(arrivals, now + day))
    log.add(row(arrivals, now, "expired"))  # whose end is known on the day after
    log.close()
    assert [each.name for each in sorted(folder.glob("*.jsonl"))] == [
        f"{now.date()}.jsonl", f"{now.date() + day}.jsonl",
    ]  # fmt: skip
    outcomes = [each["outcome"] for each in rows_of(folder)]
    assert outcomes == ["dismissed", "opened", "expired", "opened"]


def test_what_a_crash_cuts_off_is_left_out_and_the_rest_stays(arrivals, now, tmp_path):
    folder = tmp_path / "log"
    log = LogFolder(folder, schema("drop"))
    log.add(row(arrivals, now))
    log.add(row(arrivals, now, "dismissed"))
    log.close()
    [day] = folder.glob("*.jsonl")
    whole = day.read_bytes()
    day.write_bytes(whole + whole[:100])
    (folder / ".gym-push-0.part").write_bytes(b"half")
    log = LogFolder(folder, schema("drop"))
    log.add(row(arrivals, now, "expired"))
    log.close()
    assert [each["outcome"] for each in rows_of(folder)] == ["opened", "dismissed", "expired"]
    assert not (folder / ".gym-push-0.part").exists()
    day.write_bytes(b"\0" * 100 + b"\n" + whole)  # as a power cut can leave it
    LogFolder(folder, schema("drop")).close()
    assert len(rows_of(folder)) == 2


def test_a_changed_meaning_of_an_end_stays(arrivals, now, tmp_path):
    folder = tmp_path / "log"
    log = LogFolder(folder, schema("drop"))
    log.add(row(arrivals, now))
    log.add(row(arrivals, now, "expired"))
    log.close()
    file = folder / "schema.toml"
    changed = file.read_text().replace('["expired", ', "[")
    file.write_text(changed.replace("opened =", 'ignored = ["expired"], opened =', 1))
    LogFolder(folder, schema("drop")).close()
    assert sorted(read_log(folder).actions) == [0, 1]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        ("file", "is a file, and a live log is a folder"),
        ("other", "holds files that are no live log"),
        ("days", "holds files that are no live log"),
        ("keep", "was begun with another choice of --text"),
    ],
)
def test_what_is_no_folder_for_it_is_told_in_a_sentence(make, says, tmp_path):
    folder = tmp_path / "log"
    if make == "file":
        folder.write_text("app,action\n")
    elif make == "other":
        folder.mkdir()
        (folder / "letter.txt").write_text("Dear Maya")
    elif make == "days":
        LogFolder(folder, schema("drop")).close()
        (folder / "2026-03-02.csv").write_text("app,action\n")
    elif make == "keep":
        LogFolder(folder, schema("keep")).close()
    with pytest.raises(ArgumentError, match=says):
        LogFolder(folder, schema("drop"))


def test_two_do_not_write_to_one_folder(tmp_path):
    log = LogFolder(tmp_path / "log", schema("drop"))
    with pytest.raises(ArgumentError, match="another gym-push writes to"):
        LogFolder(tmp_path / "log", schema("drop"))
    log.close()
    LogFolder(tmp_path / "log", schema("drop")).close()


FULL = """
import resource, signal, sys
from datetime import datetime
from pathlib import Path
from gym_push.live.keeping import LogFolder
from gym_push.live.rows import schema
log = LogFolder(Path(sys.argv[1]), schema("drop"))
row = {"posted": datetime.now().astimezone().isoformat(), "app": "x" * 80, "outcome": "opened"}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
kept = 0
try:
    while True:
        log.add(row)
        kept += 1
except OSError as error:
    print(kept, error.strerror)
"""


def test_a_full_disk_leaves_whole_rows(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "log"], capture_output=True, text=True
    )
    kept, _, why = done.stdout.strip().partition(" ")
    assert int(kept) > 2 and why in ("File too large", "No space left on device"), done.stderr
    [day] = (tmp_path / "log").glob("*.jsonl")
    assert day.read_bytes().count(b"}\n") == int(kept) == len(day.read_text().splitlines())


def test_a_folder_of_any_log_can_have_its_schema_in_it(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("what,did\nmail,yes\nchat,no\n")
    said = Schema(["what"], action={"column": "did", "opened": ["yes"], "dismissed": ["no"]})
    (tmp_path / "schema.toml").write_text(to_toml(said))
    assert read_log(tmp_path).actions.tolist() == [1, 0, 1, 0]

"""The file of answers, with several processes at once, and files that are none."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from gym_push.agents.llm.cache import ANSWERED, FAILED, RUN, Answer, AnswerCache
from gym_push.agents.llm.settings import Settings
from gym_push.errors import ArgumentError

MANY = """
import sys
from pathlib import Path
from gym_push.agents.llm.cache import Answer, AnswerCache
cache, who = AnswerCache(Path(sys.argv[1])), int(sys.argv[2])
print(end="ready", flush=True)
sys.stdin.readline()
allowed = 0
for n in range(200):
    cache.keep(f"key {n}", "m", Answer("answered", who / 8), None)
    if cache.reserve("me", 10, 1000):
        allowed += 1
        cache.settle("me", 10, cost=7, answered=1)
print(allowed, sum(cache.find(f"key {n}").probability for n in range(200)))
"""


def test_many_processes_keep_one_answer_and_one_limit(tmp_path):
    path = tmp_path / "answers.sqlite"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, str(path), str(who)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for who in range(3)
    ]  # fmt: skip
    for process in started:
        assert process.stdout.read(5) == "ready"
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate()[0].split() for process in started]
    assert len({answers for _, answers in said}) == 1
    allowed = sum(int(number) for number, _ in said)
    assert 100 <= allowed <= 142 and 7 * allowed <= 1000
    assert AnswerCache(path).usage("me").answered == allowed  # they share the run with this one


def test_what_is_kept_counts_unless_it_was_known_before(tmp_path):
    cache = AnswerCache(tmp_path / "answers.sqlite")
    failed, answered = Answer(FAILED), Answer(ANSWERED, 0.1 + 0.2)
    assert cache.find("a") is None
    assert cache.keep("a", "m", failed, None) == failed
    assert cache.keep("a", "m", answered, None) == failed
    assert cache.keep("a", "m", answered, failed) == answered
    assert cache.find("a") == answered


def test_money_set_aside_counts_as_spent(tmp_path):
    cache = AnswerCache(tmp_path / "answers.sqlite")
    assert cache.reserve("me", 6 * 10**11, 10**12)
    assert not cache.reserve("me", 6 * 10**11, 10**12)
    assert cache.reserve("somebody else", 6 * 10**11, 10**12)
    assert cache.usage("me").cost == 0.6
    cache.settle("me", 6 * 10**11, cost=10**11)
    assert cache.usage("me").cost == 0.1
    with closing(sqlite3.connect(cache.path)) as raw:
        assert {run for (run,) in raw.execute("SELECT run FROM used")} == {RUN}


def test_a_file_that_was_deleted_is_begun_again(tmp_path):
    cache = AnswerCache(tmp_path / "answers.sqlite")
    cache.keep("a", "m", Answer(ANSWERED, 0.5), None)
    for file in tmp_path.iterdir():
        file.unlink()
    assert cache.find("a") is None


@pytest.mark.parametrize("content", [b"not a database" * 100, None])
def test_a_file_that_is_no_cache_is_left_alone(tmp_path, content):
    path = tmp_path / "other.sqlite"
    if content is None:
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE mine (x)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(ArgumentError, match="other.sqlite is .*name another file"):
        AnswerCache(path).find("a")
    assert path.read_bytes() == before


def test_offline_an_empty_file_stays_empty(tmp_path):
    path = tmp_path / "empty.sqlite"
    path.touch()
    with pytest.raises(ArgumentError, match="empty.sqlite is not a cache of answers"):
        AnswerCache(path, create=False).find("a")
    assert not path.read_bytes()


@pytest.mark.parametrize(
    "row",
    [("answered", 2.0, 0), ("answered", "0.5 or so", 0), ("answered", None, 0),
     ("guessed", 0.5, 0), ("failed", 0.5, 0), ("limit", None, "all")],
)  # fmt: skip
def test_what_is_no_answer_in_a_cache_of_others_is_not_taken_for_one(tmp_path, row):
    cache = AnswerCache(tmp_path / "answers.sqlite")
    assert cache.find("a") is None
    with closing(sqlite3.connect(cache.path)) as raw, raw:
        raw.execute("INSERT INTO answers VALUES ('a', 'm', ?, ?, ?)", row)
    with pytest.raises(ArgumentError, match="is damaged .*of the request a is no answer"):
        cache.find("a")


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"model": ""}, "needs a name and an endpoint, as in llm"),
        ({"base_url": "localhost:1"}, "base_url must be an address"),
        ({"base_url": "file:///etc"}, "base_url must be an address"),
        ({"base_url": 7}, "base_url must be an address"),
        ({"base_url": "http://h:x/"}, "base_url must be an address"),
        ({"base_url": "https://me:sk-1234@host/v1"}, "without a name, password or query"),
        ({"base_url": "https://host/v1?key=sk-1234"}, "without a name, password or query"),
        ({"key_variable": "sk-1234"}, "must be the name of an environment variable"),
        ({"answer_tokens": 0}, "answer_tokens=0 must be a whole number from 1 on"),
        ({"retries": True}, "retries=True must be a whole number from 0 on"),
        ({"timeout": 0}, "timeout=0 must be above 0"),
        ({"price_in": float("nan")}, "price_in=nan must be a number from 0 to 1000000"),
        ({"spend_limit": -1}, "spend_limit=-1 must be a number from 0 to 1000000"),
        ({"spend_limit": 1}, "give price_in and price_out"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_without_what_may_be_a_key(parameters, said):
    with pytest.raises(ArgumentError, match=said) as caught:
        Settings(**{"model": "m", **parameters}).check()
    assert "1234" not in str(caught.value)

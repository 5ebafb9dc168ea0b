"""Two recordings side by side: which may be, and what the page says of them."""

import base64
import contextlib
import json
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings_support import JSON, basic, open_all, play, record_run

import gym_push
from gym_push.recordings import comparison as comparing
from gym_push.recordings.document import data_of
from gym_push.recordings.tape import frames


def told(path):
    return json.loads(zlib.decompress(data_of(path.read_bytes())))


def compared(path):
    """The lines and frames of both agents that a comparison holds."""
    return [list(frames(zlib.compress(text.encode()))) for text in told(path)["tapes"]]


def test_it_holds_the_last_episode_that_both_ended(runs, tmp_path):
    files, _ = runs
    path = tmp_path / "compare.html"
    gym_push.compare_page(files, path)
    assert told(path)["names"] == ["opener", "contact"]
    for file, run in zip(files, compared(path), strict=True):
        assert run == list(frames(data_of(file.read_bytes())))[325:]
    gym_push.compare_page(files, path, names=("A", "B"), episode=1)
    assert told(path)["names"] == ["A", "B"]
    assert {frame["episode"] for run in compared(path) for _, frame in run} == {1}


def test_the_same_comparison_is_the_same_file(runs, tmp_path):
    for name in "ab":
        gym_push.compare_page(runs[0], tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_runs_that_stopped_are_compared_as_far_as_both_go(tmp_path):
    record_run(tmp_path / "a.html", last=50)
    record_run(tmp_path / "b.html", open_all, last=20)
    gym_push.compare_page([tmp_path / "a.html", tmp_path / "b.html"], tmp_path / "c.html")
    assert [len(run) for run in compared(tmp_path / "c.html")] == [21, 21]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        record_run(tmp_path / name / "run.html", last=2)
    gym_push.compare_page([tmp_path / n / "run.html" for n in "ab"], tmp_path / "c.html")
    assert told(tmp_path / "c.html")["names"] == ["a/run", "b/run"]


def test_agents_are_called_as_the_environments_were_told(tmp_path):
    for agent in ("table", "linucb"):
        record_run(tmp_path / f"{agent}-run.html", last=2, agent_name=agent)
    record_run(tmp_path / "nobody.html", last=2)
    table, linucb, nobody = (tmp_path / f"{n}.html" for n in ("table-run", "linucb-run", "nobody"))
    for files, names in (
        ((table, linucb), ["table", "linucb"]),
        ((table, nobody), ["table", "nobody"]),
    ):
        gym_push.compare_page(files, tmp_path / "c.html")
        assert told(tmp_path / "c.html")["names"] == names
    (tmp_path / "again.html").write_bytes(table.read_bytes())
    gym_push.compare_page([table, tmp_path / "again.html"], tmp_path / "c.html")
    assert told(tmp_path / "c.html")["names"] == ["table-run", "again"]


def test_other_notifications_cannot_be_compared(runs, tmp_path):
    (file, _), _ = runs
    other = tmp_path / "other.html"
    record_run(other, order="shuffled")
    with pytest.raises(gym_push.RecordingError, match="episode 1 their notifications differ from"):
        gym_push.compare_page([file, other], tmp_path / "c.html")
    with gym_push.record(basic(order="shuffled"), tmp_path / "one.html") as env:
        play(env, open_all)
    with gym_push.record(basic(order="shuffled"), tmp_path / "two.html") as env:
        play(env, open_all, seed=2)
    with pytest.raises(gym_push.RecordingError, match=r"differ from decision [12] on; record both"):
        gym_push.compare_page([tmp_path / "one.html", tmp_path / "two.html"], tmp_path / "c.html")
    gym_push.compare_page([other, tmp_path / "one.html"], tmp_path / "c.html")


def test_what_cannot_be_asked(runs, tmp_path):
    files, _ = runs
    to = tmp_path / "c.html"
    for named, options, error, why in (
        (files[:1], {}, gym_push.ArgumentError, "takes two files"),
        (str(files[0]), {}, gym_push.ArgumentError, "takes two files"),
        (files, {"names": ["one"]}, gym_push.ArgumentError, "not two names"),
        (files, {"names": "ab"}, gym_push.ArgumentError, "not two names"),
        (files, {"episode": 3}, gym_push.RecordingError, "no episode 3; it has those from 1 to 2"),
        ([files[0], tmp_path / "no"], {}, gym_push.RecordingError, "no cannot be read: No such"),
        ([files[0], tmp_path], {}, gym_push.RecordingError, "cannot be read: Is a directory"),
    ):
        with pytest.raises(error, match=why):
            gym_push.compare_page(named, to, **options)
    with pytest.raises(gym_push.RecordingError, match="cannot be written: there is no folder"):
        gym_push.compare_page(files, tmp_path / "no" / "c.html")
    assert not to.exists()


def test_files_that_are_no_recordings_are_refused_in_one_sentence(runs, tmp_path):
    files, _ = runs
    whole = files[0].read_bytes()
    data = data_of(whole)
    gym_push.compare_page(files, tmp_path / "comparison.html")
    broken = tmp_path / "broken.html"
    for content in (
        b"",
        b"<html>\x00\xff",
        whole[: len(whole) // 2],
        whole.replace(b'id="data">', b'id="data">AAAA'),
        whole.replace(base64.b64encode(data), base64.b64encode(data[:-100])),
        (tmp_path / "comparison.html").read_bytes(),
    ):
        broken.write_bytes(content)
        with pytest.raises(
            gym_push.RecordingError, match="broken.html cannot be compared: "
        ) as info:
            gym_push.compare_page([files[1], broken], tmp_path / "c.html")
        assert "\n" not in str(info.value)


@pytest.mark.parametrize(
    "lines",
    [
        b"\n" * 17_000_000,
        b"{}\n" * 9_000_000,
        b'{"episode":[' + b"[]," * 9_000_000 + b"[]]}\n",
    ],
    ids=["newlines", "objects", "lists"],
)
def test_a_small_recording_does_not_fill_the_memory(runs, tmp_path, lines):
    files, _ = runs
    whole = files[0].read_bytes()
    first, second, _ = zlib.decompress(data_of(whole)).split(b"\n", 2)
    folded = zlib.compress(first + b"\n" + second + b"\n" + lines)
    small = tmp_path / "small.html"
    small.write_bytes(whole.replace(base64.b64encode(data_of(whole)), base64.b64encode(folded)))
    with pytest.raises(gym_push.RecordingError, match="more than fits into memory; record fewer"):
        gym_push.compare_page([small, files[1]], tmp_path / "c.html")


def altered(file, to, change):
    """Writes a recording whose third frame, of the decision after the second, is another."""
    whole = file.read_bytes()
    lines = [json.loads(line) for line in zlib.decompress(data_of(whole)).splitlines()]
    lines[3].update(change)
    data = zlib.compress("".join(json.dumps(line) + "\n" for line in lines).encode())
    to.write_bytes(whole.replace(base64.b64encode(data_of(whole)), base64.b64encode(data)))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "another"},
        {"epoch": "x"},
        {"epoch": 325},
        {"size": None},
        {"posted": 5},
        {"notification": []},
        {"context": None},
        {"reward": None},
        {"confusion": [1, 2, 3]},
        {"+points": [[1, 0, 0]]},
        {"+points": [["x", 0, 0, 0]]},
        {"+points": 5},
        {"+decisions": [7]},
        {"+decisions": [{"action": 2, "user_action": 0}]},
        {"+decisions": [{"action": 1}]},
        {"+notification": []},
        {"decisions": {}},
        {"decisions": []},
        {"points": []},
        {"confusion": [1e308, 0, 0, 1e308]},
        {"confusion": [400, 0, 0, 0]},
    ],
    ids=repr,
)
def test_a_broken_line_is_named(runs, tmp_path, change):
    altered(runs[0][0], tmp_path / "broken.html", change)
    with pytest.raises(gym_push.RecordingError, match=r"broken.html cannot .* line 4 is broken"):
        gym_push.compare_page([tmp_path / "broken.html", runs[0][1]], tmp_path / "c.html")


def test_frames_of_many_fields_do_not_fill_the_memory(runs, tmp_path, monkeypatch):
    monkeypatch.setattr("gym_push.recordings.tape.MAX_OBJECTS", 1 << 16)
    altered(runs[0][0], tmp_path / "wide.html", {f"k{n}": 0 for n in range(1000)})
    with pytest.raises(gym_push.RecordingError, match="wide.html cannot .* fits into memory"):
        gym_push.compare_page([tmp_path / "wide.html", runs[0][1]], tmp_path / "c.html")


NAMES = st.sampled_from([*comparing.FIELDS, "kind", "confusion", "+decisions", "+points", "+env"])


@pytest.mark.slow
@settings(max_examples=60)
@given(name=NAMES, value=JSON)
def test_a_strange_line_is_compared_or_refused_in_a_sentence(runs, tmp_path_factory, name, value):
    folder = tmp_path_factory.mktemp("strange")
    altered(runs[0][0], folder / "strange.html", {name: value})
    with contextlib.suppress(gym_push.RecordingError):
        gym_push.compare_page([folder / "strange.html", runs[0][1]], folder / "c.html")


@pytest.mark.skipif(sys.platform == "win32", reason="devices of POSIX")
def test_a_recording_without_end_is_refused(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(comparing, "MAX_UNFOLDED", 1 << 20)
    endless = tmp_path / "endless.html"
    with endless.open("wb") as file:
        file.truncate(1 << 33)  # of holes, which take no room
    with pytest.raises(gym_push.RecordingError, match="cannot be read: it is larger than 1 MiB"):
        gym_push.compare_page([endless, runs[0][1]], tmp_path / "c.html")


def test_a_recording_that_skips_decisions_is_refused(runs, tmp_path):
    with gym_push.record(basic(), tmp_path / "skips.html") as env:
        env.reset(seed=1)
        env.step(1)
        env.unwrapped.step(1)
        env.step(1)
    with pytest.raises(gym_push.RecordingError, match="does not show decision 2 of episode 1"):
        gym_push.compare_page([runs[0][0], tmp_path / "skips.html"], tmp_path / "c.html", episode=1)

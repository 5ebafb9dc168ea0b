"""Two recordings side by side: which may be, and what the page says of them."""

import base64
import contextlib
import json
import re
import sys
import zlib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings_support import HOSTILE, basic, by_contact, open_all, play, record_run

import gym_push
from gym_push.recordings import comparison as comparing
from gym_push.recordings.document import data_of
from gym_push.recordings.tape import frames


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two episodes of each agent, and the second's scores."""
    folder = tmp_path_factory.mktemp("recorded")
    scores = [
        record_run(folder / f"{name}.html", policy, episodes=2)[1]
        for name, policy in (("opener", open_all), ("contact", by_contact))
    ]
    return [folder / "opener.html", folder / "contact.html"], scores


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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
NAMES = st.sampled_from([*comparing.FIELDS, "kind", "confusion", "+decisions", "+points", "+env"])


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(name=NAMES, value=JSON)
def test_a_strange_line_is_compared_or_refused_in_a_sentence(runs, tmp_path_factory, name, value):
    folder = tmp_path_factory.mktemp("strange")
    altered(runs[0][0], folder / "strange.html", {name: value})
    with contextlib.suppress(gym_push.RecordingError):
        gym_push.compare_page([folder / "strange.html", runs[0][1]], folder / "c.html")


def test_an_older_recording_must_be_recorded_again(runs, tmp_path):
    whole = runs[0][0].read_bytes()
    data = zlib.compress(b'{"gym-push recording":1}\n{"episode":1}\n')
    older = tmp_path / "older.html"
    older.write_bytes(whole.replace(base64.b64encode(data_of(whole)), base64.b64encode(data)))
    with pytest.raises(gym_push.RecordingError, match="an older version .*; record the run again"):
        gym_push.compare_page([older, runs[0][1]], tmp_path / "c.html")


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


@pytest.fixture(scope="module")
def comparison(runs, tmp_path_factory):
    path = tmp_path_factory.mktemp("compared") / "compare.html"
    gym_push.compare_page(runs[0], path, names=("opener", "contact"))
    return path


@pytest.fixture
def expect():
    return pytest.importorskip("playwright.sync_api").expect


@pytest.fixture
def page(comparison, open_file, expect):
    page = open_file(comparison, viewport={"width": 1360, "height": 980})
    expect(page.locator("#where")).to_have_text("decision 1 of 324 · episode 2")
    return page


def differences():
    """The places, from 1, at which the two decide differently."""
    env = basic()
    observation, _ = env.reset(seed=1)
    for place in range(1, 325):
        if by_contact(observation) == 0:
            yield place
        observation = env.step(1)[0]


@pytest.mark.browser
def test_it_shows_both_agents_numbers(runs, page, expect):
    _, scores = runs
    for place in (1, 162, 324):
        page.locator("#scrub").evaluate(
            "(node, place) => { node.value = place; node.dispatchEvent(new Event('input')); }",
            place - 1,
        )
        expect(page.locator("#where")).to_have_text(f"decision {place} of 324 · episode 2")
        one, other = (each[place] for each in scores)
        for name in ("performance", "ctr"):
            expect(page.locator(f"#n-{name} td")).to_have_text(
                [f"{getattr(one, name):.1%}", f"{getattr(other, name):.1%}", re.compile("point")]
            )
        signed = [f"{n:+d}".replace("-", "−") if n else "0" for n in (
            one.reward, other.reward, other.reward - one.reward
        )]  # fmt: skip
        expect(page.locator("#n-reward td")).to_have_text(signed)
        expect(page.locator("#n-person")).to_have_text(f"the person {one.user_ctr:.1%}")
        expect(page.locator("#d-0")).to_have_text("open")
        for chart in ("performance", "ctr", "reward"):
            drawn = page.locator(f"#c-{chart} .curve.two").get_attribute("d")
            assert len(re.findall("[ML]", drawn)) == place
    expect(page).to_have_title("opener against contact · gym-push")


@pytest.mark.browser
def test_it_leads_from_difference_to_difference(page, expect):
    places = list(differences())
    expect(page.locator("#d-count")).to_have_text(str(len(places)))
    where = page.locator("#where")
    start = 1
    expected = [place for place in places if place > start][:3]
    for place, way in zip(expected, ("n", "click", "N"), strict=True):
        if way == "click":
            page.locator("#next").click()
            page.evaluate("() => document.activeElement.blur()")
        else:
            page.keyboard.press(way)
        expect(where).to_have_text(f"decision {place} of 324 · episode 2")
        expect(page.locator("#agreement")).to_have_text("they differ")
        expect(page.locator("[aria-current=true]")).to_contain_text(f"#{place} ·")
    page.keyboard.press("p")
    expect(where).to_have_text(f"decision {expected[1]} of 324 · episode 2")
    page.locator("#differences button").nth(60).click()
    expect(where).to_have_text(f"decision {places[60]} of 324 · episode 2")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("End")
    expect(where).to_have_text("decision 324 of 324 · episode 2")
    last = [place for place in places if place < 324][-1]
    page.keyboard.press("P")
    expect(where).to_have_text(f"decision {last} of 324 · episode 2")
    expect(page.locator("[aria-current=true]")).to_contain_text(f"#{last} ·")
    expect(page.locator("#d-more")).to_have_text(re.compile(rf"01 to \d+ of {len(places)}"))


@pytest.mark.browser
def test_agents_that_decide_alike_are_said_to(tmp_path, open_file, expect):
    for name in "ab":
        record_run(tmp_path / f"{name}.html", last=30)
    gym_push.compare_page([tmp_path / "a.html", tmp_path / "b.html"], tmp_path / "c.html")
    page = open_file(tmp_path / "c.html")
    expect(page.locator("#d-words")).to_have_text("They agree in all 30 decisions.")
    expect(page.locator("#next")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("n")
    expect(page.locator("#where")).to_have_text("decision 1 of 324 · episode 1")


@pytest.mark.browser
def test_hostile_texts_are_only_texts(tmp_path, open_file, expect):
    table = pd.DataFrame(
        {"appPackage": [HOSTILE] * 2, "tickerText": [HOSTILE] * 2, "opened": [1, 0]}
    )
    schema = gym_push.Schema(notification=["appPackage", "tickerText"], context=[], action="opened")
    log = gym_push.read_log(table, schema)
    for action, name in enumerate("ab"):
        with gym_push.record(basic(data=log), tmp_path / f"{name}.html") as env:
            play(env, lambda observation, action=action: action)
    path = tmp_path / "c.html"
    gym_push.compare_page([tmp_path / f"{n}.html" for n in "ab"], path, names=(HOSTILE, HOSTILE))
    assert path.read_text(encoding="utf-8").count("</script>") == 2
    page = open_file(path)
    for selector in ("#n-app", "#n-text", "#differences li bdi >> nth=0", ".pair", "#d-words"):
        expect(page.locator(selector)).to_contain_text("</script><!--<script>")
    expect(page.locator("main script")).to_have_count(0)

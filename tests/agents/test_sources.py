"""Which files an agent is made of, found without running any of it."""

import os
import sqlite3
import sys

import pytest

from gym_push.agents import sources
from gym_push.agents.sources import fingerprint, module_file, runtime_env
from gym_push.errors import ArgumentError


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A lone module and a package that cannot be run."""
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("lone.py", "packed/__init__.py", "packed/deep/__init__.py", "packed/deep/er.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise SystemExit(name)")
    return tmp_path


def test_a_module_is_found_and_not_run(home):
    assert module_file("packed.deep.er") == home / "packed" / "deep" / "er.py"
    assert module_file("packed.deep") == home / "packed" / "deep" / "__init__.py"
    assert module_file("packed.shallow") is module_file("lone.er") is module_file("sys") is None
    assert not {"lone", "packed", "packed.deep"} & set(sys.modules)


@pytest.mark.parametrize(
    ("module", "changed", "counts"),
    [
        ("packed.deep.er", "packed/deep/er.py", True),
        ("packed.deep.er", "packed/__init__.py", True),
        ("packed", "packed/deep/er.py", True),
        ("packed.deep", "packed/weights.bin", True),
        ("packed.deep", "lone.py", False),
        ("lone", "packed/deep/er.py", True),
        ("lone", "data/log.csv", True),
        ("lone", ".git/HEAD", False),
        ("lone", "__pycache__/lone.pyc", False),
        ("lone", "Untitled.ipynb", False),
        ("lone", "plots/agents.pdf", False),
        ("lone", "words.txt", True),
        ("lone", "board.sqlite-wal", False),
    ],
)
def test_a_change_of_what_may_be_part_of_it_counts(home, module, changed, counts):
    before = fingerprint(module)
    (home / changed).parent.mkdir(exist_ok=True)
    with (home / changed).open("a") as file:
        file.write("changed")
    assert (fingerprint(module) != before) == counts


def test_names_count_and_large_files_by_their_time(home, monkeypatch):
    monkeypatch.setattr(sources, "LARGEST", 3)
    data = home / "data"
    data.write_bytes(b"1234")
    os.utime(data, ns=(0, 10**18))
    seen = {fingerprint("lone")}
    os.utime(data, ns=(0, 10**18 + 1))
    seen.add(fingerprint("lone"))
    data.rename(home / "datb")
    seen.add(fingerprint("lone"))
    assert len(seen) == 3


def test_a_leaderboard_and_what_one_could_wait_for_do_not_count(home):
    before = fingerprint("lone")
    with sqlite3.connect(home / "results.db") as connection:
        connection.execute("CREATE TABLE scores (score)")
    connection.close()
    if sys.platform != "win32":
        os.mkfifo(home / "pipe")
    assert fingerprint("lone") == before


def test_too_many_files_are_a_sentence(home, monkeypatch):
    monkeypatch.setattr(sources, "MOST_FILES", 3)
    with pytest.raises(ArgumentError, match="has more than 3 files.*a folder of its own"):
        fingerprint("lone")


def test_what_is_installed_without_a_package_is_its_own_file(home, monkeypatch):
    installed = home / "site-packages"
    installed.mkdir()
    monkeypatch.syspath_prepend(installed)
    (installed / "single.py").write_text("")
    before = fingerprint("single")
    (installed / "stranger.py").write_text("")
    assert fingerprint("single") == before


@pytest.mark.skipif(sys.platform != "linux", reason="links, and names that are no Unicode")
def test_links_are_followed_and_any_name_will_do(home, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (home / "data").symlink_to(elsewhere)
    (elsewhere / "round").symlink_to(home)
    seen = {fingerprint("lone")}
    (elsewhere / os.fsdecode(b"\xff.csv")).write_text("1")
    seen.add(fingerprint("lone"))
    (elsewhere / os.fsdecode(b"\xff.csv")).write_text("2")
    seen.add(fingerprint("lone"))
    assert len(seen) == 3


def test_code_of_ones_own_goes_to_other_machines_and_what_is_installed_does_not(home):
    sent = runtime_env(["lone", "packed.deep.er", "numpy", "nowhere"])
    assert sent["working_dir"] == str(home)
    assert sent["py_modules"] == [str(home / "packed")]
    assert "working_dir" not in runtime_env(["packed"])


def test_two_folders_cannot_be_sent(home, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    (other / "lonely.py").touch()
    monkeypatch.syspath_prepend(other)
    with pytest.raises(ArgumentError, match="Ray can send one folder with agents, and these are"):
        runtime_env(["lone", "lonely"])

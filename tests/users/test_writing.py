"""A folder of simulated logs holds whole files, the same however it came to be filled."""

import hashlib
import json
import os
import shutil
import sys

import numpy as np
import pytest

import gym_push
from gym_push import ArgumentError, MissingExtraError, Population, read_log
from gym_push.envs.basic.episodes import BUNDLED
from gym_push.users import Parameters, write_logs

DAYS = 3
FILES = ["users-000000-000003", "users-000004-000007", "users-000008-000009"]


@pytest.fixture(scope="module")
def population():
    return Population(10, 5, volume_median=20.0)


@pytest.fixture(scope="module", params=["parquet", "csv"])
def format(request):
    if request.param == "parquet":
        pytest.importorskip("pyarrow")
    return request.param


@pytest.fixture(scope="module")
def folder(population, format, tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs") / "new" / format
    write_logs(population, folder, DAYS, format=format, users_at_once=4)
    return folder


def content(folder):
    """All files but the sums, whose lines are in the order of writing until all is done."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "SHA256SUMS"}


def test_the_files_are_named_for_the_people_in_them(folder, format):
    logs = [f"{name}.{format}" for name in FILES]
    assert sorted(content(folder)) == ["README.md", "population.json", *logs]


def test_a_file_reads_back_as_the_log_of_its_people(population, folder, format):
    again = read_log(folder / f"{FILES[1]}.{format}")
    log = population.log(DAYS, range(4, 8))
    assert again.to_frame().equals(log.to_frame())
    np.testing.assert_array_equal(again.times, log.times)
    assert again.schema == log.schema


def test_the_columns_are_those_of_the_bundled_log_after_the_user(population, tmp_path):
    write_logs(population, tmp_path, 1, format="csv")
    header = (tmp_path / "users-000000-000009.csv").read_text(encoding="utf-8").splitlines()[0]
    bundled = BUNDLED.read_text(encoding="utf-8").splitlines()[0]
    assert header == f"user,{bundled}"


def test_labels_are_dictionaries_and_times_are_times_in_parquet(population, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    write_logs(population, tmp_path, 1, format="parquet")
    schema = parquet.read_schema(tmp_path / "users-000000-000009.parquet")
    labels = {
        feature.name for feature in population.log(1).schema.features if feature.kind == "label"
    }
    types = {field.name: str(field.type) for field in schema}
    assert {name for name, type in types.items() if "dictionary" in type} == {"user", *labels}
    assert (types["posted"], types["charging"]) == ("timestamp[ms]", "bool")


def test_two_processes_write_the_same_bytes(population, folder, format, tmp_path):
    write_logs(population, tmp_path, DAYS, format=format, users_at_once=4, processes=2)
    assert content(tmp_path) == content(folder)


def test_what_is_there_is_kept_and_what_is_missing_is_written(population, folder, format, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / f"{FILES[1]}.{format}").unlink()
    (tmp_path / ".gym-push-0123.part").write_bytes(b"half")
    told = []
    write_logs(
        population, tmp_path, DAYS, format=format, users_at_once=4, resume=True,
        on_file=told.append,
    )  # fmt: skip
    assert content(tmp_path) == content(folder)
    assert [file.users for file in told] == [4, 4, 2]
    assert [file.rows is None for file in told] == [True, False, True]


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "not written down", "card"])
def test_what_is_believed_to_be_finished_is_checked(population, folder, format, tmp_path, damage):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    path = tmp_path / ("README.md" if damage == "card" else f"{FILES[1]}.{format}")
    whole = path.read_bytes()
    if damage in ("cut", "card"):
        path.write_bytes(whole[:-100])
    elif damage == "changed":
        path.write_bytes(whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:])
    elif damage == "emptied":
        path.write_bytes(b"")
    else:
        (tmp_path / "SHA256SUMS").write_text("0123")
    told = []
    write_logs(
        population, tmp_path, DAYS, format=format, users_at_once=4, resume=True,
        on_file=told.append,
    )  # fmt: skip
    assert content(tmp_path) == content(folder)
    again = {"card": 0, "not written down": 3}.get(damage, 1)
    assert sum(file.rows is not None for file in told) == again


def test_the_sums_are_those_of_the_files(folder, format):
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    names = [f"{name}.{format}" for name in FILES]
    sums = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names]
    assert lines == [f"{digest}  {name}" for digest, name in zip(sums, names, strict=True)]


def test_two_at_once_do_not_write_to_one_folder(population, tmp_path):
    def another(file):
        with pytest.raises(ArgumentError, match="another process is writing to"):
            write_logs(population, tmp_path, 1, format="csv", users_at_once=4, resume=True)

    write_logs(population, tmp_path, 1, format="csv", users_at_once=4, on_file=another)
    write_logs(population, tmp_path, 1, format="csv", users_at_once=4, resume=True)


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_without_a_name_is_not_the_working_folder(
    population, tmp_path, monkeypatch, resume
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArgumentError, match="is not the name of a folder"):
        write_logs(population, "", 1, resume=resume)
    assert os.listdir() == []


def test_an_empty_folder_is_begun_by_resuming(population, folder, format, tmp_path):
    write_logs(population, tmp_path / "x", DAYS, format=format, users_at_once=4, resume=True)
    assert content(tmp_path / "x") == content(folder)


def test_people_without_notifications_have_a_file_without_rows(format, tmp_path):
    told = []
    quiet = Population(2, 1, volume_median=1e-5)
    write_logs(quiet, tmp_path, 1, format=format, on_file=told.append)
    assert [(file.name, file.rows) for file in told] == [(f"users-000000-000001.{format}", 0)]


def test_a_folder_that_is_not_empty_is_left_alone(population, tmp_path):
    (tmp_path / ".mine.part").write_text("mine", encoding="utf-8")
    with pytest.raises(ArgumentError, match="is not empty; name another one, or continue"):
        write_logs(population, tmp_path, DAYS)
    with pytest.raises(ArgumentError, match="holds files and no population.json"):
        write_logs(population, tmp_path, DAYS, resume=True)
    assert list(content(tmp_path)) == [".mine.part"]


@pytest.mark.parametrize(
    ("other", "options", "message"),
    [
        (Population(10, 6), {}, "was begun with seed=5, not with 6"),
        (Population(11, 5), {}, "was begun with users=10, not with 11"),
        (Population(10, 5), {}, "was begun with volume_median=20.0, not with 42"),
        (Population(10, 5, volume_median=20.0), {"days": 2}, "with days=1, not with 2"),
        (Population(10, 5, volume_median=20.0), {"users_at_once": 9}, "with users_at_once=250"),
    ],
)
def test_another_population_is_not_mixed_in(population, tmp_path, other, options, message):
    write_logs(population, tmp_path, 1, format="csv")
    before = content(tmp_path)
    with pytest.raises(ArgumentError, match=message):
        write_logs(other, tmp_path, **{"days": 1, "format": "csv", **options}, resume=True)
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    "broken",
    ["", "[]", '{"seed": 5}', "null", "[" * 100_000, " " * 5_000_000],
    ids=["empty", "list", "less", "null", "deep", "long"],
)
def test_a_broken_manifest_is_named(population, tmp_path, broken):
    (tmp_path / "population.json").write_text(broken, encoding="utf-8")
    with pytest.raises(ArgumentError, match="population.json is not what gym-push wrote there"):
        write_logs(population, tmp_path, 1, format="csv", resume=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"days": 0}, "days=0 must be from 1 to 3650"),
        ({"users_at_once": 0}, "users_at_once=0 must be from 1"),
        ({"processes": 1.5}, "processes=1.5 must be a whole number"),
        ({"format": "parket"}, "format='parket' is not one of 'parquet', 'csv'; did you mean"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(population, tmp_path, options, message):
    with pytest.raises(ArgumentError) as caught:
        write_logs(population, tmp_path / "x", **options)
    assert message in str(caught.value)
    assert not (tmp_path / "x").exists()


def test_without_pyarrow_parquet_says_what_to_install(population, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="writing Parquet needs PyArrow"):
        write_logs(population, tmp_path / "x", 1, format="parquet")
    assert not (tmp_path / "x").exists()


def test_the_manifest_holds_all_that_the_bytes_follow_from(folder, format):
    made = json.loads((folder / "population.json").read_text(encoding="utf-8"))
    assert made["gym-push"] == gym_push.__version__
    assert (made["users"], made["seed"], made["days"], made["format"]) == (10, 5, DAYS, format)
    assert made["parameters"]["volume_median"] == 20.0
    assert len(made["parameters"]) == len(list(Parameters.describe()))


def test_the_data_card_describes_every_column_and_parameter(population, folder, format):
    card = (folder / "README.md").read_text(encoding="utf-8")
    for column in population.log(1).schema.columns:
        assert f"\n| `{column}` | " in card
    for about in Parameters.describe():
        assert f"| `{about.name}` | " in card and about.meaning in card
    assert "| `volume_median` | 20.0 | 42.0 | notifications a day | fitted by hand" in card
    assert "**Simulated.** What the phones of 10 people who do not exist" in card
    assert (
        f"gym-push generate --users 10 --days {DAYS} --seed 5 --parameter volume_median=20.0 "
        f"--format {format} --users-at-once 4 --out FOLDER\n"
    ) in card

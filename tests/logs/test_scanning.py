"""A scan of files reads piece by piece what `read_log` reads at once, and refuses the same."""

from datetime import datetime

import numpy as np
import pytest

from gym_push import Answers, Feature, LogError, Population, Schema, SchemaError, read_log
from gym_push.logs import describe, scan_log, scanning, tallies
from gym_push.logs.tallies import Distinct, Quantiles
from gym_push.users import write_logs

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

SCHEMA = Schema(
    [Feature("app", "label"), Feature("words", "integer", missing=-1), Feature("title", "text")],
    [Feature("charging", "flag"), Feature("battery", "number")],
    Answers("why", opened=[1], dismissed=[2], no_answer=[9]),
    user="who",
    time="at",
    engagement=[Feature("seconds", "number"), Feature("seen", "list")],
)
CELLS = {
    "app": ["mail", "chat", None, "NA", "mail", "news"] * 4,
    "words": [3, None, 5, 0, 12, 7] * 4,
    "title": ["Hi", "", None, "Grüße", "-", "a b c"] * 4,
    "charging": [True, None, False, True, True, False] * 4,
    "battery": ["1.5", "2", "0 days 00:00:03", "4e1", "5.", "-6"] * 4,
    "why": [1, 2, 2, 1, 9, 1] * 4,
    "who": ["b", "a", "b", None, "c", "a", "b", "NA"] * 3,
    "at": [datetime(2024, 1, 1 + n, 8, 30, 0, 250_000) for n in range(24)],
    "seconds": [1.5, None, 0.0, 2.0, 3.0, 4.0] * 4,
    "seen": [["x"], [], None, ["x", "y"], ["y"], []] * 4,
}


@pytest.fixture(params=[1, 5, 1 << 17])
def piece(request, monkeypatch):
    monkeypatch.setattr(scanning, "PIECE", request.param)


def written(path, cells=CELLS, **types):
    columns = {name: pa.array(column, types.get(name)) for name, column in cells.items()}
    parquet.write_table(pa.table(columns), path)
    return path


def assert_described_alike(scan, log):
    assert describe(scan).to_dict() == describe(log).to_dict()


def assert_alike(scan, log):
    """All that is known of each row is alike."""
    names = list(log.columns)
    found = {name: [] for name in (*names, "did", "times", "offsets", "who", "outcome")}
    pieces = scan.pieces(names, timed=log.times is not None)
    for piece in pieces:
        for name in names:
            found[name] += piece.log.columns[name].take(slice(None))
        found["did"] += piece.log.actions.tolist()
        found["who"] += [pieces.people[number] for number in piece.person.tolist()]
        found["times"] += [] if log.times is None else piece.log.times.tolist()
        if log.outcome is not None:
            found["outcome"] += piece.log.outcome.take(slice(None))
    for name in names:
        assert repr(found[name]) == repr(log.columns[name].take(slice(None))), name  # NaN, too
    assert found["did"] == log.actions.tolist()
    if log.owner is not None:
        assert found["who"] == log.owner.take(slice(None))
        assert [pieces.people[place] for place in pieces.in_order()] == list(log.users)
    if log.times is not None:
        assert found["times"] == log.times.tolist()
    if log.outcome is not None:
        assert found["outcome"] == log.outcome.take(slice(None))
    assert dict(pieces.unanswered) == dict(log.unanswered)


def test_cells_of_every_type_are_read_alike(tmp_path, piece):
    words = pa.dictionary(pa.int8(), pa.string())
    paths = [
        written(tmp_path / "a.parquet"),
        written(tmp_path / "b.parquet", app=words, who=pa.large_string(), battery=words),
    ]
    scan, log = scan_log(paths, SCHEMA), read_log(paths, SCHEMA)
    assert_alike(scan, log)
    assert_described_alike(scan, log)


@pytest.mark.parametrize("at", ["s", "ms", "us", "ns"])
def test_times_are_read_alike_in_every_unit_of_arrow(tmp_path, at):
    cells = CELLS | {"at": [int(each.timestamp()) for each in CELLS["at"]]}
    path = written(tmp_path / "a.parquet", cells)
    table = parquet.read_table(path)
    times = table["at"].cast(pa.timestamp("s")).cast(pa.timestamp(at))
    parquet.write_table(table.set_column(table.schema.get_field_index("at"), "at", times), path)
    assert_alike(scan_log(path, SCHEMA), read_log(path, SCHEMA))


def test_offsets_of_times_are_kept(tmp_path):
    cells = {"app": ["mail"] * 2, "action": [1, 0], "at": ["2024-05-01T08:00:00+02:00"] * 2}
    schema = Schema([Feature("app", "label")], time="at")
    path = written(tmp_path / "a.parquet", cells)
    (piece,) = scan_log(path, schema).pieces([], timed=True)
    assert piece.log.offsets.tolist() == read_log(path, schema).offsets.tolist() == [120, 120]


@pytest.mark.parametrize("where", ["", "*.parquet"])
def test_a_folder_that_generate_writes_is_known_by_its_columns(tmp_path, where, piece):
    write_logs(Population(6, seed=1), tmp_path, days=1, users_at_once=2, format="parquet")
    data = str(tmp_path / where)
    log = read_log(data)
    scan = scan_log(data)
    assert (len(scan.files), scan.rows) == (3, len(log))
    assert_alike(scan, log)
    assert_described_alike(scan, log)


def test_people_of_any_type_have_one_number_in_all_files(tmp_path):
    schema = Schema([Feature("app", "label")], user="who")
    for name, who in {"a": [3, 1, 3], "b": ["1", "x", "3"]}.items():
        written(tmp_path / f"{name}.parquet", {"app": ["m"] * 3, "action": [1] * 3, "who": who})
    scan = scan_log(tmp_path, schema)
    pieces, others = scan.pieces([]), iter(scan.pieces([]))
    next(others)  # a pass that is not at its end disturbs no other one
    numbers = np.concatenate([piece.person for piece in pieces]).tolist()
    assert [pieces.people[number] for number in numbers] == ["3", "1", "3", "1", "x", "3"]


def test_labels_are_categories_of_a_frame(tmp_path):
    scan = scan_log(written(tmp_path / "a.parquet"), SCHEMA)
    (piece,) = scan.pieces(["app", "charging", "title", "words"])
    frame = piece.frame(["charging", "app", "words"])
    assert frame.columns.tolist() == ["charging", "app", "words"]
    assert (frame["app"] == "mail").tolist() == [
        a == "mail" for a in piece.log.columns["app"].take(slice(None))
    ]
    assert frame["charging"].isna().sum() == 4
    assert len(piece.frame([])) == 20


def test_a_bad_cell_is_named_by_file_row_and_column(tmp_path, piece):
    written(tmp_path / "a.parquet")
    bad = written(tmp_path / "b.parquet", CELLS | {"battery": ["1"] * 20 + ["flat"] * 4})
    with pytest.raises(LogError) as scanned:
        list(scan_log(tmp_path, SCHEMA).pieces(["battery"]))
    with pytest.raises(LogError) as read:
        read_log(bad, SCHEMA)
    assert str(scanned.value) == str(read.value)
    assert "b.parquet, row 21, column 'battery': 'flat' is not a number" in str(read.value)


def test_a_number_too_large_is_refused(tmp_path):
    path = written(tmp_path / "a.parquet", CELLS | {"seconds": [1.0] * 23 + [float("inf")]})
    with pytest.raises(
        LogError, match=r"a\.parquet, row 24, column 'seconds': 'inf' is not a number"
    ):
        list(scan_log(path, SCHEMA).pieces(["seconds"]))


def test_what_a_scan_cannot_read_is_said_before_it_reads(tmp_path):
    (tmp_path / "a.csv").write_text("app,action\nmail,1\n")
    schema = Schema(["app"])
    with pytest.raises(LogError, match=r"a scan reads files of Parquet, and a\.csv is none"):
        scan_log(tmp_path / "a.csv", schema)
    written(tmp_path / "a.parquet", {"app": ["m"], "action": [1]})
    written(tmp_path / "b.parquet", {"apps": ["m"], "action": [1]})
    with pytest.raises(LogError, match=r"b\.parquet has no column 'app'"):
        scan_log(str(tmp_path / "*.parquet"), schema)
    with pytest.raises(SchemaError, match="does not say the kind of column 'app'"):
        list(scan_log(tmp_path / "a.parquet", schema).pieces(["app"]))
    (tmp_path / "c.parquet").write_bytes(b"PAR1")
    with pytest.raises(LogError, match=r"c\.parquet is damaged"):
        scan_log(tmp_path / "c.parquet", schema)


def test_a_description_stays_right_beyond_what_is_kept(tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    numbers = random.integers(50_000, size=400_000) / 8
    distinct = Distinct(1000)
    for part in np.split(numbers, 100):
        distinct.add(part)
    assert distinct.count() == pytest.approx(len(np.unique(numbers)), rel=0.15)  # 1000 are kept
    seconds = random.lognormal(5.0, 2.0, size=200_000)
    monkeypatch.setattr(tallies, "MOST", 20_000)
    quantiles = Quantiles(20_000)
    for part in np.split(seconds, 100):
        quantiles.add(part)
    shares = [0.0, 0.1, 0.25, 0.5, 0.75, 1.0]
    assert quantiles.at(shares) == pytest.approx(np.quantile(seconds, shares), rel=1e-3)


def test_quantiles_and_counts_are_exact_up_to_there():
    random = np.random.default_rng(1)
    for rows in (1, 2, 3, 10, 999):
        numbers = np.round(random.normal(size=rows), 1)
        quantiles, distinct = Quantiles(), Distinct()
        for part in np.array_split(numbers, 4):
            quantiles.add(part)
            distinct.add(part)
        shares = [0.0, 0.25, 0.5, 0.75, 0.9, 1.0]
        assert quantiles.at(shares) == np.quantile(numbers, shares).tolist()
        assert distinct.count() == len(np.unique(numbers))

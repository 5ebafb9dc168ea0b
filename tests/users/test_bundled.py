"""The bundled log is the simulated person's, byte for byte, and what its data card says."""

import csv
import subprocess
import sys
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gym_push.logs.known import BUNDLED
from gym_push.users import Parameters
from gym_push.users.generation.plan import column_rows
from gym_push.users.model.app_classes import PRIORITIES
from gym_push.users.model.notifications import CATEGORIES, VISIBILITIES
from gym_push.users.model.sensing import PLACES
from gym_push.users.model.states import ACTIVITIES, DAY_PARTS, NOISES, RINGER_MODES
from gym_push.users.simulation import DEFAULT_START, run
from tools.bundled_log import DAYS, ROWS, SEED, bundled_log, main, simulate, write

DATA = files("gym_push.envs") / "data"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    text = (DATA / "notifications.csv").read_bytes().decode("utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))


def test_the_file_is_regenerated_bit_for_bit(tmp_path: Path) -> None:
    write(tmp_path / "made.csv")
    assert (tmp_path / "made.csv").read_bytes() == (DATA / "notifications.csv").read_bytes()


def test_it_has_324_notifications_in_order_of_time_over_about_nine_days(
    rows: list[dict[str, str]],
) -> None:
    assert len(rows) == 324
    posted = [datetime.fromisoformat(row["posted"]) for row in rows]
    assert posted == sorted(posted)
    assert 8.0 <= (posted[-1] - posted[0]).total_seconds() / 86400 <= 9.5


def test_its_columns_are_those_of_a_simulation_without_the_user(
    rows: list[dict[str, str]],
) -> None:
    assert ["user", *rows[0]] == list(simulate(0, [0], 1))


def test_it_is_varied_and_balanced(rows: list[dict[str, str]]) -> None:
    opened = sum(row["action"] == "1" for row in rows)
    assert {row["action"] for row in rows} == {"0", "1"}
    assert 0.55 <= opened / len(rows) <= 0.65
    assert len({row["appPackage"] for row in rows}) >= 8
    assert len({row["tickerText"] for row in rows}) > 250


def test_lines_end_in_lf_and_some_cells_are_quoted() -> None:
    content = (DATA / "notifications.csv").read_bytes()
    assert b"\r" not in content and content.endswith(b"\n")
    assert b'""' in content and b',"' in content


def test_no_decision_is_near_enough_to_its_threshold_to_flip_on_another_machine() -> None:
    user, _ = bundled_log()
    margin = run(SEED, [user], DAYS, Parameters(), DEFAULT_START).responses.margin[:ROWS]
    assert np.abs(margin).min() > 1e-6


def test_the_data_card_has_the_table_of_columns_and_names_the_person(
    rows: list[dict[str, str]],
) -> None:
    card = (DATA / "README.md").read_text(encoding="utf-8")
    assert f"| unit, range or labels |\n|-|-|-|\n{column_rows(BUNDLED)}\n\n" in card
    user, _ = bundled_log()
    opened = sum(row["action"] == "1" for row in rows)
    assert f"user {user} of seed {SEED}" in card and f"({opened} opened)" in card


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        ("category", (*CATEGORIES[1:], CATEGORIES[0])),
        ("priority", PRIORITIES),
        ("visibility", VISIBILITIES),
        ("postedTimeOfDay", DAY_PARTS),
        ("place", PLACES),
        ("activity", ACTIVITIES),
        ("noise", NOISES),
        ("ringerMode", RINGER_MODES),
    ],
)
def test_the_data_card_names_every_label(column: str, labels: tuple[str, ...]) -> None:
    card = (DATA / "README.md").read_text(encoding="utf-8")
    [row] = [line for line in card.splitlines() if line.startswith(f"| `{column}` |")]
    assert row.endswith(f" | {', '.join(f'`{label}`' for label in labels)} |")


def test_a_write_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "log.csv" / "kept.txt"
    in_the_way.parent.mkdir()
    in_the_way.write_text("old", encoding="utf-8")
    with pytest.raises(OSError, match="log.csv"):
        write(in_the_way.parent)
    assert [each.name for each in tmp_path.iterdir()] == ["log.csv"]
    assert in_the_way.read_text(encoding="utf-8") == "old"


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "made.csv"
    assert CliRunner().invoke(main, [str(path)]).output == f"wrote 324 notifications to {path}\n"
    assert path.read_bytes() == (DATA / "notifications.csv").read_bytes()


def test_the_command_names_a_path_that_it_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "made.csv"
    stopped = CliRunner().invoke(main, [str(path)])
    assert stopped.exit_code == 2
    assert f"cannot write {path}: there is no folder {path.parent}; make it first" in stopped.output


def test_help_gives_the_default_and_an_example() -> None:
    shown = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tools.bundled_log", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "default is notifications.csv" in " ".join(shown.split())
    assert "Example: python -m tools.bundled_log" in shown

"""A log is read by the schema that lies beside it."""

import gzip

import gymnasium
import pytest
from logs_support import sentence

from gym_push import LogError, Schema, bundled_log, read_log
from gym_push.logs import convert, shared_log
from gym_push.logs.opening import schema_beside

CSV = "app,place,reason\nmail,home,1\nchat,work,2\nmail,home,8\n"
TOML = """\
notification = ["app"]
action = { column = "reason", opened = [1], dismissed = [2], no_answer = [8] }
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "log.csv").write_text(CSV)
    (tmp_path / "log.toml").write_text(TOML)
    return tmp_path / "log.csv"


def test_it_is_found_beside_a_file_whatever_its_format(path):
    packed = path.with_name("log.csv.gz")
    packed.write_bytes(gzip.compress(CSV.encode()))
    for each in (path, str(path), packed, [path]):
        assert read_log(each).unanswered == {"8": 1}
        assert schema_beside(each) == path.with_name("log.toml")


def test_a_schema_that_is_given_is_what_counts(path):
    with pytest.raises(LogError, match="row 2, column 'reason': action '2'"):
        read_log(path, Schema(["app"], action="reason"))


def test_several_files_have_no_schema_beside_them(path):
    path.with_name("more.csv").write_text(CSV)
    assert schema_beside(path.parent) is None
    assert schema_beside([path, path.with_name("more.csv")]) is None
    assert schema_beside(bundled_log().to_frame()) is None


def test_one_that_does_not_fit_is_named(path):
    path.write_text("apps,reason\nmail,1\n")
    message = sentence(read_log, path)
    assert "no column 'app', which log.toml beside it names; did you mean 'apps'?" in message
    path.with_name("log.toml").write_text("action = 1\n")
    assert sentence(read_log, path).startswith("log.toml: ")


def test_it_counts_more_than_columns_that_are_known(tmp_path):
    bundled_log().without("tickerText").to_frame().to_csv(tmp_path / "log.csv", index=False)
    assert "is not one of the logs known" in sentence(read_log, tmp_path / "log.csv")
    convert(bundled_log(), tmp_path / "known.csv")
    (tmp_path / "known.toml").write_text('notification = ["appPackage"]\n')
    assert [each.name for each in read_log(tmp_path / "known.csv").schema.observed] == [
        "appPackage"
    ]


def test_an_environment_plays_the_file_and_reads_it_again_when_the_schema_changes(path):
    log = shared_log(path)
    assert shared_log(path) is log
    env = gymnasium.make("gym_push:basic-v0", data=path)
    assert list(env.reset()[0]) == ["app"]
    path.with_name("log.toml").write_text(TOML.replace('["app"]', '["app", "place"]'))
    assert len(shared_log(path).schema.observed) == 2

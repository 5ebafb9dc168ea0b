"""A schema in Python, TOML and JSON says the same."""

import pytest
from logs_support import table

import gym_push
from gym_push import Feature, Schema, read_log
from gym_push.logs import Encoding

TOML = """
notification = ["app"]
action = "action"
user = "user"
time = { posted = { unit = "ms" } }

[context]
place = "label"
battery = { kind = "integer", unit = "%", missing = 50 }

[engagement]
delay = {}
"""

JSON = """{
  "notification": ["app"], "action": "action", "user": "user", "time": {"posted": {"unit": "ms"}},
  "context": {"place": "label", "battery": {"kind": "integer", "unit": "%", "missing": 50}},
  "engagement": {"delay": {}}
}"""


@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["", "BOM"])
@pytest.mark.parametrize(("name", "text"), [("s.toml", TOML), ("s.json", JSON), ("S.JSON", JSON)])
def test_a_schema_is_read_from_a_file(tmp_path, name, text, bom):
    expected = Schema(
        ["app"],
        [Feature("place", "label"), Feature("battery", "integer", "%", 50)],
        user="user",
        time=Feature("posted", unit="ms"),
        engagement=["delay"],
    )
    path = tmp_path / name
    path.write_text(bom + text, encoding="utf-8")
    assert Schema.read(path) == Schema.read(str(path)) == expected
    log = read_log(table(posted=[1, 2, 3, 4]), path)
    assert log.times.tolist() == [1, 2, 3, 4]
    assert log.features(0, "context") == {"place": "home", "battery": 80}


def test_a_schema_from_a_dict_leaves_the_dict_alone():
    given = {"notification": {"app": "label"}, "time": {"posted": {"unit": "s"}}}
    assert Schema.from_dict(given) == Schema.from_dict(given)
    assert given == {"notification": {"app": "label"}, "time": {"posted": {"unit": "s"}}}


def test_a_schema_in_python_takes_what_a_file_takes():
    table = Schema(notification={"app": "label"}, context={"battery": {"unit": "%"}})
    assert table == Schema([Feature("app", "label")], [Feature("battery", unit="%")])


def test_the_readmes_short_form():
    schema = gym_push.Schema(notification=["app"], context=["place"], action="action")
    assert schema.columns == ("app", "place", "action")
    assert [f.role for f in schema.observed] == ["notification", "context"]
    assert Encoding.fit(read_log(table(), schema)).width > 0

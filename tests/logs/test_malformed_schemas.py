"""What is wrong with a schema is said in one sentence."""

import pytest
from logs_support import case, frame, sentence

from gym_push import Feature, Schema, SchemaError, read_log

SCHEMAS = [
    case("nothing observed", lambda: Schema(engagement=["delay"]), "at least one notification"),
    case("a column in two roles", lambda: Schema(["a"], ["a"]), "column 'a' is named twice",
         "give it one role"),
    case("the action observed", lambda: Schema(["action"]), "column 'action' is named twice"),
    case("the user observed", lambda: Schema(["who"], user="who"), "column 'who' is named twice"),
    case("the time observed", lambda: Schema(["at"], time=Feature("at")),
         "column 'at' is named twice"),
    case("a word for a list", lambda: Schema("app"),
         "notification must be a list of columns, not 'app'"),
    case("a number for a list", lambda: Schema(["a"], context=3), "context must be a list",
         "not 3"),
    case("a name that is a number", lambda: Schema([3]), "name must be a word, not 3"),
    case("an empty name", lambda: Schema([""]), "name must be a word, not ''"),
    case("an action of no name", lambda: Schema(["a"], action=""),
         "the action column must be named"),
    case("an action of None", lambda: Schema(["a"], action=None),
         "the action column must be named"),
    case("a user of no name", lambda: Schema(["a"], user=3), "the user column must be named",
         "not 3"),
    case("unknown kind", lambda: Feature("a", "labels"), "column 'a': kind 'labels' is not one of",
         "did you mean 'label'?"),
    case("a kind that is no word", lambda: Feature("a", ["label"]), "kind ['label'] is not one of"),
    case("a unit that is no word", lambda: Feature("a", unit=5), "`unit` is a word, not 5"),
    case("unknown unit of time", lambda: Schema(["a"], time=Feature("at", unit="min")),
         "column 'at': the unit of time is 's', 'ms' or 'd', not 'min'"),
    case("missing of a word", lambda: Feature("a", "number", missing="0"), "not '0'"),
    case("missing of a truth", lambda: Feature("a", missing=True), "a finite number, not True"),
    case("missing of a fraction", lambda: Feature("a", "integer", missing=0.5),
         "`missing` is a whole number, not 0.5"),
    case("missing of NaN", lambda: Feature("a", "number", missing=float("nan")), "not nan"),
    case("missing beyond float", lambda: Feature("a", "number", missing=10**400),
         "a finite number"),
    case("missing beyond counting", lambda: Feature("a", "integer", missing=1e300), "not 1e+300"),
    case("missing of a label", lambda: Feature("a", "label", missing=0),
         "is for integers and numbers"),
    case("missing of words", lambda: read_log(frame(), Schema([Feature("app", missing=0)])),
         "the DataFrame, column 'app': `missing` is for integers and numbers", "leave it out"),
    case("an unknown encoding", lambda: Schema(["a"], dialect={"encoding": "utf-9"}),
         "no encoding 'utf-9'", "'cp1252'"),
    case("an encoding of bytes", lambda: Schema(["a"], dialect={"encoding": "hex"}),
         "no encoding 'hex'"),
    case("a delimiter of two", lambda: Schema(["a"], dialect={"delimiter": "::"}),
         "one character such as ';', not '::'"),
    case("a decimal sign", lambda: Schema(["a"], dialect={"decimal": "'"}), "is '.' or ','"),
    case("times without a pattern", lambda: Schema(["a"], dialect={"times": "dd.mm.yyyy"}),
         "a pattern such as '%d.%m.%Y %H:%M', not 'dd.mm.yyyy'"),
    case("a word for words", lambda: Schema(["a"], dialect={"true": "ja"}),
         "true is a list of words, not 'ja'"),
    case("a number for a word", lambda: Schema(["a"], dialect={"times": 3}), "times is a word"),
    case("an unknown part of a dialect", lambda: Schema(["a"], dialect={"decimals": ","}),
         "'decimals' is not one of 'encoding',", "did you mean 'decimal'?"),
    case("a word for a dialect", lambda: Schema(["a"], dialect="excel"), "must be a table"),
    case("an unknown meaning", lambda: Feature("App", means="ap"), "column 'App': means 'ap' is",
         "did you mean 'app'?"),
    case("a meaning twice", lambda: Schema([Feature("a", means="app"), Feature("b", means="app")]),
         "two columns mean 'app'"),
    case("a response that is seen", lambda: Schema([Feature("s", means="response_time")]),
         "known only after the person acted; make it engagement"),
    case("a dict for a schema", lambda: read_log(frame(), {"notification": ["app"]}),
         "is neither a Schema nor a .toml or .json file", "Schema.from_dict"),
    case("a key unknown", lambda: Schema.from_dict({"notifications": ["app"]}),
         "'notifications' is not one of 'notification', 'context'", "did you mean 'notification'?"),
    case("a key that is no word", lambda: Schema.from_dict({3: ["app"]}), "3 is not one of"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "fragments"), SCHEMAS)
def test_a_schema_that_contradicts_itself(make, fragments):
    message = sentence(make, error=SchemaError)
    for fragment in fragments:
        assert fragment in message


def schema_file(name, content, *fragments):
    return pytest.param(name, content, fragments, id=f"{name}: {content[:30]!r}")


SCHEMA_FILES = [
    schema_file("s.csv", "app,action", "ends in .toml or .json"),
    schema_file("s.toml", "notification = [", "this is not TOML", "at end of document"),
    schema_file("s.toml", "notification = ['a']\nnotification = ['b']", "this is not TOML"),
    schema_file("s.toml", "notification = 'app'", "must be a list of columns, not 'app'"),
    schema_file("s.toml", "notification = [3]", "must be a word, not 3"),
    schema_file(
        "s.toml", "features = ['app']", "'features' is not one of 'notification', 'context'"
    ),
    schema_file("s.toml", "notification = ['app']\nactoin = 'a'", "did you mean 'action'?"),
    schema_file("s.toml", "[context]\nplace = 'word'", "column 'place': kind 'word' is not one of"),
    schema_file("s.toml", "[context]\nplace = 3", "described by its kind", "not by 3"),
    schema_file("s.toml", "[context]\nplace = {knd = 'label'}", "kind, unit, missing and means"),
    schema_file("s.toml", "[context]\nplace = {role = 'context'}", "not by {'role': 'context'}"),
    schema_file("s.toml", "[context]\nplace = {kind = 'number', missing = inf}", "not inf"),
    schema_file("s.toml", "notification = ['a']\ncontext = ['a']", "'a' is named twice"),
    schema_file("s.toml", "", "at least one notification or context"),
    schema_file("s.toml", "notification = ['a']\n[time]\nat = {unit = 'min'}", "'s', 'ms' or 'd'"),
    schema_file("s.toml", "notification = ['a']\n[time]\na = {}\nb = {}", "must be a word, not {"),
    schema_file("s.json", '{"notification": ["app"]', "this is not JSON", "line 1"),
    schema_file("s.json", "[" * 100_000, "this is not JSON"),
    schema_file("s.json", "notification = ['a']", "this is not JSON"),
    schema_file("s.json", '["app"]', "holds a table of notification, context"),
    schema_file("s.json", '{"notification": null}', "must be a list of columns, not None"),
    schema_file("s.json", '{"notification": ["a"], "user": ["b"]}', "must be named by a word"),
    schema_file("s.json", b"\xff\xfe{", "not UTF-8"),
    schema_file("s.json", b"\x80", "not UTF-8"),
]


@pytest.mark.parametrize(("name", "content", "fragments"), SCHEMA_FILES)
def test_a_broken_schema_file(tmp_path, name, content, fragments):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    message = sentence(read_log, frame(), path, error=SchemaError)
    assert message.startswith(f"{name}: ")
    for fragment in fragments:
        assert fragment in message


@pytest.mark.parametrize("name", ["nope.toml", "nope.json", "nope"])
def test_no_schema_file(tmp_path, name):
    message = sentence(read_log, frame(), tmp_path / name, error=SchemaError)
    assert message.startswith(f"{name}: the schema cannot be read: No such file")
    assert "check the path" in message


def test_the_text_of_a_schema_is_no_file_with_one():
    text = "\n".join(f"[context]\nplace{i} = 'label'" for i in range(100))
    message = sentence(read_log, frame(), text, error=SchemaError)
    assert "the schema cannot be read: File name too long; check the path" in message

"""A schema that is written is read as the same; a draft is none before a person finished it."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from gym_push import Feature, LogError, Schema, SchemaError, read_log
from gym_push.logs import draft, to_toml
from gym_push.logs.answers import ANSWERS, Answers, spelled
from gym_push.logs.decision_columns import DecisionColumns
from gym_push.logs.known import KNOWN
from gym_push.logs.schema import FEATURE_ROLES, KINDS, LARGEST
from gym_push.meanings import MEANINGS

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
LIMIT = LARGEST["integer"]


@st.composite
def features(draw, name, means, role="context"):
    kinds = [kind for kind in KINDS if kind != "list" or role == "engagement"]
    kind = draw(st.sampled_from([None, *kinds]))
    numbers = {
        "integer": st.integers(-int(LIMIT), int(LIMIT)),
        "number": st.floats(-1e100, 1e100),
        None: st.floats(-1e100, 1e100),
    }
    missing = draw(st.none() | numbers[kind]) if kind in numbers else None
    unit = draw(st.text(max_size=4) if kind else st.just(""))
    return Feature(name, kind, unit, missing, means=draw(st.sampled_from(["", means])))


VALUES = (
    NAMES.map(str.strip)
    | st.integers(-int(LIMIT), int(LIMIT))
    | st.floats(-1e9, 1e9, allow_subnormal=False)
)


@st.composite
def answers(draw, column):
    values = draw(st.lists(VALUES, min_size=1, max_size=8, unique_by=spelled))
    lists = {name: [] for name in ANSWERS}
    lists["opened"].append(values[0])
    for value in values[1:]:
        lists[draw(st.sampled_from(ANSWERS))].append(value)
    try:
        return Answers(column, **lists)
    except SchemaError:  # a word is also a number, such as "7" and 7
        reject()


@st.composite
def decisions(draw, columns):
    column, chance = st.sampled_from(columns), st.floats(0, 1)
    tables = st.dictionaries(NAMES, column | chance, max_size=3)
    return DecisionColumns(
        draw(column),
        draw(column),
        draw(st.none() | column | chance | st.just("uniform") | tables),
        draw(st.none() | st.lists(NAMES, max_size=3).map(tuple)),
        draw(st.none() | column | st.dictionaries(NAMES, column, max_size=3)),
        draw(st.none() | column),
    )


@st.composite
def schemas(draw):
    names = draw(st.lists(NAMES, min_size=4, max_size=9, unique=True))
    action, user, time, observed, *others = names
    by_role = {role: [] for role in FEATURE_ROLES}
    meanings = iter(MEANINGS)  # of which the last is of engagement only
    by_role["context"].append(draw(features(observed, next(meanings))))
    for name in others:
        role = draw(st.sampled_from(FEATURE_ROLES))
        by_role[role].append(draw(features(name, next(meanings), role)))
    return Schema(
        **by_role,
        action=draw(st.just(action) | answers(action)),
        user=draw(st.none() | st.just(user)),
        decisions=draw(st.none() | decisions([observed, *others, action])),
        time=draw(st.none() | st.builds(Feature, st.just(time), unit=st.sampled_from(["", "ms"]))),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schema=schemas())
def test_any_schema_is_read_as_it_was(schema, tmp_path):
    path = tmp_path / "schema.toml"
    path.write_bytes(to_toml(schema).encode("utf-8", "surrogatepass"))
    assert Schema.read(path) == schema


@pytest.mark.parametrize("schema", KNOWN, ids=["bundled", "2019", "simulated", "decisions"])
def test_known_schemas_are_read_as_they_were(schema, tmp_path):
    (tmp_path / "schema.toml").write_text(to_toml(schema), encoding="utf-8")
    assert Schema.read(tmp_path / "schema.toml") == schema


@pytest.fixture
def log(tmp_path):
    frame = pd.DataFrame(
        {
            "app": ["mail", "chat", "mail"],
            "battery": [80, 20, 50],
            "charging": ["true", "false", "unknown"],
            "mixed": ["1", "two", "3"],
            'a "quote"': [0.5, 1.5, 2.5],
            "tapped": ["opened", "dismissed", "opened"],
        }
    )
    frame.to_csv(tmp_path / "log.csv", index=False)
    return tmp_path / "log.csv"


def test_a_draft_names_columns_kinds_and_what_could_be_the_action(log):
    text = draft(log)
    for line in (
        '# "app" = "label"',
        '# "battery" = "integer"',
        '# "charging" = "flag"',
        '# "a \\"quote\\"" = "number"',
        '# (these columns could be it: "tapped")',
    ):
        assert line in text.splitlines()
    assert '# "mixed" = "label"  # numbers and words' in text


def test_a_draft_that_nobody_finished_is_refused(log, tmp_path):
    path = Path(tmp_path / "log.toml")
    path.write_text(draft(log), encoding="utf-8")
    with pytest.raises(SchemaError):
        read_log(log, path)


def test_a_draft_that_is_finished_reads_the_log(log, tmp_path):
    lines = draft(log).replace('action = ""', 'action = "tapped"').splitlines()
    observed = [line[2:] for line in lines if line.startswith('# "') and "tapped" not in line]
    lines.insert(lines.index("[context]") + 1, "\n".join(observed))
    (tmp_path / "log.toml").write_text("\n".join(lines), encoding="utf-8")
    read = read_log(log, tmp_path / "log.toml")
    kinds = {feature.name: feature.kind for feature in read.schema.features}
    assert kinds["app"] == "label" and kinds["charging"] == "flag" and kinds["mixed"] == "label"
    assert read.actions.tolist() == [1, 0, 1]


def test_a_file_name_cannot_write_into_the_draft(tmp_path):
    path = tmp_path / 'log\naction = "app".csv'
    path.write_text("app,opened\nmail,1\n")
    with pytest.raises(LogError, match="is not a path"):
        draft(path)

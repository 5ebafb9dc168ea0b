"""What is known only after the person acted is never seen before, whatever the schema."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_push import Feature, Schema, read_log
from gym_push.logs import observe

ROLES = ("notification", "context", "engagement", "user", "time", "left out")
KINDS = (None, "label", "text", "number", "integer")
ROWS = np.arange(3)


@st.composite
def schemas(draw):
    """Any schema of the columns a to h; z is always observed."""
    roles = draw(st.fixed_dictionaries({name: st.sampled_from(ROLES) for name in "abcdefgh"}))
    features = {"notification": [Feature("z", "label")], "context": [], "engagement": []}
    order = {}
    for name, role in roles.items():
        if role in features:
            features[role].append(Feature(name, draw(st.sampled_from(KINDS))))
        elif role != "left out":
            order[role] = Feature(name, unit="s") if role == "time" else name
    return Schema(**features, **order)


def table(columns, cells):
    return pd.DataFrame({name: cells for name in columns})


@given(schemas())
@settings(max_examples=60)
def test_an_agent_sees_the_observed_features_and_nothing_else(schema):
    log = read_log(table("abcdefghz", ["3", "1", "2"]).assign(action=[1, 0, 1]), schema)
    observed = [f.name for f in log.schema.features if f.role in ("notification", "context")]
    texts = {feature.name for feature in log.schema.features if feature.kind == "text"}

    for observation in observe(log, None, "raw").take(ROWS):
        assert list(observation) == observed
    for observation in observe(log, None, "codes").take(ROWS):
        assert list(observation) == [name for name in observed if name not in texts]


@given(schemas())
@settings(max_examples=60)
def test_what_is_hidden_changes_nothing_that_is_seen(schema):
    seen = {f.name for f in schema.observed}
    hidden = sorted(set("abcdefgh") - seen)
    one = table(sorted(seen), ["3", "1", "2"]).assign(action=[1, 0, 1])
    other = one.assign(**table(hidden, ["1", "0", "0"]), action=[0, 0, 1])
    one = one.assign(**table(hidden, ["3", "1", "2"]))

    for form in ("raw", "codes", "vector"):
        first, second = (observe(read_log(data, schema), None, form) for data in (one, other))
        assert first.space() == second.space()
        np.testing.assert_equal(list(first.take(ROWS)), list(second.take(ROWS)))

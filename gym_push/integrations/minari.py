"""Minari: once this module is imported, its data sets hold raw observations, too.

```python
import gym_push.integrations.minari

env = minari.DataCollector(gymnasium.make("gym_push:basic-v0"), data_format="arrow")
```

Minari's format HDF5 gives words back as bytes.
"""

from __future__ import annotations

import json
from typing import Any, Final

from gym_push.logs.feature_spaces import space_of
from gym_push.spaces import FeatureSpace

try:
    from minari.serialization import deserialize_space, serialize_space
except ImportError as error:
    raise ImportError(
        "gym_push.integrations.minari needs Minari: run  python -m pip install minari"
    ) from error

TYPE: Final = "gym-push"
"""What the spaces of features are called in the description of a data set."""


def _serialize(space: FeatureSpace[Any], to_string: bool = True) -> dict[str, Any] | str:
    about = {"type": TYPE, **space.to_dict()}
    return json.dumps(about) if to_string else about


def _deserialize(about: dict[str, Any]) -> FeatureSpace[Any]:
    return space_of(**{name: value for name, value in about.items() if name != "type"})


serialize_space.register(FeatureSpace, _serialize)
deserialize_space.register(TYPE)(_deserialize)

"""Logs of notifications: read, typed by a schema, frozen, written, and encoded for agents."""

from gym_push.logs.encoding import Encoding
from gym_push.logs.log import NotificationLog
from gym_push.logs.observations import Observation, Observations, observe
from gym_push.logs.reading import bundled_log, read_log, shared_log
from gym_push.logs.schema import Feature, Schema
from gym_push.logs.writing import write_log

__all__ = [
    "Encoding",
    "Feature",
    "NotificationLog",
    "Observation",
    "Observations",
    "Schema",
    "bundled_log",
    "observe",
    "read_log",
    "shared_log",
    "write_log",
]

"""Logs of notifications: read, typed by a schema, frozen, written, and encoded for agents."""

from gym_push.logs.answers import Answers
from gym_push.logs.decision_columns import DecisionColumns
from gym_push.logs.description import LogDescription, describe
from gym_push.logs.dialect import Dialect
from gym_push.logs.drafting import draft
from gym_push.logs.encoding import Encoding
from gym_push.logs.log import NotificationLog
from gym_push.logs.observations import Observations, observe
from gym_push.logs.opening import Data
from gym_push.logs.reading import mistakes, read_log, shared_log
from gym_push.logs.scanning import LogScan, scan_log
from gym_push.logs.schema import Feature, Schema
from gym_push.logs.suspicions import suspicions
from gym_push.logs.text_encoder import TextEncoder
from gym_push.logs.text_encoders import AnyTextEncoder, text_encoder
from gym_push.logs.writing import convert, to_toml, write_log

__all__ = [
    "Answers",
    "AnyTextEncoder",
    "Data",
    "DecisionColumns",
    "Dialect",
    "Encoding",
    "Feature",
    "LogDescription",
    "LogScan",
    "NotificationLog",
    "Observations",
    "Schema",
    "TextEncoder",
    "convert",
    "describe",
    "draft",
    "mistakes",
    "observe",
    "read_log",
    "scan_log",
    "shared_log",
    "suspicions",
    "text_encoder",
    "to_toml",
    "write_log",
]

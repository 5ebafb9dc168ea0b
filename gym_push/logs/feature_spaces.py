"""The spaces of features: fitted on a log, and made again of their descriptions."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from gym_push.errors import ArgumentError, EncodingError
from gym_push.logs.columns import NumberColumn, TextColumn
from gym_push.logs.log import NotificationLog
from gym_push.logs.text_encoder import AT_ONCE, TextEncoder
from gym_push.logs.text_encoders import text_encoder
from gym_push.spaces import Count, FeatureSpace, Flag, Label, Number, Text


def fit_space(log: NotificationLog, name: str, most_labels: int) -> FeatureSpace[Any]:
    """Returns the space that tells apart what a feature of this log holds."""
    column = log.columns[name]
    if isinstance(column, TextColumn):
        return Text()
    if isinstance(column, NumberColumn):
        integer = column.numbers.dtype == np.int64
        low, high = column.numbers.min(), column.numbers.max()
        return Number(low.item(), high.item(), integer)
    if column.values == Flag.VALUES:
        return Flag()
    counts = np.bincount(column.codes, minlength=len(column.values))
    commonest = np.argsort(-counts, kind="stable")[:most_labels]
    return Label([str(column.values[code]) for code in np.sort(commonest)])


def fit_text(encoder: TextEncoder, log: NotificationLog, name: str) -> TextEncoder:
    """Returns the encoder fitted on a feature; once for all that ask."""
    key, column = ("text", name, encoder), log.columns[name]
    if key not in log.prepared:
        pieces = (slice(start, start + AT_ONCE) for start in range(0, len(log), AT_ONCE))
        texts = chain.from_iterable(map(column.take, pieces))
        log.prepared[key] = encoder.fit(texts)
    fitted: TextEncoder = log.prepared[key]
    return fitted


def space_of(kind: str, **parameters: Any) -> FeatureSpace[Any]:
    """Returns the space with this description.

    Raises:
        EncodingError: The encoder of texts cannot be made here.
    """
    if kind == "text" and parameters:
        return Text(_encoder_of(**parameters))
    if kind == "integer" and "most" in parameters:
        return Count(**parameters)
    if kind in ("integer", "number"):
        return Number(**parameters, integer=kind == "integer")
    kinds: dict[str, type[FeatureSpace[Any]]] = {"label": Label, "flag": Flag, "text": Text}
    return kinds[kind](**parameters)


def _encoder_of(encoder: Any) -> TextEncoder:
    try:
        made = text_encoder(encoder)
    except ArgumentError as error:
        raise EncodingError(str(error)) from None
    if not made.fitted:
        raise EncodingError(f"its encoder of texts, {made.kind}, is not fitted; fit the encoding")
    return made

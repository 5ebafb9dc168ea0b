"""One small log in every form that can be read, and what it must become."""

import math

import numpy as np
import pandas as pd
import pytest

from gym_push import Feature, LogError, Schema

SCHEMA = Schema(
    notification=[Feature("app", "label"), Feature("words", "text")],
    context=[
        Feature("battery", "integer", "%"),
        Feature("noise", "number"),
        Feature("charging", "flag"),
        Feature("place", "label"),
    ],
    engagement=[Feature("delay", "number", "s")],
    user="user",
    time="posted",
)

CSV = """\
id,app,battery,noise,charging,words,place,action,delay,user,posted
1,mail,80,0.5,True,See you at 8?,home,1,2.5,ann,2019-07-01T08:00:00
2,chat,20,0.25,false,"Sale, today only",unknown,0,,bob,2019-07-01 08:05:00.5
3,mail,50,1,,"Say ""hi""
there ☂",work,opened,3,ann,2019-07-01T09:00:00Z
4,game,50,0.75,unknown,,,Dismissed,0.5,bob,2019-07-02
"""

POSTED = ["2019-07-01T08:00:00", "2019-07-01T08:05:00.500", "2019-07-01T09:00:00", "2019-07-02"]

VALUES = {
    "app": ["mail", "chat", "mail", "game"],
    "words": ["See you at 8?", "Sale, today only", 'Say "hi"\nthere ☂', ""],
    "battery": [80, 20, 50, 50],
    "noise": [0.5, 0.25, 1.0, 0.75],
    "charging": [True, False, "unknown", "unknown"],
    "place": ["home", "unknown", "work", "unknown"],
    "delay": [2.5, math.nan, 3.0, 0.5],
    "action": np.array([1, 0, 1, 0], dtype=np.int8),
    "user": ["ann", "bob", "ann", "bob"],
    "posted": np.array(POSTED, dtype="datetime64[ms]"),
}

FLAGS = pd.array([True, False, None, None], dtype="boolean")
EXPECTED = pd.DataFrame({**VALUES, "charging": FLAGS})


def table(**columns):
    """A frame of text, bool, float and int columns, some of them with holes."""
    data = {
        "app": ["mail", "chat", "mail", "game"],
        "words": ["See you at 8?", "Sale, today only", 'Say "hi"\nthere ☂', None],
        "battery": [80, 20, 50, 50],
        "noise": [0.5, 0.25, 1.0, 0.75],
        "charging": [True, False, None, "unknown"],
        "place": ["home", None, "work", math.nan],
        "action": [True, False, True, False],
        "delay": [2.5, math.nan, 3.0, 0.5],
        "user": ["ann", "bob", "ann", "bob"],
        "posted": pd.to_datetime(POSTED, format="ISO8601"),
    }
    return pd.DataFrame({**data, **columns})


def assert_same(log, expected=EXPECTED):
    pd.testing.assert_frame_equal(log.to_frame(), expected)


def sentence(call, *arguments, error=LogError):
    """What the person reads: one line, short, and nothing of our insides below it."""
    with pytest.raises(error) as caught:
        call(*arguments)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) <= 400
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return message


def case(name, content, *fragments):
    return pytest.param(content, fragments, id=name)


def frame(**columns):
    return pd.DataFrame({"app": ["a", "b", "c"], "action": [1, 0, 1], **columns})

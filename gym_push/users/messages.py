"""The text of a notification, in words that carry its topic, sentiment, enticement and sender."""

from functools import cache
from typing import Final

import numpy as np

from gym_push.users.arrivals import Arrivals
from gym_push.users.channels import Channel
from gym_push.users.classes import CLASSES
from gym_push.users.counters import Ints, uniform
from gym_push.users.features import Features
from gym_push.users.persons import TOPICS, People
from gym_push.users.phrases import DAYS, NAMES, OTHERS, PLACES, TIMES, VOICES

SENTIMENT_BOUNDS: Final = (-0.2, 0.6)  # between a low, a middling and a high sentiment
ENTICEMENT_BOUNDS: Final = (0.2, 0.55)  # between a low, a middling and a high enticement
WORDINGS: Final = 36
"""Ways to say the same: enough for each body with each hook of every voice."""

_LEVELS = 3
_SHAPE = (len(CLASSES), len(TOPICS), _LEVELS, _LEVELS, WORDINGS, len(NAMES))


def write_texts(people: People, arrivals: Arrivals, features: Features) -> tuple[list[str], Ints]:
    """Writes the text of every notification; each distinct text is put together once.

    Returns:
        The distinct texts, and (notifications,) which of them each notification has.
    """
    first_name = (people.contacts * len(NAMES)).astype(np.int64)[arrivals.person]
    code = np.ravel_multi_index(
        (
            arrivals.app_class,
            features.topic,
            np.digitize(features.sentiment, SENTIMENT_BOUNDS),
            np.digitize(features.enticement, ENTICEMENT_BOUNDS),
            (uniform(arrivals.key, Channel.WORDING) * WORDINGS).astype(np.int64),
            (first_name + features.contact) % len(NAMES),
        ),
        _SHAPE,
    )
    distinct, which = np.unique(code, return_inverse=True)
    templates, names = np.divmod(distinct, len(NAMES))
    texts = [
        _template(template).replace("{name}", NAMES[name])
        for template, name in zip(templates.tolist(), names.tolist(), strict=True)
    ]
    return texts, which.astype(np.int64)


@cache
def _template(code: int) -> str:
    """Puts a text together, all but its {name}; the wording turns through phrases and blanks."""
    app_class, topic, sentiment, enticement, wording = map(int, np.unravel_index(code, _SHAPE[:-1]))
    voice, frames = VOICES[CLASSES[app_class].name]
    bodies, hooks = voice.bodies[TOPICS[topic]], voice.hooks[enticement]
    moods = voice.moods[sentiment]
    turn, number = divmod(wording, len(bodies))
    body, hook = bodies[number], hooks[turn % len(hooks)]
    parts = (moods[(number + turn) % len(moods)], _ended(body) if hook else body, hook)
    text = " ".join(part for part in parts if part)
    framed = frames[wording % len(frames)].replace("{text}", text)
    return framed.format(
        name="{name}",
        other=OTHERS[code % len(OTHERS)],
        place=PLACES[code % len(PLACES)],
        day=DAYS[code % len(DAYS)],
        time=TIMES[code % len(TIMES)],
    )


def _ended(sentence: str) -> str:
    """Ends a sentence that another one follows."""
    return sentence if sentence[-1] in ".?!" else f"{sentence}."

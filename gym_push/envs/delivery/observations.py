"""What an agent of delivery-v0 may know (the notification, the phone, its own doings) and do."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Dict
from numpy.typing import NDArray

from gym_push.actions import DELIVERY_ACTIONS, not_an_action
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.single import Game
from gym_push.envs.delivery.world import World
from gym_push.envs.phone import PHONE
from gym_push.errors import ActionError, choose
from gym_push.logs import AnyTextEncoder, Encoding, observe
from gym_push.logs.encoding import FORMS, check_text
from gym_push.spaces import Count, Flag, Float32s, Label, Number, Text
from gym_push.users.keyed_random import Ints
from gym_push.users.model.app_classes import APPS, PRIORITIES
from gym_push.users.model.notifications import CATEGORIES, LED_COLOURS, VIBRATIONS, VISIBILITIES
from gym_push.users.model.persons import TOPICS
from gym_push.users.model.states import MINUTE

NOTIFICATION: Final = Encoding({
    "appPackage": Label(APPS),
    "category": Label(CATEGORIES),
    "priority": Label(PRIORITIES),
    "numberUpdates": Number(0, 10, integer=True),
    "ledARGB": Label(LED_COLOURS),
    "vibrate": Label(VIBRATIONS),
    "visibility": Label(VISIBILITIES),
    "subject": Label(TOPICS),
    "sentiment": Number(-1, 1),
    "enticement": Number(0, 1),
    "tickerText": Text(),
    "contactSignificantContext": Flag(),
})  # fmt: skip

OWN: Final = {
    "minutesSincePosted": Count(10_080),  # a week
    "held": Count(1_000),
    "deliveredLastHour": Count(100),
    "deliveredLastDay": Count(1_000),
    "openedLastHour": Count(100),
    "openedLastDay": Count(1_000),
    "appDelivered": Count(10_000),
    "appOpened": Count(10_000),
    "appNotOpened": Count(10_000),
    "appSuppressed": Count(10_000),
}
RATE: Final = "appOpenRate"
OBSERVATION: Final = Encoding({**NOTIFICATION.spaces, **PHONE.spaces, **OWN, RATE: Number(0, 1)})

_OPENED, _NOT_OPENED = (list(OWN).index(name) for name in ("appOpened", "appNotOpened"))

# The codes of all counts from 0 on, feature after feature, because logarithms are slow.
_MOST: Final = np.array([int(space.high) for space in OWN.values()])
_FIRST: Final = np.cumsum(_MOST + 1) - (_MOST + 1)
_CODES: Final = np.concatenate([space.scale(np.arange(space.high + 1)) for space in OWN.values()])

MASKS: Final = np.array([[1, 1, 1], [1, 0, 1]], dtype=np.int8)
"""Which actions make sense; at the last tick, to hold does not."""


class Views:
    """What agents see of a world.

    Args:
        world: The people.
        form: "raw", "codes" or "vector".
        text: What puts text into vectors; None to leave it out.

    Attributes:
        world: As given.
        own: (features,) the agent's own doings, as of `OWN`, when `one` was last called; a new
            array each time.
    """

    def __init__(self, world: World, form: str, text: AnyTextEncoder | None = None) -> None:
        self._form = choose("observation", form, FORMS)
        self.world = world
        self.own: Ints = np.empty(len(OWN), dtype=np.int64)
        self._notes = observe(world.log, NOTIFICATION, form, text)
        self._phones = observe(world.sensed, PHONE, form)
        self._phone_at = self._notes.encoding.width  # where the phone begins in a vector

    def one(self, game: Game) -> Any:
        """Returns the observation of one game."""
        note, phone = self._notes.one(game.note), self._phones.one(game.tick)
        own = [game.age // MINUTE, game.held, *game.recent[:4], *game.known]
        self.own = np.array(own)
        if self._form == "raw":
            return {**note, **phone, **by_name(self.own)}
        scaled = _scaled(self.own)
        if self._form == "vector":
            return np.concatenate((note, phone, scaled))
        own_numbers = {name: scaled[i : i + 1] for i, name in enumerate((*OWN, RATE))}
        return {**self._notes.own(note), **self._phones.own(phone), **own_numbers}

    def batch(self, games: Deliveries) -> Any:
        """Returns the observations of many games, batched as Gymnasium does."""
        own = own_doings(games)
        if self._form == "vector":
            phone, mine = self._phone_at, self._phone_at + PHONE.width
            rows = np.empty((len(own), mine + len(OWN) + 1), dtype=np.float32)
            self._notes.write(games.note, rows[:, :phone])
            self._phones.write(games.tick, rows[:, phone:mine])
            rows[:, mine:] = _scaled(own)
            return rows
        notes, phones = self._notes.batch(games.note), self._phones.batch(games.tick)
        if self._form == "raw":
            numbers = zip((*OWN, RATE), (*own.T.tolist(), open_rate(own).tolist()), strict=True)
            return {**notes, **phones, **{name: tuple(values) for name, values in numbers}}
        scaled, names = _scaled(own), (*OWN, RATE)
        return {**notes, **phones, **{name: scaled[:, i : i + 1] for i, name in enumerate(names)}}


def space_of(form: str, text: AnyTextEncoder | None = None) -> Dict | Box:
    """Returns the space that every observation of a form lies in.

    Args:
        form: "raw", "codes" or "vector".
        text: What puts text into vectors; None to leave it out.

    Raises:
        ArgumentError: There is no such form or encoder of texts, or they do not go together.
        MissingExtraError: The encoder needs a package that is not installed.
    """
    check_text(form, text)
    return (OBSERVATION if text is None else OBSERVATION.with_text(text)).space(form)


def own_doings(games: Deliveries) -> Ints:
    """Returns the agent's own doings, (lanes, features) as of `OWN`."""
    own = np.empty((len(OWN), len(games.tick)), dtype=np.int64)
    own[0] = games.age // MINUTE
    own[1] = games.held
    own[2:6] = games.recent[:4]
    own[6:] = games.known.T
    return own.T


def by_name(own: Ints) -> dict[str, int | float]:
    """Returns the agent's own doings by name, with the open rate of the app.

    Args:
        own: (features,) as of `OWN`.
    """
    return {**dict(zip(OWN, own.tolist(), strict=True)), RATE: float(open_rate(own))}


def open_rate(own: Ints) -> NDArray[np.float64]:
    """Returns how often the notification's app is opened, by the counts: (...,) in (0, 1).

    One opened and one not opened are added, so that the rate is 0.5 where nothing is known.

    Args:
        own: (..., features) as of `OWN`.
    """
    opened, not_opened = own[..., _OPENED], own[..., _NOT_OPENED]
    rate: NDArray[np.float64] = (opened + 1.0) / (opened + not_opened + 2.0)
    return rate


def _scaled(own: Ints) -> Float32s:
    """Returns the codes of `OWN` and of the open rate: (..., features), as the encoding's are."""
    scaled = np.empty((*own.shape[:-1], len(OWN) + 1), dtype=np.float32)
    scaled[..., :-1] = _CODES[_FIRST + np.minimum(own, _MOST)]
    scaled[..., -1] = open_rate(own)
    return scaled


def checked(action: Any) -> int:
    """Returns an action as an int.

    Raises:
        ActionError: It is not one of `DELIVERY_ACTIONS`.
    """
    given = action.item() if isinstance(action, np.ndarray) and action.ndim == 0 else action
    whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
    if whole and 0 <= given < len(DELIVERY_ACTIONS):
        return int(given)
    raise ActionError(not_an_action(action, DELIVERY_ACTIONS))

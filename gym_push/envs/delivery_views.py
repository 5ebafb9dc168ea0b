"""What the agent of delivery-v0 may know: the notification, the phone, and its own doings."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

import numpy as np
from gymnasium.spaces import Box, Dict
from numpy.typing import NDArray

from gym_push.envs.delivery_game import Game
from gym_push.envs.delivery_rules import Deliveries
from gym_push.errors import choose
from gym_push.logs import Encoding, observe
from gym_push.logs.observations import FORMS, renewed
from gym_push.spaces import Flag, Floats, Label, Number, Text
from gym_push.users.classes import APPS, PRIORITIES
from gym_push.users.clock import DAY_PARTS, MINUTE, WEEKDAYS
from gym_push.users.counters import Ints
from gym_push.users.features import CATEGORIES, LED_COLOURS, VIBRATIONS, VISIBILITIES
from gym_push.users.persons import TOPICS
from gym_push.users.phones import sense
from gym_push.users.sensing import PLACES
from gym_push.users.states import ACTIVITIES, NOISES, RINGER_MODES
from gym_push.users.worlds import World

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

PHONE: Final = Encoding({
    "dayOfWeek": Label(WEEKDAYS),
    "timeOfDay": Label(DAY_PARTS),
    "minuteOfDay": Number(0, 1439, integer=True),
    "place": Label(PLACES),
    "activity": Label(ACTIVITIES),
    "noise": Label(NOISES),
    "batteryLevel": Number(0, 100, integer=True),
    "charging": Flag(),
    "headphonesIn": Flag(),
    "ringerMode": Label(RINGER_MODES),
    "unlockCount_prev2": Number(0, 30, integer=True),
    "inUse": Flag(),
})  # fmt: skip

OWN: Final = {
    "minutesSincePosted": Number(0, 1440, integer=True),
    "held": Number(0, 30, integer=True),
    "deliveredLastHour": Number(0, 20, integer=True),
    "deliveredLastDay": Number(0, 100, integer=True),
    "openedLastHour": Number(0, 20, integer=True),
    "openedLastDay": Number(0, 100, integer=True),
    "appDelivered": Number(0, 100, integer=True),
    "appOpened": Number(0, 100, integer=True),
    "appNotOpened": Number(0, 100, integer=True),
    "appSuppressed": Number(0, 100, integer=True),
}
OBSERVATION: Final = Encoding({**NOTIFICATION.spaces, **PHONE.spaces, **OWN})

# Where a vector tells of the phone and of the agent's own doings, and where it ends.
_PHONE: Final = NOTIFICATION.width
_OWN: Final = _PHONE + PHONE.width
_WIDTH: Final = _OWN + len(OWN)

_HIGH = np.array([float(space.high) for space in OWN.values()])  # they all begin at 0


class Views:
    """What agents see of a world.

    Args:
        world: The people.
        form: "raw", "codes" or "vector".

    Attributes:
        world: As given.
        own: (features,) the agent's own doings, as of `OWN`, of the newest observation, or
            (lanes, features) of the newest batch; a new array with each.
    """

    def __init__(self, world: World, form: str) -> None:
        """Prepares nothing yet."""
        self._form = choose("observation", form, FORMS)
        self.world = world
        self.own: Ints = np.empty(len(OWN), dtype=np.int64)
        self._notes = observe(world.log, NOTIFICATION, form)
        self._phones = observe(sense(world), PHONE, form)

    def one(self, game: Game) -> Any:
        """Returns the observation of one game."""
        note, phone = self._notes.one(game.note), self._phones.one(game.tick)
        own = [game.age // MINUTE, game.held, *game.recent[:4], *game.known]
        self.own = np.array(own)
        if self._form == "raw":
            return {**note, **phone, **dict(zip(OWN, own, strict=True))}
        scaled = _scaled(self.own)
        if self._form == "vector":
            return np.concatenate((note, phone, scaled))
        own_numbers = {name: scaled[i : i + 1] for i, name in enumerate(OWN)}
        return {**renewed(note), **renewed(phone), **own_numbers}

    def batch(self, games: Deliveries) -> Any:
        """Returns the observations of many games, batched as Gymnasium does."""
        own = self.own = own_doings(games)
        if self._form == "vector":
            rows = np.empty((len(own), _WIDTH), dtype=np.float32)
            self._notes.write(games.note, rows[:, :_PHONE])
            self._phones.write(games.tick, rows[:, _PHONE:_OWN])
            rows[:, _OWN:] = _scaled(own)
            return rows
        notes, phones = self._notes.batch(games.note), self._phones.batch(games.tick)
        if self._form == "raw":
            numbers = zip(OWN, own.T.tolist(), strict=True)
            return {**notes, **phones, **{name: tuple(values) for name, values in numbers}}
        scaled = _scaled(own)
        return {**notes, **phones, **{name: scaled[:, i : i + 1] for i, name in enumerate(OWN)}}


def space_of(form: str) -> Dict | Box:
    """Returns the space that every observation of a form lies in.

    Raises:
        ArgumentError: There is no such form.
    """
    choose("observation", form, FORMS)
    spaces: dict[str, Dict | Box] = {
        "raw": OBSERVATION.raw_space,
        "codes": OBSERVATION.codes_space,
        "vector": OBSERVATION.vector_space,
    }
    return deepcopy(spaces[form])


def own_doings(games: Deliveries) -> Ints:
    """Returns the agent's own doings, (lanes, features) as of `OWN`."""
    own = np.empty((len(OWN), len(games.tick)), dtype=np.int64)
    own[0] = games.age // MINUTE
    own[1] = games.held
    own[2:6] = games.recent[:4]
    own[6:] = games.known.T
    return own.T


def _scaled(own: NDArray[Any]) -> Floats:
    """Returns counts by their place in their range, as `Number.scale` does."""
    scaled: Floats = np.minimum(own / _HIGH, 1.0).astype(np.float32)
    return scaled

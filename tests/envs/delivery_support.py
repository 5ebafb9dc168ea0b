"""Games of delivery for tests: worlds that are laid out once, and ways to play them."""

from functools import cache

import numpy as np

from gym_push import Population
from gym_push.envs.delivery.rewards import Weights
from gym_push.envs.delivery.rules import Deliveries
from gym_push.envs.delivery.world import build_world


@cache
def world(people=12, days=4, seed=1, **parameters):
    return build_world(Population(people, seed, **parameters), range(people), days)


def begun(a_world, weights=None):
    """A lane for everybody."""
    games = Deliveries(a_world, len(a_world.users), Weights.of(weights))
    everybody = np.arange(len(a_world.users))
    games.begin(everybody, everybody)
    return games


def play(games, policy, most=10**6):
    """Plays every lane to its end, and yields actions, parts and who took part in each step."""
    playing = np.ones(len(games.tick), dtype=bool)
    while playing.any() and most:
        actions = policy(games)
        parts, over = games.step(actions, playing)
        yield actions, parts, playing
        playing = playing & ~over
        most -= 1


def earned(games, policy):
    """The parts of the reward that each lane earned in its episode, (4, lanes)."""
    return sum(parts * playing for _, parts, playing in play(games, policy))


def always(action):
    return lambda games: np.full(len(games.tick), action)


def at_random(seed):
    random = np.random.default_rng(seed)
    return lambda games: random.integers(3, size=len(games.tick))


def statuses(games):
    """What became of all notifications of the world, in their order."""
    first = games.world.first
    return np.concatenate(
        [games.status[lane, : first[lane + 1] - first[lane]] for lane in range(len(games.tick))]
    )

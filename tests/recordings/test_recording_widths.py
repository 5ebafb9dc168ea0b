"""Recordings and comparisons at every width, of the logs that a running page is tried with."""

import gymnasium
import pytest
from recordings_support import scrub
from widths_support import long_log, readme_log, walk

import gym_push

pytestmark = [pytest.mark.browser, pytest.mark.weekly]

LOGS = {"bundled": lambda: None, "README": readme_log, "long": long_log}


def record(path, name="basic-v0", act=lambda _: 1, **options):
    """Records an episode, and ten steps of the next."""
    with gym_push.record(gymnasium.make(f"gym_push:{name}", **options), path) as env:
        for most in (10**6, 10):
            observation, _ = env.reset(seed=1)
            over, steps = False, 0
            while not over and steps < most:
                observation, _, over, _, _ = env.step(act(observation))
                steps += 1


def faults(page):
    scrub(page, 20)
    return walk(page)


@pytest.mark.parametrize("log", LOGS)
def test_nothing_overlaps_is_cut_or_scrolls(log, tmp_path, open_file):
    data = LOGS[log]()
    record(tmp_path / "one, with a long name of its own.html", data=data)
    record(tmp_path / "two.html", data=data, act=lambda observation: len(str(observation)) % 2)
    gym_push.compare_page(sorted(tmp_path.iterdir()), tmp_path / "compared.html")
    assert faults(open_file(tmp_path / "two.html")) == {}
    assert faults(open_file(tmp_path / "compared.html")) == {}


@pytest.mark.parametrize(("name", "days", "action"), [("delivery-v0", 2, 0), ("send-v0", 9, 1)])
def test_nothing_overlaps_is_cut_or_scrolls_with_people(name, days, action, tmp_path, open_file):
    people = {"size": 2, "seed": 3}
    record(tmp_path / "run.html", name, lambda _: action, population=people, days=days)
    assert faults(open_file(tmp_path / "run.html")) == {}

"""What a page may ask for, and that the gate lets everybody through in the end."""

import threading
import time

import pytest
from viewer_support import eventually

from gym_push.viewer.gate import LAPSE, MAX_DELAY, MAX_STEPS, RENEWED_WITHIN, Gate, Pace

PAUSED = Pace(paused=True)


@pytest.mark.parametrize(
    ("wish", "pace"),
    [
        ({"paused": True}, Pace(True, 0.5)),
        ({"paused": False}, Pace(False, 0.5)),
        ({"delay": 1}, Pace(False, 1.0)),
        ({"delay": MAX_DELAY}, Pace(False, MAX_DELAY)),
    ],
)
def test_a_wish_changes_one_thing(wish, pace):
    assert Pace(delay=0.5).after(wish) == pace


@pytest.mark.parametrize(
    "wish",
    [
        None, 7, "paused", [], {}, {"paused": 1}, {"paused": None}, {"delay": -1},
        {"delay": MAX_DELAY + 0.01}, {"delay": float("nan")}, {"delay": float("inf")},
        {"delay": 10**400}, {"delay": True}, {"delay": "1"}, {"step": True},
    ],
)  # fmt: skip
def test_what_is_no_wish_changes_nothing(wish):
    assert Pace(delay=0.5).after(wish) == Pace(delay=0.5)


@pytest.fixture
def passing():
    """Starts a thread that passes a gate again and again; when, is in the list that it returns."""
    threads, gates = [], []

    def start(gate):
        passed = []

        def run():
            while len(passed) < 10_000 and gate.held:
                gate.wait()
                passed.append(time.monotonic())

        gates.append(gate)
        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return passed

    yield start
    for gate in gates:
        gate.open_for_good()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def test_a_paused_agent_takes_as_many_steps_as_it_is_given(passing):
    gate = Gate()
    gate.set(PAUSED)
    passed = passing(gate)
    for steps in (1, 2, 5):
        gate.set(PAUSED, steps)
    assert eventually(lambda: len(passed) == 8)
    time.sleep(0.3)
    assert len(passed) == 8


def test_steps_are_not_hoarded():
    gate = Gate()
    for _ in range(10 * MAX_STEPS):
        gate.set(PAUSED, 1)
    for _ in range(MAX_STEPS):
        gate.wait()
    waiting = threading.Thread(target=gate.wait)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    gate.set(Pace())
    waiting.join(5)
    assert not waiting.is_alive()


def test_steps_that_were_not_taken_are_forgotten_with_the_pause(passing):
    gate = Gate()
    gate.set(PAUSED, 5)
    gate.set(Pace())
    gate.set(PAUSED)
    passed = passing(gate)
    time.sleep(0.3)
    assert passed == []


def test_a_slow_agent_waits_with_every_step(passing):
    gate = Gate()
    gate.set(Pace(delay=0.1))
    passed = passing(gate)
    assert eventually(lambda: len(passed) >= 4)
    assert passed[3] - passed[0] >= 0.29


@pytest.mark.slow
@pytest.mark.parametrize("pace", [PAUSED, Pace(delay=0.5)])
def test_a_pace_that_is_not_renewed_lapses(passing, pace):
    gate = Gate()
    gate.set(pace)
    start = time.monotonic()
    passing(gate)
    assert eventually(lambda: not gate.held)
    assert time.monotonic() - start > LAPSE - 0.1
    gate.set(PAUSED)
    assert gate.held, "the viewer can speak again"


@pytest.mark.slow
def test_a_pace_that_is_renewed_stays(passing):
    gate = Gate()
    gate.set(PAUSED)
    passed = passing(gate)
    end = time.monotonic() + LAPSE + 1
    while time.monotonic() < end:
        time.sleep(RENEWED_WITHIN)
        gate.set(PAUSED)
    assert passed == []


def test_a_gate_that_is_open_for_good_takes_no_orders():
    gate = Gate()
    gate.set(PAUSED)
    gate.open_for_good()
    gate.set(PAUSED)
    assert not gate.held
    gate.wait()

"""From one's own notifications to an agent that handles them, all on one desktop.

A simulated person's notifications pass the real bus and dunst. The person acts on what is shown as
the simulation says. An hour of theirs lasts some seconds.
"""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass, field
from unittest.mock import patch

import pytest
from guard_support import Process
from live_support import an_app, run_async, until

from gym_push import Population
from gym_push.live import running
from gym_push.live.ids import OWN
from gym_push.live.report import Report
from gym_push.users.model.decisions import half_life

PERSON, DAYS, LEARNED = 3, 7, 250


@dataclass
class Hour:
    """How a person's notifications went.

    Attributes:
        alerts: How many were shown when they arrived.
        late: By how much of their half-life those that matter were late.
    """

    alerts: int = 0
    late: list[float] = field(default_factory=list)


class Person:
    """Gets a simulated person's notifications, and acts on them."""

    def __init__(self):
        people = Population(1, PERSON)
        self.simulation, self.log = people.simulate([0], DAYS), people.log(DAYS)
        self.times = self.simulation.arrivals.time
        self.half = half_life(self.simulation.arrivals.app_class)

    def __len__(self):
        return len(self.log)

    async def live(self, desktop, rows):
        """Lives through some notifications; what is held comes when the person next acts."""
        hour, waits = Hour(), {}
        async with an_app(desktop.address) as app:
            for row in rows:
                about = self.log.features(row, "notification")
                number = await app.notify(
                    f"{row}", app=about["appPackage"], actions=["default", "Open"], timeout=0
                )
                if number >= OWN:
                    waits[number] = row
                    continue
                hour.alerts += 1
                queue = [(number, row)]
                held = [
                    w["id"] for w in await running.waiting(desktop.folder) if w["state"] == "held"
                ]
                queue += [(each, waits.pop(each)) for each in held]
                for each, shown in queue:
                    await self.act(desktop, app, each, shown)
                    if self.simulation.features.significant[shown]:
                        age = self.times[row] - self.times[shown]
                        hour.late.append(float(age / self.half[shown]))
        return hour

    async def act(self, desktop, app, number, row):
        """Opens or dismisses what is shown first."""
        before = len(app.signals)
        if self.log.actions[row]:
            await asyncio.to_thread(until, lambda: desktop.shown() > 0, "it")
            await asyncio.to_thread(desktop.dunstctl, "action", "0")
            await app.told("ActionInvoked", number, "default")
        else:
            await asyncio.to_thread(until, lambda: desktop.shown() > 0, "it")
        await asyncio.to_thread(desktop.dunstctl, "close")
        while not any(s[:2] == ("NotificationClosed", number) for s in app.signals[before:]):
            await asyncio.sleep(0.01)


def gym_push(desktop, *words):
    command = [sys.executable, "-m", "gym_push.cli", *map(str, words)]
    done = subprocess.run(
        command, env=desktop.env, cwd=desktop.folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_loop_closes(desktop):
    person, heard = Person(), desktop.folder / "heard"
    assert len(person) > LEARNED + 100
    guarded = range(LEARNED, LEARNED + 100)
    with patch.dict(os.environ, desktop.env):
        said = desktop.folder / "listened"
        with said.open("w") as file:
            command = [sys.executable, "-m", "gym_push.cli", "listen", "--out", str(heard)]
            listening = subprocess.Popen(
                command, env=desktop.env, stderr=file, stdout=subprocess.DEVNULL
            )
        until(lambda: "listening" in said.read_text(), "listen", 60)
        run_async(person.live(desktop, range(LEARNED)))
        listening.terminate()
        assert listening.wait(30) == 0
        assert "online-logistic" in gym_push(
            desktop, "evaluate", "online-logistic", "table-per-app", "--log", heard
        )

        shadow = Process(desktop, "--log", str(heard), "--shadow")
        all_shown = run_async(person.live(desktop, guarded))
        assert shadow.end(2) == 0
        wished = Report.of(desktop.folder / "guard").wished
        assert wished["delivered"] and (wished["held"] or wished["suppressed"])

        guard = Process(desktop, "--log", str(heard), "--explore", "0.2")
        hour = run_async(person.live(desktop, guarded))
        assert guard.end(2) == 0

    assert hour.alerts < all_shown.alerts == len(guarded)
    assert max(hour.late) <= 1.0, "nothing that matters was seen later than its half-life"
    report = Report.of(desktop.folder / "guard")
    # Where other programs take the processor, an agent may be too slow for one.
    assert report.decisions + report.passed == 2 * len(guarded)
    assert report.delivering_all is not None
    print(report)
    assert "delivering everything" in gym_push(desktop, "guard", "report", "--folder", "guard")

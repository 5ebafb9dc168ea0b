"""Listens in the tests' own process or in another one, and reads what was written."""

import asyncio
import contextlib
import json
import subprocess
import sys
from types import SimpleNamespace

from live_support import an_app

from gym_push.live.listening import listen
from gym_push.logs.importing.keys import Hasher
from gym_push.logs.importing.pieces import Options


def rows_of(folder):
    """All rows of a live log, as they are on the disk."""
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().split("\n") if line]


@contextlib.asynccontextmanager
async def listening(desktop, monkeypatch, folder, text="drop"):
    """Listens on a desktop as long as the block runs; yields an app and what was found."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.address)
    begun, stopped = asyncio.Event(), asyncio.Event()
    options = Options(Hasher(folder / ".key"), text)
    task = asyncio.ensure_future(listen(folder, options, stopped, lambda anybody: begun.set()))
    waiting = asyncio.ensure_future(begun.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        task.result()
    found = SimpleNamespace(outcomes=None, task=task)
    try:
        async with an_app(desktop.address) as app:
            yield app, found
            await app.ask("GetCapabilities")  # what was sent before has passed the monitor, too
            await asyncio.sleep(0.1)
    finally:
        stopped.set()
        found.outcomes = await asyncio.wait_for(task, 30)


def start_listening(desktop, *arguments, **options):
    """Starts `gym-push listen` and waits until it listens."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "gym_push.cli", "listen", *arguments],
        env=desktop.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    line = process.stderr.readline()
    assert "listening to notifications" in line, line + process.stderr.read()
    return process

"""A desktop for each test: its own bus, its own dunst, one virtual screen for all."""

import os
import sys

import pytest


@pytest.fixture(scope="session")
def screen():
    """The name of a virtual screen; skips where a program is missing, and fails in CI."""
    from live_support import missing, start_screen, stop

    if names := missing():
        message = f"no {', '.join(names)}: install dbus, dunst, libnotify-bin and xvfb"
        if os.environ.get("CI") == "true" and sys.platform == "linux":
            pytest.fail(message)
        pytest.skip(message)
    process, name = start_screen()
    yield name
    stop(process)


@pytest.fixture
def empty_desktop(screen, tmp_path):
    """A desktop without a daemon."""
    from live_support import Desktop

    desktop = Desktop(tmp_path, screen)
    yield desktop
    desktop.close()


@pytest.fixture
def desktop(empty_desktop):
    """A desktop on which dunst shows notifications."""
    empty_desktop.start_daemon()
    return empty_desktop


@pytest.fixture
def guards(desktop):
    """Starts guards on the desktop, which end with the test: `guards(*options)`."""
    from guard_support import Process
    from live_support import stop

    started = []

    def start(*options):
        started.append(Process(desktop, *options))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()  # else it delivers first what it holds
        stop(each.process)

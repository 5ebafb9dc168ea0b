"""Real viewers and a real Chromium: nothing of the viewer's tests is simulated but the agent."""

import pytest
from viewer_support import Script, make_frame

from gym_push import viewer


@pytest.fixture
def script():
    """Starts agents: `script(code)`; whatever is left of them ends with the test."""
    started = []

    def start(code, *arguments):
        started.append(Script(code, *arguments))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.fixture
def feed():
    """A feed of this process, whose states are the changes to `make_frame`."""
    feed = viewer.open_feed("basic-v0", lambda changes: make_frame(**changes))
    yield feed
    feed.close()


@pytest.fixture
def served(feed):
    """The address of this process's viewer, showing `make_frame()`."""
    feed.publish({})
    url = viewer.url(30)
    assert url is not None
    return url


@pytest.fixture
def page(open_page, served):
    """A page that shows `make_frame()`."""
    from playwright.sync_api import expect

    page = open_page(served, viewport={"width": 1360, "height": 860})
    expect(page.locator("#epoch")).to_have_text("3 / 262")
    return page

"""Real viewers and a real Chromium: nothing of the viewer's tests is simulated but the agent."""

import functools
import http.server
import threading

import plain_eel
import pytest
from viewer_support import Script, make_frame, open_feed

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
    feed = open_feed("basic-v0", lambda changes: make_frame(**changes))
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


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The address of a plain eel program that shows what a person reads."""
    web = tmp_path_factory.mktemp("plain") / "web"
    web.mkdir()
    (web / "main.html").write_text("<h1>what the person reads</h1><script src=eel.js></script>")
    with plain_eel.serve(web) as (address, _):
        yield address


@pytest.fixture
def elsewhere(browser, tmp_path):
    """A page of another origin."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    (tmp_path / "index.html").write_text("<title>another site</title>")
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page
        page.close()
        server.shutdown()

"""A real Chromium for the tests that look at the page, and no other browser."""

import os
import shutil
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

# For the repository's tools, and last: what is tested is the installed package.
sys.path.append(str(Path(__file__).resolve().parents[1]))

# Before scikit-learn is loaded: its threads wait for each other when other tests run beside them.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# What a shell runs in the background starts with Ctrl-C ignored, and the agents would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Other tests share the processor, so that time says nothing.
settings.register_profile("tests", settings(), deadline=None)
settings.load_profile("tests")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # In place of Playwright's own list, with what windows would load beside the page.
    "--disable-features=DestroyProfileOnBrowserClose,LensOverlay,MediaRouter,OptimizationHints,"
    "PaintHolding,PreloadTopChromeWebUI,SpareRendererForSitePerProcess,WebUIOmniboxAimPopup,"
    "WebUIOmniboxPopup",
]


@pytest.fixture(autouse=True)
def no_desktop(monkeypatch):
    monkeypatch.setenv("GYM_PUSH_BROWSER", "0")


@pytest.fixture(autouse=True)
def no_parent():
    """What a test or a module's fixture starts is no worker of the tests' own process.

    A viewer that runs on after its test has told the environment of itself.
    """
    os.environ.pop("GYM_PUSH_VIEWER", None)
    yield
    os.environ.pop("GYM_PUSH_VIEWER", None)


def find_chromium():
    """An executable from the environment, or of the system; None for Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=20_000)  # ms: other tests share the processor
    with playwright.sync_playwright() as engine:
        try:
            chromium = engine.chromium.launch(
                executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS
            )
        except playwright.Error as error:
            message = f"no Chromium: set CHROMIUM to one ({error.message.splitlines()[0]})"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def chromium(browser):
    """The executable of the browser, to start another."""
    return find_chromium() or browser.browser_type.executable_path


@pytest.fixture(scope="session")
def violations():
    """What axe finds on a page that is serious, as readable lines: `violations(page)`."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    options = {"resultTypes": ["violations"]}  # what passes is not listed, which takes long

    def find(page):
        return [
            f"{each['id']} ({each['impact']}): {node['html']} {node['failureSummary']}"
            for each in axe.Axe().run(page, options=options).response["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    return find


@pytest.fixture
def open_page(browser):
    """Opens pages: `open_page(url)`; fails on a console error or a request to another host."""
    contexts, complaints, requests = [], [], []

    def open_one(url, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.on("websocket", lambda socket: requests.append(socket.url))
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
    assert {urlsplit(request).hostname for request in requests} == {"127.0.0.1"}


@pytest.fixture
def open_file(browser):
    """Opens files as a colleague would: from the disk, without a network.

    Fails on a console message, an error, or a request for anything else.
    """
    contexts, complaints, requests = [], [], []

    def open_one(path, **options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
    assert all(request.startswith(("file://", "data:image/svg+xml")) for request in requests)

"""How a run stands, and how it has ended: each state has words of its own on the page."""

import re
import threading

import psutil
import pytest
from viewer_support import make_frame, open_feed

ENDINGS = {
    "the end of the script": ("pass", "run ended"),
    "sys.exit": ("sys.exit(1)", "run ended"),
    "Ctrl-C": ("os.kill(os.getpid(), signal.SIGINT); time.sleep(9)", "run ended"),
    "close": ("feed.close(); sys.stdin.readline()", "run ended"),
    "an exception": ("1 / 0", "agent crashed"),
    "an exception, then close": (
        """
try:
    1 / 0
finally:
    feed.close()
    sys.stdin.readline()
""",
        "agent crashed",
    ),
    "an exception long over": (
        """
try:
    1 / 0
except ArithmeticError:
    pass
feed.close()
sys.stdin.readline()
""",
        "run ended",
    ),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)", "agent crashed"),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL)", "agent crashed"),
}


@pytest.mark.browser
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_page_says_how_a_run_ended(ending, script, open_page):
    expect = pytest.importorskip("playwright.sync_api").expect
    code, words = ENDINGS[ending]
    agent = script(f"sys.stdin.readline()\n{code}")
    page = open_page(agent.url)
    expect(page.locator("#status")).to_have_text("live")
    print(file=agent.process.stdin, flush=True)
    expect(page.locator("#status")).to_have_text(words)
    expect(page.get_by_role("tab")).to_have_text(re.compile(f"· {words.split()[1]}"))
    agent.process.kill()
    assert agent.viewer_is_gone()
    expect(page.locator("#status")).to_have_text(words)


@pytest.mark.browser
def test_the_page_says_that_the_viewer_has_gone(script, open_page):
    expect = pytest.importorskip("playwright.sync_api").expect
    agent = script("sys.stdin.readline()")
    page = open_page(agent.url)
    expect(page.locator("#status")).to_have_text("live")
    psutil.Process(agent.viewer).kill()
    expect(page.locator("#status")).to_have_text("viewer disconnected")
    expect(page.locator("#controls")).to_be_hidden()


@pytest.mark.browser
def test_the_page_says_which_run_has_not_begun(page):
    expect = pytest.importorskip("playwright.sync_api").expect
    begin = threading.Event()

    def describe(epoch):
        begin.wait(20)
        return make_frame(epoch=epoch)

    feed = open_feed("slow-v0", describe)
    feed.publish(7)
    page.get_by_role("tab", name="slow-v0").click()
    expect(page.locator("#status")).to_have_text("waiting for the first frame of slow-v0")
    begin.set()
    expect(page.locator("#status")).to_have_text("live")
    feed.close()

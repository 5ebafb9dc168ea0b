"""The page of a running agent at every width."""

import pytest
from widths_support import walk

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

AGENT = """
from pathlib import Path
import viewer_support
sys.path.insert(0, str(Path(viewer_support.__file__).parents[1]))
from widths_support import RUNS
describe, snapshot = RUNS[sys.argv[1]]()
feed.close()
feeds = []
for line in sys.stdin:
    if line.strip() == "close":
        feeds[0].close()
    else:
        feeds.append(open_feed(line.strip(), describe))
        feeds[-1].publish(snapshot)
"""
NAMES = [f"{'a rather long name of an environment ' * (at % 3)}{at}" for at in range(2, 8)]


@pytest.mark.parametrize(
    "run", ["bundled", "long", "delivery", "send", pytest.param("README", marks=pytest.mark.weekly)]
)
def test_nothing_overlaps_is_cut_or_scrolls(run, script, open_page):
    agent = script(AGENT, run)
    page = open_page(agent.url)

    def tell(word):
        print(word, file=agent.process.stdin, flush=True)

    tell("basic-v0")
    expect(page.locator("#episodes .curve").first).to_be_attached()
    assert walk(page) == {}
    for name in NAMES:
        tell(name)
    expect(page.get_by_role("tab")).to_have_count(7)
    page.get_by_role("tab", name="basic-v0").click()
    assert walk(page) == {}
    tell("close")
    expect(page.locator("#status")).to_have_text("run ended")
    assert walk(page) == {}

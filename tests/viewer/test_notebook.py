"""In a real Jupyter kernel: a link in the cell, and a page that outlives cells and interrupts."""

import contextlib
import html
import re
import signal
import subprocess
import sys
import time

import psutil
import pytest
from viewer_support import ask, eventually

manager = pytest.importorskip("jupyter_client.manager")
pytest.importorskip("ipykernel")

pytestmark = pytest.mark.slow

IMPORTS = "import gymnasium, os, signal, time; from gym_push import viewer"
MAKE = "env = gymnasium.make('gym_push:basic-v0', render_mode='human'); env.reset();"
STEP = "env.step(1);"
FOR_EVER = """
while True:
    if env.step(1)[2]:
        env.reset()
"""


class Notebook:
    """Cells for a kernel of its own."""

    def __init__(self):
        self.manager, self.client = manager.start_new_kernel()
        self.kernel = psutil.Process(self.manager.provisioner.process.pid)
        self.run(IMPORTS)

    def run(self, code):
        """Runs a cell, and returns the contents of what it has put out."""
        outputs = []

        def hear(message):
            if message["header"]["msg_type"] not in ("status", "execute_input"):
                outputs.append(message["content"])

        reply = self.client.execute_interactive(code, output_hook=hear, timeout=60)
        assert reply["content"]["status"] == "ok", reply["content"]
        return outputs

    def start(self, code):
        """Starts a cell; `finish` waits for it. Its error does not abort those that follow."""
        return self.client.execute(code, stop_on_error=False)

    def finish(self, cell):
        """The name of the exception that has ended the cell, or None."""
        while True:
            reply = self.client.get_shell_msg(timeout=30)
            if reply["parent_header"]["msg_id"] == cell:
                return reply["content"].get("ename")

    def link(self):
        """Shows an environment, and returns the address that its cell links to."""
        (shown,) = self.run(MAKE)
        (address,) = re.findall(r'href="([^"]+)"', shown["data"]["text/html"])
        return html.unescape(address)

    def family(self):
        return [self.kernel, *self.kernel.children(recursive=True)]

    def viewers(self):
        return [each for each in self.family() if "gym_push.viewer" in " ".join(each.cmdline())]

    def end(self):
        self.client.stop_channels()
        with contextlib.suppress(psutil.Error):
            for process in self.family():
                process.kill()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def notebook():
    started = Notebook()
    yield started
    started.end()


def epoch(url):
    frame = ask(url, "next", None, None)["frame"]
    return frame and frame["epoch"]


def tabs(url):
    return [(tab["label"], tab["ended"]) for tab in ask(url, "next", None, None)["tabs"]]


def gone(processes):
    def ended(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            return process.status() == psutil.STATUS_ZOMBIE
        return True

    return eventually(lambda: all(map(ended, processes)))


def test_the_cell_that_shows_something_first_links_to_the_page(notebook):
    (shown,) = notebook.run(MAKE)
    said = shown["data"]
    anchor = re.fullmatch(
        r'gym-push: watch at <a href="([^"<>]+)" target="_blank" rel="noopener">\1</a>',
        said["text/html"],
    )
    assert said["text/plain"] == f"gym-push: watch at {anchor[1]}"
    assert eventually(lambda: epoch(anchor[1]) == 0)
    for cell in (STEP, "env.render()", MAKE, "env.close()", MAKE):
        assert notebook.run(cell) == []


@pytest.mark.parametrize("imported", [False, True])
def test_without_a_kernel_the_address_is_a_line_and_ipython_is_left_alone(imported):
    code = f"""
import sys
if {imported}:
    import IPython
import gymnasium
from gym_push import viewer
{MAKE}
print(viewer.url(30), "IPython" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    url, there = run.stdout.split()
    assert there == str(imported)
    assert run.stderr == f"gym-push: watch at {url}\n"


def test_the_link_is_in_the_first_cell_even_while_it_runs(notebook):
    cell = notebook.start(MAKE + FOR_EVER)
    seen = []
    while not seen:
        message = notebook.client.get_iopub_msg(timeout=30)
        if message["header"]["msg_type"] == "display_data":
            seen.append(message)
    assert seen[0]["parent_header"]["msg_id"] == cell
    notebook.manager.interrupt_kernel()
    assert notebook.finish(cell) == "KeyboardInterrupt"


def test_a_viewer_that_cannot_start_holds_no_cell(notebook):
    start = time.monotonic()
    (said,) = notebook.run(f"import sys; sys.executable = '/nowhere/python'; {MAKE}")
    assert said["text"].startswith("gym-push: the viewer could not start")
    assert time.monotonic() - start < 4


@pytest.mark.browser
def test_the_page_lives_between_cells(notebook, open_page):
    from playwright.sync_api import expect

    page = open_page(notebook.link())
    expect(page.locator("#epoch")).to_have_text("0 / 324")
    for steps in range(1, 4):
        notebook.run(STEP)
        expect(page.locator("#epoch")).to_have_text(f"{steps} / 324")
    page.reload()
    expect(page.locator("#epoch")).to_have_text("3 / 324")


@pytest.mark.browser
def test_the_page_follows_what_is_made_anew_after_an_interrupt(notebook, open_page):
    from playwright.sync_api import expect

    page = open_page(notebook.link())
    for _ in range(6):
        cell = notebook.start(FOR_EVER)
        expect(page.locator("#status")).to_have_text("live")
        before = page.locator("#epoch").inner_text()
        expect(page.locator("#epoch")).not_to_have_text(before)
        notebook.manager.interrupt_kernel()
        assert notebook.finish(cell) == "KeyboardInterrupt"
        notebook.run(MAKE)  # the one before may live on in the traceback that Python keeps
        expect(page.locator("#epoch")).to_have_text("0 / 324")
        notebook.run(STEP)
        expect(page.locator("#epoch")).to_have_text("1 / 324")
        assert page.locator("#tabs button").count() <= 2
    assert len(notebook.viewers()) == 1


def test_a_signal_to_all_of_the_kernels_group_leaves_the_viewer(notebook):
    url = notebook.link()
    (viewer,) = notebook.viewers()
    cell = notebook.start("os.killpg(os.getpgrp(), signal.SIGINT); time.sleep(9)")
    assert notebook.finish(cell) == "KeyboardInterrupt"
    notebook.run(STEP)
    assert eventually(lambda: epoch(url) == 1)
    assert viewer.is_running()


def test_an_interrupt_frees_a_cell_that_the_page_has_paused(notebook):
    url = notebook.link()
    feed = ask(url, "next", None, None)["place"]
    ask(url, "control", feed, {"paused": True})
    cell = notebook.start(FOR_EVER)
    time.sleep(0.3)
    notebook.manager.interrupt_kernel()
    assert notebook.finish(cell) == "KeyboardInterrupt"


@pytest.mark.parametrize("before", ["", "env.close()", "del env"])
def test_environments_made_anew_take_over_the_tab(notebook, before):
    url = notebook.link()
    for _ in range(20):
        notebook.run(before)
        notebook.run(MAKE + STEP)
    assert eventually(lambda: (tabs(url), epoch(url)) == ([("basic-v0", False)], 1))
    assert notebook.run("print(viewer.url())")[0]["text"].strip() == url


@pytest.mark.parametrize("end", ["shutdown", "restart", "kill"])
def test_nothing_is_left_of_a_kernel_that_has_ended(notebook, end):
    notebook.link()
    family = notebook.family()
    if end == "shutdown":
        notebook.manager.shutdown_kernel()
    elif end == "restart":
        notebook.manager.restart_kernel()
    else:
        notebook.manager.signal_kernel(signal.SIGKILL)
    assert gone(family)
    if end == "restart":
        notebook.client.wait_for_ready(timeout=30)
        notebook.run(IMPORTS)
        assert eventually(lambda: notebook.run("print(1)") == [{"name": "stdout", "text": "1\n"}])
        assert notebook.link()


def test_a_forked_worker_of_a_kernel_is_a_tab_of_its_page(notebook):
    url = notebook.link()
    notebook.run(
        "from gymnasium.vector import AsyncVectorEnv\n"
        "make = lambda: gymnasium.make('gym_push:basic-v0', render_mode='human')\n"
        "workers = AsyncVectorEnv([make] * 2, shared_memory=False, context='fork')\n"
        "workers.reset();"
    )
    assert eventually(lambda: len(tabs(url)) == 3)
    notebook.run("workers.close()")
    assert eventually(lambda: [ended for _, ended in tabs(url)] == [False, True, True])

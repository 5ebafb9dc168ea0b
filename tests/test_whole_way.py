"""examples/whole_way.ipynb runs from the top in a fresh kernel, and prints what stands in it."""

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.slow

manager = pytest.importorskip("jupyter_client.manager")
for package in ("ipykernel", "matplotlib", "scipy", "sklearn"):
    pytest.importorskip(package)

NOTEBOOK = Path(__file__).resolve().parents[1] / "examples" / "whole_way.ipynb"
CELLS = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
CODE = [cell for cell in CELLS if cell["cell_type"] == "code"]
LIVE = "text/html"
"""Of links and frames, which work as long as the kernel: the notebook is kept without them."""


def run(cells, folder, temporary):
    """Runs cells in a row, and returns what each has put out."""
    variables = {**os.environ, "TMPDIR": str(temporary), "GYM_PUSH_BROWSER": "0"}
    kernel, client = manager.start_new_kernel(cwd=str(folder), env=variables)
    outputs = []

    def hear(message):
        if message["header"]["msg_type"] not in ("status", "execute_input"):
            outputs[-1].append(message["content"])

    try:
        for cell in cells:
            outputs.append([])
            code = "".join(cell["source"])
            reply = client.execute_interactive(code, output_hook=hear, timeout=120)["content"]
            assert reply["status"] == "ok", (code, reply)
    finally:
        client.stop_channels()
        kernel.shutdown_kernel()
    return outputs


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder, temporary = tmp_path_factory.mktemp("a folder"), tmp_path_factory.mktemp("temporary")
    return SimpleNamespace(outputs=run(CODE, folder, temporary), folder=folder, temporary=temporary)


def printed(outputs):
    """Returns what a cell has printed; what it warns of or complains about, too."""
    return "".join("".join(output.get("text", "")) for output in outputs)


def shown(outputs):
    """Returns the kinds of what a cell shows beside text."""
    return [sorted(output["data"]) for output in outputs if "data" in output]


@pytest.mark.parametrize("place", range(len(CODE)))
def test_a_cell_puts_out_what_stands_in_the_notebook(ran, place):
    there, now = CODE[place]["outputs"], ran.outputs[place]
    assert printed(now) == printed(there)
    assert [kinds for kinds in shown(now) if LIVE not in kinds] == shown(there)


def test_the_page_is_linked_and_the_leaderboard_is_shown(ran):
    live = [
        out["data"][LIVE] for cell in ran.outputs for out in cell if LIVE in out.get("data", ())
    ]
    link, frame = live
    assert re.search(r'href="http://127\.0\.0\.1:\d+/', link)
    assert frame.lstrip().startswith("<iframe")


def test_all_is_written_into_a_temporary_folder(ran):
    assert not list(ran.folder.iterdir())
    (made,) = ran.temporary.glob("gym-push-*")
    assert {"leaderboard.html", "my_agent.py", "scores.sqlite"} <= {
        path.name for path in made.iterdir()
    }


def test_it_is_kept_as_it_ran_and_without_traces_of_a_machine():
    assert [cell["execution_count"] for cell in CODE] == [*range(1, len(CODE) + 1)]
    assert all(cell["metadata"] == {} for cell in CELLS)
    for cell in CODE:
        assert not re.search(r"127\.0\.0\.1|file://|(^|\W)/\w+/", printed(cell["outputs"]))


def test_its_links_lead_somewhere():
    prose = "".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", prose)
    assert links
    for link in links:
        assert link.startswith("https://") or (NOTEBOOK.parent / link).exists(), link

"""Runs examples/whole_way.ipynb, and keeps what it prints and draws: `python -m nox -s notebook`.

So that it can be read where nobody runs it. What is HTML, a link or a frame, works as long as its
kernel, and is left out.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

from gym_push.files import write_whole

NOTEBOOK = Path(__file__).resolve().parents[1] / "examples" / "whole_way.ipynb"


def main() -> None:
    """Runs it from the top, in a kernel and a folder of its own."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            coalesce_streams=True,
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        client.execute()
    for cell in notebook.cells:
        cell.metadata.clear()
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if "text/html" not in out.get("data", {})]
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.validate(notebook)
    write_whole(NOTEBOOK, nbformat.writes(notebook) + "\n")


if __name__ == "__main__":
    main()

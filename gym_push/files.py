"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Writes beside the file and then renames, so that nobody ever reads half of it.

    Args:
        path: The file to write; one that is there is replaced.
        text: What it is to hold, as UTF-8 with LF line ends.

    Raises:
        OSError: The file cannot be written; one that was there is as it was.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)

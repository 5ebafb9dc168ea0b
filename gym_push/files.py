"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Opens a file that gets its name when all is written, so that nobody ever reads half of it.

    Args:
        path: The file to write; one that is there is replaced.

    Yields:
        A file to write bytes to, beside the one that it becomes.

    Raises:
        OSError: The file cannot be written; one that was there is as it was.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # else a power cut could leave the name without its content
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Writes a file of text, whole or not at all.

    Args:
        path: The file to write; one that is there is replaced.
        text: What it is to hold, as UTF-8 with LF line ends.

    Raises:
        OSError: The file cannot be written; one that was there is as it was.
    """
    with whole_file(path) as file:
        file.write(text.encode())


def parts(folder: str | os.PathLike[str]) -> list[Path]:
    """Returns what processes that were killed while they wrote have left in a folder."""
    return sorted(Path(folder).glob(".*.[0-9]*.part"))

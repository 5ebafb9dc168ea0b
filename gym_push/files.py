"""Files that are written whole or not at all."""

from __future__ import annotations

import codecs
import errno
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

_BINARY = getattr(os, "O_BINARY", 0)  # of Windows


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Opens a file that appears under its name when all is written, never in part.

    Links are followed, and a file that is replaced keeps its owner and permissions. A hard link to
    it keeps the older content, since only another file can take its place at once. A device or a
    pipe is not replaced but written to, at the end.

    Args:
        path: The file; an existing one is replaced.

    Yields:
        A binary file to write to.

    Raises:
        OSError: The file cannot be written; an existing one is unchanged.
    """
    target, there = _place(path)
    if there is not None and not stat.S_ISREG(there.st_mode):
        waiting = BytesIO()
        yield waiting
        with open(path, "wb") as file:
            file.write(waiting.getvalue())
        return
    part = target.with_name(f".gym-push-{secrets.token_hex(8)}.part")
    permissions = 0o666 if there is None else 0o600
    try:
        opened = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, permissions)
        with open(opened, "wb") as file:
            if there is not None:
                with suppress(AttributeError, OSError):  # Windows; another one's file
                    os.chown(part, there.st_uid, there.st_gid)
                os.chmod(part, stat.S_IMODE(there.st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())  # else a power cut could leave the name without its content
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Writes a file of text, whole or not at all.

    Args:
        path: The file; an existing one is replaced.
        text: Its content, written as UTF-8 with LF line ends.

    Raises:
        OSError: The file cannot be written; an existing one is unchanged.
    """
    with whole_file(path) as file:
        file.write(text.encode())


def check_writable(path: str | os.PathLike[str]) -> None:
    """Checks that a file can be written, before the work whose result it is to hold.

    Raises:
        OSError: It cannot; `strerror` says why.
    """
    target, there = _place(path)
    if there is None or stat.S_ISREG(there.st_mode):
        try:
            with tempfile.TemporaryFile(dir=target.parent):
                pass
        except OSError as error:
            why = f"nothing can be in {target.parent} ({error.strerror}); choose another folder"
            raise OSError(error.errno, why, os.fspath(path)) from error


def read_bytes(path: str | os.PathLike[str], most: int) -> bytes:
    """Returns the content of an untrusted file, which may even be a device without end.

    Args:
        path: The file.
        most: Bytes that it may have.

    Raises:
        OSError: It cannot be read, or is larger.
    """
    with open(path, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most >> 20} MiB", os.fspath(path))
    return content


def read_text(path: str | os.PathLike[str], most: int = 1 << 22) -> str:
    """Returns the text of a small file: UTF-8, or UTF-16 with a byte order mark (PowerShell).

    Args:
        path: The file.
        most: Bytes that it may have.

    Raises:
        OSError: It cannot be read, or is larger.
        UnicodeError: It is not UTF-8.
    """
    content = read_bytes(path, most)
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if marked else "utf-8-sig")


def parts(folder: str | os.PathLike[str]) -> list[Path]:
    """Returns the unfinished files in a folder, left by processes that were killed."""
    return sorted(Path(folder).glob(".gym-push-*.part"))


def _place(path: str | os.PathLike[str]) -> tuple[Path, os.stat_result | None]:
    """Returns the real path of a file, and the status of an existing one.

    Raises:
        OSError: The file cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        there = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        there = None
    if there is not None and stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder; name a file in it", os.fspath(path))
    if not os.path.basename(path):
        raise FileNotFoundError(errno.ENOENT, "it is not the name of a file", os.fspath(path))
    if there is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    if there is None and not target.parent.is_dir():
        missing = f"there is no folder {Path(path).parent}; make it first"
        raise FileNotFoundError(errno.ENOENT, missing, os.fspath(path))
    return target, there

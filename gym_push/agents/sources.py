"""The files of an agent's code, found without running any of it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

from gym_push.errors import ArgumentError

MOST_FILES: Final = 10_000
LARGEST: Final = 2**20
"""Bytes; of a larger file only its size and modification time count."""

_INSTALLED: Final = ("site-packages", "dist-packages")
_NOT_READ: Final = (".pyc", ".ipynb", ".html", ".pdf", ".png", ".svg", "-wal", "-shm", "-journal")
_SQLITE: Final = b"SQLite format 3\0"


def module_spec(module: str) -> ModuleSpec | None:
    """Returns where a module is, or None. Neither it nor its package is run."""
    invalidate_caches()  # the module may be new
    top, *below = module.split(".")
    try:
        spec = find_spec(top)
        for name in below:
            if spec is None or spec.submodule_search_locations is None:
                return None
            spec = PathFinder.find_spec(name, [*spec.submodule_search_locations])
    except (ImportError, ValueError, AttributeError):
        return None
    return spec


def module_file(module: str) -> Path | None:
    """Returns the file of a module, or None."""
    spec = module_spec(module)
    return Path(spec.origin) if spec and spec.has_location and spec.origin else None


def fingerprint(module: str) -> str:
    """Returns a hash of every file a module's code may use: 16 hexadecimal digits.

    These are the files of its outermost package, including data files; outside a package those of
    the module's folder and the folders below it; for an installed module without a package just its
    own file. Left out are names that begin with a dot, compiled code, virtual environments, and
    files that agents do not read: notebooks, pages, pictures, and SQLite databases such as
    leaderboards.

    Raises:
        ArgumentError: There are more than `MOST_FILES`.
    """
    home, _ = _home(module)
    return "unknown" if home is None else folder_hash(home)


def runtime_env(modules: Iterable[str]) -> dict[str, Any]:
    """Returns what workers on other machines need for some modules, as Ray takes it.

    These are the files that `fingerprint` hashes. What is installed is left out: it has to be
    installed there, too.

    Raises:
        ArgumentError: The modules are in several folders that are not packages.
    """
    packages: set[str] = set()
    folders: set[str] = set()
    for home, package in map(_home, modules):
        if home is not None and not set(home.parts) & {*_INSTALLED}:
            (packages if package else folders).add(str(home.absolute()))
    if len(folders) > 1:
        raise ArgumentError(
            f"Ray can send one folder with agents, and these are in {', '.join(sorted(folders))}: "
            "put them into one folder, or into packages"
        )
    # Without leaderboards, which change while they are read.
    sent: dict[str, Any] = {"py_modules": sorted(packages), "excludes": ["*.sqlite*"]}
    return {**sent, "working_dir": folders.pop()} if folders else sent


def _home(module: str) -> tuple[Path | None, bool]:
    """Returns where a module's code is, and whether that is a package."""
    if module == "__main__":  # a script, or a notebook in the working folder
        return Path(getattr(sys.modules[module], "__file__", "notebook")).parent, False
    file = module_file(module)
    if file is None:
        return None, False
    home, package = file.parent, "." in module or file.name == "__init__.py"
    for _ in range(module.count(".") - (file.name != "__init__.py")):
        home = home.parent
    return file if home.name in _INSTALLED else home, package


def folder_hash(home: Path) -> str:
    """Returns the hash of a file, or of the files of a folder."""
    files = list(islice(_files(home), MOST_FILES + 1))
    if len(files) > MOST_FILES:
        raise ArgumentError(
            f"{home.absolute()} has more than {MOST_FILES} files, any of which may be part of the "
            "agent: put the agent into a folder of its own"
        )
    digest = hashlib.sha256()
    for file in files:
        content = _content(file)
        if content is not None:
            name = os.fsencode(file.relative_to(home).as_posix())
            digest.update(b"%b\0%d\0%b" % (name, len(content), content))
    return digest.hexdigest()[:16]


def _files(home: Path) -> Iterator[Path]:
    if home.is_file():
        yield home
    seen = {os.path.realpath(home)}  # each folder counts once, however many links lead to it
    for folder, folders, files in os.walk(home, followlinks=True):
        below = []
        for name in sorted(folders):
            path = os.path.realpath(os.path.join(folder, name))
            own = name.startswith((".", "__pycache__")) or os.path.exists(f"{path}/pyvenv.cfg")
            if not own and path not in seen:
                seen.add(path)
                below.append(name)
        folders[:] = below
        for name in sorted(files):
            if not name.startswith(".") and not name.endswith(_NOT_READ):
                yield Path(folder, name)


def _content(file: Path) -> bytes | None:
    """Returns the part of a file that counts; None if nothing does."""
    try:
        if not file.is_file():  # reading a pipe or a device might never end
            return None
        about = file.stat()
        if about.st_size > LARGEST:
            return f"{about.st_size} {about.st_mtime_ns}".encode()
        content = file.read_bytes()
    except OSError:
        return b""
    return None if content.startswith(_SQLITE) else content

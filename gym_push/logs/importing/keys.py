"""Contacts and words as keyed hashes: equal where they were equal, and nothing without the key.

HMAC-SHA256 (RFC 2104, FIPS 198-1) with a key of 32 random bytes in a file that only its owner can
read. Without it nobody can try names until one has the same hash. How often a hash appears is not
hidden: what is said most often remains what is said most often.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from functools import cache
from pathlib import Path
from typing import Final

from gym_push.errors import LogError

DIGITS: Final = 16
"""Hexadecimal digits of a hash: among a million contacts, two alike are very unlikely."""

_BYTES: Final = 32
_KEY: Final = re.compile(r"[0-9a-f]{64}")
_WORD: Final = re.compile(r"\w+")


def usual_key() -> Path:
    """Returns the path of the key in the person's folder of settings."""
    home = Path.home()
    if os.name == "nt":
        folder = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / "gym-push" / "import.key"


class Hasher:
    """Hashes with the key of a file, which is made when it is first needed.

    Args:
        path: The file; None for the one in the person's folder of settings.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or usual_key()
        self._known: dict[str, str] = {}
        self._secret = cache(lambda: _read_or_make(self.path))

    def hash(self, text: str) -> str:
        """Returns the hash of a text, in hexadecimal digits; `""` of nothing.

        Raises:
            LogError: The key cannot be read, or others can read it.
        """
        text = text.strip()
        if text and text not in self._known:
            made = hmac.new(self._secret(), text.encode(errors="surrogatepass"), hashlib.sha256)
            self._known[text] = made.hexdigest()[:DIGITS]
        return self._known[text] if text else ""

    def words(self, text: str) -> str:
        """Returns a text with a hash for each of its words, case and punctuation aside."""
        return " ".join(self.hash(word) for word in _WORD.findall(text.casefold()))


def _read_or_make(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise LogError(f"others can read the key {path}: chmod 600 it, and then import again")
        key = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise LogError(
            f"the key {path} cannot be read or made: {error.strerror}; name another file for it"
        ) from None
    if not _KEY.fullmatch(key):
        raise LogError(
            f"{path} is not a key of gym-push, which is {2 * _BYTES} hexadecimal digits; name "
            "another file for it, which is then made"
        )
    return bytes.fromhex(key)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(opened, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")

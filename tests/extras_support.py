"""Tests of what comes with an extra, which few of the processes that collect them run."""

from importlib.util import find_spec

import pytest


def installed(*packages):
    """A mark that skips tests without some packages, and loads none: Torch alone takes seconds."""
    missing = [package for package in packages if find_spec(package) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")

"""Imports files into a folder of the test, with a key of its own."""

import pytest

from gym_push.logs.importing import import_log


@pytest.fixture
def importing(tmp_path):
    """Imports files to `log.parquet`, with a key of its own."""

    def run(format, *files, out="log.parquet", **options):
        options.setdefault("key", tmp_path / "settings" / "import.key")
        return import_log(format, list(files), tmp_path / out, **options)

    return run

import os
import re

import pytest
from llm_support import Server


@pytest.fixture(scope="session")
def shared_server():
    """The process, for all tests that do not stop it."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def server(shared_server, own_cache):
    """A server that has not been asked anything."""
    shared_server.requests("DELETE")
    return shared_server


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """A cache of the test's own, and no key or proxy from outside."""
    for name in list(os.environ):
        if re.match(r"(?i)OPENAI_|GYM_PUSH_(OFFLINE|ASK)|.*_proxy$", name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GYM_PUSH_LLM_CACHE", str(tmp_path / "answers.sqlite"))
    return tmp_path / "answers.sqlite"

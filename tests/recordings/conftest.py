"""Recordings are opened as a colleague would: from the disk, in a Chromium without a network."""

import pytest


@pytest.fixture
def open_file(browser):
    """Opens files; fails on a console message, an error, or a request for anything else."""
    contexts, complaints, requests = [], [], []

    def open_one(path, **options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
    assert all(request.startswith(("file://", "data:image/svg+xml")) for request in requests)

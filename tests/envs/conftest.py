"""Agents that end with their test, and a way to read a page."""

import pytest
from page_support import AGENT, Agent


@pytest.fixture
def agent():
    started = []

    def start(code=AGENT, **kwargs):
        started.append(Agent(code.replace("{kwargs}", repr(kwargs))))
        return started[-1]

    yield start
    for each in started:
        with each.process:  # closes its pipes and waits for it
            each.process.kill()


@pytest.fixture
def see():
    from playwright.sync_api import expect

    def text(page, element, words):
        expect(page.locator(element)).to_contain_text(words)

    return text

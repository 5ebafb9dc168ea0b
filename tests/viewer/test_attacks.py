"""What another site in the person's browser can do: nothing here, and a good deal to plain eel.

Each attack runs from a page of another origin that even knows the address with its secret, first
against a plain eel program, so that a test in which the attack itself is broken fails.
"""

import http.client
from urllib.parse import urlsplit

import pytest

SOCKET = """
base => new Promise(done => {
  const socket = new WebSocket(base.replace('http', 'ws') + 'eel?page=x');
  socket.onopen = () => socket.send(JSON.stringify({call: 1, name: 'next', args: [null, null]}));
  socket.onmessage = message => done(message.data);
  socket.onerror = socket.onclose = () => done(null);
})
"""

FETCH = """
async base => {
  await fetch(base + 'eel.js', {mode: 'no-cors', credentials: 'include'}).catch(() => null);
  return fetch(base + 'main.html').then(answer => answer.text()).catch(() => 'nothing');
}
"""

SCRIPT = """
base => new Promise(done => {
  const script = document.createElement('script');
  script.src = base + 'eel.js';
  script.onload = () => done(typeof window.eel);
  script.onerror = () => done(null);
  document.head.append(script);
})
"""


@pytest.mark.browser
def test_another_sites_websocket(elsewhere, plain, served):
    assert "what the person reads" in elsewhere.evaluate(SOCKET, plain)
    assert elsewhere.evaluate(SOCKET, served) is None


@pytest.mark.browser
def test_another_sites_fetch(elsewhere, plain, served):
    """No site may read what another serves, but plain eel lets any of them ask for it."""
    answers = {}
    elsewhere.on("response", lambda response: answers.update({response.url: response.status}))
    for address in (plain, served):
        assert elsewhere.evaluate(FETCH, address) == "nothing"
    assert answers[plain + "eel.js"] == 200
    assert answers[served + "eel.js"] == 403


@pytest.mark.browser
def test_another_sites_script_tag(elsewhere, plain, served):
    assert elsewhere.evaluate(SCRIPT, plain) == "object"
    elsewhere.reload()
    assert elsewhere.evaluate(SCRIPT, served) is None


@pytest.mark.browser
def test_another_sites_frame(elsewhere, plain, served):
    def framed(address):
        elsewhere.set_content(f'<iframe src="{address}"></iframe>')
        (_, frame) = elsewhere.frames
        frame.wait_for_load_state()
        return frame.content()

    assert "what the person reads" in framed(plain + "main.html")
    assert "gym-push" not in framed(served)


def test_a_name_that_was_made_to_point_here(plain, served):
    """DNS rebinding: the browser believes to talk to the attacker's host, and says so."""

    def answer(address, path):
        target = urlsplit(address)
        connection = http.client.HTTPConnection(target.hostname, target.port, timeout=10)
        connection.request("GET", path, headers={"Host": f"evil.example:{target.port}"})
        status = connection.getresponse().status
        connection.close()
        return status

    assert answer(plain, "/main.html") == 200
    assert answer(served, urlsplit(served).path) == 403

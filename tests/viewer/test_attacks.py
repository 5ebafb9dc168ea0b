"""What another site in the person's browser can do: nothing here, and a good deal to plain eel.

Each attack runs from a page of another origin that even knows the address with its secret, first
against a plain eel program, so that a test in which the attack itself is broken fails.
"""

import functools
import http.client
import http.server
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest

PLAIN = """
import sys, eel
eel.init(sys.argv[1])
@eel.expose
def next(*_):
    return "what the person reads"
eel.start("main.html", mode=None, host="127.0.0.1", port=int(sys.argv[2]),
          close_callback=lambda page, sockets: None)
"""

SOCKET = """
base => new Promise(done => {
  const socket = new WebSocket(base.replace('http', 'ws') + 'eel?page=x');
  socket.onopen = () => socket.send(JSON.stringify({call: 1, name: 'next', args: [null, null]}));
  socket.onmessage = message => done(message.data);
  socket.onerror = socket.onclose = () => done(null);
})
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


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The address of a plain eel program that shows what a person reads."""
    web = tmp_path_factory.mktemp("plain")
    (web / "main.html").write_text("<h1>what the person reads</h1><script src=eel.js></script>")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-c", PLAIN, str(web), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
        process.kill()


@pytest.fixture
def elsewhere(browser, tmp_path):
    """A page of another origin."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    (tmp_path / "index.html").write_text("<title>another site</title>")
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page
        page.close()
        server.shutdown()


@pytest.mark.browser
def test_another_sites_websocket(elsewhere, plain, served):
    assert "what the person reads" in elsewhere.evaluate(SOCKET, plain)
    assert elsewhere.evaluate(SOCKET, served) is None


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

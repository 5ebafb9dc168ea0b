"""What can be had of the machine's files by asking the viewer for them: nothing.

Each attack runs against a plain eel program too, in which it works or, as the test then says, does
not; a page that both serve shows that the question itself was a good one.
"""

import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

import plain_eel
import pytest
from viewer_support import look

import gym_push

SECRET = "nobody may read this"


@pytest.fixture
def exposed(tmp_path):
    """A plain eel program, with a secret beside the folder that it serves."""
    web = tmp_path / "plain" / "web"
    (web / "css").mkdir(parents=True)
    (web / "main.html").write_text("the page")
    (tmp_path / "plain" / "secret.txt").write_text(SECRET)
    with plain_eel.serve(web) as (address, _):
        yield address, web


@pytest.fixture
def copied(tmp_path, monkeypatch, script):
    """A viewer that serves a copy of the package, with a secret beside what it serves."""
    package = tmp_path / "ours" / "gym_push"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(gym_push.__file__).parent, package, ignore=ignore)
    monkeypatch.chdir(package.parent)  # which is where a script looks first
    web = package / "envs" / "web"
    (web.parent / "secret.txt").write_text(SECRET)
    return script("sys.stdin.read()").url, web


def get(address, path):
    """The status and the body of a path below `address` that no client has tidied up."""
    base = urlsplit(address)
    with socket.create_connection((base.hostname, base.port), timeout=10) as connection:
        connection.sendall(
            f"GET {base.path}{path} HTTP/1.1\r\nHost: {base.netloc}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode(errors="replace")
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), body


def test_paths_that_lead_out_of_the_folder(exposed, copied):
    """Plain eel refuses them too: bottle looks at the path once everything is decoded."""
    outside = [
        "../secret.txt",
        "css/../../secret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "..%2fsecret.txt",
        "%252e%252e%252fsecret.txt",
        "..%5csecret.txt",
        "%2e%2e%5csecret.txt",
        "%252e%252e%255csecret.txt",
        "....//secret.txt",
        "..;/secret.txt",
        "%c0%ae%c0%ae/secret.txt",
        "%u002e%u002e/secret.txt",
        "main.html%00/../../secret.txt",
        "%00",
        "css",
        "css/",
        "x" * 5000,
    ]
    for address, web in (exposed, copied):
        assert get(address, "main.html")[0] == 200
        absolute = str(web.parent / "secret.txt")
        for path in (*outside, absolute, absolute.replace("/", "%2f"), "/" + absolute):
            status, body = get(address, path)
            assert status in (400, 403, 404, 500), path
            assert SECRET not in body, path
    assert look(copied[0])["frame"]["epoch"] == 1


def test_no_question_makes_an_error_of_ours(copied):
    for path in ("%00", "css", "x%ff.html", "css/%00main.css", "x" * 5000, "main.html/x"):
        assert get(copied[0], path)[0] == 404, path


def test_a_link_that_leads_out_of_the_folder(exposed, copied):
    for _, web in (exposed, copied):
        (web / "link.html").symlink_to(web.parent / "secret.txt")
        (web / "linked").symlink_to(web.parent)
    plain, ours = exposed[0], copied[0]
    for path in ("link.html", "linked/secret.txt"):
        assert get(plain, path) == (200, SECRET)
        status, body = get(ours, path)
        assert status == 404
        assert SECRET not in body
    assert get(ours, "main.html")[0] == 200
    assert look(ours)["frame"]["epoch"] == 1

"""The site builds without a warning, leads nowhere dead, and can be read by everybody."""

import functools
import http.server
import shutil
import subprocess
import sys
import threading
import zlib
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = (
    "gym_push",
    "gym_push.agents",
    "gym_push.envs",
    "gym_push.evaluation",
    "gym_push.evaluation.leaderboard",
    "gym_push.evaluation.suites",
    "gym_push.logs",
    "gym_push.logs.importing",
    "gym_push.recordings",
    "gym_push.users",
    "gym_push.viewer",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    pytest.importorskip("zensical")
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    recording = folder / "docs" / "pictures" / "recording.html"
    play = [sys.executable, "-m", "gym_push.cli", "play", "table-per-app", "--no-page"]
    subprocess.run([*play, "--record", recording, "--force"], check=True)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "griffe" not in done.stdout + done.stderr, "a docstring that cannot be read"
    return folder / "site"


class Links(HTMLParser):
    """What a page refers to, and the places on it that can be referred to."""

    def __init__(self, text):
        super().__init__()
        self.found, self.places = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src") and value is not None:
                self.found.append(value)
            elif name in ("id", "name"):
                self.places.add(value)


def test_no_link_is_dead(site):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    dead = []
    for path, links in pages.items():
        for link in links.found:
            link = f"{site.as_uri()}{link}" if link.startswith("/") else link  # on 404.html
            address, place = urldefrag(urljoin(path.as_uri(), link))
            if not address.startswith("file:"):
                continue
            target = Path(unquote(address.removeprefix("file://")))
            known = target in pages
            if not target.exists() or (known and place and place not in pages[target].places):
                dead.append(f"{path.relative_to(site)}: {link}")
    assert len(pages) > 20
    assert dead == []


def test_every_public_name_has_an_entry_in_the_reference(site):
    inventory = zlib.decompress((site / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    entries = {line.split()[0] for line in inventory.splitlines()}
    lacking = []
    for module in PUBLIC:
        for name in import_module(module).__all__:
            one = getattr(import_module(module), name)
            home = f"{getattr(one, '__module__', module)}.{getattr(one, '__qualname__', name)}"
            if not {f"{module}.{name}", home} & entries:
                lacking.append(f"{module}.{name}")
    assert lacking == []


@pytest.fixture(scope="module")
def address(site):
    """The address of the built site."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1360, "dark")])
def test_everybody_can_read_it(site, address, open_page, violations, width, scheme):
    page = open_page(address, viewport={"width": width, "height": 900}, color_scheme=scheme)
    wrong = []
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        page.goto(f"{address}/{name}", wait_until="load")
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        wrong += [f"{name}: {wide} px wide"] * (wide > width)
        if name.startswith("reference/") and name != "reference/users.html":
            continue  # made alike, and long: one stands for all
        wrong += [f"{name}: {each}" for each in violations(page)]
    assert wrong == []

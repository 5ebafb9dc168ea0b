"""One file out of the page's own: all inside, and nothing allowed but that."""

import base64
import hashlib
import re

import pytest
from recordings_support import record_run

from gym_push.recordings import document as documents
from gym_push.recordings.document import WEB, bundle, data_of, fill, part


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "run.html"
    record_run(path)
    return path.read_text(encoding="utf-8")


def test_it_allows_its_own_script_and_style_by_their_hashes_and_nothing_else(html):
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    assert rules.pop("img-src") == "data:"
    for rule, text in (
        ("script-src", re.search(r'<script type="module">(.*?)</script>', html, re.DOTALL)[1]),
        ("style-src", re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]),
    ):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules.pop(rule) == f"'sha256-{digest}'"
    assert rules == {}
    assert html.index("Content-Security-Policy") < html.index("<style>") < html.index("<script")


def test_it_loads_nothing(html):
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", html)
    assert not re.search(r"@import|url\(|\bimport\(", html)
    assert len(re.findall("<script", html)) == 2


def test_the_pages_modules_are_in_it_and_not_copies_of_them(html):
    for name in ("page", "feeds", "curves", "chart", "words", "run"):
        body = (WEB / "js" / f"{name}.js").read_text(encoding="utf-8")
        longest = max((line for line in body.splitlines() if "import" not in line), key=len)
        assert longest.removeprefix("export ") in html
    assert (WEB / "css" / "main.css").read_text(encoding="utf-8") in html
    assert "eel.js" not in html and "window.eel" not in html


def test_modules_that_bundle_does_not_know_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "WEB", tmp_path)
    (tmp_path / "js").mkdir()
    for name, source in {
        "star": "import * as all from './a.js';\n",
        "default": "export default 1;\n",
        "round": "import {a} from './trip.js';\n",
        "trip": "import {b} from './round.js';\n",
    }.items():
        (tmp_path / "js" / f"{name}.js").write_text(source)
    for name in ("star", "default"):
        with pytest.raises(ValueError, match=rf"{name}\.js imports or exports in a way"):
            bundle(name)
    with pytest.raises(ValueError, match="imports itself by way of"):
        bundle("round")


def test_parts():
    page = "a<!-- x -->\nb<!-- /x -->c"
    assert part(page, "x") == "b"
    assert fill(page, x=r"\1") == r"a\1c"
    with pytest.raises(ValueError, match="0 parts 'y'"):
        part(page, "y")


def test_data_that_is_not_there():
    with pytest.raises(ValueError, match="no recording in it"):
        data_of(b"<html></html>")
    with pytest.raises(ValueError, match="damaged"):
        data_of(b'<script type="text/plain" id="data">abc</script>')

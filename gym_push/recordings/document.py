"""The page as one file, with its style, modules and data inside, and no way out of it.

Browsers load no modules from a disk, so the page's modules are joined into one script. The file's
policy allows this script and this style alone, by their hashes. The recorded data is Base64, whose
letters are neither HTML nor script, whatever the notifications say.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from gym_push.envs.rendering import WEB
from gym_push.viewer.words import MODULE

IMPORT = re.compile(r"^import \{([\w, ]+)\} from '\./(\w+)\.js';\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function|const) (\w+))", re.MULTILINE)
DATA = re.compile(rb'<script type="text/plain" id="data">([A-Za-z0-9+/=]*)</script>')


def document(page: str, entry: str, styles: tuple[str, ...], data: bytes) -> str:
    """Returns a page as one HTML file.

    Args:
        page: The page, with a part `head` to be replaced.
        entry: The module that it runs, without `.js`.
        styles: Its style sheets, in their order.
        data: The content of the element `data`, deflated.
    """
    style = "".join((WEB / "css" / name).read_text(encoding="utf-8") for name in styles)
    script = bundle(entry)
    icon = base64.b64encode((WEB / "bell.svg").read_bytes()).decode()
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '  <link rel="icon" href="bell.svg">\n'
        f"  <style>{style}</style>\n"
        f'  <script type="module">{script}</script>'
    )
    block = f'<script type="text/plain" id="data">{base64.b64encode(data).decode()}</script>'
    whole = fill(page, head=head).replace("</body>", f"{block}\n</body>")
    return whole.replace('"bell.svg"', f'"data:image/svg+xml;base64,{icon}"')


def data_of(html: bytes) -> bytes:
    """Returns the data of a `document`, still deflated.

    Raises:
        ValueError: There is none, or it is damaged.
    """
    match = DATA.search(html)
    if match is None:
        raise ValueError(
            "there is no recording in it; give a file that gym_push.record() has written"
        )
    try:
        return base64.b64decode(match[1], validate=True)
    except binascii.Error:
        raise ValueError("its data is damaged; record the run again") from None


def template(name: str) -> str:
    """Returns a file of the page, as text."""
    return (WEB / name).read_text(encoding="utf-8")


def part(html: str, name: str) -> str:
    """Returns the HTML between `<!-- name -->` and `<!-- /name -->`."""
    return _find(html, name)[1]


def fill(html: str, **parts: str) -> str:
    """Returns a page with the named parts replaced."""
    for name, text in parts.items():
        match = _find(html, name)
        html = html[: match.start()] + text + html[match.end() :]
    return html


def bundle(entry: str) -> str:
    """Returns a module and all that it imports as one script.

    Each becomes a function that returns its exports. The page's modules use one form of each:
    `import {a, b} from './c.js';`, and `export` before a function or a constant.

    Raises:
        ValueError: A module imports or exports in another way, or in a circle.
    """
    done: dict[str, str] = {}
    underway: list[str] = []

    def add(name: str) -> None:
        if name in underway:
            raise ValueError(f"{name}.js imports itself by way of {', '.join(underway)}")
        underway.append(name)
        source = MODULE if name == "tables" else template(f"js/{name}.js")
        for _, needed in IMPORT.findall(source):
            if needed not in done:
                add(needed)
        exports = EXPORT.findall(source)
        body = EXPORT.sub("", IMPORT.sub(r"const {\1} = modules.\2;\n", source))
        if re.search(r"^(import|export)\b", body, re.MULTILINE):
            raise ValueError(f"{name}.js imports or exports in a way that bundle() does not know")
        done[name] = f"modules.{name} = (() => {{\n{body}return {{{', '.join(exports)}}};\n}})();\n"
        underway.remove(name)

    add(entry)
    return "const modules = {};\n" + "".join(done.values())


def _find(html: str, name: str) -> re.Match[str]:
    found = list(re.finditer(rf"<!-- {name} -->\n?(.*?)<!-- /{name} -->", html, re.DOTALL))
    if len(found) != 1:
        raise ValueError(f"the page has {len(found)} parts {name!r}, and should have one")
    return found[0]


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"

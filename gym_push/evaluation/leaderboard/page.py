"""The leaderboard as one HTML file, which needs no server, network or script.

Its security policy allows only its own style sheet, by hash, and the pictures within it, which
Matplotlib draws where it is installed. Names of agents may come from anybody: all text is escaped,
and characters that are not printable are shown by their numbers.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from string import Template
from typing import Final

from gym_push.errors import MissingExtraError
from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.leaderboard.entries import KEY_SHOWN, Entry, metric_names, suites
from gym_push.text import escaped

TEMPLATE: Final = Path(__file__).with_name("page.html")
STYLE: Final = TEMPLATE.with_suffix(".css")


def page(board: str, entries: Sequence[Entry]) -> str:
    """Returns the page.

    Args:
        board: A name for the leaderboard, such as its file's.
        entries: The entries by rank.
    """
    style = STYLE.read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    count = "1 evaluation" if len(entries) == 1 else f"{len(entries)} evaluations"
    sections = "".join(_suite(number, group) for number, group in enumerate(suites(entries), 1))
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        policy=policy, board=escaped(board), style=style, count=count, sections=sections or _EMPTY
    )


_EMPTY: Final = (
    '<section class="card"><h2>Nothing is finished yet</h2><p><code>gym-push evaluate</code> fills '
    "the leaderboard; <code>gym-push evaluate --help</code> shows how.</p></section>"
)


def _suite(number: int, entries: Sequence[Entry]) -> str:
    run = entries[0].run
    return (
        f'<section aria-labelledby="suite-{number}">'
        f'<h2 id="suite-{number}"><bdi>{escaped(run.suite)}</bdi> '
        f"<small>data {escaped(run.data[:KEY_SHOWN])}</small></h2>"
        f'<div class="charts">{_charts(entries)}</div>'
        f'<div class="card">{_ranking(entries)}'
        f"<details><summary>Learning curves in numbers</summary>{_curve_table(entries)}</details>"
        "<details><summary>How each entry was made</summary>"
        f"{_provenance(entries)}</details></div></section>"
    )


def _charts(entries: Sequence[Entry]) -> str:
    try:
        from gym_push.evaluation.plots.result_plots import pictures  # here: it needs Matplotlib
    except MissingExtraError as error:
        return f'<p class="card">{escaped(str(error))}</p>'

    charts = ""
    for title, drawn in pictures(entries):
        light, dark = (f"data:image/svg+xml;base64,{b64encode(svg).decode()}" for svg in drawn)
        about = escaped(f"{title}: agents on {entries[0].run.suite}; the tables have the numbers")
        charts += (
            '<figure class="card"><picture>'
            f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">'
            f'<img src="{light}" alt="{about}"></picture></figure>'
        )
    return charts


def _scrolled(label: str, content: str) -> str:
    """Scrolls what is wider than a phone, also with the keyboard."""
    return f'<div class="wide" role="group" aria-label="{label}" tabindex="0">{content}</div>'


def _ranking(entries: Sequence[Entry]) -> str:
    first = entries[0].ranked_by
    names = sorted(metric_names(entries), key=lambda name: name != first)  # the others as they were
    columns = {
        "key": [f"<code>{entry.run.key[:KEY_SHOWN]}</code>" for entry in entries],
        **{name: [_estimate(entry.metrics.get(name)) for entry in entries] for name in names},
        "microseconds a decision": [f"{entry.microseconds:.0f}" for entry in entries],
        "seeds": [entry.run.seeds_shown for entry in entries],
        "people": [str(len(entry.people)) for entry in entries],
        "finished (UTC)": [f"{entry.finished:%Y-%m-%d %H:%M}" for entry in entries],
    }
    return _table("Ranking", entries, columns)


def _curve_table(entries: Sequence[Entry]) -> str:
    tenths = list(zip_longest(*(entry.curve for entry in entries)))
    columns = {
        f"to {number / len(tenths):.0%}": [_number(value) for value in tenth]
        for number, tenth in enumerate(tenths, 1)
    }
    caption = "Mean reward a notification by tenth of what the agent sees"
    return _table(caption, entries, columns)


def _provenance(entries: Sequence[Entry]) -> str:
    versions = (
        ", ".join(f"{name} {version}" for name, version in entry.run.versions.items())
        for entry in entries
    )
    columns = {
        "key": [f"<code>{entry.run.key}</code>" for entry in entries],
        "seeds": [entry.run.seeds_shown for entry in entries],
        "versions": list(map(escaped, versions)),
        "commit": [f"<code>{escaped(entry.commit or '–')}</code>" for entry in entries],
        "seconds": [f"{entry.seconds:.1f}" for entry in entries],
    }
    return _table(f"Of data {entries[0].run.data}", entries, columns)


def _table(caption: str, entries: Sequence[Entry], columns: Mapping[str, Sequence[str]]) -> str:
    """Returns a table with a row for each entry: rank, agent, and columns of HTML."""
    names = ("rank", "agent", *columns)
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in names)
    body = ""
    for rank, (entry, *cells) in enumerate(zip(entries, *columns.values(), strict=True), 1):
        body += (
            f'<tr><td><b class="badge">{rank}</b></td>'
            f'<th scope="row"><bdi>{escaped(entry.agent)}</bdi></th>'
            f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        )
    caption = escaped(caption)
    content = f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return _scrolled(caption, f"<table>{content}</table>")


def _estimate(value: Estimate | None) -> str:
    if value is None:
        return _number(None)
    more = " to ".join(map(_number, value.interval or ()))
    more += "" if value.spread is None else f" ± {_number(value.spread)}"
    return f"{_number(value.value)}{f' <small>{more}</small>' if more else ''}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", "−")

"""The leaderboard as one HTML file, which needs neither server nor network and runs no script.

The charts are SVG of our own: it takes the page's colours in light and dark, its text is text, and
nobody has to install Matplotlib to show a leaderboard. The file forbids itself everything but its
own style sheet, by its hash. Names of agents and persons may be anybody's: all text is escaped, and
what is not printable is shown as what it is.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from math import fsum
from pathlib import Path
from typing import Final

from gym_push.evaluation.estimates import Estimate
from gym_push.evaluation.leaderboard.charts import COLOURS, curves, intervals, mark, scatter
from gym_push.evaluation.leaderboard.entries import KEY_SHOWN, Entry, metric_names, suites
from gym_push.evaluation.results import Evaluation
from gym_push.text import escaped

STYLE: Final = Path(__file__).with_name("page.css")

PAIRS: Final = (("performance", "ctr", "user ctr"), ("interruption", "engagement", ""))
"""Metrics drawn against each other, and one of the person's own; the first that a suite has."""

SHARES: Final = ("performance", "ctr")
"""Those that are shares."""


def page(board: str, entries: Sequence[Entry]) -> str:
    """Returns the page.

    Args:
        board: What to call the leaderboard, such as the name of its file.
        entries: As they are ranked.
    """
    style = STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    sections = "".join(_suite(number, group) for number, group in enumerate(suites(entries), 1))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{escaped(board)}: gym-push leaderboard</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>{style}</style>
</head>
<body>
<header><h1>gym-push leaderboard</h1><p><bdi>{escaped(board)}</bdi>, {_count(entries)}</p></header>
<main>{sections or _EMPTY}</main>
<footer>Intervals hold the mean over persons with 95 % confidence; ± is the standard deviation over
the seeds of an agent. Ranks are those in a suite.
<code>gym-push leaderboard verify KEY</code> runs an entry again and says whether it is the same to
the bit.</footer>
</body>
</html>
"""


_EMPTY: Final = (
    '<section class="card"><h2>Nothing is finished yet</h2><p><code>gym-push evaluate</code> fills '
    "the leaderboard; <code>gym-push evaluate --help</code> says how.</p></section>"
)


def _count(entries: Sequence[Entry]) -> str:
    return "1 evaluation" if len(entries) == 1 else f"{len(entries)} evaluations"


def _suite(number: int, entries: Sequence[Entry]) -> str:
    run, means = entries[0].run, [_mean_curve(entry) for entry in entries]
    return (
        f'<section aria-labelledby="suite-{number}">'
        f'<h2 id="suite-{number}"><bdi>{escaped(run.suite)}</bdi> '
        f"<small>data {escaped(run.data[:KEY_SHOWN])}</small></h2>"
        f'<div class="charts">{_charts(entries, means)}</div>'
        f'<div class="card">{_ranking(entries)}'
        f"<details><summary>Learning curves in numbers</summary>{_curve_table(entries, means)}"
        "</details><details><summary>What each entry was made with</summary>"
        f"{_provenance(entries)}</details></div></section>"
    )


def _charts(entries: Sequence[Entry], means: Sequence[Sequence[float | None]]) -> str:
    names, suite = [entry.agent for entry in entries], entries[0].run.suite
    what, charts = entries[0].ranked_by, ""
    if what:
        measured = [merit for entry in entries if (merit := entry.merit)]  # the others are the last
        charts += _figure(
            what.capitalize(),
            f"{_of_whom(entries)} "
            + ("0 is who lets everything through, 1 the oracle." if what == "score" else ""),
            intervals(f"{what} of each agent on {suite}", names[: len(measured)], measured),
        )
    best = means[:COLOURS]
    if any(value is not None for mean in best for value in mean):
        charts += _figure(
            "Learning curves",
            "Reward by tenth of what an agent saw of a person, from where it began to learn."
            + (f" The best {COLOURS} agents." if len(means) > COLOURS else ""),
            curves(f"learning curves on {suite}", names[:COLOURS], best),
        )
    return charts + _trade_off(entries, names, suite)


def _of_whom(entries: Sequence[Entry]) -> str:
    if max(len(entry.people) for entry in entries) == 1:
        return "Of one person."
    known = any(entry.merit and entry.merit.interval for entry in entries)
    return "Mean over persons" + (", with its 95 % interval." if known else ".")


def _trade_off(entries: Sequence[Entry], names: Sequence[str], suite: str) -> str:
    for x, y, own in PAIRS:
        points = {
            rank: (entry.metrics[x].value, entry.metrics[y].value)
            for rank, entry in enumerate(entries, 1)
            if x in entry.metrics and y in entry.metrics
        }
        if points:
            across = entries[0].metrics.get(own)
            title = f"{_title(y)} against {x}"
            drawn = scatter(
                f"{title} on {suite}",
                names,
                points,
                (x, y),
                x in SHARES,
                ("the people's own", across.value) if across else None,
            )
            return _figure(title, "Each dot is an agent; the number is its rank.", drawn)
    return ""


def _title(metric: str) -> str:
    return "CTR" if metric == "ctr" else metric.capitalize()


def _figure(title: str, about: str, drawn: str) -> str:
    return (
        f'<figure class="card"><figcaption><h3>{title}</h3><p>{about}</p></figcaption>'
        f"{_scrolled(title, drawn)}</figure>"
    )


def _scrolled(label: str, content: str) -> str:
    """What is wider than a phone scrolls by itself, with the keyboard, too."""
    return f'<div class="wide" role="group" aria-label="{label}" tabindex="0">{content}</div>'


def _ranking(entries: Sequence[Entry]) -> str:
    first = entries[0].ranked_by
    names = sorted(metric_names(entries), key=lambda name: name != first)  # the others as they were
    head = [
        "rank",
        "agent",
        "key",
        *names,
        "microseconds a decision",
        "seeds",
        "people",
        "finished (UTC)",
    ]
    rows = [
        f'<td><b class="badge {mark(rank)}">{rank}</b></td>'
        f'<th scope="row"><bdi>{escaped(entry.agent)}</bdi></th>'
        f"<td><code>{entry.run.key[:KEY_SHOWN]}</code></td>"
        f"{''.join(_estimate(entry.metrics.get(name)) for name in names)}"
        f"<td>{entry.microseconds:.0f}</td><td>{entry.run.seeds_shown}</td><td>{len(entry.people)}</td>"
        f"<td>{entry.finished:%Y-%m-%d %H:%M}</td>"
        for rank, entry in enumerate(entries, 1)
    ]
    return _table("Ranking", head, rows)


def _estimate(value: Estimate | None) -> str:
    if value is None:
        return "<td>–</td>"
    more = " to ".join(map(_number, value.interval or ()))
    more += "" if value.spread is None else f" ± {_number(value.spread)}"
    return f"<td>{_number(value.value)}{f' <small>{more}</small>' if more else ''}</td>"


def _curve_table(entries: Sequence[Entry], means: Sequence[Sequence[float | None]]) -> str:
    most = max(map(len, means))
    head = ["rank", "agent", *(f"to {(tenth + 1) / most:.0%}" for tenth in range(most))]
    rows = [
        f'<td>{rank}</td><th scope="row"><bdi>{escaped(entry.agent)}</bdi></th>'
        + "".join(f"<td>{'–' if value is None else _number(value)}</td>" for value in mean)
        for rank, (entry, mean) in enumerate(zip(entries, means, strict=True), 1)
    ]
    return _table("Mean reward of a decision by tenth of what the agent saw", head, rows)


def _provenance(entries: Sequence[Entry]) -> str:
    head = ["rank", "agent", "key", "parameters", "seeds", "versions", "commit", "seconds"]
    rows = []
    for rank, entry in enumerate(entries, 1):
        run = entry.run
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        rows.append(
            f'<td>{rank}</td><th scope="row"><bdi>{escaped(run.agent)}</bdi></th>'
            f"<td><code>{run.key}</code></td>"
            f"<td><code>{escaped(json.dumps(dict(run.parameters)))}</code></td><td>{run.seeds_shown}</td>"
            f"<td>{escaped(versions)}</td><td><code>{escaped(entry.commit or '–')}</code></td>"
            f"<td>{entry.seconds:.1f}</td>"
        )
    about = f"Of data {entries[0].run.data}"
    return _table(about, head, rows)


def _table(caption: str, head: Sequence[str], rows: Sequence[str]) -> str:
    cells = "".join(f'<th scope="col">{escaped(name)}</th>' for name in head)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    caption = escaped(caption)
    return _scrolled(
        caption,
        f"<table><caption>{caption}</caption><thead><tr>{cells}</tr></thead>"
        f"<tbody>{body}</tbody></table>",
    )


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _mean_curve(evaluation: Evaluation) -> list[float | None]:
    """Returns the mean over persons by tenth; None where nobody has a value."""
    most = max((len(result.curve) for result in evaluation.people), default=0)
    mean: list[float | None] = []
    for tenth in range(most):
        known = [
            value
            for result in evaluation.people
            if tenth < len(result.curve) and (value := result.curve[tenth]) is not None
        ]
        mean.append(fsum(known) / len(known) if known else None)
    return mean

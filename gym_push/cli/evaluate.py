"""`gym-push evaluate`: how good agents are, on people that every agent meets alike."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from gym_push.cli.agents import naming_faults, recipe_of
from gym_push.cli.endings import Mistake, Stopped
from gym_push.cli.progress import Advance, progress
from gym_push.cli.suites import board_option, suite_of, suite_options
from gym_push.cli.types import AgentName, json_option, new_file
from gym_push.errors import MissingExtraError
from gym_push.users.writing import MOST_PROCESSES

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.agents import Recipe
    from gym_push.evaluation.results import Evaluation
    from gym_push.evaluation.suites import Suite

COLUMNS: Final = {
    "basic-v0": ("performance", "auc", "ctr", "precision", "recall"),
    "delivery-v0": ("engagement", "interruption", "stress", "ctr", "delivered"),
}
"""Metrics in the table, beside reward and score, by environment."""


@click.command(
    epilog="""\b
Examples:
  gym-push evaluate
  gym-push evaluate random table-per-app --suite basic-324/v1 --plots agents.pdf
  gym-push evaluate "table-per-app(prior=2)" --log my-log.csv --schema my-log.toml --learn 0.5
  gym-push evaluate --suite users-24/v1 --processes 2 --resume
"""
)
@click.argument("agents", nargs=-1, type=AgentName())
@suite_options
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    default=1,
    show_default=True,
    help="How many test side by side; the metrics are the same to the bit.",
)
@board_option
@click.option("--resume", is_flag=True, help="Take what the leaderboard has; do what is missing.")
@click.option("--audit", is_flag=True, help="Look first whether the agents play by the rules.")
@click.option("--plots", type=new_file, metavar="FILE", help="Draw a page: .pdf, .png or .svg.")
@json_option
def evaluate(
    agents: tuple[str, ...],
    suite: str | None,
    log: Path | None,
    schema: Path | None,
    learn: float | None,
    seed: int,
    processes: int,
    board: Path,
    resume: bool,
    audit: bool,
    plots: Path | None,
    as_json: bool,
) -> None:
    """Tests AGENTS on a suite, and keeps the results on the leaderboard.

    An agent is a baseline or module:Class of your own, with parameters as in "linucb(alpha=0.5)".
    Without any, all baselines are tested that are for the suite and installed. Ctrl-C keeps what is
    finished, and --resume goes on with it.
    """
    from gym_push.evaluation.evaluating import evaluate_each
    from gym_push.evaluation.leaderboard import Leaderboard

    tested = suite_of(suite, log, schema, learn)
    if plots is not None:
        from gym_push.evaluation.plots import check_name

        check_name(plots)
    recipes = [recipe_of(agent) for agent in dict.fromkeys(agents)] or _baselines(tested)
    found: list[Evaluation] = []
    with naming_faults(" or ".join(map(str, recipes))):
        if audit:
            _audit(recipes, tested, seed)
        with (
            Leaderboard(board) as kept,
            keep_what_is_finished(len(recipes) * len(tested.people), board) as tell,
        ):
            for evaluation in evaluate_each(
                recipes, tested, seed=seed, processes=processes, board=kept, resume=resume,
                on_person=lambda recipe, result: tell(1),
            ):  # fmt: skip
                found.append(evaluation)
    found.sort(key=lambda each: -each.metrics["reward"].value)
    if plots is not None:
        from gym_push.evaluation.result_plots import plot_evaluations

        plot_evaluations(found, plots)
    if as_json:
        click.echo(json.dumps({"suite": tested.id, "agents": [each.to_dict() for each in found]}))
    else:
        from gym_push.cli.shown import show

        show(results(tested, found))


def results(suite: Suite, evaluations: Sequence[Evaluation]) -> Table:
    """Returns a table with a row for each agent, the best first, and one for the most there is."""
    from gym_push.cli.shown import add, table
    from gym_push.evaluation.metrics import TOP, estimate_of

    metrics = [name for name in COLUMNS[suite.plays] if any(name in e.metrics for e in evaluations)]
    numbers = ("reward", "95 % interval", "score", *metrics, "lowest tenth", "µs")
    made = table(f"{suite.id}: {suite.summary}", "agent", *numbers, right=numbers)
    made.columns[0].no_wrap = True
    top = estimate_of(evaluations[0].people, TOP)
    perfect = suite.plays == "basic-v0" and top.value == 1.0  # nobody knows what was chance
    row: list[Any] = [
        "(the person)" if perfect else "(oracle)",
        f"{top.value:.3f}",
        _interval(top),
        "1.000",
    ]
    if suite.plays == "basic-v0":
        row.append(f"{(top.value + 1.0) / 2.0:.3f}")
    add(made, *row, *[""] * (len(numbers) + 1 - len(row)), style="dim")
    for each in evaluations:
        values = [each.metrics.get(name) for name in ("score", *metrics, "lowest tenth")]
        cells = ["" if value is None else f"{value.value:.3f}" for value in values]
        reward = each.metrics["reward"]
        add(
            made, each.agent, f"{reward.value:.3f}", _interval(reward), *cells,
            f"{each.microseconds:.0f}",
        )  # fmt: skip
    return made


def _interval(estimate: Any) -> str:
    return "" if estimate.low == estimate.high else f"{estimate.low:.3f} to {estimate.high:.3f}"


def _baselines(suite: Suite) -> list[Recipe]:
    """Returns those that are for a suite and installed; says which are not."""
    from gym_push.agents import BASELINES, Recipe

    recipes = []
    for name, baseline in BASELINES.items():
        if suite.plays in baseline.plays:
            try:
                recipes.append(Recipe.of(name))
            except MissingExtraError as error:
                click.echo(f"left out: {error}", err=True)
    return recipes


def _audit(recipes: Sequence[Recipe], suite: Suite, seed: int) -> None:
    from gym_push.evaluation.auditing import audit

    for recipe in recipes:
        if found := audit(recipe, suite, seed=seed):
            raise Mistake("; ".join(found))


@contextmanager
def keep_what_is_finished(people: int, board: Path) -> Iterator[Advance]:
    """Shows progress, and says what Ctrl-C leaves."""
    try:
        with progress(people, "tests of a person") as advance:
            yield advance
    except KeyboardInterrupt:
        raise Stopped(
            f"stopped by Ctrl-C; what is finished is in {board}, and --resume continues"
        ) from None

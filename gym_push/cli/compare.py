"""`gym-push compare`: whether one agent is better than another, person by person."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from gym_push.cli.agents import recipe_of
from gym_push.cli.endings import Mistake
from gym_push.cli.suites import board_option, suite_of, suite_options
from gym_push.cli.types import AgentName, json_option
from gym_push.users.writing import MOST_PROCESSES

DEFAULT_SUITE: Final = "users-24/v1"
SURE: Final = 0.05  # below it, a p-value is called no chance


@click.command(
    epilog="""\b
Examples:
  gym-push compare table-per-app majority
  gym-push compare table-per-app "table-per-app(prior=8)" --suite cold-start-24/v1 --metric auc
"""
)
@click.argument("agent", type=AgentName())
@click.argument("other", type=AgentName())
@suite_options(DEFAULT_SUITE)
@click.option("--metric", default="reward", show_default=True, help="What is compared.")
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    default=1,
    show_default=True,
    help="How many test side by side.",
)
@board_option
@click.option(
    "--resume", is_flag=True, help="Take what the leaderboard has of agents of your own, too."
)
@json_option
def compare(
    agent: str,
    other: str,
    suite: str | None,
    log: Path | None,
    schema: Path | None,
    learn: float | None,
    seed: int,
    metric: str,
    processes: int,
    board: Path,
    resume: bool,
    as_json: bool,
) -> None:
    """Tests whether AGENT or OTHER is better, on the same people.

    They are evaluated first, but for baselines that the leaderboard has. Prints the mean difference
    with its interval, a paired test and the size of the effect.
    """
    from gym_push.agents import BASELINES
    from gym_push.cli.evaluate import keep_what_is_finished, say_what_is_taken
    from gym_push.evaluation.comparing import check_comparable
    from gym_push.evaluation.comparing import compare as compare_evaluations
    from gym_push.evaluation.evaluating import evaluate_each
    from gym_push.evaluation.leaderboard import Leaderboard

    recipes = [recipe_of(agent), recipe_of(other)]
    if recipes[0] == recipes[1]:
        raise Mistake(f"{agent} and {other} are the same agent; name two")
    tested = suite_of(suite, log, schema, learn, DEFAULT_SUITE)
    check_comparable(tested)
    taking = [each for each in recipes if resume or each.name in BASELINES]
    with (
        Leaderboard(board) as kept,
        keep_what_is_finished(2 * len(tested.people), board, "the same with --resume") as tell,
    ):
        say_what_is_taken(kept, taking, tested, seed)
        found = {
            each.agent: each
            for each in evaluate_each(
                recipes, tested, seed=seed, processes=processes, board=kept, resume=taking,
                on_person=lambda recipe, result: tell(1),
            )
        }  # fmt: skip
    one, another = (found[str(recipe)] for recipe in recipes)
    comparison = compare_evaluations(one, another, metric)
    if as_json:
        click.echo(json.dumps({"suite": tested.id, **asdict(comparison)}))
        return
    from gym_push.cli.shown import show

    (mean, low, high), effect = comparison.difference, comparison.effect_size
    how = "a higher" if mean else "the same"
    show(
        f"{comparison.better} has {how} {metric} {'than' if mean else 'as'} {comparison.worse} on "
        f"{tested.id}{'' if comparison.p_value < SURE or not mean else ', which may be chance'}",
        f"  by {mean:.4f} (95 % interval {low:.4f} to {high:.4f})",
        f"  with {comparison.wins:g} of {comparison.people} people",
        f"  p = {comparison.p_value:.2g} in a paired permutation test"
        + ("" if effect is None else f", effect size d = {effect:.2f}"),
    )

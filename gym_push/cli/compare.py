"""`gym-push compare`: whether one agent is better than another, person by person."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from gym_push.cli.agents import spec_of
from gym_push.cli.endings import Mistake
from gym_push.cli.suites import board_option, suite_of, suite_options
from gym_push.cli.types import AgentName, json_option
from gym_push.users.generation.writing import MOST_PROCESSES

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
    groups: int | None,
    seed: int,
    seeds: int,
    metric: str,
    processes: int,
    board: Path,
    resume: bool,
    as_json: bool,
) -> None:
    """Tests whether AGENT or OTHER is better, on the same people.

    They are evaluated first, but for baselines that the leaderboard has. Prints the mean difference
    with its 95 % interval, the p-value of a paired t-test that says the same as the interval, and
    the size of the effect.
    """
    from gym_push.agents import BASELINES
    from gym_push.cli.evaluate import keep_what_is_finished, say_what_is_taken
    from gym_push.evaluation.comparing import check_comparable
    from gym_push.evaluation.comparing import compare as compare_evaluations
    from gym_push.evaluation.evaluating import evaluate_each
    from gym_push.evaluation.leaderboard import Leaderboard

    specs = [spec_of(agent), spec_of(other)]
    if specs[0] == specs[1]:
        raise Mistake(f"{agent} and {other} are the same agent; name two")
    tested = suite_of(suite, log, schema, learn, groups, DEFAULT_SUITE)
    check_comparable(tested)
    taking = [each for each in specs if resume or each.name in BASELINES]
    with (
        Leaderboard(board) as kept,
        keep_what_is_finished(
            2 * seeds * len(tested.people), board, "the same with --resume"
        ) as tell,
    ):
        say_what_is_taken(kept, taking, tested, seed, seeds)
        found = {
            each.agent: each
            for each in evaluate_each(
                specs, tested, seed=seed, seeds=seeds, processes=processes, board=kept,
                resume=taking, on_person=lambda spec, result: tell(1),
            )
        }  # fmt: skip
    one, another = (found[str(spec)] for spec in specs)
    comparison = compare_evaluations(one, another, metric)
    if as_json:
        click.echo(json.dumps({"suite": tested.id, **asdict(comparison)}))
        return
    from gym_push.cli.shown import show

    gain, p = comparison.difference, comparison.p_value
    lines = [f"{comparison.better} has the same {metric} as {comparison.worse} on {tested.id}"]
    if gain.value:
        chance = "" if p is not None and p < SURE else ", which may be chance"
        lines = [
            f"{comparison.better} has a higher {metric} than {comparison.worse} on {tested.id}"
            f"{chance}",
            f"  by {gain.value:.4f}"
            + (f" (95 % interval {gain.low:.4f} to {gain.high:.4f})" if gain.interval else ""),
        ]
    lines.append(f"  with {comparison.wins:g} of {comparison.people} people")
    if p is not None:
        effect = f"effect size d = {comparison.effect_size:.2f}"
        lines.append(f"  p = {p:.2g} in a paired t-test, {effect}")
    show(*lines)

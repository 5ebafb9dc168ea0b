"""`gym-push compare`: whether one agent is better than another, person by person."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push.cli import output
from gym_push.cli.evaluate import evaluations
from gym_push.cli.options import board_option, json_option, processes_option, suite_options
from gym_push.cli.types import AgentName

if TYPE_CHECKING:
    from gym_push.agents import AgentSpec
    from gym_push.evaluation.comparing import Comparison
    from gym_push.evaluation.suites import Suite

SURE: Final = 0.05  # a p-value below it is not called chance


@click.command(
    epilog="""\b
Examples:
  gym-push compare table-per-app majority
  gym-push compare table-per-app "table-per-app(prior=8)" --suite cold-start-24/v1 --metric auc
"""
)
@click.argument("agent", type=AgentName())
@click.argument("other", type=AgentName())
@suite_options("users-24/v1")
@click.option("--metric", default="reward", show_default=True, help="What is compared.")
@processes_option
@board_option
@click.option(
    "--resume", is_flag=True, help="Take what the leaderboard has of agents of your own, too."
)
@json_option
def compare(
    agent: AgentSpec,
    other: AgentSpec,
    suite: Suite,
    seed: int,
    seeds: int,
    metric: str,
    processes: int,
    board: Path,
    resume: bool,
    as_json: bool,
) -> None:
    """Test whether AGENT or OTHER is better, on the same people.

    Both are evaluated first, except baselines whose results the leaderboard has. Prints the mean
    difference with its 95 % interval, the p-value of a paired t-test, which agrees with the
    interval, and the size of the effect.
    """
    from gym_push.agents import BASELINES
    from gym_push.evaluation.comparing import check_comparable
    from gym_push.evaluation.comparing import compare as compare_evaluations

    if agent == other:
        raise output.Mistake(f"{agent} and {other} are the same agent; name two")
    check_comparable(suite)
    both = [agent, other]
    taking = [each for each in both if resume or each.name in BASELINES]
    again = "the same with --resume"
    found = {
        each.agent: each
        for each in evaluations(both, suite, seed, seeds, processes, board, taking, again)
    }
    comparison = compare_evaluations(found[str(agent)], found[str(other)], metric)
    if as_json:
        output.print_json({"suite": suite.id, **asdict(comparison)})
    else:
        output.show(*_sentences(comparison, metric, suite.id))


def _sentences(comparison: Comparison, metric: str, suite: str) -> list[str]:
    gain, p = comparison.difference, comparison.p_value
    lines = [f"{comparison.better} has the same {metric} as {comparison.worse} on {suite}"]
    if gain.value:
        chance = "" if p is not None and p < SURE else ", which may be chance"
        interval = f" (95 % interval {gain.low:.4f} to {gain.high:.4f})" if gain.interval else ""
        lines = [
            f"{comparison.better} has a higher {metric} than {comparison.worse} on {suite}{chance}",
            f"  by {gain.value:.4f}{interval}",
        ]
    lines.append(f"  with {comparison.wins:g} of {comparison.people} people")
    if p is not None:
        effect = f"effect size d = {comparison.effect_size:.2f}"
        lines.append(f"  p = {p:.2g} in a paired t-test, {effect}")
    return lines

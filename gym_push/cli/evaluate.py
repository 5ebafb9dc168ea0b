"""`gym-push evaluate` and `compare`: how good agents are, on the same people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from gym_push.agents import BASELINES, AgentSpec, LocalAgent
from gym_push.cli import output, usage
from gym_push.cli.options import (
    Command,
    board_option,
    chosen_suite,
    explain_option,
    force_option,
    json_option,
    plots_option,
    processes_option,
    suite_options,
)
from gym_push.cli.types import AgentName
from gym_push.errors import ArgumentError, MissingExtraError, not_one_of
from gym_push.registration import BASIC, DELIVERY, SEND
from gym_push.workers import Workers

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.evaluation.comparing import Comparison
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.evaluation.results import Evaluation
    from gym_push.evaluation.suites import Suite

TIME: Final = "µs"  # of a decision
ALONE: Final = ("lowest tenth", "worst person")
"""Metrics that say nothing where there is one person."""

COLUMNS: Final = {
    BASIC: (
        "performance", "auc", "ctr", "precision", "recall", TIME, "lowest tenth", "worst person",
        "regret", "balanced accuracy", "user ctr",
    ),
    DELIVERY: (
        "engagement", "interruption", "stress", "missed", "ctr", "delivered", "suppressed", TIME,
        "lowest tenth", "worst person", "regret",
    ),
    SEND: (
        "sends a week", "left", "ctr", "effect per send", "distal outcome", "diversity", "trust",
        TIME, "lowest tenth", "worst person", "regret",
    ),
}  # fmt: skip
"""Metrics in the table, beside reward and score, by environment; the last where there is room."""

SURE: Final = 0.05  # a p-value below it is not called chance


@click.command(cls=Command)
@click.argument("agents", nargs=-1, type=AgentName())
@suite_options("basic-324/v1")
@processes_option
@board_option
@click.option(
    "--resume",
    is_flag=True,
    help="Take the results of the same agents that the leaderboard has; evaluate the rest.",
)
@click.option("--audit", is_flag=True, help="Check first that the agents play by the rules.")
@plots_option
@force_option
@explain_option
@json_option
def evaluate(
    agents: tuple[AgentSpec, ...],
    seed: int,
    seeds: int,
    processes: Workers,
    board: Path,
    resume: bool,
    audit: bool,
    plots: Path | None,
    as_json: bool,
    **tested_on: Any,
) -> None:
    """Test AGENTS on a suite, and keep the results on the leaderboard.

    An agent is a baseline or module:Class of your own, with parameters as in "linucb(alpha=0.5)".
    A class has reset(seed), act(observation) and learn(observation, action, reward), and is made
    with its parameters; an instance in a module will do, too. help(gym_push.agents.Agent) says it
    all. The default is every baseline that is for the suite and installed. Means and their 95 %
    intervals are over the people; ± is the spread between seeds. Ctrl-C keeps what is finished, and
    --resume continues.

    Examples:
      gym-push evaluate
      gym-push evaluate random table-per-app --suite basic-324/v1 --plots agents.pdf
      gym-push evaluate "table-per-app(prior=2)" --log my-log.csv --schema my-log.toml --learn 0.5
      gym-push evaluate --suite users-24/v1 --seeds 5 --processes 2 --resume
      gym-push evaluate my_agent:Mine --suite users-24/v1 --engine ray --address 10.0.0.1:6379
    """
    from gym_push.evaluation.results import ranked
    from gym_push.evaluation.suites import Suite

    suite = Suite.of(chosen_suite("basic-324/v1", **tested_on))
    specs = list(dict.fromkeys(agents)) or _baselines(suite)
    if audit:
        from gym_push.evaluation.auditing import audit as faults_of

        for spec in specs:
            if faults := faults_of(spec, suite, seed=seed):
                raise output.Mistake("; ".join(faults))
    taking = specs if resume else []
    found = ranked(evaluations(specs, suite, seed, seeds, processes, board, taking, "--resume"))
    if plots is not None:
        from gym_push.evaluation.plots.result_plots import plot_evaluations

        with output.writing(plots):
            plot_evaluations(found, plots)
    values = {"suite": suite.id, "agents": [each.to_dict() for each in found]}
    output.result(as_json, values, results(suite, found))


def evaluations(
    specs: Sequence[AgentSpec],
    suite: Suite,
    seed: int,
    seeds: int,
    processes: Workers,
    board: Path,
    taking: Sequence[AgentSpec],
    goes_on: str,
) -> list[Evaluation]:
    """Evaluates agents, shows progress, and keeps the results on a leaderboard.

    Args:
        specs: Of the agents.
        suite: What they are tested on.
        seed: The first one of the agents.
        seeds: How many.
        processes: Who tests.
        board: The leaderboard's file.
        taking: The agents whose results are taken from the leaderboard, as far as it has them.
        goes_on: What continues after Ctrl-C, for its message.

    Raises:
        Stopped: Ctrl-C.
    """
    from gym_push.evaluation.evaluating import evaluate_each
    from gym_push.evaluation.leaderboard import Leaderboard

    try:
        with usage.told(specs), Leaderboard(board) as kept:
            there = _say_what_is_taken(kept, taking, suite, seed, seeds)
            every = seeds * len(suite.people)
            parts = {str(spec): every - there.get(spec, 0) for spec in specs}
            with output.progress(parts, "episode") as advance:
                found = evaluate_each(
                    specs, suite, seed=seed, seeds=seeds, processes=processes, board=kept,
                    resume=taking, on_person=lambda spec, result: advance(str(spec), 1),
                )  # fmt: skip
                results = list(found)
        output.tell(f"wrote {board}")
        return results
    except KeyboardInterrupt:
        raise output.Stopped(
            f"stopped by Ctrl-C; what is finished is in {board}, and {goes_on} continues"
        ) from None


def results(suite: Suite, evaluations: Sequence[Evaluation]) -> Table:
    """Returns a table with a row for the best possible, then one for each agent, the best first.

    It is the widest that fits.
    """
    from gym_push.evaluation.estimates import Estimate
    from gym_push.evaluation.metrics import TOP, mean_of

    top, alone = mean_of(evaluations[0].people, TOP), len(suite.people) == 1
    known = {"reward": top, "score": Estimate(1.0)}
    if suite.plays == BASIC:
        known["performance"] = Estimate((top.value + 1.0) / 2.0)
    rows = [known, *(each.metrics for each in evaluations)]
    columns = output.estimates("reward", [row["reward"] for row in rows])
    needed = len(columns)  # these are shown however narrow the terminal is
    for name in ("score", *COLUMNS[suite.plays]):
        if name == TIME:
            columns[name] = ["", *(f"{each.microseconds:.0f}" for each in evaluations)]
        elif any(name in row for row in rows[1:]) and not (name in ALONE and alone):
            columns[name] = [output.number(row.get(name)) for row in rows]

    perfect = suite.plays == BASIC and top.value == 1.0  # nobody knows what was chance
    names = ["(the person)" if perfect else "(oracle)", *(each.agent for each in evaluations)]
    fit = output.fitting(names, columns, needed)
    made = output.table(f"{suite.id}: {suite.summary}", "agent", *fit, right=tuple(fit))
    for place, (name, *row) in enumerate(zip(names, *fit.values(), strict=True)):
        output.add(made, name, *row, style="" if place else "dim")
    output.explain(made, columns, fit)
    return made


def _baselines(suite: Suite) -> list[AgentSpec]:
    """Returns those that can be tested on a suite here; says which cannot."""
    specs = []
    for name, baseline in BASELINES.items():
        if suite.plays in baseline.plays and not baseline.required:
            try:
                suite.check(LocalAgent(spec := AgentSpec.of(name)))
                specs.append(spec)
            except (ArgumentError, MissingExtraError) as error:
                output.tell(f"{name} is left out: {error}")
    return specs


def _say_what_is_taken(
    board: Leaderboard, specs: Sequence[AgentSpec], suite: Suite, seed: int, seeds: int
) -> dict[AgentSpec, int]:
    from gym_push.evaluation.evaluating import run_of

    results = {}
    for spec in specs:
        run, every = run_of(spec, suite, seed, seeds), seeds * len(suite.people)
        begun, there = board.begun(run), len(board.people_of(run))
        taken = "nothing, as the leaderboard has no results of it as it is now"
        if begun and there:
            taken = f"{there} of {every} results from {begun:%Y-%m-%d %H:%M} UTC"
        results[spec] = there
        output.tell(f"{spec}: takes {taken}")
    return results


@click.command(cls=Command)
@click.argument("agent", type=AgentName())
@click.argument("other", type=AgentName())
@suite_options("users-24/v1")
@click.option("--metric", default="reward", show_default=True, help="What is compared.")
@processes_option
@board_option
@click.option(
    "--resume", is_flag=True, help="Take what the leaderboard has of agents of your own, too."
)
@explain_option
@json_option
def compare(
    agent: AgentSpec,
    other: AgentSpec,
    seed: int,
    seeds: int,
    metric: str,
    processes: Workers,
    board: Path,
    resume: bool,
    as_json: bool,
    **tested_on: Any,
) -> None:
    """Test whether AGENT or OTHER is better, on the same people.

    Both are evaluated first, except baselines whose results the leaderboard has. Prints the mean
    difference with its 95 % interval, the p-value of a paired t-test, which agrees with the
    interval, and the size of the effect.

    Examples:
      gym-push compare table-per-app majority
      gym-push compare table-per-app "table-per-app(prior=8)" --suite cold-start-24/v1 --metric auc
    """
    from gym_push.evaluation.comparing import check_comparable
    from gym_push.evaluation.comparing import compare as compare_evaluations
    from gym_push.evaluation.suites import Suite

    if agent == other:
        raise output.Mistake(f"{agent} and {other} are the same agent; name two")
    suite = Suite.of(chosen_suite("users-24/v1", **tested_on))
    check_comparable(suite)
    of_all = (*ALONE, "regret", TIME)  # numbers that are not of a person
    metrics = [name for name in ("reward", *COLUMNS[suite.plays]) if name not in of_all]
    if metric not in metrics:
        raise output.Mistake(f"--metric {not_one_of(metric, metrics)}")
    both = [agent, other]
    taking = [each for each in both if resume or each.name in BASELINES]
    again = "the same with --resume"
    found = {
        each.agent: each
        for each in evaluations(both, suite, seed, seeds, processes, board, taking, again)
    }
    comparison = compare_evaluations(found[str(agent)], found[str(other)], metric)
    values = {"suite": suite.id, **asdict(comparison)}
    output.result(as_json, values, *_sentences(comparison, metric, suite.id))


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

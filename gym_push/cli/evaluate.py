"""`gym-push evaluate`: how good agents are, on people that all agents meet alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push.cli import output
from gym_push.cli.options import (
    board_option,
    json_option,
    plots_option,
    processes_option,
    suite_options,
)
from gym_push.cli.types import AgentName
from gym_push.errors import ArgumentError, MissingExtraError
from gym_push.registration import BASIC, DELIVERY

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.agents import AgentSpec
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
}  # fmt: skip
"""Metrics in the table, beside reward and score, by environment; the last where there is room."""

_AGENT: Final = 24  # letters of an agent's name in a line


@click.command(
    epilog="""\b
Examples:
  gym-push evaluate
  gym-push evaluate random table-per-app --suite basic-324/v1 --plots agents.pdf
  gym-push evaluate "table-per-app(prior=2)" --log my-log.csv --schema my-log.toml --learn 0.5
  gym-push evaluate --suite users-24/v1 --seeds 5 --processes 2 --resume
"""
)
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
@json_option
def evaluate(
    agents: tuple[AgentSpec, ...],
    suite: Suite,
    seed: int,
    seeds: int,
    processes: int,
    board: Path,
    resume: bool,
    audit: bool,
    plots: Path | None,
    as_json: bool,
) -> None:
    """Test AGENTS on a suite, and keep the results on the leaderboard.

    An agent is a baseline or module:Class of your own, with parameters as in "linucb(alpha=0.5)".
    A class has reset(seed), act(observation) and learn(observation, action, reward), and is made
    with its parameters; an instance in a module will do, too. help(gym_push.agents.Agent) says it
    all. The default is every baseline that is for the suite and installed. Means and their 95 %
    intervals are over the people; ± is the spread between seeds. Ctrl-C keeps what is finished, and
    --resume continues.
    """
    from gym_push.evaluation.results import ranked

    specs = list(dict.fromkeys(agents)) or _baselines(suite)
    if audit:
        _audit(specs, suite, seed)
    taking = specs if resume else []
    found = ranked(evaluations(specs, suite, seed, seeds, processes, board, taking, "--resume"))
    if plots is not None:
        from gym_push.evaluation.plots.result_plots import plot_evaluations

        with output.writing(plots):
            plot_evaluations(found, plots)
    if as_json:
        output.print_json({"suite": suite.id, "agents": [each.to_dict() for each in found]})
    else:
        output.show(results(suite, found))


def evaluations(
    specs: Sequence[AgentSpec],
    suite: Suite,
    seed: int,
    seeds: int,
    processes: int,
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
        processes: How many to use.
        board: The leaderboard's file.
        taking: The agents whose results are taken from the leaderboard, as far as it has them.
        goes_on: What continues after Ctrl-C, for its message.

    Raises:
        Stopped: Ctrl-C.
    """
    from gym_push.evaluation.evaluating import evaluate_each
    from gym_push.evaluation.leaderboard import Leaderboard

    every = len(specs) * seeds * len(suite.people)
    try:
        with Leaderboard(board) as kept, output.progress(every, "episodes tested") as advance:
            _say_what_is_taken(kept, taking, suite, seed, seeds)
            found = evaluate_each(
                specs, suite, seed=seed, seeds=seeds, processes=processes, board=kept,
                resume=taking, on_person=lambda spec, result: advance(1),
            )  # fmt: skip
            return list(found)
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
    columns = {"reward": [output.number(row["reward"]) for row in rows]}
    if not alone:
        columns["95 % interval"] = [output.interval(row["reward"]) for row in rows]
    if evaluations[0].run.seeds > 1:
        columns[output.SEEDS] = [output.spread(row["reward"]) for row in rows]
    needed = len(columns)  # these are shown however narrow the terminal is
    for name in ("score", *COLUMNS[suite.plays]):
        if name == TIME:
            columns[name] = ["", *(f"{each.microseconds:.0f}" for each in evaluations)]
        elif any(name in row for row in rows[1:]) and not (name in ALONE and alone):
            columns[name] = [output.number(row.get(name)) for row in rows]

    perfect = suite.plays == BASIC and top.value == 1.0  # nobody knows what was chance
    names = ["(the person)" if perfect else "(oracle)", *(each.agent for each in evaluations)]
    fit = output.fitting(columns, needed, beside=min(max(map(len, names)), _AGENT) + 2)
    made = output.table(f"{suite.id}: {suite.summary}", "agent", *fit, right=tuple(fit))
    for place, (name, *row) in enumerate(zip(names, *fit.values(), strict=True)):
        output.add(made, name, *row, style="" if place else "dim")
    return made


def _baselines(suite: Suite) -> list[AgentSpec]:
    """Returns those that can be tested on a suite here; says which cannot."""
    from gym_push.agents import BASELINES, AgentSpec, LocalAgent

    specs = []
    for name, baseline in BASELINES.items():
        if suite.plays in baseline.plays:
            try:
                suite.check(LocalAgent(spec := AgentSpec.of(name)))
                specs.append(spec)
            except (ArgumentError, MissingExtraError) as error:
                output.tell(f"{name} is left out: {error}")
    return specs


def _say_what_is_taken(
    board: Leaderboard, specs: Sequence[AgentSpec], suite: Suite, seed: int, seeds: int
) -> None:
    from gym_push.evaluation.evaluating import run_of

    for spec in specs:
        run, every = run_of(spec, suite, seed, seeds), seeds * len(suite.people)
        begun, there = board.begun(run), len(board.people_of(run))
        taken = "nothing, as the leaderboard has no results of it as it is now"
        if begun and there:
            taken = f"{there} of {every} results from {begun:%Y-%m-%d %H:%M} UTC"
        output.tell(f"{spec}: takes {taken}")


def _audit(specs: Sequence[AgentSpec], suite: Suite, seed: int) -> None:
    from gym_push.evaluation.auditing import audit

    for spec in specs:
        if found := audit(spec, suite, seed=seed):
            raise output.Mistake("; ".join(found))

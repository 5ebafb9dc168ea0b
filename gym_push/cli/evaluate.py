"""`gym-push evaluate`: how good agents are, on people that every agent meets alike."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from gym_push.cli.agents import spec_of
from gym_push.cli.endings import Mistake, Stopped, tell, writing
from gym_push.cli.progress import Advance, progress
from gym_push.cli.suites import board_option, suite_of, suite_options
from gym_push.cli.types import AgentName, json_option, new_file
from gym_push.errors import ArgumentError, MissingExtraError
from gym_push.registration import BASIC, DELIVERY
from gym_push.users.generation.writing import MOST_PROCESSES

if TYPE_CHECKING:
    from rich.table import Table

    from gym_push.agents import AgentSpec
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.evaluation.results import Evaluation
    from gym_push.evaluation.suites import Suite

DEFAULT_SUITE: Final = "basic-324/v1"

TIME: Final = "µs"  # of a decision
ALONE: Final = ("lowest tenth", "worst person")
"""Metrics that tell nothing where there is one person."""

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
@suite_options(DEFAULT_SUITE)
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    default=1,
    show_default=True,
    help="How many test side by side; the metrics are the same to the bit.",
)
@board_option
@click.option(
    "--resume",
    is_flag=True,
    help="Take what the leaderboard has of the same agents, and say so; do what is missing.",
)
@click.option("--audit", is_flag=True, help="Look first whether the agents play by the rules.")
@click.option("--plots", type=new_file, metavar="FILE", help="Draw a page: .pdf, .png or .svg.")
@json_option
def evaluate(
    agents: tuple[str, ...],
    suite: str | None,
    log: Path | None,
    schema: Path | None,
    learn: float | None,
    groups: int | None,
    seed: int,
    seeds: int,
    processes: int,
    board: Path,
    resume: bool,
    audit: bool,
    plots: Path | None,
    as_json: bool,
) -> None:
    """Tests AGENTS on a suite, and keeps the results on the leaderboard.

    An agent is a baseline or module:Class of your own, with parameters as in "linucb(alpha=0.5)":
    reset(seed), act(observation) and learn(observation, action, reward), of a class that is made
    with its parameters, or of an instance in a module. help(gym_push.agents.Agent) says it all.
    Without any, all baselines are tested that are for the suite and installed. Means and their
    95 % intervals are over the people; ± is how far the seeds are apart. Ctrl-C keeps what is
    finished, and --resume goes on with it.
    """
    from gym_push.evaluation.evaluating import evaluate_each
    from gym_push.evaluation.leaderboard import Leaderboard
    from gym_push.evaluation.results import ranked

    tested = suite_of(suite, log, schema, learn, groups, DEFAULT_SUITE)
    if plots is not None:
        from gym_push.evaluation.plots.plots import check_name

        check_name(plots)
    specs = list(dict.fromkeys(map(spec_of, agents))) or _baselines(tested)
    found: list[Evaluation] = []
    if audit:
        _audit(specs, tested, seed)
    with (
        Leaderboard(board) as kept,
        keep_what_is_finished(len(specs) * seeds * len(tested.people), board, "--resume") as tell,
    ):
        taking = specs if resume else []
        say_what_is_taken(kept, taking, tested, seed, seeds)
        for evaluation in evaluate_each(
            specs, tested, seed=seed, seeds=seeds, processes=processes, board=kept,
            resume=taking, on_person=lambda spec, result: tell(1),
        ):  # fmt: skip
            found.append(evaluation)
    found = ranked(found)
    if plots is not None:
        from gym_push.evaluation.plots.result_plots import plot_evaluations

        with writing(plots):
            plot_evaluations(found, plots)
    if as_json:
        click.echo(json.dumps({"suite": tested.id, "agents": [each.to_dict() for each in found]}))
    else:
        from gym_push.cli.shown import show

        show(results(tested, found))


def results(suite: Suite, evaluations: Sequence[Evaluation]) -> Table:
    """Returns a table with a row for each agent, the best first, below one for the most there is.

    It is the widest that there is room for.
    """
    from gym_push.cli.shown import SEEDS, add, fitting, interval, number, spread, table
    from gym_push.evaluation.estimates import Estimate
    from gym_push.evaluation.metrics import TOP, mean_of

    top, alone = mean_of(evaluations[0].people, TOP), len(suite.people) == 1
    known = {"reward": top, "score": Estimate(1.0)}
    if suite.plays == BASIC:
        known["performance"] = Estimate((top.value + 1.0) / 2.0)
    rows = [known, *(each.metrics for each in evaluations)]
    columns = {"reward": [number(row["reward"]) for row in rows]}
    if not alone:
        columns["95 % interval"] = [interval(row["reward"]) for row in rows]
    if evaluations[0].run.seeds > 1:
        columns[SEEDS] = [spread(row["reward"]) for row in rows]
    needed = len(columns)  # these are shown however narrow the terminal is
    for name in ("score", *COLUMNS[suite.plays]):
        if name == TIME:
            columns[name] = ["", *(f"{each.microseconds:.0f}" for each in evaluations)]
        elif any(name in row for row in rows[1:]) and not (name in ALONE and alone):
            columns[name] = [number(row.get(name)) for row in rows]

    perfect = suite.plays == BASIC and top.value == 1.0  # nobody knows what was chance
    names = ["(the person)" if perfect else "(oracle)", *(each.agent for each in evaluations)]
    fit = fitting(columns, needed, beside=min(max(map(len, names)), _AGENT) + 2)
    made = table(f"{suite.id}: {suite.summary}", "agent", *fit, right=tuple(fit))
    for place, (name, *row) in enumerate(zip(names, *fit.values(), strict=True)):
        add(made, name, *row, style="" if place else "dim")
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
                tell(f"{name} is left out: {error}")
    return specs


def say_what_is_taken(
    board: Leaderboard, specs: Sequence[AgentSpec], suite: Suite, seed: int, seeds: int
) -> None:
    """Says of each agent what of it is on a leaderboard, and from when."""
    from gym_push.evaluation.evaluating import run_of

    for spec in specs:
        run, every = run_of(spec, suite, seed, seeds), seeds * len(suite.people)
        begun, there = board.begun(run), len(board.people_of(run))
        taken = "nothing, as the leaderboard has no results of it as it is now"
        if begun and there:
            taken = f"{there} of {every} results from {begun:%Y-%m-%d %H:%M} UTC"
        tell(f"{spec}: takes {taken}")


def _audit(specs: Sequence[AgentSpec], suite: Suite, seed: int) -> None:
    from gym_push.evaluation.auditing import audit_each

    for _, found in audit_each(specs, suite, seed=seed):
        if found:
            raise Mistake("; ".join(found))


@contextmanager
def keep_what_is_finished(people: int, board: Path, goes_on: str) -> Iterator[Advance]:
    """Shows progress, and says what Ctrl-C leaves, and how to go on with it."""
    try:
        with progress(people, "tests of a person") as advance:
            yield advance
    except KeyboardInterrupt:
        raise Stopped(
            f"stopped by Ctrl-C; what is finished is in {board}, and {goes_on} continues"
        ) from None

"""`gym-push trial`: a micro-randomised trial with simulated people."""

from __future__ import annotations

from pathlib import Path

import click

from gym_push.cli import output
from gym_push.cli.options import Command, force_option, json_option, number_option, seed_option
from gym_push.cli.types import NewFile, forced
from gym_push.envs.send.presets import PRESETS
from gym_push.errors import ArgumentError
from gym_push.logs.writing import convert, format_of, refuse_existing
from gym_push.users import Population
from gym_push.users.population import MOST_DAYS

DAYS = 42


@click.command(cls=Command)
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    default="habit",
    show_default=True,
    help="Of send-v0: when people are asked, what can be sent, and what that does.",
)
@number_option("--people", "How many.", 3, 40)
@number_option("--days", "How many of each person.", 1, DAYS, MOST_DAYS)
@click.option(
    "--randomise",
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    default=0.6,
    show_default=True,
    metavar="P",
    help="The probability of sending something to who is available.",
)
@click.option(
    "--message",
    metavar="TEXT",
    help="The only message to send.  [default: each that is eligible is equally likely]",
)
@seed_option
@click.option(
    "--out",
    type=NewFile(),
    required=True,
    metavar="FILE",
    help="The log: .parquet or .csv; the schema goes beside it as .toml.",
)
@force_option
@json_option
@click.pass_context
def trial(
    context: click.Context,
    /,
    preset: str,
    people: int,
    days: int,
    randomise: float,
    message: str | None,
    seed: int,
    out: Path,
    as_json: bool,
) -> None:
    """Try messages on simulated people, at random.

    Writes the log of a micro-randomised trial, a row for each decision point: what is known before,
    whether the person is available, the probability, what is sent, the outcome. Prints the effect
    of sending as estimated from the log, and the true one. LoggedDecisions.read reads the log.

    Examples:
      gym-push trial --out trial.csv
      gym-push trial --preset steps --people 40 --days 42 --randomise 0.6 --out steps.parquet
      gym-push trial --preset steps --message 'Time for a walk' --seed 1 --out walk.csv
    """
    from gym_push.evaluation import excursion_effect, run_trial

    format_of(out)  # which may be wrong
    refuse_existing(out.with_suffix(".toml"), force=forced(context))
    made = run_trial(Population(people, seed), preset, days, randomise, message=message)
    with output.writing(out):
        schema = convert(made.log, out, force=forced(context))
    output.tell(f"wrote {schema}")
    values = {"log": str(out), "schema": str(schema), "people": made.people, "left": made.left}
    values["effect"], values["estimate"] = made.effect, None
    lines = [str(made)]
    try:
        estimate = excursion_effect(made.logged)
    except ArgumentError as error:
        output.tell(f"no estimate: {error}")
    else:
        values["estimate"] = estimate.to_dict()
        lines += str(estimate).split("\n")
    output.result(as_json, values, *lines)

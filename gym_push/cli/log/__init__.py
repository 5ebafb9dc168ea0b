"""`gym-push log`: what one does with a log before an agent plays it."""

import click

from gym_push.cli.lazy import LazyGroup


@click.group(
    cls=LazyGroup,
    package="gym_push.cli.log",
    sections={"From a table to a log": ("schema", "validate", "describe", "convert")},
    epilog="""\b
Examples:
  gym-push log schema my-log.csv
  gym-push log validate my-log.csv --schema my-log.toml
""",
)
def log() -> None:
    """Look at a log of notifications, check it, convert it.

    LOG is a file (.csv, .tsv, .jsonl, .parquet or .xlsx), or several of the same columns: a folder,
    such as gym-push generate writes, a pattern in quotes, or one file after the other.
    """

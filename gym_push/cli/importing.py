"""`gym-push import`: one's own phone, and public data sets, become logs."""

from __future__ import annotations

from pathlib import Path

import click

from gym_push.cli import output
from gym_push.cli.options import Command, force_option, json_option, text_options
from gym_push.cli.types import NewFile, forced
from gym_push.logs.importing import FORMATS, import_log


class Import(Command):
    """The command, whose help lists the formats and what each takes."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the formats, and then the options."""
        with formatter.section("Formats"):
            formatter.write_dl([(name, each.help) for name, each in FORMATS.items()], col_max=14)
        super().format_options(ctx, formatter)


@click.command("import", cls=Import)
@click.argument("format", type=click.Choice(list(FORMATS)), metavar="FORMAT")
@click.argument(
    "files", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True, metavar="FILES"
)
@click.option(
    "--out",
    type=NewFile(),
    required=True,
    metavar="FILE",
    help="The log: .parquet or .csv; the schema goes beside it as .toml.",
)
@text_options("in your settings")
@click.option(
    "--year",
    type=click.IntRange(2000, 2100),
    help="adb: of the first line of the first file, where lines have no year.",
)
@force_option
@json_option
@click.pass_context
def import_(
    context: click.Context,
    /,
    format: str,
    files: tuple[Path, ...],
    out: Path,
    text: str,
    key: Path | None,
    year: int | None,
    as_json: bool,
) -> None:
    """Make a log of a phone's own log, or of a public data set.

    FILES are files of one FORMAT, or folders of them. Writes a log with the schema beside it, so
    that every command takes the log at once, and says in numbers what was left out and why. Texts
    are dropped unless you say otherwise, and contacts are always hashed.

    Examples:
      gym-push import android-log notification_export.json --out phone.parquet
      gym-push import adb events.txt usage.txt --out events.csv
    """
    with output.writing(out):
        imported = import_log(
            format, files, out, text=text, key=key, year=year, force=forced(context)
        )
    output.tell(f"wrote {imported.schema}")
    output.result(as_json, imported.to_dict(), *str(imported).split("\n"))

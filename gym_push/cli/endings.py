"""What a subcommand says beside its results, and how it ends that cannot go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from gym_push.text import printable


def tell(sentences: str) -> None:
    """Says something, in lines, on stderr; words of other people are made harmless."""
    click.echo("\n".join(map(printable, sentences.split("\n"))), err=True)


class Refused(click.ClickException):
    """The machine refuses: a full disk, a folder that cannot be written."""

    exit_code = 1


class Mistake(click.ClickException):
    """Something at the command line, or in what it names, is wrong."""

    exit_code = 2


class Stopped(click.ClickException):
    """Ctrl-C."""

    exit_code = 130


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Says which file it was that could not be written.

    Raises:
        Refused: The machine refuses to write it.
    """
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}") from None

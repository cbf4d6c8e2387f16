"""`directory migrate` and `directory reindex`."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from directory.catalogue.services import install_shipped
from directory.commands.context import Context, pass_context
from directory.core import clock, schema
from directory.search import refresh

ACTOR = "command line"


def bring_up_to_date(context: Context) -> None:
    """Bring schema and catalogue to what this version needs, saying what was done."""
    schema.upgrade(context.settings.database_url)
    click.echo(f"database schema: {schema.head()}")
    with context.database.writing() as session:
        for line in install_shipped(session, actor=ACTOR, at=clock.now()):
            click.echo(line)


@click.command()
@pass_context
def migrate(context: Context) -> None:
    """Bring the database to the newest schema, and put the shipped catalogue in force where none is."""
    bring_up_to_date(context)


@click.command()
@pass_context
def reindex(context: Context) -> None:
    """Build a fresh search index beside the live one and swap it in; readers never see a gap."""
    with indexing(context) as advance:
        count = refresh.reindex(context.database, context.settings.index_dir, on=clock.today(), progress=advance)
    click.echo(f"{count} providers indexed")


@contextmanager
def indexing(context: Context) -> Iterator[refresh.Progress]:
    """Give what to call with the progress of building an index: a bar on a terminal, nothing elsewhere."""
    columns = (TextColumn("indexing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=context.console, disable=not context.console.is_terminal) as progress:
        task = progress.add_task("indexing", total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield advance

"""`directory migrate` and `directory reindex`."""

from functools import partial

import click

from directory.catalogue.services import install_shipped
from directory.commands.context import Context, pass_context
from directory.commands.progress import shown
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
    with shown(context) as told:
        progress = partial(told, "indexing")
        count = refresh.reindex(context.database, context.settings.index_dir, on=clock.today(), progress=progress)
    click.echo(f"{count:,} providers indexed")

"""`directory audit`: the hash-chained log."""

import click

from directory.audit import services
from directory.commands.context import Context, pass_context


@click.group()
def audit() -> None:
    """Look after the append-only, hash-chained log of decisions and changes."""


@audit.command()
@pass_context
def verify(context: Context) -> None:
    """Walk the whole chain; exit 1 and name the first broken event if it was tampered with."""
    with context.database.reading() as session:
        broken = services.verify(session)
    if broken is not None:
        msg = f"event {broken.event_id} {broken.reason}"
        raise click.ClickException(msg)
    click.echo("the audit log holds: every event follows the one before it")

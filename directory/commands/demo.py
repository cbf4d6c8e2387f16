"""`directory demo`: fictional providers in, and out again."""

import click

from directory.catalogue import services as catalogues
from directory.commands.context import Context, pass_context
from directory.commands.demo_people import load_people, remove_people
from directory.commands.progress import shown
from directory.core import clock
from directory.exchange import demo as entries

REFUSAL = (
    "directory demo doesn't run where DIRECTORY_ENV=production: its entries are firms that don't exist."
    " To remove those that came with a copied database, run it there with DIRECTORY_ENV=development"
)


@click.command()
@click.option(
    "--providers",
    type=click.IntRange(1, entries.MOST),
    help=f"How many; the first {entries.default_providers()} (the default) are written by hand, the rest composed.",
)
@click.option("--seed", type=int, default=entries.DEFAULT_SEED, show_default=True, help="What chance starts from.")
@click.option("--remove", is_flag=True, help="Remove every demonstration entry instead.")
@pass_context
def demo(context: Context, *, providers: int | None, seed: int, remove: bool) -> None:
    """Load fictional providers, or remove them all.

    The same seed gives the same entries; days are counted back from today. Entries that are there already
    stay as they are, so running it again with a higher number adds the difference.
    """
    if remove:
        remove_demo(context)
    else:
        load_demo(context, providers, seed)


def load_demo(context: Context, providers: int | None = None, seed: int = entries.DEFAULT_SEED) -> int:
    """Load demonstration entries until the first `providers` of them are there; return how many were added.

    Raises:
        click.ClickException: this is production.

    """
    if context.settings.is_production:
        raise click.ClickException(REFUSAL)
    wanted = providers or entries.default_providers()
    plan = entries.Plan(wanted, seed, catalogues.shipped())
    at, added = clock.now(), 0
    done = 0
    with shown(context) as told:
        for ordinals in plan.batches():
            with context.database.writing() as session:
                added += entries.load(session, plan, ordinals, at=at)
            done += len(ordinals)
            told("loading", done, wanted)
    load_people(context)
    if added:
        click.echo(f"{added:,} demonstration {_entries(added)} loaded")
    else:
        click.echo(f"The first {wanted:,} demonstration {_entries(wanted)} are there already; nothing was changed")
    return added


def remove_demo(context: Context) -> int:
    """Remove every demonstration entry and return how many there were; real entries stay as they are.

    Raises:
        click.ClickException: this is production.

    """
    if context.settings.is_production:
        raise click.ClickException(REFUSAL)
    at, removed = clock.now(), 0
    with context.database.writing() as session:
        total = entries.hide(session, at=at)
    remove_people(context)
    with shown(context) as told:
        while True:
            with context.database.writing() as session:
                gone = entries.remove(session, at=at)
            if not gone:
                break
            removed += gone
            told("removing", removed, total)
    click.echo(
        f"{removed:,} demonstration {_entries(removed)} removed" if removed else "No demonstration entries are there"
    )
    return removed


def _entries(count: int) -> str:
    return "entry" if count == 1 else "entries"

"""`directory catalogue`: versions of checklist, rules and taxonomy."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import click
from sqlalchemy.orm import Session

from directory.catalogue import services
from directory.catalogue.differences import differences
from directory.catalogue.loading import KINDS, Parsed, read, read_text
from directory.catalogue.models import CatalogueActivation, CatalogueVersion
from directory.catalogue.queries import VersionState, find_version, previous, versions
from directory.catalogue.schema import CatalogueFile, Rules
from directory.commands.context import Context, pass_context
from directory.commands.database import ACTOR
from directory.commands.group import Commands
from directory.commands.progress import shown
from directory.core import clock
from directory.core.errors import ConflictError, NotFoundError, UnavailableError
from directory.rules.impact import ENTERPRISE, Impact, impact
from directory.search import refresh

REASON = click.option("--reason", default="", help="Why; it stands in the public audit log.")


@click.group(cls=Commands)
def catalogue() -> None:
    """Versions of checklist, rules and taxonomy: what is in force, what a new one would change, switch, back."""


def _line(state: VersionState) -> str:
    if state.activated_at is None:
        told = f"never in force, stored {state.added_at:%Y-%m-%d %H:%M} UTC"
    else:
        told = "in force since" if state.is_in_force else "was in force from"
        told += f" {state.activated_at:%Y-%m-%d %H:%M} UTC, by {state.activated_by}"
    mark = "*" if state.is_in_force else " "
    return f"{mark} {state.kind:<10} {state.version:<8} {told}{': ' if state.reason else ''}{state.reason}"


@catalogue.command("list")
@pass_context
def list_command(context: Context) -> None:
    """List every stored version; a star marks those in force."""
    with context.database.reading() as session:
        states = versions(session)
    if not states:
        raise click.ClickException("No catalogue is stored yet. Run: directory migrate")
    for state in states:
        click.echo(_line(state))


def _refuse_taken(session: Session, parsed: Parsed, content: str) -> None:
    stored = find_version(session, parsed.file.kind, parsed.file.version)
    if stored is not None and stored.sha256 != services.digest(content):
        problem = parsed.tree.problem(("version",), f"{parsed.file.version} is already stored with another text")
        raise ConflictError(f"{parsed.name}:{problem}; give the file a new version")


def _of_kind(current: services.Catalogue, kind: str) -> CatalogueFile:
    file: CatalogueFile = getattr(current, kind)
    return file


def _impact(context: Context, session: Session, current: services.Catalogue, rules: Rules) -> Impact:
    with shown(context) as told:
        return impact(session, current, rules, clock.today(), partial(told, "providers"))


def _show_impact(found: Impact, rules: Rules) -> None:
    names = {tier.id: tier.name for tier in rules.production.tiers} | {ENTERPRISE: rules.enterprise.name}
    for movement in found.movements:
        verb = "gain" if movement.is_gain else "lose"
        noun = "provider" if movement.count == 1 else "providers"
        click.echo(f"{movement.count} {noun} would {verb} {names[movement.what]}:")
        for name in movement.names:
            click.echo(f"  {name}")
        if movement.count > len(movement.names):
            click.echo(f"  and {movement.count - len(movement.names)} more")
    if not found.movements:
        click.echo(f"No provider of {found.providers} would gain or lose a tier.")


@catalogue.command()
@click.argument("file", type=click.Path(path_type=Path))
@pass_context
def check(context: Context, file: Path) -> None:
    """Say what is wrong with FILE, or what it would change against the version in force."""
    content = read_text(file)
    parsed = read(content, str(file))
    with context.database.reading() as session:
        current = services.in_force(session)
        services.check_against(parsed, current)
        _refuse_taken(session, parsed, content)
        known = _of_kind(current, parsed.file.kind)
        click.echo(f"{file} is a good {parsed.file.kind} file, version {parsed.file.version}.")
        click.echo(f"Against version {known.version}, which is in force:")
        for line in differences(known, parsed.file) or ["nothing changes"]:
            click.echo(f"  {line}")
        if isinstance(parsed.file, Rules):
            _show_impact(_impact(context, session, current, parsed.file), parsed.file)


def _chosen(session: Session, target: str, version: str | None) -> CatalogueVersion:
    """Return the version that the arguments mean; a file is stored first."""
    if version is None:
        return services.register(session, read_text(Path(target)), target, actor=ACTOR, at=clock.now())
    found = find_version(session, target, version)
    if found is None:
        raise NotFoundError(f"There is no {target} {version}. See: directory catalogue list")
    return found


@contextmanager
def _index_for(context: Context, proposed: services.Catalogue) -> Iterator[None]:
    """Build the index for a catalogue before the body puts it in force; what the index holds depends on it."""
    folder = context.settings.index_dir
    try:
        with shown(context) as told:
            progress = partial(told, "indexing")
            with refresh.switching(context.database, folder, proposed, on=clock.today(), progress=progress):
                yield
    except (UnavailableError, OSError) as error:
        raise click.ClickException(f"Nothing is switched: the search index can't be built: {error}") from error


def _switch(
    context: Context, version: CatalogueVersion, switch: Callable[[Session], CatalogueActivation]
) -> tuple[CatalogueActivation, bool]:
    """Put a version in force; return its activation, and whether that changed anything."""
    with context.database.reading() as session:
        proposed = services.proposed(session, version)
        is_change = proposed.key != services.in_force(session).key
    with ExitStack() as stack:
        if is_change:
            stack.enter_context(_index_for(context, proposed))
        session = stack.enter_context(context.database.writing())
        activation = switch(session)
        activation.version  # noqa: B018 - loaded while the session is open
    return activation, is_change


@catalogue.command()
@click.argument("target", metavar="FILE|KIND")
@click.argument("version", required=False)
@REASON
@pass_context
def activate(context: Context, target: str, version: str | None, reason: str) -> None:
    """Put a file, or a stored version of a kind, in force."""
    if version is None and target in KINDS and not Path(target).exists():
        raise click.UsageError(f"which version of {target}? See: directory catalogue list")
    if version is not None and target not in KINDS:
        raise click.UsageError(f"{target!r} is not a kind; kinds are {', '.join(KINDS)}")
    with context.database.writing() as session:
        chosen = _chosen(session, target, version)
        services.proposed(session, chosen)  # one that doesn't fit isn't even stored
    activation, is_change = _switch(
        context,
        chosen,
        lambda session: services.activate(session, chosen, actor=ACTOR, at=clock.now(), reason=reason),
    )
    known = activation.version
    click.echo(f"{known.kind} {known.version} {'is' if is_change else 'already is'} in force")


@catalogue.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@REASON
@pass_context
def rollback(context: Context, kind: str, reason: str) -> None:
    """Put the version of KIND in force again that was so before the current one."""
    with context.database.reading() as session:
        version = previous(session, kind)
    activation, _ = _switch(
        context,
        version,
        lambda session: services.rollback(session, kind, actor=ACTOR, at=clock.now(), reason=reason),
    )
    click.echo(f"{activation.version.kind} {activation.version.version} is in force again")

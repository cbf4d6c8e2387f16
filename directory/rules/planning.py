"""Switches of the catalogue that wait for their day, and dry runs that say what one would do.

A switch builds the search index for the new catalogue first, which no request can wait for: it is planned here, and
carried out by a job, at once or on its day. Providers that would lose a tier are told before.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audit.services import Event, append
from directory.catalogue.models import CatalogueVersion, DryRun, PlannedActivation
from directory.catalogue.queries import find_version
from directory.catalogue.schema import Rules
from directory.catalogue.services import Catalogue, in_force, proposed
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError
from directory.core.outbox import Job, Letter, enqueue_once
from directory.providers.members import post_to_members
from directory.providers.models import Provider
from directory.rules.impact import ENTERPRISE, Loss

NOTICE = timedelta(days=30)
RULES = "rules"


@dataclass(frozen=True, slots=True)
class Notice:
    """What providers are told of a plan: from which day on which rules count, and why."""

    planned_id: int
    due_on: date
    reason: str
    rules: Rules


def waiting(session: Session) -> list[PlannedActivation]:
    """Return the switches that are planned and neither made nor cancelled."""
    query = select(PlannedActivation).where(
        PlannedActivation.done_at.is_(None), PlannedActivation.cancelled_at.is_(None)
    )
    return list(session.scalars(query.order_by(PlannedActivation.id)))


def plan(
    session: Session, version: CatalogueVersion, *, due_on: date, actor: str, at: datetime, reason: str
) -> PlannedActivation:
    """Plan to put a version in force: today, which is at once, or with the notice that losing providers are given.

    Raises:
        InvalidInputError: there is no reason, or the day comes before the notice is over.
        ConflictError: it is in force already, or another switch of its kind waits.
        CatalogueFileError: it doesn't fit the other kinds in force.

    """
    if not reason.strip():
        raise InvalidInputError("reason", "say why: it stands in the public audit log")
    if at.date() != due_on < at.date() + NOTICE:
        raise InvalidInputError("due_on", f"choose today, or {NOTICE.days} days from now or later")
    if _file_version(in_force(session), version.kind) == version.version:
        raise ConflictError(f"{version.kind} {version.version} is in force already.")
    if any(one.kind == version.kind for one in waiting(session)):
        raise ConflictError(f"Another switch of the {version.kind} is planned. Cancel that one first.")
    proposed(session, version)
    planned = PlannedActivation(
        version_id=version.id, kind=version.kind, planned_at=at, due_on=due_on, actor=actor, reason=reason, failure=""
    )
    session.add(planned)
    session.flush()
    detail = {"due_on": due_on.isoformat(), "reason": reason}
    append(session, Event("catalogue.planned", f"{version.kind}:{version.version}", None, detail), actor=actor, at=at)
    job = "catalogue-switch" if is_at_once(planned) else "catalogue-tell"
    enqueue_once(session, job, f"{job}-{planned.id}", {"planned_id": planned.id}, at=at)
    return planned


def is_at_once(planned: PlannedActivation) -> bool:
    """Whether a switch was planned for the very day."""
    return planned.due_on == planned.planned_at.date()


def due_after_notice(planned: PlannedActivation, told_on: date) -> date:
    """Return the day of a switch whose losers are told on a day: their notice is always whole."""
    return planned.due_on if is_at_once(planned) else max(planned.due_on, told_on + NOTICE)


def cancel(session: Session, planned_id: int, *, actor: str, at: datetime) -> None:
    """Call a planned switch off, and tell those who were told that it would come.

    Raises:
        NotFoundError: there is none of this number.
        ConflictError: it was made or cancelled already.

    """
    planned = held(session, planned_id)
    if planned is None:
        raise NotFoundError("There is no such plan.")
    if planned.done_at is not None or planned.cancelled_at is not None:
        raise ConflictError("This switch was made or cancelled meanwhile.")
    planned.cancelled_at = at
    subject = f"{planned.kind}:{planned.version.version}"
    append(session, Event("catalogue.plan-cancelled", subject), actor=actor, at=at)
    for provider in _told(session, planned_id):
        values = {"provider": provider.name, "slug": provider.slug, "version": planned.version.version}
        letter = Letter("rules-stay", "", f"rules-stay-{planned_id}-{provider.id}", values)
        post_to_members(session, provider.id, letter, at=at)


def _told(session: Session, planned_id: int) -> list[Provider]:
    """Return the providers that a plan was announced to, as the outbox remembers it."""
    keys = session.scalars(select(Job.key).where(Job.key.startswith(f"rules-change-{planned_id}-", autoescape=True)))
    ids = {int(key.split("-")[3]) for key in keys}
    return list(session.scalars(select(Provider).where(Provider.id.in_(ids)).order_by(Provider.id)))


def held(session: Session, planned_id: int) -> PlannedActivation | None:
    """Return a plan as it is now; nobody else ends it until this transaction does."""
    query = select(PlannedActivation).where(PlannedActivation.id == planned_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def due(session: Session, on: date) -> list[int]:
    """Return the plans whose day has come; one of the rules only after everybody who loses by it was told."""
    return [
        planned.id
        for planned in waiting(session)
        if planned.due_on <= on and (planned.kind != RULES or planned.told_at or is_at_once(planned))
    ]


def proposed_rules(session: Session, planned: PlannedActivation) -> Rules | None:
    """Return the rules that a plan would put in force; None where it is about another kind."""
    return proposed(session, planned.version).rules if planned.kind == RULES else None


def tell(session: Session, notice: Notice, losses: list[Loss], *, at: datetime) -> int:
    """Write to the members of providers that would lose something; writing twice posts nothing twice."""
    rules = notice.rules
    names = {tier.id: tier.name for tier in rules.production.tiers} | {ENTERPRISE: rules.enterprise.name}
    known = select(Provider.id, Provider.name, Provider.slug).where(
        Provider.id.in_([loss.provider_id for loss in losses])
    )
    providers = {row.id: row for row in session.execute(known)}
    for loss in losses:
        provider = providers[loss.provider_id]
        values = {
            "provider": provider.name,
            "slug": provider.slug,
            "lost": ", ".join(names[what] for what in loss.what),
            "version": rules.version,
            "due_on": f"{notice.due_on:%-d %b %Y}",
            "reason": notice.reason,
        }
        letter = Letter("rules-change", "", f"rules-change-{notice.planned_id}-{provider.id}", values)
        post_to_members(session, provider.id, letter, at=at)
    return len(losses)


def ask_dry_run(session: Session, version: CatalogueVersion, *, actor: str, at: datetime) -> DryRun:
    """Have a job say what a version of the rules would do to everybody who is listed.

    Raises:
        ConflictError: it isn't a version of the rules, or its dry run is under way.
        CatalogueFileError: it doesn't fit the other kinds in force.

    """
    if version.kind != RULES:
        raise ConflictError("Only rules move providers between tiers.")
    newest = newest_dry_run(session, version.id)
    if newest is not None and newest.finished_at is None:
        raise ConflictError("A dry run of this version is under way.")
    proposed(session, version)
    current = find_version(session, RULES, in_force(session).rules.version)
    assert current is not None  # noqa: S101 - what is in force is stored
    run = DryRun(version_id=version.id, against_id=current.id, asked_at=at, actor=actor, result={}, failure="")
    session.add(run)
    session.flush()
    enqueue_once(session, "catalogue-dry-run", f"catalogue-dry-run-{run.id}", {"dry_run_id": run.id}, at=at)
    return run


def newest_dry_run(session: Session, version_id: int) -> DryRun | None:
    """Return the dry run of a version that was asked for last."""
    return session.scalar(select(DryRun).where(DryRun.version_id == version_id).order_by(DryRun.id.desc()).limit(1))


def _file_version(catalogue: Catalogue, kind: str) -> str:
    version: str = getattr(catalogue, kind).version
    return version


def version_of(session: Session, version_id: int) -> CatalogueVersion:
    """Return a stored version by its number."""
    return session.get_one(CatalogueVersion, version_id)

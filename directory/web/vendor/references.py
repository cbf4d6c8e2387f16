"""A vendor's references: what became of each, asking for one, asking again, taking an asking back."""

from dataclasses import dataclass
from datetime import date

from flask import flash, make_response, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import ConflictError, NotFoundError
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.models import Evidence
from directory.providers.models import Provider, System
from directory.references import services as verbs
from directory.references.letters import questions_of
from directory.references.models import Reference, ReferenceState
from directory.references.queries import ReferenceRecord, public_record
from directory.references.questions import told_of
from directory.references.states import Standing, may_ask_again, may_become, standing
from directory.references.testimony import label_of
from directory.web.identity import account, entry
from directory.web.session import catalogue, reader, transaction

CHANGED = "Something came of this reference meanwhile. This is how it stands now."
STANDINGS: dict[Standing, tuple[str, str]] = {
    Standing.SENDING: ("is being sent", "is-waiting"),
    Standing.WAITING: ("waits for an answer", "is-waiting"),
    Standing.RETURNED: ("letter came back", "is-bad"),
    Standing.WRONG_PERSON: ("wrong person", "is-bad"),
    Standing.EXPIRED: ("not answered in time", "is-bad"),
    Standing.ANSWERED: ("answered, an admin looks at it", "is-waiting"),
    Standing.VERIFIED: ("verified", "is-good"),
    Standing.DECLINED: ("declined", ""),
    Standing.REJECTED: ("not counted", "is-bad"),
    Standing.WITHDRAWN: ("withdrawn by the customer", ""),
    Standing.CANCELLED: ("cancelled", ""),
}
"""How a standing is written, and its look."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reference as its vendor sees it: the firm and the system, never the person."""

    reference: Reference
    system: str
    standing: Standing
    words: str
    look: str
    asked_on: date


@dataclass(frozen=True, slots=True)
class Listing:
    """All references of a provider, newest first, and how they are counted in public."""

    provider: Provider
    rows: tuple[Row, ...]
    record: ReferenceRecord
    has_systems: bool


@dataclass(frozen=True, slots=True)
class One:
    """One reference: what was asked, what came of it; `evidence` is what is published once it is verified."""

    provider: Provider
    row: Row
    asked: tuple[str, ...]
    evidence: tuple[str, ...]
    label: str
    may_ask_again: bool
    may_cancel: bool


def _row(reference: Reference, system: str) -> Row:
    where = standing(reference, clock.now())
    return Row(reference, system, where, *STANDINGS[where], reference.asked_at.date())


def listing(slug: str) -> AnyResponse:
    """Show every reference and what became of it."""
    provider = entry(slug).provider
    query = (
        select(Reference, System.name)
        .join(System, System.id == Reference.system_id)
        .where(Reference.provider_id == provider.id)
        .order_by(Reference.asked_at.desc(), Reference.id.desc())
    )
    rows = tuple(_row(reference, name) for reference, name in reader().execute(query))
    page = Listing(provider, rows, public_record(reader(), provider.id), bool(live_systems(provider)))
    return make_response(render_template("vendor/references.html", page=page))


def live_systems(provider: Provider) -> list[System]:
    """Return the systems that a customer can be asked about, by name."""
    query = select(System).where(System.provider_id == provider.id, System.retired_on.is_(None))
    return list(reader().scalars(query.order_by(System.name, System.id)))


def own_reference(slug: str, number: int) -> tuple[Provider, Reference, System]:
    """Return one of the provider's references, and what it is about; to others it isn't there."""
    provider = entry(slug).provider
    query = (
        select(Reference, System)
        .join(System, System.id == Reference.system_id)
        .where(Reference.id == number, Reference.provider_id == provider.id)
    )
    row = reader().execute(query).first()
    if row is None:
        raise NotFoundError("You have no such reference.")
    return provider, row[0], row[1]


def one(slug: str, number: int) -> AnyResponse:
    """Show one reference: what was asked, and once it is verified, what is published of the answer."""
    provider, reference, system = own_reference(slug, number)
    page = One(
        provider=provider,
        row=_row(reference, system.name),
        asked=tuple(questions_of(reference, catalogue().checklist)),
        evidence=_published(reference),
        label=label_of(reference, catalogue().taxonomy),
        may_ask_again=may_ask_again(reference, clock.now()),
        may_cancel=may_become(reference.state, ReferenceState.CANCELLED),
    )
    return make_response(render_template("vendor/reference.html", page=page))


def _published(reference: Reference) -> tuple[str, ...]:
    """Return what is public of an answer, line by line; nothing before it is verified."""
    if reference.state != ReferenceState.VERIFIED:
        return ()
    criteria = catalogue().checklist.criteria
    query = select(Evidence).where(Evidence.reference_id == reference.id, Evidence.withdrawn_at.is_(None))
    lines = []
    for row in reader().scalars(query.order_by(Evidence.id)):
        if row.metric is not None:
            metric = Metric(row.metric)
            told = told_of(reference.answers, metric)
            lines.append(f"{DEFINITIONS[metric].label}: {told.in_words(metric) if told else row.label}")
        elif row.criterion is not None:
            name = criteria[row.criterion].name if row.criterion in criteria else row.criterion
            lines.append(f"{name}: {row.status}")
    return tuple(lines)


def cancel(slug: str, number: int) -> AnyResponse:
    """Take an unanswered asking back."""
    own_reference(slug, number)
    try:
        with transaction() as session:
            verbs.cancel(session, verbs.locked(session, number), actor=account().actor, at=clock.now())
        flash("Taken back: the link in the letter holds no more.")
    except ConflictError:
        flash(CHANGED)
    return redirect(url_for("vendor.reference", slug=slug, number=number), 303)

"""What the pages of all kinds of items have in common: show, decide on what was seen, lead to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice

from directory.core import clock
from directory.core.errors import ConflictError, ForbiddenError, InvalidInputError
from directory.providers.members import membership_of
from directory.providers.models import Provider
from directory.providers.policies import may_decide_on
from directory.publishing.queue import Place, next_in_queue
from directory.review.decisions import Item, ItemKind, Ruling, earlier_decisions
from directory.review.models import Decision
from directory.web.admin.forms import DecisionForm
from directory.web.forms import summary
from directory.web.identity import account
from directory.web.session import reader, services, transaction

OWN = "You are a member of this provider, so somebody else decides on this."
KIND_NAMES = {
    ItemKind.SUBMISSION: "Submission",
    ItemKind.CLAIM: "Claim",
    ItemKind.REFERENCE: "Reference",
    ItemKind.DOCUMENT: "Document",
    ItemKind.REPORT: "Report",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be decided; `barrier` says why not this time."""

    outcome: str
    label: str
    hint: str = ""
    barrier: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as it stands: what decisions know of it, and what its page shows in `body`.

    `barrier` says why the reader in particular can't decide on it.
    """

    item: Item
    state: str
    is_waiting: bool
    since: datetime
    choices: tuple[Choice, ...]
    body: object
    barrier: str = ""

    @property
    def place(self) -> Place:
        """Where it stands in the queue."""
        return Place(self.since, self.item.kind, self.item.id)


@dataclass(frozen=True, slots=True)
class Desk:
    """How one kind of item is read, shown and decided."""

    kind: ItemKind
    read: Callable[[Session, int], Shown]
    decide: Callable[[Session, int, Ruling, DecisionForm], None]
    form: type[DecisionForm] = DecisionForm


@dataclass(frozen=True, slots=True)
class ItemPage:
    """What an item's page shows. `barrier`: why this admin can't decide; `changed`: it isn't what they had seen."""

    shown: Shown
    provider: Provider
    form: DecisionForm
    errors: tuple[tuple[str, str], ...]
    barrier: str
    changed: str
    decisions: list[Decision]
    next: str
    only: str

    @property
    def kind_name(self) -> str:
        """What pages call this kind of item."""
        return KIND_NAMES[self.shown.item.kind]


def narrowed() -> ItemKind | None:
    """Return the kind to which the reader has narrowed the queue."""
    asked = request.args.get("only", "")
    return ItemKind(asked) if asked in set(ItemKind) else None


def address_of(place: Place, only: ItemKind | None = None) -> str:
    """Return the address of an item's page."""
    return f"/admin/{place.kind}/{place.id}{f'?only={only}' if only else ''}"


def _address_after(session: Session, place: Place) -> str:
    only = narrowed()
    following = next_in_queue(session, account().id, after=place, only=only)
    return address_of(following, only) if following else url_for("admin.queue")


def view(desk: Desk) -> Callable[[int], AnyResponse]:
    """Return the view of one kind of item."""

    def show(number: int) -> AnyResponse:
        shown = desk.read(reader(), number)
        form = _form(desk, shown)
        if request.method != "POST":
            form.revision.data = str(shown.item.revision)
            return _page(reader(), shown, form)
        is_whole = form.validate()
        errors = (*summary(form), *form.more_errors())
        if errors or not is_whole:
            return _page(reader(), shown, form, errors=errors, status=422)
        return _decide(desk, number, shown, form)

    return show


def _form(desk: Desk, shown: Shown) -> DecisionForm:
    form = desk.form()
    form.outcome.choices = [
        SelectChoice(choice.outcome, choice.label) for choice in shown.choices if not choice.barrier
    ]
    form.attend(shown.body, request.form)
    return form


def _decide(desk: Desk, number: int, shown: Shown, form: DecisionForm) -> AnyResponse:
    somebody = account()
    ruling = Ruling(form.outcome.data, form.reason.data, form.seen(), somebody.id, somebody.actor, clock.now())
    try:
        with transaction() as session:
            desk.decide(session, number, ruling, form)
    except InvalidInputError as error:
        return _refused(shown, form, error)
    except (ConflictError, StaleDataError) as error:
        reason = str(error) if isinstance(error, ConflictError) else ""
        return _changed(desk, number, form, reason)
    except ForbiddenError as error:
        return _page(reader(), shown, form, errors=(("", str(error)),), status=403)
    label = next(choice.label for choice in shown.choices if choice.outcome == ruling.outcome)
    flash(f"{KIND_NAMES[desk.kind]} {number}: {label.lower()}.")
    with services().database.reading() as session:
        return redirect(_address_after(session, shown.place), 303)


def _refused(shown: Shown, form: DecisionForm, error: InvalidInputError) -> Response:
    """Show what a service refused beside its field, with everything typed."""
    text = error.message[:1].upper() + error.message[1:]
    target = next((one for one in form if one.name == error.field), None)
    if target is not None:
        target.errors = [*target.errors, text]
    return _page(reader(), shown, form, errors=((target.id if target else "", text),), status=422)


def _changed(desk: Desk, number: int, form: DecisionForm, reason: str) -> Response:
    """Show the item as it stands now, with what was typed; deciding again is deciding on what is shown now."""
    text = reason or "It was decided, withdrawn or changed meanwhile."
    with services().database.reading() as session:
        shown = desk.read(session, number)
        form.revision.data = str(shown.item.revision)
        form.outcome.data = None
        return _page(session, shown, form, changed=text, status=409)


def _page(
    session: Session,
    shown: Shown,
    form: DecisionForm,
    *,
    errors: tuple[tuple[str, str], ...] = (),
    changed: str = "",
    status: int = 200,
) -> Response:
    form.prepare()
    provider = session.scalars(select(Provider).where(Provider.id == shown.item.provider_id)).one()
    somebody, only = account(), narrowed()
    is_allowed = may_decide_on(somebody, membership_of(session, provider.id, somebody.id))
    page = ItemPage(
        shown=shown,
        provider=provider,
        form=form,
        errors=errors,
        barrier=shown.barrier if is_allowed else OWN,
        changed=changed,
        decisions=earlier_decisions(session, provider.id),
        next=_address_after(session, shown.place),
        only=only or "",
    )
    return make_response(render_template(f"admin/{shown.item.kind}.html", page=page), status)

"""Asking a customer for a reference, with the letter shown first; asking again where a letter didn't arrive."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import ConflictError, InvalidInputError
from directory.core.links import keyed_hash
from directory.evidence.metrics import Metric
from directory.jobs.letters import write
from directory.providers.models import Provider, System
from directory.providers.proof import check_proven
from directory.references import services as verbs
from directory.references.letters import compose
from directory.references.limits import TooManyError
from directory.references.mailboxes import domain_of, mailbox_hash
from directory.references.models import Reference
from directory.references.services import Asking, Contact
from directory.references.states import may_ask_again
from directory.web.forms import summary
from directory.web.identity import account, entry
from directory.web.security import network
from directory.web.session import catalogue, reader, services, transaction
from directory.web.vendor.forms_references import AskForm, ContactForm, offer
from directory.web.vendor.references import CHANGED, live_systems, own_reference

Errors = tuple[tuple[str, str], ...]
OTHER_DOMAIN = (
    "The address isn’t on the domain of the firm’s website. That can be right; an admin will ask why before the answer "
    "can count. Check both, then send it."
)


@dataclass(frozen=True, slots=True)
class AskPage:
    """The form, what stands in its way, and once it was asked for, the letter as it will be sent."""

    provider: Provider
    form: ContactForm
    errors: Errors
    letter: str = ""
    warning: str = ""
    reference: Reference | None = None


def new(slug: str) -> AnyResponse:
    """Ask a customer: show the form, the letter as it will be sent, or send it."""
    provider = entry(slug).provider
    check_proven(provider)
    form, systems = AskForm(), live_systems(provider)
    form.provider_domain = provider.domain
    offer(form, systems, catalogue())
    if request.method != "POST":
        _suggest(form, systems)
        return _ask_page(AskPage(provider, form, ()))
    if not form.validate():
        return _ask_page(AskPage(provider, form, summary(form)), 422)
    asking = _asking(provider, form)
    letter, warning = _letter(provider, asking), _warning(form.email.data, asking.domain)
    if "preview" in request.form or (warning and form.warned.data != form.email.data):
        form.warned.data = form.email.data
        return _ask_page(AskPage(provider, form, (), letter, warning))
    return _send(
        lambda session: verbs.ask(session, asking, actor=account().actor, at=clock.now()).id,
        AskPage(provider, form, (), letter, warning),
    )


def _suggest(form: AskForm, systems: list[System]) -> None:
    """Begin with all figures, and with the system that a link names and its customer."""
    form.metrics.data = [metric.value for metric in Metric]
    chosen = next((one for one in systems if str(one.id) == request.args.get("system")), None)
    if chosen is not None:
        form.system.data, form.industry.data = str(chosen.id), chosen.industry or ""
        form.organisation.data, form.website.data = chosen.customer_name or "", chosen.customer_website or ""


def _contact(form: ContactForm) -> Contact:
    key = services().settings.secret_key
    return Contact(form.name.data, form.title.data, form.email.data, mailbox_hash(form.email.data, key))


def _origin() -> str:
    return keyed_hash("origin", network(), services().settings.secret_key)


def _asking(provider: Provider, form: AskForm) -> Asking:
    customer = form.customer()
    return Asking(
        provider_id=provider.id,
        system_id=int(form.system.data),
        contact=_contact(form),
        organisation=form.organisation.data,
        website=customer.url,
        domain=customer.domain,
        metrics=form.metrics.data,
        criteria=form.criteria.data,
        country=form.country.data or None,
        industry=form.industry.data or None,
        asked_by=account().id,
        origin_hash=_origin(),
    )


def _letter(provider: Provider, asking: Asking) -> str:
    """Return the letter in plain text, as it will be sent; its link is made when it is."""
    draft = Reference(
        attempt=1,
        referee_name=asking.contact.name,
        referee_title=asking.contact.title,
        organisation=asking.organisation,
        asked={"metrics": list(asking.metrics), "criteria": list(asking.criteria)},
    )
    system = reader().get_one(System, asking.system_id)
    letter = compose(draft, (provider, system), catalogue().checklist, "their-own-link")
    message = write(letter, services().settings)
    return f"Subject: {message.subject}\n\n{message.text}"


def _warning(email: str, domain: str) -> str:
    return "" if domain_of(email) == domain else OTHER_DOMAIN


def _send(work: Callable[[Session], int], page: AskPage) -> AnyResponse:
    """Do the asking and lead to the reference; what stands in its way is shown with everything typed."""
    try:
        with transaction() as session:
            number = work(session)
    except InvalidInputError as error:
        field = next((one for one in page.form if one.name == error.field), page.form.email)
        field.errors = [*field.errors, error.message]
        return _ask_page(replace(page, errors=summary(page.form)), 422)
    except TooManyError as error:
        return _ask_page(replace(page, errors=(("", str(error)),)), 429)
    flash("The letter is on its way. You hear from us when something comes of it.")
    return redirect(url_for("vendor.reference", slug=page.provider.slug, number=number), 303)


def _ask_page(page: AskPage, status: int = 200) -> AnyResponse:
    page.form.prepare()
    template = "vendor/reference_new.html" if page.reference is None else "vendor/reference_again.html"
    areas = catalogue().checklist.areas
    return make_response(render_template(template, page=page, areas=areas), status)


def again(slug: str, number: int) -> AnyResponse:
    """Ask once more after a letter came back or its time was over, at a corrected address."""
    provider, reference, _ = own_reference(slug, number)
    if not may_ask_again(reference, clock.now()):
        return redirect(url_for("vendor.reference", slug=slug, number=number), 303)
    form = ContactForm()
    form.provider_domain = provider.domain
    page = AskPage(provider, form, (), reference=reference)
    if request.method != "POST":
        return _ask_page(page)
    if not form.validate():
        return _ask_page(replace(page, errors=summary(form)), 422)
    warning = _warning(form.email.data, reference.organisation_domain)
    if warning and form.warned.data != form.email.data:
        form.warned.data = form.email.data
        return _ask_page(replace(page, warning=warning))
    contact, origin, actor = _contact(form), _origin(), account().actor

    def work(session: Session) -> int:
        verbs.ask_again(session, verbs.locked(session, number), contact, origin, actor=actor, at=clock.now())
        return number

    try:
        return _send(work, page)
    except ConflictError:
        flash(CHANGED)
        return redirect(url_for("vendor.reference", slug=slug, number=number), 303)

"""Claiming an entry, listed or begun: choosing how, what is to be done, and the proof."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import InvalidInputError, NotFoundError, UnavailableError
from directory.core.lookups import holds_text
from directory.providers.models import Provider
from directory.review import claims
from directory.review.claim_proofs import is_provable
from directory.review.claim_queries import Sought, latest_claim, sought
from directory.review.models import Claim, ClaimMethod, ClaimState
from directory.web import signing_in
from directory.web.forms import summary
from directory.web.identity import account, membership_of
from directory.web.security import limiter
from directory.web.session import reader, services, transaction
from directory.web.vendor.forms_claims import ClaimForm
from directory.web.vendor.typed import is_known

LIMIT, LOOKS = "10 per hour", "20 per hour"
TOO_MANY = "That was tried too often within an hour. What you typed is still here: try again later."
NOT_THERE = (
    "The record isn’t there yet. New records can take an hour to be seen everywhere; "
    "we look again by ourselves and write to you."
)


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """An entry that somebody wants to take over; `claim` is what they asked last, `record` what would prove it."""

    provider: Provider
    form: ClaimForm
    errors: tuple[tuple[str, str], ...]
    claim: Claim | None
    is_waiting: bool
    is_provable: bool
    is_member: bool
    record: Sought | None


def show(provider_slug: str) -> AnyResponse:
    """Show how an entry is claimed and how one's own claim stands, or begin a claim."""
    provider = _found(provider_slug)
    if membership_of(provider.id) is not None and not provider.is_unproven:
        return redirect(f"/vendor/{provider.slug}", 303)
    form = ClaimForm()
    if request.method != "POST":
        form.method.data = ClaimMethod.EMAIL if is_provable(provider.domain) else ClaimMethod.ADMIN
        return _page(provider, form)
    if not form.validate():
        return _page(provider, form, summary(form), 422)
    try:
        with limiter.limit(LIMIT, key_func=_who):
            _ask(provider, form)
    except RateLimitExceeded:
        return _page(provider, form, (("", TOO_MANY),), 429)
    except InvalidInputError as error:
        form[error.field].errors = [error.message]
        return _page(provider, form, summary(form), 422)
    return redirect(url_for("vendor.claim", provider_slug=provider.slug), 303)


def check(provider_slug: str) -> AnyResponse:
    """Look for the record now; no transaction is open meanwhile."""
    provider = _found(provider_slug)
    record = _record(provider)
    if record is None:
        return redirect(url_for("vendor.claim", provider_slug=provider.slug), 303)
    try:
        with limiter.limit(LOOKS, key_func=_who):
            is_there = _stands(record)
    except RateLimitExceeded:
        return _page(provider, ClaimForm(), (("", TOO_MANY),), 429)
    except UnavailableError as error:
        return _page(provider, ClaimForm(), (("", str(error)),), 503)
    if not is_there:
        return _page(provider, ClaimForm(), (("", NOT_THERE),), 422)
    with signing_in.staying() as session:
        claims.prove_by_record(session, record.claim_id, record.attempt, actor=account().actor, at=clock.now())
    return redirect(f"/vendor/{provider.slug}", 303)


def withdraw(provider_slug: str) -> AnyResponse:
    """End one's own claim."""
    provider, me = _found(provider_slug), account()
    claim = latest_claim(reader(), provider.id, me.id)
    if claim is None:
        raise NotFoundError("There is no claim of yours that waits.")
    with transaction() as session:
        claims.withdraw(session, claim.id, user_id=me.id, actor=me.actor, at=clock.now())
    return redirect(url_for("vendor.claim", provider_slug=provider.slug), 303)


def by_link(token: str) -> AnyResponse:
    """Show a button to whoever opened the mailed link, and take the entry over when it is pressed."""
    key, me, at = services().settings.secret_key, account(), clock.now()
    if request.method == "POST":
        with signing_in.staying() as session:
            slug = claims.prove_by_link(session, token, key, user_id=me.id, actor=me.actor, at=at).slug
        return redirect(f"/vendor/{slug}", 303)
    claim = claims.by_link(reader(), token, key, user_id=me.id, at=at)
    provider = reader().get_one(Provider, claim.provider_id)
    return make_response(render_template("vendor/claim_link.html", provider=provider, token=token))


def _found(slug: str) -> Provider:
    """Return the entry under a slug, if the person asking may know of it."""
    provider = reader().scalar(select(Provider).where(Provider.slug == slug))
    if provider is None or not (provider.is_public or membership_of(provider.id) or _was_told(provider)):
        raise NotFoundError("No provider is listed under this name.")
    return provider


def _was_told(provider: Provider) -> bool:
    """Whether somebody knows of an entry that was never public: they typed its domain, or asked for it."""
    is_new = provider.published_at is None
    return is_new and (is_known(provider.id) or latest_claim(reader(), provider.id, account().id) is not None)


def _who() -> str:
    return f"person-{account().id}"


def _ask(provider: Provider, form: ClaimForm) -> None:
    method = ClaimMethod(form.method.data)
    email = form.email.data if method is ClaimMethod.EMAIL else ""
    wish = claims.Wish(provider.id, account().id, method, email, form.message.data)
    with transaction() as session:
        claims.ask(session, wish, actor=account().actor, at=clock.now())


def _record(provider: Provider) -> Sought | None:
    claim = latest_claim(reader(), provider.id, account().id)
    key = services().settings.secret_key
    return None if claim is None else sought(reader(), claim.id, key, at=clock.now())


def _stands(record: Sought) -> bool:
    reader().close()  # its transaction: name servers may take their time
    return holds_text(record.names, record.text, services().settings.dns_servers)


def _page(provider: Provider, form: ClaimForm, errors: tuple[tuple[str, str], ...] = (), status: int = 200) -> Response:
    form.prepare()
    claim = latest_claim(reader(), provider.id, account().id)
    page = ClaimPage(
        provider=provider,
        form=form,
        errors=errors,
        claim=claim,
        is_waiting=claim is not None and claims.is_waiting(claim, clock.now()),
        is_provable=is_provable(provider.domain),
        is_member=membership_of(provider.id) is not None,
        record=_record(provider),
    )
    return make_response(render_template("vendor/claim.html", page=page, states=ClaimState), status)

"""Beginning an entry: a name and a website, or the offer to claim the entry that is there."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import InputRequired

from directory.core import clock
from directory.core.errors import InvalidInputError
from directory.providers.models import Provider
from directory.publishing.identity import AlreadyListedError
from directory.publishing.services import start_entry
from directory.web import signing_in
from directory.web.forms import Form, summary
from directory.web.identity import account, membership_of
from directory.web.security import limiter
from directory.web.session import reader, services
from directory.web.vendor.typed import remember

LIMIT = "10 per day"
TOO_MANY = "Ten entries a day are begun at most. What you typed is still here: try again tomorrow."


class StartForm(Form):
    """What tells a firm from others."""

    name = StringField("Name of the firm", validators=[InputRequired("Say what the firm is called.")])
    website = StringField("Its website", validators=[InputRequired("Give the firm’s own website.")])


@dataclass(frozen=True, slots=True)
class StartPage:
    """The form, and the entry that has the website already."""

    form: StartForm
    errors: tuple[tuple[str, str], ...]
    listed: Provider | None


def show() -> AnyResponse:
    """Show the form, or take it: begin the entry, or say that it is there."""
    form = StartForm()
    if request.method != "POST":
        return _page(form)
    if not form.validate():
        return _page(form, summary(form), 422)
    try:
        with limiter.limit(LIMIT, key_func=lambda: f"person-{account().id}"):
            slug = _start(form)
    except RateLimitExceeded:
        return _page(form, (("", TOO_MANY),), 429)
    except AlreadyListedError as error:
        return _listed(form, error.slug)
    except InvalidInputError as error:
        form[error.field].errors = [error.message]
        return _page(form, summary(form), 422)
    return redirect(url_for("vendor.claim", provider_slug=slug), 303)


def _start(form: StartForm) -> str:
    me, accepts_demo = account(), not services().settings.is_production
    with signing_in.staying() as session:
        provider = start_entry(
            session,
            form.name.data,
            form.website.data,
            person_id=me.id,
            actor=me.actor,
            at=clock.now(),
            accepts_demo=accepts_demo,
        )
        return provider.slug


def _listed(form: StartForm, slug: str) -> AnyResponse:
    reader().rollback()  # it may have been added since this request began to read
    provider = reader().scalars(select(Provider).where(Provider.slug == slug)).one()
    if membership_of(provider.id) is not None:
        return redirect(url_for("vendor.claim", provider_slug=slug), 303)
    if provider.is_unproven:
        remember(provider.id)
    return _page(form, status=409, listed=provider)


def _page(
    form: StartForm,
    errors: tuple[tuple[str, str], ...] = (),
    status: int = 200,
    listed: Provider | None = None,
) -> Response:
    form.prepare()
    page = StartPage(form, errors, listed)
    return make_response(render_template("vendor/new.html", page=page), status)

"""The toggle: a provider comes onto the reader's shortlist or goes, and the page it was sent from shows it."""

from flask import make_response, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from directory.core import clock
from directory.core.errors import InvalidInputError, NotFoundError
from directory.providers.models import Provider
from directory.shortlists import services as shortlists
from directory.shortlists.queries import name_kept, shortlist_of
from directory.shortlists.services import FullError, NotedError
from directory.web.keeping import keeper, keeper_writing, look_again, own
from directory.web.same_origin import came_from
from directory.web.security import limiter
from directory.web.session import reader, transaction

LIMIT = "120 per minute"
"""More clicks than anybody makes, even a whole office behind one address; fewer than a program would like."""

NEW_LIMIT = "60 per hour"
"""So many browsers behind one address may begin a shortlist: each is a row that stays for months."""


def change() -> Response:
    """Add or remove the provider that a toggle names, and lead back to where it stands."""
    adding = "add" in request.form
    provider, name = _named(request.form.get("add" if adding else "remove", ""), is_adding=adding)
    with limiter.limit(LIMIT):
        try:
            _add(provider) if adding else _remove(provider)
        except FullError:
            return _led(said("full"))
        except NotedError as error:
            return _led(said("noted", error.number))
    if "HX-Request" in request.headers:
        return make_response(render_template("buyer/_kept.html", own=own(), slug=provider.slug, name=name), _no_store())
    back = came_from()
    return redirect(f"{back}#keep-{provider.slug}" if back else "/shortlist", 303)


def said(what: str, number: int = 0) -> str:
    """Return the address of the shortlist that says something, beside one of its entries if there is a number."""
    return f"/shortlist?said={what}&at={number}#entry-{number}" if number else f"/shortlist?said={what}"


def _no_store() -> dict[str, str]:
    return {"Cache-Control": "no-store"}


def _led(address: str) -> Response:
    """Lead to another page, from a page that is updated in place too."""
    if "HX-Request" in request.headers:
        return make_response("", {"HX-Redirect": address, **_no_store()})
    return redirect(address, 303)


def _named(slug: str, *, is_adding: bool) -> tuple[Provider, str]:
    """Return the provider of a slug and what it is called; one that isn't public is there for whoever keeps it."""
    if not slug:
        raise InvalidInputError("add", "say which provider")
    query = select(Provider).where(Provider.slug == slug)
    provider = reader().scalar(query) if "\0" not in slug else None  # PostgreSQL can't be asked for one
    name = _name(provider, is_adding=is_adding) if provider is not None else None
    if provider is None or name is None:
        raise NotFoundError("No provider is listed under this name.")
    return provider, name


def _name(provider: Provider, *, is_adding: bool) -> str | None:
    if provider.is_public:
        return provider.name
    whose = None if is_adding else keeper()
    return name_kept(reader(), whose, provider.id) if whose else None


def _begins() -> bool:
    """Whether an addition makes a row: a browser has none, or sends a token that stands for none."""
    whose = keeper()
    return whose is None or (whose.user_id is None and shortlist_of(reader(), whose) is None)


def _add(provider: Provider) -> None:
    if _begins():
        with limiter.limit(NEW_LIMIT):
            pass
    with transaction() as session:
        whose = keeper_writing(session)
        shortlists.add(session, whose, provider, at=clock.now())
        look_again(session, whose)


def _remove(provider: Provider) -> None:
    if keeper() is None:
        return
    with transaction() as session:
        whose = keeper_writing(session)
        shortlists.remove_plain(session, whose, provider.id, at=clock.now())
        look_again(session, whose)

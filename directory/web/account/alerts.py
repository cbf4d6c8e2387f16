"""Saved searches and what is told of them by mail; and the address in each letter that ends it."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from directory.alerts import services as verbs
from directory.alerts.looking import asked, canonical, directory_of, on_shortlist, title
from directory.alerts.models import About, Alert, Cadence
from directory.alerts.queries import alert_of, alerts_of
from directory.alerts.services import Watched
from directory.core import clock
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError
from directory.core.links import LinkKind, read
from directory.search.query import Query, QueryError, parse
from directory.web.account.forms import CADENCES, AlertForm
from directory.web.account.pages import led, shown
from directory.web.identity import account
from directory.web.session import catalogue, reader, services, today, transaction

PAGE = "/account/alerts"
ON_SHORTLIST = "shortlist"
"""The parameter that asks for an alert on one's own shortlist instead of a search."""


@dataclass(frozen=True, slots=True)
class Line:
    """One alert as the account lists it; `is_lost` where its search names what isn't there any more."""

    number: int
    title: str
    address: str
    cadence: Cadence
    is_lost: bool


def show() -> AnyResponse:
    """List one's alerts."""
    lines = tuple(_line(one) for one in alerts_of(reader(), account().id))
    return shown("alerts", AlertForm(), lines=lines, cadences=CADENCES)


def _line(alert: Alert) -> Line:
    cadence = Cadence(alert.cadence)
    if alert.about == About.SHORTLIST:
        return Line(alert.id, "Your shortlist", "/shortlist", cadence, is_lost=False)
    address = f"/providers?{alert.query}" if alert.query else "/providers"
    try:
        words = title(asked(alert.query, catalogue()), catalogue())
    except QueryError as error:
        words = title(error.query, catalogue())
        return Line(alert.id, words, address, cadence, is_lost=True)
    return Line(alert.id, words[:1].upper() + words[1:], address, cadence, is_lost=False)


def save() -> AnyResponse:
    """Ask how often, and save the search that the address names, or the shortlist."""
    form, query = AlertForm(), _meant()
    words = "your shortlist" if query is None else title(query, catalogue())
    if request.method != "POST":
        return shown("alert_new", form, words=words)
    if not form.validate():
        return shown("alert_new", form, status=422, words=words)
    watched = _watched(query)
    try:
        with transaction() as session:
            verbs.save(session, account().id, watched, Cadence(form.cadence.data), on=today(), at=clock.now())
    except ConflictError as error:
        return shown("alert_new", form, status=HTTPStatus.CONFLICT, more=(("", str(error)),), words=words)
    return led(PAGE, "It is saved.")


def _meant() -> Query | None:
    """Return the search that the address names, None for one's own shortlist; 400 where it names none that can be."""
    given = list(request.args.items(multi=True))
    if (ON_SHORTLIST, "1") in given:
        return None
    try:
        return parse(given, catalogue())
    except QueryError as error:
        raise InvalidInputError(*next(iter(error.errors.items()))) from None


def _watched(query: Query | None) -> Watched:
    """Return what is to be watched, with who is there now."""
    directory = directory_of(services().search.generation(catalogue(), today()))
    if query is None:
        return Watched(About.SHORTLIST, "", on_shortlist(reader(), account().id, directory))
    return Watched(About.SEARCH, canonical(query), directory.matching(query))


def change(number: int) -> AnyResponse:
    """Change how often one is told of an alert."""
    if alert_of(reader(), account().id, number) is None:
        raise NotFoundError(verbs.NONE)
    try:
        cadence = Cadence(request.form.get("cadence", ""))
    except ValueError:
        raise InvalidInputError("cadence", "choose how often") from None
    with transaction() as session:
        verbs.change(session, account().id, number, cadence)
    return led(PAGE, "That is changed.")


def remove(number: int) -> AnyResponse:
    """Remove an alert."""
    with transaction() as session:
        verbs.remove(session, account().id, number)
    return led(PAGE, "The alert is gone.")


def stop(token: str) -> AnyResponse:
    """Ask whether letters about an alert are to end, and end them; a mail program may post it without asking."""
    found = read(LinkKind.ALERT, token, services().settings.secret_key)
    if found is None:
        return _plain(render_template("account/link_over.html"), HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return _plain(render_template("account/alert_stop.html", is_stopped=False, token=token))
    with transaction() as session:
        verbs.stop(session, found[0])
    return _plain(render_template("account/alert_stop.html", is_stopped=True, token=token))


def _plain(body: str, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    response = make_response(body, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

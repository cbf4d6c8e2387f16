"""Providers side by side, as a page and as a file."""

from http import HTTPStatus

from flask import Response, make_response, render_template, request

from directory.comparison.asking import Asked
from directory.comparison.queries import Gathered, gather
from directory.comparison.sheet import rows
from directory.comparison.table import LEAST
from directory.core.errors import InvalidInputError
from directory.core.spreadsheets import sheet
from directory.providers.membership import ReachKind
from directory.search.parsing import MOST_WORDS_LENGTH, normalised
from directory.web.buyer.compare_page import (
    COMPARE,
    Adding,
    ComparePage,
    address,
    has_room,
    heading,
    hidden_links,
    side,
)
from directory.web.buyer.forms import IGNORED
from directory.web.buyer.queries import public_entries
from directory.web.profile.links import Link
from directory.web.reach import count
from directory.web.session import catalogue, reader, services, today

ADD = "add"
CSV_NAME = "comparison.csv"
FIELDS = {"provider": "Providers", "system": "System", "differences": "Differences only", "hide": "Hidden areas"}


def show() -> Response:
    """Show the comparison that the address asks for; what can't be had is said beside the rest."""
    found = asked_for()
    if found.table is not None and not found.problems:
        count_all(found)
    page = compare_page(found)
    body = render_template("buyer/compare.html", page=page, canonical=page.canonical)
    return make_response(body, HTTPStatus.BAD_REQUEST if found.problems else HTTPStatus.OK)


def as_csv() -> Response:
    """Give the same comparison as a file for spreadsheets."""
    found = asked_for()
    if found.shown is None or found.problems:
        raise InvalidInputError(*next(iter(found.problems.items()), ("provider", f"name {LEAST} or more")))
    count_all(found)
    response = make_response(sheet(rows(found.shown)))
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{CSV_NAME}"'
    return response


def asked_for() -> Gathered:
    """Return the comparison that the address asks for, as it is today."""
    pairs = request.args.items(multi=True)
    meant = ((name, value) for name, value in pairs if name != ADD and not IGNORED.fullmatch(name))
    return gather(reader(), meant, catalogue(), today())


def count_all(found: Gathered) -> None:
    """Count that this request shows the providers side by side."""
    count(ReachKind.COMPARISON, (provider.id for provider in found.providers.values()))


def compare_page(found: Gathered) -> ComparePage:
    """Return the page; without a table it leads to one."""
    asked, table = found.asked, found.table
    plain = Asked(asked.slugs, asked.systems)
    return ComparePage(
        heading=heading(len(asked.slugs) if table else 0),
        asked=asked,
        side=side(found.shown, asked, catalogue()) if found.shown else None,
        few=() if table else tuple(Link(one.name, f"/providers/{one.slug}") for one in found.providers.values()),
        problems=tuple((FIELDS.get(name, name), text) for name, text in found.problems.items()),
        adding=adding(asked),
        hidden=hidden_links(table, asked) if table else (),
        differing=table.differing if table else 0,
        rows=sum(len(section.rows) for section in table.sections) if table else 0,
        all_rows=address(asked, differences=False),
        differences=address(asked, differences=True),
        csv=address(asked, f"{COMPARE}.csv"),
        api=address(plain, "/api/v1/compare"),
        canonical=services().settings.base_url.rstrip("/") + address(plain),
        shows_demo=any(one.is_demo for one in found.providers.values()),
        has_claimed=any(one.claimed_at is not None for one in found.providers.values()),
    )


def adding(asked: Asked) -> Adding:
    """Return the search for one more provider, and who was found by the words typed so far."""
    text = normalised(request.args.get(ADD, "")[: MOST_WORDS_LENGTH + 1])[:MOST_WORDS_LENGTH]
    ids = services().search.suggest(text, catalogue(), today()).provider_ids if text else ()
    named = public_entries(reader(), ids)
    fitting = (named[one] for one in ids if one in named and named[one].slug not in asked.slugs)
    links = tuple(Link(row.name, address(asked, slugs=(*asked.slugs, row.slug))) for row in fitting)
    return Adding(text, links, has_room(asked.slugs))

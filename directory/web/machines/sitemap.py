"""The sitemap (sitemaps.org 0.9): every public page, in one file or, above a size, in several under an index."""

from dataclasses import dataclass

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from directory.core.paging import Page
from directory.search.query import Query
from directory.web.for_all import same_for_all
from directory.web.landings import KINDS, term_path
from directory.web.machines.feed import moment
from directory.web.machines.plain import absolute, answer
from directory.web.machines.readings import counts, located
from directory.web.session import catalogue, reader, services, today

MOST_ENTRIES = 10_000
"""The protocol allows 50,000 to a file; so many are answered in about a quarter of a second."""
PAGES = (
    "/",
    "/providers",
    *(kind.path for kind in KINDS),
    "/methodology",
    "/checklist",
    "/assess",
    "/audit",
    "/api/v1/docs",
)


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a page, and when it last changed where that is known (RFC 3339)."""

    address: str
    changed: str


def sitemap() -> ResponseReturnValue:
    """Answer with the sitemap, or with the index of its parts."""
    return same_for_all("/sitemap.xml", _whole)


def _whole() -> Response:
    first = _part(1)
    if first.count == 1:
        return _file(first)
    parts = tuple(absolute(f"/sitemap-{number}.xml") for number in range(1, first.count + 1))
    return answer(render_template("machines/sitemap_index.xml", parts=parts), "application/xml")


def sitemap_part(number: int) -> ResponseReturnValue:
    """Answer with one part, counted from 1."""
    return same_for_all(f"/sitemap-{number}.xml", lambda: _numbered(number))


def _numbered(number: int) -> Response:
    part = _part(number)
    if number < 1 or part.is_past_end:
        abort(404)
    return _file(part)


def _fixed() -> tuple[str, ...]:
    """Return the pages that aren't a provider's own."""
    return (*PAGES, *(f"/checklist/{criterion}" for criterion in catalogue().checklist.criteria), *_terms())


def _terms() -> tuple[str, ...]:
    """Return the pages of terms that somebody has, in the taxonomy's order."""
    facets = services().search.find(Query(per_page=1), catalogue(), today()).facets
    held = {(kind.facet, one.value) for kind in KINDS for one in facets.get(kind.facet, ())}
    terms = ((kind.facet, term.id) for kind in KINDS for term in catalogue().taxonomy.terms(kind.facet))
    return tuple(term_path(*term) for term in terms if term in held)


def _part(number: int) -> Page:
    return Page(number=number, size=MOST_ENTRIES, total=len(_fixed()) + counts(reader()).providers)


def _file(part: Page) -> Response:
    fixed = _fixed()
    pages = [Place(absolute(path), "") for path in fixed[part.start : part.stop]]
    providers = located(reader(), max(0, part.start - len(fixed)), part.stop - part.start - len(pages))
    places = (
        *pages,
        *(Place(absolute(f"/providers/{one.slug}"), moment(one.updated_at)) for one in providers),
    )
    return answer(render_template("machines/sitemap.xml", places=places), "application/xml")

"""Providers: the search, and one entry."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue
from msgspec import Raw

from directory.core.errors import NotFoundError
from directory.providers.membership import ReachKind
from directory.rules.queries import load_verdicts
from directory.search.query import Query, parse
from directory.search.results import Hit, Results
from directory.web import reach
from directory.web.api import parameters, provider_shapes, shapes
from directory.web.api.addresses import absolute, page_links
from directory.web.api.entry import Entry
from directory.web.api.items import item
from directory.web.api.operations import PREFIX, as_json, encoder, operation
from directory.web.api.readings import public_provider, public_providers, read
from directory.web.for_all import same_for_all
from directory.web.session import catalogue, reader, services, today
from directory.web.shelf import Shelf, shelf

ITEMS = "directory.items"
KEPT = 1_000
"""So many items of lists are kept in a process; one takes about three kilobytes."""


@operation(
    "/providers",
    answer=shapes.Providers,
    parameters=parameters.search,
    errors=(HTTPStatus.NOT_FOUND,),
    has_query=True,
)
def search_providers() -> ResponseReturnValue:
    """Find providers.

    Values of one repeatable parameter are alternatives (of `criterion`: all are asked), different
    parameters all hold, and every numeric filter holds for one and the same live system. An empty
    parameter is absent. A page past the end is 404. While nothing changes, walking all pages gives every
    match exactly once.
    """
    query = parse(request.args.items(multi=True), catalogue())
    return same_for_all(_address(query), lambda: as_json(_found(query)))


def _address(query: Query) -> str:
    return f"{PREFIX}/providers?{urlencode(query.parameters())}"


def _found(query: Query) -> shapes.Providers:
    results = services().search.find(query, catalogue(), today())
    if results.page.is_past_end:
        count = results.page.count
        raise NotFoundError("There is only one page." if count == 1 else f"There are only {count} pages.")
    reach.count(ReachKind.SEARCH, (hit.provider_id for hit in results.hits))
    return shapes.Providers(
        total=results.total,
        page=query.page,
        per_page=query.per_page,
        items=_items(results),
        facets={
            name: tuple(shapes.FacetCount(one.value, one.label, one.count) for one in values)
            for name, values in results.facets.items()
        },
        links=_links(results, query),
    )


def _items(results: Results) -> tuple[shapes.Item, ...]:
    """Return the items, each as the JSON that was made of it, which the encoder takes as it is."""
    items: Shelf[Raw] = shelf(ITEMS, KEPT)
    made = items.of(results.hits, _made)
    return cast("tuple[shapes.Item, ...]", tuple(made[hit] for hit in results.hits if hit in made))


def _made(hits: Sequence[Hit]) -> Mapping[Hit, Raw]:
    public = public_providers(reader(), [hit.provider_id for hit in hits])
    verdicts = load_verdicts(reader(), list(public), catalogue(), today())
    return {
        hit: Raw(encoder.encode(item(public[hit.provider_id], verdicts[hit.provider_id], hit.system_id)))
        for hit in hits
        if hit.provider_id in public
    }


def _links(results: Results, query: Query) -> shapes.Links:
    def page(number: int | None) -> str | None:
        return None if number is None else absolute("/api/v1/providers", query.parameters(page=number))

    own = absolute("/api/v1/providers", query.parameters())
    return shapes.Links(self=own, next=page(results.page.next), prev=page(results.page.previous))


@operation(
    "/providers/{slug}",
    answer=provider_shapes.Provider,
    parameters=parameters.by_slug,
    errors=(HTTPStatus.NOT_FOUND,),
)
def get_provider(slug: str) -> ResponseReturnValue:
    """Read one provider.

    All that is public about it: systems, figures with their evidence, answers, certifications,
    references, and what was stated before.
    """
    return same_for_all(f"{PREFIX}/providers/{slug}", lambda: as_json(_entry(slug)))


def _entry(slug: str) -> provider_shapes.Provider:
    provider = public_provider(reader(), slug)
    if provider is None:
        msg = "There is no provider with that slug, or it was withdrawn."
        raise NotFoundError(msg)
    verdicts = load_verdicts(reader(), [provider.id], catalogue(), today())[provider.id]
    entry = Entry(provider, verdicts, read(reader(), provider.id), catalogue())
    return entry.whole(page_links(f"/api/v1/providers/{slug}", f"/providers/{slug}"))

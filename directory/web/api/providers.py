"""Providers: the search, and one entry."""

from http import HTTPStatus

from flask import request

from directory.core.errors import NotFoundError
from directory.providers.membership import ReachKind
from directory.rules.queries import load_verdicts
from directory.search.query import Query, parse
from directory.search.results import Results
from directory.web import reach
from directory.web.api import parameters, provider_shapes, shapes
from directory.web.api.addresses import absolute, page_links
from directory.web.api.entry import Entry
from directory.web.api.items import item
from directory.web.api.operations import operation
from directory.web.api.readings import public_provider, public_providers, read
from directory.web.session import catalogue, reader, services, today


@operation(
    "/providers",
    answer=shapes.Providers,
    parameters=parameters.search,
    errors=(HTTPStatus.NOT_FOUND,),
    has_query=True,
)
def search_providers() -> shapes.Providers:
    """Find providers.

    Values of one repeatable parameter are alternatives (of `criterion`: all are asked), different
    parameters all hold, and every numeric filter holds for one and the same live system. An empty
    parameter is absent. A page past the end is 404. While nothing changes, walking all pages gives every
    match exactly once.
    """
    query = parse(request.args.items(multi=True), catalogue())
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
    ids = [hit.provider_id for hit in results.hits]
    public = public_providers(reader(), ids)
    verdicts = load_verdicts(reader(), list(public), catalogue(), today())
    return tuple(
        item(public[hit.provider_id], verdicts[hit.provider_id], hit.system_id)
        for hit in results.hits
        if hit.provider_id in public
    )


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
def get_provider(slug: str) -> provider_shapes.Provider:
    """Read one provider.

    All that is public about it: systems, figures with their evidence, answers, certifications,
    references, and what was stated before.
    """
    provider = public_provider(reader(), slug)
    if provider is None:
        msg = "There is no provider with that slug, or it was withdrawn."
        raise NotFoundError(msg)
    verdicts = load_verdicts(reader(), [provider.id], catalogue(), today())[provider.id]
    entry = Entry(provider, verdicts, read(reader(), provider.id), catalogue())
    return entry.whole(page_links(f"/api/v1/providers/{slug}", f"/providers/{slug}"))

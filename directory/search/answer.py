"""From a query and a generation to results. Nothing here reads the index or the database."""

from directory.catalogue.services import Catalogue
from directory.core.paging import Page
from directory.rules.evaluator import TierName
from directory.search.facets import count
from directory.search.generation import Generation
from directory.search.matching import conditions
from directory.search.query import Query
from directory.search.ranking import hits
from directory.search.results import Results, Suggestion


def total(generation: Generation, query: Query) -> int:
    """Return how many providers match."""
    return len(conditions(generation, query).all_but())


def suggest(generation: Generation, query: Query, catalogue: Catalogue) -> tuple[Suggestion, ...]:
    """Return the filters whose dropping would give something, the most fruitful first."""
    found = [Suggestion(one, total(generation, one.without)) for one in query.filters(catalogue)]
    return tuple(sorted((one for one in found if one.total), key=lambda one: -one.total))


def answer(generation: Generation, query: Query, catalogue: Catalogue) -> Results:
    """Return the page of results that the query asks for; one past the end has no hits."""
    held = conditions(generation, query)
    everybody = held.all_but()
    page = Page(number=query.page, size=query.per_page, total=len(everybody))
    return Results(
        query=query,
        total=len(everybody),
        proven=everybody.intersection_cardinality(generation.members("production", TierName.IN_PRODUCTION)),
        page=page,
        hits=hits(held, everybody, page.start, page.start + page.size),
        facets=count(held, everybody, catalogue),
        suggestions=() if everybody else suggest(generation, query, catalogue),
    )

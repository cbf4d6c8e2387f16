"""Providers side by side, as data."""

from http import HTTPStatus

from flask import request

from directory.catalogue.services import Catalogue
from directory.comparison.filling import section_ids
from directory.comparison.queries import gather
from directory.comparison.table import LEAST, MOST
from directory.core.errors import NotFoundError
from directory.providers.membership import ReachKind
from directory.search.query import QueryError
from directory.web import reach
from directory.web.api.addresses import absolute
from directory.web.api.comparison_shapes import Comparison
from directory.web.api.operations import Parameter, operation
from directory.web.api.parameters import SLUG
from directory.web.api.shapes import PageLinks
from directory.web.session import catalogue, reader, today

CHOICE_PATTERN = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*:[0-9]{1,9}$", "maxLength": 90}


def parameters(catalogue: Catalogue) -> tuple[Parameter, ...]:
    """Return what a comparison takes."""
    return (
        Parameter(
            "provider",
            f"Slugs of {LEAST} to {MOST} providers, in the order in which they stand.",
            SLUG.schema,
            is_repeatable=True,
            several={"minItems": LEAST, "maxItems": MOST, "uniqueItems": True},
        ),
        Parameter(
            "system",
            "A provider's slug, a colon, and the id of the live system whose figures are wanted in place of the"
            " headline's.",
            CHOICE_PATTERN,
            is_repeatable=True,
        ),
        Parameter("differences", "`1`: only the rows that differ.", {"type": "string", "enum": ["1"]}),
        Parameter(
            "hide",
            "Sections to leave out.",
            {"type": "string", "enum": list(section_ids(catalogue))},
            is_repeatable=True,
        ),
    )


@operation("/compare", answer=Comparison, parameters=parameters, errors=(HTTPStatus.NOT_FOUND,), has_query=True)
def compare_providers() -> Comparison:
    """Compare providers.

    Two to six of them side by side: figures of each one's headline system or of the one chosen, the rules of both
    filters, every readiness criterion, certifications, terms and references. A row differs where an answer has another
    status, a figure lies in another band, holds at other hours or is conflicting, or a rule has another outcome. A
    provider or system that isn't there is 404.
    """
    found = gather(reader(), request.args.items(multi=True), catalogue(), today())
    if found.errors:
        raise QueryError(found.errors)
    if found.missing:
        raise NotFoundError("; ".join(found.missing.values()))
    if found.shown is None:
        raise QueryError({"provider": f"name {LEAST} to {MOST}"})
    reach.count(ReachKind.COMPARISON, (provider.id for provider in found.providers.values()))
    pairs = found.asked.parameters()
    return Comparison(
        on=found.shown.on,
        catalogue=found.shown.catalogue,
        sections=found.shown.sections,
        providers=found.shown.columns,
        links=PageLinks(self=absolute("/api/v1/compare", pairs), page=absolute("/compare", pairs)),
    )

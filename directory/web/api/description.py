"""The API's own description: the OpenAPI document, and a page that shows it to people."""

from typing import Any

from flask import render_template

from directory.web.api import assessments, audit, catalogues, comparison, providers
from directory.web.api.addresses import absolute
from directory.web.api.openapi import document
from directory.web.api.operations import PREFIX, Operation, operation
from directory.web.api.reference import reference
from directory.web.session import catalogue, services


def described() -> dict[str, Any]:
    """Return the OpenAPI document for the catalogue in force."""
    return document(OPERATIONS, services().settings.base_url, catalogue())


@operation("/openapi.json", answer=dict[str, Any])
def get_description() -> dict[str, Any]:
    """Read this description.

    OpenAPI 3.1. The ids that parameters take follow the taxonomy and the checklist in force.
    """
    return described()


def docs() -> str:
    """Show the description as a page."""
    return render_template(
        "api/docs.html", page=reference(described()), canonical=absolute(f"{PREFIX}/docs"), active="api"
    )


OPERATIONS: tuple[Operation, ...] = (
    providers.search_providers,
    providers.get_provider,
    comparison.compare_providers,
    catalogues.get_checklist,
    catalogues.get_rules,
    assessments.make_assessment,
    assessments.get_assessment,
    assessments.delete_assessment,
    audit.list_events,
    get_description,
)
"""Everything that the API can be asked, in the order in which it is described."""

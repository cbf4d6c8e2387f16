"""Editing the certifications that a provider states."""

from flask import request, url_for
from werkzeug.wrappers import Response

from directory.providers.models import Provider
from directory.publishing.content import section
from directory.publishing.drafts import load
from directory.web.session import catalogue, reader, today
from directory.web.vendor.editing import Part, edit, own_provider
from directory.web.vendor.forms_certifications import (
    certification_groups,
    certifications_typed,
    certifications_value,
    rows_sent,
)
from directory.web.vendor.in_force import certifications_in_force
from directory.web.vendor.renewing import Validity, by_name, dated
from directory.web.vendor.shown import Force

LEAD = (
    "A certification counts for the filters once an admin has checked a document that shows it. "
    "Choose “None” to take one back; the page keeps two empty rows at its end."
)


def _in_force(provider: Provider) -> dict[str, Force]:
    """Return what counts today of each row of the draft."""
    held = section(load(reader(), provider).content, "certifications")
    in_force = certifications_in_force(provider)
    return {str(row): in_force[one["name"]] for row, one in enumerate(held) if one.get("name") in in_force}


def show(slug: str) -> Response:
    """Show the certifications' draft, or save it."""
    provider = own_provider(slug)
    taxonomy = catalogue().taxonomy
    part = Part(
        section="certifications",
        place="certifications",
        title="Certifications",
        address=url_for("vendor.certifications", slug=slug),
        groups=lambda rows: certification_groups(taxonomy, rows),
        typed=certifications_typed,
        value=certifications_value,
        rows=rows_sent,
        force=lambda: _in_force(provider),
        dated=lambda typed, kept: dated(typed, by_name(kept), request.form, today()),
        stated=lambda typed, kept: Validity(catalogue().rules.evidence, today()).of(typed, by_name(kept)),
        lead=LEAD,
    )
    return edit(provider, part)

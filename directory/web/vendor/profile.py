"""Editing what a provider says of itself."""

from flask import url_for
from werkzeug.wrappers import Response

from directory.web.session import catalogue
from directory.web.vendor.editing import Part, edit, own_provider
from directory.web.vendor.forms_profile import profile_groups, profile_typed, profile_value


def show(slug: str) -> Response:
    """Show the profile's draft, or save it."""
    taxonomy = catalogue().taxonomy
    part = Part(
        section="profile",
        place="profile",
        title="Profile",
        address=url_for("vendor.profile", slug=slug),
        groups=lambda _rows: profile_groups(taxonomy),
        typed=profile_typed,
        value=profile_value,
    )
    return edit(own_provider(slug), part)

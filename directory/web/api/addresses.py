"""Absolute addresses, as the settings say where the directory is reached."""

from collections.abc import Iterable
from urllib.parse import urlencode

from directory.web.api.shapes import PageLinks
from directory.web.session import services


def absolute(path: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
    """Return the absolute address of a path with parameters."""
    query = urlencode(list(parameters))
    return f"{services().settings.base_url}{path}{'?' if query else ''}{query}"


def page_links(own: str, page: str) -> PageLinks:
    """Return the addresses of an answer and of the page for people that shows the same."""
    return PageLinks(self=absolute(own), page=absolute(page))

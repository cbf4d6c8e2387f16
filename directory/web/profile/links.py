"""Links that pages are given ready made: into the results, and out to other people's sites."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import idna

from directory.core.places import country_name, languages
from directory.web.session import catalogue

RESULTS = "/providers"


@dataclass(frozen=True, slots=True)
class Link:
    """A text and where it leads."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links of one kind under their heading."""

    heading: str
    links: tuple[Link, ...]


def results(*parameters: tuple[str, str]) -> str:
    """Return the address of the results with these parameters."""
    return f"{RESULTS}?{urlencode(parameters)}"


def term_label(parameter: str, value: str) -> str:
    """Return how pages name a value of a facet."""
    if parameter == "country":
        return country_name(value)
    if parameter == "language":
        return languages().get(value, value)
    return catalogue().taxonomy.label(parameter, value)


def term_links(parameter: str, values: Iterable[str]) -> tuple[Link, ...]:
    """Return a link into the results for each value of a facet."""
    return tuple(Link(term_label(parameter, value), results((parameter, value))) for value in values)


def outward(address: str | None) -> str | None:
    """Return an address that may stand in a link, or None for anything but http and https."""
    return address if address and urlsplit(address).scheme in ("http", "https") else None


def domain_text(domain: str) -> str:
    """Return a domain as people read it: in its own script, not in its encoded form."""
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain

"""Pages of single terms (an industry, a place of hosting, a kind of agent), and the lists that lead to them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import render_template

from directory.catalogue.schema import Term
from directory.catalogue.services import Catalogue
from directory.core.errors import NotFoundError
from directory.evidence.levels import Level
from directory.evidence.wording import number
from directory.providers.membership import ReachKind
from directory.rules.evaluator import TierName
from directory.search.query import Query
from directory.search.results import FacetValue, Results
from directory.web.buyer.forms import FACETS
from directory.web.buyer.results import address
from directory.web.buyer.shelf import Shown, load_cards
from directory.web.landings import BY_FACET, KINDS, Kind, term_path
from directory.web.reach import count
from directory.web.session import catalogue, reader, services, today

BEST = 6
"""So many providers are shown."""
MOST_LINKS = 8
BESIDE = ("industry", "agent_type", "region", "certification", "country")
"""The facets that a page leads on to; its own one comes last and leads to the pages beside it."""
HEADINGS = {name: heading for name, heading, _ in FACETS}
SENTENCES = {
    "industry": "AI agents for {}",
    "agent_type": "AI agents for {}",
    "region": "Where AI agents run: {}",
}
ACRONYM = 2
"""A label whose first letters are this many capitals begins with an acronym."""


@dataclass(frozen=True, slots=True)
class CountedLink:
    """A text, how many providers it stands for, and where they are."""

    text: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links under their heading; `more` leads to all of them, where there is such a page."""

    heading: str
    links: tuple[CountedLink, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class TermPage:
    """Everything on the page of one term. `counts` starts with all of its providers; cards stand best first."""

    kind: Kind
    label: str
    heading: str
    text: str
    counts: tuple[CountedLink, ...]
    proven: tuple[Shown, ...]
    unproven: tuple[Shown, ...]
    groups: tuple[LinkGroup, ...]
    canonical: str

    @property
    def total(self) -> int:
        """How many providers there are."""
        return self.counts[0].count

    @property
    def summary(self) -> str:
        """The counts as a sentence."""
        if not self.total:
            return "No provider is listed for it yet."
        proven = next((f", {number(one.count)} {one.text.lower()}" for one in self.counts[1:2] if one.count), "")
        return f"{number(self.total)} provider{'' if self.total == 1 else 's'}{proven}."

    @property
    def shows_demo(self) -> bool:
        """Whether a demonstration entry is on the page."""
        return any(one.card.is_demo for one in (*self.proven, *self.unproven))


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term in the list of its kind; `counts` are all of its providers, then those of each tier."""

    label: str
    text: str
    address: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """The terms of one kind, the fullest first."""

    kind: Kind
    columns: tuple[str, ...]
    lines: tuple[TermLine, ...]
    others: tuple[Kind, ...]
    canonical: str


def show_term(facet: str, value: str) -> str:
    """Show the page of a term; NotFoundError for one that the taxonomy in force doesn't have."""
    term = next((one for one in catalogue().taxonomy.terms(facet) if one.id == value), None)
    if term is None:
        raise NotFoundError("The taxonomy in force has no such term.")
    query = Query(per_page=BEST).with_facet(facet, [value])
    results = services().search.find(query, catalogue(), today())
    page = term_page(BY_FACET[facet], term, results, catalogue())
    count(ReachKind.SEARCH, (hit.provider_id for hit in results.hits))
    return _rendered("buyer/term.html", page, shows_demo=page.shows_demo)


def show_list(facet: str) -> str:
    """Show the terms of a kind."""
    return _rendered("buyer/terms.html", list_page(BY_FACET[facet], catalogue()), shows_demo=False)


def _rendered(template: str, page: TermPage | ListPage, *, shows_demo: bool) -> str:
    state = services().search.state()
    degraded = state.message if state.is_degraded else ""
    return render_template(template, page=page, shows_demo=shows_demo, degraded=degraded)


def _canonical(path: str) -> str:
    return services().settings.base_url.rstrip("/") + path


def heading_of(facet: str, label: str) -> str:
    """Return what a term's page is called: AI agents for customer support, AI agents for IT operations."""
    begins_small = label[:ACRONYM] != label[:ACRONYM].upper()
    small = label[0].lower() + label[1:] if begins_small and facet != "region" else label
    return SENTENCES[facet].format(small)


def term_page(kind: Kind, term: Term, results: Results, catalogue: Catalogue) -> TermPage:
    """Return a term's page; `results` are the first of those who have it."""
    query = replace(results.query, per_page=Query().per_page)
    cards = load_cards(reader(), results.hits, catalogue, today())
    return TermPage(
        kind=kind,
        label=term.label,
        heading=heading_of(kind.facet, term.label),
        text=term.description or kind.intro,
        counts=counts_of(query, results, catalogue),
        proven=tuple(one for one in cards[: results.proven] if one),
        unproven=tuple(one for one in cards[results.proven :] if one),
        groups=tuple(_group(kind, name, query, results) for name in _beside(kind) if results.facets.get(name)),
        canonical=_canonical(term_path(kind.facet, term.id)),
    )


def counts_of(query: Query, results: Results, catalogue: Catalogue) -> tuple[CountedLink, ...]:
    """Return how many there are, and of those how many are proven in each way, with the searches for them."""
    found = {(name, one.value): one.count for name, values in results.facets.items() for one in values}
    rules = catalogue.rules
    return (
        CountedLink("Providers", results.total, address(query)),
        *(
            CountedLink(
                tier.name,
                found.get(("production", tier.id), 0),
                address(replace(query, production=TierName(tier.id))),
            )
            for tier in rules.production.tiers
        ),
        CountedLink(rules.enterprise.name, found.get(("enterprise", "1"), 0), address(replace(query, enterprise=True))),
        CountedLink(
            "With a confirmed figure",
            found.get(("level", str(int(Level.CONFIRMED))), 0),
            address(replace(query, level=Level.CONFIRMED)),
        ),
    )


def _beside(kind: Kind) -> tuple[str, ...]:
    return (*(name for name in BESIDE if name != kind.facet), kind.facet)


def _group(kind: Kind, name: str, query: Query, results: Results) -> LinkGroup:
    values = [one for one in results.facets[name] if one.count and not one.is_selected][:MOST_LINKS]
    if name == kind.facet:
        return top_terms(kind, values)
    links = (CountedLink(one.label, one.count, address(query.with_facet(name, [one.value]))) for one in values)
    return LinkGroup(HEADINGS[name], tuple(links))


def top_terms(kind: Kind, values: list[FacetValue]) -> LinkGroup:
    """Return the links to pages of terms of a kind, and to the list of all."""
    links = (CountedLink(one.label, one.count, term_path(kind.facet, one.value)) for one in values)
    return LinkGroup(kind.plural, tuple(links), kind.path)


def starting_points(facets: Mapping[str, tuple[FacetValue, ...]]) -> tuple[LinkGroup, ...]:
    """Return the fullest terms of each kind, given the counts of a search for everybody."""
    groups = (top_terms(kind, list(facets.get(kind.facet, ()))[:MOST_LINKS]) for kind in KINDS)
    return tuple(group for group in groups if group.links)


def list_page(kind: Kind, catalogue: Catalogue) -> ListPage:
    """Return the list of a kind's terms: every count is what the search for it gives."""
    tiers = catalogue.rules.production.tiers
    searches = (Query(per_page=1), *(Query(production=TierName(tier.id), per_page=1) for tier in tiers))
    found = [services().search.find(query, catalogue, today()).facets.get(kind.facet, ()) for query in searches]
    counts = [{one.value: one.count for one in values} for values in found]
    lines = (
        TermLine(
            label=term.label,
            text=term.description,
            address=term_path(kind.facet, term.id),
            counts=tuple(of.get(term.id, 0) for of in counts),
        )
        for term in catalogue.taxonomy.terms(kind.facet)
    )
    return ListPage(
        kind=kind,
        columns=("Listed", *(tier.name for tier in tiers)),
        lines=tuple(sorted(lines, key=lambda line: (-line.counts[0], line.label.casefold()))),
        others=tuple(one for one in KINDS if one is not kind),
        canonical=_canonical(kind.path),
    )

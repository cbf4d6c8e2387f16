"""The start: what this is, a search, the two filters, what is verified and what was verified last."""

from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.catalogue.services import Catalogue
from directory.rules.evaluator import TierName
from directory.search.query import Query
from directory.search.results import Hit, Results
from directory.web.buyer.cards import Card
from directory.web.buyer.landing import LinkGroup, starting_points
from directory.web.buyer.queries import Verified, newest_confirmations, verified
from directory.web.buyer.results import address
from directory.web.buyer.shelf import load_cards
from directory.web.for_all import same_for_all
from directory.web.session import catalogue, reader, services, today

NEWEST = 6


@dataclass(frozen=True, slots=True)
class FilterLink:
    """One of the filters, what it asks, how many pass it, and the address of those."""

    name: str
    text: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class NewestLine:
    """A provider with a newly verified reference; `card` has the figures of the system it is for."""

    card: Card
    verified_on: date


@dataclass(frozen=True, slots=True)
class StartPage:
    """Everything on the start page."""

    verified: Verified
    production: tuple[FilterLink, ...]
    enterprise: FilterLink
    newest: tuple[NewestLine, ...]
    starting_points: tuple[LinkGroup, ...]

    @property
    def shows_demo(self) -> bool:
        """Whether a demonstration entry is on the page."""
        return any(line.card.is_demo for line in self.newest)


def show() -> ResponseReturnValue:
    """Show the start page."""
    return same_for_all("/", _page)


def _page() -> str:
    results = services().search.find(Query(per_page=1), catalogue(), today())
    page = start_page(results, catalogue())
    state = services().search.state()
    return render_template(
        "buyer/start.html",
        page=page,
        canonical=services().settings.base_url.rstrip("/") + "/",
        shows_demo=page.shows_demo,
        degraded=state.message if state.is_degraded else "",
    )


def start_page(results: Results, catalogue: Catalogue) -> StartPage:
    """Return the page; `results` are those of an empty search, for the counts beside the filters."""
    rules = catalogue.rules
    counts = {(name, one.value): one.count for name, values in results.facets.items() for one in values}
    return StartPage(
        verified=verified(reader(), rules.evidence, today()),
        production=tuple(
            FilterLink(
                name=tier.name,
                text=tier.summary,
                count=counts.get(("production", tier.id), 0),
                address=address(Query(production=TierName(tier.id))),
            )
            for tier in rules.production.tiers
        ),
        enterprise=FilterLink(
            name=rules.enterprise.name,
            text=rules.enterprise.summary,
            count=counts.get(("enterprise", "1"), 0),
            address=address(Query(enterprise=True)),
        ),
        newest=_newest(catalogue),
        starting_points=starting_points(results.facets),
    )


def _newest(catalogue: Catalogue) -> tuple[NewestLine, ...]:
    found = newest_confirmations(reader(), catalogue.rules.evidence, today(), NEWEST)
    hits = [Hit(one.provider_id, one.system_id) for one in found]
    shown = load_cards(reader(), hits, catalogue, today())
    return tuple(NewestLine(one.card, line.verified_on) for one, line in zip(shown, found, strict=True) if one)

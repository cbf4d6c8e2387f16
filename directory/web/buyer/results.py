"""The results: filters with counts, what was found, the proven first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.catalogue.services import Catalogue
from directory.core.paging import Page
from directory.evidence.wording import number
from directory.providers.membership import ReachKind
from directory.search.query import Query, QueryError, Sort, parse
from directory.search.results import Results, Spelling
from directory.web.buyer.forms import FACETS, NUMBERS, Filters, filters, typed
from directory.web.buyer.highlights import highlighted
from directory.web.buyer.plot import Plot, plot
from directory.web.buyer.queries import public_names
from directory.web.buyer.shelf import Shown, load_cards
from directory.web.for_all import same_for_all
from directory.web.landings import landing_of
from directory.web.profile.links import RESULTS
from directory.web.reach import count
from directory.web.session import catalogue, reader, services, today

ORDERS = {
    Sort.EVIDENCE: "evidence",
    Sort.RELEVANCE: "relevance",
    Sort.VOLUME: "volume",
    Sort.UPTIME: "uptime",
    Sort.DEPLOY: "deployment",
    Sort.RESPONSE: "incident response",
    Sort.NEWEST: "newest",
    Sort.NAME: "name",
}
FIELDS: dict[str, str] = {
    **{facet[0]: facet[1] for facet in FACETS},
    **{field[0]: field[1] for field in NUMBERS},
    "q": "Words",
    "production": "Production Experience",
    "enterprise": "Enterprise",
    "level": "Evidence",
    "claimed": "Claimed",
    "sort": "Order",
    "page": "Page",
    "per_page": "Results on a page",
}
"""How the page calls each parameter."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    text: str
    remove: str


@dataclass(frozen=True, slots=True)
class Order:
    """One way to order the list; `value` is empty for the one that needs no parameter."""

    value: str
    label: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Where this page of results stands, and the addresses around it."""

    number: int
    count: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the address: the parameter's name on the page, its field's id, what would do."""

    name: str
    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """A filter to drop, and what that would give."""

    sentence: str
    total: str
    address: str


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Everything on the page of results. `hidden` are parameters that the form keeps without showing them."""

    heading: str
    words: str
    total: int
    proven_total: int
    proven: tuple[Shown, ...]
    unproven: tuple[Shown, ...]
    filters: Filters
    chips: tuple[Chip, ...]
    clear: str
    orders: tuple[Order, ...]
    ordered_by: str
    links: PageLinks
    ways: tuple[Way, ...]
    spelling: Way | None
    problems: tuple[Problem, ...]
    plot: Plot | None
    hidden: tuple[tuple[str, str], ...]
    is_filtered: bool
    alert: str

    @property
    def shows_demo(self) -> bool:
        """Whether a demonstration entry is on the page."""
        return any(one.card.is_demo for one in (*self.proven, *self.unproven))


def show() -> ResponseReturnValue:
    """Show the results that the address asks for; a bad address shows what is wrong beside the rest."""
    given = list(request.args.items(multi=True))
    pairs = typed(given)
    try:
        query = parse(pairs, catalogue())
    except QueryError as error:
        return _found(error.query, error.errors, dict(pairs)), HTTPStatus.BAD_REQUEST
    if _needs_tidying(given, pairs):
        return redirect(address(query), HTTPStatus.FOUND)
    return same_for_all(address(query), lambda: _found(query, {}, dict(pairs)))


def _found(query: Query, errors: Mapping[str, str], raw: Mapping[str, str]) -> str:
    """Return the page of a query's results, with what is wrong with its address."""
    results = services().search.find(query, catalogue(), today(), spread=True)
    if results.page.is_past_end:
        abort(HTTPStatus.NOT_FOUND)
    page = results_page(results, catalogue(), errors, raw)
    if not errors:
        count(ReachKind.SEARCH, (hit.provider_id for hit in results.hits))
    state = services().search.state()
    return render_template(
        "buyer/results.html",
        page=page,
        active="providers",
        canonical=services().settings.base_url.rstrip("/") + canonical(results),
        shows_demo=page.shows_demo,
        degraded=state.message if state.is_degraded else "",
    )


def _needs_tidying(given: list[tuple[str, str]], pairs: list[tuple[str, str]]) -> bool:
    """Whether a form filled the address with empty or grouped values, so that a shorter one should be shown."""
    return bool(request.args) and any(
        not value.strip() or (name in FIELDS and (name, value) not in pairs) for name, value in given
    )


def address(query: Query, **changes: object) -> str:
    """Return the canonical address of a query's results."""
    pairs = query.parameters(**changes)
    return f"{RESULTS}?{urlencode(pairs)}" if pairs else RESULTS


def canonical(results: Results) -> str:
    """Return the one address that stands for these results: for a single term's first page, the page of that term."""
    landing = landing_of(results.query) if results.total else None
    return landing or address(results.query)


def alert_address(query: Query) -> str:
    """Return the address at which somebody asks to be told of changes in what a query finds."""
    return f"/account/alerts/new?{urlencode(replace(query, page=1, per_page=Query().per_page, sort=None).parameters())}"


def heading(query: Query, total: int, catalogue: Catalogue) -> str:
    """Return what was found in a few words: 23 providers in production."""
    names: dict[str, str] = {tier.id: tier.name for tier in catalogue.rules.production.tiers}
    where = f" {names[query.production].lower()}" if query.production else ""
    if not total:
        return f"No provider{where} matches"
    return f"{number(total)} provider{'' if total == 1 else 's'}{where}"


def results_page(
    results: Results, catalogue: Catalogue, errors: Mapping[str, str], raw: Mapping[str, str]
) -> ResultsPage:
    """Return the page for what was found; `raw` is what was typed, by parameter."""
    query = results.query
    cards = load_cards(reader(), results.hits, catalogue, today())
    cards = highlighted(reader(), query.words, results.hits, cards)
    proven_here = max(0, results.proven - results.page.start)
    on = query.filters(catalogue)
    return ResultsPage(
        heading=heading(query, results.total, catalogue),
        words=raw.get("q", "") if "q" in errors else query.words,
        total=results.total,
        proven_total=results.proven,
        proven=tuple(one for one in cards[:proven_here] if one),
        unproven=tuple(one for one in cards[proven_here:] if one),
        filters=filters(query, results.facets, catalogue.rules, errors, raw),
        chips=tuple(Chip(one.sentence, address(one.without)) for one in on),
        clear=address(Query(sort=query.sort, per_page=query.per_page)) if len(on) > 1 else "",
        orders=orders(query),
        ordered_by=ORDERS[query.ordering],
        links=page_links(query, results.page),
        ways=tuple(
            Way(one.filter.sentence, number(one.total), address(one.filter.without)) for one in results.suggestions
        ),
        spelling=_spelling(results.spelling),
        problems=tuple(problem(name, text) for name, text in errors.items()),
        plot=_plot(results, catalogue),
        hidden=(("per_page", str(query.per_page)),) if query.per_page != Query().per_page else (),
        is_filtered=bool(on),
        alert=alert_address(query),
    )


def _plot(results: Results, catalogue: Catalogue) -> Plot | None:
    if results.spread is None:
        return None
    names = public_names(reader(), [one.provider_id for one in results.spread.points])
    return plot(results.spread, names, catalogue.rules)


def _spelling(found: Spelling | None) -> Way | None:
    return None if found is None else Way(found.query.words, number(found.total), address(found.query))


def orders(query: Query) -> tuple[Order, ...]:
    """Return the ways to order; relevance only where there are words."""
    usual = replace(query, sort=None).ordering
    return tuple(
        Order("" if sort is usual else sort.value, label, is_selected=query.ordering is sort)
        for sort, label in ORDERS.items()
        if sort is not Sort.RELEVANCE or query.words or query.ordering is sort
    )


def page_links(query: Query, page: Page) -> PageLinks:
    """Return the addresses of the pages before and after."""
    return PageLinks(
        number=page.number,
        count=page.count,
        previous=address(query, page=page.previous) if page.previous else None,
        next=address(query, page=page.next) if page.next else None,
    )


def problem(name: str, text: str) -> Problem:
    """Return what is wrong with a parameter, leading to its field where there is one."""
    if name not in FIELDS:
        return Problem(name, "", "there is no such filter")
    return Problem(FIELDS[name], f"filter-{name}" if name not in ("page", "per_page") else "", text)

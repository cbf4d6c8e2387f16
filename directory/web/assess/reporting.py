"""The report: how ready, what is missing in order of risk, what to ask, and who covers it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Response, make_response, render_template, url_for

from directory.assessments.queries import Held
from directory.assessments.report import Match, Matches, Report, report
from directory.assessments.scoring import AreaScore, Gap, Said
from directory.catalogue.schema import Criterion
from directory.evidence.levels import Level
from directory.evidence.wording import quantity
from directory.search.covering import meeting_counts
from directory.search.generation import Generation
from directory.search.query import Query
from directory.web.assess.opening import Way, opened, way
from directory.web.assess.picture import Row, rows
from directory.web.profile.links import RESULTS
from directory.web.session import catalogue, reader, services, today

COMPARED = 6
"""How many providers are put side by side at most."""
RISKS = {
    3: "Can stop the service or break the law",
    2: "Costs customers or money",
    1: "A nuisance",
}
ASKED = {Said.UNMET: "not met", Said.PARTLY: "partly met", Said.UNKNOWN: "not known"}


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area: its score and counts, and the picture of them."""

    score: AreaScore
    picture: Row


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap, in words, with how many providers meet it at the wanted level; no address where none can be looked for."""

    gap: Gap
    status: str
    meeting: int
    address: str


@dataclass(frozen=True, slots=True)
class RiskGroup:
    """The gaps of one risk."""

    risk: int
    title: str
    lines: tuple[GapLine, ...]


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A provider that covers gaps, and the search for everybody who covers the same."""

    match: Match
    search: str


@dataclass(frozen=True, slots=True)
class MatchList:
    """Providers in order of how much they cover, `total` in all; `compare` puts the first ones side by side."""

    lines: tuple[MatchLine, ...]
    total: int
    compare: str

    @property
    def compared(self) -> int:
        """How many are put side by side."""
        return min(len(self.lines), COMPARED)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything on the page."""

    held: Held
    way: Way
    counts: dict[Said, int]
    areas: tuple[AreaLine, ...]
    groups: tuple[RiskGroup, ...]
    needs: tuple[str, ...]
    questions: tuple[str, ...]
    matches: MatchList
    despite: MatchList
    own_address: str
    shown_address: str
    newer_version: str

    @property
    def gaps(self) -> int:
        """How many gaps there are."""
        return sum(len(group.lines) for group in self.groups)

    @property
    def asked(self) -> tuple[Criterion, ...]:
        """The criteria to ask providers about, the gravest gaps first."""
        return tuple(line.gap.criterion for group in self.groups for line in group.lines)

    @property
    def shows_demo(self) -> bool:
        """Whether a demonstration entry is on the page."""
        return any(one.match.provider.is_demo for found in (self.matches, self.despite) for one in found.lines)


def show(key: str) -> Response:
    """Show the report to whoever has one of its addresses."""
    held = opened(key)
    generation = services().search.generation(catalogue(), today())
    page = report_page(report(reader(), held, generation, catalogue()), generation)
    state = services().search.state()
    degraded = state.message if state.is_degraded else ""
    return make_response(
        render_template("assess/report.html", page=page, shows_demo=page.shows_demo, degraded=degraded)
    )


def report_page(found: Report, generation: Generation) -> ReportPage:
    """Return the page for a report."""
    held, areas = found.held, found.assessed.areas
    pictures = rows(areas, held.answers, held.checklist)
    version = catalogue().checklist.version
    return ReportPage(
        held=held,
        way=way(held, held.answers),
        counts={said: sum(area.counts[said] for area in areas) for said in Said},
        areas=tuple(AreaLine(one, picture) for one, picture in zip(areas, pictures, strict=True)),
        groups=_groups(found, generation),
        needs=_needs(found),
        questions=found.questions,
        matches=_list(found, found.matches, found.needs.query(held.level)),
        despite=_list(found, found.despite, Query()),
        own_address=_absolute(held.key),
        shown_address=_absolute(held.reading_key),
        newer_version=version if version != held.checklist.version else "",
    )


def _absolute(key: str) -> str:
    return f"{services().settings.base_url.rstrip('/')}{url_for('assess.report', key=key)}"


def _groups(found: Report, generation: Generation) -> tuple[RiskGroup, ...]:
    searched = {one.id for one in found.searched}
    level = found.held.level

    def line(gap: Gap) -> GapLine:
        criterion = gap.criterion.id
        count = meeting_counts(generation, criterion)[level] if criterion in searched else 0
        address = _search(Query(), [criterion], level) if criterion in searched else ""
        return GapLine(gap, ASKED[gap.said], count, address)

    lines = [line(gap) for gap in found.assessed.gaps]
    groups = (
        RiskGroup(risk, title, tuple(one for one in lines if one.gap.criterion.risk == risk))
        for risk, title in RISKS.items()
    )
    return tuple(group for group in groups if group.lines)


def _search(needs: Query, criteria: Iterable[str], level: Level) -> str:
    query = replace(needs, criteria=tuple(criteria), level=level)
    return f"{RESULTS}?{urlencode(query.parameters())}"


def _list(found: Report, matches: Matches, needs: Query) -> MatchList:
    order = list(catalogue().checklist.criteria)
    lines = tuple(
        MatchLine(one, _search(needs, sorted((c.id for c in one.covers), key=order.index), found.held.level))
        for one in matches.best
    )
    slugs = [("provider", one.match.provider.slug) for one in lines[:COMPARED]]
    return MatchList(lines, matches.total, f"/compare?{urlencode(slugs)}" if len(slugs) > 1 else "")


def _needs(found: Report) -> tuple[str, ...]:
    """Return what is needed in words."""
    figures = tuple(quantity(metric, value) for metric, value in found.needs.figures.items())
    region = found.needs.region
    return (*figures, *((f"data in: {catalogue().taxonomy.label('region', region)}",) if region else ()))

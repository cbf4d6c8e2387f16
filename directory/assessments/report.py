"""The report on an assessment: what its answers come to, and the providers whose evidenced answers cover its gaps."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.assessments.needs import Needs, questions
from directory.assessments.queries import Held
from directory.assessments.scoring import Assessed, assess
from directory.catalogue.schema import Criterion
from directory.catalogue.services import Catalogue
from directory.providers.models import Provider
from directory.search.covering import Cover, covering
from directory.search.generation import Generation
from directory.search.query import Query

MOST = 10
"""How many providers a report names."""


@dataclass(frozen=True, slots=True)
class Match:
    """A provider, and the gaps that it covers at the wanted level, the gravest first."""

    provider: Provider
    covers: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """The providers that cover most, out of `total` that meet what is needed and cover anything."""

    best: tuple[Match, ...]
    total: int


NONE = Matches((), 0)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report says.

    `needs` are those that providers can still be searched by. `matches` meet all of them with one live system, at
    the wanted level; where nobody does, `despite` are those that cover most gaps all the same.
    """

    held: Held
    assessed: Assessed
    needs: Needs
    questions: tuple[str, ...]
    searched: tuple[Criterion, ...]
    matches: Matches
    despite: Matches


def report(session: Session, held: Held, generation: Generation, catalogue: Catalogue) -> Report:
    """Return the report, with providers as the generation has them and the database still shows them.

    Gaps that the checklist in force doesn't know are nobody's to cover.
    """
    assessed = assess(held.checklist, held.answers)
    known = catalogue.checklist.criteria
    searched = tuple(gap.criterion for gap in assessed.gaps if gap.criterion.id in known)
    needs = _still_known(held.needs, catalogue)
    matches = _matches(session, held, generation, searched, needs.query(held.level))
    despite = NONE
    if not matches.total and not needs.is_empty:
        despite = _matches(session, held, generation, searched, Query())
    region = catalogue.taxonomy.label("region", needs.region) if needs.region else ""
    return Report(held, assessed, needs, questions(needs, region), searched, matches, despite)


def _still_known(needs: Needs, catalogue: Catalogue) -> Needs:
    regions = {term.id for term in catalogue.taxonomy.region}
    region = needs.region if needs.region in regions else None
    return Needs(needs.requests_per_day, needs.uptime_percent, needs.response_minutes, region)


def _matches(
    session: Session, held: Held, generation: Generation, searched: tuple[Criterion, ...], needs: Query
) -> Matches:
    ids = [one.id for one in searched]
    found = covering(generation, ids, held.level, needs, most=2 * MOST)  # some may not be public any more
    by_id = {one.id: one for one in searched}
    public = _public(session, found.covers)
    best = [
        Match(public[cover.provider_id], tuple(by_id[one] for one in cover.criteria))
        for cover in found.covers
        if cover.provider_id in public
    ]
    return Matches(tuple(best[:MOST]), found.total)


def _public(session: Session, covers: tuple[Cover, ...]) -> dict[int, Provider]:
    ids = [one.provider_id for one in covers]
    found = session.scalars(select(Provider).where(Provider.id.in_(ids), Provider.is_public))
    return {one.id: one for one in found}

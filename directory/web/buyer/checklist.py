"""The readiness checklist and each of its criteria."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.catalogue.schema import Area, Checklist, Criterion
from directory.catalogue.services import Catalogue
from directory.core.errors import NotFoundError, UnavailableError
from directory.evidence.levels import Level
from directory.search.covering import meeting_counts
from directory.web.for_all import same_for_all
from directory.web.profile.links import results
from directory.web.profile.published_rules import RulePart, rules_asking
from directory.web.session import catalogue, services, today

RISKS = {
    1: "Going without is a nuisance.",
    2: "Going without costs customers or money.",
    3: "Going without can stop the service or break the law.",
}
LEVELS = {
    Level.STATED: "say so, or better",
    Level.DOCUMENTED: "documented, or better",
    Level.CONFIRMED: "confirmed by a customer, or better",
    Level.CORROBORATED: "by a customer and a document",
}
"""The levels that an answer can have; only uptime is observed."""


@dataclass(frozen=True, slots=True)
class ChecklistPage:
    """The whole checklist."""

    checklist: Checklist
    criteria: int
    canonical: str


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """How many providers meet a criterion at a level or a higher one, and where they are listed.

    `count` is None while search can't count.
    """

    level: Level
    text: str
    count: int | None
    address: str


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """One criterion with its neighbours in the checklist's order, and where it leads."""

    criterion: Criterion
    area: Area
    risk: str
    rules: tuple[RulePart, ...]
    meeting: tuple[MeetingLine, ...]
    previous: Criterion | None
    next: Criterion | None
    canonical: str


def _canonical(path: str) -> str:
    return f"{services().settings.base_url.rstrip('/')}{path}"


def meeting_lines(criterion: str, counts: Mapping[Level, int]) -> tuple[MeetingLine, ...]:
    """Return who meets a criterion at each level that an answer can have, from the provider's word upwards."""
    return tuple(
        MeetingLine(
            level,
            text,
            counts.get(level),
            results(("criterion", criterion), *((("level", str(int(level))),) if level else ())),
        )
        for level, text in LEVELS.items()
    )


def _counts(found: Catalogue, criterion: str) -> Mapping[Level, int]:
    try:
        return meeting_counts(services().search.generation(found, today()), criterion)
    except UnavailableError:  # the page says what it can
        return {}


def criterion_page(
    found: Catalogue, criterion_id: str, counts: Callable[[Catalogue, str], Mapping[Level, int]], canonical: str
) -> CriterionPage:
    """Return one criterion's page; raise `NotFoundError` for one that the checklist in force doesn't have."""
    checklist = found.checklist
    order = list(checklist.criteria.values())
    criterion = checklist.criteria.get(criterion_id)
    if criterion is None:
        message = "The checklist in force has no such criterion."
        raise NotFoundError(message)
    place = order.index(criterion)
    return CriterionPage(
        criterion=criterion,
        area=next(area for area in checklist.areas if criterion in area.criteria),
        risk=RISKS[criterion.risk],
        rules=rules_asking(found, criterion_id),
        meeting=meeting_lines(criterion_id, counts(found, criterion_id)),
        previous=order[place - 1] if place else None,
        next=order[place + 1] if place + 1 < len(order) else None,
        canonical=canonical,
    )


def show() -> ResponseReturnValue:
    """Show the checklist."""
    return same_for_all("/checklist", _page)


def _page() -> str:
    checklist = catalogue().checklist
    page = ChecklistPage(checklist, len(checklist.criteria), _canonical("/checklist"))
    return render_template("buyer/checklist.html", page=page)


def show_criterion(criterion: str) -> ResponseReturnValue:
    """Show one criterion."""
    return same_for_all(f"/checklist/{criterion}", lambda: _criterion(criterion))


def _criterion(criterion: str) -> str:
    page = criterion_page(catalogue(), criterion, _counts, _canonical(f"/checklist/{criterion}"))
    return render_template("buyer/criterion.html", page=page)

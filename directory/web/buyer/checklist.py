"""The readiness checklist and each of its criteria."""

from dataclasses import dataclass

from flask import render_template

from directory.catalogue.schema import Area, Checklist, Criterion
from directory.catalogue.services import Catalogue
from directory.core.errors import NotFoundError
from directory.evidence.levels import Level
from directory.web.profile.links import Link, results
from directory.web.profile.published_rules import RulePart, rules_asking
from directory.web.session import catalogue, services

RISKS = {
    1: "Going without is a nuisance.",
    2: "Going without costs customers or money.",
    3: "Going without can stop the service or break the law.",
}


@dataclass(frozen=True, slots=True)
class ChecklistPage:
    """The whole checklist."""

    checklist: Checklist
    criteria: int
    canonical: str


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """One criterion with its neighbours in the checklist's order, and where it leads."""

    criterion: Criterion
    area: Area
    risk: str
    rules: tuple[RulePart, ...]
    providers: tuple[Link, ...]
    previous: Criterion | None
    next: Criterion | None
    canonical: str


def _canonical(path: str) -> str:
    return f"{services().settings.base_url.rstrip('/')}{path}"


def provider_links(criterion: str) -> tuple[Link, ...]:
    """Return links to the providers that meet a criterion, from anybody's word to a customer's."""
    return tuple(
        Link(text, results(("criterion", criterion), *((("level", str(int(level))),) if level else ())))
        for text, level in (
            ("who say they meet it", Level.STATED),
            ("who meet it, documented or better", Level.DOCUMENTED),
            ("who meet it, confirmed by a customer or better", Level.CONFIRMED),
        )
    )


def criterion_page(found: Catalogue, criterion_id: str, canonical: str) -> CriterionPage:
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
        providers=provider_links(criterion_id),
        previous=order[place - 1] if place else None,
        next=order[place + 1] if place + 1 < len(order) else None,
        canonical=canonical,
    )


def show() -> str:
    """Show the checklist."""
    checklist = catalogue().checklist
    page = ChecklistPage(checklist, len(checklist.criteria), _canonical("/checklist"))
    return render_template("buyer/checklist.html", page=page)


def show_criterion(criterion: str) -> str:
    """Show one criterion."""
    page = criterion_page(catalogue(), criterion, _canonical(f"/checklist/{criterion}"))
    return render_template("buyer/criterion.html", page=page)

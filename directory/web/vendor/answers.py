"""Editing the answers to the checklist, one area a page."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from directory.core.errors import NotFoundError
from directory.publishing.content import Content
from directory.publishing.drafts import load
from directory.web.session import catalogue, reader, today
from directory.web.vendor.editing import Part, edit, own_provider
from directory.web.vendor.forms_answers import answer_groups, answers_typed, answers_value
from directory.web.vendor.in_force import answers_in_force, past_answers
from directory.web.vendor.renewing import Validity, by_criterion, dated


@dataclass(frozen=True, slots=True)
class AreaLink:
    """One area in the list of areas."""

    id: str
    name: str
    address: str
    answered: int
    of: int


def _areas(slug: str, content: Content) -> tuple[AreaLink, ...]:
    given = {criterion for criterion, answer in content["answers"].items() if answer.get("status")}
    return tuple(
        AreaLink(
            id=area.id,
            name=area.name,
            address=url_for("vendor.answers", slug=slug, area=area.id),
            answered=sum(criterion.id in given for criterion in area.criteria),
            of=len(area.criteria),
        )
        for area in catalogue().checklist.areas
    )


def first(slug: str) -> Response:
    """Lead to the first area."""
    return redirect(url_for("vendor.answers", slug=slug, area=catalogue().checklist.areas[0].id), 303)


def show(slug: str, area: str) -> Response:
    """Show one area's draft, or save it."""
    provider = own_provider(slug)
    found = next((one for one in catalogue().checklist.areas if one.id == area), None)
    if found is None:
        message = "The checklist has no such area."
        raise NotFoundError(message)
    groups = answer_groups(found)
    part = Part(
        section=f"answers/{area}",
        place="answers",
        title=f"Answers: {found.name.lower()}",
        address=url_for("vendor.answers", slug=slug, area=area),
        groups=lambda _rows: groups,
        typed=answers_typed,
        value=answers_value,
        force=lambda: answers_in_force(provider),
        past=lambda: past_answers(provider),
        dated=lambda typed, kept: dated(typed, by_criterion(kept), request.form, today()),
        stated=lambda typed, kept: Validity(catalogue().rules.evidence, today()).of(typed, by_criterion(kept)),
        lead=f"{found.from_demo} {found.to_production}",
        more=_areas(slug, load(reader(), provider).content),
    )
    return edit(provider, part)

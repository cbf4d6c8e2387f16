"""The questions of one area: shown, and saved as they are answered."""

from collections.abc import Mapping

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.assessments.queries import Held
from directory.assessments.scoring import Said
from directory.assessments.services import ChangedMeanwhileError, answers_in, mark_of_answers, save_answers
from directory.catalogue.schema import Area
from directory.core import clock
from directory.core.errors import NotFoundError
from directory.web.assess.forms import SAID, AreaForm, area_form
from directory.web.assess.opening import Way, is_in_place, leads_to, opened_to_change, way
from directory.web.assess.pages import Difference, StepPage, answer, fragment
from directory.web.forms import summary
from directory.web.session import transaction

NOTHING = "not answered"


def show(key: str, area: str) -> AnyResponse:
    """Show an area's questions, or save the answers and lead on."""
    held = opened_to_change(key)
    found = next((one for one in held.checklist.areas if one.id == area), None)
    if found is None:
        message = "The checklist has no such area."
        raise NotFoundError(message)
    form = area_form(found)
    address = url_for("assess.answers", key=key, area=area)
    if request.method != "POST":
        form.show(answers_in(held, found))
        form.base.data = mark_of_answers(answers_in(held, found))
        return answer(StepPage(held, _way(held, {}), address, form, found, saved_at=held.assessment.updated_at))
    if not form.validate():
        return answer(StepPage(held, _way(held, {}), address, form, found, errors=summary(form)), 422)
    return _save(held, found, form, address)


def _save(held: Held, area: Area, form: AreaForm, address: str) -> AnyResponse:
    now = clock.now()
    given = form.answers()
    page = StepPage(held, _way(held, given, area), address, form, area)
    try:
        with transaction() as session:
            form.base.data = save_answers(session, held.key, area, given, base=form.base.data or "", at=now)
    except ChangedMeanwhileError as error:
        return _conflict(page, given, error.answers)
    return fragment(page, now) if is_in_place() else redirect(leads_to(page.way, address), 303)


def _conflict(page: StepPage, mine: Mapping[str, Said], theirs: Mapping[str, Said]) -> Response:
    """Show both versions; what was sent stays in the form, and saving it again replaces the other."""
    if is_in_place():
        return fragment(page, clock.now(), 409)
    assert page.area is not None  # noqa: S101 - for the type checker: it is an area that is answered
    there = {one.id: theirs[one.id] for one in page.area.criteria if one.id in theirs}
    page.form.base.data = mark_of_answers(there)
    differing = tuple(
        Difference(one.name, _word(there.get(one.id)), _word(mine.get(one.id)))
        for one in page.area.criteria
        if there.get(one.id) != mine.get(one.id)
    )
    return answer(StepPage(page.held, page.way, page.address, page.form, page.area, differences=differing), 409)


def _word(said: Said | None) -> str:
    return NOTHING if said is None else SAID[said]


def _way(held: Held, given: Mapping[str, Said], area: Area | None = None) -> Way:
    """Return the way as it is once an area's answers are these."""
    replaced = {one.id for one in area.criteria} if area else set()
    return way(held, {one for one in held.answers if one not in replaced} | set(given))

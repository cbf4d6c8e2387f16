"""What the system must carry: shown, and saved as it is typed."""

from collections.abc import Iterator

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.assessments.needs import Needs
from directory.assessments.queries import Held
from directory.assessments.services import ChangedMeanwhileError, mark_of_needs, save_needs
from directory.core import clock
from directory.evidence.levels import Level
from directory.evidence.metrics import Metric
from directory.evidence.wording import quantity
from directory.web.assess.forms import NeedsForm, needs_form
from directory.web.assess.opening import is_in_place, leads_to, opened_to_change, way
from directory.web.assess.pages import Difference, StepPage, answer, fragment
from directory.web.forms import summary
from directory.web.session import catalogue, transaction


def show(key: str) -> AnyResponse:
    """Show what is asked, or save it and lead on."""
    held = opened_to_change(key)
    form = needs_form(catalogue().taxonomy, held.needs, held.level)
    page = StepPage(held, way(held, held.answers), url_for("assess.needs", key=key), form)
    if request.method != "POST":
        form.show(held.needs, held.level)
        form.base.data = mark_of_needs(held.needs, held.level)
        return answer(page)
    if not form.validate():
        return answer(StepPage(held, page.way, page.address, form, errors=summary(form)), 422)
    return _save(page, form)


def _save(page: StepPage, form: NeedsForm) -> AnyResponse:
    now, needs, level = clock.now(), form.needs(), form.wanted_level()
    try:
        with transaction() as session:
            base = form.base.data or ""
            form.base.data = save_needs(session, page.held.key, needs, level, base=base, at=now)
    except ChangedMeanwhileError as error:
        return _conflict(page, (needs, level), (error.needs, error.level))
    return fragment(page, now) if is_in_place() else redirect(leads_to(page.way, page.address), 303)


def _conflict(page: StepPage, mine: tuple[Needs, Level], theirs: tuple[Needs, Level]) -> Response:
    if is_in_place():
        return fragment(page, clock.now(), 409)
    page.form.base.data = mark_of_needs(*theirs)
    differing = tuple(
        Difference(label, there, here)
        for (label, there), (_, here) in zip(_told(page.held, *theirs), _told(page.held, *mine), strict=True)
        if there != here
    )
    return answer(StepPage(page.held, page.way, page.address, page.form, differences=differing), 409)


def _told(_held: Held, needs: Needs, level: Level) -> Iterator[tuple[str, str]]:
    """Yield each thing that is asked with what was said, in words."""
    figures = needs.figures
    for metric, label in (
        (Metric.REQUESTS_PER_DAY, "Requests a day"),
        (Metric.UPTIME_PERCENT, "Uptime"),
        (Metric.RESPONSE_MINUTES, "Reaction"),
    ):
        yield label, quantity(metric, figures[metric]) if metric in figures else "not stated"
    yield "Where data must stay", catalogue().taxonomy.label("region", needs.region) if needs.region else "anywhere"
    yield "Proven", level.word

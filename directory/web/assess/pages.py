"""What the pages of the steps show."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Response, make_response, render_template

from directory.assessments.queries import Held
from directory.catalogue.schema import Area
from directory.web.assess.forms import StepForm
from directory.web.assess.opening import Step, Way


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that was answered differently in another place: what is saved, and what was sent."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: its form, where it stands on the way, and what is in the way of saving it.

    `area` is None at the needs. `saved_at` is set where something was saved before.
    """

    held: Held
    way: Way
    address: str
    form: StepForm
    area: Area | None = None
    errors: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    saved_at: datetime | None = None

    @property
    def next(self) -> Step:
        """The step after this one."""
        return self.way.after(self.address)

    @property
    def step(self) -> Step:
        """The step itself."""
        return next(one for one in self.way.steps if one.address == self.address)


def answer(page: StepPage, status: int = 200) -> Response:
    """Return the whole page."""
    page.form.prepare()
    template = "assess/needs.html" if page.area is None else "assess/area.html"
    return make_response(render_template(template, page=page), status)


def fragment(page: StepPage, at: datetime, status: int = 200) -> Response:
    """Return what a page that saves as it goes hears: what came of it, and how far the assessment is."""
    is_conflict = status == HTTPStatus.CONFLICT
    return make_response(render_template("assess/_saved.html", page=page, at=at, is_conflict=is_conflict), status)

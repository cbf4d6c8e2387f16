"""What a key in the address opens, and the way through an assessment: needs, area after area, the report."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import request, url_for
from werkzeug.wrappers import Response

from directory.assessments.queries import Held, find
from directory.assessments.services import GONE
from directory.core import clock
from directory.core.errors import NotFoundError
from directory.web.session import reader

NEEDS = "What it must carry"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the way. `answered` of `of` criteria; `of` is 0 where none is asked."""

    name: str
    address: str
    answered: int = 0
    of: int = 0

    @property
    def is_done(self) -> bool:
        """Whether every criterion of it is answered."""
        return bool(self.of) and self.answered == self.of


@dataclass(frozen=True, slots=True)
class Way:
    """The steps before the report, and where the report is."""

    steps: tuple[Step, ...]
    report: str

    @property
    def answered(self) -> int:
        """How many criteria are answered in all."""
        return sum(step.answered for step in self.steps)

    @property
    def of(self) -> int:
        """How many there are."""
        return sum(step.of for step in self.steps)

    def after(self, address: str) -> Step:
        """Return the step after that at an address; after the last one comes the report."""
        places = [step.address for step in self.steps]
        place = places.index(address) + 1
        return self.steps[place] if place < len(places) else Step("Report", self.report)

    @property
    def next_open(self) -> Step:
        """The first area in which something isn't answered yet; the first step where all of it is."""
        return next((step for step in self.steps if step.of and not step.is_done), self.steps[0])


def opened(key: str) -> Held:
    """Return what a key opens, to change or to read; NotFoundError where it opens nothing."""
    held = find(reader(), key, clock.now())
    if held is None:
        raise NotFoundError(GONE)
    return held


def opened_to_change(key: str) -> Held:
    """Return what a key lets somebody work on; with the key that only shows it there is nothing here."""
    held = opened(key)
    if not held.may_change:
        raise NotFoundError(GONE)
    return held


def way(held: Held, given: Collection[str]) -> Way:
    """Return the way through an assessment in which these criteria are answered."""
    areas = tuple(
        Step(
            area.name,
            url_for("assess.answers", key=held.key, area=area.id),
            sum(criterion.id in given for criterion in area.criteria),
            len(area.criteria),
        )
        for area in held.checklist.areas
    )
    needs = Step(NEEDS, url_for("assess.needs", key=held.key))
    return Way((needs, *areas), url_for("assess.report", key=held.key))


def leads_to(found: Way, address: str) -> str:
    """Return where a saved step leads: on, or to the report where that button was used."""
    return found.report if request.form.get("go") == "report" else found.after(address).address


def is_in_place() -> bool:
    """Whether the page saves as it goes, and wants to hear only what came of it."""
    return request.headers.get("HX-Request") == "true" and "whole" not in request.form


def keep_secret(response: Response) -> Response:
    """Let no search engine keep an assessment's pages, and no other host learn their addresses."""
    if "key" not in (request.view_args or {}):
        return response
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

"""What an assessment is, and beginning one."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from directory.assessments.needs import Needs
from directory.assessments.services import start
from directory.catalogue.schema import Checklist
from directory.core import clock
from directory.evidence.levels import Level
from directory.web.for_all import same_for_all
from directory.web.security import limiter
from directory.web.session import catalogue, services, transaction

LIMIT = "30 per hour"


@dataclass(frozen=True, slots=True)
class BeginPage:
    """What is asked, and how much."""

    checklist: Checklist
    criteria: int
    canonical: str


def _page() -> str:
    checklist = catalogue().checklist
    canonical = f"{services().settings.base_url.rstrip('/')}/assess"
    return render_template("assess/begin.html", page=BeginPage(checklist, len(checklist.criteria), canonical))


def begin() -> ResponseReturnValue:
    """Show what it is, or begin one and lead to its first step."""
    if request.method != "POST":
        return same_for_all("/assess", _page)
    with limiter.limit(LIMIT), transaction() as session:
        key = start(session, answers={}, level=Level.DOCUMENTED, needs=Needs(), at=clock.now())
    return redirect(url_for("assess.needs", key=key), 303)

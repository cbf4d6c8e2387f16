"""Taking an assessment over to the checklist in force, and deleting it."""

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory.assessments import services as verbs
from directory.assessments.queries import Held
from directory.core import clock
from directory.web.assess.opening import opened_to_change
from directory.web.session import transaction


@dataclass(frozen=True, slots=True)
class DeletePage:
    """The question before an assessment is deleted."""

    held: Held


def take_over(key: str) -> Response:
    """Hold the assessment against the checklist in force."""
    opened_to_change(key)
    with transaction() as session:
        verbs.take_over(session, key, at=clock.now())
    return redirect(url_for("assess.report", key=key), 303)


def delete(key: str) -> Response:
    """Ask first, then delete it at once."""
    held = opened_to_change(key)
    if request.method != "POST":
        return make_response(render_template("assess/delete.html", page=DeletePage(held)))
    with transaction() as session:
        verbs.delete(session, key, at=clock.now())
    return make_response(render_template("assess/deleted.html"))

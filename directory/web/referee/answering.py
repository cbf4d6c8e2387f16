"""The form behind a referee's link, and afterwards its receipt at the same address."""

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import ConflictError
from directory.core.links import keyed_hash
from directory.evidence.metrics import Metric
from directory.references.answering import answer
from directory.references.questions import QUESTIONS, Question
from directory.references.services import locked
from directory.web.forms import summary
from directory.web.referee.forms import AnswerForm, form_for
from directory.web.referee.links import LIMIT, TOO_MANY, Opened, closed, opened
from directory.web.referee.receipt import receipt
from directory.web.security import limiter, network
from directory.web.session import catalogue, services, transaction


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """The form, what it is about, and what stands in its way. `questions` are of the metrics, by metric."""

    opened: Opened
    form: AnswerForm
    questions: dict[Metric, Question]
    errors: tuple[tuple[str, str], ...]


def show(token: str) -> AnyResponse:
    """Show the form or the receipt; take the one answer."""
    found = opened(token)
    if found is not None and found.has_receipt:
        return receipt(found)
    return _ask(found) if found is not None and found.takes_answer else closed()


def _ask(found: Opened) -> AnyResponse:
    form = form_for(found.reference, catalogue().checklist, catalogue().taxonomy)
    if request.method != "POST":
        return _page(found, form)
    if not form.validate():
        return _page(found, form, summary(form), 422)
    try:
        with limiter.limit(LIMIT):
            _take(found, form)
    except RateLimitExceeded:
        return _page(found, form, (("", TOO_MANY),), 429)
    return redirect(url_for("referee.reference", token=found.token), 303)


def _take(found: Opened, form: AnswerForm) -> None:
    """Keep the answer; where another one came first, the receipt shows that."""
    key = services().settings.secret_key
    said = form.testimony(catalogue().taxonomy, keyed_hash("origin", network(), key))
    try:
        with transaction() as session:
            reference = locked(session, found.reference.id)
            if reference.attempt == found.reference.attempt:
                answer(session, reference, said, at=clock.now())
    except ConflictError:
        return


def _page(found: Opened, form: AnswerForm, errors: tuple[tuple[str, str], ...] = (), status: int = 200) -> AnyResponse:
    form.prepare()
    page = AnswerPage(found, form, {metric: QUESTIONS[metric] for metric in form.metrics}, errors)
    return make_response(render_template("referee/answer.html", page=page), status)

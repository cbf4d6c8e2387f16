"""What buyers ask a provider: their words, what is still to be proved, and the provider's answer."""

from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField
from wtforms.validators import Length

from directory.core import clock
from directory.core.errors import ConflictError, NotFoundError
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.introductions import services as verbs
from directory.introductions.models import MOST
from directory.introductions.queries import Received, received_by
from directory.introductions.questions import QUESTIONS, open_metrics
from directory.introductions.services import Reply
from directory.providers.models import Provider
from directory.web.forms import Form, summary, tidy
from directory.web.identity import account, entry
from directory.web.session import reader, services, transaction
from directory.web.vendor.in_force import verdicts_of

LOOKS = {"waiting": "is-waiting", "answered": "is-good", "declined": "", "withdrawn": ""}
SILENT = "Say something, or decline."


class AnswerForm(Form):
    """What the provider answers."""

    answer = TextAreaField(
        "Your answer",
        filters=[tidy],
        validators=[
            Length(min=1, message=SILENT),
            Length(max=MOST, message=f"That is too long: {MOST:,} characters at most."),
        ],
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that was asked, newest first."""

    provider: Provider
    found: tuple[Received, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question that was asked; `label` is its figure's, `is_open` says whether that is still to be proved."""

    text: str
    label: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class OnePage:
    """One introduction. `form` while it waits; `typed` is what came too late."""

    provider: Provider
    one: Received
    questions: tuple[Question, ...]
    form: AnswerForm | None
    errors: tuple[tuple[str, str], ...] = ()
    changed: str = ""
    typed: str = ""


def listing(slug: str) -> AnyResponse:
    """Show what buyers have asked."""
    provider = entry(slug).provider
    page = Listing(provider, received_by(reader(), provider.id))
    return make_response(render_template("vendor/introductions.html", page=page, slug=slug, looks=LOOKS))


def show(slug: str, number: int) -> AnyResponse:
    """Show one, or take the answer to it."""
    form = AnswerForm()
    if request.method != "POST":
        return _page(slug, number, form)
    is_declined = "decline" in request.form
    is_valid = form.validate()
    if not is_valid and not (is_declined and "csrf_token" not in form.errors):
        return _page(slug, number, form, errors=summary(form), status=422)
    provider, text = entry(slug).provider, "" if is_declined else form.answer.data
    try:
        with transaction() as session:
            verbs.answer(session, Reply(provider.id, number, account().id, text), at=clock.now())
    except ConflictError as error:
        return _page(slug, number, form, changed=str(error), status=409)
    flash("Declined: the buyer is told." if is_declined else "Your answer is on its way to the buyer.")
    return redirect(url_for("vendor.introduction", slug=slug, number=number), 303)


def _page(
    slug: str,
    number: int,
    form: AnswerForm,
    *,
    errors: tuple[tuple[str, str], ...] = (),
    changed: str = "",
    status: int = 200,
) -> Response:
    provider = entry(slug).provider
    with services().database.reading() as session:  # the guards have read before; this reads what is there now
        one = next(iter(received_by(session, provider.id, number)), None)
    if one is None:
        raise NotFoundError("You have no such introduction.")
    form.prepare()
    page = OnePage(
        provider=provider,
        one=one,
        questions=_questions(provider, one),
        form=form if one.is_open else None,
        errors=errors,
        changed=changed,
        typed=form.answer.data if changed else "",
    )
    body = render_template("vendor/introduction.html", page=page, slug=slug, looks=LOOKS, most=MOST)
    return make_response(body, status)


def _questions(provider: Provider, one: Received) -> tuple[Question, ...]:
    """Return what was asked, and which of it is still to be proved today."""
    still = open_metrics(verdicts_of(provider))
    metrics = [Metric(metric) for metric in one.recipient.questions]
    return tuple(Question(QUESTIONS[metric], DEFINITIONS[metric].label, metric in still) for metric in metrics)

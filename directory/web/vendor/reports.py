"""Reports about the entry: what the vendor is asked, and their answer. What reporters wrote stays with the admins."""

from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import Length, ValidationError

from directory.core import clock
from directory.core.errors import ConflictError
from directory.providers.models import Provider
from directory.review.models import Report
from directory.review.reports import MOST, Reply, answer_report, is_answerable, reports_about
from directory.web.forms import Form, summary, tidy
from directory.web.identity import account, entry
from directory.web.session import reader, services, transaction


class ReplyForm(Form):
    """The answer to one question, as the report stood when it was shown."""

    reply = TextAreaField(
        "Your answer",
        filters=[tidy],
        validators=[Length(max=MOST, message=f"That is too long: {MOST:,} characters at most.")],
    )
    report = HiddenField()
    revision = HiddenField()

    def validate_reply(self, field: Field) -> None:
        """Refuse an answer that says nothing: it can be given once."""
        if not field.data:
            raise ValidationError("Say something, or leave it to the admin to decide without your answer.")

    def number(self, name: str) -> int:
        """Return a hidden number; one that can't be read is none that ever was."""
        text = self[name].data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report as the vendor sees it; `form` where it waits for their answer."""

    report: Report
    form: ReplyForm | None


@dataclass(frozen=True, slots=True)
class ReportsPage:
    """Every report about the entry, newest first."""

    provider: Provider
    lines: tuple[ReportLine, ...]
    errors: tuple[tuple[str, str], ...]
    changed: str
    typed: str


def _form_for(report: Report, sent: ReplyForm | None) -> ReplyForm:
    """Return the form of one report: the one that was sent, or an empty one."""
    form = sent or ReplyForm(None, report=report.id, revision=report.revision)
    form.prepare()
    form.reply.id = f"reply-{report.id}"  # several forms may stand on the page
    return form


def _page(
    slug: str,
    sent: ReplyForm | None = None,
    *,
    errors: tuple[tuple[str, str], ...] = (),
    changed: str = "",
    status: int = 200,
) -> Response:
    provider = entry(slug).provider
    with services().database.reading() as session:
        reports = reports_about(session, provider.id)
    kept = sent.number("report") if sent is not None and not changed else None
    lines = tuple(
        ReportLine(one, _form_for(one, sent if one.id == kept else None) if is_answerable(one) else None)
        for one in reports
    )
    typed = sent.reply.data if sent is not None and changed else ""
    page = ReportsPage(provider, lines, errors, changed, typed)
    return make_response(render_template("vendor/reports.html", page=page, slug=slug), status)


def show(slug: str) -> AnyResponse:
    """Show the reports, or take an answer."""
    reader()  # the guards have read by it; what is shown is read afresh, after what is written
    if request.method != "POST":
        return _page(slug)
    form = ReplyForm()
    if not form.validate():
        form.reply.id = f"reply-{form.number('report')}"
        return _page(slug, form, errors=summary(form), status=422)
    somebody = account()
    reply = Reply(form.reply.data, form.number("revision"), somebody.actor, clock.now())
    try:
        with transaction() as session:
            answer_report(session, entry(slug).provider.id, form.number("report"), reply)
    except (ConflictError, StaleDataError):
        return _page(slug, form, changed="It was answered or decided meanwhile.", status=409)
    flash("Your answer has gone to the admins.")
    return redirect(f"/vendor/{slug}/reports", 303)

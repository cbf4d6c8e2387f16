"""Asking for a correction or the removal of an entry, or reporting a misrepresentation."""

import hashlib
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.outbox import Letter
from directory.providers.models import Provider
from directory.review.models import ReportKind
from directory.review.services import Filing, file_report
from directory.web.buyer.forms_report import LABELS, LEAST, MOST, ReportForm, kind_asked
from directory.web.buyer.provider import public_provider
from directory.web.forms import summary
from directory.web.security import limiter
from directory.web.session import services, transaction

LIMIT = "5 per hour"
TOO_MANY = "Five reports an hour are taken from one place. What you typed is still here: send it in an hour."


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form about one provider, with what stands in its way."""

    provider: Provider
    form: ReportForm
    errors: tuple[tuple[str, str], ...]
    least: int = LEAST
    most: int = MOST


def _key(provider: Provider, form: ReportForm) -> str:
    """Return what identifies this filing: the same form sent twice has the same, another text another."""
    parts = (str(provider.id), form.once.data or "", form.kind.data, form.message.data, form.contact.data)
    return f"report-{hashlib.blake2b(chr(0).join(parts).encode(), digest_size=16).hexdigest()}"


def _letter(provider: Provider, form: ReportForm) -> Letter:
    kind = ReportKind(form.kind.data)
    values = {
        "provider": provider.name,
        "slug": provider.slug,
        "kind": kind.value,
        "label": LABELS[kind],
        "message": form.message.data,
        "contact": form.contact.data,
    }
    return Letter("report-filed", services().settings.mail_from, _key(provider, form), values)


def _file(provider: Provider, form: ReportForm) -> None:
    filing = Filing(ReportKind(form.kind.data), form.message.data, form.contact.data or None, _letter(provider, form))
    with transaction() as session:
        file_report(session, provider, filing, actor="reader", at=clock.now())


def _page(provider: Provider, form: ReportForm, errors: tuple[tuple[str, str], ...], status: int = 200) -> Response:
    form.prepare()
    page = ReportPage(provider, form, errors)
    response = make_response(render_template("buyer/report.html", page=page), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def show(slug: str) -> AnyResponse:
    """Show the form, or take it: file the report, queue its mail, and lead to the thanks."""
    provider = public_provider(slug)
    form = ReportForm()
    if request.method != "POST":
        form.kind.data = kind_asked(request.args.get("kind"))
        return _page(provider, form, ())
    if not form.validate():
        return _page(provider, form, summary(form), 422)
    try:
        with limiter.limit(LIMIT):
            _file(provider, form)
    except RateLimitExceeded:
        return _page(provider, form, (("", TOO_MANY),), 429)
    return redirect(url_for("buyer.report_sent", slug=slug), 303)


def sent(slug: str) -> str:
    """Say that the report has arrived, and what happens now."""
    return render_template("buyer/report_sent.html", provider=public_provider(slug))

"""The public audit log: what happened, newest first, and how anybody checks that nothing was changed since."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask import abort, render_template, request, url_for

from directory.audit import queries
from directory.audit.models import AuditEvent
from directory.audit.queries import HIGHEST
from directory.web.session import reader, services

PER_PAGE = 50
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PROVIDER = "provider:"
WORDS = {
    "provider.created": "A provider was added",
    "provider.imported": "A provider was imported",
    "provider.published": "A provider was published",
    "provider.updated": "An entry was changed",
    "provider.changed": "An entry was changed",
    "provider.demonstrated": "A demonstration entry was added",
    "provider.removed": "A demonstration entry was removed",
    "provider.claimed": "An entry was taken over by its firm",
    "provider.started": "Somebody began an entry",
    "provider.dropped": "An entry that nobody had proven was deleted",
    "provider.withdrawn": "A provider was taken off the directory by its owner",
    "provider.republished": "A provider was put back by its owner",
    "submission.sent": "An entry was handed in for review",
    "submission.withdrawn": "What was handed in was taken back",
    "submission.approved": "What was handed in was approved and published",
    "submission.rejected": "What was handed in was rejected",
    "submission.changes-asked": "Changes were asked of what was handed in",
    "claim.asked": "Somebody asked to take an entry over",
    "claim.withdrawn": "A claim was withdrawn, or ran out",
    "claim.approved": "A claim was approved",
    "claim.rejected": "A claim was rejected",
    "reference.asked": "A customer was asked for a reference",
    "reference.answered": "A customer answered",
    "reference.declined": "A customer declined",
    "reference.withdrawn": "A customer withdrew a reference",
    "reference.cancelled": "A reference was no longer asked for",
    "reference.returned": "A letter to a customer came back",
    "reference.verified": "A reference was verified",
    "reference.rejected": "A reference was rejected",
    "report.filed": "A reader reported an entry",
    "report.asked": "The vendor was asked about a report",
    "report.answered": "The vendor answered a report",
    "report.upheld": "A report was upheld",
    "report.dismissed": "A report was dismissed",
    "catalogue.registered": "A version of the catalogue was added",
    "catalogue.planned": "A switch of the catalogue was planned",
    "catalogue.plan-cancelled": "A planned switch was cancelled",
    "catalogue.activated": "A version of the catalogue was put in force",
    "account.role-set": "An account got another role",
    "account.sessions-ended": "An account was logged out",
    "account.erased": "An account was erased",
    "account.removed": "An account that was never confirmed was removed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event, in words. `slug` is the provider's it is about, if it is about one that was public by then."""

    number: int
    at: datetime
    words: str
    subject: str
    slug: str
    actor: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log; `newer` and `older` are addresses."""

    lines: tuple[Line, ...]
    slug: str
    newer: str | None
    older: str | None
    canonical: str


def words_of(action: str) -> str:
    """Return what an action means; one without words of its own is its name, readable."""
    kind, _, verb = action.partition(".")
    return WORDS.get(action) or f"{kind} {verb}".replace("-", " ").capitalize().strip()


def line_of(event: AuditEvent) -> Line:
    """Return an event as the page shows it."""
    kind, _, name = event.subject.partition(":")
    slug = name if kind == "provider" else ""
    subject = slug or f"{kind} {name}".strip()
    return Line(event.id, event.at, words_of(event.action), subject, slug, event.actor.replace(":", " "), event.hash)


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= HIGHEST):
        abort(404)
    return int(text)


def _slug() -> str:
    text = request.args.get("provider", "").strip()
    if text and not (SLUG.fullmatch(text) and len(text) <= 80):
        abort(404)
    return text


def show() -> str:
    """Show a page of the log: the newest, those before a number, or those just after one."""
    slug, before, after = _slug(), _number("before"), _number("after")
    subject = f"{PROVIDER}{slug}" if slug else ""
    found = queries.newest(reader(), PER_PAGE, subject=subject, before=before, later_than=after)
    newer = older = None
    if found and queries.newest(reader(), 1, subject=subject, later_than=found[0].id):
        newer = url_for("buyer.audit", provider=slug or None, after=found[0].id)
    if found and queries.newest(reader(), 1, subject=subject, before=found[-1].id):
        older = url_for("buyer.audit", provider=slug or None, before=found[-1].id)
    canonical = f"{services().settings.base_url.rstrip('/')}/audit"
    page = AuditPage(tuple(line_of(one) for one in found), slug, newer, older, canonical)
    return render_template("buyer/audit.html", page=page)

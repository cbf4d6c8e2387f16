"""Reports: asking the vendor, the vendor's answer, the decision and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audit.services import Event, append
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError
from directory.core.outbox import Letter, post
from directory.providers.members import post_to_members
from directory.providers.models import Provider
from directory.review.decisions import MADE_MEANWHILE, Item, ItemKind, Ruling, check_ruling, record
from directory.review.models import Report, ReportKind, ReportState

MOST = 4_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What a vendor answers to the question about a report, as they saw it at `revision`."""

    text: str
    revision: int
    actor: str
    at: datetime


def report_item(report: Report) -> Item:
    """Return a report as decisions speak of it."""
    name = f"a report that asks for its {report.kind}"
    if report.kind == ReportKind.MISREPRESENTATION:
        name = "a report of a misrepresentation"
    return Item(ItemKind.REPORT, report.id, report.revision, report.provider_id, name)


def is_answerable(report: Report) -> bool:
    """Whether the vendor was asked and hasn't answered this round yet."""
    is_open = report.state == ReportState.OPEN
    return is_open and bool(report.rounds) and report.rounds[-1]["reply"] is None


def find_report(session: Session, report_id: int) -> Report:
    """Return a report.

    Raises:
        NotFoundError: there is none of this number.

    """
    report = session.scalar(select(Report).where(Report.id == report_id))
    if report is None:
        raise NotFoundError("There is no such report.")
    return report


def ask_vendor(session: Session, report_id: int, ruling: Ruling) -> None:
    """Ask the provider's members what an admin wants to know; `ruling.reason` is the question, and goes out by mail.

    What the reporter wrote stays with the admins: it may tell who they are.

    Raises:
        InvalidInputError: there is no question, or nobody to ask.
        ForbiddenError: the admin is a member of the provider.
        ConflictError: it was decided, changed, or the vendor has still to answer the last question.

    """
    report = find_report(session, report_id)
    check_ruling(session, report_item(report), ruling, is_waiting=report.state == ReportState.OPEN)
    if is_answerable(report):
        raise ConflictError("The vendor was asked already and hasn’t answered yet.")
    provider = session.get_one(Provider, report.provider_id)
    values = {"provider": provider.name, "slug": provider.slug, "question": ruling.reason}
    letter = Letter("report-question", "", f"report-{report.id}-question-{report.revision}", values)
    if not post_to_members(session, provider.id, letter, at=ruling.at):
        raise InvalidInputError("reason", "nobody edits this entry, so there is nobody to ask")
    asked: dict[str, Any] = {"question": ruling.reason, "asked_at": ruling.at.isoformat(), "reply": None}
    report.rounds = [*report.rounds, asked]
    report.asked_at = ruling.at
    append(session, Event("report.asked", provider.subject), actor=ruling.actor, at=ruling.at)
    session.flush()


def answer_report(session: Session, provider_id: int, report_id: int, reply: Reply) -> None:
    """Take the vendor's answer to the last question: once a round, and never changed afterwards.

    Raises:
        NotFoundError: no such report is about this provider.
        InvalidInputError: nothing is said, or too much.
        ConflictError: it isn't asked any more: decided, or a colleague has answered.

    """
    report = find_report(session, report_id)
    if report.provider_id != provider_id:
        raise NotFoundError("There is no such report.")
    if not reply.text.strip():
        raise InvalidInputError("reply", "say something, or leave it to the admin to decide without")
    if len(reply.text) > MOST:
        raise InvalidInputError("reply", f"that is too long: {MOST:,} characters at most")
    if not is_answerable(report) or report.revision != reply.revision:
        raise ConflictError(MADE_MEANWHILE)
    last = {**report.rounds[-1], "reply": reply.text.strip(), "replied_at": reply.at.isoformat()}
    report.rounds = [*report.rounds[:-1], last]
    report.replied_at = reply.at
    subject = session.get_one(Provider, provider_id).subject
    append(session, Event("report.answered", subject), actor=reply.actor, at=reply.at)
    session.flush()


def decide_report(session: Session, report_id: int, ruling: Ruling, *, notice: str = "") -> None:
    """Uphold or dismiss a report, and tell the provider's members, and the reporter where they left an address.

    An upheld misrepresentation is published with `notice`, and counts against the provider for as long as the rules
    say. An upheld request for removal takes the entry out of the directory. For an upheld correction the reason says
    what was done.

    Raises:
        InvalidInputError: there is no reason, or no notice where one is to be published.
        ForbiddenError: the admin is a member of the provider.
        ConflictError: it was decided or changed meanwhile.

    """
    report = find_report(session, report_id)
    item = report_item(report)
    check_ruling(session, item, ruling, is_waiting=report.state == ReportState.OPEN)
    is_upheld = ReportState(ruling.outcome) is ReportState.UPHELD
    if is_upheld and report.kind == ReportKind.MISREPRESENTATION:
        report.notice = _published(notice)
    report.state = ReportState(ruling.outcome)
    report.decided_on, report.decided_by, report.reason = ruling.at.date(), ruling.decided_by, ruling.reason
    provider = session.get_one(Provider, report.provider_id)
    if is_upheld and report.kind == ReportKind.REMOVAL and provider.withdrawn_at is None:
        provider.withdrawn_at = provider.updated_at = ruling.at
    session.flush()
    _tell_reporter(session, report, provider, ruling)
    record(session, item, ruling)


def _published(notice: str) -> str:
    text = notice.strip()
    if not text:
        raise InvalidInputError("notice", "write what is published on the provider’s page")
    if len(text) > MOST:
        raise InvalidInputError("notice", f"that is too long: {MOST:,} characters at most")
    return text


def _tell_reporter(session: Session, report: Report, provider: Provider, ruling: Ruling) -> None:
    if not report.contact:
        return
    values = {
        "provider": provider.name,
        "kind": report.kind,
        "outcome": ruling.outcome,
        "reason": ruling.reason,
        "filed_on": f"{report.created_at:%Y-%m-%d}",
    }
    post(session, Letter("report-outcome", report.contact, f"report-{report.id}-outcome", values), at=ruling.at)


def reports_about(session: Session, provider_id: int) -> list[Report]:
    """Return the reports about an entry, newest first; what the reporter wrote, and their address, is for admins."""
    query = select(Report).where(Report.provider_id == provider_id)
    return list(session.scalars(query.order_by(Report.created_at.desc(), Report.id.desc())))

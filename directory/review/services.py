"""Filing reports."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from directory.audit.services import Event, append
from directory.core.outbox import Letter, post
from directory.providers.models import Provider
from directory.review.models import Report, ReportKind, ReportState


@dataclass(frozen=True, slots=True)
class Filing:
    """What a reader sends about an entry, and the letter that tells the people who decide.

    The letter's key identifies the filing: sending the same one twice files it once.
    """

    kind: ReportKind
    message: str
    contact: str | None
    letter: Letter


def file_report(session: Session, provider: Provider, filing: Filing, *, actor: str, at: datetime) -> Report | None:
    """Keep a report, queue its letter and log that one was filed; return None where this filing is there already.

    The public log says what was asked for about which entry, never by whom or in which words.
    """
    if not post(session, filing.letter, at=at):
        return None
    report = Report(
        provider_id=provider.id,
        kind=filing.kind,
        message=filing.message,
        contact=filing.contact,
        state=ReportState.OPEN,
        notice="",
        created_at=at,
    )
    session.add(report)
    append(
        session,
        Event("report.filed", provider.subject, detail={"kind": filing.kind.value}),
        actor=actor,
        at=at,
    )
    return report

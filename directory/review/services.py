"""Filing reports."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audit.services import Event, append
from directory.core.mail import Message
from directory.core.outbox import Job, enqueue
from directory.providers.models import Provider
from directory.review.models import Report, ReportKind, ReportState


@dataclass(frozen=True, slots=True)
class Filing:
    """What a reader sends about an entry, and the mail that tells the people who decide.

    The mail's key identifies the filing: sending the same one twice files it once.
    """

    kind: ReportKind
    message: str
    contact: str | None
    mail: Message


def file_report(session: Session, provider: Provider, filing: Filing, *, actor: str, at: datetime) -> Report | None:
    """Keep a report, queue its mail and log that one was filed; return None where this filing is there already.

    The public log says what was asked for about which entry, never by whom or in which words.
    """
    if session.scalar(select(Job.id).where(Job.key == filing.mail.key)) is not None:
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
    enqueue(session, "mail", filing.mail.key, asdict(filing.mail), at=at)
    append(
        session,
        Event("report.filed", f"provider:{provider.slug}", detail={"kind": filing.kind.value}),
        actor=actor,
        at=at,
    )
    return report

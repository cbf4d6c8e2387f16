"""What is published of reports: the notices of misrepresentations that were upheld."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.review.models import Report, ReportKind, ReportState


@dataclass(frozen=True, slots=True)
class Notice:
    """A misrepresentation that was upheld: when, and what is published of it."""

    decided_on: date
    text: str


def upheld_notices(session: Session, provider_id: int) -> tuple[Notice, ...]:
    """Return the provider's upheld misrepresentations, newest first; never what reporters wrote."""
    query = (
        select(Report.decided_on, Report.notice)
        .where(
            Report.provider_id == provider_id,
            Report.kind == ReportKind.MISREPRESENTATION,
            Report.state == ReportState.UPHELD,
        )
        .order_by(Report.decided_on.desc(), Report.id.desc())
    )
    return tuple(Notice(row.decided_on, row.notice) for row in session.execute(query) if row.decided_on is not None)

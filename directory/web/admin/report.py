"""A report, and the decision on it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from directory.providers.members import count_members
from directory.review.decisions import Ruling
from directory.review.models import Report, ReportKind, ReportState
from directory.review.reports import ask_vendor, decide_report, find_report, is_answerable, report_item
from directory.web.admin.forms import DecisionForm, ReportDecisionForm
from directory.web.admin.items import Choice, Shown

ASKED = "asked"
UPHELD_HINTS = {
    ReportKind.CORRECTION: "You have seen that it is corrected, or corrected it. The reason says what was done.",
    ReportKind.REMOVAL: "The entry leaves the directory at once, and an import doesn’t bring it back.",
    ReportKind.MISREPRESENTATION: "Published with the notice below, and counted against the provider by rule P5.",
}


@dataclass(frozen=True, slots=True)
class ReportBody:
    """What admins read of a report: all of it."""

    kind: str
    message: str
    contact: str | None
    rounds: list[Any]
    notice: str
    reason: str


def _choices(report: Report, members: int) -> tuple[Choice, ...]:
    barrier = "" if members else "Nobody edits this entry, so there is nobody to ask."
    if is_answerable(report):
        barrier = "The vendor was asked already and hasn’t answered yet."
    return (
        Choice(ReportState.UPHELD, "Uphold it", UPHELD_HINTS[ReportKind(report.kind)]),
        Choice(ReportState.DISMISSED, "Dismiss it", "Nothing changes and nothing is published."),
        Choice(
            ASKED,
            "Ask the vendor first",
            "What you write under “Reason” goes to the vendor as a question. What the reporter wrote stays here.",
            barrier,
        ),
    )


def read(session: Session, number: int) -> Shown:
    """Return a report as it stands."""
    report = find_report(session, number)
    body = ReportBody(report.kind, report.message, report.contact, report.rounds, report.notice, report.reason)
    return Shown(
        item=report_item(report),
        state=report.state,
        is_waiting=report.state == ReportState.OPEN,
        since=report.created_at,
        choices=_choices(report, count_members(session, report.provider_id)),
        body=body,
    )


def decide(session: Session, number: int, ruling: Ruling, form: DecisionForm) -> None:
    """Decide on it, or ask the vendor first."""
    assert isinstance(form, ReportDecisionForm)  # noqa: S101 - the desk says which form it takes
    if ruling.outcome == ASKED:
        ask_vendor(session, number, ruling)
    else:
        decide_report(session, number, ruling, notice=form.notice.data or "")

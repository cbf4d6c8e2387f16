"""Checking a document: what it really shows becomes evidence, value by value."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import InvalidInputError, NotFoundError
from directory.evidence.models import Document, DocumentState, Evidence
from directory.evidence.subjects import Subject
from directory.providers.models import System
from directory.review.decisions import Item, ItemKind, Ruling, check_ruling, record


def decide_document(session: Session, document_id: int, ruling: Ruling, findings: Sequence[Subject] = ()) -> None:
    """Mark a document as checked or rejected (`ruling.outcome`), as it was on the screen.

    `findings` are what it shows, as the admin confirmed or corrected it; each becomes evidence of level 1.

    Raises:
        NotFoundError: there is no such document.
        InvalidInputError: no reason, no such outcome, nothing found, or a finding about somebody else's system.
        ForbiddenError: the admin is a member of the provider.
        ConflictError: it changed or was decided meanwhile.

    """
    query = select(Document).where(Document.id == document_id).with_for_update()
    document = session.scalar(query.execution_options(populate_existing=True))
    if document is None:
        raise NotFoundError("There is no such document.")
    item = Item(ItemKind.DOCUMENT, document.id, document.revision, document.provider_id, f"“{document.title}”")
    check_ruling(session, item, ruling, is_waiting=document.state == DocumentState.WAITING)
    if ruling.outcome == DocumentState.CHECKED:
        _check_findings(session, document, findings)
        document.state, document.checked_at = DocumentState.CHECKED, ruling.at
        session.add_all(_evidence(document, finding) for finding in findings)
    elif ruling.outcome == DocumentState.REJECTED:
        document.state = DocumentState.REJECTED
    else:
        raise InvalidInputError("outcome", "choose checked or rejected")
    document.reason = ruling.reason
    session.flush()
    record(session, item, ruling)


def _check_findings(session: Session, document: Document, findings: Sequence[Subject]) -> None:
    if not findings:
        raise InvalidInputError("findings", "say what it shows: without that it is evidence of nothing")
    named = {finding.system_id for finding in findings if finding.system_id is not None}
    query = select(System.id).where(System.provider_id == document.provider_id, System.id.in_(named))
    if named - set(session.scalars(query)):
        raise InvalidInputError("findings", "a system isn't this provider's")


def _evidence(document: Document, finding: Subject) -> Evidence:
    evidence = finding.evidence()
    evidence.provider_id, evidence.document_id = document.provider_id, document.id
    evidence.dated_on, evidence.ends_on = document.dated_on, document.ends_on
    return evidence

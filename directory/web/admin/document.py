"""A document: what the vendor says it shows, for an admin to confirm or correct value by value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.catalogue.schema import Area
from directory.core.errors import NotFoundError
from directory.evidence.models import Document, DocumentState
from directory.evidence.scopes import scope_of
from directory.evidence.subjects import Scope
from directory.publishing.queue import since
from directory.review.decisions import Item, ItemKind, Ruling
from directory.review.documents import decide_document
from directory.web.admin.forms import DecisionForm, DocumentDecisionForm
from directory.web.admin.items import Choice, Shown
from directory.web.session import catalogue

CHOICES = (
    Choice(DocumentState.CHECKED, "It shows what stands above", "Each value becomes evidence at level 1."),
    Choice(DocumentState.REJECTED, "Reject it", "It is evidence of nothing."),
)


@dataclass(frozen=True, slots=True)
class DocumentBody:
    """A document, what it may speak of, and what the vendor says that it shows."""

    document: Document
    scope: Scope
    areas: Sequence[Area]
    subjects: Sequence[Mapping[str, Any]]


def read(session: Session, number: int) -> Shown:
    """Return a document as it stands."""
    document = session.scalar(select(Document).where(Document.id == number))
    if document is None:
        raise NotFoundError("There is no such document.")
    current = catalogue()
    scope = scope_of(session, document.provider_id, current)
    return Shown(
        item=Item(ItemKind.DOCUMENT, document.id, document.revision, document.provider_id, f"“{document.title}”"),
        state=document.state,
        is_waiting=document.state == DocumentState.WAITING,
        since=since(document.added_at, document.dated_on),
        choices=CHOICES,
        body=DocumentBody(document, scope, current.checklist.areas, document.subjects),
    )


def decide(session: Session, number: int, ruling: Ruling, form: DecisionForm) -> None:
    """Decide on it, with what it shows."""
    assert isinstance(form, DocumentDecisionForm)  # noqa: S101 - the desk says which form it takes
    decide_document(session, number, ruling, form.findings)

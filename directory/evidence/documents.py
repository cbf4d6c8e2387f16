"""Documents: added by vendors, withdrawn and deleted by them. An admin's check is above, among the decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete as deletion
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from directory.audit.services import Event, append
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError
from directory.core.outbox import enqueue_once
from directory.evidence.models import Document, DocumentState, Evidence
from directory.evidence.subjects import Subject
from directory.providers.models import Provider
from directory.providers.proof import check_member

MOST_WAITING = 40
CHANGED = "It was decided, withdrawn or changed meanwhile. Look at it as it stands now."


@dataclass(frozen=True, slots=True)
class File:
    """A file that is kept under its hash; `name` is only what it is called."""

    sha256: str
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as a vendor describes it: at an address, or as a file."""

    provider_id: int
    title: str
    entity: str
    scope: str
    dated_on: date
    window_starts_on: date | None = None
    ends_on: date | None = None
    url: str | None = None
    file: File | None = None
    subjects: Sequence[Subject] = ()


def add(session: Session, new: NewDocument, *, added_by: int, actor: str, at: datetime) -> Document:
    """Add a document, which waits for an admin; until it is checked it is evidence of nothing.

    Raises:
        InvalidInputError: its days don't fit together, it shows nothing, has no content, or too many wait.
        NotFoundError: the entry isn't theirs any more.

    """
    provider = session.scalars(select(Provider).where(Provider.id == new.provider_id).with_for_update()).one()
    check_member(session, provider, added_by)
    _check(session, new, at.date())
    file = new.file
    document = Document(
        provider_id=new.provider_id,
        title=new.title,
        entity=new.entity,
        scope=new.scope,
        url=new.url,
        dated_on=new.dated_on,
        window_starts_on=new.window_starts_on,
        ends_on=new.ends_on,
        state=DocumentState.WAITING,
        subjects=[subject.kept() for subject in new.subjects],
        file_sha256=file.sha256 if file else None,
        file_name=file.name if file else None,
        file_type=file.type if file else None,
        file_size=file.size if file else None,
        added_by=added_by,
        added_at=at,
    )
    session.add(document)
    session.flush()
    _log(session, document, "document.added", is_public=False, actor=actor, at=at)
    return document


def withdraw(session: Session, document_id: int, revision: int, *, provider_id: int, actor: str, at: datetime) -> None:
    """Withdraw a document: what it was evidence of, it isn't from this moment on.

    Raises:
        NotFoundError: the provider has no such document.
        ConflictError: it is another revision than the one that was shown, or withdrawn already.

    """
    document = held(session, document_id, revision, provider_id=provider_id)
    if document.state not in (DocumentState.WAITING, DocumentState.CHECKED):
        raise ConflictError(CHANGED)
    was_checked = document.state == DocumentState.CHECKED
    document.state, document.withdrawn_at = DocumentState.WITHDRAWN, at
    session.execute(
        update(Evidence)
        .where(Evidence.document_id == document.id, Evidence.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    _log(session, document, "document.withdrawn", is_public=was_checked, actor=actor, at=at)


def delete(session: Session, document_id: int, revision: int, *, provider_id: int, actor: str, at: datetime) -> None:
    """Delete a document that isn't evidence (any more): its file goes, unless another document has the same one.

    The row of one that was checked stays, without file and address: the history names it.

    Raises:
        NotFoundError: the provider has no such document.
        ConflictError: it is another revision than the one that was shown, or still evidence.

    """
    document = held(session, document_id, revision, provider_id=provider_id)
    if document.state == DocumentState.CHECKED:
        raise ConflictError("It is evidence: withdraw it first.")
    if document.file_sha256 is not None:
        payload = {"sha256": document.file_sha256}
        enqueue_once(session, "remove-file", f"remove-file-{document.id}", payload, at=at)
    if document.checked_at is None:
        session.delete(document)
    else:
        document.file_sha256 = document.file_name = document.file_type = document.url = None
        document.file_size = None
    _log(session, document, "document.deleted", is_public=False, actor=actor, at=at)


def delete_all(session: Session, provider_id: int, *, at: datetime) -> None:
    """Delete all documents of an entry that has never been public, whatever they are evidence of, and their files."""
    found = select(Document.id, Document.file_sha256).where(Document.provider_id == provider_id)
    for number, sha256 in session.execute(found.with_for_update()).all():
        if sha256 is not None:
            enqueue_once(session, "remove-file", f"remove-file-{number}", {"sha256": sha256}, at=at)
        session.execute(deletion(Evidence).where(Evidence.document_id == number))
        session.execute(deletion(Document).where(Document.id == number))


def held(session: Session, document_id: int, revision: int, *, provider_id: int) -> Document:
    """Return a document of a provider as it is now, locked, if it still is at the revision that was shown.

    Raises:
        NotFoundError: the provider has no such document.
        ConflictError: it is at another revision.

    """
    query = select(Document).where(Document.id == document_id, Document.provider_id == provider_id).with_for_update()
    document = session.scalar(query.execution_options(populate_existing=True))
    if document is None:
        raise NotFoundError("There is no such document.")
    if document.revision != revision:
        raise ConflictError(CHANGED)
    return document


def documents_of(session: Session, provider_id: int) -> list[Document]:
    """Return a provider's documents, the newest first."""
    query = select(Document).where(Document.provider_id == provider_id).order_by(Document.id.desc())
    return list(session.scalars(query))


def document_of(session: Session, provider_id: int, document_id: int) -> Document:
    """Return one of a provider's documents; raise `NotFoundError` where it has no such."""
    query = select(Document).where(Document.id == document_id, Document.provider_id == provider_id)
    document = session.scalar(query)
    if document is None:
        raise NotFoundError("There is no such document.")
    return document


def _check(session: Session, new: NewDocument, today: date) -> None:
    if new.dated_on > today:
        raise InvalidInputError("dated_on", "This day is in the future.")
    if new.window_starts_on is not None and new.window_starts_on > new.dated_on:
        raise InvalidInputError("window_starts_on", "What it looks at can’t begin after its own date.")
    if new.ends_on is not None and new.ends_on <= new.dated_on:
        raise InvalidInputError("ends_on", "Its end lies after its date.")
    if (new.url is None) == (new.file is None):
        raise InvalidInputError("file", "Give an address or a file, one of the two.")
    if not new.subjects:
        raise InvalidInputError("subjects", "Say what it shows: one figure, answer or certification at least.")
    waiting = select(func.count()).where(
        Document.provider_id == new.provider_id, Document.state == DocumentState.WAITING
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise InvalidInputError("title", f"{MOST_WAITING} documents wait already: an admin looks at those first.")


def _log(session: Session, document: Document, action: str, *, is_public: bool, actor: str, at: datetime) -> None:
    """Append an event; the index follows those that change what is public."""
    provider = session.get_one(Provider, document.provider_id)
    event = Event(action, provider.subject, provider.id if is_public else None, {"document": document.id})
    append(session, event, actor=actor, at=at)

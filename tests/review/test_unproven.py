"""An entry that somebody began goes to whoever proves the firm, and nothing of anybody else's goes with it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audit.models import AuditEvent
from directory.catalogue.services import install_shipped
from directory.core.db import Database
from directory.core.errors import ConflictError, NotFoundError
from directory.core.outbox import Job
from directory.evidence import documents
from directory.evidence.documents import File, NewDocument
from directory.evidence.models import Document
from directory.evidence.subjects import Subject
from directory.privacy.erasure import erase, in_the_way
from directory.providers.membership import Draft, Membership
from directory.providers.models import Provider
from directory.providers.proof import UnprovenError
from directory.publishing.content import fingerprint, section
from directory.publishing.drafts import load, save
from directory.publishing.services import start_entry, submit
from directory.review import claims
from directory.review.decisions import Ruling
from directory.review.models import Claim, ClaimMethod
from tests.cast import Cast, add_cast
from tests.factories import AT
from tests.publishing.test_at_once import at_once
from tests.review.test_claims import LATER, asked, letters, prove

Verb = Callable[[Session], object]
NAME, TYPED = "Begun By A Stranger", "Typed by whoever began it."


@pytest.fixture
def cast(database: Database) -> Cast:
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        return add_cast(session)


@pytest.fixture
def entry(database: Database, cast: Cast) -> Provider:
    """An entry that the cast's buyer began, with a draft and a document."""
    starter = cast.buyer.id
    with database.writing() as session:
        provider = start_entry(session, NAME, "firm.example", person_id=starter, actor="buyer:1", at=AT)
    with database.writing() as session:
        saving(provider, starter, TYPED)(session)
        file = File("ab" * 32, "report.pdf", "application/pdf", 10)
        shows = [Subject(certification="ISO 27001")]
        day = AT.date()
        new = NewDocument(provider.id, "Report", "Firm", "All", day, file=file, subjects=shows)
        documents.add(session, new, added_by=starter, actor="buyer:1", at=AT)
    return provider


def saving(provider: Provider, user_id: int, summary: str) -> Verb:
    def do(session: Session) -> object:
        there = section(load(session, session.get_one(Provider, provider.id)).content, "profile")
        value = {**there, "summary": summary}
        return save(session, provider, "profile", value, base=fingerprint(there), person_id=user_id, at=AT)

    return do


def members(session: Session, provider: Provider) -> list[int]:
    return list(session.scalars(select(Membership.user_id).where(Membership.provider_id == provider.id)))


def test_the_firm_gets_an_empty_entry_and_whoever_began_it_is_told(
    database: Database, cast: Cast, entry: Provider
) -> None:
    with database.writing() as session:
        claim = asked(session, entry, cast.stranger)
        asked(session, entry, cast.buyer)
    with database.writing() as session:
        prove(session, claim, cast.stranger)
    with database.reading() as session:
        provider = session.get_one(Provider, entry.id)
        assert members(session, entry) == [cast.stranger.id]
        assert (provider.claimed_at, provider.name, provider.website) == (
            LATER,
            "firm.example",
            "https://firm.example/",
        )
        assert TYPED not in str(load(session, provider).content)
        assert session.scalars(select(Draft)).all() == []
        assert session.scalars(select(Document)).all() == []
        assert session.scalars(select(Job.payload).where(Job.kind == "remove-file")).all() == [{"sha256": "ab" * 32}]
        told = letters(session)
        assert ("entry_lost", cast.buyer.email) in told
        assert ("claim_lost", cast.buyer.email) not in told
        assert NAME not in str(session.scalars(select(Job.payload)).all())


def test_whoever_began_it_and_proves_it_keeps_what_they_wrote(database: Database, cast: Cast, entry: Provider) -> None:
    with database.writing() as session:
        with pytest.raises(UnprovenError):
            submit(session, entry.id, revision=2, person_id=cast.buyer.id, actor="buyer:1", at=AT)
        claim, rival = asked(session, entry, cast.buyer), asked(session, entry, cast.stranger)
    with database.writing() as session:
        prove(session, claim, cast.buyer)
    with database.reading() as session:
        provider = session.get_one(Provider, entry.id)
        assert members(session, entry) == [cast.buyer.id]
        assert load(session, provider).content["profile"]["summary"] == TYPED
        assert session.get_one(Claim, rival.id).state == "lost"
        assert ("claim_lost", cast.stranger.email) in letters(session)
        assert len(session.scalars(select(Document)).all()) == 1


def test_starter_and_firm_at_once_have_one_owner_and_one_content(
    database: Database, cast: Cast, entry: Provider
) -> None:
    with database.writing() as session:
        own, firms = asked(session, entry, cast.buyer), asked(session, entry, cast.stranger)
    results = at_once(
        database,
        lambda session: prove(session, own, cast.buyer),
        lambda session: prove(session, firms, cast.stranger),
    )
    assert sum(isinstance(one, ConflictError) for one in results) == 1
    with database.reading() as session:
        (winner,) = members(session, entry)
        content = load(session, session.get_one(Provider, entry.id)).content
    assert (content["profile"]["summary"] == TYPED) == (winner == cast.buyer.id)


def test_what_a_starter_still_sends_never_reaches_the_firms_draft(
    database: Database, cast: Cast, entry: Provider
) -> None:
    with database.writing() as session:
        claim = asked(session, entry, cast.stranger)

    def write(session: Session) -> object:
        try:
            return saving(entry, cast.buyer.id, "Sent in the last moment.")(session)
        except NotFoundError:
            return None

    at_once(database, lambda session: prove(session, claim, cast.stranger), write)
    with database.reading() as session:
        assert members(session, entry) == [cast.stranger.id]
        assert "last moment" not in str(load(session, session.get_one(Provider, entry.id)).content)
    for verb in (
        saving(entry, cast.buyer.id, "Later."),
        lambda session: submit(session, entry.id, revision=0, person_id=cast.buyer.id, actor="buyer:1", at=AT),
    ):
        with database.writing() as session, pytest.raises(NotFoundError):
            verb(session)


def test_an_admins_decision_gives_a_begun_entry_too_and_a_refusal_stays_with_the_claimant(
    database: Database, cast: Cast, entry: Provider
) -> None:
    with database.writing() as session:
        claim = asked(session, entry, cast.stranger, ClaimMethod.ADMIN)
        ruling = Ruling("rejected", "Not yours.", claim.revision, cast.admin.id, "admin:1", LATER)
        claims.decide_claim(session, claim.id, ruling)
        assert letters(session) == [("claim_rejected", cast.stranger.email)]


def test_erasing_whoever_began_it_alone_erases_the_entry(database: Database, cast: Cast, entry: Provider) -> None:
    with database.writing() as session:
        assert in_the_way(session, cast.buyer.id) == ()
        erase(session, cast.buyer.id, actor=f"vendor:{cast.buyer.id}", at=LATER)
    with database.reading() as session:
        assert session.get(Provider, entry.id) is None
        dropped = session.scalars(select(AuditEvent.subject).where(AuditEvent.action == "provider.dropped")).all()
        assert dropped == [f"entry:{entry.id}"]

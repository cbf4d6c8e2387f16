"""Two people at the same moment: one wins, the other is told, nothing is half done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.audit.models import AuditEvent
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.errors import ConflictError
from directory.providers.models import Provider
from directory.publishing.content import fingerprint, section
from directory.publishing.drafts import DraftConflictError, load, save
from directory.publishing.identity import AlreadyListedError
from directory.publishing.models import Submission
from directory.publishing.services import decide_submission, start_entry, submit, withdraw
from directory.review.decisions import Ruling
from tests.cast import Cast, add_cast

Verb = Callable[[Session], object]


@pytest.fixture
def cast(database: Database) -> Cast:
    with database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        return add_cast(session)


def at_once(database: Database, *verbs: Verb) -> list[object]:
    """Do all in transactions of their own that begin together; return what each gave, or how it was refused."""
    gate = Barrier(len(verbs))

    def do(verb: Verb) -> object:
        gate.wait(timeout=30)
        try:
            with database.writing() as session:
                return verb(session)
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(do, verbs))


def refused(results: list[object]) -> int:
    return sum(isinstance(one, ConflictError) for one in results)


def saving(cast: Cast, name: str, **fields: Any) -> Verb:
    def do(session: Session) -> object:
        provider = session.get_one(Provider, cast.provider.id)
        there = section(load(session, provider).content, name)
        value = {**there, **fields}
        return save(session, provider, name, value, base=fingerprint(there), person_id=cast.owner.id, at=clock.now())

    return do


def submitting(cast: Cast, revision: int = 1) -> Verb:
    def do(session: Session) -> object:
        at, owner = clock.now(), cast.owner.id
        return submit(session, cast.provider.id, revision=revision, person_id=owner, actor="vendor:1", at=at).id

    return do


def deciding(cast: Cast, number: int, outcome: str = "approved", revision: int = 1) -> Verb:
    ruling = Ruling(outcome, "Seen.", revision, cast.admin.id, "admin:1", clock.now())
    return lambda session: decide_submission(session, number, ruling)


def submitted(database: Database, cast: Cast) -> int:
    with database.writing() as session:
        saving(cast, "profile", summary="New.")(session)
    with database.writing() as session:
        number = submitting(cast)(session)
    assert isinstance(number, int)
    return number


def summary_of(database: Database, cast: Cast) -> str:
    with database.reading() as session:
        return session.get_one(Provider, cast.provider.id).summary


def actions(database: Database) -> list[str]:
    with database.reading() as session:
        return [one for one in session.scalars(select(AuditEvent.action)) if one.startswith("submission.")]


def test_of_two_that_hand_in_one_does(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        saving(cast, "profile", summary="New.")(session)
    results = at_once(database, submitting(cast), submitting(cast), submitting(cast))
    assert refused(results) == 2
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1
    assert actions(database) == ["submission.sent"]


def test_of_two_admins_that_decide_one_does(database: Database, cast: Cast) -> None:
    number = submitted(database, cast)
    results = at_once(database, deciding(cast, number), deciding(cast, number, "rejected"))
    assert refused(results) == 1
    decided = actions(database)[1:]
    assert decided in (["submission.approved"], ["submission.rejected"])
    assert (summary_of(database, cast) == "New.") == (decided == ["submission.approved"])


def test_taking_back_and_deciding_do_not_both_happen(database: Database, cast: Cast) -> None:
    number = submitted(database, cast)

    def take_back(session: Session) -> None:
        withdraw(session, cast.provider.id, number=number, actor="vendor:1", at=clock.now())

    results = at_once(database, take_back, deciding(cast, number))
    assert refused(results) == 1
    assert len(actions(database)) == 2


def test_approving_while_somebody_edits_loses_neither(database: Database, cast: Cast) -> None:
    number = submitted(database, cast)
    results = at_once(database, deciding(cast, number), saving(cast, "profile", description="Typed just now."))
    assert refused(results) == 0
    assert summary_of(database, cast) == "New."
    with database.reading() as session:
        profile = load(session, session.get_one(Provider, cast.provider.id)).content["profile"]
    assert (profile["summary"], profile["description"]) == ("New.", "Typed just now.")


def test_two_that_edit_one_section_do_not_undo_each_other_and_of_two_sections_do_not_meet(
    database: Database, cast: Cast
) -> None:
    with database.reading() as session:
        there = load(session, session.get_one(Provider, cast.provider.id)).content
    base = fingerprint(there["profile"])

    def write(name: str, value: object, known: str) -> Verb:
        def do(session: Session) -> object:
            provider = session.get_one(Provider, cast.provider.id)
            return save(session, provider, name, value, base=known, person_id=cast.owner.id, at=clock.now())

        return do

    mine, yours = ({**there["profile"], "summary": text} for text in ("Mine.", "Yours."))
    answers = {"retries": {"status": "met", "note": "", "evidence_url": ""}}
    results = at_once(
        database,
        write("profile", mine, base),
        write("profile", yours, base),
        write("answers/error-handling", answers, fingerprint({})),
    )
    (conflict,) = [one for one in results if isinstance(one, DraftConflictError)]
    with database.reading() as session:
        content = load(session, session.get_one(Provider, cast.provider.id)).content
    assert conflict.theirs == content["profile"]
    assert content["answers"] == answers


def test_of_two_that_begin_the_same_firm_one_does_and_the_other_learns_which(database: Database, cast: Cast) -> None:
    def begin(name: str) -> Verb:
        def do(session: Session) -> object:
            owner = cast.owner.id
            return start_entry(session, name, "firm.example", person_id=owner, actor="vendor:1", at=clock.now()).slug

        return do

    results = at_once(database, begin("Firm"), begin("The Firm"))
    (listed,) = [one for one in results if isinstance(one, AlreadyListedError)]
    assert [listed.slug] == [one for one in results if isinstance(one, str)]


def test_a_domain_that_was_taken_meanwhile_is_a_conflict(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        session.get_one(Provider, cast.provider.id).is_demo = True
        saving(cast, "profile", website="https://wanted.example/")(session)
    with database.writing() as session:
        number = submitting(cast)(session)
    with database.writing() as session:
        start_entry(session, "Faster", "wanted.example", person_id=cast.stranger.id, actor="vendor:2", at=clock.now())
    assert isinstance(number, int)
    (error,) = at_once(database, deciding(cast, number))
    assert isinstance(error, ConflictError)
    assert "another entry" in str(error)
    assert actions(database) == ["submission.sent"]

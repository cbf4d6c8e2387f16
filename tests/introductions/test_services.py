"""Asking for an introduction: once a form, within limits, answered once; and what stays of it when somebody leaves."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.accounts.models import Role
from directory.catalogue.services import in_force, install_shipped
from directory.core.db import Database
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError
from directory.core.outbox import Job
from directory.introductions import queries
from directory.introductions.models import Introduction, IntroductionRecipient, State
from directory.introductions.queries import candidates, introduction_of, received_by
from directory.introductions.services import (
    MOST_A_DAY,
    MOST_A_MONTH,
    Asking,
    Reply,
    TooManyError,
    answer,
    ask,
    show_contact,
)
from directory.privacy.erasure import erase
from directory.privacy.own_data import own_data
from directory.providers.membership import Reach
from tests.factories import AT, ON, add_figures, add_member, add_proven, add_provider, add_system, add_user

MESSAGE = "We need an agent that settles claims by spring."
SLUGS = ("proven", "stated")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part, by number; `editors` edit the first provider."""

    buyer: int
    editors: tuple[int, int]
    providers: tuple[int, int]


@pytest.fixture
def cast(database: Database) -> Cast:
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        proven, stated = (add_provider(session, slug=slug, name=slug.title(), claimed_at=AT) for slug in SLUGS)
        add_proven(session, proven)
        add_figures(session, add_system(session, stated))
        editors = add_user(session), add_user(session)
        for editor in editors:
            add_member(session, proven, editor)
        add_member(session, stated, add_user(session))
        add_provider(session, slug="unclaimed")
        add_provider(session, slug="left", claimed_at=AT)
        add_provider(session, slug="gone", claimed_at=AT, withdrawn_at=AT)
        buyer = add_user(session, Role.BUYER, name="Bea Buyer", email="bea@buyer.example")
    return Cast(buyer.id, (editors[0].id, editors[1].id), (proven.id, stated.id))


def send(
    database: Database,
    cast: Cast,
    slugs: Iterable[str] = SLUGS,
    *,
    once: str = "a",
    days: float = 0,
    text: str = MESSAGE,
) -> int:
    with database.writing() as session:
        chosen = candidates(session, list(slugs), cast.buyer, in_force(session), ON)
        return ask(session, Asking(cast.buyer, text, once, chosen), at=AT + timedelta(days=days))


def recipients(database: Database) -> list[IntroductionRecipient]:
    with database.reading() as session:
        return list(session.scalars(select(IntroductionRecipient).order_by(IntroductionRecipient.id)))


def reply(database: Database, said: Reply) -> None:
    with database.writing() as session:
        answer(session, said, at=AT)


def test_each_is_asked_for_what_is_not_proved_and_told_and_counted(database: Database, cast: Cast) -> None:
    send(database, cast)
    proven, stated = recipients(database)
    assert len(proven.questions) < 4
    assert stated.questions == ["requests_per_day", "uptime_percent", "deploy_minutes", "response_minutes"]
    with database.reading() as session:
        assert len(session.scalars(select(Job.key).where(Job.key.startswith("introduction-"))).all()) == 3
        counts = session.execute(select(Reach.provider_id, Reach.kind, Reach.count)).all()
    assert sorted(map(tuple, counts)) == sorted((one, "introduction", 1) for one in cast.providers)


@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        ("unclaimed", queries.UNCLAIMED),
        ("left", queries.NOBODY),
        ("gone", queries.TAKEN_OUT),
        ("nowhere", queries.UNKNOWN),
    ],
)
def test_who_can_not_be_asked_is_named_with_the_reason_and_asks_nobody(
    database: Database, cast: Cast, slug: str, reason: str
) -> None:
    with pytest.raises(ConflictError, match=reason):
        send(database, cast, ("proven", slug))
    assert recipients(database) == []


def test_nobody_asks_the_entry_that_they_edit(database: Database, cast: Cast) -> None:
    with pytest.raises(ConflictError, match=queries.ONES_OWN):
        send(database, replace(cast, buyer=cast.editors[0]), ("proven",))


@pytest.mark.parametrize(("text", "slugs"), [("short", SLUGS), ("x" * 4001, SLUGS), (MESSAGE, ())])
def test_what_says_too_little_or_too_much_or_is_for_nobody_is_refused(
    database: Database, cast: Cast, text: str, slugs: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInputError):
        send(database, cast, slugs, text=text)


def test_a_form_sent_twice_at_once_asks_once(database: Database, cast: Cast) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(send(database, cast))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert len(found) == len(recipients(database)) == 2


def test_one_provider_is_asked_so_often_in_thirty_days(database: Database, cast: Cast) -> None:
    for number in range(MOST_A_MONTH):
        send(database, cast, ("proven",), once=f"{number}", days=2 * number)
    with pytest.raises(TooManyError, match="You have asked Proven 3 times"):
        send(database, cast, once="more", days=29)
    send(database, cast, once="more", days=30.5)


def test_an_account_asks_so_many_in_a_day(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        for number in range(MOST_A_DAY):
            provider = add_provider(session, slug=f"p{number}", claimed_at=AT)
            add_member(session, provider, add_user(session))
    send(database, cast, [f"p{number}" for number in range(5)], once="1")
    send(database, cast, [f"p{number}" for number in range(5, 9)], once="2")
    with pytest.raises(TooManyError, match="you have asked 9"):
        send(database, cast, once="3")
    send(database, cast, ("proven",), once="3")
    send(database, cast, once="4", days=1.1)


def test_of_two_answers_one_counts(database: Database, cast: Cast) -> None:
    send(database, cast)
    (number,) = (one.id for one in recipients(database) if one.provider_id == cast.providers[0])
    first = Reply(cast.providers[0], number, cast.editors[0], "We do.")
    for _ in range(2):
        reply(database, first)
    with pytest.raises(ConflictError):
        reply(database, replace(first, user_id=cast.editors[1], text=""))
    with pytest.raises(NotFoundError):
        reply(database, replace(first, user_id=cast.buyer))
    with pytest.raises(NotFoundError):
        reply(database, replace(first, number=99))
    with pytest.raises(InvalidInputError):
        reply(database, replace(first, text="x" * 4001))
    assert [(one.state, one.answer) for one in recipients(database)] == [("answered", "We do."), ("waiting", "")]
    with database.reading() as session:
        letters = session.scalars(select(Job.payload).where(Job.key.endswith("-answer"))).all()
    assert [letter["to"] for letter in letters] == ["bea@buyer.example"]


def test_the_contact_is_there_for_one_provider_while_it_is_shown(database: Database, cast: Cast) -> None:
    number = send(database, cast)
    first = recipients(database)[0].id

    def seen() -> list[tuple[str, str]]:
        with database.reading() as session:
            return [(one.name, one.email) for provider in cast.providers for one in received_by(session, provider)]

    assert seen() == [("", ""), ("", "")]
    for is_shown, expected in ((True, ("Bea Buyer", "bea@buyer.example")), (False, ("", ""))):
        with database.writing() as session:
            show_contact(session, cast.buyer, number, first, is_shown=is_shown, at=AT)
        assert seen() == [expected, ("", "")]
    with pytest.raises(NotFoundError), database.writing() as session:
        show_contact(session, cast.editors[0], number, first, is_shown=True, at=AT)


def test_of_a_buyer_who_is_erased_no_word_stays(database: Database, cast: Cast) -> None:
    number = send(database, cast)
    with database.writing() as session:
        show_contact(session, cast.buyer, number, recipients(database)[0].id, is_shown=True, at=AT)
    with database.writing() as session:
        erase(session, cast.buyer, actor="x", at=AT)
    with database.reading() as session:
        (one,) = received_by(session, cast.providers[0])
        assert (one.has_left, one.introduction.message, one.name, one.email) == (True, "", "", "")
        assert (one.is_open, one.standing) == (False, "withdrawn")
        assert one.recipient.contact_shown_at is None
        assert session.scalars(select(Job.key).where(Job.key.startswith("introduction-"))).all() == []


def test_an_answer_to_a_buyer_who_is_erased_is_refused_and_one_from_before_stays(
    database: Database, cast: Cast
) -> None:
    send(database, cast, once="a")
    send(database, cast, ("proven",), once="b")
    first, _, last = (one.id for one in recipients(database))
    reply(database, Reply(cast.providers[0], first, cast.editors[0], "We do."))
    with database.writing() as session:
        erase(session, cast.buyer, actor="x", at=AT)
    with pytest.raises(ConflictError, match="withdrawn"):
        reply(database, Reply(cast.providers[0], last, cast.editors[0], "We do."))
    with database.reading() as session:
        assert [one.standing for one in received_by(session, cast.providers[0])] == ["withdrawn", "answered"]


def test_answers_stay_with_the_buyer_when_the_one_who_wrote_them_is_erased(database: Database, cast: Cast) -> None:
    number = send(database, cast)
    reply(database, Reply(cast.providers[0], recipients(database)[0].id, cast.editors[0], "We do."))
    with database.reading() as session:
        assert own_data(session, cast.editors[0])["introductions_answered"][0]["answer"] == "We do."
        mine = own_data(session, cast.buyer)
        assert mine["introductions"][0]["message"] == MESSAGE
        assert [one["answer"] for one in mine["introductions_by_provider"]] == ["We do.", ""]
    with database.writing() as session:
        erase(session, cast.editors[0], actor="x", at=AT)
    with database.reading() as session:
        found = introduction_of(session, cast.buyer, number)
        assert found is not None
        assert [(one.state, one.answer) for one, _ in found[1]] == [(State.ANSWERED, "We do."), (State.WAITING, "")]
        assert session.scalars(select(Introduction.message)).all() == [MESSAGE]

"""A browser's shortlist joins the account's: nothing is lost, limits hold, and doing it again changes nothing."""

import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Role
from directory.core.db import Database
from directory.shortlists.merging import joined_note, later_status, merge
from directory.shortlists.models import MOST_ENTRIES, MOST_KEPT, Shortlist, ShortlistEntry, Status
from directory.shortlists.queries import Keeper, kept
from directory.shortlists.services import add, share
from tests.factories import AT, add_provider, add_user
from tests.shortlists.test_services import filled

BROWSER = Keeper(token_hash="a")
LATER = AT + timedelta(days=1)
TEXTS = st.text("ab \n", max_size=8)


@pytest.fixture
def account(database: Database) -> Keeper:
    with database.writing() as session:
        return Keeper(user_id=add_user(session, Role.BUYER).id)


def user_id(account: Keeper) -> int:
    assert account.user_id is not None
    return account.user_id


def merged(database: Database, account: Keeper) -> int:
    with database.writing() as session:
        return merge(session, "a", user_id(account), at=LATER)


def shown(session: Session, keeper: Keeper) -> list[tuple[str, str, str]]:
    return [(one.name, one.status.value, one.note) for one in kept(session, keeper)]


def test_an_account_without_one_takes_it_over_with_its_link(database: Database, account: Keeper) -> None:
    with database.writing() as session:
        filled(session, BROWSER, 2)
        before = share(session, BROWSER, with_notes=False, at=AT).id
    assert [merged(database, account) for _ in range(2)] == [0, 0]
    with database.reading() as session:
        (shortlist,) = session.scalars(select(Shortlist)).all()
        assert (shortlist.id, shortlist.user_id, shortlist.token_hash) == (before, account.user_id, None)
        assert shortlist.shared_at is not None
        assert [name for name, _, _ in shown(session, account)] == ["Firm 0", "Firm 1"]


def test_both_sets_and_both_notes_are_kept(database: Database, account: Keeper) -> None:
    with database.writing() as session:
        first, second = filled(session, account, 2)
        third = add_provider(session, name="Third")
        note(add(session, account, first, at=AT), "From the office", Status.CHOSEN, AT)
        note(add(session, account, second, at=AT), "Same", Status.CONSIDERING, AT)
        note(add(session, BROWSER, third, at=AT), "New", Status.CONTACTED, AT)
        note(add(session, BROWSER, first, at=AT), "From the train", Status.CONSIDERING, LATER)
        note(add(session, BROWSER, second, at=AT), "Same", Status.RULED_OUT, AT)
    assert [merged(database, account) for _ in range(2)] == [0, 0]
    with database.reading() as session:
        assert shown(session, account) == [
            ("Firm 0", "chosen", "From the office\n\nFrom the train"),
            ("Firm 1", "ruled-out", "Same"),
            ("Third", "contacted", "New"),
        ]
        assert kept(session, BROWSER) == ()
        assert len(session.scalars(select(Shortlist)).all()) == 1


def note(entry: ShortlistEntry, text: str, status: Status, at: datetime) -> None:
    entry.note, entry.status, entry.changed_at = text, status, at


def test_what_finds_no_room_stays_with_the_browser_and_joins_later(database: Database, account: Keeper) -> None:
    with database.writing() as session:
        providers = filled(session, account, MOST_ENTRIES - 1)
        filled(session, BROWSER, 3, "Browser")
        note(add(session, account, providers[0], at=AT), "x" * MOST_KEPT, Status.CONSIDERING, AT)
        note(add(session, BROWSER, providers[0], at=AT), "y", Status.CONSIDERING, AT)
    assert merged(database, account) == 3
    with database.writing() as session:
        assert len(kept(session, account)) == MOST_ENTRIES
        assert [name for name, _, _ in shown(session, BROWSER)] == ["Browser 1", "Browser 2", "Firm 0"]
        for entry in session.scalars(select(ShortlistEntry).where(ShortlistEntry.name.in_(["Firm 1", "Firm 2"]))):
            session.delete(entry)
        (long,) = (one for one in kept(session, account) if one.name == "Firm 0")
        session.get_one(ShortlistEntry, long.number).note = "short"
    assert merged(database, account) == 0
    with database.reading() as session:
        found = {name: text for name, _, text in shown(session, account)}
        assert found["Firm 0"] == "short\n\ny"
        assert {"Browser 0", "Browser 1", "Browser 2"} < set(found)
        assert len(found) == MOST_ENTRIES


def test_a_provider_that_is_gone_comes_along_by_its_name(database: Database, account: Keeper) -> None:
    with database.writing() as session:
        (provider,) = filled(session, BROWSER, 1)
        filled(session, account, 1, "Own")
        session.delete(provider)
    assert merged(database, account) == 0
    with database.reading() as session:
        assert [name for name, _, _ in shown(session, account)] == ["Own 0", "Firm 0"]


@pytest.mark.parametrize("has_own", [False, True])
def test_two_tabs_that_log_in_at_once_merge_once(database: Database, account: Keeper, has_own: bool) -> None:
    with database.writing() as session:
        filled(session, BROWSER, 3)
        filled(session, Keeper(token_hash="b"), 2, "Phone")
        if has_own:
            filled(session, account, 1, "Own")
    failures: list[BaseException] = []

    def log_in(token: str) -> None:
        try:
            with database.writing() as session:
                merge(session, token, user_id(account), at=LATER)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test tells
            failures.append(error)

    threads = [threading.Thread(target=log_in, args=(token,)) for token in ("a", "b", "a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.reading() as session:
        found = sorted(name for name, _, _ in shown(session, account))
        assert found == sorted(["Firm 0", "Firm 1", "Firm 2", "Phone 0", "Phone 1", *(["Own 0"] if has_own else [])])
        assert len(session.scalars(select(Shortlist)).all()) == 1


@given(TEXTS, TEXTS)
def test_a_joined_note_holds_both_and_joining_again_adds_nothing(own: str, other: str) -> None:
    joined = joined_note(own, other)
    assert own in joined
    assert other in joined
    assert joined_note(joined, other) == joined
    assert joined_note(joined, own) == joined


@given(st.sampled_from(Status), st.sampled_from(Status), st.booleans())
def test_a_status_that_somebody_set_is_never_lost_to_one_that_nobody_did(
    one: Status, other: Status, late: bool
) -> None:
    first = ShortlistEntry(status=one, changed_at=LATER if late else AT)
    second = ShortlistEntry(status=other, changed_at=AT if late else LATER)
    found = later_status(first, second)
    assert found in {one, other}
    assert (found == Status.CONSIDERING) == (one == other == Status.CONSIDERING)
    if Status.CONSIDERING not in (one, other):
        assert found == (one if late else other)

"""Keeping a shortlist: limits that hold in the database, order, notes that nobody overwrites unseen, the link."""

import threading

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.accounts.models import Role
from directory.core.db import Database
from directory.core.errors import NotFoundError
from directory.providers.models import Provider
from directory.shortlists.models import MOST_ENTRIES, Shortlist, ShortlistEntry, Status
from directory.shortlists.queries import Keeper, kept
from directory.shortlists.services import (
    FullError,
    Noted,
    NotedError,
    StaleError,
    add,
    move_up,
    remove,
    remove_plain,
    revoke,
    share,
    write_note,
)
from tests.factories import AT, add_provider, add_user

BROWSER = Keeper(token_hash="a")


def filled(session: Session, keeper: Keeper, count: int, prefix: str = "Firm") -> list[Provider]:
    providers = [add_provider(session, name=f"{prefix} {number}") for number in range(count)]
    for provider in providers:
        add(session, keeper, provider, at=AT)
    return providers


def names(database: Database, keeper: Keeper = BROWSER) -> list[str]:
    with database.reading() as session:
        return [one.name for one in kept(session, keeper)]


def test_adding_twice_is_adding_once_and_keeps_the_note(database: Database) -> None:
    with database.writing() as session:
        (provider,) = filled(session, BROWSER, 1)
        add(session, BROWSER, provider, at=AT).note = "Mine"
    with database.writing() as session:
        add(session, BROWSER, session.get_one(Provider, provider.id), at=AT)
    with database.reading() as session:
        assert [(one.name, one.note) for one in kept(session, BROWSER)] == [("Firm 0", "Mine")]


def test_a_full_shortlist_takes_no_more_and_the_database_would_not_either(database: Database) -> None:
    with database.writing() as session:
        filled(session, BROWSER, MOST_ENTRIES)
        another = add_provider(session, name="One more")
    with pytest.raises(FullError, match="holds 100"), database.writing() as session:
        add(session, BROWSER, another, at=AT)
    for place in (MOST_ENTRIES, MOST_ENTRIES + 1):
        with pytest.raises(IntegrityError), database.writing() as session:
            shortlist_id = session.scalars(select(Shortlist.id)).one()
            columns = {"shortlist_id": shortlist_id, "provider_id": another.id, "name": "", "place": place}
            session.add(ShortlistEntry(**columns, added_at=AT, changed_at=AT))
    with pytest.raises(IntegrityError), database.writing() as session:
        first = session.scalars(select(ShortlistEntry).where(ShortlistEntry.place == 1)).one()
        session.execute(update(ShortlistEntry).where(ShortlistEntry.place == 2).values(provider_id=first.provider_id))


def test_what_was_removed_makes_room_behind_the_last(database: Database) -> None:
    with database.writing() as session:
        providers = filled(session, BROWSER, MOST_ENTRIES)
        for provider in providers[:3]:
            remove_plain(session, BROWSER, provider.id, at=AT)
        add(session, BROWSER, providers[0], at=AT)
        add(session, BROWSER, providers[1], at=AT)
    order = names(database)
    assert order == [*(f"Firm {number}" for number in range(3, MOST_ENTRIES)), "Firm 0", "Firm 1"]


def test_a_click_elsewhere_takes_no_note_away(database: Database) -> None:
    with database.writing() as session:
        first, second = filled(session, BROWSER, 2)
        entry = add(session, BROWSER, first, at=AT)
        entry.note = "They know our trade"
        add(session, BROWSER, second, at=AT).status = Status.CHOSEN
    for provider in (first, second):
        with pytest.raises(NotedError), database.writing() as session:
            remove_plain(session, BROWSER, provider.id, at=AT)
    with database.writing() as session:
        remove(session, BROWSER, entry.id, at=AT)
        remove_plain(session, BROWSER, first.id, at=AT)  # again, from another tab
    assert names(database) == ["Firm 1"]


def test_of_two_who_write_the_same_note_the_second_is_told(database: Database) -> None:
    with database.writing() as session:
        filled(session, BROWSER, 1)
        (entry,) = kept(session, BROWSER)
    seen = entry.revision
    with database.writing() as session:
        write_note(session, BROWSER, entry.number, Noted(Status.CONTACTED, "From one tab", seen), at=AT)
    with pytest.raises(StaleError), database.writing() as session:
        write_note(session, BROWSER, entry.number, Noted(Status.CHOSEN, "From another", seen), at=AT)
    with database.writing() as session:  # sent twice
        write_note(session, BROWSER, entry.number, Noted(Status.CONTACTED, "From one tab", seen), at=AT)
        (after,) = kept(session, BROWSER)
    assert (after.note, after.status, after.revision) == ("From one tab", Status.CONTACTED, seen + 1)


def test_nothing_of_anothers_shortlist_is_there(database: Database) -> None:
    with database.writing() as session:
        filled(session, BROWSER, 1)
        (entry,) = kept(session, BROWSER)
        buyer = add_user(session, Role.BUYER)
        filled(session, Keeper(user_id=buyer.id), 1, "Other")
    for stranger in (Keeper(token_hash="b"), Keeper(user_id=buyer.id)):
        for attempt in (
            lambda session, who: remove(session, who, entry.number, at=AT),
            lambda session, who: move_up(session, who, entry.number, at=AT),
            lambda session, who: write_note(session, who, entry.number, Noted(Status.CHOSEN, "", 1), at=AT),
        ):
            with pytest.raises(NotFoundError), database.writing() as session:
                attempt(session, stranger)  # type: ignore[no-untyped-call]  # a lambda
    assert names(database) == ["Firm 0"]


def test_moving_up_changes_two_places_and_the_first_stays(database: Database) -> None:
    with database.writing() as session:
        filled(session, BROWSER, 3)
        numbers = {one.name: one.number for one in kept(session, BROWSER)}
        move_up(session, BROWSER, numbers["Firm 2"], at=AT)
        move_up(session, BROWSER, numbers["Firm 0"], at=AT)
    assert names(database) == ["Firm 0", "Firm 2", "Firm 1"]


def test_a_provider_that_is_gone_stays_by_its_name_alone(database: Database) -> None:
    with database.writing() as session:
        withdrawn, deleted = filled(session, BROWSER, 2)
        withdrawn.withdrawn_at = AT
        session.execute(delete(Provider).where(Provider.id == deleted.id))
    with database.reading() as session:
        entries = kept(session, BROWSER)
    assert [(one.name, one.slug, one.provider_id, one.is_listed) for one in entries] == [
        ("Firm 0", "", None, False),
        ("Firm 1", "", None, False),
    ]


def test_a_link_made_anew_is_another(database: Database) -> None:
    with pytest.raises(NotFoundError), database.writing() as session:
        share(session, BROWSER, with_notes=False, at=AT)
    with database.writing() as session:
        filled(session, BROWSER, 1)
        attempts = [share(session, BROWSER, with_notes=one, at=AT).share_attempt for one in (False, True)]
        revoke(session, BROWSER, at=AT)
        assert session.scalars(select(Shortlist.shared_at)).one() is None
        shortlist = share(session, BROWSER, with_notes=False, at=AT)
        attempts.append(shortlist.share_attempt)
        assert not shortlist.shares_notes
    assert attempts == [1, 1, 2]


def test_two_tabs_that_begin_an_accounts_shortlist_at_once_begin_one(database: Database) -> None:
    with database.writing() as session:
        keeper = Keeper(user_id=add_user(session, Role.BUYER).id)
        providers = [add_provider(session, name=f"Firm {number}") for number in range(4)]

    def put(provider: Provider) -> None:
        with database.writing() as session:
            add(session, keeper, session.get_one(Provider, provider.id), at=AT)

    threads = [threading.Thread(target=put, args=(provider,)) for provider in providers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(database, keeper)) == [f"Firm {number}" for number in range(4)]
    with database.reading() as session:
        assert session.scalar(select(func.count(Shortlist.id))) == 1

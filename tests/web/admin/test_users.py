"""Accounts from the admin's side."""

import threading

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from directory.accounts.administration import Act, lock
from directory.accounts.models import LoginSession, Role, User
from directory.audit.models import AuditEvent
from directory.core import clock
from directory.core.errors import ForbiddenError
from tests.factories import add_user
from tests.web.admin.conftest import Office, hidden, send


def act(client: FlaskClient, user: User, verb: str, *, seen: str = "", **values: str) -> TestResponse:
    html = seen or client.get(f"/admin/users/{user.id}").text
    return client.post(f"/admin/users/{user.id}/{verb}", data={**hidden(html), **values})


def stored(office: Office, user: User) -> User:
    with office.database.reading() as session:
        return session.get_one(User, user.id)


def open_sessions(office: Office, user: User) -> int:
    query = select(func.count()).where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
    with office.database.reading() as session:
        return session.scalar(query) or 0


@pytest.mark.parametrize("words", ["bea", "BUYER", "{email}"])
def test_somebody_is_found_by_a_part_of_name_or_address(sqlite_office: Office, words: str) -> None:
    buyer = sqlite_office.cast.buyer
    assert buyer.email is not None
    admin = sqlite_office.client(sqlite_office.cast.admin)
    answer = send(admin, "/admin/users", {"words": words.format(email=buyer.email)})
    assert answer.status_code == 200
    assert buyer.email in answer.text
    assert "Sam Stranger" not in answer.text


def test_marks_of_the_search_are_taken_as_they_are(sqlite_office: Office) -> None:
    answer = send(sqlite_office.client(sqlite_office.cast.admin), "/admin/users", {"words": "%"})
    assert "0 found" in answer.text


def test_admins_and_locked_accounts_are_listed_without_a_search(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    act(admin, sqlite_office.cast.buyer, "lock")
    page = admin.get("/admin/users").text
    assert "Bea Buyer" in page
    assert "Max Member" in page
    assert "Sam Stranger" not in page


def test_locked_out_everywhere_and_let_in_again(office: Office) -> None:
    buyer = office.cast.buyer
    theirs = office.client(buyer)
    admin = office.client(office.cast.admin)
    assert act(admin, buyer, "lock").status_code == 303
    assert stored(office, buyer).locked_at is not None
    assert open_sessions(office, buyer) == 0
    assert theirs.get("/vendor/the-provider/reports").location.startswith("/account/login")
    assert act(admin, buyer, "unlock").status_code == 303
    assert stored(office, buyer).locked_at is None


def test_a_new_role_ends_the_sessions_of_the_old_one(office: Office) -> None:
    office.client(office.cast.buyer)
    admin = office.client(office.cast.admin)
    assert act(admin, office.cast.buyer, "role", role="vendor").status_code == 303
    assert stored(office, office.cast.buyer).role == Role.VENDOR
    assert open_sessions(office, office.cast.buyer) == 0
    with office.database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.subject == f"account:{office.cast.buyer.id}"))
        told = [(event.actor, event.action, str(event.detail)) for event in events]
    assert told
    assert all(actor == f"admin:{office.cast.admin.id}" for actor, _, _ in told)
    assert "Bea" not in str(told)
    assert "@" not in str(told)


def test_sessions_end_on_request(sqlite_office: Office) -> None:
    sqlite_office.client(sqlite_office.cast.owner)
    admin = sqlite_office.client(sqlite_office.cast.admin)
    assert act(admin, sqlite_office.cast.owner, "end-sessions").status_code == 303
    assert open_sessions(sqlite_office, sqlite_office.cast.owner) == 0


@pytest.mark.parametrize(
    ("verb", "values"), [("lock", {}), ("role", {"role": "buyer"}), ("end-sessions", {}), ("unlock", {})]
)
def test_nobody_does_it_to_their_own_account(sqlite_office: Office, verb: str, values: dict[str, str]) -> None:
    cast = sqlite_office.cast
    admin = sqlite_office.client(cast.admin)
    assert "What you can do" in admin.get(f"/admin/users/{cast.admin.id}").text
    key = admin.get(f"/admin/users/{cast.buyer.id}").text
    answer = act(admin, cast.admin, verb, seen=key, **values)
    assert answer.status_code == 403
    assert "your own account" in answer.text
    assert stored(sqlite_office, cast.admin).role == Role.ADMIN
    assert stored(sqlite_office, cast.admin).locked_at is None


def test_two_admins_who_demote_each_other_at_once_leave_one(office: Office) -> None:
    cast = office.cast
    one, other = office.client(cast.admin), office.client(cast.admin_member)
    pages = [one.get(f"/admin/users/{cast.admin_member.id}").text, other.get(f"/admin/users/{cast.admin.id}").text]
    statuses: list[int] = []

    def demote(client: FlaskClient, whom: User, page: str) -> None:
        statuses.append(act(client, whom, "role", seen=page, role="buyer").status_code)

    threads = [
        threading.Thread(target=demote, args=(one, cast.admin_member, pages[0])),
        threading.Thread(target=demote, args=(other, cast.admin, pages[1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(statuses) == 303
    assert max(statuses) in (403, 409)
    left = [user for user in (cast.admin, cast.admin_member) if stored(office, user).role == Role.ADMIN]
    assert len(left) == 1


def test_who_stopped_being_an_admin_meanwhile_does_nothing_more(sqlite_office: Office) -> None:
    cast = sqlite_office.cast
    with sqlite_office.database.writing() as session:
        add_user(session, Role.ADMIN)
        session.get_one(User, cast.admin_member.id).role = Role.BUYER
    buyer = stored(sqlite_office, cast.buyer)
    late = Act(buyer.id, buyer.revision, cast.admin_member.id, f"admin:{cast.admin_member.id}", clock.now())
    with pytest.raises(ForbiddenError, match="an admin any more"), sqlite_office.database.writing() as session:
        lock(session, late)


def test_what_changed_meanwhile_is_not_done(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    buyer = sqlite_office.cast.buyer
    seen = admin.get(f"/admin/users/{buyer.id}").text
    act(admin, buyer, "role", role="vendor")
    answer = act(admin, buyer, "role", seen=seen, role="admin")
    assert answer.status_code == 409
    assert stored(sqlite_office, buyer).role == Role.VENDOR


def test_what_is_not_there_is_not_found(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    assert admin.get("/admin/users/999").status_code == 404
    assert act(admin, sqlite_office.cast.buyer, "praise").status_code == 404
    assert act(admin, sqlite_office.cast.buyer, "role", role="emperor").status_code == 400

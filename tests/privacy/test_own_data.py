"""Taking one's data along, and being erased: all of one's own, nothing of others, and a log that stays whole."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from directory.accounts import passwords
from directory.accounts.models import LoginSession, Role, User
from directory.audit.models import AuditEvent
from directory.audit.services import Event, append, verify
from directory.core.db import Database
from directory.core.errors import ConflictError
from directory.core.outbox import Job, Letter, post
from directory.privacy.erasure import erase, in_the_way
from directory.privacy.own_data import own_data
from directory.providers.membership import Invitation, MemberRole, Membership
from directory.review.models import Claim, ClaimMethod, ClaimState, Report
from directory.shortlists.models import ShortlistEntry
from directory.shortlists.queries import Keeper
from directory.shortlists.services import add as add_to_shortlist
from tests.cast import add_cast, log_in
from tests.factories import AT, add_member, add_provider, add_reference, add_report, add_system, add_user
from tests.web.admin.conftest import hidden

PASSWORD = "a long enough password"


def test_the_export_has_all_of_ones_own_and_nothing_of_others(database: Database) -> None:
    with database.writing() as session:
        cast = add_cast(session)
        owner = cast.owner
        add_report(session, cast.other, contact=owner.email, message="My words")
        add_report(session, cast.other, contact="else@people.example", message="Other words")
        add_reference(
            session, add_system(session, cast.provider), asked_by=owner.id, referee_email="ria@customer.example"
        )
        session.add(
            Claim(
                provider_id=cast.other.id,
                user_id=owner.id,
                method=ClaimMethod.EMAIL,
                email="olga@firm.example",
                message="Ours",
                state=ClaimState.WITHDRAWN,
                created_at=AT,
                expires_at=AT,
                decided_at=AT,
            )
        )
        append(session, Event("reference.asked", "provider:the-provider"), actor=f"vendor:{owner.id}", at=AT)
        add_to_shortlist(session, Keeper(user_id=owner.id), cast.other, at=AT).note = "My note"
        add_to_shortlist(session, Keeper(user_id=cast.editor.id), cast.other, at=AT).note = "Other words"
    with database.reading() as session:
        found = own_data(session, owner.id)
    text = json.dumps(found)
    assert found["account"]["email"] == owner.email
    assert found["memberships"][0]["provider"] == "the-provider"
    assert [one["message"] for one in found["reports"]] == ["My words"]
    assert found["claims"][0]["email"] == "olga@firm.example"
    assert [(one["name"], one["note"]) for one in found["shortlist_entries"]] == [("The Other", "My note")]
    assert found["references_asked"][0]["organisation"].startswith("Customer")
    assert found["audit_log"][0]["action"] == "reference.asked"
    for foreign in ("ria@customer.example", "Ada Referee", "Other words", cast.editor.email, "hash", "secret"):
        assert str(foreign) not in text, foreign


def test_erasing_leaves_a_number_and_a_whole_chain(database: Database) -> None:
    with database.writing() as session:
        cast = add_cast(session)
        editor = cast.editor
        email = str(editor.email)
        session.add(
            LoginSession(user_id=editor.id, token_hash="h", created_at=AT, seen_at=AT, ends_at=AT + timedelta(days=9))
        )
        add_report(session, cast.other, contact=email)
        session.add(Invitation(provider_id=cast.other.id, email=email, role="editor", created_at=AT, expires_at=AT))
        session.add(
            Claim(
                provider_id=cast.other.id,
                user_id=editor.id,
                method=ClaimMethod.EMAIL,
                email=email,
                state=ClaimState.WAITING,
                created_at=AT,
                expires_at=AT,
            )
        )
        add_to_shortlist(session, Keeper(user_id=editor.id), cast.other, at=AT)
        post(session, Letter("decision", email, "waiting-letter", {"name": "Ed Editor"}), at=AT)
        append(session, Event("account.confirmed", f"account:{editor.id}"), actor=f"vendor:{editor.id}", at=AT)
    with database.writing() as session:
        erase(session, editor.id, actor=f"vendor:{editor.id}", at=AT)
    with database.reading() as session:
        user = session.get_one(User, editor.id)
        assert (user.email, user.name, user.password, user.active, user.erased_at) == (None, "", None, False, AT)
        assert session.scalars(select(LoginSession)).all() == []
        assert session.scalars(select(Membership).where(Membership.user_id == editor.id)).all() == []
        assert session.scalars(select(ShortlistEntry)).all() == []
        assert session.scalars(select(Report.contact)).all() == [None]
        assert session.scalars(select(Invitation.email)).all() == [None]
        claim = session.scalars(select(Claim)).one()
        assert (claim.state, claim.email) == (ClaimState.WITHDRAWN, None)
        assert session.scalars(select(Job.key)).all() == [f"account-erased-{editor.id}"]
        assert verify(session) is None
        events = session.scalars(select(AuditEvent)).all()
        assert "account.erased" in {event.action for event in events}
        assert email not in str([(event.actor, event.subject, event.detail) for event in events])


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.OWNER])
def test_the_last_owner_stays_until_there_is_another(database: Database, role: MemberRole) -> None:
    with database.writing() as session:
        provider, owner = add_provider(session, name="Halden"), add_user(session)
        add_member(session, provider, owner)
        add_member(session, provider, add_user(session), role)
    is_alone = role is MemberRole.EDITOR
    with database.reading() as session:
        assert in_the_way(session, owner.id) == (((provider.slug, "Halden"),) if is_alone else ())
    if is_alone:
        with pytest.raises(ConflictError, match="last owner of Halden"), database.writing() as session:
            erase(session, owner.id, actor="x", at=AT)
    else:
        with database.writing() as session:
            erase(session, owner.id, actor="x", at=AT)


def test_the_last_admin_stays(database: Database) -> None:
    with database.writing() as session:
        admin = add_user(session, Role.ADMIN)
    with pytest.raises(ConflictError, match="last admin"), database.writing() as session:
        erase(session, admin.id, actor="x", at=AT)


def test_on_the_page_it_takes_the_password_and_logs_out(app: Flask, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        buyer = add_user(session, Role.BUYER, password=passwords.hash_password(PASSWORD))
    client = log_in(app, sqlite_database, buyer)
    page = client.get("/account/data")
    assert "Erase my account" in page.text
    wrong = client.post("/account/data", data={**hidden(page.text), "current": "something else"})
    assert wrong.status_code == 422
    answer = client.post("/account/data", data={**hidden(page.text), "current": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account/data").status_code == 303
    with sqlite_database.reading() as session:
        assert session.get_one(User, buyer.id).erased_at is not None


def test_the_export_is_a_file_that_no_cache_keeps(app: Flask, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        buyer = add_user(session, Role.BUYER, name="Bea Büyer")
    client = log_in(app, sqlite_database, buyer)
    token = hidden(client.get("/account/data").text)["csrf_token"]
    answer = client.post("/account/data.json", data={"csrf_token": token})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json is not None
    assert answer.json["account"]["name"] == "Bea Büyer"
    assert client.get("/account/data.json").status_code == 405

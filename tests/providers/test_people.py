"""Who edits an entry: there is always an owner, and an invitation is for one address, one week, one time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.models import Role, User
from directory.audit.models import AuditEvent
from directory.core.db import Database
from directory.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from directory.core.links import LinkKind, sign
from directory.core.outbox import Job
from directory.privacy.erasure import in_the_way
from directory.providers import people
from directory.providers.membership import Invitation, MemberRole, Membership
from directory.providers.models import Provider
from directory.providers.people import Doer
from tests.factories import AT, add_member, add_provider, add_user

KEY = "only for tests, never anywhere else, ever"
OWNER, EDITOR = MemberRole.OWNER, MemberRole.EDITOR
LATER = AT + timedelta(days=6)


def doer(user: User, at: datetime = AT) -> Doer:
    return Doer(user.id, f"{user.role}:{user.id}", at)


def token(invitation: Invitation, attempt: int = 1) -> str:
    return sign(LinkKind.INVITATION, invitation.id, attempt, KEY)


def accept(session: Session, invitation: Invitation, user: User, attempt: int = 1, at: datetime = LATER) -> Provider:
    return people.accept(session, token(invitation, attempt), KEY, email=user.email or "", by=doer(user, at))


def staffed(session: Session, *roles: MemberRole) -> tuple[Provider, list[User]]:
    provider, users = add_provider(session), [add_user(session) for _ in roles]
    for user, role in zip(users, roles, strict=True):
        add_member(session, provider, user, role)
    return provider, users


def together(*acts: Callable[[], None]) -> None:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        start.wait()
        act()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_invitation_makes_its_addressee_a_member_and_a_vendor(database: Database) -> None:
    with database.writing() as session:
        provider, (owner,) = staffed(session, OWNER)
        invitation = people.invite(session, provider.id, " New@Firm.example ", EDITOR, by=doer(owner))
        assert invitation.email == "new@firm.example"
    with database.writing() as session:
        user = add_user(session, Role.BUYER, email="new@firm.example")
        accept(session, invitation, user)
    with database.reading() as session:
        assert [(one.email, one.role) for one in people.members(session, provider.id)] == [
            (owner.email, OWNER),
            ("new@firm.example", EDITOR),
        ]
        assert session.get_one(User, user.id).role == Role.VENDOR
        assert people.open_invitations(session, provider.id) == []
        events = session.scalars(select(AuditEvent)).all()
        assert {event.action for event in events} >= {"invitation.sent", "member.joined"}
        assert "@" not in str([event.detail for event in events])
        assert session.scalars(select(Invitation.email)).one() is None


def test_a_link_is_for_its_address_its_attempt_and_its_week(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, (owner,) = staffed(session, OWNER)
        user, other = add_user(session), add_user(session)
        invitation = people.invite(session, provider.id, user.email or "", EDITOR, by=doer(owner))
        for person, attempt, at in ((other, 1, LATER), (user, 2, LATER), (user, 1, AT + timedelta(days=7))):
            with pytest.raises(NotFoundError):
                accept(session, invitation, person, attempt, at)
        for text in ("", "1-1-x", sign(LinkKind.CLAIM, invitation.id, 1, KEY), token(invitation)[:-2]):
            with pytest.raises(NotFoundError):
                people.accept(session, text, KEY, email=user.email or "", by=doer(user))
        people.resend(session, provider.id, invitation.id, by=doer(owner))
        with pytest.raises(NotFoundError):
            accept(session, invitation, user)
        for _ in range(3):
            people.by_link(session, token(invitation, 2), KEY, email=user.email or "", at=LATER)
        assert accept(session, invitation, user, 2) is provider
        with pytest.raises(NotFoundError):
            accept(session, invitation, user, 2)
        jobs = session.scalars(select(Job).where(Job.kind == "letter")).all()
        assert [job.payload["values"]["attempt"] for job in jobs] == [1, 2]
        assert token(invitation).rpartition("-")[2] not in str([job.payload for job in jobs])


def test_inviting_the_same_address_again_is_the_next_attempt(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, (owner,) = staffed(session, OWNER)
        for role in (EDITOR, OWNER):
            people.invite(session, provider.id, "new@firm.example", role, by=doer(owner))
        (found,) = people.open_invitations(session, provider.id)
        assert (found.attempt, found.role) == (2, OWNER)


def test_a_revoked_invitation_is_dead_and_its_address_forgotten(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, (owner,) = staffed(session, OWNER)
        user = add_user(session)
        invitation = people.invite(session, provider.id, user.email or "", EDITOR, by=doer(owner))
        people.revoke(session, provider.id, invitation.id, by=doer(owner))
        assert invitation.email is None
        with pytest.raises(NotFoundError):
            accept(session, invitation, user)
        with pytest.raises(NotFoundError):
            people.resend(session, provider.id, invitation.id, by=doer(owner))
        people.invite(session, provider.id, user.email or "", EDITOR, by=doer(owner))


@pytest.mark.parametrize(
    "email",
    [
        "",
        "x",
        "a@b",
        "a b@firm.example",
        "a@firm.example\r\nBcc: c@d.example",
        "a@b@c.example",
        "x" * 260 + "@a.example",
    ],
)
def test_what_is_no_address_is_refused(sqlite_database: Database, email: str) -> None:
    with sqlite_database.writing() as session:
        provider, (owner,) = staffed(session, OWNER)
        with pytest.raises(InvalidInputError):
            people.invite(session, provider.id, email, EDITOR, by=doer(owner))


def test_invitations_have_an_end(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, (owner,) = staffed(session, OWNER)
        for number in range(people.MOST_OPEN):
            people.invite(session, provider.id, f"n{number}@firm.example", EDITOR, by=doer(owner))
        with pytest.raises(InvalidInputError):
            people.invite(session, provider.id, "more@firm.example", EDITOR, by=doer(owner))
        with pytest.raises(InvalidInputError):
            people.invite(session, provider.id, owner.email or "", EDITOR, by=doer(owner))


def test_only_owners_decide_on_people(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, (owner, editor) = staffed(session, OWNER, EDITOR)
        _, (stranger,) = staffed(session, OWNER)
        for user in (editor, stranger):
            by = doer(user)
            for act in (
                lambda by=by: people.invite(session, provider.id, "n@firm.example", EDITOR, by=by),
                lambda by=by: people.set_role(session, provider.id, owner.id, EDITOR, by=by),
                lambda by=by: people.remove(session, provider.id, owner.id, by=by),
                lambda by=by: people.revoke(session, provider.id, 1, by=by),
                lambda by=by: people.resend(session, provider.id, 1, by=by),
            ):
                with pytest.raises(ForbiddenError):
                    act()


def test_the_last_owner_stays_one(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, (owner, editor) = staffed(session, OWNER, EDITOR)
        with pytest.raises(ConflictError):
            people.remove(session, provider.id, owner.id, by=doer(owner))
        with pytest.raises(ConflictError):
            people.set_role(session, provider.id, owner.id, EDITOR, by=doer(owner))
        people.set_role(session, provider.id, editor.id, OWNER, by=doer(owner))
        people.remove(session, provider.id, owner.id, by=doer(owner))
        assert [one.user_id for one in people.members(session, provider.id)] == [editor.id]


@pytest.mark.parametrize("why", [{"active": False}, {"locked_at": AT}])
def test_an_owner_who_cannot_log_in_is_none_to_rely_on(sqlite_database: Database, why: dict[str, object]) -> None:
    with sqlite_database.writing() as session:
        provider, (owner, other) = staffed(session, OWNER, OWNER)
        for name, value in why.items():
            setattr(other, name, value)
        session.flush()
        assert in_the_way(session, owner.id) == ((provider.slug, provider.name),)
        with pytest.raises(ConflictError):
            people.remove(session, provider.id, owner.id, by=doer(owner))


def test_an_editor_leaves_and_who_is_removed_is_told(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, (owner, leaver, removed) = staffed(session, OWNER, EDITOR, EDITOR)
        people.remove(session, provider.id, leaver.id, by=doer(leaver))
        people.remove(session, provider.id, removed.id, by=doer(owner))
        with pytest.raises(NotFoundError):
            people.remove(session, provider.id, removed.id, by=doer(owner))
        letters = session.scalars(select(Job).where(Job.kind == "letter")).all()
        assert [letter.payload["to"] for letter in letters] == [removed.email]
        assert [event.action for event in session.scalars(select(AuditEvent))] == ["member.left", "member.removed"]


def owners(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Membership.role == OWNER)) or 0


def test_of_two_owners_who_leave_at_once_one_stays(database: Database) -> None:
    with database.writing() as session:
        provider, users = staffed(session, OWNER, OWNER)
    refused: list[int] = []

    def leave(user: User) -> None:
        try:
            with database.writing() as session:
                people.remove(session, provider.id, user.id, by=doer(user))
        except ConflictError:
            refused.append(user.id)

    together(*(lambda user=user: leave(user) for user in users))
    assert (len(refused), owners(database)) == (1, 1)


def test_of_two_owners_who_remove_each_other_at_once_one_stays(database: Database) -> None:
    with database.writing() as session:
        provider, users = staffed(session, OWNER, OWNER)
    refused: list[int] = []

    def remove(user: User, other: User) -> None:
        try:
            with database.writing() as session:
                people.remove(session, provider.id, other.id, by=doer(user))
        except ForbiddenError:
            refused.append(user.id)

    together(lambda: remove(users[0], users[1]), lambda: remove(users[1], users[0]))
    assert (len(refused), owners(database)) == (1, 1)


def test_an_invitation_accepted_twice_at_once_counts_once(database: Database) -> None:
    with database.writing() as session:
        provider, (owner,) = staffed(session, OWNER)
        user = add_user(session)
        invitation = people.invite(session, provider.id, user.email or "", EDITOR, by=doer(owner))
    refused: list[str] = []

    def take() -> None:
        try:
            with database.writing() as session:
                accept(session, invitation, user)
        except NotFoundError as error:
            refused.append(str(error))

    together(take, take)
    assert len(refused) == 1
    with database.reading() as session:
        assert len(people.members(session, provider.id)) == 2

"""Taking over a listed entry: one wins, everybody is told, and nobody does it with somebody else's proof."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.models import Role, User
from directory.audit.models import AuditEvent
from directory.core.db import Database
from directory.core.errors import ConflictError, DomainError, ForbiddenError, InvalidInputError, NotFoundError
from directory.core.links import LinkKind, sign
from directory.core.outbox import Job
from directory.providers.membership import Membership
from directory.providers.models import Provider
from directory.review import claims
from directory.review.claim_proofs import is_address_of, is_provable
from directory.review.claims import Wish
from directory.review.decisions import Ruling
from directory.review.models import Claim, ClaimMethod, ClaimState, Decision
from tests.factories import AT, add_member, add_provider, add_user

KEY = "only for tests, never anywhere else, ever"
LATER = AT + timedelta(days=6)
EMAIL, DNS, ADMIN = ClaimMethod.EMAIL, ClaimMethod.DNS, ClaimMethod.ADMIN
STORY = "I run the firm; call the number on our website."


def asked(session: Session, provider: Provider, user: User, method: ClaimMethod = EMAIL, at: datetime = AT) -> Claim:
    email = f"me@mail.{provider.domain}" if method is EMAIL else ""
    wish = Wish(provider.id, user.id, method, email, STORY if method is ADMIN else "")
    return claims.ask(session, wish, actor=f"{user.role}:{user.id}", at=at)


def token(claim: Claim, attempt: int = 1) -> str:
    return sign(LinkKind.CLAIM, claim.id, attempt, KEY)


def prove(session: Session, claim: Claim, user: User, at: datetime = LATER) -> Provider:
    return claims.prove_by_link(session, token(claim), KEY, user_id=user.id, actor=f"buyer:{user.id}", at=at)


def letters(session: Session) -> list[tuple[str, str]]:
    jobs = session.scalars(select(Job).where(Job.kind == "letter").order_by(Job.id))
    return [(job.payload["template"], job.payload["to"]) for job in jobs]


def test_the_link_makes_the_asker_owner_and_vendor(database: Database) -> None:
    with database.writing() as session:
        provider, user = add_provider(session, domain="firm.example"), add_user(session, Role.BUYER)
        claim = asked(session, provider, user)
    with database.writing() as session:
        prove(session, claim, user)
    with database.reading() as session:
        provider = session.get_one(Provider, provider.id)
        assert provider.claimed_at == LATER
        assert session.scalars(select(Membership.role).where(Membership.user_id == user.id)).all() == ["owner"]
        assert session.get_one(User, user.id).role == Role.VENDOR
        assert session.get_one(Claim, claim.id).state == ClaimState.APPROVED
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        assert [(event.action, event.provider_id) for event in events] == [
            ("claim.asked", None),
            ("account.role-set", None),
            ("provider.claimed", provider.id),
        ]
        assert "@" not in str([event.detail for event in events])
        assert letters(session) == [("claim", "me@mail.firm.example"), ("claim_won", user.email)]


def test_a_link_opened_any_number_of_times_is_not_used_up(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, user = add_provider(session), add_user(session)
        claim = asked(session, provider, user)
        for _ in range(3):
            assert claims.by_link(session, token(claim), KEY, user_id=user.id, at=LATER) is claim


def test_a_link_is_for_its_account_its_attempt_its_kind_and_its_week(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, user, other = add_provider(session), add_user(session), add_user(session)
        claim = asked(session, provider, user)
        dns = asked(session, add_provider(session), user, DNS)
        wrong = [
            (token(claim), other.id, LATER),
            (token(claim), user.id, AT + timedelta(days=7)),
            (token(claim, 2), user.id, LATER),
            (sign(LinkKind.INVITATION, claim.id, 1, KEY), user.id, LATER),
            (token(dns), user.id, LATER),
            (token(claim)[:-1], user.id, LATER),
            ("", user.id, LATER),
        ]
        for text, user_id, at in wrong:
            with pytest.raises(NotFoundError):
                claims.prove_by_link(session, text, KEY, user_id=user_id, actor="x", at=at)
        asked(session, provider, user)
        with pytest.raises(NotFoundError):
            prove(session, claim, user)  # asked anew: the first link is dead
        assert claims.prove_by_link(session, token(claim, 2), KEY, user_id=user.id, actor="x", at=LATER) is provider


@pytest.mark.parametrize(
    ("email", "is_one"),
    [
        ("ann@firm.example", True),
        ("ann@mail.firm.example", True),
        ("ANN@Firm.Example", True),
        ("ann@firm.example.", True),
        ("ann\r\nBcc: x@firm.example", False),
        ("ann lee@firm.example", False),
        ("ann@infirm.example", False),
        ("ann@firm.example.org", False),
        ("ann@firm.example@elsewhere.org", False),
        ("@firm.example", False),
        ("firm.example", False),
        ("", False),
    ],
)
def test_an_address_of_the_firm_ends_in_its_domain(email: str, is_one: bool) -> None:
    assert is_address_of(email, "firm.example") is is_one


@pytest.mark.parametrize("domain", ["gmail.com", "web.de"])
def test_an_address_that_anybody_can_have_proves_nothing(domain: str) -> None:
    assert not is_address_of(f"me@{domain}", domain)


@pytest.mark.parametrize("domain", ["github.io", "github.com", "wixsite.com", "acme.github.io", "co.uk"])
def test_a_shared_domain_proves_nothing(sqlite_database: Database, domain: str) -> None:
    assert not is_provable(domain)
    assert not is_address_of(f"me@{domain}", domain)
    with sqlite_database.writing() as session:
        provider, user = add_provider(session, domain=domain), add_user(session)
        for method in (EMAIL, DNS):
            with pytest.raises(InvalidInputError):
                asked(session, provider, user, method)
        assert asked(session, provider, user, ADMIN).method == ADMIN


def test_the_faster_claim_wins_and_the_other_is_told(database: Database) -> None:
    with database.writing() as session:
        provider, first, second = add_provider(session), add_user(session), add_user(session)
        one, other = asked(session, provider, first), asked(session, provider, second)
    with database.writing() as session:
        prove(session, other, second)
    with database.reading() as session:
        assert session.get_one(Claim, one.id).state == ClaimState.LOST
        assert ("claim_lost", first.email) in letters(session)
    with database.writing() as session, pytest.raises(ConflictError):
        prove(session, one, first)
    with database.writing() as session, pytest.raises(ConflictError):
        asked(session, provider, first)


def test_of_claims_proven_at_the_same_moment_exactly_one_wins(database: Database) -> None:
    with database.writing() as session:
        provider, users = add_provider(session), [add_user(session) for _ in range(4)]
        waiting = [asked(session, provider, user) for user in users]
    start, outcomes = threading.Barrier(4), []

    def run(claim: Claim, user: User) -> None:
        start.wait()
        try:
            with database.writing() as session:
                prove(session, claim, user)
            outcomes.append("won")
        except ConflictError:
            outcomes.append("lost")

    threads = [threading.Thread(target=run, args=pair) for pair in zip(waiting, users, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost", "lost", "lost", "won"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 1
        states = sorted(session.scalars(select(Claim.state)))
        assert states == ["approved", "lost", "lost", "lost"]
        told = [template for template, _ in letters(session)]
        assert sorted(told[4:]) == ["claim_lost", "claim_lost", "claim_lost", "claim_won"]


def test_a_claim_that_is_over_time_ends(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        user = add_user(session)
        old, young = asked(session, add_provider(session), user), asked(session, add_provider(session), user, at=LATER)
        assert claims.end_expired(session, at=AT + timedelta(days=7)) == 1
        assert (old.state, young.state) == (ClaimState.WITHDRAWN, ClaimState.WAITING)


def test_one_withdraws_ones_own_claim_only(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        user, other = add_user(session), add_user(session)
        claim = asked(session, add_provider(session), user)
        with pytest.raises(NotFoundError):
            claims.withdraw(session, claim.id, user_id=other.id, actor="x", at=LATER)
        claims.withdraw(session, claim.id, user_id=user.id, actor="x", at=LATER)
        with pytest.raises(NotFoundError):
            prove(session, claim, user)


def ruling(claim: Claim, outcome: str, decided_by: int, reason: str = "The register says so.") -> Ruling:
    return Ruling(outcome, reason, claim.revision, decided_by, f"admin:{decided_by}", LATER)


def test_an_admin_decides_where_nothing_else_works(database: Database) -> None:
    with database.writing() as session:
        admin, user = add_user(session, Role.ADMIN), add_user(session, Role.BUYER)
        provider = add_provider(session)
        claim = asked(session, provider, user, ADMIN)
        claims.decide_claim(session, claim.id, ruling(claim, "approved", admin.id))
    with database.reading() as session:
        assert session.get_one(Provider, provider.id).claimed_at == LATER
        assert session.scalars(select(Decision.outcome)).all() == ["approved"]
        assert letters(session) == [("claim_won", user.email), ("decision", user.email)]


def test_a_rejected_claimant_gets_the_reason(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        admin, user, provider = add_user(session, Role.ADMIN), add_user(session), add_provider(session)
        claim = asked(session, provider, user, ADMIN)
        claims.decide_claim(session, claim.id, ruling(claim, "rejected", admin.id))
        assert (claim.state, claim.reason, provider.claimed_at) == ("rejected", "The register says so.", None)
        assert letters(session) == [("claim_rejected", user.email)]


def test_what_an_admin_cannot_decide(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        admin, member, user = add_user(session, Role.ADMIN), add_user(session, Role.ADMIN), add_user(session)
        provider = add_provider(session)
        add_member(session, provider, member)
        claim, own = asked(session, provider, user, ADMIN), asked(session, provider, admin, ADMIN)
        cases: list[tuple[Claim, Ruling, type[DomainError]]] = [
            (claim, ruling(claim, "approved", admin.id, reason=" "), InvalidInputError),
            (claim, ruling(claim, "approved", member.id), ForbiddenError),
            (claim, ruling(claim, "sideways", admin.id), InvalidInputError),
            (own, ruling(own, "approved", admin.id), ForbiddenError),
        ]
        for case, given, error in cases:
            with pytest.raises(error):
                claims.decide_claim(session, case.id, given)
        seen = ruling(claim, "approved", admin.id)
        asked(session, provider, user, ADMIN)
        with pytest.raises(ConflictError):
            claims.decide_claim(session, claim.id, seen)


def test_nobody_is_told_of_the_story_but_the_admin(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        asked(session, add_provider(session), add_user(session), ADMIN)
        assert STORY not in str([event.detail for event in session.scalars(select(AuditEvent))])

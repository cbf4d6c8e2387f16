"""The record is looked for by a job, without a transaction meanwhile, until it is there or the week is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import dns.rcode
import pytest
import time_machine
from sqlalchemy import select

from directory.accounts.models import Role
from directory.core.db import Database
from directory.core.outbox import Job
from directory.core.settings import Settings
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS
from directory.providers.models import Provider
from directory.review import claims
from directory.review.claim_proofs import expected_record
from directory.review.models import Claim, ClaimMethod, ClaimState
from tests.conftest import settings_for
from tests.factories import AT, add_provider, add_user
from tests.name_server import NameServer, name_server


@pytest.fixture
def zone() -> Iterator[NameServer]:
    with name_server() as server:
        yield server


@pytest.fixture
def context(database: Database, tmp_path_factory: pytest.TempPathFactory, zone: NameServer) -> Context:
    settings: Settings = settings_for(database, tmp_path_factory.mktemp("var"))
    return Context(replace(settings, dns_servers=(zone.address,)), database)


@pytest.fixture
def claim(database: Database) -> Claim:
    with database.writing() as session:
        provider, user = add_provider(session, domain="firm.example"), add_user(session, Role.BUYER)
        return claims.ask(session, claims.Wish(provider.id, user.id, ClaimMethod.DNS), actor="buyer:1", at=AT)


def look(context: Context, claim: Claim, number: int = 0, *, attempt: int = 1) -> str:
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        HANDLERS["check-claim"]({"claim": claim.id, "attempt": attempt, "look": number}, context)
    with context.database.reading() as session:
        return session.get_one(Claim, claim.id).state


def text_of(context: Context, claim: Claim) -> str:
    return expected_record(claim, context.settings.secret_key)


@pytest.mark.parametrize("name", ["firm.example", "_find-the-makers.firm.example"])
def test_the_record_proves_the_claim_at_either_name(
    context: Context, claim: Claim, zone: NameServer, name: str
) -> None:
    zone.add("firm.example", "v=spf1 -all")
    zone.add(name, text_of(context, claim)[:20], text_of(context, claim)[20:])
    busy: list[int] = []
    zone.on_question = lambda: busy.append(context.database.engine.pool.checkedout())  # type: ignore[attr-defined]
    assert look(context, claim) == ClaimState.APPROVED
    assert set(busy) == {0}, "a connection was held while a name server was asked"
    with context.database.reading() as session:
        assert session.scalars(select(Provider.claimed_at)).one() is not None


def test_without_the_record_it_is_looked_for_again_later(context: Context, claim: Claim, zone: NameServer) -> None:
    zone.add("firm.example", "find-the-makers=1-1-nonsense")
    for number, failure in enumerate((None, dns.rcode.NXDOMAIN, dns.rcode.SERVFAIL)):
        if failure is not None:
            zone.failures["firm.example"] = failure
        assert look(context, claim, number) == ClaimState.WAITING
    with context.database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == "check-claim").order_by(Job.run_at)).all()
        assert [job.payload["look"] for job in jobs] == [0, 1, 2, 3]
        assert [job.run_at - AT for job in jobs[:2]] == [timedelta(minutes=10), timedelta(minutes=80)]


def test_a_look_for_a_claim_that_is_over_does_nothing(context: Context, claim: Claim, zone: NameServer) -> None:
    look(context, claim, attempt=2)
    with context.database.writing() as session:
        claims.withdraw(session, claim.id, user_id=claim.user_id, actor="x", at=AT)
    look(context, claim)
    assert zone.asked == []


def test_anothers_record_proves_nothing(context: Context, claim: Claim, database: Database, zone: NameServer) -> None:
    with database.writing() as session:
        wish = claims.Wish(claim.provider_id, add_user(session).id, ClaimMethod.DNS)
        other = claims.ask(session, wish, actor="buyer:2", at=AT)
    zone.add("firm.example", text_of(context, other))
    assert look(context, claim) == ClaimState.WAITING
    assert look(context, other) == ClaimState.APPROVED
    assert look(context, claim) == ClaimState.LOST


def test_claims_over_time_are_ended(context: Context, claim: Claim) -> None:
    with time_machine.travel(AT + timedelta(days=8), tick=False):
        HANDLERS["end-claims"]({}, context)
    with context.database.reading() as session:
        assert session.get_one(Claim, claim.id).state == ClaimState.WITHDRAWN

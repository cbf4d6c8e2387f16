"""Claims from the admin's side."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.accounts.models import User
from directory.core import clock
from directory.providers.membership import Membership
from directory.providers.models import Provider
from directory.review.models import Claim, ClaimMethod
from tests.factories import add_provider
from tests.web.admin.conftest import Office, send

REASON = {"reason": "The imprint names them."}


def asked(office: Office, user: User, *, method: ClaimMethod = ClaimMethod.ADMIN, slug: str = "listed") -> str:
    now = clock.now()
    with office.database.writing() as session:
        provider = session.scalar(select(Provider).where(Provider.slug == slug)) or add_provider(session, slug=slug)
        times = {"created_at": now, "expires_at": now + timedelta(days=30)}
        claim = Claim(provider_id=provider.id, user_id=user.id, method=method, message="I am its founder.", **times)
        session.add(claim)
        session.flush()
        return f"/admin/claim/{claim.id}"


def test_the_page_shows_who_asks_and_who_else_does(sqlite_office: Office) -> None:
    cast = sqlite_office.cast
    address = asked(sqlite_office, cast.buyer)
    asked(sqlite_office, cast.stranger)
    page = sqlite_office.client(cast.admin).get(address).text
    assert all(text in page for text in ("Bea Buyer", cast.buyer.email or "?", "I am its founder."))
    assert cast.stranger.email is not None
    assert cast.stranger.email in page


def test_approved_makes_them_owner_and_the_other_loses(office: Office) -> None:
    cast = office.cast
    first, second = asked(office, cast.buyer), asked(office, cast.stranger)
    admin = office.client(cast.admin)
    seen = admin.get(second).text
    assert send(admin, first, {"outcome": "approved", **REASON}).status_code == 303
    answer = send(admin, second, {"outcome": "approved", **REASON}, seen=seen)
    assert answer.status_code == 409
    assert REASON["reason"] in answer.text
    with office.database.reading() as session:
        owners = session.scalars(select(Membership.user_id).join(Provider).where(Provider.slug == "listed"))
        assert list(owners) == [cast.buyer.id]


def test_rejected_leaves_the_entry_and_leads_to_the_next(sqlite_office: Office) -> None:
    first = asked(sqlite_office, sqlite_office.cast.buyer)
    second = asked(sqlite_office, sqlite_office.cast.stranger, slug="another")
    admin = sqlite_office.client(sqlite_office.cast.admin)
    answer = send(admin, first, {"outcome": "rejected", **REASON})
    assert answer.location == second
    assert "Claim 1: reject it." in admin.get(second).text


@pytest.mark.parametrize("method", [ClaimMethod.EMAIL, ClaimMethod.DNS])
def test_a_claim_that_proves_itself_is_not_decided(sqlite_office: Office, method: ClaimMethod) -> None:
    page = sqlite_office.client(sqlite_office.cast.admin).get(
        asked(sqlite_office, sqlite_office.cast.buyer, method=method)
    )
    assert "doesn’t wait for you" in page.text
    assert 'name="outcome"' not in page.text


def test_nobody_decides_on_their_own_claim(sqlite_office: Office) -> None:
    cast = sqlite_office.cast
    address = asked(sqlite_office, cast.admin)
    other = sqlite_office.client(cast.admin_member)
    assert 'name="outcome"' in other.get(address).text
    page = sqlite_office.client(cast.admin).get(address).text
    assert "your own claim" in page
    assert 'name="outcome"' not in page

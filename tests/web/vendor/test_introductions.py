"""From asking to an answer: what each side sees, what is refused with nothing lost, what the letters hold."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.models import Role
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.introductions.models import IntroductionRecipient
from directory.privacy.erasure import erase
from directory.shortlists import services as shortlists
from directory.shortlists.queries import Keeper
from tests.cast import Cast, add_cast
from tests.cast import log_in as enter
from tests.factories import add_provider
from tests.web.account.door import add_somebody, hidden, letters, log_in, send

MESSAGE = "We need an agent for claims.\n\n[Click](https://evil.example) or https://evil.example <b>now</b>."
NEW = "/account/introductions/new?provider=the-provider&provider=unclaimed"
ANSWER = "We run one of these. Write to us."


@pytest.fixture
def cast(sqlite_database: Database) -> Cast:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        add_provider(session, slug="unclaimed", name="Unclaimed")
        return add_cast(session)


@pytest.fixture
def buyer(app: Flask, sqlite_database: Database, cast: Cast) -> FlaskClient:
    return enter(app, sqlite_database, cast.buyer)


@pytest.fixture
def vendor(app: Flask, sqlite_database: Database, cast: Cast) -> FlaskClient:
    return enter(app, sqlite_database, cast.editor)


def received(database: Database) -> list[IntroductionRecipient]:
    with database.reading() as session:
        return list(session.scalars(select(IntroductionRecipient)))


def asked(buyer: FlaskClient) -> str:
    """Ask, and return the address of the thread."""
    answer = send(buyer, NEW, message=MESSAGE)
    assert answer.status_code == 303, answer.text
    assert answer.location
    return answer.location


def test_the_page_shows_what_is_sent_and_names_who_can_not_be_asked(buyer: FlaskClient) -> None:
    page = buyer.get(NEW).text
    assert "The Provider</a>" in page
    assert "what was its uptime" in page.lower()
    assert "Nobody from the firm has claimed the entry yet" in page
    assert "Send to 1 provider<" in page
    assert "Send to" not in buyer.get("/account/introductions/new?provider=unclaimed").text
    beyond = "&".join(f"provider=p{number}" for number in range(7))
    assert "6 are asked at once at most" in buyer.get(f"/account/introductions/new?{beyond}").text


def test_what_is_asked_reaches_the_vendor_and_the_answer_the_buyer(buyer: FlaskClient, vendor: FlaskClient) -> None:
    assert "You have asked nobody yet" in buyer.get("/account/introductions").text
    assert "Nobody has asked yet" in vendor.get("/vendor/the-provider/introductions").text
    thread = asked(buyer)
    assert "We need an agent for claims." in vendor.get("/vendor/the-provider/introductions").text
    place = "/vendor/the-provider/introductions/1"
    page = vendor.get(place).text
    assert "still to be proved" in page
    assert "/vendor/the-provider#guide" in page
    assert send(vendor, place, answer=ANSWER).status_code == 303
    page = buyer.get(thread).text
    assert ANSWER in page
    assert "answered" in buyer.get("/account/introductions").text


def test_who_asks_is_seen_only_while_it_is_shown(buyer: FlaskClient, vendor: FlaskClient, cast: Cast) -> None:
    thread, place = asked(buyer), "/vendor/the-provider/introductions/1"
    assert str(cast.buyer.email) not in vendor.get(place).text
    assert cast.buyer.name not in vendor.get(place).text
    for shown in ("yes", "no"):
        assert send(buyer, thread, to=f"{thread}/contact/1", shown=shown).status_code == 303
        assert (str(cast.buyer.email) in vendor.get(place).text) is (shown == "yes")


def test_no_letter_holds_the_other_sides_address_or_a_link_that_was_typed(
    buyer: FlaskClient, vendor: FlaskClient, cast: Cast, sqlite_database: Database, settings: Settings
) -> None:
    thread = asked(buyer)
    send(buyer, thread, to=f"{thread}/contact/1", shown="yes")
    send(vendor, "/vendor/the-provider/introductions/1", answer=ANSWER)
    found = letters(sqlite_database, settings)
    members = {str(one.email) for one in (cast.owner, cast.editor, cast.admin_member)}
    assert {to for template, to, _ in found if template == "introduction"} == members
    assert [to for template, to, _ in found if template == "introduction_answer"] == [cast.buyer.email]
    for _, to, text in found:
        for address in {*members, str(cast.buyer.email)} - {to}:
            assert address not in text
    assert any("[Click](https://evil.example)" in text for _, _, text in found)


def test_what_can_not_be_sent_keeps_what_was_typed(buyer: FlaskClient, cast: Cast, sqlite_database: Database) -> None:
    short = send(buyer, NEW, message="Too short")
    assert short.status_code == 422
    assert "Too short</textarea>" in short.text.replace("\r\n", "")
    page = hidden(buyer.get(NEW).text)
    with sqlite_database.writing() as session:
        session.merge(cast.provider).withdrawn_at = clock.now()
    gone = buyer.post(NEW, data={**page, "message": MESSAGE})
    assert gone.status_code == 409
    assert "We need an agent for claims." in gone.text
    assert received(sqlite_database) == []


def test_what_has_changed_since_the_page_was_shown_is_shown_first(buyer: FlaskClient) -> None:
    page = hidden(buyer.get(NEW).text)
    stale = buyer.post(NEW, data={**page, "shown": "the-provider:", "message": MESSAGE})
    assert stale.status_code == 409
    assert "has changed since the page was shown" in stale.text
    assert buyer.post(NEW, data={**hidden(stale.text), "message": MESSAGE}).status_code == 303


def test_a_form_sent_twice_leads_to_the_same_thread(buyer: FlaskClient, sqlite_database: Database) -> None:
    page = hidden(buyer.get(NEW).text)
    places = {buyer.post(NEW, data={**page, "message": MESSAGE}).location for _ in range(2)}
    assert places == {"/account/introductions/1"}
    assert len(received(sqlite_database)) == 1


def test_too_many_are_refused_in_words(buyer: FlaskClient, sqlite_database: Database) -> None:
    for _ in range(3):
        asked(buyer)
    answer = send(buyer, NEW, message=MESSAGE)
    assert answer.status_code == 429
    assert "You have asked The Provider 3 times" in answer.text
    assert "We need an agent for claims." in answer.text
    assert len(received(sqlite_database)) == 3


def test_of_two_who_answer_at_once_the_second_sees_both(
    app: Flask, buyer: FlaskClient, vendor: FlaskClient, cast: Cast, sqlite_database: Database
) -> None:
    asked(buyer)
    owner, place = enter(app, sqlite_database, cast.owner), "/vendor/the-provider/introductions/1"
    page = hidden(owner.get(place).text)
    assert send(vendor, place, decline="yes").status_code == 303
    second = owner.post(place, data={**page, "answer": ANSWER})
    assert second.status_code == 409
    assert ANSWER in second.text
    assert "You declined" in second.text
    assert [one.state for one in received(sqlite_database)] == ["declined"]


def test_an_answer_that_says_nothing_is_no_answer(
    buyer: FlaskClient, vendor: FlaskClient, sqlite_database: Database
) -> None:
    asked(buyer)
    place = "/vendor/the-provider/introductions/1"
    assert send(vendor, place, answer="  ").status_code == 422
    assert [one.state for one in received(sqlite_database)] == ["waiting"]
    assert vendor.get("/vendor/the-provider/introductions/9").status_code == 404


def test_what_waits_when_the_buyer_leaves_is_withdrawn(
    buyer: FlaskClient, vendor: FlaskClient, cast: Cast, sqlite_database: Database
) -> None:
    asked(buyer)
    place = "/vendor/the-provider/introductions/1"
    shown = hidden(vendor.get(place).text)
    with sqlite_database.writing() as session:
        erase(session, cast.buyer.id, actor="x", at=clock.now())
    for page in (vendor.get("/vendor/the-provider/introductions").text, vendor.get(place).text):
        assert ">withdrawn<" in page
        assert ">waiting<" not in page
        assert "We need an agent" not in page
    assert "There is nothing left to answer" in vendor.get(place).text
    late = vendor.post(place, data={**shown, "answer": ANSWER})
    assert late.status_code == 409
    assert "The buyer has withdrawn it meanwhile" in late.text
    assert ANSWER in late.text
    assert "Their answer" not in late.text


def test_whoever_is_claimed_is_asked_from_their_page_and_from_a_comparison(
    app: Flask, cast: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        add_provider(session, slug="unclaimed-too", name="Unclaimed Too")
    anybody = app.test_client()
    assert 'href="/account/introductions/new?provider=the-provider"' in anybody.get("/providers/the-provider").text
    unclaimed = anybody.get("/providers/unclaimed").text
    assert "/account/introductions" not in unclaimed
    assert "so it can’t be asked for an introduction here" in unclaimed
    mixed = anybody.get("/compare?provider=unclaimed&provider=the-provider").text
    assert "/account/introductions/new?provider=unclaimed&amp;provider=the-provider" in mixed
    nobody = anybody.get("/compare?provider=unclaimed&provider=unclaimed-too").text
    assert "/account/introductions" not in nobody
    assert "None of them can be asked for an introduction" in nobody


def test_the_shortlist_and_the_comparison_lead_there_and_log_in_keeps_the_choice(
    app: Flask, buyer: FlaskClient, cast: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        shortlists.add(session, Keeper(user_id=cast.buyer.id), cast.provider, at=clock.now())
    assert 'formaction="/account/introductions/new"' in buyer.get("/shortlist").text
    both = "provider=the-provider&amp;provider=the-other"
    assert f"/account/introductions/new?{both}" in buyer.get("/compare?provider=the-provider&provider=the-other").text
    add_somebody(sqlite_database, Role.BUYER, email="ada@firm.example")
    anybody = app.test_client()
    led = anybody.get(NEW)
    assert led.status_code == 303
    assert led.location.startswith("/account/login?next=%2Faccount%2Fintroductions%2Fnew%3Fprovider%3Dthe-provider")
    assert log_in(anybody, "ada@firm.example", next=NEW).location == NEW
    assert "Send to 1 provider" in anybody.get(NEW).text

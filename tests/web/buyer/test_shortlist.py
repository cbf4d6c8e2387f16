"""Keeping providers through the pages: without an account, without scripts, into an account, and shown to others."""

import csv
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from directory.accounts.models import Role
from directory.app import create_app
from directory.core import clock
from directory.core.db import Database
from directory.providers.models import Provider
from directory.shortlists.models import MOST_ENTRIES, MOST_KEPT, Shortlist, ShortlistEntry
from directory.shortlists.queries import Keeper
from directory.shortlists.services import add
from directory.web.identity import token_hash
from directory.web.keeping import TOKEN
from tests.cast import log_in as logged_in
from tests.factories import add_proven, add_provider
from tests.web.account.door import PASSWORD, add_somebody, letters, link_in, log_in, send
from tests.web.buyer.reading_pages import words

HERE = {"Sec-Fetch-Site": "same-origin"}
IN_PLACE = {**HERE, "HX-Request": "true"}
FIRMS = ("Halden", "Quillon", "Tamarind")


@pytest.fixture
def firms(client: FlaskClient, sqlite_database: Database) -> tuple[str, ...]:
    """The slugs of three firms; the first is proven."""
    with sqlite_database.writing() as session:
        found = [add_provider(session, name=name) for name in FIRMS]
        add_proven(session, found[0])
        return tuple(one.slug for one in found)


def keep(client: FlaskClient, slug: str, **more: str) -> TestResponse:
    return client.post("/shortlist", data={"add": slug}, headers={**HERE, **more})


def numbers(client: FlaskClient) -> list[int]:
    return [int(one) for one in re.findall(r'id="entry-(\d+)"', client.get("/shortlist").text)]


def revision(client: FlaskClient, number: int) -> str:
    entry = client.get("/shortlist").text.partition(f'action="/shortlist/{number}"')[2]
    found = re.search(r'name="revision" value="(\d+)"', entry)
    assert found
    return found[1]


def write(client: FlaskClient, number: int, **fields: str) -> TestResponse:
    data = {"status": "considering", "note": "", "revision": revision(client, number), **fields}
    return client.post(f"/shortlist/{number}", data=data, headers=HERE)


def names(client: FlaskClient) -> list[str]:
    found = re.findall(r"<h2>(?:<a [^>]+>)?([^<]+)", client.get("/shortlist").text)
    return [unescape(one) for one in found]


def cookie(client: FlaskClient) -> str | None:
    found = client.get_cookie("shortlist")
    return found.value if found else None


def test_who_only_reads_gets_no_cookie_and_leaves_no_row(
    client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    for address in ("/", "/providers", f"/providers/{firms[0]}", "/shortlist", "/shortlist.csv"):
        assert "Set-Cookie" not in client.get(address).headers, address
    client.post("/shortlist", data={"remove": firms[0]}, headers=HERE)
    assert cookie(client) is None
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count(Shortlist.id))) == 0


def test_the_first_addition_sets_one_careful_cookie_of_which_only_the_hash_is_kept(
    client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    answer = keep(client, firms[0])
    (line,) = answer.headers.getlist("Set-Cookie")
    token = cookie(client)
    assert token is not None
    assert TOKEN.fullmatch(token)
    assert {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={180 * 86400}"} < set(line.split("; "))
    with sqlite_database.reading() as session:
        assert session.scalars(select(Shortlist.token_hash)).all() == [token_hash(token)]
    assert names(client) == ["Halden"]


def test_over_https_the_cookie_is_for_this_host_alone(
    sqlite_database: Database, app: Flask, firms: tuple[str, ...]
) -> None:

    parts = app.extensions["directory"]
    secure = create_app(replace(parts.settings, base_url="https://makers.example"))
    answer = keep(secure.test_client(), firms[0])
    (line,) = answer.headers.getlist("Set-Cookie")
    assert line.startswith("__Host-shortlist=")
    assert "Secure" in line.split("; ")


def test_a_card_and_a_profile_show_whether_it_is_kept(client: FlaskClient, firms: tuple[str, ...]) -> None:
    address = f"/providers/{firms[0]}"
    before = client.get(address).text
    assert f'name="add" value="{firms[0]}" aria-pressed="false"' in before
    answer = keep(client, firms[0], Referer=f"http://localhost{address}")
    assert (answer.status_code, answer.location) == (303, f"{address}#keep-{firms[0]}")
    after = client.get(address).text
    assert f'name="remove" value="{firms[0]}" aria-pressed="true"' in after
    assert "1 on your shortlist" in words(after)
    client.post("/shortlist", data={"remove": firms[0]}, headers=HERE)
    assert re.sub(r"\s+", " ", client.get(address).text) == re.sub(r"\s+", " ", before)


def test_in_place_only_what_changed_is_sent(client: FlaskClient, firms: tuple[str, ...]) -> None:
    answers = [client.post("/shortlist", data={"add": slug}, headers=IN_PLACE) for slug in firms[:2]]
    body = answers[1].text
    assert answers[1].headers["Cache-Control"] == "no-store"
    assert "<html" not in body
    assert f'/compare?provider={firms[0]}&amp;provider={firms[1]}"' in body
    assert "/compare" not in answers[0].text
    assert 'id="menu-shortlist"' in body
    assert "Shortlist (2)" in words(body)
    assert body.count('data-hx-swap-oob="outerMorph"') == 2


def test_the_tray_leads_to_the_first_six(
    client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    with sqlite_database.writing() as session:
        more = [add_provider(session, name=f"Firm {number}").slug for number in range(5)]
    for slug in (*firms, *more):
        keep(client, slug)
    page = client.get(f"/providers/{firms[0]}").text
    found = re.search(r'href="(/compare[^"]+)"', page)
    assert found
    assert re.findall(r"provider=([^&]+)", unescape(found[1])) == [*firms, *more[:3]]


def test_an_unknown_firm_and_no_firm_are_told(
    client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    assert keep(client, "nobody").status_code == 404
    assert client.post("/shortlist", headers=HERE).status_code == 400
    with sqlite_database.writing() as session:
        session.scalars(select(Provider).where(Provider.slug == firms[0])).one().withdrawn_at = clock.now()
    assert keep(client, firms[0]).status_code == 404
    assert cookie(client) is None


def test_note_and_status_are_kept_as_typed_and_escaped(client: FlaskClient, firms: tuple[str, ...]) -> None:
    keep(client, firms[0])
    (number,) = numbers(client)
    answer = write(client, number, status="contacted", note="  <b>They said</b> 12 weeks\r\n& more ")
    assert answer.location == f"/shortlist?said=saved&at={number}#entry-{number}"
    page = client.get(answer.location).text
    assert "&lt;b&gt;They said&lt;/b&gt; 12 weeks\n&amp; more</textarea>" in page
    assert '<option value="contacted" selected>' in page
    assert "Saved." in words(page)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"status": "married"}, "Not a valid choice"),
        ({"note": "x" * (MOST_KEPT + 1)}, "too long"),
        ({"revision": "first"}, "Not a valid integer"),
    ],
)
def test_what_cannot_be_taken_is_shown_again(
    client: FlaskClient, firms: tuple[str, ...], fields: dict[str, str], told: str
) -> None:
    keep(client, firms[0])
    (number,) = numbers(client)
    answer = write(client, number, **{"note": "Mine", **fields})
    assert answer.status_code == 422
    assert told in words(answer.text)
    assert f">\n{fields.get('note', 'Mine')}</textarea>" in answer.text


def test_of_two_tabs_the_second_sees_both_versions(client: FlaskClient, firms: tuple[str, ...]) -> None:
    keep(client, firms[0])
    (number,) = numbers(client)
    seen = revision(client, number)
    write(client, number, note="From one tab", revision=seen)
    answer = write(client, number, note="From another", status="chosen", revision=seen)
    assert answer.status_code == 409
    assert "From one tab" in words(answer.text)
    assert ">\nFrom another</textarea>" in answer.text
    assert '<option value="chosen" selected>' in answer.text
    found = re.search(r'name="revision" value="(\d+)"', answer.text)
    assert found
    assert write(client, number, note="Both", revision=found[1]).status_code == 303


def test_a_note_is_removed_only_where_it_is_seen(client: FlaskClient, firms: tuple[str, ...]) -> None:
    keep(client, firms[0])
    (number,) = numbers(client)
    write(client, number, note="Mine")
    answer = client.post("/shortlist", data={"remove": firms[0]}, headers=HERE)
    assert answer.location == f"/shortlist?said=noted&at={number}#entry-{number}"
    in_place = client.post("/shortlist", data={"remove": firms[0]}, headers=IN_PLACE)
    assert in_place.headers["HX-Redirect"] == answer.location
    assert names(client) == ["Halden"]
    assert client.post(f"/shortlist/{number}", data={"then": "remove"}, headers=HERE).status_code == 303
    assert names(client) == []


def test_moving_up_keeps_what_was_typed(client: FlaskClient, firms: tuple[str, ...]) -> None:
    for slug in firms:
        keep(client, slug)
    last = numbers(client)[-1]
    write(client, last, note="Typed", then="up")
    assert names(client) == ["Halden", "Tamarind", "Quillon"]
    assert ">\nTyped</textarea>" in client.get("/shortlist").text


def test_a_full_shortlist_says_so(client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]) -> None:
    keep(client, firms[0])
    token = cookie(client)
    assert token
    with sqlite_database.writing() as session:
        for number in range(MOST_ENTRIES - 1):
            whose = Keeper(token_hash=token_hash(token))
            add(session, whose, add_provider(session, name=f"Firm {number}"), at=clock.now())
    answer = keep(client, firms[1])
    assert answer.location == "/shortlist?said=full"
    assert "holds 100 providers" in words(client.get(answer.location).text)


def test_what_is_gone_shows_its_name_and_nothing_live(
    client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    keep(client, firms[0])
    (number,) = numbers(client)
    write(client, number, note="Mine")
    with sqlite_database.writing() as session:
        provider = session.scalars(select(Provider).where(Provider.slug == firms[0])).one()
        provider.withdrawn_at, provider.name = clock.now(), "A new name"
    page = client.get("/shortlist").text
    assert "no longer listed" in page
    assert ">\nMine</textarea>" in page
    for live in ("A new name", f"/providers/{firms[0]}", "figure", "requests"):
        assert live not in page.partition('<ol class="kept-list"')[2].partition("</ol>")[0], live


def test_the_file_opens_in_a_spreadsheet_as_text(client: FlaskClient, firms: tuple[str, ...]) -> None:
    for slug in firms[:2]:
        keep(client, slug)
    first, second = numbers(client)
    write(client, first, note='=HYPERLINK("http://evil.example")', status="chosen")
    write(client, second, note='Two\nlines, "quoted"')
    answer = client.get("/shortlist.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert [row["provider"] for row in rows] == ["Halden", "Quillon"]
    assert [row["note"] for row in rows] == ['\'=HYPERLINK("http://evil.example")', 'Two\nlines, "quoted"']
    assert rows[0]["address"].endswith(f"/providers/{firms[0]}")
    assert rows[0]["status"] == "Chosen"


def test_at_log_in_it_joins_the_account_and_at_log_out_it_stays_there(
    app: Flask, client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    user = add_somebody(sqlite_database, Role.BUYER, email="bea@people.example")
    elsewhere = logged_in(app, sqlite_database, user)
    keep(elsewhere, firms[0])
    keep(client, firms[1])
    assert log_in(client, "bea@people.example").status_code == 303
    assert cookie(client) is None
    assert names(client) == names(elsewhere) == ["Halden", "Quillon"]
    send(client, "/account/", to="/account/logout")
    assert names(client) == []
    assert names(elsewhere) == ["Halden", "Quillon"]
    keep(client, firms[2])
    assert names(client) == ["Tamarind"]
    assert names(elsewhere) == ["Halden", "Quillon"]


def test_registering_takes_it_along(
    app: Flask, client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    keep(client, firms[0])
    fields = {"name": "Bea", "email": "bea@people.example", "password": PASSWORD, "role": "buyer"}
    send(client, "/account/register", **fields)
    settings = app.extensions["directory"].settings
    ((_, _, text),) = letters(sqlite_database, settings)
    assert send(client, link_in(text, "confirm"), password=PASSWORD).status_code == 303
    assert names(client) == ["Halden"]
    with sqlite_database.reading() as session:
        (shortlist,) = session.scalars(select(Shortlist)).all()
        assert (shortlist.token_hash, shortlist.user_id is None) == (None, False)


def test_what_a_late_tab_kept_joins_with_the_next_change(
    app: Flask, client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    user = add_somebody(sqlite_database, Role.BUYER)
    keep(client, firms[0])
    token = cookie(client)
    assert token
    inside = logged_in(app, sqlite_database, user)
    inside.set_cookie("shortlist", token)
    assert "1 more than fit" in words(inside.get("/shortlist").text)
    keep(inside, firms[1])
    assert names(inside) == ["Halden", "Quillon"]
    assert cookie(inside) is None


def test_a_cookie_that_we_did_not_make_is_nobodys(client: FlaskClient, firms: tuple[str, ...]) -> None:
    for value in ("x", "y" * 43, "%00", "z" * 400):
        client.set_cookie("shortlist", value)
        assert names(client) == []
    client.set_cookie("shortlist", "y" * 43)
    keep(client, firms[0])
    assert names(client) == ["Halden"]


def shared_link(client: FlaskClient, **fields: str) -> str:
    client.post("/shortlist/share", data=fields, headers=HERE)
    found = re.search(r"/shortlist/shared/[\w-]+", client.get("/shortlist").text)
    assert found
    return found[0]


def test_the_link_shows_live_public_data_and_notes_only_if_wished(
    app: Flask, client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    for slug in firms[:2]:
        keep(client, slug)
    write(client, numbers(client)[0], note="Only for me", status="chosen")
    link, reader = shared_link(client), app.test_client()
    answer = reader.get(link)
    assert "Halden" in words(answer.text)
    assert "Only for me" not in answer.text
    assert "Chosen" not in answer.text
    headers = {name: answer.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")}
    assert headers == {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    assert "Set-Cookie" not in answer.headers
    assert shared_link(client, notes="y") == link
    assert "Only for me" in reader.get(link).text
    with sqlite_database.writing() as session:
        session.scalars(select(Provider).where(Provider.slug == firms[1])).one().withdrawn_at = clock.now()
    assert "no longer listed" in reader.get(link).text
    assert f"/providers/{firms[1]}" not in reader.get(link).text


def test_a_revoked_link_is_over_for_good(app: Flask, client: FlaskClient, firms: tuple[str, ...]) -> None:
    keep(client, firms[0])
    link, reader = shared_link(client, notes="y"), app.test_client()
    client.post("/shortlist/revoke", headers=HERE)
    assert reader.get(link).status_code == 410
    assert "Halden" not in reader.get(link).text
    another = shared_link(client)
    assert another != link
    assert (reader.get(link).status_code, reader.get(another).status_code) == (410, 200)


def test_nothing_can_be_changed_through_the_link(app: Flask, client: FlaskClient, firms: tuple[str, ...]) -> None:
    keep(client, firms[0])
    link, (number,) = shared_link(client), numbers(client)
    reader = app.test_client()
    assert reader.post(link, headers=HERE).status_code == 405
    assert reader.post(f"/shortlist/{number}", data={"then": "remove"}, headers=HERE).status_code == 404
    for address in ("/shortlist/share", "/shortlist/revoke"):
        assert reader.post(address, headers=HERE).status_code == 404
    assert names(client) == ["Halden"]


def test_so_many_clicks_and_so_many_new_shortlists_are_taken_from_one_place(
    app: Flask, client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        statuses = [keep(app.test_client(), firms[0]).status_code for _ in range(61)]
        assert statuses == [303] * 60 + [429]
        travel.shift(timedelta(hours=1))
        assert keep(client, firms[0]).status_code == 303
        assert [keep(client, firms[1]).status_code for _ in range(120)][-2:] == [303, 429]
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count(ShortlistEntry.id))) == 62


@pytest.mark.parametrize("columns", [{"published_at": None}, {"withdrawn_at": clock.now()}])
def test_a_toggle_names_no_entry_that_readers_may_not_see(
    client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...], columns: dict[str, object]
) -> None:
    """Whoever guesses a slug hears no more than for one that is nobody's."""
    with sqlite_database.writing() as session:
        hidden = add_provider(session, name="Hidden Works", **columns).slug
    keep(client, firms[0])
    for field in ("add", "remove"):
        answer, other = (
            client.post("/shortlist", data={field: slug}, headers=IN_PLACE) for slug in (hidden, "nobody-at-all")
        )
        assert (answer.status_code, other.status_code) == (404, 404)
        assert "Hidden Works" not in answer.text


def test_what_was_withdrawn_is_taken_off_under_the_name_it_was_kept_by(
    client: FlaskClient, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    keep(client, firms[0])
    with sqlite_database.writing() as session:
        provider = session.scalars(select(Provider).where(Provider.slug == firms[0])).one()
        provider.withdrawn_at, provider.name = clock.now(), "A new name"
    answer = client.post("/shortlist", data={"remove": firms[0]}, headers=IN_PLACE)
    assert answer.status_code == 200
    assert "Halden" in answer.text
    assert "A new name" not in answer.text
    assert names(client) == []


def test_a_cookie_that_was_made_up_goes_round_no_limit(
    app: Flask, sqlite_database: Database, firms: tuple[str, ...]
) -> None:
    """A token that stands for no shortlist begins one, as no token does."""
    statuses = []
    with time_machine.travel(clock.now(), tick=False):
        for number in range(61):
            inventive = app.test_client()
            inventive.set_cookie("shortlist", f"{number:043}")
            statuses.append(keep(inventive, firms[0]).status_code)
    assert statuses == [303] * 60 + [429]
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count(Shortlist.id))) == 60


def test_the_page_of_somebody_who_keeps_nothing_is_the_same_for_all(
    app: Flask, client: FlaskClient, firms: tuple[str, ...]
) -> None:
    for address in ("/providers", f"/providers/{firms[0]}", "/shortlist"):
        one, other = (
            app.test_client().get(address),
            app.test_client().get(address, headers={"Referer": "http://x.example/"}),
        )
        assert one.get_data() == other.get_data()
        assert "csrf" not in one.text

"""The page of results: what the address asks for, what is shown, what is wrong with it."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core.db import Database
from directory.providers.models import Provider
from directory.search.parsing import SCALARS
from directory.search.refresh import reindex
from tests.conftest import settings_for
from tests.factories import AT, ON, add_proven, add_provider, announce
from tests.web.buyer.reading_pages import between, words
from tests.web.buyer.scenes import add_conflicting, add_halden, add_unclaimed

HOSTILE = '<script>alert(1)</script> & "Sons"'


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def open_market(template: Path, folder: Path) -> tuple[Database, FlaskClient]:
    """Return a directory with six firms, and a client: one at scale, two in production, three not proven."""
    shutil.copy(template, folder / "market.sqlite")
    database = Database(f"sqlite:///{folder / 'market.sqlite'}")
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        providers = [add_halden(session), add_conflicting(session), add_unclaimed(session)]
        for name, columns in (("Plain Agents", {"country": "FR"}), (HOSTILE, {"summary": HOSTILE, "slug": "hostile"})):
            provider = add_provider(session, name=name, **columns)
            add_proven(session, provider)
            providers.append(provider)
        providers.append(add_provider(session, name="Bare Entry", summary=""))
        for provider in providers:
            announce(session, provider)
    settings = settings_for(database, folder)
    reindex(database, settings.index_dir, on=ON)
    return database, create_app(settings).test_client()


@pytest.fixture(scope="module")
def market(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a market that no test changes."""
    with time_machine.travel(AT, tick=False):
        database, client = open_market(sqlite_template, tmp_path_factory.mktemp("market"))
    yield client
    database.dispose()


@pytest.fixture
def own_market(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Database, FlaskClient]]:
    """A market that the test may change, and its client."""
    database, client = open_market(sqlite_template, tmp_path)
    yield database, client
    database.dispose()


def text_of(response: TestResponse) -> str:
    """Return what a reader sees."""
    return words(re.sub(r"<(script|style|svg)\b.*?</\1>", " ", response.text, flags=re.DOTALL))


def names_of(response: TestResponse) -> list[str]:
    """Return the providers shown, in order."""
    names = re.findall(r"<h3><a [^>]+>(.*?)</a></h3>", response.text)
    return [unescape(re.sub("</?mark>", "", name)) for name in names]


def card_of(response: TestResponse, slug: str) -> str:
    """Return the markup of one card."""
    found = re.search(rf'<article class="card" id="provider-{slug}">.*?</article>', response.text, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_proven_come_first_and_the_rest_under_its_own_heading(market: FlaskClient) -> None:
    response = market.get("/providers")
    text = text_of(response)
    assert "6 providers" in text
    assert "3 proven in production, 3 not yet" in text
    assert names_of(response)[0] == "Halden Automation"
    assert text.index("Plain Agents") < text.index("Not proven here yet") < text.index("Overstated Agents")


def test_a_filter_is_asked_of_the_search_and_shown_as_a_chip(market: FlaskClient) -> None:
    response = market.get("/providers?production=in-production&level=2&country=FR")
    assert names_of(response) == ["Plain Agents"]
    assert "1 provider in production" in text_of(response)
    chips = dict(re.findall(r'<a class="chip" href="([^"]+)"[^>]*>([^<]+)<', response.text))
    assert {unescape(address): text for address, text in chips.items()} == {
        "/providers?level=2&country=FR": "In production",
        "/providers?production=in-production&country=FR": "evidence: confirmed or higher",
        "/providers?production=in-production&level=2": "head office in: France",
    }
    for address in chips:
        assert market.get(unescape(address)).status_code == 200


def test_what_was_chosen_stays_chosen(market: FlaskClient) -> None:
    body = market.get("/providers?q=agents&enterprise=1&min_uptime=99.5&level=1&country=FR&sort=name&per_page=5").text
    assert 'name="q" value="agents"' in body
    assert 'name="min_uptime" value="99.5"' in body
    assert 'name="per_page" value="5"' in body
    for name, value in (("enterprise", "1"), ("level", "1"), ("country", "FR")):
        assert re.search(rf'name="{name}" value="{value}"[^>]* checked', body), name
    assert '<option value="name" selected>' in body


def test_every_count_is_what_choosing_it_gives(market: FlaskClient) -> None:
    body = market.get("/providers?level=1").text
    options = re.findall(
        r'name="(country|industry|production|enterprise)" value="([\w-]+)"[^>]*>.*?class="count">(\d+)<', body
    )
    assert len(options) > 4
    for name, value, count in options:
        text = text_of(market.get(f"/providers?level=1&{name}={value}"))
        assert f"{count} provider" in text or (count == "0" and "No provider" in text), (name, value)


def test_a_card_says_why_with_every_rule(market: FlaskClient) -> None:
    card = card_of(market.get("/providers"), "halden-automation")
    assert re.findall(r"<summary>([^<]+) <span", card) == ["At scale", "Enterprise: 1 of 5 rules unknown"]
    assert re.findall(r'class="rule-id">(\w+)<', card) == [f"{letter}{n}" for letter in "PSE" for n in range(1, 6)]
    assert "confirmed by Nordvik Forsikring" in card


def test_a_card_shows_four_figures_with_level_and_age(market: FlaskClient) -> None:
    card = card_of(market.get("/providers"), "halden-automation")
    seen = words(between(card, "<dl", "</dl>"))
    assert seen.startswith("Requests a day 48,200 /day corroborated 2 weeks ago Uptime, 90 days 99.95 % ")
    assert "15 min, 24×7" in seen


def test_a_conflict_shows_both_values(market: FlaskClient) -> None:
    card = card_of(market.get("/providers"), "overstated")
    assert "9,999" in card
    assert "conflicting: stated 31,000/day" in card


def test_what_is_not_known_is_a_dash_in_words(market: FlaskClient) -> None:
    card = card_of(market.get("/providers"), "overstated")
    assert card.count("—</span>") == 3
    assert card.count('<span class="note">not stated</span>') == 3


def test_marks_tell_demonstration_and_unclaimed_entries(market: FlaskClient) -> None:
    response = market.get("/providers")
    assert "demonstration" in card_of(response, "halden-automation")
    assert "unclaimed" in card_of(response, "imported")
    assert "unclaimed" not in card_of(response, "overstated")
    assert "these firms are made up" in text_of(response)
    assert "these firms are made up" not in text_of(market.get("/providers?country=FR"))


def test_hostile_names_are_only_text(market: FlaskClient) -> None:
    response = market.get("/providers?q=%3Cimg%20src%3Dx%3E")
    assert "<img src=x>" not in response.text
    response = market.get("/providers")
    assert HOSTILE in names_of(response)
    assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    ("address", "field", "typed"),
    [
        ("/providers?min_uptime=abc&level=1", "min_uptime", "abc"),
        ("/providers?max_deploy_minutes=-3&level=1", "max_deploy_minutes", "-3"),
        ("/providers?industry=nope&level=1", "industry", None),
        ("/providers?production=soon&level=1", "production", None),
        ("/providers?q=" + "x" * 300 + "&level=1", "q", "x" * 300),
    ],
)
def test_a_bad_value_is_told_beside_its_field_and_the_rest_is_kept(
    market: FlaskClient, address: str, field: str, typed: str | None
) -> None:
    response = market.get(address)
    assert response.status_code == 400
    assert f'id="filter-{field}-error"' in response.text
    assert f'href="#filter-{field}"' in response.text
    assert re.search(r'name="level" value="1"[^>]* checked', response.text)
    assert "evidence: documented or higher" in response.text
    if typed:
        assert f'value="{typed}"' in response.text


def test_an_unknown_parameter_is_named_in_the_summary(market: FlaskClient) -> None:
    response = market.get("/providers?colour=red&country=FR")
    assert response.status_code == 400
    assert "colour : there is no such filter" in text_of(response)
    assert names_of(response) == ["Plain Agents"]


def test_every_field_named_in_the_summary_is_on_the_page(market: FlaskClient) -> None:
    bad = (
        "q="
        + "x" * 300
        + "&production=x&enterprise=x&min_requests_per_day=x&level=x&tool=x&criterion=x&claimed=x&sort=x"
    )
    response = market.get(f"/providers?{bad}")
    targets = re.findall(r'href="#(filter-[\w-]+)"', response.text)
    assert len(targets) == 9
    assert [target for target in targets if f'id="{target}"' not in response.text] == []


def test_what_others_add_to_links_is_ignored(market: FlaskClient) -> None:
    response = market.get("/providers?country=FR&utm_source=x&utm_campaign=y&gclid=1&fbclid=2")
    assert response.status_code == 200
    assert 'rel="canonical" href="http://127.0.0.1:8000/providers?country=FR"' in response.text


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("/providers?q=&sort=&production=", "/providers"),
        ("/providers?q=&country=FR&min_uptime=", "/providers?country=FR"),
        ("/providers?min_requests_per_day=5,000", "/providers?min_requests_per_day=5000"),
    ],
)
def test_a_form_s_address_is_tidied(market: FlaskClient, typed: str, tidy: str) -> None:
    response = market.get(typed)
    assert (response.status_code, response.location) == (302, tidy)


def test_a_page_past_the_end_is_not_found(market: FlaskClient) -> None:
    assert market.get("/providers?per_page=2&page=3").status_code == 200
    assert market.get("/providers?per_page=2&page=4").status_code == 404


def test_walking_the_pages_gives_everybody_once(market: FlaskClient) -> None:
    address: str | None = "/providers?per_page=2"
    seen: list[str] = []
    while address:
        response = market.get(address)
        seen += names_of(response)
        following = re.search(r'rel="next" href="([^"]+)"', response.text)
        address = unescape(following[1]) if following else None
    assert seen == names_of(market.get("/providers"))


def test_nothing_found_says_which_filter_to_drop(market: FlaskClient) -> None:
    response = market.get("/providers?production=at-scale&country=FR")
    assert response.status_code == 200
    assert "No provider at scale matches" in text_of(response)
    ways = re.findall(r'<li><a href="([^"]+)"[^>]*>Without “([^”]+)”</a><span class="count">(\d+)<', response.text)
    assert [text for _, text, _ in ways] == ["At scale", "head office in: France"]
    for address, _, count in ways:
        assert f"{count} provider" in text_of(market.get(unescape(address)))


def test_misspelt_words_lead_to_those_that_find_something(market: FlaskClient) -> None:
    page = market.get("/providers?q=Pliaan+Agnets&country=FR").text
    assert "Did you mean" in words(page)
    link = re.search(r'Did you mean <a href="([^"]+)"', page)
    assert link is not None
    assert "Plain Agents" in words(market.get(unescape(link[1])).text)


def test_words_are_marked_where_they_were_found(market: FlaskClient) -> None:
    card = card_of(market.get("/providers?q=insurer+automation+paragraph"), "halden-automation")
    assert ">Halden <mark>Automation</mark></a></h3>" in card
    assert "agents for <mark>insurers</mark>, run on" in card
    assert '<p class="card-piece note">First <mark>paragraph</mark>, with a kept line break.' in card
    assert 'Shortlist<span class="unseen">: Halden Automation<' in card
    assert "<mark>" not in market.get("/providers").text
    assert "<mark>" not in market.get("/providers?q=-paragraph").text


def test_marks_and_hostile_names_keep_out_of_each_other_s_way(market: FlaskClient) -> None:
    card = card_of(market.get("/providers?q=script+alert"), "hostile")
    assert "&lt;<mark>script</mark>&gt;<mark>alert</mark>(1)&lt;/<mark>script</mark>&gt; &amp;" in card
    assert "<script" not in card


def test_a_withdrawn_provider_never_appears(own_market: tuple[Database, FlaskClient]) -> None:
    database, client = own_market
    assert "Halden Automation" in names_of(client.get("/providers"))
    with database.writing() as session:
        provider = session.scalars(select(Provider).where(Provider.slug == "halden-automation")).one()
        provider.withdrawn_at = AT
        announce(session, provider, "provider.withdrawn")  # the index hasn't heard of it yet
    assert "Halden Automation" not in names_of(client.get("/providers"))


def test_a_change_shows_although_cards_are_kept(own_market: tuple[Database, FlaskClient]) -> None:
    database, client = own_market
    client.get("/providers")
    with database.writing() as session:
        provider = session.scalars(select(Provider).where(Provider.slug == "halden-automation")).one()
        provider.summary = "Something else entirely."
        announce(session, provider)
    assert "Something else entirely." in card_of(client.get("/providers"), "halden-automation")


def test_the_plot_has_a_table_that_says_the_same(market: FlaskClient) -> None:
    body = market.get("/providers").text
    dots = len(re.findall(r"<circle class=[^>]+><title>", body))
    assert dots == 3
    assert body.split('class="plot"')[1].split("</figure>")[0].count('scope="row"') == dots


def test_only_the_order_by_words_needs_words(market: FlaskClient) -> None:
    orders = re.findall(r"<option [^>]*>([\w ]+)</option>", market.get("/providers").text)
    assert orders == ["evidence", "volume", "uptime", "deployment", "incident response", "newest", "name"]
    assert ">relevance</option>" in market.get("/providers?q=agents").text


NAMES = st.sampled_from(
    [*SCALARS, "industry", "country", "criterion", "certification", "size", "language", "utm_source", "colour"]
)
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["1", "0", "-1", "99.9", "1e5", "insurance", "FR", "sso", "name", "in-production", "\x00", "٣", "9" * 30]
    ),
)


@settings(max_examples=150, deadline=None)
@given(pairs=st.lists(st.tuples(NAMES, VALUES), max_size=6))
def test_no_parameters_break_the_page(market: FlaskClient, pairs: list[tuple[str, str]]) -> None:
    response = market.get("/providers", query_string=[*pairs])
    assert response.status_code in {200, 302, 400, 404}
    if response.status_code == 302:
        assert market.get(response.location).status_code in {200, 404}


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=60))
def test_no_bytes_break_the_page(market: FlaskClient, raw: bytes) -> None:
    response = market.get("/providers", query_string=raw.decode("latin-1"))
    assert response.status_code in {200, 302, 400, 404}

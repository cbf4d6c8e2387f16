"""Where a log-in leads: only to ourselves, whatever the address is dressed as."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from directory.core.db import Database
from directory.web.account.coming_back import HOME, after, own_address
from tests.web.account.door import add_somebody, log_in

OURS = [
    "/",
    "/vendor/halden",
    "/providers?q=claims&level=2",
    "/providers?q=a%20b#top",
    "/admin/reference/12",
    "/providers/a%C3%A9",
]
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "/%5Cevil.example",
    "/%255Cevil.example",
    "/%25252Fevil.example",
    "%2F%2Fevil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/\n/evil.example",
    "/%0D%0ALocation:%20https://evil.example",
    "/providers?q=%0d%0aSet-Cookie:%20a=b",
    " //evil.example",
    "\x00//evil.example",
    "/\u2028/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/..//evil.example",
    "@evil.example",
    "/account/login?next=/account/login",
    "/account/logout",
    "",
    "/" + "a" * 3000,
]


@pytest.mark.parametrize("address", OURS)
def test_our_own_addresses_are_kept(address: str) -> None:
    assert own_address(address) == address


@pytest.mark.parametrize("address", ELSEWHERE)
def test_others_lead_home(address: str) -> None:
    assert after(address) == HOME


@given(st.text(alphabet="/\\.:@%25fFcC0dDaA9 \t\r\n?#evil", max_size=24))
def test_a_browser_never_leaves(text: str) -> None:
    address = after(text)
    for base in ("https://makers.example/account/login", "http://makers.example/"):
        assert urlsplit(urljoin(base, address)).netloc == "makers.example"


@pytest.mark.parametrize("address", [*OURS[1:3], *ELSEWHERE[:20]])
def test_a_log_in_leads_only_to_ourselves(app: Flask, sqlite_database: Database, address: str) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    expected = address if address in OURS else HOME
    assert log_in(client, "ada@firm.example", next=address).location == expected
    assert client.get(f"/account/login?next={quote(address)}").location == expected

"""What every answer carries, whoever asks and however it ends; and what none of them takes over from the request."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from directory.web.access import Need
from tests.authorisation.addresses import ADDRESSES
from tests.authorisation.stage import UNSAFE, Stage
from tests.authorisation.test_forgery import somebody_allowed
from tests.authorisation.test_matrix import filled, methods_of

EVIL = "evil.example"
ELSEWHERE = (
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"///{EVIL}/",
    f"/\\{EVIL}/",
    f"\\\\{EVIL}/",
    f"/%5C{EVIL}/",
    f"/%09/{EVIL}/",
    f"/\t/{EVIL}/",
    f"%2F%2F{EVIL}/",
    f"%252F%252F{EVIL}/",
    f"/\r\nLocation: https://{EVIL}/",
    f"https:{EVIL}",
    f"https:/{EVIL}",
    f" https://{EVIL}/",
    f"javascript:location='//{EVIL}'",
    f"data:text/html,{EVIL}",
    f"//{EVIL}%00/",
    f"/account/..//{EVIL}/",
    f"https://127.0.0.1:8000@{EVIL}/",
    f"http://localhost@{EVIL}/",
)
READABLE = sorted(ADDRESSES)


def answers(stage: Stage, address: str) -> Iterator[TestResponse]:
    """Yield what somebody allowed gets, what a stranger gets, and what the wrong method gets."""
    roles = (somebody_allowed(address), "anonymous", "stranger")
    for role, method in zip(roles, ("GET", "GET", "DELETE"), strict=True):
        yield stage.ask(role, method, filled(stage, address))


@pytest.mark.parametrize("address", READABLE)
def test_every_answer_carries_the_headers_that_protect_it(stage: Stage, address: str) -> None:
    for response in answers(stage, address):
        with response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy or "sandbox" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["X-Frame-Options"] == "DENY"
            assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "camera=()" in response.headers["Permissions-Policy"]
            assert "Referrer-Policy" in response.headers
            assert "Server" not in response.headers or "Werkzeug" not in response.headers["Server"]
            assert "X-Powered-By" not in response.headers


@pytest.mark.parametrize("address", READABLE)
def test_no_page_holds_an_inline_style_or_script(stage: Stage, address: str) -> None:
    with stage.ask(somebody_allowed(address), "GET", filled(stage, address)) as response:
        if response.mimetype != "text/html":
            return
        html = response.get_data(as_text=True)
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)\s*=", html)
    assert "<style" not in html
    assert "javascript:" not in html
    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert [script for script in scripts if "src=" not in script and "application/ld+json" not in script] == []


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Original-Host", "Forwarded"])
def test_no_answer_and_no_mail_believes_the_host_that_a_request_names(stage: Stage, header: str) -> None:
    value = f"host={EVIL};proto=https" if header == "Forwarded" else EVIL
    before = stage.rows()
    for address in READABLE:
        for method in methods_of(stage.app, address) & {"GET", "POST"}:
            place = filled(stage, address)
            with stage.ask(somebody_allowed(address), method, place, headers={header: value}) as response:
                assert EVIL not in str(response.headers), (method, address)
                assert EVIL not in response.get_data(as_text=True), (method, address)
            after = stage.rows()
            assert EVIL not in str(after), (method, address)
            if after != before:
                stage.restore()


def leads_away(location: str) -> bool:
    """Whether a browser that follows this leaves the host; it takes a backslash for a slash and skips tabs."""
    seen = re.sub(r"[\t\r\n]", "", unescape(location).strip()).replace("\\", "/")
    return not seen.startswith("/") or seen.startswith("//")


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_address_leads_to_another_host(stage: Stage, where: str) -> None:
    before = stage.rows()
    for address in READABLE:
        for method in methods_of(stage.app, address) & {"GET", "POST"}:
            for role in {somebody_allowed(address), "anonymous"}:
                query = {"next": where, "return": where, "url": where, "redirect": where, "back": where}
                data = query if method == "POST" else None
                place = filled(stage, address)
                with stage.ask(role, method, place, query_string=query, data=data) as response:
                    location = response.headers.get("Location")
                    assert location is None or not leads_away(location), (method, address, location)
                    links = re.findall(r'(?:href|action|formaction)="([^"]*)"', _html(response))
                away = [link for link in links if EVIL in link and leads_away(link)]
                assert away == [], (method, address)
            if stage.rows() != before:
                stage.restore()


def _html(response: Response) -> str:
    return response.get_data(as_text=True) if response.mimetype == "text/html" else ""


def test_the_table_of_strange_targets_is_strange() -> None:
    assert leads_away("//a") and leads_away("/\\a") and leads_away("https://a") and leads_away("/\t/a")  # noqa: PT018 - one thought
    assert not leads_away("/account/")


@pytest.mark.parametrize(
    "number", ["2147483647", "-1", "2147483648", "99999999999999999999", "1e3", "%31%00", "1;2", "0x1"]
)
def test_a_number_that_is_none_is_nowhere(stage: Stage, number: str) -> None:
    for address, entry in ADDRESSES.items():
        if "<int:number>" not in address or entry.need is Need.ANYBODY:
            continue
        place = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: number if m[1] == "number" else stage.scene.mine.slug, address)
        for method in methods_of(stage.app, address) & {"GET", *UNSAFE}:
            response = stage.ask(somebody_allowed(address), method, place)
            assert response.status_code in (404, 405, 409, 422), (method, place, response.status_code)


def test_fields_said_twice_are_taken_once(stage: Stage) -> None:
    """Sent twice, a field neither breaks a page nor slips a second value past the check of the first."""
    before = stage.rows()
    query = {name: ["1", "2"] for name in ("revision", "outcome", "role", "email", "name", "once")}
    for address in READABLE:
        for method in methods_of(stage.app, address) & {"GET", "POST"}:
            data = query if method == "POST" else None
            place = filled(stage, address)
            with stage.ask(somebody_allowed(address), method, place, query_string=query, data=data) as response:
                assert response.status_code < 500, (method, address)
            if stage.rows() != before:
                stage.restore()

"""Headers, cookies, validators, limits, the log: what every answer goes through."""

import json
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.app import create_app
from directory.core.db import Database
from directory.core.settings import Settings
from tests import factories

PAGES = [
    "/",
    "/providers",
    "/methodology",
    "/checklist",
    "/nothing-here",
    "/api/v1/providers",
    "/healthz",
    "/robots.txt",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_over_https_browsers_are_told_to_stay_there_and_cookies_are_secure(settings: Settings) -> None:
    app = create_app(replace(settings, base_url="https://makers.example"))
    assert app.test_client().get("/healthz").headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")


@pytest.mark.parametrize("address", ["/", "/providers", "/methodology", "/checklist"])
def test_pages_hold_no_inline_style_or_script_and_nothing_from_another_host(client: FlaskClient, address: str) -> None:
    html = client.get(address).get_data(as_text=True)
    assert not re.search(r"\sstyle\s*=", html)
    assert not re.search(r"\son[a-z]+\s*=", html)
    assert "<style" not in html
    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert all("src=" in script or "application/ld+json" in script for script in scripts)
    loaded = re.findall(r'<(?:script|img|link|source|iframe)\b[^>]*?\b(?:src|href)="([^"]+)"', html)
    assert loaded
    links = re.findall(r'<link\b[^>]*rel="(?:canonical|alternate)"[^>]*href="([^"]+)"', html)
    assert [one for one in loaded if not one.startswith("/") and one not in links] == []


def test_reading_sets_no_cookie(client: FlaskClient) -> None:
    for address in ("/", "/providers", "/methodology", "/checklist"):
        assert "Set-Cookie" not in client.get(address).headers


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("address", ["/checklist", "/api/v1/checklist"])
def test_what_a_reader_already_has_is_not_sent_again(client: FlaskClient, address: str, encoding: str) -> None:
    first = client.get(address, headers={"Accept-Encoding": encoding})
    assert first.headers.get("Content-Encoding", "identity") == encoding
    again = client.get(address, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_static_files_may_be_kept_for_good_and_live_under_their_contents_digest(app: Flask) -> None:
    client = app.test_client()
    address = app.jinja_env.globals["asset"]("css/site.css")  # type: ignore[operator]  # a function
    with client.get(address) as response:
        assert response.status_code == 200
        assert "immutable" in response.headers["Cache-Control"]
    assert client.get("/static/000000000000/css/site.css").status_code == 404
    version = address.split("/")[2]
    for path in ("../wsgi.py", "..%2fwsgi.py", "css/../../wsgi.py", "%2e%2e/wsgi.py", "/etc/passwd"):
        assert client.get(f"/static/{version}/{path}", follow_redirects=True).status_code == 404


def test_browsers_find_the_icon_where_they_look_for_it(client: FlaskClient) -> None:
    with client.get("/favicon.ico", follow_redirects=True) as response:
        assert (response.status_code, response.mimetype) == (200, "image/svg+xml")


def test_a_request_that_is_too_large_is_refused(client: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        slug = factories.add_provider(session).slug
    response = client.post(f"/providers/{slug}/report", data={"message": "x" * 300_000})
    assert response.status_code == 413


def test_the_log_line_has_the_request_id_and_nothing_of_what_was_asked(
    capfd: pytest.CaptureFixture[str], client: FlaskClient
) -> None:
    headers = {"X-Request-ID": "abc-123-def", "User-Agent": "secret-agent"}
    response = client.get("/providers?q=very+private+words", headers=headers)
    assert response.headers["X-Request-ID"] == "abc-123-def"
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    mine = [line for line in lines if line.get("event") == "request"]
    assert mine[-1]["request_id"] == "abc-123-def"
    assert mine[-1]["status"] == response.status_code
    everything = json.dumps(lines)
    assert "private" not in everything
    assert "127.0.0.1" not in everything
    assert "secret-agent" not in everything


@pytest.mark.parametrize("bad", ["short", "with space and more", "x" * 65, "new\tline-12345"])
def test_a_strange_request_id_is_replaced(client: FlaskClient, bad: str) -> None:
    found = client.get("/healthz", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", found)


def test_an_unexpected_error_shows_a_page_and_no_secrets(capfd: pytest.CaptureFixture[str], app: Flask) -> None:
    def broken() -> str:
        raise RuntimeError("the password is swordfish")

    app.view_functions["ops.healthz"] = broken
    response = app.test_client().get("/healthz")
    assert response.status_code == 500
    assert "swordfish" not in response.get_data(as_text=True)
    assert response.headers["X-Request-ID"] in response.get_data(as_text=True)
    assert "RuntimeError" in capfd.readouterr().err

"""What is kept for readers without a cookie: the same for all of them, never anybody's own, and never yesterday's."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import brotli
import pytest
import time_machine
from flask import Flask, Response, request_started, template_rendered
from flask import session as cookie
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.catalogue.services import activate, install_shipped, register
from directory.core import clock, paths
from directory.core.db import Database
from directory.core.settings import Settings
from directory.search import refresh
from directory.search.index import BROKEN, current_folder
from directory.web.for_all import same_for_all
from directory.web.front import EXTENSION, Front
from tests.cast import Cast, add_cast, log_in
from tests.factories import add_provider, announce

SHARED = (
    "/",
    "/providers",
    "/providers?production=in-production&sort=name",
    "/providers/the-provider",
    "/methodology",
    "/checklist",
    "/checklist/retries",
    "/suggest?q=prov",
    "/feed.atom",
    "/sitemap.xml",
    "/llms.txt",
    "/api/v1/providers",
    "/api/v1/providers/the-provider",
)
POISON = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/account/",
    "X-Rewrite-URL": "/account/",
    "X-HTTP-Method-Override": "POST",
    "Forwarded": "host=evil.example;proto=https",
    "Origin": "https://evil.example",
    "Referer": "https://evil.example/",
    "HX-Request": "true",
    "HX-Boosted": "true",
    "Range": "bytes=0-9",
    "If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT",
    "Accept": "application/evil",
    "Accept-Language": "evil",
    "Accept-Encoding": "evil, gzip;q=0.1, br;q=0",
    "User-Agent": "evil",
    "X-Request-ID": "evil-evil-evil",
    "Content-Type": "application/x-www-form-urlencoded",
}


@pytest.fixture
def cast(sqlite_database: Database, settings: Settings) -> Cast:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        for one in (cast.provider, cast.other):
            announce(session, one)
    refresh.refresh(sqlite_database, settings.index_dir, on=clock.today())
    return cast


@pytest.fixture
def reader(app: Flask, cast: Cast) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def fresh(cast: Cast, settings: Settings) -> Callable[[str], TestResponse]:
    """What a reader gets from an app that hasn't answered anybody yet."""
    return lambda address: create_app(settings).test_client().get(address)


@contextmanager
def reaching(app: Flask) -> Iterator[list[str]]:
    """Give the addresses that reach the application, in order, as they do."""
    reached: list[str] = []

    def note(_sender: Flask, **_more: Any) -> None:
        from flask import request  # noqa: PLC0415 - only there inside of a request

        reached.append(request.full_path.rstrip("?"))

    with request_started.connected_to(note, app):
        yield reached


def fixed(answer: TestResponse) -> list[tuple[str, str]]:
    """Return the headers that two answers to the same question share."""
    return sorted(pair for pair in answer.headers if pair[0] != "X-Request-ID")


def front(app: Flask) -> Front:
    found: Front = app.extensions[EXTENSION]
    return found


@pytest.mark.parametrize("address", SHARED)
def test_what_is_kept_is_what_was_made(
    app: Flask, reader: FlaskClient, fresh: Callable[[str], TestResponse], address: str
) -> None:
    first = reader.get(address)
    with reaching(app) as reached:
        again = reader.get(address)
    assert reached == []
    assert first.status_code == again.status_code == 200
    assert first.data == again.data == fresh(address).data
    assert fixed(first) == fixed(again) == fixed(fresh(address))
    assert first.headers["X-Request-ID"] != again.headers["X-Request-ID"]
    assert {"Accept-Encoding", "Cookie"} <= set(again.headers["Vary"].split(", "))
    assert "Set-Cookie" not in again.headers


@pytest.mark.parametrize("address", SHARED)
def test_nothing_a_request_says_of_itself_gets_into_what_others_read(
    reader: FlaskClient, fresh: Callable[[str], TestResponse], address: str
) -> None:
    for name, value in POISON.items():
        assert reader.get(address, headers={name: value}).status_code == 200
    reader.get(address, headers=POISON)
    reader.get(f"{address}{'&' if '?' in address else '?'}utm_source=evil")
    answer = reader.get(address)
    assert (answer.data, fixed(answer)) == (fresh(address).data, fixed(fresh(address)))
    assert b"evil" not in answer.data


@pytest.mark.parametrize("address", SHARED)
def test_a_poisoned_request_that_comes_first_leaves_nothing_behind(
    reader: FlaskClient, fresh: Callable[[str], TestResponse], address: str
) -> None:
    reader.get(address, headers=POISON)
    answer = reader.get(address)
    assert (answer.data, fixed(answer)) == (fresh(address).data, fixed(fresh(address)))


@pytest.mark.parametrize("address", ["/", "/providers", "/providers/the-provider", "/methodology"])
@pytest.mark.parametrize("who", ["owner", "buyer", "admin"])
def test_nobody_gets_the_page_of_somebody_who_is_logged_in(
    app: Flask, cast: Cast, reader: FlaskClient, sqlite_database: Database, address: str, who: str
) -> None:
    person = log_in(app, sqlite_database, getattr(cast, who))
    with reaching(app) as reached:
        before, own, anonymous, after = (one.get(address) for one in (person, person, reader, person))
        assert b'href="/account/"' not in reader.get(address).data
    assert reached == [address] * 4
    assert before.data == own.data == after.data
    assert b'href="/account/"' in own.data
    assert b'href="/account/login"' in anonymous.data


def test_whoever_may_be_somebody_is_answered_by_the_application_alone(app: Flask, reader: FlaskClient) -> None:
    plain = app.test_client(use_cookies=False)
    reader.get("/providers")
    for header in ({"Cookie": "session=forged"}, {"Cookie": "anything=1"}, {"Authorization": "Basic eA=="}):
        with reaching(app) as reached:
            assert [plain.get(one, headers=header).status_code for one in ("/providers", "/checklist")] == [200, 200]
        assert reached == ["/providers", "/checklist"]
    with reaching(app) as reached:
        reader.get("/providers")
        reader.get("/checklist")
    assert reached == ["/checklist"]


def _sets_a_cookie() -> Response:
    response = Response("mine")
    response.set_cookie("shortlist", "a-secret")
    return response


def _changes_the_session() -> str:
    cookie["secret"] = "mine"
    return "mine"


def _streams() -> Response:
    return Response(part for part in ("mine",))


@pytest.mark.parametrize(
    "make",
    [
        _sets_a_cookie,
        _changes_the_session,
        _streams,
        lambda: Response("mine", headers={"Cache-Control": "no-store"}),
        lambda: Response("mine", 201),
        lambda: ("mine", 400),
        lambda: ("mine", 302, {"Location": "/"}),
        lambda: ("mine", 500),
    ],
)
def test_what_may_not_be_kept_is_not_kept_although_a_view_says_so(
    app: Flask, reader: FlaskClient, make: Callable[[], Any]
) -> None:
    app.view_functions["buyer.methodology"] = lambda: same_for_all("/methodology", make)
    with reaching(app) as reached:
        answers = [app.test_client().get("/methodology") for _ in range(2)]
    assert reached == ["/methodology"] * 2
    assert [one.data for one in answers] == [b"mine"] * 2
    assert front(app).cache.size == 0


@pytest.mark.parametrize(
    "address", ["/audit", "/robots.txt", "/account/login", "/providers/the-provider/report", "/healthz"]
)
def test_what_no_view_shares_is_not_kept(app: Flask, reader: FlaskClient, address: str) -> None:
    with reaching(app) as reached:
        for _ in range(2):
            assert reader.get(address).status_code == 200
    assert reached == [address] * 2


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/providers?page=999", 404),
        ("/providers?level=nine", 400),
        ("/providers?q=", 302),
        ("/providers/nobody", 404),
        ("/checklist/nothing", 404),
        ("/api/v1/providers?nonsense=1", 400),
        ("/api/v1/providers/nobody", 404),
    ],
)
def test_errors_and_detours_are_not_kept(app: Flask, reader: FlaskClient, address: str, status: int) -> None:
    with reaching(app) as reached:
        assert [reader.get(address).status_code for _ in range(2)] == [status] * 2
    assert reached == [address] * 2


def test_no_other_method_is_answered_from_what_is_kept(app: Flask, reader: FlaskClient) -> None:
    reader.get("/providers")
    with reaching(app) as reached:
        assert reader.post("/providers").status_code in (400, 405)
        assert reader.options("/providers").status_code == 200
        assert reader.get("/providers", headers={"If-Match": '"x"'}).status_code == 412
    assert len(reached) == 3


@pytest.mark.parametrize("first", ["GET", "HEAD"])
def test_a_look_at_the_headers_alone_gets_those_of_the_page_and_no_body(reader: FlaskClient, first: str) -> None:
    reader.open("/providers", method=first)
    page, headers = reader.get("/providers"), reader.head("/providers")
    assert (headers.status_code, headers.data) == (200, b"")
    assert fixed(headers) == fixed(page)
    assert int(headers.headers["Content-Length"]) == len(page.data) > 1000


def test_one_search_however_it_is_spelt_is_made_once(app: Flask, reader: FlaskClient) -> None:
    made: list[str] = []
    spellings = (
        "level=1&enterprise=1&industry=insurance&industry=retail",
        "enterprise=1&industry=retail&level=1&industry=insurance",
        "enterprise=1&industry=retail&level=1&industry=insurance&industry=retail&page=1&per_page=20&sort=evidence",
        "utm_source=a&enterprise=1&industry=retail&fbclid=x&level=1&industry=insurance&utm_medium=b",
    )

    def note(_sender: Flask, template: Any, **_more: Any) -> None:
        made.append(template.name)

    with template_rendered.connected_to(note, app):
        pages = {reader.get(f"/providers?{one}").data for one in spellings * 2}
    assert len(pages) == 1
    assert made == ["buyer/results.html"]


def test_whoever_has_it_already_is_told_so(reader: FlaskClient) -> None:
    for address, accepted in product(SHARED, ("", "gzip", "gzip, deflate, br, zstd")):
        headers = {"Accept-Encoding": accepted}
        tag = reader.get(address, headers=headers).headers["ETag"]
        for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
            answer = reader.get(address, headers={**headers, "If-None-Match": known})
            assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
            assert "Content-Type" not in answer.headers
            assert "Content-Encoding" not in answer.headers
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "Cookie" in answer.headers["Vary"]
        assert reader.get(address, headers={**headers, "If-None-Match": '"other"'}).status_code == 200


ENCODINGS = (
    ("", None),
    ("identity", None),
    ("gzip", "gzip"),
    ("br", "br"),
    ("gzip, deflate, br, zstd", "br"),
    ("br;q=0.2, gzip;q=0.8", "gzip"),
    ("br;q=0, gzip;q=0", None),
    ("gzip;q=0.5, identity", None),
    ("*", "br"),
    ("zstd", None),
    ("br, " * 100, None),
    (";;;,q=", None),
)


def test_each_reader_gets_the_encoding_asked_for(reader: FlaskClient) -> None:
    unpacked: dict[str | None, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}
    plain = reader.get("/providers", headers={"Accept-Encoding": "identity"}).data
    for accepted, encoding in ENCODINGS * 2:
        answer = reader.get("/providers", headers={"Accept-Encoding": accepted})
        assert (accepted, answer.headers.get("Content-Encoding")) == (accepted, encoding)
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert unpacked.get(encoding, bytes)(answer.data) == plain


def test_a_page_is_compressed_once(app: Flask, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    compressed: list[int] = []
    compress = brotli.compress

    def counting(body: bytes, **how: Any) -> bytes:
        compressed.append(len(body))
        return bytes(compress(body, **how))

    monkeypatch.setattr(brotli, "compress", counting)
    for _ in range(3):
        assert reader.get("/providers", headers={"Accept-Encoding": "br"}).headers["Content-Encoding"] == "br"
    assert len(compressed) == 1
    assert front(app).cache.size < compressed[0], "the body as it was made is kept too"


def test_a_change_shows_at_once_in_every_process(cast: Cast, settings: Settings, sqlite_database: Database) -> None:
    readers = [create_app(settings).test_client() for _ in range(2)]
    for one in readers:
        assert b"The Provider" in one.get("/providers").data
        assert one.get("/providers/the-provider").status_code == 200
    with sqlite_database.writing() as session:
        provider = session.merge(cast.provider)
        provider.withdrawn_at = clock.now()
        announce(session, provider, "provider.withdrawn")
    for one in readers:  # the index hasn't heard of it yet
        assert b"The Provider" not in one.get("/providers").data
        assert b"The Provider" not in one.get("/api/v1/providers").data
        assert one.get("/providers/the-provider").status_code == 404


def test_a_change_of_the_index_alone_shows(
    reader: FlaskClient, settings: Settings, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.search.service.LOOK_EVERY", 0)
    reader.get("/providers")
    with sqlite_database.writing() as session:
        announce(session, add_provider(session, name="Brand New"))
    assert b"Brand New" not in reader.get("/providers").data
    refresh.refresh(sqlite_database, settings.index_dir, on=clock.today())
    assert b"Brand New" in reader.get("/providers").data


def test_another_catalogue_shows_at_once(reader: FlaskClient, sqlite_database: Database) -> None:
    assert b"Large firms" not in reader.get("/methodology").data
    rules = (paths.shipped("data") / "catalogue" / "rules.yaml").read_text()
    with sqlite_database.writing() as session:
        other = rules.replace("name: Enterprise", "name: Large firms", 1).replace('version: "1"', 'version: "2"', 1)
        activate(
            session, register(session, other, "rules.yaml", actor="test", at=clock.now()), actor="test", at=clock.now()
        )
    assert b"Large firms" in reader.get("/methodology").data


def test_another_day_is_another_page(reader: FlaskClient, app: Flask) -> None:
    reader.get("/providers")
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False), reaching(app) as reached:
        reader.get("/providers")
        reader.get("/providers")
    assert reached == ["/providers"]


def test_what_is_amiss_with_search_shows_and_goes(
    reader: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.search.service.LOOK_EVERY", 0)
    assert b"quite whole" not in reader.get("/providers").data
    mark = current_folder(settings.index_dir) / BROKEN
    mark.touch()
    assert b"quite whole" in reader.get("/providers").data
    mark.unlink()
    assert b"quite whole" not in reader.get("/providers").data


def test_what_was_read_before_a_change_is_not_kept_for_after_it(
    app: Flask, cast: Cast, reader: FlaskClient, sqlite_database: Database
) -> None:
    words = iter(["before", "after"])

    def slow() -> str:
        word = next(words)
        if word == "before":  # somebody changes something while this page is being made
            with sqlite_database.writing() as session:
                announce(session, session.merge(cast.other))
        return word

    app.view_functions["buyer.methodology"] = lambda: same_for_all("/methodology", slow)
    assert [reader.get("/methodology").data for _ in range(3)] == [b"before", b"after", b"after"]


def test_without_a_database_nothing_is_answered_from_memory(
    app: Flask, reader: FlaskClient, sqlite_database: Database
) -> None:
    reader.get("/providers")
    with sqlite_database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE audit_event RENAME TO away")
    assert reader.get("/providers").status_code == 503
    assert reader.get("/healthz").status_code == 200
    with sqlite_database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO audit_event")
    assert reader.get("/providers").status_code == 200


def test_each_answer_has_its_own_id_and_line_in_the_log(reader: FlaskClient, capfd: pytest.CaptureFixture[str]) -> None:
    tag = reader.get("/providers?q=very+private").headers["ETag"]
    headers = {"User-Agent": "secret-agent"}
    capfd.readouterr()
    for number, known in ((1, {}), (2, {"If-None-Match": tag})):
        reader.get("/providers?q=very+private", headers={**headers, **known, "X-Request-ID": f"request-{number}"})
    assert (
        len(reader.get("/providers?q=very+private", headers={"X-Request-ID": "no\tid"}).headers["X-Request-ID"]) == 32
    )
    text = capfd.readouterr().err
    lines = [json.loads(line) for line in text.splitlines()]
    told = [(one["request_id"], one["endpoint"], one["method"], one["status"]) for one in lines[:2]]
    assert told == [("request-1", "buyer.results", "GET", 200), ("request-2", "buyer.results", "GET", 304)]
    assert len(lines) == 3
    assert "private" not in text
    assert "secret" not in text


def test_production_keeps_pages_as_development_does(cast: Cast, settings: Settings) -> None:
    app = create_app(replace(settings, env="production"))
    with reaching(app) as reached:
        for _ in range(2):
            app.test_client().get("/providers")
    assert reached == ["/providers"]

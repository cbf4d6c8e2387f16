"""What counts as being seen, and that counting never gets into a reader's way."""

import threading
from collections.abc import Mapping
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.providers.membership import Reach, ReachKind
from directory.providers.reach import Counts
from directory.search import refresh
from directory.web.reach import KEY, Tally
from tests.cast import Cast, add_cast, log_in
from tests.factories import announce

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
PAGE = "/providers/the-provider"
VIEW, SEARCH = ReachKind.VIEW, ReachKind.SEARCH


@pytest.fixture
def cast(sqlite_database: Database, settings: Settings) -> Cast:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        announce(session, cast.provider)
        announce(session, cast.other)
    refresh.refresh(sqlite_database, settings.index_dir, on=clock.today())
    return cast


@pytest.fixture
def reader(app: Flask, cast: Cast) -> FlaskClient:
    return app.test_client()


def counted(app: Flask, database: Database) -> dict[tuple[int, str], int]:
    app.extensions[KEY].flush()
    with database.reading() as session:
        return {(row.provider_id, row.kind): row.count for row in session.scalars(select(Reach))}


def test_a_page_that_is_opened_counts(app: Flask, reader: FlaskClient, cast: Cast, sqlite_database: Database) -> None:
    first = reader.get(PAGE, headers=BROWSER)
    again = reader.get(PAGE, headers={**BROWSER, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert counted(app, sqlite_database) == {(cast.provider.id, "view"): 2}


@pytest.mark.parametrize("path", ["/providers", "/api/v1/providers"])
def test_every_entry_of_a_page_of_results_counts(
    app: Flask, reader: FlaskClient, cast: Cast, sqlite_database: Database, path: str
) -> None:
    assert reader.get(path, headers=BROWSER).status_code == 200
    assert reader.get(f"{path}?nonsense=1", headers=BROWSER).status_code == 400
    assert counted(app, sqlite_database) == {(cast.provider.id, "search"): 1, (cast.other.id, "search"): 1}


@pytest.mark.parametrize("path", ["/compare", "/compare.csv", "/api/v1/compare"])
def test_every_entry_of_a_comparison_counts(
    app: Flask, reader: FlaskClient, cast: Cast, sqlite_database: Database, path: str
) -> None:
    both = f"{path}?provider={cast.provider.slug}&provider={cast.other.slug}"
    assert reader.get(both, headers=BROWSER).status_code == 200
    assert reader.get(f"{both}&provider=nobody", headers=BROWSER).status_code in (400, 404)
    assert reader.get(f"/compare?provider={cast.other.slug}", headers=BROWSER).status_code == 200
    assert counted(app, sqlite_database) == {(cast.provider.id, "comparison"): 1, (cast.other.id, "comparison"): 1}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)"},
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "python-requests/2.32"},
        {**BROWSER, "Sec-Purpose": "prefetch;prerender"},
        {**BROWSER, "Purpose": "prefetch"},
        {**BROWSER, "X-Moz": "prefetch"},
    ],
)
def test_what_nobody_looks_at_does_not_count(
    app: Flask, reader: FlaskClient, sqlite_database: Database, headers: Mapping[str, str]
) -> None:
    for path in (PAGE, "/providers"):
        assert reader.get(path, headers=headers).status_code == 200
    reader.head(PAGE, headers=BROWSER)
    reader.get("/providers/nowhere", headers=BROWSER)
    assert counted(app, sqlite_database) == {}


def test_ones_own_visits_do_not_count(app: Flask, cast: Cast, sqlite_database: Database) -> None:
    for user in (cast.owner, cast.buyer):
        log_in(app, sqlite_database, user).get(PAGE, headers=BROWSER)
    assert counted(app, sqlite_database) == {(cast.provider.id, "view"): 1}


def test_nothing_is_set_at_the_reader(reader: FlaskClient) -> None:
    assert "Set-Cookie" not in reader.get(PAGE, headers=BROWSER).headers


def test_a_database_that_cannot_be_written_to_loses_counts_and_nothing_else(
    app: Flask, reader: FlaskClient, cast: Cast, sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE reach RENAME TO away")
    for _ in range(3):
        assert reader.get(PAGE, headers=BROWSER).status_code == 200
        app.extensions[KEY].flush()
    assert sum("reach isn't counted" in record.getMessage() for record in caplog.records) == 1
    with sqlite_database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO reach")
    reader.get(PAGE, headers=BROWSER)
    assert counted(app, sqlite_database) == {(cast.provider.id, "view"): 1}


def test_a_tally_writes_together_after_a_pause() -> None:
    written: list[Counts] = []
    done = threading.Event()

    def write(counts: Counts) -> None:
        written.append(dict(counts))
        done.set()

    tally = Tally(write, pause=0.05)
    for _ in range(10):
        tally.add(VIEW, [1, 1], date(2026, 11, 24))
    assert done.wait(5)
    assert written == [{(1, date(2026, 11, 1), VIEW): 10}]
    tally.flush()
    assert len(written) == 1


def test_threads_lose_nothing() -> None:
    total: list[int] = []
    tally = Tally(lambda counts: total.append(sum(counts.values())), pause=0.001)

    def add() -> None:
        for _ in range(500):
            tally.add(SEARCH, [1, 2], date(2026, 11, 24))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.flush()
    assert sum(total) == 4 * 500 * 2


def test_a_flood_of_entries_is_bounded() -> None:
    written: list[Counts] = []
    tally = Tally(written.append, pause=60)
    for number in range(50):
        tally.add(SEARCH, range(number * 1000, (number + 1) * 1000), date(2026, 11, 24))
    tally.flush()
    assert len(written[0]) == 20_000


def test_an_error_of_the_database_is_swallowed_by_the_timer() -> None:
    def fail(counts: Counts) -> None:
        raise OperationalError("INSERT", {}, Exception(str(len(counts))))

    tally = Tally(fail, pause=60)
    tally.add(VIEW, [1], date(2026, 11, 24))
    tally.flush()

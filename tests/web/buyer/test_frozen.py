"""Frozen comparisons: what was true stays, what has changed is said, who is gone or unnamed is not in it."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update

from directory.catalogue.services import shipped
from directory.comparison.freezing import digest, digest_of_all
from directory.comparison.models import Snapshot, SnapshotColumn
from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.providers.models import Provider, System
from directory.readiness.models import Answer
from directory.references.models import Reference, ReferenceState
from directory.web.security import limiter
from tests.factories import AT, add_answer, add_figure, add_system
from tests.web.buyer.reading_pages import rows, words
from tests.web.buyer.scenes import REFEREE, REFEREE_EMAIL, add_conflicting, add_halden, add_unclaimed

OURS = {"Sec-Fetch-Site": "same-origin"}
SENT = {"provider": ["halden-automation", "overstated", "imported"]}


@pytest.fixture
def market(site: FlaskClient, sqlite_database: Database) -> FlaskClient:
    with sqlite_database.writing() as session:
        add_halden(session)
        add_conflicting(session)
        add_unclaimed(session)
    with site.application.app_context():
        limiter.reset()
    return site


def freeze(client: FlaskClient, **more: object) -> str:
    answer = client.post("/compare", data={**SENT, **more}, headers=OURS)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def since(html: str) -> list[str]:
    start = html.index('id="since"')
    return rows(html[start : html.index("</section>", start)])[1:]


def test_it_shows_later_exactly_what_was_true_and_what_has_changed(
    market: FlaskClient, sqlite_database: Database
) -> None:
    address = freeze(market)
    before = page(market, address)
    assert "Nothing." in words(before)
    shown = rows(before[before.index('class="compare is-3"') :])
    with sqlite_database.writing() as session:
        system = session.scalars(select(System).where(System.name == "Order desk")).one()
        current = (Figure.system_id == system.id, Figure.metric == Metric.REQUESTS_PER_DAY)
        session.execute(update(Figure).where(*current).values(superseded_at=AT))
        add_figure(session, system, Metric.REQUESTS_PER_DAY, 5_000)
        session.execute(update(Answer).where(Answer.criterion == "load-testing").values(superseded_at=AT))
        provider = session.scalars(select(Provider).where(Provider.slug == "halden-automation")).one()
        add_answer(session, provider, "load-testing")
    after = page(market, address)
    assert rows(after[after.index('class="compare is-3"') :]) == shown
    assert "Halden Automation Load testing then partly met, stated now met, stated" in since(after)
    assert "Overstated Agents Requests a day then 9,999/day, confirmed, conflicting now 5,000/day, confirmed" in since(
        after
    )


def test_what_expires_has_changed_and_is_still_shown(market: FlaskClient) -> None:
    address = freeze(market)
    with time_machine.travel(AT + timedelta(days=500), tick=False):
        html = page(market, address)
    assert "48,200/day" in words(html)
    assert "Halden Automation Production Experience then at scale now no tier" in since(html)
    assert any("Requests a day then 48,200/day, corroborated now not stated" in line for line in since(html))


def test_the_chosen_system_is_frozen_and_compared_with_itself(market: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        number = session.scalars(select(System.id).where(System.name == "Policy questions")).one()
    address = freeze(market, system=f"halden-automation:{number}")
    assert "2,300/day" in words(page(market, address))
    with sqlite_database.writing() as session:
        session.execute(update(System).where(System.id == number).values(retired_on=AT.date() - timedelta(days=1)))
    assert not any("Requests a day" in line for line in since(page(market, address)))
    with sqlite_database.writing() as session:
        for table in ("evidence", "figure"):
            session.execute(text(f"DELETE FROM {table} WHERE system_id = {number}"))
        session.execute(text(f"DELETE FROM reference WHERE system_id = {number}"))
        session.execute(delete(System).where(System.id == number))
    assert "Halden Automation Requests a day then 2,300/day, confirmed now the system is no longer listed" in since(
        page(market, address)
    )


def test_no_customer_is_kept_by_name_or_kind(market: FlaskClient, sqlite_database: Database) -> None:
    assert "Nordvik Forsikring" in market.get("/compare?provider=halden-automation&provider=overstated").text
    address = freeze(market)
    with sqlite_database.reading() as session:
        kept = "".join([*session.scalars(select(Snapshot.head)), *session.scalars(select(SnapshotColumn.content))])
    for html in (kept, page(market, address), market.get(f"{address}/stored").text):
        for secret in ("Nordvik", REFEREE, REFEREE_EMAIL, "Two outages", "unnamed customer", "Withdrawn words"):
            assert secret not in html
    assert "confirmed by a customer on 14 Oct 2026" in kept
    assert '"because":["a customer","another customer"]' in kept


def test_taking_an_answer_back_shows_at_once(market: FlaskClient, sqlite_database: Database) -> None:
    address = freeze(market)
    with sqlite_database.writing() as session:
        session.execute(
            update(Reference)
            .where(Reference.state == ReferenceState.VERIFIED)
            .values(state=ReferenceState.WITHDRAWN, withdrawn_at=AT)
        )
    lines = since(page(market, address))
    assert "Halden Automation Production Experience then at scale now no tier" in lines
    assert any("Deployment then 12 min, confirmed now 12 min, stated" in line for line in lines)


def test_an_entry_that_was_taken_out_keeps_its_place_and_nothing_else(
    market: FlaskClient, sqlite_database: Database
) -> None:
    address = freeze(market)
    with sqlite_database.writing() as session:
        session.execute(update(Provider).where(Provider.slug == "overstated").values(withdrawn_at=AT))
    html = page(market, address)
    text_ = words(html)
    assert "One entry has been taken out of the directory since" in text_
    assert "Overstated" not in html
    assert "9,999" not in html
    assert "Order desk" not in html
    volume = next(line for line in rows(html) if line.startswith("Requests a day"))
    assert volume.split("/day")[0].endswith("48,200")
    assert " gone 900/day" in volume
    stored = market.get(f"{address}/stored").json
    assert stored is not None
    assert stored["columns"][1] is None
    assert "what is kept still gives this hash" in text_


def test_an_entry_that_is_deleted_takes_its_column_along(market: FlaskClient, sqlite_database: Database) -> None:
    address = freeze(market)
    with sqlite_database.writing() as session:
        number = session.scalars(select(Provider.id).where(Provider.slug == "imported")).one()
        session.execute(text("DELETE FROM figure WHERE system_id IN (SELECT id FROM system WHERE provider_id = 3)"))
        session.execute(delete(Provider).where(Provider.id == number))
    with sqlite_database.reading() as session:
        assert len(session.scalars(select(SnapshotColumn.position)).all()) == 2
    html = page(market, address)
    assert "株式会社" not in html
    assert "what is kept still gives this hash" in words(html)


def test_the_hash_can_be_checked_by_anybody(market: FlaskClient) -> None:
    address = freeze(market)
    stored = market.get(f"{address}/stored").json
    assert stored is not None
    hashes = [digest(column) for column in stored["columns"]]
    assert hashes == stored["column_sha256"]
    assert digest_of_all(stored["head"], hashes) == stored["sha256"]
    assert stored["sha256"] in page(market, address)
    head = json.loads(stored["head"])
    assert head["taken_at"] == "2026-11-03T12:00:00Z"
    known = shipped()
    versions = {name: getattr(known, name).version for name in ("rules", "checklist", "taxonomy")}
    assert head["catalogue"] == versions
    assert json.loads(stored["columns"][0])["cells"]["metric:requests_per_day"]["value"] == 48200


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE snapshot_column SET content = replace(content, '48200', '48201')",
        "UPDATE snapshot SET head = replace(head, '2026-11-03', '2026-11-02')",
        "UPDATE snapshot SET sha256 = 'x'",
    ],
)
def test_what_was_changed_afterwards_is_told(market: FlaskClient, sqlite_database: Database, spoil: str) -> None:
    address = freeze(market)
    with sqlite_database.writing() as session:
        session.execute(text(spoil))
    assert "it was changed" in words(page(market, address))


def test_its_address_cannot_be_guessed_and_is_not_indexed(market: FlaskClient) -> None:
    one, two = freeze(market), freeze(market)
    assert one != two
    assert len(one.removeprefix("/compare/")) >= 22
    assert '<meta name="robots" content="noindex">' in page(market, one)
    assert market.get("/compare/made-up").status_code == 404
    assert market.get("/compare/made-up/stored").status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://elsewhere.example"}, 400),
        ({"Origin": "null"}, 400),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        (OURS, 303),
    ],
)
def test_only_our_own_pages_freeze(
    market: FlaskClient, sqlite_database: Database, headers: dict[str, str], status: int
) -> None:
    assert market.post("/compare", data=SENT, headers=headers).status_code == status
    with sqlite_database.reading() as session:
        assert len(session.scalars(select(Snapshot.id)).all()) == (status == 303)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"provider": ["imported"]},
        {"provider": ["imported", "imported"]},
        {"provider": ["imported", "nobody"]},
        {"provider": ["imported", "overstated"], "system": "imported:99999"},
        {"provider": ["imported", "overstated"], "nonsense": "1"},
    ],
)
def test_what_cannot_be_compared_is_not_frozen(
    market: FlaskClient, sqlite_database: Database, sent: dict[str, object]
) -> None:
    assert market.post("/compare", data=sent, headers=OURS).status_code == 400
    with sqlite_database.reading() as session:
        assert session.scalars(select(Snapshot.id)).all() == []


def test_one_place_freezes_twenty_times_an_hour(market: FlaskClient) -> None:
    for _ in range(20):
        freeze(market)
    assert market.post("/compare", data=SENT, headers=OURS).status_code == 429


def test_the_page_of_a_comparison_freezes_it_whole(market: FlaskClient) -> None:
    html = page(market, "/compare?provider=imported&provider=overstated&differences=1&hide=enterprise")
    form = html[html.index('<form method="post"') :]
    form = form[: form.index("</form>")]
    assert 'name="provider" value="imported"' in form
    assert "differences" not in form
    assert "csrf" not in form
    assert "Set-Cookie" not in market.post("/compare", data=SENT, headers=OURS).headers


def test_another_system_does_not_stand_in_for_one_that_is_frozen(
    market: FlaskClient, sqlite_database: Database
) -> None:
    address = freeze(market)
    with sqlite_database.writing() as session:
        provider = session.scalars(select(Provider).where(Provider.slug == "imported")).one()
        better = add_system(session, provider, name="Better")
        add_figure(session, better, Metric.REQUESTS_PER_DAY, 90_000)
        add_figure(session, better, Metric.UPTIME_PERCENT)
    assert not any("Requests a day" in line for line in since(page(market, address)))

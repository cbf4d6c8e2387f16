"""The comparison as a page and as a file: what it says, and what it makes of bad addresses."""

import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.readiness.models import Status
from tests.factories import AT, add_answer, add_figure, add_provider, add_system
from tests.web.buyer.reading_pages import rows, words
from tests.web.buyer.scenes import REFEREE, REFEREE_EMAIL, add_conflicting, add_halden, add_unclaimed

BOTH = "/compare?provider=halden-automation&provider=overstated"
THREE = f"{BOTH}&provider=imported"


@pytest.fixture
def market(site: FlaskClient, sqlite_database: Database) -> FlaskClient:
    with sqlite_database.writing() as session:
        add_halden(session)
        add_conflicting(session)
        add_unclaimed(session)
        add_provider(session, slug="gone", name="Gone Agents", withdrawn_at=AT)
    return site


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def test_figures_stand_side_by_side_with_all_that_belongs_to_them(market: FlaskClient) -> None:
    found = rows(page(market, THREE))
    assert (
        "Requests a day : differs windows differ: 30 days, not stated"
        " 48,200/day corroborated 2 weeks ago 30 days to 4 Oct 2026"
        " 9,999/day confirmed conflicting: stated 31,000/day; a customer said 1,000–9,999/day 30 days to 4 Oct 2026"
        " 900/day stated 10 days ago as of 24 Oct 2026" in found
    )
    assert "Uptime : differs 99.95 % corroborated 2 weeks ago 30 days to 4 Oct 2026 — not stated — not stated" in found


def test_rules_answers_terms_and_references_stand_side_by_side(market: FlaskClient) -> None:
    found = rows(page(market, THREE))
    production = next(row for row in found if row.startswith("P2 "))
    assert "holds 48,200/day, corroborated" in production
    assert "does not hold 900/day, stated" in production
    assert any("no verified reference in force" in row and " unknown " in row for row in found)
    assert "Load testing : differs Partly stated 1 month ago Unknown Unknown" in found
    assert any(row.startswith("On-premises operation : differs Unmet stated") for row in found)
    assert any(row.startswith("Tools : differs LangSmith, Terraform — not stated — not stated") for row in found)
    assert "Asked for : differs 4 1 0" in found
    assert "Withdrawn : differs 1 0 0" in found
    assert any(row.startswith("ISO 27001 : differs Held documented") for row in found)


def test_the_head_says_what_each_reaches_and_of_which_system_its_figures_are(market: FlaskClient) -> None:
    text = words(page(market, THREE))
    assert "Three providers side by side" in text
    assert "Verdicts At scale Not proven in production here yet Not proven in production here yet" in text
    assert "Order desk 予約アシスタント" in text
    assert "Demonstration data" in text


def test_differences_only_leaves_out_what_is_the_same(market: FlaskClient) -> None:
    whole, less = (rows(page(market, f"{BOTH}{more}")) for more in ("", "&differences=1"))
    assert set(less) < set(whole)
    assert any(row.startswith("Internal policies") for row in whole)
    assert not any(row.startswith("Internal policies") for row in less)
    assert all("differs" in row for row in less if row.startswith(("Requests", "Uptime", "P2", "SSO")))


def test_sections_are_hidden_and_brought_back(market: FlaskClient) -> None:
    html = page(market, f"{BOTH}&hide=enterprise&hide=references")
    assert not any(row.startswith(("E1", "Asked for")) for row in rows(html))
    back = f"{BOTH}&hide=references".replace("&", "&amp;")
    assert f'<a href="{back}">Enterprise<span' in html


def test_another_system_can_be_chosen(market: FlaskClient) -> None:
    answer = market.get(BOTH).text
    options = [part.split('"')[0] for part in answer.split('<option value="')[1:]]
    assert len(options) == 2
    other = options[1]
    found = rows(page(market, f"{BOTH}&system={other}"))
    assert any(row.startswith("Requests a day : differs 2,300/day confirmed") for row in found)
    assert "Figures of the systems chosen hide" in " ".join(found)
    assert "no live system of that id" in page(market, f"{BOTH}&system=overstated:999999", 400)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 200, "Put two to six providers side by side"),
        ("?provider=overstated", 200, "So far there is only Overstated Agents . Add at least one more."),
        ("?provider=overstated&provider=nobody", 400, "no provider is listed as nobody"),
        ("?provider=overstated&provider=gone", 400, "no provider is listed as gone"),
        ("?provider=overstated&provider=imported&provider=overstated", 400, "overstated is asked for more than once"),
        ("?" + "&".join(f"provider=p{one}" for one in range(7)), 400, "2 to 6 providers stand side by side, not 7"),
        ("?provider=overstated&nonsense=1", 400, "nonsense: there is no such parameter"),
        ("?provider=overstated&differences=maybe", 400, "Differences only: must be 1, or left out"),
        ("?provider=overstated&utm_source=mail", 200, "So far there is only Overstated Agents"),
        ("?provider=%00&provider=overstated", 400, "by its slug, as in its page’s address"),
    ],
)
def test_a_bad_address_is_answered_clearly(market: FlaskClient, query: str, status: int, said: str) -> None:
    text = words(page(market, f"/compare{query}", status))
    assert said in text
    assert "Name of a provider" in text
    assert "Gone Agents" not in text


def test_what_is_good_of_a_bad_address_is_kept(market: FlaskClient) -> None:
    text = words(page(market, f"{BOTH}&provider=gone&provider=overstated", 400))
    assert "Two providers side by side" in text
    assert "48,200/day" in text


def test_seven_providers_are_too_many_and_six_of_them_are_shown(market: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        for number in range(7):
            add_provider(session, slug=f"firm-{number}", name=f"Firm {number}")
    query = "&".join(f"provider=firm-{number}" for number in range(7))
    text = words(page(market, f"/compare?{query}", 400))
    assert "2 to 6 providers stand side by side, not 7" in text
    assert "Six providers side by side" in text
    assert "Firm 6" not in text


def test_nothing_of_a_referee_is_shown(market: FlaskClient) -> None:
    for address in (THREE, THREE.replace("/compare", "/compare.csv")):
        text = market.get(address).text
        assert REFEREE not in text
        assert REFEREE_EMAIL not in text
        assert "Withdrawn words" not in text


def test_what_vendors_typed_is_text(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        for slug in ("one", "two"):
            provider = add_provider(session, slug=slug, name="<script>alert(1)</script>")
            system = add_system(session, provider, name="<i>desk</i>")
            add_figure(session, system, Metric.REQUESTS_PER_DAY, method="<u>log</u>")
            add_answer(session, provider, "sso", note="<b>yes</b>")
    html = page(site, "/compare?provider=one&provider=two")
    assert not any(tag in html for tag in ("<script>alert", "<i>desk", "<u>log", "<b>yes"))


def test_the_page_is_the_same_for_everybody_who_is_not_logged_in(market: FlaskClient) -> None:
    answer = market.get(BOTH)
    assert "Set-Cookie" not in answer.headers
    assert "csrf" not in answer.text
    assert answer.text == market.get(BOTH, headers={"User-Agent": "another"}).text
    assert market.get(BOTH, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_six_providers_cost_hardly_more_queries_than_two(market: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        for number in range(6):
            add_system(session, add_provider(session, slug=f"firm-{number}"))
    page(market, "/compare?provider=firm-0&provider=firm-1")  # what is read once a process is read
    counted: list[int] = []
    engine = market.application.extensions["directory"].database.engine
    for many in (2, 6):
        statements: list[str] = []

        def note(*arguments: object, into: list[str] = statements) -> None:
            into.append(str(arguments[2]))

        event.listen(engine, "before_cursor_execute", note)
        page(market, "/compare?" + "&".join(f"provider=firm-{number}" for number in range(many)))
        event.remove(engine, "before_cursor_execute", note)
        counted.append(len(statements))
    assert counted[1] - counted[0] == 4  # each provider's record of references


def sheet(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(StringIO(answer.text)))


def test_the_file_holds_the_same_table(market: FlaskClient) -> None:
    found = sheet(market, "/compare.csv?provider=halden-automation&provider=overstated")
    assert found[0][:7] == [
        "Section",
        "Row",
        "Unit",
        "Differs",
        "Mind",
        "Halden Automation (halden-automation)",
        "Halden Automation (halden-automation): level",
    ]
    volume = next(row for row in found if row[1] == "Requests a day")
    assert volume[2:4] == ["requests/day", "yes"]
    assert volume[5:10] == ["48200", "corroborated", "2026-10-04", "30", ""]
    assert volume[11:16] == [
        "9999",
        "confirmed",
        "2026-10-04",
        "30",
        "stated 31,000/day; a customer said 1,000–9,999/day",
    ]
    uptime = next(row for row in found if row[1] == "Uptime")
    assert uptime[11] == "not stated"
    shown = {row[1] for row in found[2:]}
    assert len({len(row) for row in found}) == 1
    assert {"Tracing", "ISO 27001", "Tools", "Declined"} <= shown
    assert len(found) - 2 == len([one for one in rows(page(market, BOTH)) if " hide " not in one]) - 3


def test_differences_only_holds_for_the_file_too(market: FlaskClient) -> None:
    found = sheet(market, "/compare.csv?provider=halden-automation&provider=overstated&differences=1&hide=enterprise")
    assert {row[3] for row in found[2:]} == {"yes"}
    assert "Enterprise" not in {row[0] for row in found}


def test_no_cell_of_the_file_is_a_formula(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        for slug in ("one", "two"):
            provider = add_provider(session, slug=slug, name='=HYPERLINK("https://evil.example")')
            system = add_system(session, provider, name="+cmd|' /C calc'!A0")
            add_figure(session, system, Metric.REQUESTS_PER_DAY, method="@SUM(1)")
            add_answer(session, provider, "sso", Status.MET, note="-2+3")
    cells = [cell for row in sheet(site, "/compare.csv?provider=one&provider=two") for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("query", ["", "?provider=overstated", "?provider=overstated&provider=nobody"])
def test_a_file_of_nothing_is_refused(market: FlaskClient, query: str) -> None:
    answer = market.get(f"/compare.csv{query}")
    assert answer.status_code == 400
    assert answer.content_type.startswith("text/html")


def test_one_more_is_found_by_name(market: FlaskClient, sqlite_database: Database) -> None:
    text = words(page(market, "/compare?provider=overstated&add=zzz"))
    assert "No other provider’s name begins like this" in text

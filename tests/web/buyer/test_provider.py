"""One provider's page: what it says, what it must never say."""

import json
import re

from flask.testing import FlaskClient
from sqlalchemy import event

from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.readiness.models import Status
from tests.factories import (
    AT,
    ON,
    add_answer,
    add_certification,
    add_document,
    add_evidence,
    add_figure,
    add_figures,
    add_observation,
    add_proven,
    add_provider,
    add_reference,
    add_report,
    add_system,
    days_ago,
)
from tests.web.buyer.reading_pages import between, rows, words
from tests.web.buyer.scenes import REFEREE, REFEREE_EMAIL, add_conflicting, add_halden, add_unclaimed


def page(site: FlaskClient, slug: str) -> str:
    answer = site.get(f"/providers/{slug}")
    assert answer.status_code == 200
    return answer.text


def test_a_firm_at_scale_is_told_with_its_reasons(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_halden(session)
    html = page(site, "halden-automation")
    text = words(html)
    assert "Halden Automation Claims and policy agents for insurers" in text
    assert "42 people, founded 2019" in text
    assert "projects from 50,000 EUR" in text
    assert "References: 4 asked, 3 answered, 1 declined, 1 withdrawn; 2 verified" in text
    assert "Why “At scale”" in text
    panel = words(between(html, 'id="production"', "</section>"))
    assert "P1 Live and confirmed by its customer" in panel
    assert "confirmed by Nordvik Forsikring on 14 Oct 2026" in panel
    assert "At scale · 5 of 5 hold" in panel
    assert "Rules, version 1 of 1 Nov 2026" in panel
    enterprise = words(between(html, 'id="enterprise"', "</section>"))
    assert "“Enterprise”: not proven here yet" in enterprise
    assert "4 of 5 rules hold" in enterprise
    assert "Asks for: Met, each documented or better" in enterprise
    assert "Demonstration data: these firms are made up." in text


def test_each_figure_shows_value_level_window_and_how_it_is_known(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_halden(session)
    table = rows(between(page(site, "halden-automation"), 'class="table is-stacked figures-table"', "</table>"))
    assert table[1] == (
        "Requests a day 48,200 /day corroborated 2 weeks ago 30 days to 4 Oct 2026"
        " confirmed customer said 10,000–99,999/day answered 14 Oct 2026"
        " documented telemetry export checked: 48,200/day dated 4 Sep 2026"
    )
    assert table[2].startswith("Uptime 99.95 % corroborated")
    assert "a customer said 99.96 % answered 14 Oct 2026" in table[2]
    assert "the directory measured 99.95 % up to 2 Nov 2026" in table[2]
    assert table[4].startswith("Incident response 15 min, 24×7 confirmed")


def test_unknown_is_a_dash_and_never_a_zero(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_system(session, add_provider(session, slug="silent"))
    table = rows(between(page(site, "silent"), 'class="table is-stacked figures-table"', "</table>"))
    assert table[1:] == [
        "Requests a day — not stated",
        "Uptime — not stated",
        "Deployment — not stated",
        "Incident response — not stated",
    ]


def test_a_stated_zero_is_shown_as_one(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        system = add_system(session, add_provider(session, slug="idle"))
        add_figure(session, system, Metric.REQUESTS_PER_DAY, 0)
    table = rows(between(page(site, "idle"), 'class="table is-stacked figures-table"', "</table>"))
    assert table[1].startswith("Requests a day 0 /day stated")


def test_a_conflict_shows_both_values(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_conflicting(session)
    html = page(site, "overstated")
    table = rows(between(html, 'class="table is-stacked figures-table"', "</table>"))
    assert table[1].startswith("Requests a day 9,999 /day confirmed")
    assert "Conflicting: stated 31,000/day; 9,999/day is used." in table[1]
    assert "customer said 1,000–9,999/day" in table[1]
    assert 'class="number is-conflict"' in html


def test_what_has_expired_is_in_the_history_only(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider = add_conflicting(session)
        add_answer(session, provider, "tracing", as_of_on=days_ago(300))
        add_certification(session, provider, "iso27001", valid_until=days_ago(10))
    html = page(site, "overstated")
    current, past = html.split('id="history"')
    assert "77.7" not in current
    assert "ISO 27001" not in words(between(html, 'id="certifications"', "</section>"))
    table = rows(past)
    assert "Order desk: deployment 77.7 min 29 Sep 2025 expired on 29 Mar 2026" in table
    assert any(row.startswith("Tracing met 7 Jan 2026 expired on 7 Jul 2026") for row in table)
    assert any(row.startswith("ISO 27001 valid until 24 Oct 2026") and "expired on 25 Oct 2026" in row for row in table)


def test_what_was_superseded_is_in_the_history_only(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider = add_halden(session)
        add_answer(session, provider, "iac", Status.UNMET, superseded_at=AT)
        add_certification(session, provider, "iso27001", valid_until=None, superseded_at=AT)
    current, past = page(site, "halden-automation").split('id="history"')
    assert "39,100" not in current
    assert "Claims triage: requests a day 39,100/day 28 Mar 2026 superseded on 4 Oct 2026" in rows(past)
    assert "Infrastructure as code not met 4 Oct 2026 superseded on 3 Nov 2026" in rows(past)
    assert "ISO 27001 held 4 Oct 2026 superseded on 3 Nov 2026" in rows(past)


def test_who_the_referee_is_stands_nowhere(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider = add_halden(session)
        system = add_system(session, provider, name="Third")
        add_reference(session, system, referee_name=REFEREE, organisation="Hidden Customer", quote="It simply runs.")
    html = page(site, "halden-automation")
    assert "It simply runs." in html
    for secret in (REFEREE, REFEREE.split()[1], REFEREE_EMAIL, "Hidden Customer", "customer-", "Ada Referee"):
        assert secret not in html
    assert "an unnamed customer (" in html


def test_only_quotes_of_references_in_force_are_shown(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider = add_halden(session)
        old = {"answered_on": days_ago(380), "quote": "Words from long ago."}
        add_reference(session, add_system(session, provider, name="Third"), **old)
    html = page(site, "halden-automation")
    assert "Two outages in a year and a half" in html
    assert "Withdrawn words." not in html
    assert "Words from long ago." not in html


def test_a_customer_who_is_not_public_is_not_named(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider = add_provider(session, slug="discreet")
        add_system(session, provider, customer_name="Quiet Bank", customer_employees=300, customer_is_regulated=True)
    html = page(site, "discreet")
    assert "Quiet Bank" not in html
    assert "an unnamed customer (250–999 people), regulated" in words(html)


def test_answers_stand_area_by_area_with_status_level_and_note(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_halden(session)
    html = page(site, "halden-automation")
    errors = words(between(html, 'id="area-error-handling"', "</details>"))
    assert "Error handling" in errors
    assert "3 of 6 met, 3 of them with evidence" in errors
    assert "Retries Met documented" in errors
    assert "security report checked, 4 Sep 2026" in errors
    assert "Circuit breakers — not stated" in errors
    assert 'aria-label="3 met with evidence, 3 not answered"' in html
    scaling = between(html, 'id="area-scalability"', "</details>")
    assert "Load testing Partly stated" in words(scaling)
    assert 'href="https://halden-automation.example/load" rel="nofollow ugc noopener"' in scaling
    operations = words(between(html, 'id="area-operations"', "</details>"))
    assert "Conflicting: stated met; security report: partly met." in operations
    assert "Since 2024." in operations


def test_certifications_tell_level_and_end(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_halden(session)
    table = rows(between(page(site, "halden-automation"), 'class="table is-stacked certifications-table"', "</table>"))
    assert table[1].startswith("ISO 27001 documented")
    assert "valid until 3 Nov 2027" in table[1]
    assert "certificate checked, 4 Sep 2026" in table[1]
    assert table[2].startswith("SOC 2 Type II stated")


def test_observed_uptime_is_drawn_and_told(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_halden(session)
    html = page(site, "halden-automation")
    strip = between(html, 'class="panel strip-panel"', "</figure>")
    assert strip.count("<rect") == 90
    assert strip.count("is-unknown") == 1
    summary = "89 of 90 days to 2 Nov 2026 were measured; 87 at 99.9 % or more, 2 below."
    assert f'aria-label="{summary}"' in strip
    assert rows(strip)[1:] == ["2 Nov 2026 97.22 %", "31 Oct 2026 98.61 %"]


def test_a_stale_measurement_is_not_drawn(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        system = add_system(session, add_provider(session, slug="stale"))
        add_observation(session, system, last_sample_on=days_ago(8))
    assert "strip-panel" not in page(site, "stale")


def test_an_upheld_misrepresentation_is_prominent_for_a_year(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider = add_provider(session, slug="recent")
        add_report(session, provider, message="private words of the reporter", contact="reporter@mail.example")
        add_report(session, provider, notice="An older one.", decided_on=days_ago(400))
        add_report(session, provider, notice="Not decided.", state="open", decided_on=None)
    html = page(site, "recent")
    head, rest = html.split('</header>\n  <div class="with-aside">')
    assert "A misrepresentation was upheld on 26 Jul 2026" in head
    assert "The stated volume was another firm&#39;s." in head
    assert "An older one." not in head
    assert "An older one." in rest
    assert "Not decided." not in html
    assert "private words" not in html
    assert "reporter@" not in html


def test_an_unclaimed_entry_names_its_source_and_the_ways_out(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_unclaimed(session)
    html = page(site, "imported")
    text = words(html)
    assert "it holds what A public list stated, retrieved 22 Oct 2026" in text
    assert 'href="/providers/imported/report?kind=correction"' in html
    assert 'href="/providers/imported/report?kind=removal"' in html
    assert "size not stated" in text
    assert "stated by A public list, without evidence" in text
    assert '<h1 dir="auto">株式会社エージェント工房</h1>' in html


def test_terms_lead_into_the_results(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_halden(session)
    html = page(site, "halden-automation")
    for address, text in (
        ("tool=langsmith", "LangSmith"),
        ("country=NO", "Norway"),
        ("language=nb", "Norwegian Bokmål"),
        ("industry=insurance", "Insurance"),
        ("certification=iso27001&amp;level=1", "ISO 27001"),
    ):
        assert f'<a href="/providers?{address}">{text}</a>' in html


def test_what_firms_write_never_becomes_markup(site: FlaskClient, sqlite_database: Database) -> None:
    evil = "</script><script>alert(1)</script><b>bold</b>"
    with sqlite_database.writing() as session:
        provider = add_provider(
            session,
            slug="evil",
            name=evil,
            summary=evil,
            description=f"{evil}\n\nBaby<animal>AGI",
            website="javascript:alert(1)",
            source_name=evil,
            source_url="javascript:alert(2)",
        )
        system = add_system(session, provider, name=evil, summary=evil)
        add_figure(session, system, Metric.REQUESTS_PER_DAY, method=evil, source_url="javascript:alert(3)")
        add_answer(session, provider, "retries", note=evil, evidence_url="javascript:alert(4)")
        add_certification(session, provider, "iso27001", url="data:text/html,x")
        reference = add_reference(session, system, quote=evil, organisation=evil, is_named=True)
        add_evidence(session, reference, add_figure(session, system, Metric.DEPLOY_MINUTES), label=evil)
    html = page(site, "evil")
    assert "<script>alert" not in html
    assert "<b>bold" not in html
    assert "Baby&lt;animal&gt;AGI" in html
    assert "javascript:" not in html.replace(evil, "")
    assert 'href="data:' not in html
    assert html.count("</script>") == html.count("<script")


def test_linked_data_is_valid_and_stays_inside_its_element(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_provider(session, slug="data", name="A </script> & B", country="DE", founded=2020, languages=["en"])
    html = page(site, "data")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["@type"] == "Organization"
    assert data["name"] == "A </script> & B"
    assert data["@id"] == "http://127.0.0.1:8000/providers/data#organization"
    assert data["address"] == {"@type": "PostalAddress", "addressCountry": "DE"}
    assert data["foundingDate"] == "2020"
    assert data["numberOfEmployees"]["value"] == 40
    assert '<link rel="canonical" href="http://127.0.0.1:8000/providers/data">' in html


def test_who_has_taken_an_entry_over_can_be_asked_and_nobody_else(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_provider(session, slug="claimed", claimed_at=AT)
        add_provider(session, slug="found", claimed_at=None)
    assert 'href="/account/introductions/new?provider=claimed"' in page(site, "claimed")
    assert "/account/introductions" not in page(site, "found")


def test_only_a_claimed_entry_speaks_in_its_own_words(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_provider(session, slug="claimed", claimed_at=AT, description="Agents")
        add_provider(session, slug="found", claimed_at=None, description="Agents")
    assert "In its own words Agents" in words(page(site, "claimed"))
    assert "How it is described Agents" in words(page(site, "found"))


def test_a_long_description_is_kept_whole(site: FlaskClient, sqlite_database: Database) -> None:
    paragraphs = [f"Paragraph {number}: " + "lorem " * 150 for number in range(20)]
    with sqlite_database.writing() as session:
        add_provider(session, slug="long", description="\r\n\r\n".join(paragraphs)[:16_000])
    html = page(site, "long")
    text = words(between(html, 'id="about"', "</section>"))
    assert "Read on" in text
    assert text.count("lorem") == "\r\n\r\n".join(paragraphs)[:16_000].count("lorem")


def test_line_breaks_inside_a_paragraph_are_kept(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_halden(session)
    html = page(site, "halden-automation")
    assert '<p class="as-typed" dir="auto">First paragraph,\nwith a kept line break.</p>' in html
    assert '<p class="as-typed" dir="auto">Second paragraph.</p>' in html


def test_only_what_is_public_has_a_page(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_provider(session, slug="draft", published_at=None)
        add_provider(session, slug="gone", withdrawn_at=AT)
    for slug in ("draft", "gone", "never-was", "%00", "a" * 300):
        answer = site.get(f"/providers/{slug}")
        assert answer.status_code == 404
        assert "There is no such page" in answer.text


def test_a_retired_system_stands_after_the_live_ones(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_halden(session)
    html = page(site, "halden-automation")
    live, retired = html.split('id="retired"')
    assert "Old pilot" not in live.split('id="systems"')[1]
    assert "retired 24 Sep 2026, live since 3 Nov 2025" in words(retired)


def test_more_rows_take_no_more_queries(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        small = add_provider(session, slug="small")
        add_proven(session, small)
        large = add_provider(session, slug="large")
        document = add_document(session, large)
        for _ in range(12):
            system = add_proven(session, large)
            add_observation(session, system)
            past = {"superseded_at": AT, "as_of_on": ON}
            add_figure(session, system, Metric.REQUESTS_PER_DAY, 5, **past)
        for criterion in ("dpa", "sso", "rbac", "retries", "iac", "tracing"):
            add_evidence(session, document, add_answer(session, large, criterion))
        add_figures(session, add_system(session, large))
    counts = {}
    engine = site.application.extensions["directory"].database.engine
    for slug in ("small", "large"):
        page(site, slug)
        statements: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object, into: list[str] = statements) -> None:
            into.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        page(site, slug)
        event.remove(engine, "before_cursor_execute", note)
        counts[slug] = len(statements)
    assert counts["large"] == counts["small"] <= 20

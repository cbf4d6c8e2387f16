"""What an import makes of a list: providers added, changed, left alone; the same again is nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from directory.audit.models import AuditEvent
from directory.audit.services import verify
from directory.core.db import Database
from directory.evidence.models import Figure
from directory.exchange import current, importing, writing
from directory.exchange.writing import Outcome, _Batch
from directory.providers.models import Provider, System
from directory.readiness.models import Answer, Certification
from tests.exchange.files import AT, Run, firm, import_bytes, import_lines, listing, rows

LATER = AT + timedelta(days=10)

FULL: dict[str, Any] = firm(
    summary="Agents for banks",
    country="DE",
    founded=2015,
    employees=40,
    languages=["de", "en"],
    min_project={"amount": 20000, "currency": "EUR"},
    industries=["finance"],
    certifications=[{"name": "ISO 27001", "valid_until": "2027-05-01"}],
    systems=[
        {
            "name": "Desk",
            "live_since": "2025-01-01",
            "customer": {"name": "Secret Bank", "website": "bank.de", "employees": 5000, "regulated": True},
            "figures": {
                "requests_per_day": {"value": 48200, "as_of": "2026-09-01", "window_days": 30},
                "response_minutes": {"value": 15, "as_of": "2026-09-01", "coverage": "24x7"},
            },
        },
        {"name": "Voice", "customer": {"name": "Shop", "public": True}},
    ],
    answers={"sso": {"status": "met", "note": "SAML"}, "gdpr": {"status": "partly"}},
    source={"name": "A list", "url": "https://list.org/", "retrieved": "2026-10-01"},
)


def changed(**changes: Any) -> dict[str, Any]:
    return {**firm(), **changes}


def with_figure(value: float, as_of: str = "2026-09-01", **more: Any) -> dict[str, Any]:
    figures = {"requests_per_day": {"value": value, "as_of": as_of, **more}}
    return changed(systems=[{"name": "Desk", "figures": figures}])


def only(database: Database) -> dict[str, Any]:
    (found,) = listing(database)
    return found


def events(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        assert verify(session) is None
        found = session.execute(select(AuditEvent.action, AuditEvent.subject).order_by(AuditEvent.id))
        return [(action, subject) for action, subject in found]


def test_a_new_provider_is_published_unclaimed_at_level_0(database: Database, tmp_path: Path) -> None:
    run = import_lines(database, tmp_path, FULL)
    assert (run.added, run.bad, run.notices) == (1, 0, [])
    with database.reading() as session:
        provider = session.scalars(select(Provider)).one()
        assert (provider.slug, provider.domain, provider.website) == ("acme", "acme.com", "https://acme.com/")
        assert provider.is_public
        assert (provider.claimed_at, provider.is_demo, provider.published_at) == (None, False, AT)
        assert provider.source_retrieved_on == date(2026, 10, 1)
        figures = {figure.metric: figure for figure in session.scalars(select(Figure))}
        assert figures["requests_per_day"].value == 48200
        assert figures["response_minutes"].coverage == "24x7"
        answer = session.scalars(select(Answer).where(Answer.criterion == "sso")).one()
        assert (answer.status, answer.note, answer.as_of_on, answer.stated_by) == (
            "met",
            "SAML",
            date(2026, 10, 1),
            "import",
        )
        desk, voice = session.scalars(select(System).order_by(System.id))
        assert (desk.customer_name, desk.customer_is_public) == ("Secret Bank", False)
        assert (voice.customer_name, voice.customer_is_public) == ("Shop", True)
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.subject, event.provider_id) == ("provider.imported", "provider:acme", provider.id)
        assert event.detail == {"source": {"name": "A list", "url": "https://list.org/"}}


def test_the_same_again_writes_nothing(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, FULL, firm("Other", "other.de"))
    before = rows(database)
    run = import_lines(database, tmp_path, FULL, firm("Other", "other.de"), at=LATER)
    assert (run.unchanged, run.added, run.updated, run.notices) == (2, 0, 0, [])
    assert rows(database) == before


def test_absent_keys_keep_null_clears_and_another_value_replaces(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, FULL)
    before = only(database)
    run = import_lines(
        database,
        tmp_path,
        changed(
            name="Acme Ltd",
            website="http://www.acme.com/en",
            summary=None,
            country="AT",
            languages=[],
            min_project=None,
        ),
        at=LATER,
    )
    assert (run.updated, run.notices) == (1, [])
    kept = {key: before[key] for key in before if key not in {"summary", "languages", "min_project"}}
    assert only(database) == {**kept, "name": "Acme Ltd", "website": "http://www.acme.com/en", "country": "AT"}
    assert events(database) == [("provider.imported", "provider:acme"), ("provider.updated", "provider:acme")]
    with database.reading() as session:
        provider = session.scalars(select(Provider)).one()
        assert (provider.revision, provider.updated_at, provider.created_at) == (2, LATER, AT)


def test_parts_are_merged_key_by_key(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, FULL)
    line = changed(
        source={"url": None},
        systems=[
            {
                "name": "Desk",
                "summary": "At the desk",
                "customer": {"public": True},
                "figures": {"requests_per_day": None},
            },
            {"name": "New"},
        ],
        answers={"sso": None, "rbac": {"status": "unmet"}, "gdpr": {"status": "partly", "note": "soon"}},
        certifications=[{"name": "soc2-type2"}],
    )
    import_lines(database, tmp_path, line)
    found = only(database)
    assert found["source"] == {"name": "A list", "retrieved": "2026-10-01"}
    desk, voice, new = found["systems"]
    assert desk["customer"] == {
        "name": "Secret Bank",
        "website": "https://bank.de/",
        "employees": 5000,
        "regulated": True,
        "public": True,
    }
    assert (list(desk["figures"]), voice["name"], new) == (["response_minutes"], "Voice", {"name": "New"})
    assert found["answers"] == {"gdpr": {"status": "partly", "note": "soon"}, "rbac": {"status": "unmet"}}
    assert found["certifications"] == [{"name": "soc2-type2"}]
    before = rows(database)
    assert import_lines(database, tmp_path, line).unchanged == 1
    assert rows(database) == before


def test_null_takes_all_back_and_history_stays(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, FULL)
    cleared = changed(
        answers=None, certifications=None, source=None, systems=[{"name": "Desk", "figures": None, "customer": None}]
    )
    import_lines(database, tmp_path, cleared)
    found = only(database)
    assert not {"answers", "certifications", "source"} & set(found)
    assert found["systems"][0] == {"name": "Desk", "live_since": "2025-01-01"}
    with database.reading() as session:
        for model in (Figure, Answer, Certification):
            superseded = session.scalars(select(model.superseded_at)).all()
            assert superseded
            assert None not in superseded
    assert import_lines(database, tmp_path, cleared).unchanged == 1


@pytest.mark.parametrize(
    ("again", "outcome", "values"),
    [
        (with_figure(100), Outcome.UNCHANGED, [100]),
        (with_figure(100.0, method="counted otherwise"), Outcome.UNCHANGED, [100]),
        (with_figure(200), Outcome.UPDATED, [100, 200]),
        (with_figure(100, "2026-10-01"), Outcome.UPDATED, [100, 100]),
        (with_figure(200, "2026-08-01"), Outcome.UNCHANGED, [100]),
    ],
)
def test_figures_supersede(database: Database, tmp_path: Path, again: Any, outcome: Outcome, values: list[int]) -> None:
    import_lines(database, tmp_path, with_figure(100))
    run = import_lines(database, tmp_path, again, at=LATER)
    assert run.report.counts == {outcome: 1}
    with database.reading() as session:
        figures = session.scalars(select(Figure).order_by(Figure.id)).all()
        assert [figure.value for figure in figures] == values
        assert [figure.superseded_at for figure in figures] == [LATER] * (len(values) - 1) + [None]
    if "2026-08-01" in str(again):
        assert run.said == ["line 1: systems[0].figures.requests_per_day: is older than what is there (2026-09-01)"]


@pytest.mark.parametrize(
    ("status", "retrieved", "expected"),
    [
        ("met", None, (1, "2026-10-01")),
        ("met", "2026-10-01", (1, "2026-10-01")),
        ("met", "2026-11-01", (2, "2026-11-01")),
        ("unmet", "2026-11-01", (2, "2026-11-01")),
        ("unmet", None, (2, "2026-11-13")),
        ("unmet", "2026-09-01", (1, "2026-10-01")),
    ],
)
def test_answers_supersede(
    database: Database, tmp_path: Path, status: str, retrieved: str | None, expected: tuple[int, str]
) -> None:
    import_lines(database, tmp_path, changed(answers={"sso": {"status": "met"}}, source={"retrieved": "2026-10-01"}))
    source = {"source": {"retrieved": retrieved}} if retrieved else {}
    run = import_lines(database, tmp_path, changed(answers={"sso": {"status": status}}, **source), at=LATER)
    with database.reading() as session:
        answers = session.scalars(select(Answer).order_by(Answer.id)).all()
        assert (len(answers), str(answers[-1].as_of_on)) == expected
    assert len(run.notices) == (retrieved == "2026-09-01")


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("claimed_at", AT, "claimed: its provider keeps it"),
        ("withdrawn_at", AT, "withdrawn"),
        ("published_at", None, "being written by somebody who hasn't shown yet that it is theirs"),
    ],
)
def test_claimed_withdrawn_and_begun_entries_are_left_alone(
    database: Database, tmp_path: Path, column: str, value: datetime | None, word: str
) -> None:
    import_lines(database, tmp_path, FULL)
    with database.writing() as session:
        session.execute(update(Provider).values({column: value}))
    before = rows(database)
    run = import_lines(database, tmp_path, firm("Renamed", "www.acme.com"))
    assert (run.left_alone, run.bad) == (1, 0)
    assert run.said == [f"line 1: left alone: acme.com is {word}"]
    assert rows(database) == before


def test_one_firm_twice_in_a_list(database: Database, tmp_path: Path) -> None:
    lines = [
        firm(
            "ACME", "http://acme.com", summary="first", answers={"sso": {"status": "met"}}, systems=[{"name": "Desk"}]
        ),
        firm("Other", "other.de"),
        firm(
            "Acme GmbH", "www.acme.com/", country="DE", answers={"rbac": {"status": "met"}}, systems=[{"name": "Voice"}]
        ),
    ]
    run = import_lines(database, tmp_path, *lines)
    assert (run.added, run.report.merged) == (2, 1)
    assert "1 line was merged" in str(run.report)
    assert listing(database)[1] == {
        "name": "Acme GmbH",
        "website": "https://www.acme.com/",
        "summary": "first",
        "country": "DE",
        "systems": [{"name": "Desk"}, {"name": "Voice"}],
        "answers": {"rbac": {"status": "met"}, "sso": {"status": "met"}},
    }
    before = rows(database)
    assert import_lines(database, tmp_path, *lines, at=LATER).unchanged == 2
    assert rows(database) == before


def test_good_lines_are_taken_and_bad_ones_told(database: Database, tmp_path: Path) -> None:
    run = import_lines(
        database, tmp_path, firm("A", "a.com"), "nonsense", firm("B", "github.com/b"), firm("C", "c.com")
    )
    assert (run.added, run.bad) == (2, 2)
    assert run.said == [
        "line 2: isn't JSON: Expecting value at column 1",
        "line 3: website: github.com is shared by many firms: the firm's own website is needed",
    ]
    assert [found["name"] for found in listing(database)] == ["A", "C"]


def test_a_dirty_spreadsheet(database: Database, tmp_path: Path) -> None:
    text = (
        "Name;Website;Country;Description;Employees;Source.Retrieved\r\n"
        'Bäcker & Söhne;baecker.de\u00a0;at;"Zeile 1\r\nZeile 2";12;2026-01-12\r\n'
        "Baby<animal>AGI;http://babyagi.org;Atlantis;;;\r\n"
        "Late;late.com;;;;12/1\r\n"
        "=HYPERLINK(1);formula.com;;;;\r\n"
    )
    run = import_bytes(database, tmp_path, text.encode("cp1252"), suffix="csv")
    assert run.said == [
        "line 4: country: “Atlantis” isn't an ISO 3166-1 alpha-2 code",
        "line 5: source.retrieved: must be a day that exists, as YYYY-MM-DD",
    ]
    first, formula = listing(database)
    assert first == {
        "name": "Bäcker & Söhne",
        "website": "https://baecker.de/",
        "description": "Zeile 1\nZeile 2",
        "country": "AT",
        "employees": 12,
        "source": {"retrieved": "2026-01-12"},
    }
    assert formula["name"] == "=HYPERLINK(1)"


def test_a_system_retired_before_it_went_live_is_refused_with_what_is_there(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, FULL)
    before = rows(database)
    line = changed(summary="never seen", systems=[{"name": "Desk", "retired_on": "2024-12-31"}])
    run = import_lines(database, tmp_path, line, firm("Other", "other.de"))
    assert (run.bad, run.added) == (1, 1)
    assert run.said == ["line 1: systems[0].retired_on: 2024-12-31 is before live_since (2025-01-01)"]
    assert rows(database)["provider"][:1] == before["provider"]


def test_slugs_are_unique(database: Database, tmp_path: Path) -> None:
    names = [firm("Acme", f"acme{number}.com") for number in range(450)] + [
        firm("!", "bang.io"),
        firm("Acme 2", "a2.com"),
    ]
    import_lines(database, tmp_path, *names)
    with database.reading() as session:
        slugs = session.scalars(select(Provider.slug).order_by(Provider.id)).all()
    assert slugs[:3] == ["acme", "acme-2", "acme-3"]
    assert slugs[449:] == ["acme-450", "bang-io", "acme-2-2"]


def test_demonstration_entries(database: Database, tmp_path: Path) -> None:
    assert import_lines(database, tmp_path, firm("Acme", "acme.example")).added == 1
    with database.reading() as session:
        assert session.scalars(select(Provider.is_demo)).all() == [True]
    run = import_lines(database, tmp_path, firm("Other", "other.example"), accepts_demo=False)
    assert run.said == ["line 1: website: other.example is a demonstration entry, which production doesn't take"]


def test_a_dry_run_reports_the_same_and_leaves_nothing(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, FULL)
    before = rows(database)
    lines: list[dict[str, Any] | str] = [
        changed(summary="other"),
        "nonsense",
        *(firm(f"Firm {number}", f"firm{number}.com") for number in range(450)),
    ]
    dry = import_lines(database, tmp_path, *lines, is_dry_run=True)
    assert rows(database) == before
    wet = import_lines(database, tmp_path, *lines)
    assert dry.report == wet.report
    assert dry.said == wet.said
    assert (wet.added, wet.updated, wet.bad) == (450, 1, 1)


def test_a_domain_taken_meanwhile_costs_one_entry_not_its_batch(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_lines(database, tmp_path, firm("First", "taken.com"))
    original = _Batch.write

    def blind(batch: _Batch, entries: Any) -> Any:
        """Write as if `taken.com` had come between looking and writing."""
        load = current.load_current

        def without(session: Any, domains: Any) -> Any:
            found = load(session, domains)
            found.providers.pop("taken.com", None)
            return found

        with monkeypatch.context() as patch:
            patch.setattr(writing, "load_current", without)
            return original(batch, entries)

    monkeypatch.setattr(_Batch, "write", blind)
    run = import_lines(database, tmp_path, firm("A", "a.com"), firm("Second", "taken.com"), firm("C", "c.com"))
    assert (run.added, run.bad) == (2, 1)
    assert run.said == ["line 2: somebody else changed the entry at the same moment: import it again"]
    assert events(database)[1:] == [("provider.imported", "provider:a"), ("provider.imported", "provider:c")]


def test_two_imports_of_one_list_at_once(database: Database, tmp_path: Path) -> None:
    lines = [
        firm(f"Firm {number % 7}", f"firm{number}.com", answers={"sso": {"status": "met"}}) for number in range(500)
    ]

    def run(number: int) -> Run:
        folder = tmp_path / str(number)
        folder.mkdir()
        own = Database(database.url)
        try:
            return import_lines(own, folder, *lines)
        finally:
            own.dispose()

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(run, range(2)))
    assert [run.bad for run in runs] == [0, 0]
    assert sum(run.added for run in runs) == 500
    assert sum(run.unchanged for run in runs) == 500
    assert len(events(database)) == len(listing(database)) == 500


def test_a_batch_is_tried_again_when_the_database_asks_for_it(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([True, True, False])
    original = writing.write_batch

    def flaky(*args: Any, **options: Any) -> Any:
        results = original(*args, **options)
        if next(failures):
            raise OperationalError("INSERT", {}, Exception("deadlock detected"))
        return results

    monkeypatch.setattr(importing, "write_batch", flaky)
    assert import_lines(sqlite_database, tmp_path, FULL).added == 1
    assert len(events(sqlite_database)) == 1


ANY_LINE = st.builds(
    firm,
    name=st.sampled_from(["Acme", "ACME", "acme "]),
    website=st.sampled_from(["a.com", "www.a.com", "b.com", "c.de/x"]),
)
MORE = st.fixed_dictionaries(
    {},
    optional={
        "summary": st.sampled_from(["one", "two", None, ""]),
        "employees": st.sampled_from([1, 2, None]),
        "tools": st.sampled_from([[], ["langsmith"], ["langsmith", "grafana"], None]),
        "certifications": st.sampled_from(
            [[], None, [{"name": "iso-27001"}], [{"name": "soc2-type2", "url": "x.com"}]]
        ),
        "answers": st.sampled_from([None, {}, {"sso": {"status": "met"}}, {"sso": None, "rbac": {"status": "unmet"}}]),
        "source": st.sampled_from([None, {}, {"retrieved": "2026-10-01"}, {"retrieved": "2026-09-01", "name": "L"}]),
        "systems": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["X", "Y"])},
                optional={
                    "summary": st.sampled_from(["s", None]),
                    "customer": st.sampled_from([None, {"name": "N"}, {"public": True}]),
                    "figures": st.fixed_dictionaries(
                        {},
                        optional={
                            "uptime_percent": st.one_of(
                                st.none(),
                                st.fixed_dictionaries(
                                    {
                                        "value": st.sampled_from([99, 99.5, 100]),
                                        "as_of": st.sampled_from(["2026-01-01", "2026-02-01"]),
                                    }
                                ),
                            )
                        },
                    ),
                },
            ),
            max_size=2,
            unique_by=lambda system: str(system["name"]),
        ),
    },
)


@given(st.lists(st.builds(lambda line, more: line | more, ANY_LINE, MORE), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_list_imported_twice_changes_nothing_the_second_time(
    sqlite_database: Database, tmp_path: Path, lines: list[dict[str, Any]]
) -> None:
    assert import_lines(sqlite_database, tmp_path, *lines).bad == 0
    before = rows(sqlite_database)
    run = import_lines(sqlite_database, tmp_path, *lines, at=LATER)
    assert (run.added, run.updated, run.bad) == (0, 0, 0)
    assert rows(sqlite_database) == before
    assert events(sqlite_database) is not None

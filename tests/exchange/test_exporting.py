"""What an export holds, and that it comes back as it went."""

import json
import shutil
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from directory.catalogue.services import Catalogue
from directory.core.db import Database
from directory.core.spreadsheets import FORMULA, guarded
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.exchange import demo
from directory.exchange.exporting import export, records, replacing
from directory.exchange.sources import Format
from directory.exchange.texts import clean
from directory.providers.models import Provider
from tests import factories
from tests.exchange.files import AT, CRITERIA, TAXONOMY, exported, firm, import_bytes, import_lines, listing, rows


def test_only_what_is_public(database: Database) -> None:
    with database.writing() as session:
        shown = factories.add_provider(session, name="Shown")
        factories.add_provider(session, name="Draft", published_at=None)
        factories.add_provider(session, name="Gone", withdrawn_at=AT)
        claimed = factories.add_provider(session, name="Claimed", claimed_at=AT)
        system = factories.add_system(
            session, claimed, name="Desk", customer_name="Secret", customer_website="https://s.de/"
        )
        factories.add_system(session, shown, customer_name="Known", customer_is_public=True)
        figure = factories.add_figure(session, system, Metric.REQUESTS_PER_DAY)
        factories.add_evidence(session, factories.add_reference(session, system), figure)
        factories.add_report(session, claimed)
    assert [found["name"] for found in listing(database)] == ["Shown", "Claimed"]
    text = exported(database).decode()
    assert "Known" in text
    for secret in ("Secret", "s.de", "Ada Referee", "Customer ", "another firm"):
        assert secret not in text
    assert listing(database)[1]["systems"][0]["figures"]["requests_per_day"] == {
        "value": 48200,
        "as_of": "2026-10-04",
        "window_days": 30,
    }


def test_keys_in_the_order_of_the_format_without_what_is_empty(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, {"website": "a.com", "founded": 1999, "name": "A", "summary": "", "tools": []})
    assert exported(database) == b'{"name":"A","website":"https://a.com/","founded":1999}\n'


def test_csv_cells_that_look_like_formulas(database: Database, tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "@x", "'=1", "''@", "'quoted'", 'say "hi", or; so']
    import_lines(database, tmp_path, *(firm(name, f"f{number}.com") for number, name in enumerate(names)))
    written = exported(database, Format.CSV).decode()
    assert '\r\n"\'=1+1",' in written
    assert "\r\n\"''=1\"," in written
    assert "\r\n\"'quoted'\"," in written
    before = rows(database)
    assert import_bytes(database, tmp_path, written.encode(), suffix="csv").unchanged == len(names)
    assert rows(database) == before
    assert [found["name"] for found in listing(database)] == names


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("old")
    with pytest.raises(RuntimeError), replacing(file) as stream:
        stream.write(b"half")
        raise RuntimeError
    assert file.read_text() == "old"
    with replacing(file) as stream:
        stream.write(b"new")
        assert file.read_text() == "old"
    assert file.read_text() == "new"
    assert [found.name for found in tmp_path.iterdir()] == ["out.jsonl"]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_device_is_written_to_and_not_replaced() -> None:
    with replacing(Path("/dev/null")) as stream:
        stream.write(b"x")
    assert not Path("/dev/null").is_file()


def test_many_providers_in_order(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, *(firm(f"Firm {number}", f"firm{number}.com") for number in range(1201)))
    told: list[int] = []
    with database.reading() as session:
        assert export(session, BytesIO(), Format.JSONL, told.append) == 1201
        assert [record.name for record in records(session)] == [f"Firm {number}" for number in range(1201)]
    assert told == [500, 1000]


def cleaned(text: str) -> bool:
    try:
        return clean(text) == text != ""
    except ValueError:
        return False


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).filter(cleaned)
DAYS = st.dates(date(2000, 1, 1), date(2026, 11, 3)).map(str)
URLS = st.sampled_from(["https://list.org/", "https://bücher.de/a?b=c", "http://x.com:8080/%C3%BC"])


def terms(facet: str) -> Any:
    return st.lists(st.sampled_from([term.id for term in TAXONOMY.terms(facet)]), unique=True)


def objects(**optional: Any) -> Any:
    return st.fixed_dictionaries({}, optional=optional)


def figures(metric: Metric) -> Any:
    definition = DEFINITIONS[metric]
    places = -int(definition.step.as_tuple().exponent)
    values = st.decimals(0, min(definition.highest, Decimal(10**9)), places=places).map(float)
    required = {"value": values, "as_of": DAYS}
    if metric is Metric.RESPONSE_MINUTES:
        required["coverage"] = st.sampled_from(["24x7", "business-hours"])
    optional = {"window_days": st.integers(1, 3660), "method": TEXT, "source_url": URLS}
    return st.fixed_dictionaries(required, optional=optional)


SYSTEMS = st.fixed_dictionaries(
    {"name": TEXT},
    optional={
        "summary": TEXT,
        "industry": st.sampled_from([term.id for term in TAXONOMY.industry]),
        "agent_type": st.sampled_from([term.id for term in TAXONOMY.agent_type]),
        "live_since": st.dates(date(2000, 1, 1), date(2010, 1, 1)).map(str),
        "retired_on": st.dates(date(2011, 1, 1), date(2030, 1, 1)).map(str),
        "customer": objects(
            name=TEXT, website=URLS, employees=st.integers(0, 10**7), regulated=st.booleans(), public=st.booleans()
        ),
        "figures": objects(**{metric: figures(metric) for metric in Metric}),
    },
)
PROVIDERS = st.fixed_dictionaries(
    {
        "name": TEXT,
        "website": st.sampled_from([f"https://{host}/" for host in ("a.com", "www.b.de", "c.example", "ü.de")]),
    },
    optional={
        "summary": TEXT,
        "description": TEXT.map(lambda text: f"{text}\n\n{text}"),
        "country": st.sampled_from(["DE", "NL", "TW"]),
        "founded": st.integers(1800, 2026),
        "employees": st.integers(0, 10**7),
        "languages": st.lists(st.sampled_from(["de", "en", "zh"]), unique=True),
        "engagement": terms("engagement"),
        "min_project": st.fixed_dictionaries(
            {"amount": st.decimals(0, 10**9, places=2).map(float), "currency": st.sampled_from(["EUR", "JPY"])}
        ),
        "industries": terms("industry"),
        "regions": terms("region"),
        "agent_types": terms("agent_type"),
        "frameworks": terms("framework"),
        "models": terms("model"),
        "clouds": terms("cloud"),
        "tools": terms("tool"),
        "certifications": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from([term.id for term in TAXONOMY.certification])},
                optional={"valid_until": DAYS, "url": URLS},
            ),
            unique_by=lambda one: str(one["name"]),
        ),
        "systems": st.lists(SYSTEMS, max_size=3, unique_by=lambda system: str(system["name"])),
        "answers": st.dictionaries(
            st.sampled_from(sorted(CRITERIA)),
            st.fixed_dictionaries(
                {"status": st.sampled_from(["met", "partly", "unmet", "not-applicable"])},
                optional={"note": TEXT, "evidence_url": URLS},
            ),
        ),
        "source": objects(name=TEXT, url=URLS, retrieved=DAYS),
    },
)


@given(st.lists(PROVIDERS, min_size=1, max_size=4, unique_by=lambda provider: str(provider["website"])))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_round_trip_gives_the_same_bytes(
    sqlite_template: Path, tmp_path: Path, providers: list[dict[str, Any]]
) -> None:
    exports = []
    content = "".join(json.dumps(provider) + "\n" for provider in providers).encode()
    for number in range(2):
        file = tmp_path / f"{number}.sqlite"
        shutil.copy(sqlite_template, file)
        database = Database(f"sqlite:///{file}")
        run = import_bytes(database, tmp_path, content)
        assert (run.added, run.said) == (len(providers), [])
        content = exported(database)
        exports.append(content)
        written = exported(database, Format.CSV)
        before = rows(database)
        assert import_bytes(database, tmp_path, written, suffix="csv").unchanged == len(providers)
        assert import_bytes(database, tmp_path, content).unchanged == len(providers)
        assert rows(database) == before
        database.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
    assert exports[0] == exports[1]
    for given_, found in zip(providers, map(json.loads, exports[0].splitlines()), strict=True):
        _compare(given_, found)


def test_demonstration_entries_come_back_as_they_went(
    sqlite_database: Database, sqlite_template: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    plan = demo.Plan(demo.default_providers(), 1, catalogue)
    with sqlite_database.writing() as session:
        for ordinals in plan.batches():
            demo.load(session, plan, ordinals, at=AT)
    content = exported(sqlite_database)
    file = tmp_path / "other.sqlite"
    shutil.copy(sqlite_template, file)
    other = Database(f"sqlite:///{file}")
    run = import_bytes(other, tmp_path, content, catalogue=catalogue)
    assert (run.added, run.said) == (content.count(b"\n"), [])
    assert exported(other) == content
    other.dispose()


def _compare(given_: dict[str, Any], found: dict[str, Any]) -> None:
    """Hold an exported provider against what was imported: all of it, less what is private or empty."""
    expected = {key: value for key, value in given_.items() if value not in ({}, [])}
    expected["certifications"] = sorted(expected.get("certifications", []), key=lambda one: str(one["name"]))
    expected["systems"] = [_public(system) for system in expected.get("systems", [])]
    assert found == {key: value for key, value in expected.items() if value != []}


def _public(system: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in system.items() if value != {}}
    customer = dict(kept.pop("customer", {}))
    is_public = customer.setdefault("public", False)
    if not is_public:
        customer = {key: customer[key] for key in ("employees", "regulated", "public") if key in customer}
    return kept | ({"customer": customer} if is_public or len(customer) > 1 else {})


@given(TEXT)
def test_formula_cells_are_told_apart(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@"))
    assert (cell[1:] if FORMULA.match(cell) and cell.startswith("'") else cell) == text


def test_claimed_entries_come_out_unclaimed_and_go_in_again_as_nothing(database: Database, tmp_path: Path) -> None:
    import_lines(database, tmp_path, firm())
    content = exported(database)
    with database.writing() as session:
        session.execute(update(Provider).values(claimed_at=AT))
    assert exported(database) == content
    assert import_bytes(database, tmp_path, content).left_alone == 1

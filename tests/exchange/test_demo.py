"""Demonstration entries: what they must show, and that they go as they came."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from directory.audit.models import AuditEvent
from directory.audit.services import verify
from directory.catalogue.services import Catalogue
from directory.core.db import Database
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.models import Document, Evidence, Observation
from directory.exchange import demo
from directory.exchange.demo_batch import MODELS
from directory.exchange.demo_spec import written
from directory.providers.models import TERM_FIELDS, Provider, System
from directory.readiness.models import Answer, Certification, Status
from directory.references.models import Reference, ReferenceState
from directory.review.models import Report
from directory.rules.case import Outcome
from directory.rules.evaluator import TierName, Verdicts, evaluate
from directory.rules.queries import load_facts
from tests import factories

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FACETS = dict(
    zip(
        TERM_FIELDS,
        (None, "engagement", "industry", "region", "agent_type", "framework", "model", "cloud", "tool"),
        strict=True,
    )
)
ABOUT_SYSTEMS = {f"{letter}{number}" for letter in "PS" for number in range(1, 6)} - {"P5"}


def load(database: Database, catalogue: Catalogue, providers: int = 60, *, seed: int = 1, at: datetime = AT) -> int:
    plan = demo.Plan(providers, seed, catalogue)
    added = 0
    for ordinals in plan.batches():
        with database.writing() as session:
            added += demo.load(session, plan, ordinals, at=at)
    return added


def remove(database: Database) -> int:
    with database.writing() as session:
        demo.hide(session, at=AT)
    removed = 0
    while True:
        with database.writing() as session:
            gone = demo.remove(session, at=AT, limit=25)
        if not gone:
            return removed
        removed += gone


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.reading() as session:
        return {
            model.__tablename__: [
                dict(row._mapping)
                for row in session.execute(select(*model.__table__.columns).order_by(model.__table__.c.id))
            ]
            for model in MODELS
        }


def judged(database: Database, catalogue: Catalogue, at: datetime = AT) -> list[Verdicts]:
    with database.reading() as session:
        ids = list(session.scalars(select(Provider.id).order_by(Provider.id)))
        facts = load_facts(session, ids, catalogue)
    return [evaluate(facts[one], catalogue.rules, at.date()) for one in ids]


@pytest.fixture(scope="module")
def loaded(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[Database]:
    """The hand-written entries, loaded once for all tests that only look at them."""
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    load(database, catalogue)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def verdicts(loaded: Database, catalogue: Catalogue) -> list[Verdicts]:
    return judged(loaded, catalogue)


def test_the_market_has_the_proportions_that_the_pages_are_drawn_for(verdicts: list[Verdicts]) -> None:
    tiers = Counter(one.tier for one in verdicts)
    assert tiers == {TierName.AT_SCALE: 9, TierName.IN_PRODUCTION: 14, None: 37}
    assert sum(one.enterprise_outcome is Outcome.PASS for one in verdicts) == 14


@pytest.mark.parametrize("days", [1, 7, 20])
def test_the_proportions_hold_for_weeks_after_loading(loaded: Database, catalogue: Catalogue, days: int) -> None:
    later = judged(loaded, catalogue, AT + timedelta(days=days))
    assert sum(one.tier is not None for one in later) >= 20


def test_every_rule_has_every_outcome_that_it_can_have(verdicts: list[Verdicts]) -> None:
    seen: dict[str, set[Outcome]] = {}
    for one in verdicts:
        for result in (*one.production, *one.enterprise):
            seen.setdefault(result.id, set()).add(result.outcome)
    assert all({Outcome.PASS} < outcomes for outcomes in seen.values())
    never_fail, never_unknown = {"P4", "S1", "E2"}, {"P5"}
    assert {rule for rule, outcomes in seen.items() if Outcome.FAIL not in outcomes} == never_fail
    assert {rule for rule, outcomes in seen.items() if Outcome.UNKNOWN not in outcomes} == never_unknown


def test_entries_in_production_miss_at_scale_for_different_reasons(verdicts: list[Verdicts]) -> None:
    missed = {
        tuple(result.id for result in one.production if not result.is_pass)
        for one in verdicts
        if one.tier is TierName.IN_PRODUCTION
    }
    assert len(missed) >= 8
    assert {rule for rules in missed for rule in rules} == {"S1", "S2", "S3", "S4", "S5"}


def test_some_entry_misses_the_first_tier_by_each_of_its_rules_alone(verdicts: list[Verdicts]) -> None:
    alone = set()
    for one in verdicts:
        missed = [result.id for result in one.production if result.id.startswith("P") and not result.is_pass]
        if len(missed) == 1:
            alone.add(missed[0])
    assert alone == {"P1", "P2", "P3", "P4", "P5"}


def test_every_level_and_both_kinds_of_conflict_are_shown(verdicts: list[Verdicts]) -> None:
    figures = [figure for one in verdicts for system in one.live_systems for figure in system.figures.values()]
    assert {figure.level for figure in figures if not figure.is_conflicting} == set(Level)
    conflicts = [figure for figure in figures if figure.is_conflicting]
    assert any(figure.value != figure.stated for figure in conflicts), "evidence says less than is stated"
    assert any(figure.value == figure.stated and figure.level is Level.STATED for figure in conflicts), "and more"
    answers = [answer for one in verdicts for answer in one.answers.values()]
    assert {answer.stated for answer in answers} == set(Status)
    assert any(answer.is_conflicting for answer in answers)


def test_some_figures_have_expired_and_some_have_a_history(loaded: Database, verdicts: list[Verdicts]) -> None:
    current = [figure for one in verdicts for system in one.facts.systems for figure in system.figures]
    in_force = [figure for one in verdicts for system in one.systems for figure in system.figures]
    assert len(in_force) < len(current)
    with loaded.reading() as session:
        tables = everything(loaded)
        assert sum(row["superseded_at"] is not None for row in tables["figure"]) > 10
        assert verify(session) is None


def test_the_firms_of_the_sketches_have_the_figures_shown_there(loaded: Database, verdicts: list[Verdicts]) -> None:
    by_slug = {one.facts.slug: one for one in verdicts}
    halden = by_slug["halden-automation"]
    assert halden.system is not None
    shown = {metric: (figure.value, figure.level) for metric, figure in halden.system.figures.items()}
    assert shown == {
        Metric.REQUESTS_PER_DAY: (48200, Level.CORROBORATED),
        Metric.UPTIME_PERCENT: (DEFINITIONS[Metric.UPTIME_PERCENT].step * 999600, Level.OBSERVED),
        Metric.DEPLOY_MINUTES: (12, Level.CONFIRMED),
        Metric.RESPONSE_MINUTES: (15, Level.CONFIRMED),
    }
    with loaded.reading() as session:
        labels = set(session.scalars(select(Evidence.label).where(Evidence.provider_id == halden.facts.id)))
    assert {
        "customer said 10,000–99,999/day",
        "telemetry export checked",
        "1-minute probe, 129,548 of 129,600 samples good",
    } <= labels
    tamarind = by_slug["tamarind-systems"]
    assert tamarind.system is not None
    volume = tamarind.system.figures[Metric.REQUESTS_PER_DAY]
    assert (int(volume.value), int(volume.stated), volume.is_conflicting) == (6800, 31000, True)
    assert sum(result.outcome is Outcome.UNKNOWN for result in tamarind.enterprise) == 2


def test_texts_and_sizes_go_to_their_limits(loaded: Database, verdicts: list[Verdicts]) -> None:
    with loaded.reading() as session:
        providers = list(session.scalars(select(Provider)))
        systems = Counter(session.scalars(select(System.provider_id)))
    names = [one.name for one in providers]
    assert max(map(len, names)) > 120
    assert sum(not name.isascii() and not any("a" <= letter.lower() <= "z" for letter in name) for name in names) >= 7
    assert "Agents." in {one.summary for one in providers}
    assert max(systems.values()) == 12
    sizes = {one.employees for one in providers}
    assert {1, 5000, None} <= sizes
    assert len({one.country for one in providers}) > 30
    assert any(not one.claimed_at and one.source_name for one in providers)
    bare = next(one for one in providers if one.slug == "thornapplewood")
    assert (bare.summary, bare.description, bare.country, systems[bare.id]) == ("", "", None, 0)
    assert any(one.systems and not one.live_systems for one in verdicts), "only retired systems"


def test_references_are_in_every_state_and_only_verified_ones_are_evidence(loaded: Database) -> None:
    with loaded.reading() as session:
        references = list(session.scalars(select(Reference)))
        used = set(session.scalars(select(Evidence.reference_id).where(Evidence.withdrawn_at.is_(None))))
    assert {one.state for one in references} == set(ReferenceState)
    assert {one.id for one in references if one.state == ReferenceState.VERIFIED} >= used - {None}
    assert {one.is_named for one in references} == {True, False}
    assert any(one.quote for one in references)
    assert all(one.referee_email and one.referee_email.endswith(f"@{one.organisation_domain}") for one in references)
    assert all(one.organisation_domain.endswith(".example") for one in references)
    assert any(one.organisation_is_regulated for one in references)


def test_observations_hold_ninety_days_and_one_is_stale(loaded: Database) -> None:
    with loaded.reading() as session:
        observations = list(session.scalars(select(Observation)))
    assert sum(len(one.days) == 90 for one in observations) >= 6
    for one in observations:
        assert sum(samples for samples, _ in one.days) == one.samples
        assert (one.last_sample_on - one.first_sample_on).days + 1 == len(one.days)
    assert any((AT.date() - one.last_sample_on).days > 7 for one in observations)
    assert any(good < samples * 0.98 for one in observations for samples, good in one.days)


def test_documents_certifications_and_reports_vary(loaded: Database) -> None:
    with loaded.reading() as session:
        checked = set(session.scalars(select(Document.checked_at.is_not(None))))
        ends = list(session.scalars(select(Certification.valid_until)))
        upheld = [one.decided_on for one in session.scalars(select(Report)) if one.decided_on and one.notice]
    assert checked == {True, False}
    assert any(end and end < AT.date() for end in ends)
    assert any(end and end > AT.date() for end in ends)
    assert {(AT.date() - day).days > 365 for day in upheld} == {True, False}


def assert_words_are_shipped(database: Database, catalogue: Catalogue) -> None:
    taxonomy, criteria = catalogue.taxonomy, catalogue.checklist.criteria
    with database.reading() as session:
        for provider in session.scalars(select(Provider)):
            for name, facet in FACETS.items():
                unknown = [one for one in getattr(provider, name) if facet and (facet, one) not in taxonomy.labels]
                assert not unknown, (provider.slug, name)
            assert all(1 < len(language) <= 3 for language in provider.languages)
        industries, agent_types = session.scalars(select(System.industry)), session.scalars(select(System.agent_type))
        assert set(industries) <= {None} | {term.id for term in taxonomy.industry}
        assert set(agent_types) <= {None} | {term.id for term in taxonomy.agent_type}
        assert set(session.scalars(select(Answer.criterion))) <= set(criteria)
        assert set(session.scalars(select(Evidence.criterion))) <= {None} | set(criteria)
        assert set(session.scalars(select(Certification.name))) <= {term.id for term in taxonomy.certification}


def test_values_keep_to_the_metrics_definitions(loaded: Database) -> None:
    for row in everything(loaded)["figure"]:
        assert DEFINITIONS[Metric(row["metric"])].is_acceptable(row["value"]), row


def test_two_thousand_are_valid_unique_and_a_long_tail(sqlite_database: Database, catalogue: Catalogue) -> None:
    load(sqlite_database, catalogue, 2000)
    assert_words_are_shipped(sqlite_database, catalogue)
    tables = everything(sqlite_database)
    assert len(tables["provider"]) == 2000
    assert len({row["slug"] for row in tables["provider"]}) == 2000
    assert all(row["domain"].endswith(".example") and row["is_demo"] for row in tables["provider"])
    for row in tables["figure"]:
        assert DEFINITIONS[Metric(row["metric"])].is_acceptable(row["value"]), row
    volumes = sorted(row["value"] for row in tables["figure"] if row["metric"] == Metric.REQUESTS_PER_DAY)
    assert volumes[-1] > 500 * volumes[len(volumes) // 2]
    tiers = Counter(one.tier for one in judged(sqlite_database, catalogue))
    assert 0.01 < tiers[TierName.AT_SCALE] / 2000 < 0.05 < tiers[TierName.IN_PRODUCTION] / 2000 < 0.2


def test_the_same_seed_gives_the_same_rows(sqlite_database: Database, catalogue: Catalogue) -> None:
    load(sqlite_database, catalogue, 150, seed=7)
    first = everything(sqlite_database)
    remove(sqlite_database)
    load(sqlite_database, catalogue, 150, seed=7)
    assert everything(sqlite_database) == first
    remove(sqlite_database)
    load(sqlite_database, catalogue, 150, seed=8)
    assert everything(sqlite_database) != first


def test_days_follow_the_day_of_loading(sqlite_database: Database, catalogue: Catalogue) -> None:
    load(sqlite_database, catalogue, 70)
    first = everything(sqlite_database)["figure"]
    remove(sqlite_database)
    load(sqlite_database, catalogue, 70, at=AT + timedelta(days=100))
    second = everything(sqlite_database)["figure"]
    assert {new["as_of_on"] - old["as_of_on"] for old, new in zip(first, second, strict=True)} == {timedelta(days=100)}


def test_loading_again_changes_nothing_and_a_higher_number_adds_the_rest(
    sqlite_database: Database, catalogue: Catalogue
) -> None:
    assert load(sqlite_database, catalogue, 40) == 40
    assert load(sqlite_database, catalogue, 40) == 0
    assert load(sqlite_database, catalogue, 90) == 50
    grown = everything(sqlite_database)
    remove(sqlite_database)
    load(sqlite_database, catalogue, 90)
    assert everything(sqlite_database) == grown


def test_removal_leaves_a_real_entry_and_nothing_else(database: Database, catalogue: Catalogue) -> None:
    with database.writing() as session:
        real = factories.add_provider(session, slug="tamarind-systems", domain="tamarind.test", is_demo=False)
        factories.add_system(session, real)
    before = everything(database)
    load(database, catalogue, 80)
    with database.reading() as session:
        assert session.scalar(select(Provider.slug).where(Provider.domain == "tamarind-systems.example")) == (
            "tamarind-systems-demo"
        )
        demo_ids = set(session.scalars(select(Provider.id).where(Provider.is_demo)))
    assert remove(database) == 80
    assert everything(database) == before
    with database.reading() as session:
        removed = session.scalars(select(AuditEvent.provider_id).where(AuditEvent.action == "provider.removed"))
        assert set(removed) == demo_ids
        assert verify(session) is None


def test_ordinary_rows_can_be_added_afterwards(database: Database, catalogue: Catalogue) -> None:
    load(database, catalogue, 12)
    with database.writing() as session:
        newest = session.scalar(select(func.max(Provider.id))) or 0
        provider = factories.add_provider(session)
        system = factories.add_system(session, provider)
        assert provider.id > newest
        assert system.id


def test_each_entry_leaves_one_event(sqlite_database: Database, catalogue: Catalogue) -> None:
    load(sqlite_database, catalogue, 12)
    with sqlite_database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "provider.demonstrated"))
        told = {event.subject: event.provider_id for event in events}
        assert told == {f"provider:{one.slug}": one.id for one in session.scalars(select(Provider))}


def test_the_hand_written_entries_use_shipped_words(loaded: Database, catalogue: Catalogue) -> None:
    assert_words_are_shipped(loaded, catalogue)
    assert len(written()) == 60

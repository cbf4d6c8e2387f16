"""The data files that ship with the code."""

from decimal import Decimal

import pytest

from directory.catalogue.consistency import RANGES
from directory.catalogue.loading import parse, read_text
from directory.catalogue.schema import FACETS, CriteriaMet, MetricReaches
from directory.catalogue.services import Catalogue, shipped_files
from directory.evidence.metrics import DEFINITIONS

AREAS = {
    "error-handling": "graceful-degradation retries circuit-breakers alerting recovery unexpected-input",
    "scalability": "load-balancing caching async-processing database-optimisation load-testing",
    "prompt-management": ("prompt-versioning prompt-testing prompt-release prompt-tooling ab-testing prompt-rollback"),
    "observability": "llmops-tooling tracing latency-monitoring token-tracking failure-attribution",
    "security-compliance": (
        "on-premise eu-models data-anonymisation audit-logs gdpr internal-policies dpa no-training sso rbac"
        " prompt-injection-testing"
    ),
    "operations": "ci-cd iac monitoring-stack support-24x7 runbooks post-mortems human-handoff",
}


def test_checklist_has_every_criterion_in_order(catalogue: Catalogue) -> None:
    found = {area.id: " ".join(criterion.id for criterion in area.criteria) for area in catalogue.checklist.areas}
    assert list(found.items()) == list(AREAS.items())


def test_every_criterion_says_all_it_must(catalogue: Catalogue) -> None:
    for criterion in catalogue.checklist.criteria.values():
        assert criterion.question.endswith("?")
        assert len({criterion.why, criterion.good, criterion.evidence, criterion.advice}) == 4
        for text in (criterion.why, criterion.good, criterion.evidence, criterion.advice):
            assert text.endswith(".")
            assert "!" not in text
            assert len(text) < 400


def test_shipped_files_have_a_version_and_a_date(catalogue: Catalogue) -> None:
    for file in (catalogue.checklist, catalogue.rules):
        assert (file.version, file.published_on.isoformat()) == ("1", "2026-11-01")
    assert (catalogue.taxonomy.version, catalogue.taxonomy.published_on.isoformat()) == ("1.1", "2026-11-29")
    assert catalogue.key == "shipped"


def test_rules_have_the_published_thresholds(catalogue: Catalogue) -> None:
    rules = catalogue.rules.by_id
    assert list(rules) == ["P1", "P2", "P3", "P4", "P5", "S1", "S2", "S3", "S4", "S5", "E1", "E2", "E3", "E4", "E5"]
    volume, response, data = rules["S2"].condition, rules["S4"].condition, rules["E3"].condition
    assert volume == MetricReaches(metric="requests_per_day", level=2, at_least=Decimal(10_000))
    assert response == MetricReaches(metric="response_minutes", level=1, at_most=Decimal(60), coverage="24x7")
    assert data == CriteriaMet(all_of=("dpa", "eu-models", "gdpr"), level=1)


@pytest.mark.parametrize("facet", FACETS)
def test_every_facet_offers_a_choice(catalogue: Catalogue, facet: str) -> None:
    assert len(catalogue.taxonomy.terms(facet)) >= 5


@pytest.mark.parametrize("facet", ["industry", "agent_type", "region"])
def test_every_term_with_a_page_is_described_in_its_own_words(catalogue: Catalogue, facet: str) -> None:
    described = [term.description for term in catalogue.taxonomy.terms(facet)]
    assert len(set(described)) == len(described)
    for text in described:
        assert 60 < len(text) < 220
        assert text.endswith(".")
        assert "!" not in text


@pytest.mark.parametrize(
    ("facet", "spelling", "term"),
    [
        ("tool", "Azure OpenAI", "azure-openai"),
        ("tool", "LangSmith", "langsmith"),
        ("tool", "k8s", "kubernetes"),
        ("certification", "SOC 2 Type II", "soc2-type2"),
        ("certification", "ISO/IEC 27001", "iso27001"),
        ("model", "ChatGPT", "gpt"),
        ("cloud", "Amazon Web Services", "aws"),
        ("region", "On-premise", "on-premises"),
        ("framework", "llama-index", "llamaindex"),
    ],
)
def test_other_spellings_lead_to_the_term(catalogue: Catalogue, facet: str, spelling: str, term: str) -> None:
    assert catalogue.taxonomy.spellings[facet, spelling.casefold()] == term


@pytest.mark.parametrize("spelling", ["SOC 2", "Europe"])
def test_an_ambiguous_spelling_leads_nowhere(catalogue: Catalogue, spelling: str) -> None:
    assert not [key for key in catalogue.taxonomy.spellings if key[1] == spelling.casefold()]


@pytest.mark.parametrize(
    ("employees", "band"),
    [(0, "1-9"), (9, "1-9"), (10, "10-49"), (249, "50-249"), (999, "250-999"), (1000, "1000-plus"), (None, None)],
)
def test_size_is_computed_from_employees(catalogue: Catalogue, employees: int | None, band: str | None) -> None:
    assert catalogue.taxonomy.size_of(employees) == band


def test_ranges_of_thresholds_are_those_of_the_metrics() -> None:
    for metric, definition in DEFINITIONS.items():
        allowed = RANGES[metric.value]
        bound = "at_least" if definition.is_more_better else "at_most"
        assert (allowed.bound, allowed.highest, allowed.step) == (bound, definition.highest, definition.step)


def test_the_same_text_reads_as_the_same_contents() -> None:
    for path in shipped_files().values():
        assert parse(read_text(path), "once") == parse(read_text(path), "again")

"""The methodology: rendered from the rules in force, its examples computed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from directory.catalogue.schema import Tolerance
from directory.catalogue.services import Catalogue, activate, register
from directory.core.db import Database
from directory.core.paths import shipped
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.web.buyer.methodology import bands_of, example, level_parts, methodology_page, tolerance_text
from tests.factories import AT
from tests.web.buyer.reading_pages import between, rows, words


def test_it_tells_version_metrics_levels_and_rules(site: FlaskClient) -> None:
    html = site.get("/methodology").text
    text = words(html)
    assert "version 1 of 1 Nov 2026" in text
    for definition in DEFINITIONS.values():
        assert definition.definition in text
    levels = rows(between(html, 'class="table is-stacked levels-table"', "</table>"))
    assert [row.split()[0] for row in levels[1:]] == [level.word for level in Level]
    assert "6 months from the day it is stated for" in levels[1]
    assert "12 months from the customer’s answer" in levels[3]
    assert "90 days or longer, with at least 95 % of the samples" in levels[4]
    assert "Nobody’s judgement enters the ranking" in text
    assert "/report" not in text


@pytest.mark.parametrize("rule", ["P1", "P5", "S1", "S5", "E1", "E5"])
def test_every_rule_has_an_anchor_and_its_sentence(site: FlaskClient, catalogue: Catalogue, rule: str) -> None:
    html = site.get("/methodology").text
    row = words(between(html, f'<tr id="{rule}">', "</tr>"))
    assert row.startswith(f"{rule} {catalogue.rules.by_id[rule].name} ")
    assert len(row) > len(f"{rule} {catalogue.rules.by_id[rule].name} ") + 10


def test_anchors_are_unique(site: FlaskClient) -> None:
    html = site.get("/methodology").text
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    assert {"production", "enterprise", "report", "in-production", "at-scale"} <= set(ids)


def test_examples_are_those_of_the_product(catalogue: Catalogue) -> None:
    examples = methodology_page(catalogue, "").examples
    assert [(one.stated, one.said, one.used, one.is_conflicting) for one in examples[:3]] == [
        ("48,200/day", "10,000–99,999/day", "48,200/day", False),
        ("10,100/day", "1,000–9,999/day", "9,999/day", False),
        ("31,000/day", "1,000–9,999/day", "9,999/day", True),
    ]
    assert all(one.level is Level.CONFIRMED for one in examples)


def test_examples_follow_the_tolerance_in_force(catalogue: Catalogue) -> None:
    policy = catalogue.rules.evidence
    wide = replace_struct(policy, tolerance=replace_struct(policy.tolerance, requests_per_day=Tolerance(Decimal(400))))
    found = example(Metric.REQUESTS_PER_DAY, Decimal(31_000), Decimal(5_000), wide)
    assert not found.is_conflicting
    assert found.used == "9,999/day"


def replace_struct(value: Any, **changes: object) -> Any:
    return msgspec.structs.replace(value, **changes)


def test_levels_follow_the_policy_in_force(catalogue: Catalogue) -> None:
    policy = catalogue.rules.evidence
    shorter = replace_struct(policy, validity=replace_struct(policy.validity, stated_months=1))
    assert level_parts(shorter)[0].lasts == "1 month from the day it is stated for"


@pytest.mark.parametrize(
    ("tolerance", "metric", "text"),
    [
        (Tolerance(Decimal(25)), Metric.REQUESTS_PER_DAY, "25 %"),
        (Tolerance(absolute=Decimal("0.05")), Metric.UPTIME_PERCENT, "0.05 percentage points"),
        (Tolerance(Decimal(25), Decimal(5)), Metric.DEPLOY_MINUTES, "25 % or 5 min, whichever is larger"),
        (Tolerance(), Metric.DEPLOY_MINUTES, "nothing: the values must be equal"),
    ],
)
def test_tolerances_in_words(tolerance: Tolerance, metric: Metric, text: str) -> None:
    assert tolerance_text(tolerance, metric) == text


def test_bands_cover_everything_without_overlap() -> None:
    assert bands_of(DEFINITIONS[Metric.DEPLOY_MINUTES]) == (
        "below 10 min",
        "10 to below 30 min",
        "30 to below 60 min",
        "60 to below 240 min",
        "240 min or more",
    )
    assert len(bands_of(DEFINITIONS[Metric.REQUESTS_PER_DAY])) == 6


def test_another_version_in_force_shows_at_once(site: FlaskClient, sqlite_database: Database) -> None:
    text = Path(shipped("data") / "catalogue" / "rules.yaml").read_text()
    newer = text.replace('version: "1"', 'version: "2"').replace("at_least: 1000,", "at_least: 1234,")
    before = site.get("/methodology").text
    with sqlite_database.writing() as session:
        version = register(session, newer, "rules.yaml", actor="test", at=AT)
        activate(session, version, actor="test", at=AT)
    after = site.get("/methodology").text
    assert "1,234" not in before
    assert "1,234/day" in words(between(after, '<tr id="P2">', "</tr>"))
    assert "version 2 of" in words(after)

"""What a new version would change, in lines that people read."""

import pytest
from msgspec import structs

from directory.catalogue.differences import differences
from directory.catalogue.loading import parse, read_text
from directory.catalogue.schema import CatalogueFile
from directory.catalogue.services import Catalogue, shipped_files

TEXTS = {kind: read_text(path) for kind, path in shipped_files().items()}


def changed(kind: str, *replacements: tuple[str, str]) -> list[str]:
    text = TEXTS[kind]
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return differences(parse(TEXTS[kind], "old"), parse(text, "new"))


def test_nothing_differs_from_itself(catalogue: Catalogue) -> None:
    files: list[CatalogueFile] = [catalogue.taxonomy, catalogue.checklist, catalogue.rules]
    for file in files:
        assert differences(file, structs.replace(file, version="2")) == []


def test_files_of_two_kinds_have_nothing_to_compare(catalogue: Catalogue) -> None:
    with pytest.raises(TypeError, match="a rules can't be compared with a checklist"):
        differences(catalogue.rules, catalogue.checklist)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("at_least: 1000,", "at_least: 2000,", "rule P2 (Real volume): at_least 1,000 → 2,000"),
        ("at_least: 99.0,", "at_least: 99.5,", "rule P3 (Dependable): at_least 99.0 → 99.5"),
        ("coverage: 24x7}", "coverage: business-hours}", "(Somebody answers at night): coverage 24x7 → business-hours"),
        ("any_of: [soc2-type2, iso27001]", "any_of: [iso27001]", "any_of soc2-type2, iso27001 → iso27001"),
        ("or_regulated: true", "or_regulated: false", "or_regulated yes → no"),
        ("name: Honest so far", "name: Honest", "rule P5 (Honest): was called 'Honest so far'"),
        ("id: P5", "id: P6", "rule P5 removed from in-production"),
        ("id: P5", "id: P6", "rule P6 added to in-production"),
        ("confirmed_months: 12", "confirmed_months: 6", "evidence, validity: confirmed_months 12 → 6"),
        ("absolute: 0.05", "absolute: 0.1", "evidence, tolerance, uptime_percent: absolute 0.05 → 0.1"),
        ("{check: no-misrepresentation, months: 12}", "{check: live-reference, min_live_days: 9}", "→ live-reference"),
        ("summary: The first published rules.", "summary: Stricter.", "the file: summary reworded"),
        ("name: In production", "name: Running", "tier in-production: name reworded"),
        ("name: Enterprise", "name: Large firms", "Enterprise: name reworded"),
    ],
)
def test_a_change_of_rules_is_told(old: str, new: str, line: str) -> None:
    assert any(line in told for told in changed("rules", (old, new)))


def test_a_rule_that_moves_to_another_tier_is_told() -> None:
    lines = changed("rules", ("id: P2", "id: P22"), ("id: S2", "id: P2"))
    assert "rule P2 moves from in-production to at-scale" in lines
    assert "rule S2 removed from at-scale" in lines


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("- id: caching", "- id: cache", "criterion caching removed from scalability"),
        ("- id: caching", "- id: cache", "criterion cache added to scalability"),
        ("name: Caching", "name: Cache", "criterion caching: name reworded"),
        ("question: What is cached", "question: What exactly is cached", "criterion caching: question reworded"),
        ("risk: 3", "risk: 1", "criterion graceful-degradation: risk 3 → 1"),
        ("name: Scalability", "name: Scale", "area scalability: name reworded"),
        ("- id: scalability", "- id: scale", "area scale added to the checklist"),
        ("- id: scalability", "- id: scale", "criterion caching moves from scalability to scale"),
    ],
)
def test_a_change_of_the_checklist_is_told(old: str, new: str, line: str) -> None:
    assert line in changed("checklist", (old, new))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("{id: rasa, label: Rasa}", "{id: rosa, label: Rosa}", "framework rasa removed from the taxonomy"),
        ("{id: rasa, label: Rasa}", "{id: rosa, label: Rosa}", "framework rosa added to the taxonomy"),
        ("label: Rasa}", "label: Rasa Pro}", "framework rasa: label 'Rasa' → 'Rasa Pro'"),
        (
            "label: Rasa}",
            "label: Rasa, aliases: [rasa open source]}",
            "framework rasa: spelling 'rasa open source' added",
        ),
        ("aliases: [crew ai]", "aliases: []", "framework crewai: spelling 'crew ai' removed"),
        ('description: "Agents that speak', 'description: "Agents that talk', "agent_type voice: description reworded"),
        ("least: 0, most: 9}", "least: 0, most: 9}\n  # a comment changes nothing", None),
        ("label: 1–9 people", "label: up to 9", "size 1-9: label '1–9 people' → 'up to 9'"),
    ],
)
def test_a_change_of_the_taxonomy_is_told(old: str, new: str, line: str | None) -> None:
    lines = changed("taxonomy", (old, new))
    assert lines == [] if line is None else line in lines


def test_other_bounds_of_a_size_are_told() -> None:
    lines = changed("taxonomy", ("most: 9}", "most: 19}"), ("least: 10,", "least: 20,"))
    assert lines == ["size 1-9: most 9 → 19", "size 10-49: least 10 → 20"]


def test_another_order_is_told() -> None:
    mastra, agno = "{id: mastra, label: Mastra}", "{id: agno, label: Agno, aliases: [phidata]}"
    assert changed("taxonomy", (agno, "{@}"), (mastra, agno), ("{@}", mastra)) == ["framework: another order"]

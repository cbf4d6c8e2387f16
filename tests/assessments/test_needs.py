"""What is needed, as a search and as questions."""

from decimal import Decimal

from directory.assessments.needs import Needs, questions
from directory.evidence.levels import Level
from directory.search.query import Query


def test_figures_are_asked_at_the_wanted_level_and_the_region_stands_beside() -> None:
    needs = Needs(10_000, Decimal("99.9"), Decimal(30), "eu")
    assert needs.query(Level.CONFIRMED).parameters() == [
        ("min_requests_per_day", "10000"),
        ("min_uptime", "99.9"),
        ("max_response_minutes", "30"),
        ("level", "2"),
        ("region", "eu"),
    ]


def test_without_figures_no_level_is_asked_of_systems() -> None:
    assert Needs(region="eu").query(Level.CORROBORATED) == Query().with_facet("region", ["eu"])
    assert Needs().query(Level.CORROBORATED) == Query()
    assert Needs().is_empty
    assert not Needs(requests_per_day=0).is_empty


def test_the_four_questions_are_always_asked_with_what_is_needed() -> None:
    asked = questions(Needs(10_000, Decimal("99.90"), Decimal(30)), "European Union")
    assert len(asked) == 5
    assert asked[0] == "How many requests does it process a day? We need at least 10,000/day."
    assert asked[1] == "What was its uptime over the last 90 days? We need at least 99.9 %."
    assert asked[3].endswith("We need at most 30 min.")
    assert asked[4].endswith("Ours must stay here: European Union.")
    assert not any("We need" in text or "Ours" in text for text in questions(Needs()))

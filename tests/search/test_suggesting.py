"""What is suggested while somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.answer import total
from directory.search.refresh import refresh
from directory.search.suggesting import Suggested, suggested
from tests.factories import AT, ON, add_proven, add_provider
from tests.search.conftest import Place


@pytest.fixture
def firms(empty_place: Place) -> Place:
    with empty_place.database.writing() as session:
        add_provider(session, name="Éclair Agents", industries=["finance"])
        proven = add_provider(session, name="Zürich Agents of Finance", industries=["finance", "healthcare"])
        add_proven(session, proven)
        add_provider(session, name="Hidden Agents", withdrawn_at=AT)
    refresh(empty_place.database, empty_place.index_dir, on=ON)
    return empty_place


def names(place: Place, text: str) -> list[str]:
    from directory.providers.models import Provider  # noqa: PLC0415 - only here

    found = place.search.suggest(text, place.catalogue, ON)
    with place.database.reading() as session:
        return [session.get_one(Provider, one).name for one in found.provider_ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ag", ["Zürich Agents of Finance", "Éclair Agents"]),  # the proven first
        ("ecl", ["Éclair Agents"]),
        ("zuri fin", ["Zürich Agents of Finance"]),
        ("FINANC", ["Zürich Agents of Finance"]),
        ("hidden", []),
        ("a", []),
        ("…", []),
        ("", []),
    ],
)
def test_every_word_begins_a_word_of_the_name(firms: Place, text: str, expected: list[str]) -> None:
    assert names(firms, text) == expected


def test_values_of_filters_say_how_many_they_give(firms: Place) -> None:
    found = firms.search.suggest("fin", firms.catalogue, ON).values
    assert ("industry", "finance", 2) in [(one.parameter, one.value.value, one.value.count) for one in found]


@given(text=st.text(max_size=40))
def test_anything_may_be_typed_and_counts_are_totals(random_place: Place, text: str) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    found = suggested(generation, text, random_place.catalogue)
    assert all(total(generation, one.query) == one.value.count > 0 for one in found.values)
    alive = set(generation.providers.id[list(generation.alive)].tolist())
    assert set(found.provider_ids) <= alive


@pytest.mark.parametrize("text", ["in", "ge", "su", "da", "en"])
def test_every_suggested_value_gives_what_it_says(random_place: Place, text: str) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    found = suggested(generation, text, random_place.catalogue)
    assert found != Suggested((), ())
    assert all(total(generation, one.query) == one.value.count for one in found.values)

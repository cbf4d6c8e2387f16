"""Slugs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.providers.slugs import MAX_BASE, free_slug, slug_base


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme GmbH & Co. KG", "acme-gmbh-and-co-kg"),
        ("Baby<animal>AGI", "baby-animal-agi"),
        ("Ünïcode", "unicode"),
        ("東京エージェント", "dong-jing-esiento"),
        ("Яндекс", "iandeks"),
        ("!!!", "acme-com"),
        ("🤖", "acme-com"),
    ],
)
def test_made_of_the_name_or_the_domain(name: str, slug: str) -> None:
    assert slug_base(name, "acme.com") == slug


@given(st.text(max_size=300))
def test_fits_its_column_and_an_address(name: str) -> None:
    slug = slug_base(name, "acme.com")
    assert 0 < len(slug) <= MAX_BASE
    assert slug.isascii()
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@given(st.integers(min_value=0, max_value=5000))
def test_the_smallest_free_number_in_few_questions(others: int) -> None:
    taken = {"acme", *(f"acme-{number}" for number in range(2, others + 1))} if others else set()
    asked: list[str] = []

    def is_taken(slug: str) -> bool:
        asked.append(slug)
        return slug in taken

    expected = "acme" if not others else f"acme-{max(others + 1, 2)}"
    assert free_slug("acme", is_taken) == expected
    assert len(asked) <= 30


@given(st.sets(st.integers(min_value=2, max_value=60)))
def test_never_a_taken_one(numbers: set[int]) -> None:
    taken = {"acme", *(f"acme-{number}" for number in numbers)}
    assert free_slug("acme", taken.__contains__) not in taken

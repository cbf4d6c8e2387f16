"""Did you mean: the nearest words that somebody has, written as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.query import Query
from directory.search.refresh import refresh
from directory.search.spelling import reach, spelled
from tests.factories import AT, ON, add_provider
from tests.search.conftest import Place


@pytest.fixture
def firms(empty_place: Place) -> Place:
    with empty_place.database.writing() as session:
        add_provider(session, name="Zürich Invoicing", summary="Invoices read by agents.", industries=["finance"])
        add_provider(session, name="Halden", summary="Universities and their forms.", industries=["education"])
        add_provider(session, name="Hidden Zebras", summary="Zebras.", withdrawn_at=AT, industries=["finance"])
    refresh(empty_place.database, empty_place.index_dir, on=ON)
    return empty_place


def meant(place: Place, words: str, **more: object) -> tuple[str, int] | None:
    found = place.search.find(Query(words=words, **more), place.catalogue, ON).spelling  # type: ignore[arg-type]  # any field
    return None if found is None else (found.query.words, found.total)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("invioces", ("invoices", 1)),
        ("Univeristies", ("universities", 1)),
        ("zurihc invoices", ("zürich invoices", 1)),
        ('"haldne"', ('"halden"', 1)),
        ("haldne -zürich", ("halden -zürich", 1)),
        ("agnets of invioces", None),  # nobody has "of", nor anything like it
        ("xqzwv", None),
        ("zebraz", None),  # only a withdrawn entry has it
    ],
)
def test_the_nearest_word_that_finds_something_is_offered(
    firms: Place, typed: str, expected: tuple[str, int] | None
) -> None:
    assert meant(firms, typed) == expected


def test_nothing_is_offered_where_something_was_found(firms: Place) -> None:
    assert meant(firms, "invoices") is None


def test_nothing_is_offered_that_finds_nothing_under_the_same_filters(firms: Place) -> None:
    assert meant(firms, "invioces", facets=(("industry", ("education",)),)) is None
    assert meant(firms, "invioces", facets=(("industry", ("finance",)),)) == ("invoices", 1)


def test_the_offer_stands_on_page_one_and_keeps_the_filters(firms: Place) -> None:
    found = firms.search.find(Query(words="invioces", page=1, per_page=5), firms.catalogue, ON).spelling
    assert found is not None
    assert (found.query.page, found.query.per_page) == (1, 5)


@given(st.text(max_size=12))
def test_short_words_have_fewer_wrong_letters(word: str) -> None:
    assert reach(word) <= max(0, len(word) - 3)


def test_a_stem_is_spelled_as_most_texts_do() -> None:
    assert spelled("invoic", ["Invoicing invoices", "invoices"]) == "invoices"
    assert spelled("invoic", ["nothing"]) == "invoic"

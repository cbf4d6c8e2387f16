import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from directory.search.bitmaps import (
    CONTAINER,
    LONGEST_LIST,
    firsts_of,
    is_among,
    mask_of,
    members_of,
    ordinals_of,
    places_of,
)


@given(
    size=st.integers(0, 3 * CONTAINER + 5),
    spans=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from((1, 2, 3, 40, 900))), max_size=4),
)
def test_a_mask_becomes_the_bitmap_of_its_places_and_comes_back(
    size: int, spans: list[tuple[float, float, int]]
) -> None:
    mask = np.zeros(size, np.bool_)
    for begin, end, step in spans:
        mask[int(begin * size) : int(end * size) : step] = True
    expected = np.flatnonzero(mask)
    members = members_of(mask)
    assert members == BitMap(expected.tolist())
    assert ordinals_of(members).tolist() == places_of(mask).tolist() == expected.tolist()
    assert (mask_of(members, size) == mask).all()


@pytest.mark.parametrize("count", [LONGEST_LIST - 1, LONGEST_LIST, LONGEST_LIST + 1, CONTAINER])
@pytest.mark.parametrize("before", [0, 1, CONTAINER])
def test_lists_and_bits_meet_without_a_gap(count: int, before: int) -> None:
    mask = np.zeros(before + CONTAINER + 3, np.bool_)
    mask[before : before + count] = True
    assert members_of(mask) == BitMap(range(before, before + count))


@given(members=st.sets(st.integers(0, 200)), some=st.lists(st.integers(0, 300)))
def test_a_few_are_looked_up_among_many(members: set[int], some: list[int]) -> None:
    found = is_among(ordinals_of(BitMap(members)), np.array(some, np.int64))
    assert found.tolist() == [one in members for one in some]


@given(st.lists(st.integers(0, 20)).map(sorted))
def test_each_value_is_found_where_it_first_stands(ascending: list[int]) -> None:
    found = firsts_of(np.array(ascending, np.uint32))
    assert found.tolist() == [ascending.index(one) for one in sorted(set(ascending))]

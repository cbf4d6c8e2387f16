from hypothesis import given
from hypothesis import strategies as st

from directory.alerts.changes import Seen, changes, pack, seen, unpack

Tiers = dict[int, int]
tiers = st.dictionaries(st.integers(1, 30), st.integers(0, 2))


def seen_of(found: Tiers) -> Seen:
    return seen(found.items())


@given(tiers)
def test_what_was_seen_comes_back_from_the_database(found: Tiers) -> None:
    assert unpack(pack(seen_of(found))) == seen_of(found)


@given(before=tiers, listed=tiers, matching=st.sets(st.integers(1, 30)))
def test_changes_are_those_of_a_plain_loop(before: Tiers, listed: Tiers, matching: set[int]) -> None:
    now = {one: listed[one] for one in matching if one in listed}
    found = changes(seen_of(before), seen_of(now), seen_of(listed))
    kept = [one for one in before if one in listed]
    assert set(found.new) == {one for one in now if one not in before}
    assert set(found.risen) == {one for one in kept if listed[one] > before[one]}
    assert set(found.fallen) == {one for one in kept if listed[one] < before[one]}
    assert bool(found) == bool(found.new or found.risen or found.fallen)


@given(tiers)
def test_nothing_changes_by_looking_twice(found: Tiers) -> None:
    same = seen_of(found)
    assert not changes(same, same, same)
    assert all(same.tier_of(one) == rank for one, rank in found.items())

"""Signed links open what they were signed for, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from directory.core.links import LinkKind, keyed_hash, read, sign

KEY = "k" * 32
NUMBERS = st.integers(0, 10**9)


@given(NUMBERS, NUMBERS, st.sampled_from(LinkKind))
def test_a_link_tells_its_number_and_attempt(number: int, attempt: int, kind: LinkKind) -> None:
    assert read(kind, sign(kind, number, attempt, KEY), KEY) == (number, attempt)


@given(NUMBERS, st.sampled_from(LinkKind), st.sampled_from(LinkKind))
def test_a_link_for_one_thing_is_none_for_another(number: int, kind: LinkKind, other: LinkKind) -> None:
    if kind is not other:
        assert read(other, sign(kind, number, 1, KEY), KEY) is None


@given(st.text(max_size=80))
def test_nothing_made_up_is_a_link(token: str) -> None:
    assert read(LinkKind.REFERENCE, token, KEY) is None


@given(NUMBERS, st.integers(0, 200), st.characters(codec="utf-8"))
def test_a_link_with_one_character_changed_is_none(number: int, place: int, character: str) -> None:
    token = sign(LinkKind.CLAIM, number, 1, KEY)
    place %= len(token)
    if token[place] != character:
        assert read(LinkKind.CLAIM, token[:place] + character + token[place + 1 :], KEY) is None


def test_another_key_opens_nothing_and_hashes_differently() -> None:
    assert read(LinkKind.CLAIM, sign(LinkKind.CLAIM, 1, 1, KEY), "j" * 32) is None
    assert keyed_hash("origin", "192.0.2.1", KEY) != keyed_hash("origin", "192.0.2.1", "j" * 32)
    assert keyed_hash("origin", "192.0.2.1", KEY) != keyed_hash("other", "192.0.2.1", KEY)

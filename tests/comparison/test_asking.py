"""What an address of a comparison asks for."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.comparison.asking import Asked, read

SECTIONS = ("figures", "enterprise", "references")
SLUGS = [f"firm-{number}" for number in range(9)]


@st.composite
def wishes(draw: st.DrawFn) -> Asked:
    slugs = tuple(draw(st.lists(st.sampled_from(SLUGS), unique=True, max_size=6)))
    chosen = draw(st.dictionaries(st.sampled_from(slugs), st.integers(1, 999))) if slugs else {}
    hidden = tuple(draw(st.lists(st.sampled_from(SECTIONS), unique=True)))
    return Asked(slugs, chosen, draw(st.booleans()), hidden)


@given(wishes())
def test_the_canonical_address_asks_for_the_same(wish: Asked) -> None:
    found = read(parse_qsl(urlencode(wish.parameters())), SECTIONS)
    assert found.errors == {}
    assert found.asked == wish


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("provider=a&provider=", {}),
        ("provider=a&provider=b&provider=a", {"provider": "a is asked for more than once"}),
        (
            "&".join(f"provider={slug}" for slug in SLUGS[:7]),
            {"provider": "2 to 6 providers stand side by side, not 7"},
        ),
        ("provider=A+b", {"provider": "each is named by its slug, as in its page’s address"}),
        ("nonsense=1", {"nonsense": "there is no such parameter"}),
        ("differences=yes", {"differences": "must be 1, or left out"}),
        ("hide=nonsense", {"hide": "must be one of enterprise, figures, references"}),
        (
            "provider=a&system=a:x",
            {"system": "must be a provider’s slug, a colon and the id of one of its systems"},
        ),
    ],
)
def test_each_mistake_is_named(query: str, errors: dict[str, str]) -> None:
    assert read(parse_qsl(query, keep_blank_values=True), SECTIONS).errors == errors


def test_what_can_be_understood_is_kept() -> None:
    asked = read(parse_qsl("provider=a&provider=b&provider=a&hide=figures&hide=x&differences=2"), SECTIONS).asked
    assert asked == Asked(("a", "b"), {}, differences=False, hidden=("figures",))

"""Names of composed entries: enough, unique, plain."""

import re

from hypothesis import given
from hypothesis import strategies as st

from directory.exchange import demo, demo_names
from directory.exchange.demo_rows import slug_of
from directory.exchange.demo_spec import ingredients, written

MADE_OF = ingredients()


def test_there_are_enough_for_the_most_that_may_be_asked_for() -> None:
    assert demo_names.most(MADE_OF) + len(written()) >= demo.MOST


def test_no_two_roots_or_styles_make_the_same_slug() -> None:
    roots = [(start + end).lower() for start in MADE_OF.starts for end in MADE_OF.ends]
    assert len(set(roots)) == len(roots)
    assert all(re.fullmatch("[a-z]+", root) for root in roots)
    styles = [demo_names.slug("X", style) for style in MADE_OF.styles]
    assert len(set(styles)) == len(styles)
    words = {word for style in styles for word in style.split("-")}
    assert not words & set(roots)


def test_composed_slugs_stay_clear_of_the_hand_written_ones() -> None:
    roots = {(start + end).lower() for start in MADE_OF.starts for end in MADE_OF.ends}
    slugs = [slug_of(spec) for spec in written()]
    assert len(set(slugs)) == len(slugs)
    styles = {demo_names.slug("X", style) for style in MADE_OF.styles}
    assert not [slug for slug in slugs for word in roots & set(slug.split("-")) if slug.replace(word, "x") in styles]


@given(st.integers(0, demo_names.most(MADE_OF) - 1), st.integers(0, demo_names.most(MADE_OF) - 1))
def test_different_numbers_have_different_names(one: int, other: int) -> None:
    assert (one == other) == (demo_names.parts(MADE_OF, one) == demo_names.parts(MADE_OF, other))


def test_a_hundred_thousand_slugs_are_unique_and_fit_their_column() -> None:
    slugs = {demo.slug_at(ordinal) for ordinal in range(100_000)}
    assert len(slugs) == 100_000
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug) and len(slug) <= 75 for slug in slugs)


@given(st.sampled_from(sorted(MADE_OF.scripts)), st.sampled_from(MADE_OF.starts), st.sampled_from(MADE_OF.ends))
def test_another_script_has_no_latin_letters_left(script: str, start: str, end: str) -> None:
    foreign = demo_names.in_script(start + end, MADE_OF.scripts[script])
    assert foreign
    assert not re.search("[a-z]", foreign.lower())

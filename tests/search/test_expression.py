"""What people type, taken apart: no input is an error, and each part of it means one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.expression import MOST_WORDS, Expression, Way, Wish, read
from directory.search.sequences import holds, pack
from directory.search.synonyms import read_groups, synonyms_of
from directory.search.tokens import tokens

WORDS = st.lists(st.sampled_from(["claim", "desk", "agent", "zurich", "a", "42"]), max_size=8)


def typed(*words: str, prefix: str = "") -> Wish:
    return Wish((Way(words, prefix=prefix),))


def test_words_are_wished_for_one_by_one_and_the_last_may_still_grow() -> None:
    assert read("claims Zür") == Expression((typed("claim"), typed("zur", prefix="zur")), ())


def test_two_letters_begin_no_word() -> None:
    assert read("cl") == Expression((typed("cl"),), ())


@pytest.mark.parametrize("text", ['"claims desk"', "“claims desk”", "«claims desk»", '"Claims  DESKS"'])
def test_quoted_words_stand_next_to_each_other(text: str) -> None:
    assert read(text) == Expression((Wish((Way(("claim", "desk"), is_quoted=True),)),), ())


def test_a_minus_leaves_out_a_word_or_quoted_text() -> None:
    found = read('-desk agents -"claims desk" x')
    assert found.unwanted == (Way(("desk",)), Way(("claim", "desk"), is_quoted=True))
    assert found.wishes == (typed("agent"), typed("x"))


def test_a_hyphen_within_a_word_leaves_nothing_out() -> None:
    assert read("x-ray desk").unwanted == ()


def test_a_word_with_other_names_may_be_satisfied_by_any() -> None:
    (wish,) = read("LLM").wishes
    assert wish.ways[0] == Way(("llm",), prefix="llm")
    assert Way(("languag", "model"), is_quoted=True) in wish.ways
    (wish, _) = read("language model desk").wishes
    assert wish.ways[0] == Way(("languag", "model"))
    assert Way(("llm",)) in wish.ways


@pytest.mark.parametrize("text", ["", "-", '"', '""', "- -", '-""', "…", '"…"'])
def test_text_without_a_word_asks_for_nothing(text: str) -> None:
    assert read(text) == Expression((), ())


@given(st.text(max_size=300))
def test_anything_can_be_read_and_is_bounded(text: str) -> None:
    found = read(text)
    assert len(found.wishes) <= MOST_WORDS
    assert all(way.words for wish in found.wishes for way in wish.ways)
    assert all(way.words for way in found.unwanted)
    assert found == read(text)


@given(WORDS, WORDS, st.data())
def test_a_sequence_holds_exactly_its_runs(first: list[str], second: list[str], data: st.DataObject) -> None:
    packed = pack([first, second])
    wanted = data.draw(st.lists(st.sampled_from(["claim", "desk", "agent", "a"]), min_size=1, max_size=3))
    runs = [field[at : at + len(wanted)] for field in (first, second) for at in range(len(field))]
    assert holds(packed, wanted) is (wanted in runs)


def test_every_name_in_the_shipped_file_leads_to_the_others() -> None:
    assert tuple(tokens("retrieval augmented")) in synonyms_of(tuple(tokens("RAG")))
    assert tuple(tokens("RAG")) in synonyms_of(tuple(tokens("Retrieval-Augmented")))


@pytest.mark.parametrize("text", ["", "groups: 3", "groups: [[a, b], [b, c]]", "groups: [['…', a]]"])
def test_a_bad_synonym_file_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="synonyms: "):
        read_groups(text)

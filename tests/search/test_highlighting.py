"""Marks: escaped first, marked after, and only what the search accepts."""

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from directory.search.expression import Expression, read
from directory.search.highlighting import GAP, LONGEST_SNIPPET, marked, snippet, spans, words_of
from directory.search.tokens import WORD, folded, tokens

HOSTILE = '<script>alert("agents")</script> & <mark>agents</mark> \' "agents"'
PIECES = st.sampled_from(
    [
        "agents",
        "agent",
        "Zürich",
        "Zu\u0308rich",
        "ZURICH",
        "Ørsted",
        "½",
        "ﬁnance",
        "language",
        "model",
        "LLM",
        "<b>",
        "&amp;",
        "<mark>",
        "</mark>",
        '"',
        "-",
        "'",
        " ",
        "\n",
        "e-mail",
        "Straße",
        "数据",
        "invoicing",
        "invoi",
        "™",
        "x" * 70,
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join), st.text(max_size=40)
)


def held(markup: str) -> list[str]:
    """Return what stands in marks, as a reader sees it."""
    return [unescape(one) for one in re.findall(r"<mark>(.*?)</mark>", markup, re.DOTALL)]


def accepts(expression: Expression, text: str) -> bool:
    """Whether a piece of text holds a word that an expression asks for, in any of its ways."""
    ways = [way for wish in expression.wishes for way in wish.ways]
    words = {word for way in ways for word in way.words}
    begun = [way.prefix for way in ways if way.prefix]
    return any(
        word in words or any(one.startswith(prefix) for one in (word, *WORD.findall(folded(text))) for prefix in begun)
        for word in tokens(text)
    )


@given(TEXTS, TEXTS)
@example(HOSTILE, "agents")
@example(HOSTILE, '"<script>alert" agents <mark>')
def test_without_its_marks_it_is_the_escaped_text(text: str, query: str) -> None:
    markup = marked(text, read(query))
    assert re.sub("</?mark>", "", markup) == re.sub("</?mark>", "", str(escape(text)))
    assert unescape(re.sub("</?mark>", "", str(markup))) == unescape(str(escape(text)))
    assert markup.count("<mark>") == markup.count("</mark>") == len(spans(text, read(query)))


@given(TEXTS, TEXTS)
@example("Half ½ and ﬁnance", "1 finance")
@example("¼0", "¼0")
def test_every_mark_holds_a_word_that_the_query_accepts(text: str, query: str) -> None:
    expression = read(query)
    for one in held(marked(text, expression)):
        assert accepts(expression, one)


@given(TEXTS)
def test_words_are_those_of_the_index(text: str) -> None:
    assert [word.folded for word in words_of(text)] == WORD.findall(folded(text))


@given(TEXTS, TEXTS, TEXTS)
@example("", "y " * 200 + HOSTILE + " z" * 200, "agents")
@example("", "y" * 300 + " agents " + "z" * 300, "agents")
def test_a_piece_is_short_and_comes_from_the_text(shown: str, text: str, query: str) -> None:
    markup = snippet([shown], [text], read(query))
    seen = unescape(re.sub("</?mark>", "", str(markup)))
    assert len(seen) <= LONGEST_SNIPPET + 2 * len(GAP)
    if markup:
        inside = seen.removeprefix(GAP) if not text.startswith(GAP) else seen
        assert inside.removesuffix(GAP).strip() in " ".join(text.split())
        for one in held(markup):
            assert accepts(read(query), one)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Agents for invoices", "invoicing ", ["invoices"]),
        ("Büros in Zürich", "zurich", ["Zürich"]),
        ("Büros in Zu\u0308rich.", "zürich", ["Zu\u0308rich"]),
        ("Invoices, invoicing", "invoi", ["Invoices", "invoicing"]),
        ("A language model, a model of language", '"language model"', ["language", "model"]),
        ("We run LLM agents", "language model", ["LLM"]),
        ("Agents and chatbots", "agents -chatbots", ["Agents"]),
        ("Claims agents", "nothing", []),
        ("Claims agents", "", []),
        ("", "agents", []),
    ],
)
def test_what_is_marked(text: str, query: str, expected: list[str]) -> None:
    assert held(marked(text, read(query))) == expected


def test_hostile_text_stays_text() -> None:
    markup = marked(HOSTILE, read("agents script"))
    assert "<script" not in markup
    assert "&lt;<mark>script</mark>&gt;" in markup
    assert isinstance(markup, Markup)
    assert markup.count("<mark>") == 5


def test_a_piece_shows_what_the_card_does_not() -> None:
    long = "Nothing here. " * 20 + "We triage claims at night. " + "Nothing there. " * 20
    piece = snippet(["Halden", "Agents for insurers"], ["", long, "claims too"], read("agents claims "))
    assert held(piece) == ["claims"]
    assert piece.startswith(GAP)
    assert piece.endswith(GAP)
    assert "Nothing here. We triage" in piece
    assert snippet(["Halden", "Agents for claims"], [long], read("agents claims")) == ""
    assert snippet(["Halden"], ["Nothing"], read("claims")) == ""

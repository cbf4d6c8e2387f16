"""Where a text holds the words that were searched for, shown as marks. Pure; escaped first, marked after.

What is marked is what a query's expression accepts: a word in another form, one that begins as the last one typed, the
words of a quotation next to each other, words that mean the same. What was left out with a minus isn't.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from directory.search.expression import Expression, Way, Wish
from directory.search.tokens import WORD, folded, tokens

LONGEST_SNIPPET = 160
"""Characters, ellipses left aside."""
BEFORE = 50
"""So many of them may stand before the first word that is marked."""
GAP = "…"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands, folded, and as the index holds it."""

    start: int
    end: int
    folded: str
    stem: str


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    return folded(character)


@lru_cache(maxsize=1_000)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text as the index takes it apart, each where it stands in the text itself."""
    whole, origin = _folded(text)
    found = []
    for match in WORD.finditer(whole):
        stem = tokens(match[0])
        end = origin[match.end() - 1] + 1
        found.append(Word(origin[match.start()], _with_accents(text, end), match[0], stem[0] if stem else ""))
    return tuple(found)  # kept: one search after the other shows the same best entries


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text folded letter by letter, and where in the text each of its letters comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    apart = [(letter, place) for place, character in enumerate(text) for letter in _letter(character)]
    return "".join(letter for letter, _ in apart), [place for _, place in apart]


def _with_accents(text: str, end: int) -> int:
    """Return where a word ends with the accents that follow it as characters of their own."""
    while end < len(text) and not _letter(text[end]):
        end += 1
    return end


def _begins(word: Word, way: Way) -> bool:
    return bool(way.prefix) and (word.folded.startswith(way.prefix) or word.stem.startswith(way.prefix))


def _held(words: Sequence[Word], way: Way) -> set[int]:
    """Return which words of a text a way accepts, by number."""
    if way.is_quoted:
        length = len(way.words)
        stems = [word.stem for word in words]
        starts = (at for at in range(len(stems) - length + 1) if tuple(stems[at : at + length]) == way.words)
        return {at + beside for at in starts for beside in range(length)}
    return {number for number, word in enumerate(words) if word.stem in way.words or _begins(word, way)}


def _accepted(words: Sequence[Word], wishes: Iterable[Wish]) -> list[int]:
    found: set[int] = set()
    for wish in wishes:
        for way in wish.ways:
            found |= _held(words, way)
    return sorted(found)


def spans(text: str, expression: Expression) -> list[Span]:
    """Return where the words stand that an expression accepts, in order, none twice."""
    words = words_of(text)
    return _apart((words[number].start, words[number].end) for number in _accepted(words, expression.wishes))


def _apart(found: Iterable[Span]) -> list[Span]:
    """Return spans that share no character: two words may come of one, such as a half, and are then one span."""
    kept: list[Span] = []
    for start, end in found:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def marked(text: str, expression: Expression) -> Markup:
    """Return a text, escaped, with the words that an expression accepts as marks."""
    return _with_marks(text, spans(text, expression))


def _with_marks(text: str, found: Iterable[Span]) -> Markup:
    parts, at = [], 0
    for start, end in found:
        parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def is_told(texts: Iterable[str], wish: Wish) -> bool:
    """Whether one of these texts holds what satisfies a wish."""
    return any(_accepted(words_of(text), [wish]) for text in texts)


def snippet(shown: Sequence[str], others: Iterable[str], expression: Expression) -> Markup:
    """Return a piece of the first other text that holds what those shown don't, marked; nothing where none does."""
    missing = [wish for wish in expression.wishes if not is_told(shown, wish)]
    if not missing:
        return Markup("")
    for text in others:
        words = words_of(text)
        held = _accepted(words, missing)
        if held:
            return _cut(text, words[held[0]], expression)
    return Markup("")


def _cut(text: str, first: Word, expression: Expression) -> Markup:
    """Return the text round a word, cut between words."""
    start = min(first.start, _word_start(text, first.start - BEFORE)) if first.start > BEFORE else 0
    end = _word_end(text, start + LONGEST_SNIPPET)
    if end < first.end:  # no white space far and wide
        end = start + LONGEST_SNIPPET
    piece = " ".join(text[start:end].split())
    before, after = GAP if start else "", GAP if text[end:].strip() else ""
    return Markup("{}{}{}").format(before, marked(piece, expression), after)


def _word_start(text: str, place: int) -> int:
    """Return the first place from here on at which a word begins after white space."""
    while place < len(text) and not (place == 0 or text[place - 1].isspace()):
        place += 1
    return place


def _word_end(text: str, place: int) -> int:
    """Return the last place up to here at which white space begins, or the text's end."""
    if place >= len(text):
        return len(text)
    while place > 0 and not text[place].isspace():
        place -= 1
    return place

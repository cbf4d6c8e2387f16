"""Cleaning takes no longer than a text is long, whatever is in it."""

import time

import pytest

from directory.exchange.texts import MOST_MARKS, clean


def test_a_long_row_of_blanks_takes_no_longer_than_other_text() -> None:
    began = time.process_time()
    assert clean("é" + " " * 100_000 + "x\t \n y") == "é" + " " * 100_000 + "x y"
    assert time.process_time() - began < 2


def test_a_line_end_takes_the_blanks_around_it_along() -> None:
    assert clean("é  \t b \r\n  c\n\n d  e") == "é b c d  e"


def test_accents_piled_on_one_letter_are_refused_before_they_are_composed() -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match="more than 30 accents"):
        clean("a" + "\u0315\u0300" * 100_000)
    assert time.process_time() - began < 2
    with pytest.raises(ValueError, match="more than 30 accents"):
        clean("a" + "\u0344" * MOST_MARKS)  # each becomes two
    assert clean("a" + "\u0315" * MOST_MARKS) == "a" + "\u0315" * MOST_MARKS

"""What a password may be: long ones of any kind, but none that is tried first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.accounts import password_rules as rules
from directory.accounts.backoff import FREE, LONGEST, wait_after


@pytest.mark.parametrize(
    "password",
    [
        "seven bright herons",
        "correct mule pile staple",
        "密码是一个很长的句子而已吧",
        "x7#kQ!mw2$Lp",
        "ada likes 40 green ferries",
    ],
)
def test_long_and_uncommon_is_enough(password: str) -> None:
    assert rules.problem(password, "Ada Lovelace", "ada@firm.example") is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", rules.TOO_SHORT),
        ("elevenchars", rules.TOO_SHORT),
        ("a" * 201, rules.TOO_LONG),
        ("password1234", rules.COMMON),
        ("P a s s w o r d 2026!", rules.COMMON),
        ("qwertyuiopas", rules.COMMON),
        ("123456789012", rules.COMMON),
        ("zyxwvutsrqponm", rules.COMMON),
        ("abcabcabcabc", rules.COMMON),
        ("!!!!!!!!!!!!", rules.COMMON),
        ("Ada.Lovelace", rules.PERSONAL),
        ("lovelace-2026", rules.PERSONAL),
        ("ada@firm.example", rules.PERSONAL),
    ],
)
def test_what_is_tried_first_is_refused(password: str, words: str) -> None:
    assert rules.problem(password, "Ada Lovelace", "ada@firm.example") == words


@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=40))
def test_anything_typed_gets_an_answer(password: str, name: str, email: str) -> None:
    found = rules.problem(password, name, email)
    assert (
        found is None
        or len(password) < rules.LEAST
        or len(password) > rules.MOST
        or found in (rules.COMMON, rules.PERSONAL)
    )


@given(st.integers(0, 100_000))
def test_the_wait_doubles_and_has_a_limit(failures: int) -> None:
    wait, next_wait = wait_after(failures), wait_after(failures + 1)
    assert (wait is None) == (failures < FREE)
    if wait is not None and next_wait is not None:
        assert next_wait == min(wait * 2, LONGEST)

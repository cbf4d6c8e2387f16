"""The cache itself: bounded, true to its state, and safe with threads."""

import threading
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from directory.web.compression import ENCODINGS, decompressed
from directory.web.page_cache import MOST_SPELLINGS, Answer, PageCache, State

ON = date(2026, 11, 24)


def answer(text: str, size: int = 0) -> Answer:
    return Answer("buyer.results", 'W/"x"', (), {"": text.encode() + b"." * size}, is_compressible=True, shown=())


def state(position: int, generation: str = "one") -> State:
    return State(position, generation, "", ON)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 90_000)), max_size=60))
def test_what_is_kept_never_takes_more_than_was_allowed(steps: list[tuple[int, int]]) -> None:
    cache = PageCache(200_000)
    for number, size in steps:
        one = answer(str(number), size)
        cache.keep(str(number), state(1), one)
        assert cache.size <= 200_000
        assert (cache.find(str(number), state(1)) is one) == (one.size <= 50_000)


def test_the_least_used_goes_first() -> None:
    cache = PageCache(100_000)
    for name in ("a", "b", "c", "d"):
        cache.keep(name, state(1), answer(name, 22_000))
    assert cache.find("a", state(1))
    cache.keep("e", state(1), answer("e", 22_000))
    assert [name for name in "abcde" if cache.find(name, state(1))] == ["a", "c", "d", "e"]


@given(st.binary(max_size=3_000), st.lists(st.sampled_from(["", *ENCODINGS]), min_size=1, max_size=8))
def test_a_body_is_the_same_in_whatever_encodings_it_was_asked_for(body: bytes, asked: list[str]) -> None:
    one = replace(answer(""), bodies={"": body})
    for encoding in asked:
        one = one.encoded(encoding) if encoding and encoding not in one.bodies else one
        sent = one.body(encoding)
        assert (decompressed(sent, encoding) if encoding else sent) == body
    assert set(one.bodies) == (set(asked) - {""} or {""})


def test_spellings_are_bounded_in_number_and_length() -> None:
    cache = PageCache()
    for number in range(MOST_SPELLINGS + 10):
        cache.remember(("/providers", f"utm_source={number}"), "/providers")
    assert cache.address_of(("/providers", "utm_source=0")) is None
    assert cache.address_of(("/providers", "utm_source=4009")) == "/providers"
    cache.remember(("/providers", "x" * 1000), "/providers")
    assert cache.address_of(("/providers", "x" * 1000)) is None


def test_a_new_state_forgets_the_one_before_and_an_older_one_is_not_kept() -> None:
    cache = PageCache()
    cache.keep("/", state(1), answer("old"))
    assert cache.find("/", state(2)) is None
    cache.keep("/", state(2), answer("new"))
    cache.keep("/", state(1), answer("late"))
    assert cache.find("/", state(1)) is None
    found = cache.find("/", state(2))
    assert found is not None
    assert found.bodies[""] == b"new"
    assert cache.find("/", state(2, "another")) is None
    assert cache.find("/", state(2)._replace(trouble="it is being rebuilt")) is None
    assert cache.find("/", state(2)._replace(on=date(2026, 11, 25))) is None


def test_threads_never_get_what_was_made_in_another_state() -> None:
    cache, wrong = PageCache(60_000), []

    def work(seed: int) -> None:
        for step in range(2_000):
            now, address = state((step * seed) % 7, str(step % 2)), str(step % 5)
            found = cache.find(address, now)
            if found is not None and found.bodies[""].rstrip(b".") != f"{address} {now}".encode():
                wrong.append(found)
            cache.keep(address, now, answer(f"{address} {now}", 9_000))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 2, 3, 5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert cache.size <= 60_000

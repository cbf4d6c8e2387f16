"""The two keys of an assessment."""

from directory.assessments.keys import KEY, new_key, reading_key


def test_keys_are_long_different_and_fit_for_an_address() -> None:
    keys = {new_key() for _ in range(1000)}
    both = keys | {reading_key(key) for key in keys}
    assert len(both) == 2000
    assert all(KEY.fullmatch(key) for key in both)


def test_the_key_to_show_is_the_same_every_time_and_not_the_key_to_change() -> None:
    key = new_key()
    shown = reading_key(key)
    assert shown == reading_key(key) != key
    assert reading_key(shown) not in (key, shown)

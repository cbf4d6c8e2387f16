"""What changed, in words: both texts can be read out of a comparison, and nothing that is the same is shown."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory.catalogue.services import Catalogue
from directory.publishing.content import blank
from directory.publishing.diff import Change, Differ, Part, list_pieces, word_pieces

TEXTS = st.text(alphabet="ab ,.\né", max_size=40) | st.text(max_size=20)


def read(pieces: Any, *kinds: str) -> str:
    return "".join(one.text for one in pieces if one.kind in kinds)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_their_comparison(before: str, after: str) -> None:
    pieces = word_pieces(before, after)
    assert read(pieces, "same", "removed") == before
    assert read(pieces, "same", "added") == after


@given(TEXTS)
def test_the_same_text_has_nothing_added_nor_removed(text: str) -> None:
    assert {one.kind for one in word_pieces(text, text) if text} <= {"same"} or not text.strip()


@given(st.lists(TEXTS, unique=True), st.lists(TEXTS, unique=True))
def test_a_list_is_what_it_was_without_what_it_lost_and_with_what_it_gained(
    before: list[str], after: list[str]
) -> None:
    pieces = list_pieces(before, after)
    removed = {one.text for one in pieces if one.kind == "removed"}
    added = {one.text for one in pieces if one.kind == "added"}
    assert (set(before) - removed) | added == set(after)


def test_long_texts_are_not_compared_word_by_word() -> None:
    pieces = word_pieces("word " * 5_000, "another " * 5_000)
    assert [one.kind for one in pieces] == ["removed", "added"]


def content(**profile: Any) -> dict[str, Any]:
    base = blank("Firm", "https://firm.example/")
    return {**base, "profile": base["profile"] | profile}


def told(parts: tuple[Part, ...]) -> dict[str, list[tuple[str, str]]]:
    return {
        f"{part.title} {part.mark}".strip(): [
            (
                change.label,
                " ".join(f"{'-+'[one.kind == 'added']}{one.text}" for one in change.pieces if one.kind != "same"),
            )
            for change in part.changes
        ]
        for part in parts
    }


def test_a_draft_that_is_the_same_differs_in_nothing(catalogue: Catalogue) -> None:
    before = content(summary="One.", languages=["de"])
    assert Differ(catalogue).parts(before, content(summary="One.", languages=["de"])) == ()
    assert Differ(catalogue).parts(content(languages=["de", "en"]), content(languages=["en", "de"])) == ()


def test_fields_have_their_names_and_terms_their_labels(catalogue: Catalogue) -> None:
    before = content(summary="We build bots.", industries=["finance"], country="DE")
    after = content(summary="We build agents.", industries=["insurance"], country="FR", founded="2019")
    insurance, finance = (catalogue.taxonomy.label("industry", one) for one in ("insurance", "finance"))
    assert told(Differ(catalogue).parts(before, after)) == {
        "Profile": [
            ("One sentence", "-bots +agents"),
            ("Head office", "-Germany +France"),
            ("Founded", "+2019"),
            ("Industries", f"-{finance} +{insurance}"),
        ]
    }


def test_systems_go_by_key_and_figures_by_metric(catalogue: Catalogue) -> None:
    figure = {"value": "10", "as_of": "2026-01-01", "coverage": "24x7"}
    one = {"key": "7", "name": "Claims", "figures": {"response_minutes": figure}}
    renamed = {**one, "name": "Triage", "figures": {"response_minutes": {**figure, "coverage": "business-hours"}}}
    new = {"key": "new-1", "name": "Sales", "figures": {}}
    before, after = {**content(), "systems": [one]}, {**content(), "systems": [renamed, new]}
    assert told(Differ(catalogue).parts(before, after)) == {
        "System: Triage": [("Name", "-Claims +Triage"), ("Incident response: coverage", "-24x7 +business hours")],
        "System: Sales new": [("Name", "+Sales")],
    }
    assert list(told(Differ(catalogue).parts(after, before)))[-1] == "System: Sales gone"


def test_answers_stand_under_their_area_and_certifications_go_by_name(catalogue: Catalogue) -> None:
    before = {**content(), "answers": {"retries": {"status": "partly", "note": "Two"}}, "certifications": []}
    after = {
        **content(),
        "answers": {"retries": {"status": "met", "note": "Two"}},
        "certifications": [{"name": "iso27001"}],
    }
    found = told(Differ(catalogue).parts(before, after))
    assert found["Answers: error handling"] == [(catalogue.checklist.criteria["retries"].name, "-partly +met")]
    assert found["Certifications"] == [("ISO 27001: held", "+yes")]


def test_a_new_entry_shows_all_of_it(catalogue: Catalogue) -> None:
    (part,) = Differ(catalogue).of_a_new_entry(content())
    assert [one.label for one in part.changes] == ["Name", "Website"]
    assert isinstance(part.changes[0], Change)

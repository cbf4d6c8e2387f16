"""What a document shows survives the way from a form to the row and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.evidence.subjects import Scope, Subject, parse, typed_from
from directory.readiness.models import Status

SCOPE = Scope({7: "Claims triage", 8: "Invoices"}, {"sso": "Single sign-on", "dpa": "DPA"}, {"iso27001": "ISO 27001"})


def figures() -> st.SearchStrategy[Subject]:
    def one(system_id: int, metric: Metric, number: int, coverage: Coverage) -> Subject:
        definition = DEFINITIONS[metric]
        value = min(definition.step * number, definition.highest)
        held = coverage if metric is Metric.RESPONSE_MINUTES else None
        return Subject(system_id=system_id, metric=metric, value=value, coverage=held)

    return st.builds(
        one, st.sampled_from([7, 8]), st.sampled_from(Metric), st.integers(0, 10**7), st.sampled_from(Coverage)
    )


SUBJECTS = st.one_of(
    figures(),
    st.builds(Subject, criterion=st.sampled_from(["sso", "dpa"]), status=st.sampled_from(Status)),
    st.builds(Subject, certification=st.just("iso27001")),
)


@given(st.lists(SUBJECTS, unique_by=lambda one: (one.system_id, one.metric, one.criterion, one.certification)))
def test_what_is_kept_fills_the_form_that_gives_it_again(subjects: list[Subject]) -> None:
    again, problems = parse(typed_from([subject.kept() for subject in subjects]), SCOPE)
    assert problems == {}
    assert set(again) == set(subjects)


@given(st.dictionaries(st.sampled_from(["figure-7-uptime_percent", "coverage-7", "criterion-sso"]), st.text()))
def test_anything_typed_is_taken_or_named(typed: dict[str, str]) -> None:
    subjects, problems = parse(typed, SCOPE)
    for name in ("figure-7-uptime_percent", "criterion-sso"):
        is_typed = bool(typed.get(name, "").strip())
        assert is_typed == (name in problems or any(name in typed_from([one.kept()]) for one in subjects))


def test_only_what_lies_in_the_scope_is_read() -> None:
    typed = {"figure-9-uptime_percent": "99", "criterion-nonsense": "met", "certification-other": "yes"}
    assert parse(typed, SCOPE) == ([], {})


@pytest.mark.parametrize(
    ("typed", "value"), [("99.96", "99.96"), (" 99.96 % ", "99.96"), ("48,200", None), ("NaN", None), ("1e99", None)]
)
def test_numbers_as_people_write_them(typed: str, value: str | None) -> None:
    subjects, problems = parse({"figure-7-uptime_percent": typed}, SCOPE)
    assert [subject.value for subject in subjects] == ([Decimal(value)] if value else [])
    assert bool(problems) is (value is None)


def test_a_response_time_says_when_it_holds() -> None:
    typed = {"figure-7-response_minutes": "15"}
    assert parse(typed, SCOPE)[1] == {"coverage-7": "Say when this response time holds."}
    assert parse({**typed, "coverage-7": "24x7"}, SCOPE)[0][0].coverage is Coverage.ROUND_THE_CLOCK

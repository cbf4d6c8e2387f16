"""Scores and gaps: what holds for any answers to any checklist."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from directory.assessments.scoring import GAPS, HALVES, Said, area_score, assess
from directory.catalogue.schema import Area, Checklist, Criterion
from directory.catalogue.services import Catalogue

ORDER = (Said.UNMET, Said.PARTLY, Said.MET)


def criterion(name: str, risk: int) -> Criterion:
    return Criterion(
        id=name, name=name, question="?", why="why", good="good", evidence="proof", risk=risk, advice="do it"
    )


def area(name: str, *risks: int) -> Area:
    criteria = tuple(criterion(f"{name}-{number}", risk) for number, risk in enumerate(risks))
    return Area(id=name, name=name, from_demo="demo", to_production="production", criteria=criteria)


def checklist(*areas: Area) -> Checklist:
    return Checklist(kind="checklist", version="1", published_on=date(2026, 1, 1), summary="s", areas=areas)


@st.composite
def checklists(draw: st.DrawFn) -> Checklist:
    risks = draw(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=6), min_size=1, max_size=4))
    return checklist(*(area(f"area{number}", *some) for number, some in enumerate(risks)))


@st.composite
def answered(draw: st.DrawFn) -> tuple[Checklist, dict[str, Said]]:
    one = draw(checklists())
    known = draw(st.dictionaries(st.sampled_from(list(one.criteria)), st.sampled_from(Said)))
    return one, known


@given(answered(), st.data())
def test_a_better_answer_never_lowers_a_score_nor_adds_a_gap(
    case: tuple[Checklist, dict[str, Said]], data: st.DataObject
) -> None:
    file, answers = case
    changed = data.draw(st.sampled_from(list(file.criteria)))
    worse, better = sorted(data.draw(st.tuples(st.sampled_from(ORDER), st.sampled_from(ORDER))), key=ORDER.index)
    before, after = (assess(file, {**answers, changed: one}) for one in (worse, better))
    for one, other in zip(before.areas, after.areas, strict=True):
        assert (one.score is None) == (other.score is None)
        assert (one.score or 0) <= (other.score or 0)
    assert {gap.criterion.id for gap in after.gaps} <= {gap.criterion.id for gap in before.gaps}


@given(answered(), st.data())
def test_what_was_unknown_and_turns_out_to_be_anything_lowers_no_score_and_adds_no_gap(
    case: tuple[Checklist, dict[str, Said]], data: st.DataObject
) -> None:
    file, answers = case
    changed = data.draw(st.sampled_from(list(file.criteria)))
    known = data.draw(st.sampled_from(ORDER))
    before, after = (assess(file, {**answers, changed: one}) for one in (Said.UNKNOWN, known))
    assert all((one.score or 0) <= (other.score or 0) for one, other in zip(before.areas, after.areas, strict=True))
    assert {gap.criterion.id for gap in after.gaps} <= {gap.criterion.id for gap in before.gaps}


@given(answered())
def test_every_criterion_is_counted_once_and_is_a_gap_unless_met_or_not_applicable(
    case: tuple[Checklist, dict[str, Said]],
) -> None:
    file, answers = case
    found = assess(file, answers)
    for one in found.areas:
        assert sum(one.counts.values()) == len(one.area.criteria)
    expected = {name: answers.get(name, Said.UNKNOWN) for name in file.criteria}
    open_ones = {name: one for name, one in expected.items() if one not in (Said.MET, Said.NOT_APPLICABLE)}
    assert {gap.criterion.id: gap.said for gap in found.gaps} == open_ones
    assert len(found.gaps) == len(open_ones)


@given(answered())
def test_gaps_stand_in_order_of_risk_then_of_how_wide_they_are_then_of_the_checklist(
    case: tuple[Checklist, dict[str, Said]],
) -> None:
    file, answers = case
    place = {name: number for number, name in enumerate(file.criteria)}
    keys = [(-gap.criterion.risk, GAPS.index(gap.said), place[gap.criterion.id]) for gap in assess(file, answers).gaps]
    assert keys == sorted(keys)


@given(answered())
def test_a_score_is_whole_percent_and_100_only_where_all_that_applies_is_met(
    case: tuple[Checklist, dict[str, Said]],
) -> None:
    for one in assess(*case).areas:
        applying = [answer for answer in HALVES if one.counts[answer]]
        assert (one.score is None) == (not applying)
        assert one.score is None or 0 <= one.score <= 100
        assert (one.score == 100) == (applying == [Said.MET])


@given(answered(), st.data())
def test_what_does_not_apply_leaves_the_base_of_the_score(
    case: tuple[Checklist, dict[str, Said]], data: st.DataObject
) -> None:
    """A score is what it would be if the checklist never had the criterion."""
    file, answers = case
    place = data.draw(st.integers(0, len(file.areas) - 1))
    whole = file.areas[place]
    left_out = data.draw(st.sampled_from(whole.criteria))
    rest = [one for one in whole.criteria if one is not left_out]
    score = area_score(whole, {**answers, left_out.id: Said.NOT_APPLICABLE}).score
    if not rest:
        assert score is None
        return
    fewer = Area(id=whole.id, name=whole.name, from_demo="demo", to_production="production", criteria=tuple(rest))
    assert score == area_score(fewer, answers).score


def test_a_score_is_the_share_of_what_applies_weighed_by_risk() -> None:
    one = area("a", 3, 2, 1, 1)
    answers = {"a-0": Said.MET, "a-1": Said.PARTLY, "a-2": Said.UNKNOWN, "a-3": Said.NOT_APPLICABLE}
    assert area_score(one, answers).score == 66  # (3 + 2/2) of 6
    assert area_score(one, {}).score == 0
    assert area_score(one, dict.fromkeys(("a-0", "a-1", "a-2", "a-3"), Said.NOT_APPLICABLE)).score is None


def test_answers_to_what_the_checklist_does_not_ask_are_passed_over(catalogue: Catalogue) -> None:
    assert assess(catalogue.checklist, {"no-such-criterion": Said.UNMET}) == assess(catalogue.checklist, {})


def test_the_shipped_checklist_has_advice_for_every_gap(catalogue: Catalogue) -> None:
    found = assess(catalogue.checklist, {})
    assert len(found.gaps) == len(catalogue.checklist.criteria) == 40
    assert all(gap.criterion.advice and gap.criterion.question for gap in found.gaps)

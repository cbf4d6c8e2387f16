from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.catalogue.services import Catalogue, shipped
from directory.core.errors import DomainError
from directory.evidence.levels import Level
from directory.rules.evaluator import TierName
from directory.search.query import FACET_PARAMETERS, Query, QueryError, Sort, parse, value_label

CATALOGUE = shipped()
FULL = [
    ("q", "voice agents"),
    ("production", "at-scale"),
    ("enterprise", "1"),
    ("min_requests_per_day", "10000"),
    ("min_uptime", "99.9"),
    ("max_deploy_minutes", "60"),
    ("max_response_minutes", "12.5"),
    ("level", "2"),
    ("industry", "banking"),
    ("country", "DE"),
    ("country", "NL"),
    ("certification", "iso27001"),
    ("criterion", "gdpr"),
    ("criterion", "sso"),
    ("claimed", "1"),
    ("sort", "uptime"),
    ("page", "2"),
    ("per_page", "50"),
]


def errors(*pairs: tuple[str, str]) -> dict[str, str]:
    with pytest.raises(QueryError) as caught:
        parse(pairs, CATALOGUE)
    return dict(caught.value.errors)


@pytest.fixture
def full() -> list[tuple[str, str]]:
    industry = CATALOGUE.taxonomy.terms("industry")[0].id
    return [(name, industry if name == "industry" else value) for name, value in FULL]


def test_a_canonical_address_is_read_and_written_the_same(full: list[tuple[str, str]]) -> None:
    query = parse(full, CATALOGUE)
    assert query.parameters() == full
    assert parse(query.parameters(), CATALOGUE) == query
    assert (query.production, query.level, query.sort) == (TierName.AT_SCALE, Level.CONFIRMED, Sort.UPTIME)
    assert query.chosen("country") == ("DE", "NL")
    assert dict(query.parameters(page=7))["page"] == "7"


def test_nothing_asked_is_the_default_query() -> None:
    assert parse([], CATALOGUE) == Query()
    assert parse([("q", " "), ("level", ""), ("anything", "")], CATALOGUE) == Query()
    assert Query().parameters() == []


def test_defaults_are_left_out_and_order_and_repetition_do_not_matter() -> None:
    pairs = [("criterion", "sso"), ("country", "nl"), ("country", "DE"), ("criterion", "dpa"), ("country", "NL")]
    other = [("country", "DE"), ("country", "NL"), ("criterion", "dpa"), ("criterion", "sso")]
    noise = [("page", "1"), ("per_page", "20"), ("level", "0"), ("sort", "evidence"), ("page", "1")]
    assert sorted(parse(pairs, CATALOGUE).criteria) == ["dpa", "sso"]
    assert parse(pairs, CATALOGUE) == parse([*other, *noise], CATALOGUE)


def test_the_default_sort_depends_on_words() -> None:
    assert parse([("q", "voice"), ("sort", "relevance")], CATALOGUE).sort is None
    assert parse([("q", "voice"), ("sort", "evidence")], CATALOGUE).parameters() == [
        ("q", "voice"),
        ("sort", "evidence"),
    ]


def test_words_are_normalised() -> None:
    assert parse([("q", "  Zu\u0308rich\x00\t\nagents ")], CATALOGUE).words == "Zürich agents"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "x" * 201),
        ("q", "x" * 10_000),
        ("production", "nearly"),
        ("enterprise", "0"),
        ("claimed", "yes"),
        ("level", "5"),
        ("level", "٢"),
        ("level", "-1"),
        ("min_requests_per_day", "1e3"),
        ("min_requests_per_day", "1,000"),
        ("min_requests_per_day", "١٠"),
        ("min_requests_per_day", "-1"),
        ("min_requests_per_day", "+1"),
        ("min_requests_per_day", "9" * 5_000),
        ("min_uptime", "nan"),
        ("min_uptime", "NaN"),
        ("min_uptime", "1e400"),
        ("min_uptime", "100.0001"),
        ("min_uptime", "99.12345"),
        ("min_uptime", "Infinity"),
        ("max_deploy_minutes", "1000001"),
        ("max_response_minutes", "1_0"),
        ("industry", "no-such-industry"),
        ("country", "XX"),
        ("country", "ß"),
        ("language", "english"),
        ("criterion", "gdpr/2"),
        ("certification", "iso27001/1"),
        ("sort", "price"),
        ("page", "0"),
        ("page", "1.0"),
        ("page", "1000001"),
        ("per_page", "101"),
        ("unknown", "1"),
        ("Q", "voice"),
    ],
)
def test_a_bad_value_is_named_and_the_rest_kept(name: str, value: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse([(name, value), ("framework", CATALOGUE.taxonomy.terms("framework")[0].id)], CATALOGUE)
    assert list(caught.value.errors) == [name]
    assert str(caught.value).startswith(f"{name}: ")
    assert caught.value.query.chosen("framework")
    assert isinstance(caught.value, DomainError)


def test_a_message_says_what_would_be_acceptable() -> None:
    assert errors(("min_uptime", "high")) == {"min_uptime": "a number from 0 to 100 with at most 4 decimals"}


def test_a_single_value_given_twice_must_agree() -> None:
    assert errors(("page", "1"), ("page", "2")) == {"page": "given more than once with different values"}
    assert parse([("page", "2"), ("page", "2")], CATALOGUE).page == 2


def test_too_many_values_are_refused() -> None:
    assert errors(*(("criterion", f"c{number}") for number in range(100_000))) == {"criterion": "at most 50 values"}


def test_numbers_are_exact() -> None:
    query = parse([("min_uptime", "099.9990"), ("max_deploy_minutes", "100")], CATALOGUE)
    assert (query.min_uptime, query.max_deploy_minutes) == (Decimal("99.999"), Decimal(100))
    assert query.parameters() == [("min_uptime", "99.999"), ("max_deploy_minutes", "100")]


NAMES = st.sampled_from([name for name, _ in FULL] + list(FACET_PARAMETERS) + ["", "x", "level[]"])


@given(st.lists(st.tuples(NAMES, st.text(max_size=30) | st.sampled_from([value for _, value in FULL])), max_size=8))
def test_no_input_does_more_than_raise_query_error(pairs: list[tuple[str, str]]) -> None:
    try:
        query = parse(pairs, CATALOGUE)
    except QueryError as error:
        query = error.query
    assert parse(query.parameters(), CATALOGUE) == query


def test_filters_speak_in_sentences(full: list[tuple[str, str]], catalogue: Catalogue) -> None:
    query = parse(full, catalogue)
    sentences = {(one.name, one.value): one.sentence for one in query.filters(catalogue)}
    assert sentences["min_uptime", "99.9"] == "uptime at least 99.9 %, confirmed"
    assert sentences["min_requests_per_day", "10000"] == "volume at least 10,000/day, confirmed"
    assert sentences["max_response_minutes", "12.5"] == "response at most 12.5 min, 24×7, confirmed"
    assert sentences["production", "at-scale"] == "At scale"
    assert sentences["country", "DE"] == "head office in: Germany"
    assert sentences["level", "2"] == "evidence: confirmed or higher"


def test_each_filter_can_be_dropped_on_its_own(full: list[tuple[str, str]], catalogue: Catalogue) -> None:
    query = parse(full, catalogue)
    kept = dict.fromkeys(pair for pair in full if pair[0] not in ("page", "per_page", "sort"))
    filters = query.filters(catalogue)
    assert [(one.name, one.value) for one in filters if one.name != "q"] == [pair for pair in kept if pair[0] != "q"]
    for one in filters:
        without = one.without.parameters()
        assert (one.name, one.value) not in without
        assert set(without) == set(full) - {(one.name, one.value), ("page", "2")}


def test_values_have_labels(catalogue: Catalogue) -> None:
    assert value_label("country", "DE", catalogue) == "Germany"
    assert value_label("language", "ja", catalogue) == "Japanese"
    assert value_label("tool", "of-yesterday", catalogue) == "of-yesterday"

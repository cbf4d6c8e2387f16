"""What people write, line by line: taken right or refused with a reason, never mangled."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.exchange.format import ProviderRecord, encode
from directory.exchange.parsing import parse_line
from directory.exchange.problems import LineError
from directory.exchange.texts import UNWELCOME, clean
from tests.exchange.files import checker, firm

CHECKER = checker()


def read(line: dict[str, Any] | str, **known: Any) -> tuple[ProviderRecord, str]:
    """Return the record that a line is kept as, and the domain."""
    record, problems = parse_line(line if isinstance(line, str) else json.dumps(line))
    problems.raise_any()
    assert record is not None
    kept = (checker(**known) if known else CHECKER).check(record, problems)
    problems.raise_any()
    return kept


def reasons(line: dict[str, Any] | str, **known: Any) -> dict[str, str]:
    """Return what is wrong with a line, by field."""
    record, problems = parse_line(line if isinstance(line, str) else json.dumps(line))
    if record is not None:
        checker(**known).check(record, problems)
    return {path: problem.reason for path, problem in problems.found.items()}


def system(**figures: Any) -> dict[str, Any]:
    return firm(systems=[{"name": "Desk", "figures": figures}])


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", "Baby<animal>AGI", "Baby<animal>AGI"),
        ("name", "\u00a0 Acme\u200b\ufeff\t", "Acme"),
        ("name", "Cafe\u0301 Agents", "Café Agents"),
        ("name", "Acme\nAgents", "Acme Agents"),
        ("name", "Ünïcode 東京 שלום", "Ünïcode 東京 שלום"),
        ("name", "&amp; Sons", "&amp; Sons"),
        ("summary", "", None),
        ("summary", " \u00a0", None),
        ("description", "one\r\ntwo\rthree\n\nfour  five ", "one\ntwo\nthree\n\nfour  five"),
        ("description", "x" * 16_000 + "\r\n", "x" * 16_000),
        ("country", "de", "DE"),
        ("country", " nl\u00a0", "NL"),
        ("languages", ["de", "EN", "French", "de", "", "Luo"], ["de", "en", "fr", "luo"]),
        ("industries", ["Healthcare", "healthcare"], ["healthcare"]),
        ("tools", [], []),
        ("tools", None, None),
        ("employees", 0, 0),
        ("founded", 2019.0, 2019),
    ],
)
def test_taken_right(field: str, typed: Any, kept: Any) -> None:
    assert getattr(read({**firm(), field: typed})[0], field) == kept


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("name", "", "is empty"),
        ("name", "\u200b", "is empty"),
        ("name", "x" * 201, "has 201 characters; at most 200 are kept"),
        ("name", None, "must be text, not null"),
        ("name", 7, "must be text, not a whole number"),
        ("name", "Acme\x00", "holds a control character (U+0000)"),
        ("name", "Acme\x92s", "holds a control character (U+0092)"),
        ("name", "Acme \u202egnp", "holds a character that overrides the direction of writing (U+202E)"),
        ("name", "\ud83d", "holds half of a character (U+D83D)"),
        ("summary", "x" * 501, "has 501 characters; at most 500 are kept"),
        ("description", "x" * 20_001, "has 20,001 characters; at most 20,000 are kept"),
        ("country", "Germany", "“Germany” isn't an ISO 3166-1 alpha-2 code; did you mean DE?"),
        ("country", "UK", "“UK” isn't an ISO 3166-1 alpha-2 code; did you mean GB?"),
        ("country", "Atlantis", "“Atlantis” isn't an ISO 3166-1 alpha-2 code"),
        ("country", "EU", "“EU” isn't an ISO 3166-1 alpha-2 code"),
        ("founded", "1999", "must be a whole number, not text"),
        ("founded", 1999.5, "must be a whole number, not one with decimals"),
        ("founded", True, "must be a whole number, not true or false"),
        ("founded", 1799, "must be from 1800 to 2026"),
        ("founded", 2027, "must be from 1800 to 2026"),
        ("employees", -1, "must be from 0 to 10,000,000"),
        ("employees", 10_000_001, "must be from 0 to 10,000,000"),
        ("languages", ["de", "quux"], "“quux” isn't an ISO 639 code"),
        ("languages", "de", "must be a list, not text"),
        ("industries", ["helthcare"], "“helthcare” isn't a known industry; did you mean healthcare?"),
        ("systems", None, "must be a list, not null"),
        ("answers", [], "must be an object, not a list"),
        ("slug", "acme", "isn't a key of the format"),
        ("level", 4, "isn't a key of the format"),
        ("evidence", [], "isn't a key of the format"),
    ],
)
def test_refused_with_its_reason(field: str, typed: Any, reason: str) -> None:
    assert reasons({**firm(), field: typed}) == {field: reason}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ({"website": "acme.com"}, {"name": "is required"}),
        ({"name": "Acme"}, {"website": "is required"}),
        (firm(min_project={"amount": 5}), {"min_project.currency": "is required"}),
        (
            firm(min_project={"amount": "1.001", "currency": "EURO"}),
            {
                "min_project.amount": "must be from 0 to 1,000,000,000,000 with at most 2 decimals",
                "min_project.currency": "“EURO” isn't an ISO 4217 code such as EUR",
            },
        ),
        (firm(source={"retrieved": "2026-11-05"}), {"source.retrieved": "is in the future"}),
        (firm(source={"retrieved": "12/1"}), {"source.retrieved": "must be a day that exists, as YYYY-MM-DD"}),
        (firm(source={"url": "ftp://x.com"}), {"source.url": "must begin with http:// or https://"}),
        (
            firm(certifications=[{"name": "ISO 27002"}]),
            {"certifications[0].name": "“ISO 27002” isn't a known certification; did you mean iso-27001?"},
        ),
        (
            firm(certifications=[{"name": "SOC 2"}]),
            {"certifications[0].name": "“SOC 2” isn't a known certification; did you mean soc2-type2?"},
        ),
        (
            firm(answers={"sso": {"status": "yes"}}),
            {"answers.sso.status": "must be met, partly, unmet or not-applicable, not “yes”"},
        ),
        (firm(answers={"nope": {"status": "met"}}), {"answers.nope": "“nope” isn't a criterion of the checklist"}),
        (
            firm(answers={"sso": {"status": "met", "note": "x" * 2001}}),
            {"answers.sso.note": "has 2,001 characters; at most 2,000 are kept"},
        ),
        (firm(systems=[{"name": "A"}, {"name": " A"}]), {"systems[1].name": "“A” stands twice"}),
        (
            firm(systems=[{"name": "A", "live_since": "2025-01-02", "retired_on": "2025-01-01"}]),
            {"systems[0].retired_on": "is before live_since (2025-01-02)"},
        ),
        (
            firm(systems=[{"name": "A", "live_since": "1/2/2025"}]),
            {"systems[0].live_since": "must be a day that exists, as YYYY-MM-DD"},
        ),
        (system(speed={}), {"systems[0].figures.speed": "isn't a key of the format"}),
        (
            system(uptime_percent={"value": 101, "as_of": "2026-01-01"}),
            {"systems[0].figures.uptime_percent.value": "must be a number from 0 to 100 with at most 4 decimals"},
        ),
        (
            system(uptime_percent={"value": 99.99999, "as_of": "2026-01-01"}),
            {"systems[0].figures.uptime_percent.value": "must be a number from 0 to 100 with at most 4 decimals"},
        ),
        (
            system(requests_per_day={"value": 10.5, "as_of": "2026-01-01"}),
            {"systems[0].figures.requests_per_day.value": "must be a whole number from 0 to 1,000,000,000,000"},
        ),
        (
            system(deploy_minutes={"value": "soon", "as_of": "12/1", "window_days": 0}),
            {
                "systems[0].figures.deploy_minutes.value": "must be a number such as 12000 or 99.95",
                "systems[0].figures.deploy_minutes.as_of": "must be a day that exists, as YYYY-MM-DD",
                "systems[0].figures.deploy_minutes.window_days": "must be from 1 to 3660",
            },
        ),
        (
            system(response_minutes={"value": 15, "as_of": "2026-01-01"}),
            {"systems[0].figures.response_minutes.coverage": "is required: 24x7 or business-hours"},
        ),
        (
            system(deploy_minutes={"value": 15, "as_of": "2026-11-05", "coverage": "24x7"}),
            {
                "systems[0].figures.deploy_minutes.as_of": "is in the future",
                "systems[0].figures.deploy_minutes.coverage": "belongs to response_minutes only",
            },
        ),
    ],
)
def test_every_bad_field_is_named(line: dict[str, Any], found: dict[str, str]) -> None:
    assert reasons(line) == found


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[]", "must be one JSON object a line, not a list"),
        ("7", "must be one JSON object a line, not a whole number"),
        ("null", "must be one JSON object a line, not null"),
        ("{", "isn't JSON: Expecting property name enclosed in double quotes at column 2"),
        ('{"name":"A', "isn't JSON: Unterminated string starting at column 9"),
        ('{"name":"A"} x', "isn't one JSON object a line: more follows at column 14"),
        ('{"name":"A","name":"B","website":"a.com"}', "has the key “name” twice"),
        ('{"name":"A","website":"a.com","source":{"url":"a.com","url":"b.com"}}', "has the key “url” twice"),
        ('{"name":"A","website":"a.com","founded":NaN}', "isn't JSON: NaN isn't a number"),
        ('{"name":"A","website":"a.com","founded":' + "9" * 5000 + "}", "holds a number that is too long"),
        ('{"name":"A","website":"a.com","founded":1e999999999999999999999}', "holds a number that is too long"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"name":"A","website":"a.com","x":' + '{"a":' * 800 + "1" + "}" * 800 + "}", "is nested too deeply"),
    ],
)
def test_what_is_no_record_at_all(line: str, reason: str) -> None:
    assert reasons(line) == {"": reason}


def test_all_problems_of_a_line_are_told_together() -> None:
    line = {"website": "github.com/x", "country": "??", "founded": "x", "foo": 1, "systems": [{"figures": 3}]}
    assert set(reasons(line)) == {
        "name",
        "website",
        "country",
        "founded",
        "foo",
        "systems[0].name",
        "systems[0].figures",
    }


def test_a_full_line_is_kept_as_it_is_meant() -> None:
    record, domain = read(
        firm(
            website="HTTP://Acme.com",
            min_project={"amount": 10000.50, "currency": "eur"},
            certifications=[{"name": "ISO 27001", "valid_until": "2027-01-01", "url": "acme.com/iso"}],
            systems=[
                {
                    "name": "Desk",
                    "industry": "insurtech",
                    "agent_type": "Customer support",
                    "customer": {"name": "Bank", "website": "bank.de", "employees": 12, "regulated": True},
                    "figures": {"response_minutes": {"value": 15.0, "as_of": "2026-01-01", "coverage": "24x7"}},
                }
            ],
            answers={"sso": {"status": "met", "note": "a\r\nb"}, "rbac": None},
        )
    )
    assert domain == "acme.com"
    assert json.loads(encode(record)) == {
        "name": "Acme",
        "website": "http://acme.com/",
        "min_project": {"amount": 10000.5, "currency": "EUR"},
        "certifications": [{"name": "iso-27001", "valid_until": "2027-01-01", "url": "https://acme.com/iso"}],
        "systems": [
            {
                "name": "Desk",
                "industry": "insurance",
                "agent_type": "customer-support",
                "customer": {"name": "Bank", "website": "https://bank.de/", "employees": 12, "regulated": True},
                "figures": {"response_minutes": {"value": 15, "as_of": "2026-01-01", "coverage": "24x7"}},
            }
        ],
        "answers": {"sso": {"status": "met", "note": "a\nb"}, "rbac": None},
    }


def test_production_takes_no_demonstration_entries() -> None:
    line = firm(website="agents.example")
    assert read(line)[1] == "agents.example"
    found = reasons(line, accepts_demo=False)
    assert found == {"website": "agents.example is a demonstration entry, which production doesn't take"}


def test_reasons_can_be_printed_whatever_the_line_holds() -> None:
    with pytest.raises(LineError) as caught:
        read('{"name":"A","website":"a.com","x\\u001b[2J\\ud800":1}')
    assert str(caught.value) == "x\\u001b[2J\\ud800: isn't a key of the format"


@given(st.text())
def test_cleaning_settles_at_once(text: str) -> None:
    for has_lines in (True, False):
        try:
            cleaned = clean(text, has_lines=has_lines)
        except ValueError:
            assert UNWELCOME.search(text)
        else:
            assert clean(cleaned, has_lines=has_lines) == cleaned
            assert has_lines or "\n" not in cleaned
            cleaned.encode()


KEYS = st.sampled_from(
    [*ProviderRecord.__struct_fields__, "value", "as_of", "uptime_percent", "figures", "amount", "url"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("2026-01-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(
    st.one_of(st.text(), JSON.map(json.dumps), st.dictionaries(KEYS, JSON).map(lambda odd: json.dumps(firm() | odd)))
)
@settings(max_examples=200)
def test_any_line_is_kept_or_refused_with_reasons(line: str) -> None:
    record, problems = parse_line(line)
    if record is not None:
        kept, domain = CHECKER.check(record, problems)
        if not problems.found:
            assert domain
            assert CHECKER.check(kept, problems) == (kept, domain)
            assert not problems.found
            return
    assert problems.found
    for problem in problems.found.values():
        assert problem.reason
        assert str(problem).isprintable()

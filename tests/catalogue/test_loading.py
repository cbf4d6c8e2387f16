"""A bad file is refused with its name, the line and the reason."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.catalogue.loading import load, parse, read_text
from directory.catalogue.schema import Rules, Taxonomy
from directory.catalogue.services import shipped_files
from directory.catalogue.source import LOADER, CatalogueFileError, Problem

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
TEXTS = {kind: read_text(path) for kind, path in shipped_files().items()}

BAD_TREES = [
    ("summary: &a x", 6, "anchors and aliases"),
    ("summary: *a", 6, "anchors and aliases"),
    ("summary: !!python/object:os.system x", 6, "isn't allowed"),
    ("summary: !!map []", 6, "isn't allowed"),
    ('summary: "', 6, "isn't YAML"),
    ("summary: a\x00b", 6, "U+0000"),
    ("summary: a\ud800b", 6, "U+D800"),
    ("summary: a\nsummary: b", 7, "stands twice"),
    ("summary: " + "[" * 2000 + "]" * 2000, 6, "nested more than 20 deep"),
    ("summary: x\n---\nsummary: y", 7, "second document"),
    ("summary: x\n? [a]\n: b", 7, "a key must be a word"),
    ("summary: .inf", 6, "plain digits"),
    ("summary: 1_000", 6, "plain digits"),
    ("summary: 0x10", 6, "plain digits"),
    ("summary: 10:30", 6, "plain digits"),
    ("summary: " + "9" * 5000, 6, "plain digits"),
    ("summary: 2026-13-01", 6, "month must be in 1..12"),
]
BAD_RULES = [
    ("kind: rules", "kind: rulez", "kind: the file must begin with a kind"),
    ('version: "1"', "version: 1", "version: must be text; put it in quotes"),
    ('version: "1"', 'version: "one"', "version: must be a version such as"),
    ("published_on: 2026-11-01", "published_on: soon", "published_on: must be a day"),
    ("summary: The first published rules.", "summary: ''", "summary: must not be empty"),
    ("summary: The first published rules.", "summary: no", "summary: must be text; put it in quotes"),
    ("summary: The first published rules.", "summery: x", "summery: isn't a key that belongs here"),
    ("stated_months: 6", "stated_months: 6.5", "evidence.validity.stated_months: must be a whole number"),
    ("stated_months: 6", "stated_months: true", "evidence.validity.stated_months: must be a whole number"),
    ("stated_months: 6", 'stated_months: "6"', "evidence.validity.stated_months: must be a whole number"),
    ("stated_months: 6", "stated_months: 0", "must be >= 1"),
    ("stated_months: 6", "stated_months: 6000", "must be between 0 and 120"),
    ("min_samples_percent: 95", "min_samples_percent: 101", "must be between 0 and 100"),
    ("requests_per_day: {percent: 25}", "requests_per_day: {percent: -1}", "must be between 0 and 100"),
    ("absolute: 0.05", "absolute: 0.00005", "at most four decimal places"),
    ("id: in-production", "id: at-scale", "tiers go from lowest to highest"),
    ("id: P2", "id: p2", "must be a capital letter and a number"),
    ("id: P2", "id: P1", "'P1' stands twice"),
    ("id: E1", "id: P1", "'P1' stands twice"),
    ("check: live-reference", "check: live-refrence", "isn't one of the words allowed here"),
    ("check: live-reference, ", "", "lacks 'check'"),
    ("min_live_days: 90", "min_live_days: -90", "must be >= 0"),
    ("min_live_days: 90", "min_live_days: 9000000000", "must be between 0 and 3,650"),
    ("min_live_days: 90", "min_live_day: 90", "lacks 'min_live_days'"),
    ("at_least: 1000,", "at_least: true,", "must be a number"),
    ("at_least: 1000,", "", "must have exactly one bound: at_least"),
    ("at_least: 1000,", "at_least: 1000, at_most: 2000,", "must have exactly one bound: at_least"),
    ("at_least: 1000,", "at_most: 1000,", "requests_per_day takes 'at_least', not 'at_most'"),
    ("at_least: 1000,", "at_least: -1000,", "must be between 0 and"),
    ("at_least: 1000,", "at_least: 10.5,", "in steps of 1"),
    ("at_least: 1000,", "at_least: 'NaN',", "must be between 0 and"),
    ("at_least: 1000,", "at_least: '1e-999999',", "in steps of 1"),
    ("at_least: 99.0,", "at_least: 100.1,", "must be between 0 and 100"),
    ("at_least: 99.0,", "at_least: 99.0, coverage: 24x7,", "only response_minutes has a coverage"),
    ("coverage: 24x7", "coverage: 24x8", "isn't one of the words allowed here"),
    ("at_least: 1000, level: 2", "at_least: 1000, level: 5", "must be <= 4"),
    ("metrics: [deploy_minutes, response_minutes]", "metrics: []", "must have at least 1"),
    ("metrics: [deploy_minutes, response_minutes]", "metrics: deploy_minutes", "must be a list"),
    ("metrics: [deploy_minutes, response_minutes]", "metrics: [deploy_minutes, deploy_minutes]", "stands twice"),
    ("months: 12", "months: 1200", "must be between 0 and 120"),
    ("organisations: 2", "organisations: 2000", "must be between 0 and 100"),
    ("min_employees: 1000", "min_employees: 100000000", "must be between 0 and 10,000,000"),
    ("or_regulated: true", "or_regulated: 1", "Expected bool"),
    ("any_of: [soc2-type2, iso27001], level: 1", "any_of: [soc2-type2], level: 2", "reaches level 1 at most"),
    ("any_of: [soc2-type2, iso27001]", "any_of: [iso27001, iso27001]", "stands twice"),
    ("all_of: [dpa, eu-models, gdpr]", "all_of: [DPA]", "must be small letters, digits and single hyphens"),
]
BAD_CHECKLISTS = [
    ("- id: retries", "- id: graceful-degradation", "'graceful-degradation' stands twice"),
    ("- id: scalability", "- id: error-handling", "'error-handling' stands twice"),
    ("        risk: 3", "        risk: 4", "areas[0].criteria[0].risk: must be <= 3"),
    ("        risk: 3", "        risk: high", "areas[0].criteria[0].risk: must be a whole number"),
    ("        risk: 3\n", "", "areas[0].criteria[0]: lacks 'risk'"),
    ("name: Retries", "name:", "areas[0].criteria[1].name: must be text"),
]
BAD_TAXONOMIES = [
    ("{id: langchain, label: LangChain}", "{id: langgraph, label: LangChain}", "'langgraph' stands twice"),
    ("{id: langchain, label: LangChain}", "{id: lang-chain, label: langgraph}", "already belongs to 'langgraph'"),
    ("{id: rasa, label: Rasa}", "{id: rasa, label: Rasa, aliases: [LANGGRAPH]}", "already belongs to 'langgraph'"),
    ("{id: rasa, label: Rasa}", "{id: rasa, label: Rasa, aliases: [RASA]}", "'rasa' stands twice"),
    ("{id: rasa, label: Rasa}", "{id: rasa, label: Rasa, colour: red}", "colour: isn't a key that belongs here"),
    ("least: 10, most: 49", "least: 11, most: 49", "leaves a gap: it must begin at 10"),
    ("least: 10, most: 49", "least: 9, most: 49", "overlaps: it must begin at 10"),
    ("least: 10, most: 49", "least: 10, most: 5", "ends before it begins"),
    ("least: 250, most: 999}", "least: 250}", "comes after a band without an end"),
    ("least: 1000}", "least: 1000, most: 2000}", "the last band must have no 'most'"),
    ("{id: 10-49,", "{id: 1-9,", "'1-9' stands twice"),
]
BAD = [
    *(("rules", *case) for case in BAD_RULES),
    *(("checklist", *case) for case in BAD_CHECKLISTS),
    *(("taxonomy", *case) for case in BAD_TAXONOMIES),
]


def refusal(text: str) -> CatalogueFileError:
    with pytest.raises(CatalogueFileError) as caught:
        parse(text, "my.yaml")
    return caught.value


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(TEXTS["rules"], encoding="utf-8")
    file = load(path)
    assert isinstance(file, Rules)
    assert file == parse(TEXTS["rules"], "rules.yaml")


@pytest.mark.parametrize(("replacement", "line", "reason"), BAD_TREES)
def test_what_is_not_plain_yaml_is_refused(replacement: str, line: int, reason: str) -> None:
    error = refusal(TEXTS["rules"].replace("summary: The first published rules.", replacement, 1))
    assert str(error).startswith(f"my.yaml:{line}: ")
    assert reason in str(error)


@pytest.mark.parametrize(("kind", "old", "new", "reason"), BAD)
def test_a_bad_value_is_refused_where_it_stands(kind: str, old: str, new: str, reason: str) -> None:
    text = TEXTS[kind]
    assert old in text
    error = refusal(text.replace(old, new, 1))
    assert reason in str(error)
    changed = text.count("\n", 0, text.index(old)) + 1
    lines = [int(line) for line in re.findall(r"^my\.yaml:(\d+): ", str(error), re.MULTILINE)]
    nearest = min(abs(line - changed) for line in lines)
    assert nearest <= (13 if "lacks" in reason else 1 if "comes after" in reason else 0)


def test_every_problem_is_told_at_once_in_order() -> None:
    text = TEXTS["rules"].replace("level: 2", "level: 9").replace("stated_months: 6", "stated_months: no")
    error = refusal(text)
    assert [problem.line for problem in error.problems] == [10, 36, 39, 55, 58]
    assert error.problems[1].where == "production.tiers[0].rules[1].condition.level"


def test_unknown_and_missing_keys_are_told_together() -> None:
    error = refusal(TEXTS["rules"].replace("tiers:", "tears:", 1))
    assert [str(problem) for problem in error.problems] == [
        "23: production: lacks 'tiers'",
        "26: production.tears: isn't a key that belongs here",
    ]


@pytest.mark.parametrize("text", ["", "# only a comment", "[]", "hello", "- kind: rules", "kind: [rules]", "\x85"])
def test_what_is_no_catalogue_file_is_refused(text: str) -> None:
    assert str(refusal(text)).startswith("my.yaml:1: ")


def test_a_facet_may_not_be_empty() -> None:
    start = TEXTS["taxonomy"].index("engagement:\n")
    end = TEXTS["taxonomy"].index("framework:\n")
    text = TEXTS["taxonomy"][:start] + "engagement: []\n" + TEXTS["taxonomy"][end:]
    assert "engagement: must have at least 1" in str(refusal(text))


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_text("#" * 1_000_001, encoding="utf-8")
    with pytest.raises(CatalogueFileError, match=r"huge\.yaml:1: is larger than 1,000,000 bytes"):
        load(path)
    assert "is larger than" in str(refusal("é" * 500_001))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFileError, match=r"none\.yaml:1: can't be read"):
        load(tmp_path / "none.yaml")


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("kind: rules\nsummary: été\n".encode("cp1252"))
    with pytest.raises(CatalogueFileError, match=r"latin\.yaml:2: isn't UTF-8 text"):
        load(path)


def test_line_ends_and_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXTS["rules"].replace("\n", "\r\n").encode())
    assert read_text(path) == TEXTS["rules"]


def test_spaces_round_a_text_are_dropped() -> None:
    file = parse(TEXTS["taxonomy"].replace("label: Rasa", 'label: " Rasa\\n"'), "my.yaml")
    assert isinstance(file, Taxonomy)
    assert file.label("framework", "rasa") == "Rasa"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(text=st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("{}[]:-&*!?|>'\"#%\n ,"), max_size=200))
def test_no_text_ends_in_anything_but_a_refusal(text: str) -> None:
    refusal(text)


@settings(max_examples=60, deadline=None)
@given(replaced=values, kind=st.sampled_from(sorted(TEXTS)), spot=st.integers(0, 10_000))
def test_any_value_anywhere_is_taken_or_refused_with_a_line(replaced: object, kind: str, spot: int) -> None:
    tree = yaml.load(TEXTS[kind], Loader=LOADER)  # noqa: S506 - the safe loader, in C
    spots = list(places(tree))
    holder, key = spots[spot % len(spots)]
    holder[key] = replaced
    text = yaml.dump(tree, Dumper=DUMPER, allow_unicode=True)
    lines = [problem.line for problem in problems(text)]
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


def problems(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a text; none when it is taken."""
    try:
        parse(text, "my.yaml")
    except CatalogueFileError as error:
        return error.problems
    return ()


def places(value: object) -> list[tuple[dict[str, object], str]]:
    """Return every (mapping, key) inside plain values."""
    found: list[tuple[dict[str, object], str]] = []
    if isinstance(value, dict):
        found += [(value, key) for key in value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        found += places(one)
    return found

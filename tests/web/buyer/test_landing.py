"""Pages of single terms: what they say and count, and how they stand beside the search."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from directory.app import create_app
from directory.catalogue.loading import read_text
from directory.catalogue.services import activate, install_shipped, register, shipped_files
from directory.core.db import Database
from directory.search.query import FACET_PARAMETERS, Query, Sort
from directory.search.refresh import reindex
from directory.web.buyer.landing import BEST, heading_of
from directory.web.landings import landing_of
from tests.conftest import settings_for
from tests.factories import AT, ON, add_proven, add_provider, announce
from tests.web.buyer.reading_pages import words
from tests.web.buyer.scenes import add_halden

BASE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def open_town(template: Path, folder: Path) -> tuple[Database, FlaskClient]:
    """Return a directory and a client: nine firms in insurance, two of them proven; one proven firm in finance."""
    shutil.copy(template, folder / "town.sqlite")
    database = Database(f"sqlite:///{folder / 'town.sqlite'}")
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        providers = [add_halden(session)]
        for name, columns in (("Plain <Agents>", {"industries": ["insurance"]}), ("Bank Agents", {})):
            provider = add_provider(session, name=name, **columns)
            add_proven(session, provider)
            providers.append(provider)
        providers += [
            add_provider(session, name=f"Bare {n}", industries=["insurance"], regions=["uk"]) for n in range(7)
        ]
        for provider in providers:
            announce(session, provider)
    settings = settings_for(database, folder)
    reindex(database, settings.index_dir, on=ON)
    return database, create_app(settings).test_client()


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a town that no test changes."""
    with time_machine.travel(AT, tick=False):
        database, client = open_town(sqlite_template, tmp_path_factory.mktemp("town"))
    yield client
    database.dispose()


@pytest.fixture
def own_town(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Database, FlaskClient]]:
    """A town that the test may change, and its client."""
    database, client = open_town(sqlite_template, tmp_path)
    yield database, client
    database.dispose()


def read(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.text


def canonical(client: FlaskClient, path: str) -> str:
    found = re.search(r'rel="canonical" href="([^"]+)"', read(client, path))
    assert found is not None
    return unescape(found[1]).removeprefix(BASE)


def counted(page: str) -> list[tuple[str, int]]:
    """Return where every counted link leads, and its count."""
    inside = re.findall(r'<dd><a class="value" href="([^"]+)">([\d,]+)<', page)
    beside = re.findall(r'<li><a href="([^"]+)">[^<]*</a> <span class="count">([\d,]+)<', page)
    return [(unescape(address), int(count.replace(",", ""))) for address, count in (*inside, *beside)]


def found_at(client: FlaskClient, address: str) -> int:
    heading = re.search(r"<h1[^>]*>([\d,]+) provider", read(client, address))
    counts = re.search(r"<dt>Providers</dt><dd><a[^>]*>([\d,]+)<", read(client, address))
    found = heading or counts
    assert found is not None, address
    return int(found[1])


def test_a_page_says_what_it_is_about_and_who_is_best(town: FlaskClient) -> None:
    page = read(town, "/industries/insurance")
    assert "<title>AI agents for insurance · Find the Makers</title>" in page
    assert re.search(
        r'<meta name="description" content="Agents for insurers [^"]+ 9 providers, 2 in production\.">', page
    )
    names = [unescape(name) for name in re.findall(r"<h3><a [^>]+>(.*?)</a></h3>", page)]
    assert names[:2] == ["Halden Automation", "Plain <Agents>"]
    assert len(names) == BEST
    text = words(page)
    assert text.index("Plain <Agents>") < text.index("Not proven here yet") < text.index("Bare 0")
    assert "noindex" not in page
    assert "these firms are made up" in text


@pytest.mark.parametrize("path", ["/industries/insurance", "/agent-types/customer-support", "/regions/uk"])
def test_every_count_is_what_its_link_gives(town: FlaskClient, path: str) -> None:
    links = counted(read(town, path))
    assert len(links) > 4
    assert [(address, found_at(town, address)) for address, _ in links] == links


@pytest.mark.parametrize("path", ["/industries", "/agent-types", "/regions"])
def test_a_list_leads_to_every_term_with_its_counts(town: FlaskClient, path: str) -> None:
    rows = re.findall(rf'<th scope="row"><a href="({path}/[\w-]+)">', read(town, path))
    cells = [re.findall(r'class="number[^"]*">([\d,]+)<', row) for row in read(town, path).split("<tr>")[2:]]
    assert len(rows) == len(cells) > 10
    for address, (total, _, _) in zip(rows, cells, strict=True):
        page = read(town, address)
        assert ("Nobody is listed" in page) == (total == "0")
        assert total == "0" or found_at(town, address) == int(total)
    totals = [int(total) for total, _, _ in cells]
    assert totals == sorted(totals, reverse=True)


def test_tiers_are_counted_in_the_list(town: FlaskClient) -> None:
    row = next(row for row in read(town, "/industries").split("<tr>") if 'href="/industries/insurance"' in row)
    assert re.findall(r'class="number[^"]*">([\d,]+)<', row) == ["9", "2", "1"]


def test_a_term_that_nobody_has_says_so_and_stays_out_of_other_indexes(town: FlaskClient) -> None:
    page = read(town, "/regions/china")
    assert '<meta name="robots" content="noindex">' in page
    assert "Nobody is listed for “China” yet." in words(page)
    assert 'href="/regions/uk"' in page
    assert "/regions/china" not in read(town, "/sitemap.xml")
    assert f"<loc>{BASE}/regions/uk</loc>" in read(town, "/sitemap.xml")


@pytest.mark.parametrize(
    "path", ["/industries/nope", "/regions/insurance", "/agent-types/%3Cscript%3E", "/industries/"]
)
def test_an_unknown_term_is_not_found(town: FlaskClient, path: str) -> None:
    response = town.get(path)
    assert response.status_code == 404
    assert "<script>" not in response.text.replace("<script src", "")


def test_the_results_of_one_term_give_way_to_its_page(town: FlaskClient) -> None:
    for same in ("", "&sort=name", "&per_page=5"):
        assert canonical(town, f"/providers?industry=insurance{same}") == "/industries/insurance"
    assert canonical(town, "/industries/insurance") == "/industries/insurance"
    for other in ("&page=2&per_page=5", "&industry=finance", "&production=at-scale", "&q=agents", "&region=eu"):
        assert canonical(town, f"/providers?industry=insurance{other}").startswith("/providers?")
    assert canonical(town, "/providers?region=china") == "/providers?region=china"
    assert canonical(town, "/providers?country=DE") == "/providers?country=DE"


def test_people_find_them_from_the_start(town: FlaskClient) -> None:
    start = read(town, "/")
    for path in ("/industries", "/agent-types", "/regions", "/industries/insurance", "/regions/uk"):
        assert f'href="{path}"' in start


def test_a_taxonomy_without_descriptions_serves_as_before(own_town: tuple[Database, FlaskClient]) -> None:
    database, client = own_town
    text = re.sub(r',\n +description: "[^"]*"', "", read_text(shipped_files()["taxonomy"]))
    assert "description:" not in text
    with database.writing() as session:
        version = register(session, text.replace('"1.1"', '"1.2"'), "plain", actor="test", at=AT)
        activate(session, version, actor="test", at=AT)
    page = read(client, "/industries/insurance")
    assert "Who builds AI agents for which industry" in page
    assert "Halden Automation" in page


@pytest.mark.parametrize(
    ("facet", "label", "heading"),
    [
        ("industry", "Banking and finance", "AI agents for banking and finance"),
        ("agent_type", "IT operations", "AI agents for IT operations"),
        ("agent_type", "Multi-agent orchestration", "AI agents for multi-agent orchestration"),
        ("region", "European Union", "Where AI agents run: European Union"),
        ("industry", "X", "AI agents for X"),
    ],
)
def test_headings_are_sentences(facet: str, label: str, heading: str) -> None:
    assert heading_of(facet, label) == heading


@given(
    st.sampled_from(FACET_PARAMETERS),
    st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3),
    st.sampled_from([None, *Sort]),
    st.integers(1, 3),
    st.sampled_from(["", "words"]),
)
def test_a_page_stands_for_one_term_alone(
    facet: str, values: list[str], sort: Sort | None, page: int, typed: str
) -> None:
    query = Query(words=typed, sort=sort, page=page).with_facet(facet, values)
    paged = Query(words=query.words, sort=sort, facets=query.facets, page=page)
    paths = {"industry": "/industries", "agent_type": "/agent-types", "region": "/regions"}
    is_alone = facet in paths and len(values) == 1 and page == 1 and not typed
    assert landing_of(paged) == (f"{paths[facet]}/{values[0]}" if is_alone else None)

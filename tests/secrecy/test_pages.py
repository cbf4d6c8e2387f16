"""No page, document or file shows anybody what isn't for them; no log line and no event holds it at all."""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from urllib.parse import unquote, urlsplit

import pytest

from directory.core.links import LinkKind, sign
from directory.exchange.exporting import export
from directory.exchange.sources import Format
from tests.authorisation.addresses import ADDRESSES
from tests.authorisation.stage import ROLES, Stage
from tests.authorisation.test_matrix import filled, methods_of
from tests.scene import CANARY
from tests.secrecy.words import given_away, private_words

MOST_PAGES = 400
QUERIES = (
    "/providers?q=canary",
    "/providers?level=2&min_requests=1",
    "/api/v1/providers?q=canary",
    "/api/v1/providers?per_page=100",
    "/suggest?q=canary",
    "/suggest?q=the",
    "/nowhere/canary",
)
LINK = re.compile(r'(?:href|src|action)="([^"#]+)')


def starts(stage: Stage) -> Iterator[str]:
    """Yield every address, filled with what belongs to either provider."""
    for address in ADDRESSES:
        if "GET" in methods_of(stage.app, address):
            yield filled(stage, address)
            yield filled(stage, address, stage.scene.theirs)
    yield from QUERIES


def behind(stage: Stage, address: str) -> str:
    """Return how the words end that a link's holder may see behind it."""
    for whose in (stage.scene.mine, stage.scene.theirs):
        for state, number in whose.references.items():
            if sign(LinkKind.REFERENCE, number, 1, stage.settings.secret_key) in address:
                return f"{state}-{whose.slug}"
    if sign(LinkKind.SHORTLIST, stage.scene.shortlist, 1, stage.settings.secret_key) in address:
        return "note-of-buyer"  # its owner shows the notes too
    kinds = (LinkKind.CONFIRM, LinkKind.RESET)
    tokens = [sign(kind, stage.scene.links[kind.value], 1, stage.settings.secret_key) for kind in kinds]
    return "mail-of-buyer-invited-by-the-provider" if any(token in address for token in tokens) else ""


def crawl(stage: Stage, role: str) -> Iterator[tuple[str, str]]:
    """Yield (address, answer with its headers) of everything that somebody can reach."""
    waiting, seen = list(starts(stage)), set[str]()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        with stage.ask(role, "GET", address) as response:
            body = response.get_data().decode("utf-8", "replace")
            yield address, f"{response.headers}\n{unquote(unescape(body))}"
        if response.mimetype == "text/html":
            found = (unescape(link) for link in LINK.findall(body))
            waiting += [link for link in found if link.startswith("/") and not urlsplit(link).query]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_sees_what_is_not_for_them(stage: Stage, role: str) -> None:
    pages, shown = 0, []
    for address, text in crawl(stage, role):
        shown += [f"{address}: {word}" for word in given_away(stage.database, role, text, behind(stage, address))]
        pages += 1
    assert pages > 30
    assert shown == []


@pytest.mark.parametrize("role", ROLES)
def test_refusals_and_forms_that_are_shown_again_tell_nothing_more(stage: Stage, role: str) -> None:
    before, shown = stage.rows(), []
    for address in ADDRESSES:
        if "POST" not in methods_of(stage.app, address):
            continue
        for whose in (stage.scene.mine, stage.scene.theirs):
            place = filled(stage, address, whose)
            response = stage.ask(role, "POST", place, data={"revision": "99"})
            text = f"{response.headers}\n{unescape(response.text)}"
            shown += [f"{address}: {word}" for word in given_away(stage.database, role, text, behind(stage, place))]
            if stage.rows() != before:
                stage.restore()
    assert shown == []


def test_the_test_sees_what_it_looks_for(stage: Stage) -> None:
    """Admins do see a referee's address: the crawl reaches the page, and would notice it at anybody else's."""
    texts = dict(crawl(stage, "admin"))
    page = texts[f"/admin/reference/{stage.scene.mine.references['answered']}"]
    assert "canary-mail-of-answered-the-provider" in page
    assert given_away(stage.database, "admin", page) == []
    assert given_away(stage.database, "owner", page) != []


def test_no_log_line_holds_anything_private(stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    before = stage.rows()
    for role in ROLES:
        for address in ADDRESSES:
            for method in methods_of(stage.app, address) & {"GET", "POST"}:
                data = {"email": "canary-typed@people.example", "name": "canary-typed"} if method == "POST" else None
                with stage.ask(role, method, filled(stage, address), data=data, query_string={"q": "canary-asked"}):
                    pass
                if method == "POST" and stage.rows() != before:
                    stage.restore()
    captured = capfd.readouterr()
    assert "DEBUG" in captured.err or "debug" in captured.err or captured.err.count('"event": "request"') > 100
    assert CANARY not in captured.err + captured.out
    assert links(stage).isdisjoint(re.findall(r"\d+-\d+-[\w-]{32}", captured.err))


def links(stage: Stage) -> set[str]:
    """Return every signed link that holds in the scene."""
    scene, key = stage.scene, stage.settings.secret_key
    references = {*scene.mine.references.values(), *scene.theirs.references.values()}
    tokens = {sign(LinkKind.REFERENCE, one, 1, key) for one in references}
    tokens |= {sign(LinkKind.INVITATION, one, 1, key) for one in (scene.mine.invitation, scene.theirs.invitation)}
    return tokens | {sign(LinkKind.CLAIM, scene.claim, 1, key)}


@pytest.mark.parametrize("role", ROLES)
def test_no_signed_link_stands_on_a_page_but_its_own(stage: Stage, role: str) -> None:
    for address, text in crawl(stage, role):
        own = {token for token in links(stage) if token in address}
        shown = {token for token in links(stage) if token in text}
        assert shown <= own, address


def test_no_event_and_no_reason_of_a_failure_holds_anything_private(stage: Stage) -> None:
    """Whatever is done by anybody, by every form of the site, with private words in it."""
    words = {word for _, _, word in private_words(stage.database)}
    assert len(words) > 100
    for role in ROLES:
        for address in ADDRESSES:
            if "POST" in methods_of(stage.app, address):
                data = dict.fromkeys(("reason", "notice", "message", "email", "name"), "canary-typed@people.example")
                for outcome in ("approved", "verified", "checked", "upheld", "rejected", "dismissed", "changes-asked"):
                    decision = {"outcome": outcome, "revision": "1"}
                    stage.ask(role, "POST", filled(stage, address), data={**data, **decision})
    rows = stage.rows()
    assert len(rows["audit_event"]) > 10
    assert [row for row in rows["audit_event"] if CANARY in row] == []
    stage.restore()


@pytest.mark.parametrize("kind", list(Format))
def test_no_exported_file_holds_anything_private(stage: Stage, kind: Format) -> None:
    stream = BytesIO()
    with stage.database.reading() as session:
        assert export(session, stream, kind) == 3
    text = stream.getvalue().decode()
    assert "The Provider" in text
    assert CANARY not in text

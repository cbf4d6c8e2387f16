"""Every address, by every method, for everybody: let in, or refused in the way that its need says."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from directory.web.access import Need
from directory.web.guards import need_of
from tests.authorisation.addresses import ADDRESSES, Address
from tests.authorisation.stage import ROLES, Stage, changed
from tests.scene import Belongings

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
IN, LOGIN, FACTOR, CLOSED, NOWHERE, OVER = "in", "/account/login", "/account/two-factor", "403", "404", "410"
EVERYBODY_IN = dict.fromkeys(ROLES, IN)
NOBODY_KNOWN = {"anonymous": LOGIN, "referee": LOGIN}
EXPECTED: dict[Need, dict[str, str]] = {
    Need.ANYBODY: EVERYBODY_IN,
    Need.LINK: EVERYBODY_IN,  # whoever holds the link; what it takes to hold one is in test_links
    Need.ACCOUNT: EVERYBODY_IN | NOBODY_KNOWN,
    Need.EDITOR: NOBODY_KNOWN
    | {
        "buyer": NOWHERE,
        "owner": IN,
        "editor": IN,
        "stranger": NOWHERE,
        "admin without second factor": NOWHERE,
        "admin": NOWHERE,
        "admin who is a member": IN,
    },
    Need.OWNER: NOBODY_KNOWN
    | {
        "buyer": NOWHERE,
        "owner": IN,
        "editor": CLOSED,
        "stranger": NOWHERE,
        "admin without second factor": NOWHERE,
        "admin": NOWHERE,
        "admin who is a member": CLOSED,  # an editor
    },
    Need.ADMIN: NOBODY_KNOWN
    | {
        "buyer": CLOSED,
        "owner": CLOSED,
        "editor": CLOSED,
        "stranger": CLOSED,
        "admin without second factor": FACTOR,
        "admin": IN,
        "admin who is a member": IN,
    },
}
"""What becomes of each role at each need. Entries aren't there for strangers, admins included."""


def rules_at(app: Flask, address: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule == address]


def methods_of(app: Flask, address: str) -> set[str]:
    return {method for rule in rules_at(app, address) for method in rule.methods or ()} & set(METHODS)


def filled(stage: Stage, address: str, whose: Belongings | None = None) -> str:
    """Return the address with its parameters filled: by default with what belongs to the cast's own provider."""
    entry = ADDRESSES[address]
    values = {name: value(stage, whose or stage.scene.mine) for name, value in entry.values.items()}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), address)


def outcome(response: TestResponse, method: str) -> str:
    """Say what became of a request in the words of the table; a refusal to write is a refusal like any other."""
    location = response.headers.get("Location", "")
    for place in (LOGIN, FACTOR):
        if response.status_code == 303 and location.startswith(f"{place}?next="):
            return place
    return str(response.status_code) if response.status_code in (401, 403, 404, 405, 410) else IN


def expected(entry: Address, role: str, method: str) -> set[str]:
    """Return what may become of a request; who can't be led anywhere, as it would have written, is refused."""
    if entry.holders and role not in entry.holders and EXPECTED[entry.need][role] == IN:
        return {NOWHERE, CLOSED, OVER}
    wanted = EXPECTED[entry.need][role]
    if wanted in (LOGIN, FACTOR) and method != "GET":
        return {CLOSED}
    if entry.judges and role == "admin who is a member" and method != "GET":
        return {IN, CLOSED}  # and test_objects holds that nothing is decided
    return {wanted}


def test_every_address_has_its_rule_and_every_rule_its_address(stage: Stage) -> None:
    addresses = {rule.rule for rule in stage.app.url_map.iter_rules()}
    assert addresses == set(ADDRESSES)


def test_every_endpoint_asks_for_what_the_table_says(stage: Stage) -> None:
    declared = {
        rule.rule: need_of(rule.endpoint, rule.endpoint.rpartition(".")[0] or None)
        for rule in stage.app.url_map.iter_rules()
    }
    assert declared == {address: entry.need for address, entry in ADDRESSES.items()}


def requests(stage: Stage, address: str) -> Iterator[tuple[str, str]]:
    for method in sorted(methods_of(stage.app, address)):
        for role in ROLES:
            yield method, role


@pytest.mark.parametrize("address", ADDRESSES)
def test_everybody_is_let_in_or_refused_as_the_table_says(stage: Stage, address: str) -> None:
    entry, before = ADDRESSES[address], stage.rows()
    place = filled(stage, address)
    for method, role in requests(stage, address):
        response = stage.ask(role, method, place)
        became = outcome(response, method)
        told = f"{method} {place} as {role}: {response.status_code} {response.headers.get('Location', '')}"
        assert response.status_code < 500 or address == "/readyz", told
        assert became in expected(entry, role, method) or response.status_code in entry.says_no, told
        if entry.need is not Need.ANYBODY:
            assert response.headers["Cache-Control"] == "no-store", told
        change = changed(before, stage.rows())
        if method == "GET" or became != IN:
            assert change == {}, told
        if change:
            stage.restore()
        response.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_takes_a_method_that_it_was_not_made_for(stage: Stage, address: str) -> None:
    place, adapter = filled(stage, address), stage.app.url_map.bind("")
    for method in METHODS:
        if adapter.test(place, method):
            continue  # made for it, or the place of another address too
        for role in ("anonymous", "owner", "admin"):
            assert stage.ask(role, method, place).status_code == 405, (method, role)


@pytest.mark.parametrize("address", [name for name, entry in ADDRESSES.items() if entry.need is not Need.ANYBODY])
def test_asking_only_for_the_headers_opens_nothing_more(stage: Stage, address: str) -> None:
    if "GET" not in methods_of(stage.app, address):
        return
    for role in ROLES:
        got, head = (stage.ask(role, method, filled(stage, address)) for method in ("GET", "HEAD"))
        with got, head:
            assert (head.status_code, head.get_data()) == (got.status_code, b""), role

"""Every address is closed unless it is on the open list."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.web.access import Need
from directory.web.guards import OPEN_ENDPOINTS, is_open, need_of
from directory.web.session import KEY

OPEN_ADDRESSES = {
    "/",
    "/providers",
    "/agent-types",
    "/agent-types/<value>",
    "/api/v1/assessments",
    "/api/v1/assessments/<id>",
    "/api/v1/compare",
    "/assess",
    "/badges/<slug>.svg",
    "/compare",
    "/compare.csv",
    "/compare/<token>",
    "/compare/<token>/stored",
    "/industries",
    "/industries/<value>",
    "/regions",
    "/regions/<value>",
    "/shortlist",
    "/shortlist.csv",
    "/shortlist/<int:number>",
    "/shortlist/revoke",
    "/shortlist/share",
    "/suggest",
    "/providers/<slug>",
    "/providers/<slug>/report",
    "/methodology",
    "/audit",
    "/checklist",
    "/checklist/<criterion>",
    "/api/v1/providers",
    "/api/v1/providers/<slug>",
    "/api/v1/audit",
    "/api/v1/checklist",
    "/api/v1/rules",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/feed.atom",
    "/sitemap.xml",
    "/robots.txt",
    "/llms.txt",
    "/.well-known/security.txt",
    "/favicon.ico",
    "/healthz",
    "/readyz",
    "/static/<version>/<path:path>",
    "/account/login",
    "/account/login/passkey",
    "/account/login/second",
    "/account/register",
    "/account/register/sent",
    "/account/reset",
    "/account/reset/sent",
}
"""What anybody may open, written out: an address that becomes public by accident is missing here."""


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def blueprint_of(rule: Rule) -> str | None:
    return rule.endpoint.rpartition(".")[0] or None


def filled(rule: Rule) -> str:
    """Return an address of the rule: its parameters filled with something that doesn't exist."""
    values: dict[str, object] = dict.fromkeys(rule.arguments, "nothing-of-that-name")
    values |= {
        name: 999_999 for name, converter in rule._converters.items() if type(converter).__name__ == "IntegerConverter"
    }
    _, address = rule.build(values) or ("", "")
    return address


def test_what_is_open_is_exactly_what_was_meant_to_be(app: Flask) -> None:
    found = {rule.rule for rule in rules(app) if need_of(rule.endpoint, blueprint_of(rule)) is Need.ANYBODY}
    assert found >= OPEN_ADDRESSES
    unexpected = {address for address in found - OPEN_ADDRESSES if not address.startswith(("/sitemap-", "/providers/"))}
    assert unexpected == set()


def test_every_endpoint_on_the_open_list_exists(app: Flask) -> None:
    assert {rule.endpoint for rule in rules(app)} >= OPEN_ENDPOINTS


def test_every_route_answers_a_stranger_as_the_list_says(app: Flask) -> None:
    client = app.test_client()
    for rule in rules(app):
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            status = client.open(filled(rule), method=method).status_code
            if is_open(rule.endpoint, blueprint_of(rule)):
                assert status not in (401, 403, 500), (method, rule.rule, status)
            elif method == "GET":
                assert status == 303, (method, rule.rule, status)  # to where one logs in
            else:
                assert status in (400, 403), (method, rule.rule, status)  # forged, or nobody


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_new_address_is_closed_until_somebody_opens_it(app: Flask, method: str) -> None:
    app.add_url_rule("/new", "new", lambda: "open", methods=["GET", "POST", "DELETE"])
    app.config["WTF_CSRF_ENABLED"] = False
    assert app.test_client().open("/new", method=method).status_code == 403


@pytest.mark.parametrize(
    "address", ["/providers/a%00b", "/providers/a%00b/report", "/api/v1/providers/a%00b", "/checklist/%00"]
)
def test_an_address_that_postgresql_cannot_look_for_is_nowhere(postgresql_database: Database, address: str) -> None:
    settings = Settings(database_url=postgresql_database.url, var=Path("unused"), secret_key="x" * 32)
    assert create_app(settings).test_client().get(address).status_code == 404


@pytest.mark.parametrize("field", ["add", "remove"])
def test_a_name_that_postgresql_cannot_look_for_is_nobodys(postgresql_database: Database, field: str) -> None:
    settings = Settings(database_url=postgresql_database.url, var=Path("unused"), secret_key="x" * 32)
    with postgresql_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
    app = create_app(settings)
    answer = app.test_client().post("/shortlist", data={field: "a\0b"}, headers={"Sec-Fetch-Site": "same-origin"})
    app.extensions[KEY].database.dispose()
    assert answer.status_code == 404

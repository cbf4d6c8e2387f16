"""The OpenAPI document and its page."""

import re
from typing import Any

import pytest
from flask import Flask
from jsonschema_rs import Draft202012Validator

from directory.catalogue.services import Catalogue
from directory.web.api.description import OPERATIONS
from directory.web.api.openapi import document
from directory.web.api.reference import reference
from tests.web.api.site import SECRETS, Site


@pytest.fixture
def described(catalogue: Catalogue) -> dict[str, Any]:
    return document(OPERATIONS, "https://directory.example", catalogue)


def operations(described: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return every operation with its method."""
    return [pair for methods in described["paths"].values() for pair in methods.items()]


def test_every_address_of_the_api_is_described_and_the_other_way_round(app: Flask, described: dict[str, Any]) -> None:
    routed = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "api.docs"
    }
    assert routed == set(described["paths"])


def test_it_is_complete(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1.")
    assert described["servers"] == [{"url": "https://directory.example"}]
    for method, operation in operations(described):
        assert operation["summary"]
        assert operation["description"]
        answers = {"get": {"200", "304"}, "post": {"201", "413", "415", "429"}, "delete": {"204", "404"}}[method]
        assert answers | {"400", "503"} <= set(operation["responses"])
        assert ("requestBody" in operation) == (method == "post")
        assert all(one["description"] for one in operation["parameters"])
    identities = [operation["operationId"] for _, operation in operations(described)]
    assert len(set(identities)) == len(identities)


def test_numbers_are_described_as_numbers(described: dict[str, Any]) -> None:
    assert described["components"]["schemas"]["Figure"]["properties"]["value"]["type"] == "number"
    assert "decimal" not in str(described["components"])


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    targets = set(re.findall(r"'\$ref': '#/components/(\w+)/(\w+)'", str(described)))
    assert targets
    assert all(name in described["components"][kind] for kind, name in targets)


def test_examples_are_what_they_are_examples_of(described: dict[str, Any]) -> None:
    found = 0
    for _, operation in operations(described):
        fine = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        content = fine.get("content", {}).get("application/json", {})
        if "example" in content:
            schema = {**content["schema"], "components": described["components"]}
            Draft202012Validator(schema).validate(content["example"])
            found += 1
    assert found


def test_the_values_follow_the_catalogue_in_force(described: dict[str, Any], catalogue: Catalogue) -> None:
    listed = described["paths"]["/api/v1/providers"]["get"]["parameters"]
    by_name = {one["name"]: one for one in listed}
    assert by_name["industry"]["schema"]["items"]["enum"] == [term.id for term in catalogue.taxonomy.industry]
    assert by_name["criterion"]["schema"]["items"]["enum"] == list(catalogue.checklist.criteria)
    assert by_name["production"]["schema"]["enum"] == ["in-production", "at-scale"]
    schemas = described["components"]["schemas"]
    assert schemas["NewAssessment"]["properties"]["answers"]["propertyNames"]["enum"] == list(
        catalogue.checklist.criteria
    )
    regions = [term.id for term in catalogue.taxonomy.region]
    assert schemas["Needs"]["properties"]["region"]["anyOf"][0]["enum"] == regions


def test_the_page_shows_every_operation_parameter_and_type(shared_site: Site, described: dict[str, Any]) -> None:
    response = shared_site.client.get("/api/v1/docs?utm_source=mail")
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    html = response.text
    page = reference(described)
    for section in page.sections:
        assert f'id="{section.anchor}"' in html
        assert f"{section.method} {section.path}" in html
        assert all(f"<code>{field.name}</code>" in html for field in section.parameters)
    anchors = set(re.findall(r'href="#(type-\w+)"', html))
    assert anchors <= set(re.findall(r'id="([\w-]+)"', html))
    assert len(re.findall(r'\bid="([\w-]+)"', html)) == len(set(re.findall(r'\bid="([\w-]+)"', html)))
    assert [secret for secret in SECRETS if secret.casefold() in html.casefold()] == []

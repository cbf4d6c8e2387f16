"""A form takes what it asks for: what is sent besides changes nothing."""

import re

import pytest

from tests.authorisation.stage import Stage, changed

REGISTRATION = {
    "name": "Mallory",
    "email": "mallory@people.example",
    "password": "seven green kettles under one roof",
}
BESIDES = {
    "id": "1",
    "user_id": "1",
    "provider_id": "1",
    "slug": "the-other",
    "is_admin": "1",
    "active": "1",
    "confirmed_at": "2026-01-01",
    "state": "verified",
    "decided_by": "1",
    "claimed_at": "2026-01-01",
    "is_demo": "1",
    "has_second_factor": "1",
    "fs_uniquifier": "x",
    "revision": "1",
}


@pytest.mark.parametrize("role", ["admin", "ADMIN", "owner", ""])
def test_nobody_registers_as_an_admin(stage: Stage, role: str) -> None:
    before = stage.rows()
    response = stage.ask("anonymous", "POST", "/account/register", data={**REGISTRATION, "role": role})
    assert response.status_code == 422
    assert changed(before, stage.rows()) == {}


def written(stage: Stage, role: str, address: str, data: dict[str, str]) -> dict[str, list[str]]:
    """Return what a form writes, without what differs from one moment to the next."""
    before = stage.rows()
    response = stage.ask(role, "POST", address, data=data)
    assert response.status_code == 303, response.text
    found = changed(before, stage.rows())
    assert found
    stage.restore()
    return {table: sorted(_steady(row) for row in rows) for table, rows in found.items()}


def _steady(row: str) -> str:
    """Leave out moments, hashes and what is drawn by lot."""
    plain = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?:\+00:00)?", "a moment", row)
    plain = re.sub(r"\$argon2\S*'", "a hash'", plain)
    return re.sub(r"[0-9a-f]{16,}", "drawn", plain)


def test_fields_that_no_form_has_change_nothing(stage: Stage) -> None:
    mine, invitation = stage.scene.mine.slug, {"email": "new@people.example", "role": "editor"}
    report = {"kind": "correction", "message": "The founding year is wrong.", "contact": ""}
    forms = (
        ("anonymous", "/account/register", {**REGISTRATION, "role": "buyer"}),
        ("owner", f"/vendor/{mine}/people/invite", invitation),
        ("anonymous", f"/providers/{mine}/report", report),
        ("owner", "/account/", {"name": "Another Name"}),
    )
    for role, address, data in forms:
        besides = {name: value for name, value in BESIDES.items() if name not in data}
        plain = written(stage, role, address, data)
        assert written(stage, role, address, {**data, **besides}) == plain, address


def test_an_editor_of_one_entry_invites_to_no_other(stage: Stage) -> None:
    data = {"email": "new@people.example", "role": "owner", "provider_id": "2", "slug": stage.scene.theirs.slug}
    before = stage.rows()
    assert stage.ask("editor", "POST", f"/vendor/{stage.scene.mine.slug}/people/invite", data=data).status_code == 403
    assert stage.ask("owner", "POST", f"/vendor/{stage.scene.theirs.slug}/people/invite", data=data).status_code == 404
    assert changed(before, stage.rows()) == {}

"""Nothing is written by a request that another site could have made up."""

import re

import pytest

from directory.web.access import Need
from directory.web.forms import EXPIRED
from tests.authorisation.addresses import ADDRESSES
from tests.authorisation.stage import UNSAFE, Stage, changed
from tests.authorisation.test_matrix import filled, methods_of

ONE_CLICK = {"/reference/<token>/stop", "/alerts/stop/<token>"}
"""What a mail program may post, with the signed link as its key: it has no page and no cookie."""

FROM_ANY_SITE = {"/api/v1/assessments", "/api/v1/assessments/<id>"}
"""What any program may post or delete, and any site: no cookie counts there, and the address is the only key."""

NEEDS_A_STEP_BEFORE = {"/account/login/second"}
"""What leads back to its beginning, whoever asks, until a password was right in the same browser."""

ALLOWED = {
    Need.ANYBODY: "anonymous",
    Need.LINK: "anonymous",
    Need.ACCOUNT: "owner",
    Need.EDITOR: "editor",
    Need.OWNER: "owner",
    Need.ADMIN: "admin",
}


def somebody_allowed(address: str) -> str:
    """Return a role that the address opens to."""
    entry = ADDRESSES[address]
    if address.startswith("/account/two-factor/") or address == "/account/passkeys":
        return "admin"  # whose session has a second factor
    return min(entry.holders) if entry.holders else ALLOWED[entry.need]


@pytest.mark.parametrize("token", [None, "", "made-up", "ImZvcmdlZCI.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
def test_no_request_without_the_token_of_its_page_changes_anything(stage: Stage, token: str | None) -> None:
    data = {} if token is None else {"csrf_token": token}
    before, tried, taken = stage.rows(), 0, []
    for address in sorted(set(ADDRESSES) - ONE_CLICK - FROM_ANY_SITE - NEEDS_A_STEP_BEFORE):
        for method in methods_of(stage.app, address) & set(UNSAFE):
            response = stage.ask(somebody_allowed(address), method, filled(stage, address), data=data, is_forged=True)
            refused = response.status_code == 400 or (response.status_code == 422 and EXPIRED in response.text)
            taken += [] if refused else [(method, address, response.status_code)]
            assert changed(before, stage.rows()) == {}, address
            tried += 1
    assert taken == []
    assert tried >= 10


def test_the_token_of_another_readers_page_is_none(stage: Stage) -> None:
    page = stage.app.test_client().get(f"/providers/{stage.scene.mine.slug}/report").text
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    before = stage.rows()
    for address in sorted(set(ADDRESSES) - ONE_CLICK - FROM_ANY_SITE - NEEDS_A_STEP_BEFORE):
        if "POST" in methods_of(stage.app, address):
            role = somebody_allowed(address)
            response = stage.ask(role, "POST", filled(stage, address), data={"csrf_token": token}, is_forged=True)
            assert response.status_code in (400, 422), address
    assert changed(before, stage.rows()) == {}


def test_a_page_of_another_site_can_neither_read_nor_frame_what_is_closed(stage: Stage) -> None:
    for address, entry in ADDRESSES.items():
        if entry.need is Need.ANYBODY or "GET" not in methods_of(stage.app, address):
            continue
        headers = {"Origin": "https://elsewhere.example"}
        with stage.ask(somebody_allowed(address), "GET", filled(stage, address), headers=headers) as response:
            assert "Access-Control-Allow-Origin" not in response.headers, address
            assert response.headers["X-Frame-Options"] == "DENY", address
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"], address

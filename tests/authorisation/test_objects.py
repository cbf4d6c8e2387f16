"""An object opens through its own owner's address only, and nobody decides on what is their own."""

import re
from collections.abc import Iterator

import pytest

from directory.core.links import LinkKind, sign
from directory.web.access import Need
from tests.authorisation.addresses import ADDRESSES
from tests.authorisation.stage import Stage, changed
from tests.authorisation.test_matrix import METHODS, filled, methods_of

HOLDING_SOMETHING = [
    address
    for address, entry in ADDRESSES.items()
    if entry.need in (Need.EDITOR, Need.OWNER) and len(entry.values) > 1 and "<area>" not in address
]
OF_ONE_PERSON = [address for address, entry in ADDRESSES.items() if entry.holders]
JUDGED = [address for address, entry in ADDRESSES.items() if entry.judges]
LINKED = [address for address, entry in ADDRESSES.items() if "<token>" in address and entry.need is not Need.ANYBODY]
UNGUESSABLE = ("/compare/<token>", "/compare/<token>/stored", "/assess/<key>", "/api/v1/assessments/<id>")
"""What is found by a random address that nothing was signed for."""
OUTCOMES = ("approved", "verified", "checked", "upheld", "rejected", "dismissed", "changes-asked")


def through_the_wrong_door(stage: Stage, address: str) -> str:
    """Return an address that names the owner's provider, and what belongs to the other one."""
    theirs = filled(stage, address, stage.scene.theirs)
    return theirs.replace(f"/vendor/{stage.scene.theirs.slug}", f"/vendor/{stage.scene.mine.slug}", 1)


@pytest.mark.parametrize("address", HOLDING_SOMETHING)
def test_nothing_of_another_provider_opens_through_ones_own_address(stage: Stage, address: str) -> None:
    wrong, before = through_the_wrong_door(stage, address), stage.rows()
    assert wrong != filled(stage, address)
    for method in methods_of(stage.app, address):
        for role in ("owner", "editor"):
            with stage.ask(role, method, wrong, data={"revision": "1"}) as response:
                assert response.status_code in (403, 404), (method, role, response.status_code)
                assert changed(before, stage.rows()) == {}


@pytest.mark.parametrize("address", OF_ONE_PERSON)
def test_nothing_of_another_person_opens(stage: Stage, address: str) -> None:
    before = stage.rows()
    place = filled(stage, address)
    for method in methods_of(stage.app, address):
        for role in {"buyer", "owner", "stranger", "admin"} - ADDRESSES[address].holders:
            response = stage.ask(role, method, place)
            assert response.status_code in (403, 404, 409, 410), (method, role, response.status_code)
            assert changed(before, stage.rows()) == {}


def decisions(stage: Stage, page: str) -> Iterator[dict[str, str]]:
    for outcome in OUTCOMES:
        for revision in range(1, 4):
            yield {"outcome": outcome, "revision": str(revision), "reason": "It is as it is.", "notice": "It is so."}


@pytest.mark.parametrize("address", JUDGED)
def test_an_admin_who_is_a_member_decides_nothing(stage: Stage, address: str) -> None:
    before = stage.rows()
    if "POST" not in methods_of(stage.app, address):
        return
    for data in decisions(stage, address):
        response = stage.ask("admin who is a member", "POST", filled(stage, address), data=data)
        assert response.status_code in (403, 409, 422), (data, response.status_code)
        assert changed(before, stage.rows()) == {}, data


@pytest.mark.parametrize("address", JUDGED)
def test_the_same_words_of_another_admin_decide(stage: Stage, address: str) -> None:
    """So that the test above doesn't hold for want of a right word."""
    if "POST" not in methods_of(stage.app, address):
        return
    before = stage.rows()
    taken = []
    for data in decisions(stage, address):
        response = stage.ask("admin", "POST", filled(stage, address), data=data)
        taken.append((response.status_code, bool(changed(before, stage.rows()))))
    assert (303, True) in taken


@pytest.mark.parametrize("address", UNGUESSABLE)
def test_what_is_kept_under_a_random_address_opens_by_no_other(stage: Stage, address: str) -> None:
    place, before = filled(stage, address), stage.rows()
    token = max(place.split("/"), key=len)
    assert stage.ask("anonymous", "GET", place).status_code == 200
    for bad in (token[:-1], f"{token}x", token.swapcase(), token[::-1], "%00", "..", "x" * 500):
        assert stage.ask("anonymous", "GET", place.replace(token, bad)).status_code == 404, bad
    assert changed(before, stage.rows()) == {}


def token_in(place: str) -> str:
    """Return the signed part of an address: a number, an attempt and a signature."""
    return next(part for part in place.split("/") if re.fullmatch(r"\d+-\d+-[\w-]{32}", part))


def tampered(stage: Stage, address: str) -> Iterator[str]:
    """Yield tokens that open nothing: changed, of another kind, of another attempt or number, signed elsewhere."""
    token = token_in(filled(stage, address))
    number, attempt, signature = token.split("-", 2)
    key, other = stage.settings.secret_key, "another key that nobody here has ever signed with"
    kinds = [kind for kind in LinkKind if sign(kind, int(number), int(attempt), key) != token]
    assert len(kinds) == len(LinkKind) - 1
    yield from (sign(kind, int(number), int(attempt), key) for kind in kinds)
    yield from (f"{int(number) + 1}-{attempt}-{signature}", f"{number}-{int(attempt) + 1}-{signature}")
    yield from (
        f"{number}-0{attempt}-{signature}",
        f"0{token}",
        f"{token}=",
        token[:-1],
        token.swapcase(),
        f"{token}%20",
    )
    yield from (sign(kind, int(number), int(attempt), other) for kind in LinkKind)
    yield from ("", "-", "--", "1-1-", "%00", "..", f"{number}-{attempt}-", "x" * 500)


@pytest.mark.parametrize("address", LINKED)
def test_only_the_very_link_opens(stage: Stage, address: str) -> None:
    place, before = filled(stage, address), stage.rows()
    token = token_in(place)
    role = next(iter(ADDRESSES[address].holders), "anonymous")
    for bad in tampered(stage, address):
        for method in methods_of(stage.app, address) & set(METHODS):
            response = stage.ask(role, method, place.replace(token, bad))
            assert response.status_code in (404, 405, 409, 410), (method, bad, response.status_code)
            assert changed(before, stage.rows()) == {}

"""A customer who agreed only to be described is named nowhere, whatever the provider says of it."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.core.db import Database
from directory.exchange.exporting import records
from directory.references.models import ReferenceState
from directory.references.queries import withheld_systems
from directory.rules.queries import load_facts
from tests import factories

ANSWERED: dict[str, object] = {"is_named": False}
CASES = [
    ([], True),
    ([{"state": ReferenceState.ASKED, "answered_on": None, "verified_at": None, "is_named": False}], True),
    ([{"is_named": True}], True),
    ([ANSWERED], False),
    ([{**ANSWERED, "state": ReferenceState.WITHDRAWN, "withdrawn_at": factories.AT}], False),
    ([ANSWERED, {"is_named": True}], True),
]


def add_public_customer(session: Session, references: list[dict[str, object]]) -> tuple[int, int]:
    provider = factories.add_provider(session)
    system = factories.add_system(session, provider, customer_name="Nordlicht Bank", customer_is_public=True)
    for columns in references:
        factories.add_reference(session, system, **columns)
    return provider.id, system.id


@pytest.mark.parametrize(("references", "is_named"), CASES)
def test_who_is_named(
    database: Database, catalogue: Catalogue, references: list[dict[str, object]], is_named: bool
) -> None:
    with database.writing() as session:
        provider_id, system_id = add_public_customer(session, references)
    with database.reading() as session:
        facts = load_facts(session, [provider_id], catalogue)[provider_id]
        assert facts.systems[0].is_customer_named is is_named
        assert (system_id in withheld_systems(session, [provider_id])) is not is_named
        exported = [one.systems[0].customer for one in records(session)]  # type: ignore[index]
    assert ("Nordlicht" in repr(exported)) is is_named


def test_no_page_or_file_names_a_customer_who_withheld_it(database: Database, tmp_path: Path) -> None:
    from directory.app import create_app  # noqa: PLC0415 - the one test here that needs the whole
    from directory.catalogue.services import install_shipped  # noqa: PLC0415 - as above
    from tests.conftest import settings_for  # noqa: PLC0415 - as above

    with database.writing() as session:
        install_shipped(session, actor="test", at=factories.AT)
        add_public_customer(session, [ANSWERED])
    app = create_app(settings_for(database, tmp_path))
    client = app.test_client()
    listing = client.get("/api/v1/providers").get_json()
    slug = listing["items"][0]["slug"]
    for address in (f"/providers/{slug}", f"/api/v1/providers/{slug}", "/providers", "/", "/feed.atom", "/llms.txt"):
        body = client.get(address).get_data(as_text=True)
        assert "Nordlicht" not in body, address
    app.extensions["directory"].database.dispose()

"""Documents from the admin's side: what they show is confirmed or corrected, value by value."""

from decimal import Decimal

from sqlalchemy import select

from directory.core import clock
from directory.evidence.metrics import Metric
from directory.evidence.models import Document, DocumentState, Evidence
from directory.providers.models import Provider
from tests.factories import add_document, add_figure, add_system, announce
from tests.web.admin.conftest import Office, send

REASON = {"reason": "Page 3 shows it."}


def handed_in(office: Office) -> tuple[str, str]:
    """Add a document that waits; return its page's address and the name of its one figure's field."""
    with office.database.writing() as session:
        provider = session.get_one(Provider, office.cast.provider.id)
        system = add_system(session, provider, name="Claims triage")
        add_figure(session, system, Metric.REQUESTS_PER_DAY, 48_200, as_of_on=clock.today())
        subjects = [{"system_id": system.id, "metric": "requests_per_day", "value": "48200"}]
        document = add_document(
            session,
            provider,
            state=DocumentState.WAITING,
            checked_at=None,
            added_at=clock.now(),
            dated_on=clock.today(),
            subjects=[*subjects, {"certification": "iso27001"}],
            url="https://reports.provider.example/volume",
        )
        announce(session, provider)
        return f"/admin/document/{document.id}", f"figure-{system.id}-requests_per_day"


def test_confirmed_values_become_evidence(office: Office) -> None:
    address, field = handed_in(office)
    admin = office.client(office.cast.admin)
    page = admin.get(address).text
    assert f'name="{field}" type="text" inputmode="decimal" autocomplete="off" value="48200"' in page
    values = {"outcome": "checked", field: "47,900", "certification-iso27001": "yes", **REASON}
    assert send(admin, address, values).status_code == 303
    with office.database.reading() as session:
        found = session.scalars(select(Evidence).order_by(Evidence.id)).all()
        assert [(one.metric, one.low, one.certification) for one in found] == [
            ("requests_per_day", Decimal(47_900), None),
            (None, None, "iso27001"),
        ]
    assert office.found("/api/v1/providers?level=1") == ["the-provider"]


def test_a_bad_value_is_told_beside_its_field_and_all_is_kept(sqlite_office: Office) -> None:
    address, field = handed_in(sqlite_office)
    admin = sqlite_office.client(sqlite_office.cast.admin)
    answer = send(admin, address, {"outcome": "checked", field: "lots", **REASON})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="lots"' in answer.text
    assert REASON["reason"] in answer.text
    nothing = send(admin, address, {"outcome": "checked", field: "", **REASON})
    assert nothing.status_code == 422
    assert "evidence of nothing" in nothing.text


def test_rejected_whatever_stands_in_the_fields(sqlite_office: Office) -> None:
    address, field = handed_in(sqlite_office)
    admin = sqlite_office.client(sqlite_office.cast.admin)
    assert send(admin, address, {"outcome": "rejected", field: "lots", **REASON}).status_code == 303
    with sqlite_office.database.reading() as session:
        assert session.scalars(select(Document)).one().state == "rejected"
        assert session.scalars(select(Evidence)).all() == []


def test_a_file_is_for_admins_alone(sqlite_office: Office) -> None:
    address, _ = handed_in(sqlite_office)
    assert sqlite_office.client(sqlite_office.cast.admin).get(f"{address}/file").status_code == 404
    assert sqlite_office.client(sqlite_office.cast.owner).get(f"{address}/file").status_code == 403

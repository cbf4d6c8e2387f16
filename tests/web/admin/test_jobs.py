"""The admin's jobs: what failed and why, trying again, letting go; never what a job carries."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.audit.models import AuditEvent
from directory.core import clock
from directory.core.outbox import Job
from tests.web.admin.conftest import Office, hidden

SECRET = "somebody@private.example"


@pytest.fixture
def desk(office: Office) -> FlaskClient:
    with office.database.writing() as session:
        for number, (kind, state, error) in enumerate(
            (
                ("letter", "failed", "PermanentRefusalError 550"),
                ("letter", "failed", "SMTPDataError 451"),
                ("letter", "failed", "SMTPDataError 451 (emptied)"),
                ("mail", "waiting", "ConnectionRefusedError"),
                ("mail", "done", ""),
            ),
            start=1,
        ):
            at = clock.now()
            session.add(
                Job(
                    id=number,
                    kind=kind,
                    key=f"k{number}",
                    payload={"to": SECRET},
                    state=state,
                    run_at=at,
                    attempts=12,
                    last_error=error,
                    created_at=at,
                    finished_at=at if state != "waiting" else None,
                )
            )
    return office.client(office.cast.admin)


def states(office: Office) -> dict[int, str]:
    with office.database.reading() as session:
        return dict(session.execute(select(Job.id, Job.state).where(Job.id <= 5)).all())


def act(client: FlaskClient, address: str, **values: str) -> int:
    token = hidden(client.get("/admin/jobs").text)["csrf_token"]
    return client.post(address, data={"csrf_token": token, **values}).status_code


def actions(office: Office) -> list[tuple[str, str, object]]:
    with office.database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.action.like("job.%")).order_by(AuditEvent.id)
        return [(event.action, event.actor, event.detail) for event in session.scalars(query)]


def test_what_failed_is_shown_with_why_and_without_what_it_carried(desk: FlaskClient) -> None:
    html = desk.get("/admin/jobs").text
    for words in ("PermanentRefusalError 550", "ConnectionRefusedError", "No worker is running", "Retry all failed"):
        assert words in html
    assert SECRET not in html


def test_one_is_tried_again_and_once(desk: FlaskClient, office: Office) -> None:
    assert act(desk, "/admin/jobs/1/retry") == 303
    assert states(office)[1] == "waiting"
    assert act(desk, "/admin/jobs/1/retry") == 409
    assert actions(office) == [("job.retried", f"admin:{office.cast.admin.id}", {})]


def test_all_of_a_kind_but_those_that_hold_nothing_any_more(desk: FlaskClient, office: Office) -> None:
    assert act(desk, "/admin/jobs/retry", kind="letter") == 303
    assert states(office) == {1: "waiting", 2: "waiting", 3: "failed", 4: "waiting", 5: "done"}
    assert actions(office)[0][2] == {"count": 2}
    assert act(desk, "/admin/jobs/retry", kind="unheard-of") == 400


def test_letting_go_takes_a_reason(desk: FlaskClient, office: Office) -> None:
    assert act(desk, "/admin/jobs/1/discard", reason="") == 422
    assert act(desk, "/admin/jobs/1/discard", reason="Ada said so") == 422
    assert act(desk, "/admin/jobs/1/discard", reason="by-hand") == 303
    assert 1 not in states(office)
    assert actions(office)[0][2] == {"kind": "letter", "reason": "by-hand"}
    assert act(desk, "/admin/jobs/4/discard", reason="by-hand") == 409
    assert act(desk, "/admin/jobs/99/discard", reason="by-hand") == 404

"""The queue's page."""

import re
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from directory.core import clock
from directory.evidence.models import DocumentState
from directory.publishing.models import Submission
from directory.publishing.queue import Place, next_in_queue, waiting
from directory.references.models import ReferenceState
from directory.review.decisions import ItemKind
from directory.review.models import Claim, ClaimMethod, Report, ReportState
from tests.factories import add_document, add_reference, add_report, add_system
from tests.web.admin.conftest import Office


def fill(office: Office) -> None:
    """Put one item of each kind into the queue, and one of each that isn't waiting for an admin."""
    cast, now = office.cast, clock.now()
    other = {"provider_id": cast.other.id}
    with office.database.writing() as session:
        session.add(Submission(content={}, before={}, submitted_at=now - timedelta(days=1), **other))
        session.add(
            Submission(content={}, before={}, state="withdrawn", submitted_at=now, decided_at=now, provider_id=1)
        )
        for method in ClaimMethod:
            user = {ClaimMethod.ADMIN: cast.buyer, ClaimMethod.DNS: cast.owner, ClaimMethod.EMAIL: cast.editor}[method]
            times = {"created_at": now - timedelta(days=2), "expires_at": now + timedelta(days=9)}
            session.add(Claim(user_id=user.id, method=method, **times, **other))
        system = add_system(session, cast.other)
        for state in (ReferenceState.ANSWERED, ReferenceState.ASKED):
            answered = (now - timedelta(days=3)).date() if state is ReferenceState.ANSWERED else None
            add_reference(session, system, state=state, answered_on=answered, verified_at=None)
        added = {"added_at": now - timedelta(days=4), "checked_at": None, "state": DocumentState.WAITING}
        add_document(session, cast.other, **added)
        add_document(session, cast.other)
        opened = {"state": ReportState.OPEN, "decided_on": None, "notice": ""}
        add_report(session, cast.provider, created_at=now - timedelta(days=5), **opened)
        add_report(session, cast.provider)


def rows(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', html)


def test_everything_that_waits_stands_in_one_list_oldest_first(office: Office) -> None:
    fill(office)
    page = office.client(office.cast.admin).get("/admin/").text
    names = [row.rpartition(" ")[0] for row in rows(page)]
    assert names == ["Report", "Document", "Reference", "Claim", "Submission"]
    assert "5 items wait for a decision" in page


def test_it_is_narrowed_to_a_kind_with_every_kind_counted(sqlite_office: Office) -> None:
    fill(sqlite_office)
    page = sqlite_office.client(sqlite_office.cast.admin).get("/admin/?only=claim").text
    assert [row.rpartition(" ")[0] for row in rows(page)] == ["Claim"]
    assert re.findall(r'<span class="count">(\d+)</span>', page) == ["5", "1", "1", "1", "1", "1"]
    everything = sqlite_office.client(sqlite_office.cast.admin).get("/admin/?only=nonsense").text
    assert len(rows(everything)) == 5


def test_nothing_waits(sqlite_office: Office) -> None:
    assert "Nothing waits for a decision." in sqlite_office.client(sqlite_office.cast.admin).get("/admin/").text


def test_a_member_sees_their_own_provider_marked_and_is_not_led_to_it(sqlite_office: Office) -> None:
    fill(sqlite_office)
    assert "you are a member" in sqlite_office.client(sqlite_office.cast.admin_member).get("/admin/").text
    with sqlite_office.database.reading() as session:
        first = next_in_queue(session, sqlite_office.cast.admin_member.id)
        assert first is not None
        assert first.kind is ItemKind.DOCUMENT
        for_all = next_in_queue(session, sqlite_office.cast.admin.id)
        assert for_all is not None
        assert for_all.kind is ItemKind.REPORT


def test_next_walks_the_queue_and_begins_again(sqlite_office: Office) -> None:
    fill(sqlite_office)
    seen: list[Place] = []
    with sqlite_office.database.reading() as session:
        place: Place | None = None
        for _ in range(6):
            place = next_in_queue(session, sqlite_office.cast.admin.id, after=place)
            assert place is not None
            seen.append(place)
    assert seen[:5] == sorted(seen[:5])
    assert seen[5] == seen[0]


def test_next_passes_over_what_the_vendor_was_asked_until_they_answer(sqlite_office: Office) -> None:
    fill(sqlite_office)
    admin, now = sqlite_office.cast.admin, clock.now()

    def first() -> ItemKind | None:
        with sqlite_office.database.reading() as session:
            place = next_in_queue(session, admin.id)
            return place.kind if place else None

    def note(**when: datetime) -> None:
        with sqlite_office.database.writing() as session:
            session.execute(update(Report).where(Report.state == ReportState.OPEN).values(**when))

    assert first() is ItemKind.REPORT
    note(asked_at=now)
    assert first() is ItemKind.DOCUMENT
    note(replied_at=now)
    assert first() is ItemKind.REPORT


def test_five_thousand_items_are_walked_page_by_page(sqlite_office: Office) -> None:
    now = clock.now()
    row = {"provider_id": sqlite_office.cast.other.id, "kind": "correction", "message": "Wrong.", "state": "open"}
    with sqlite_office.database.writing() as session:
        session.execute(
            insert(Report), [{**row, "created_at": now - timedelta(minutes=number)} for number in range(5_000)]
        )
    admin = sqlite_office.client(sqlite_office.cast.admin)
    assert "Page 1 of 100" in admin.get("/admin/").text
    last = admin.get("/admin/?page=100").text
    assert rows(last)[-1] == "Report 1"
    assert admin.get("/admin/?page=101").status_code == 404
    assert admin.get("/admin/?page=0").status_code == 404
    with sqlite_office.database.reading() as session:
        assert len(waiting(session)) == 5_000

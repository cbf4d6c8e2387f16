"""Letters about saved searches and shortlists: what changed, once, to whoever asked, as often as they asked."""

from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import time_machine
from sqlalchemy import select

from directory.accounts.models import Role, User
from directory.alerts.looking import canonical, directory_of, on_shortlist
from directory.alerts.models import About, Alert, Cadence
from directory.alerts.services import Watched, save, stop
from directory.catalogue.services import in_force, install_shipped
from directory.core import clock
from directory.core.dates import add_months
from directory.core.db import Database
from directory.core.mail import Message, compose
from directory.core.outbox import Job, Letter
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS
from directory.jobs.letters import write
from directory.jobs.schedule import SCHEDULE
from directory.providers.models import Provider
from directory.references.models import Reference
from directory.search import matching
from directory.search.generation import Generation
from directory.search.query import Query, parse
from directory.search.refresh import refresh
from directory.search.service import Search
from directory.shortlists.queries import Keeper
from directory.shortlists.services import add as add_to_shortlist
from tests.conftest import settings_for
from tests.factories import (
    AT,
    ON,
    add_proven,
    add_provider,
    add_report,
    add_system,
    add_user,
    announce,
    days_ago,
)

WORDS = "q=claims"


class Place:
    """A directory whose index follows, and somebody who wants to be told."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.database = context.database
        with self.database.writing() as session:
            self.buyer = add_user(session, Role.BUYER, email="buyer@firm.example").id
        self.index()

    def index(self) -> None:
        refresh(self.database, self.context.settings.index_dir, on=clock.today())

    def watch(self, query: str = WORDS, cadence: Cadence = Cadence.DAILY, about: About = About.SEARCH) -> int:
        with self.database.writing() as session:
            catalogue = in_force(session)
            search = Search(self.database, self.context.settings.index_dir)
            directory = directory_of(search.generation(catalogue, clock.today()))
            asked: Query = parse(parse_qsl(query), catalogue)
            watched = (
                Watched(about, canonical(asked), directory.matching(asked))
                if about is About.SEARCH
                else Watched(about, "", on_shortlist(session, self.buyer, directory))
            )
            return save(session, self.buyer, watched, cadence, on=clock.today(), at=clock.now()).id

    def add(self, name: str, *, is_proven: bool = False) -> int:
        with self.database.writing() as session:
            provider = add_provider(session, name=name, summary="Agents for claims")
            if is_proven:
                add_proven(session, provider)
            announce(session, provider, at=clock.now())
            number = provider.id
        self.index()
        return number

    def turn(self, on: date) -> list[Message]:
        """Work the job off on a day; return all letters that were ever written."""
        with time_machine.travel(datetime.combine(on, AT.timetz()), tick=False):
            self.index()
            HANDLERS["alerts"]({"on": on.isoformat()}, self.context)
        with self.database.reading() as session:
            jobs = session.scalars(select(Job).where(Job.kind == "letter").order_by(Job.id))
            return [write(Letter(**job.payload), self.context.settings) for job in jobs]


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
    with time_machine.travel(AT, tick=False):
        return Place(Context(settings_for(database, tmp_path), database))


def tomorrow(days: int = 1) -> date:
    return ON + timedelta(days=days)


def test_a_new_match_is_told_once_to_whoever_saved_the_search(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        place.add("Here Before")
        place.watch()
        place.add("Newly Here [with](markup)")
    (letter,) = place.turn(tomorrow())
    assert letter.to == "buyer@firm.example"
    assert letter.subject == "words: claims: what has changed"
    assert "Newly Here [with](markup)" in letter.text
    assert "Here Before" not in letter.text
    assert "http://127.0.0.1:8000/providers?q=claims" in letter.text
    assert len(place.turn(tomorrow())) == 1
    assert len(place.turn(tomorrow(2))) == 1, "nothing changed since"


def test_whoever_gains_or_loses_a_tier_is_named_with_both(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        rising, falling = place.add("Rising Works"), place.add("Falling Works", is_proven=True)
        place.watch()
        with place.database.writing() as session:
            provider = session.get_one(Provider, rising)
            add_proven(session, provider)
            announce(session, provider)
            provider = session.get_one(Provider, falling)
            add_report(session, provider, decided_on=days_ago(1))
            announce(session, provider)
    (letter,) = place.turn(tomorrow())
    text = " ".join(letter.text.split())
    assert "Rising Works: In production, before no tier" in text
    assert "Falling Works: no tier, before In production" in text


def test_whoever_leaves_a_filter_by_losing_its_tier_is_told_too(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        falling = place.add("Falling Works", is_proven=True)
        place.watch("production=in-production")
        with place.database.writing() as session:
            add_report(session, session.get_one(Provider, falling), decided_on=days_ago(1))
            announce(session, session.get_one(Provider, falling))
    (letter,) = place.turn(tomorrow())
    assert "Falling Works: no tier, before In production" in " ".join(letter.text.split())


def test_whoever_is_not_listed_any_more_is_not_named(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        gone = place.add("Gone Works", is_proven=True)
        place.watch()
        with place.database.writing() as session:
            provider = session.get_one(Provider, gone)
            provider.withdrawn_at = AT
            announce(session, provider)
    assert place.turn(tomorrow()) == []


@pytest.mark.parametrize(("cadence", "days"), [(Cadence.DAILY, [1]), (Cadence.WEEKLY, [7]), (Cadence.NEVER, [])])
def test_letters_come_as_often_as_was_asked(place: Place, cadence: Cadence, days: list[int]) -> None:
    with time_machine.travel(AT, tick=False):
        place.watch(cadence=cadence)
        place.add("Newly Here")
    written: list[int] = []
    for day in range(1, 9):
        if len(place.turn(tomorrow(day))) > len(written):
            written.append(day)
    assert written == days


def test_evidence_on_the_shortlist_is_told_of_before_it_ends(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        proven, other = place.add("Ending Works", is_proven=True), place.add("Elsewhere", is_proven=True)
        with place.database.writing() as session:
            add_to_shortlist(session, Keeper(user_id=place.buyer), session.get_one(Provider, proven), at=AT)
            answered = session.scalars(select(Reference.answered_on).where(Reference.provider_id == other)).one()
        place.watch("", Cadence.WEEKLY, About.SHORTLIST)
    assert answered is not None
    thirty_before = add_months(answered, 12) - timedelta(days=30)
    with place.database.writing() as session:
        session.scalars(select(Alert)).one().looked_on = thirty_before - timedelta(days=3)
    (letter,) = place.turn(thirty_before + timedelta(days=4))
    text = " ".join(letter.text.split())
    assert letter.subject == "your shortlist: what has changed"
    assert "Ending Works: " in text
    assert f"confirmed by a customer, until {add_months(answered, 12) - timedelta(days=1):%-d %b %Y}" in text
    assert "Elsewhere" not in text
    assert text.count("Ending Works") == 1


def test_every_letter_can_be_ended_in_one_click_by_a_mail_program(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        number = place.watch()
        place.add("Newly Here")
    (letter,) = place.turn(tomorrow())
    email = compose(letter, place.context.settings)
    assert email["List-Unsubscribe"].startswith(f"<http://127.0.0.1:8000/alerts/stop/{number}-0-")
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.unsubscribe in letter.text
    with place.database.writing() as session:
        stop(session, number)
    with time_machine.travel(AT, tick=False):
        place.add("Even Newer")
    assert len(place.turn(tomorrow(2))) == 1


def test_a_search_is_run_once_however_much_has_changed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(AT, tick=False):
        for query in ("q=claims", "claimed=1", "production=at-scale"):
            place.watch(query)
        for number in range(6):
            place.add(f"Newly Here {number}")
    run: list[Query] = []

    def counted(generation: Generation, query: Query) -> matching.Conditions:
        run.append(query)
        return matching.conditions(generation, query)

    monkeypatch.setattr("directory.alerts.looking.conditions", counted)
    (letter,) = place.turn(tomorrow())
    assert "Newly Here 5" in letter.text
    assert len(run) == len({"q", "claimed", "production"}) + 1, "each once, and the order of what is new in one"


def test_a_long_list_is_cut_and_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory.alerts.news.MOST_NAMED", 2)
    with time_machine.travel(AT, tick=False):
        place.watch()
        for number in range(3):
            place.add(f"Newly Here {number}")
    (letter,) = place.turn(tomorrow())
    assert letter.text.count("Newly Here") == 2
    assert "and 1 more" in letter.text


def test_a_job_that_was_killed_half_way_goes_on_where_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(AT, tick=False):
        place.watch("q=claims")
        place.watch("claimed=1")
        place.add("Newly Here")
        with place.database.writing() as session:
            provider = add_provider(session, name="Owned Here", claimed_at=AT)
            announce(session, provider)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("directory.jobs.alerts.unpack", _stops_at_the_second())
        place.turn(tomorrow())
    letters = place.turn(tomorrow())
    assert sorted("Owned Here" in one.text for one in letters) == [False, True]


def _stops_at_the_second() -> object:
    from directory.alerts.changes import unpack  # noqa: PLC0415 - the real one, before it is replaced

    calls: list[bytes] = []

    def once(packed: bytes) -> object:
        calls.append(packed)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return unpack(packed)

    return once


def test_a_search_that_cannot_be_read_any_more_is_left_alone(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        number = place.watch()
        with place.database.writing() as session:
            session.get_one(Alert, number).query = "industry=alchemy"
        place.add("Newly Here")
    assert place.turn(tomorrow()) == []
    with place.database.reading() as session:
        assert session.get_one(Alert, number).looked_on == ON


def test_nobody_is_written_to_who_cannot_log_in(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        place.watch()
        place.add("Newly Here")
        with place.database.writing() as session:
            session.get_one(User, place.buyer).locked_at = AT
    assert place.turn(tomorrow()) == []


def test_a_system_without_proof_changes_nothing(place: Place) -> None:
    with time_machine.travel(AT, tick=False):
        number = place.add("Quiet Works")
        place.watch()
        with place.database.writing() as session:
            provider = session.get_one(Provider, number)
            add_system(session, provider)
            announce(session, provider)
    assert place.turn(tomorrow()) == []


def test_it_is_on_the_schedule() -> None:
    assert "alerts" in {one.kind for one in SCHEDULE}

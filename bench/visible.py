"""How soon a change is seen: seconds from its commit to the first search that shows it, with real processes.

`python -m bench.visible --providers 10000`. A server with two processes and one `directory worker` run. References are
withdrawn and verified in transactions of their own. What expires with a day has no commit: every search answers for
its own day, so what counts is how long the first one after midnight takes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench.pages import directory, prepare
from bench.report import Row, publish
from directory.accounts.models import Role
from directory.audit.services import Event, append
from directory.catalogue.services import in_force
from directory.core import clock
from directory.core.dates import add_months
from directory.core.db import Database
from directory.evidence.models import Evidence
from directory.jobs.heartbeat import alive
from directory.providers.models import Provider
from directory.references.models import Reference, ReferenceState
from directory.search import refresh
from directory.search.query import parse
from directory.search.service import Search

GOAL_SECONDS = 2.0
ROUNDS = 7
ACTOR = f"{Role.ADMIN}:0"


@contextmanager
def worker(environ: dict[str, str], database: Database) -> Iterator[None]:
    """Run `directory worker`, and wait until it has given a sign."""
    process = subprocess.Popen([sys.executable, "-m", "directory", "worker"], env=environ, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with database.reading() as session:
                if alive(session, clock.now()):
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def in_production(url: str, slug: str) -> bool:
    """Whether search, asked as the API is, gives a provider a tier."""
    query = f"{url}/api/v1/providers?production=in-production&q={slug.replace('-', '%20')}&per_page=100"
    with urllib.request.urlopen(query, timeout=30) as answer:  # noqa: S310 - loopback
        return slug in {item["slug"] for item in json.load(answer)["items"]}


def seconds_until(is_so: Callable[[], bool]) -> float:
    """Return how long it took from now until both server processes have said so, several times in a row."""
    started = time.perf_counter()
    seen_at, agreed = 0.0, 0
    while agreed < 6:
        if is_so():
            seen_at = seen_at or time.perf_counter()
            agreed += 1
        else:
            seen_at, agreed = 0.0, 0
        if time.perf_counter() - started > 60:
            raise RuntimeError("a change wasn't seen within a minute")
        time.sleep(0.02)
    return seen_at - started


def _agrees(url: str, slug: str, *, expected: bool) -> bool:
    return in_production(url, slug) == expected


def _candidates(session: Session, url: str) -> list[tuple[int, str]]:
    """Return providers in production that have one verified reference: everything hangs on it."""
    found = []
    query = select(Provider.id, Provider.slug).where(Provider.is_public).order_by(Provider.id)
    for number, slug in session.execute(query):
        of_it = Reference.provider_id == number, Reference.state == ReferenceState.VERIFIED
        if len(session.scalars(select(Reference.id).where(*of_it)).all()) == 1 and in_production(url, slug):
            found.append((number, slug))
        if len(found) == ROUNDS:
            break
    return found


def turn(session: Session, number: int, slug: str, *, is_verified: bool) -> None:
    """Withdraw a provider's one reference, or verify it, with its evidence and event, as the services do."""
    now = clock.now()
    states = (ReferenceState.VERIFIED, ReferenceState.WITHDRAWN)
    query = select(Reference).where(Reference.provider_id == number, Reference.state.in_(states))
    for reference in session.scalars(query):
        reference.state = ReferenceState.VERIFIED if is_verified else ReferenceState.WITHDRAWN
        reference.withdrawn_at = None if is_verified else now
        for evidence in session.scalars(select(Evidence).where(Evidence.reference_id == reference.id)):
            evidence.withdrawn_at = reference.withdrawn_at
    action = "reference.verified" if is_verified else "reference.withdrawn"
    append(session, Event(action, f"provider:{slug}", number), actor=ACTOR, at=now)


def measure(database: Database, url: str) -> dict[str, list[float]]:
    """Return the seconds of each round, by what was changed."""
    with database.reading() as session:
        chosen = _candidates(session, url)
    found: dict[str, list[float]] = {"a withdrawal is gone from search": [], "a verified reference is found": []}
    for number, slug in chosen:
        for what, is_verified in zip(found, (False, True), strict=True):
            with database.writing() as session:
                turn(session, number, slug, is_verified=is_verified)
            found[what].append(seconds_until(partial(_agrees, url, slug, expected=is_verified)))
    return found


def expire(database: Database, index: Path, url: str) -> list[float]:
    """Return how long the first search of a day takes, which shows no more what ended with the day before."""
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    with database.reading() as session:
        catalogue = in_force(session)
        chosen = _candidates(session, url)
    months = catalogue.rules.evidence.validity.confirmed_months
    with database.writing() as session:
        for number, slug in chosen:
            _date(session, number, slug, add_months(tomorrow, -months))
    refresh.refresh(database, index, on=today)
    query, expired = (
        parse([("production", "in-production"), ("per_page", "100")], catalogue),
        {one for one, _ in chosen},
    )
    seconds = []
    for _ in range(ROUNDS):
        search = Search(database, index)
        before = search.find(query, catalogue, today).total
        started = time.perf_counter()
        after = search.find(query, catalogue, tomorrow)
        seconds.append(time.perf_counter() - started)
        if after.total > before - len(expired) or expired & {hit.provider_id for hit in after.hits}:
            raise RuntimeError("what has expired is still found")
    return seconds


def _date(session: Session, number: int, slug: str, day: date) -> None:
    """Let a provider's one reference be of another day, with its evidence."""
    of_it = Reference.provider_id == number, Reference.state == ReferenceState.VERIFIED
    reference = session.scalars(select(Reference).where(*of_it)).one()
    reference.answered_on = day
    session.execute(update(Evidence).where(Evidence.reference_id == reference.id).values(dated_on=day))
    append(session, Event("reference.verified", f"provider:{slug}", number), actor=ACTOR, at=clock.now())


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=10_000)
    providers: int = parser.parse_args().providers
    with tempfile.TemporaryDirectory() as folder:
        environ = prepare(Path(folder), providers)
        database = Database(f"sqlite:///{Path(folder) / 'directory.sqlite'}")
        with directory(environ) as (url, _):
            with worker(environ, database):
                found = measure(database, url)
            found["an expiry is gone from the first search of its day"] = expire(database, Path(folder) / "index", url)
        database.dispose()
    rows = [
        Row(
            what,
            f"{median(seconds):.2f} s, worst {max(seconds):.2f} s",
            f"{GOAL_SECONDS:g} s",
            GOAL_SECONDS / max(seconds),
            1,
        )
        for what, seconds in found.items()
    ]
    notes = ["The peer is the goal: two seconds; the ratio is of the worst round. Both server processes must agree."]
    publish(f"visible-{providers}", f"From commit to answer, {providers:,} providers", rows, notes)


if __name__ == "__main__":
    main()

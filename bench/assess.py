"""A report beside the page of one provider: processor time in one process, the two taking turns.

`python -m bench.assess --providers 10000`. The assessment is the dearest one there is: nothing is answered, so that
every criterion is a gap that somebody may cover. Counting who covers them is measured by itself too. The reader comes
with a cookie, so that either page is made each time.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient

from bench.pages import prepare
from bench.report import Row, publish
from directory.app import create_app
from directory.assessments.needs import Needs
from directory.assessments.services import start
from directory.catalogue.services import in_force
from directory.core import clock
from directory.core.settings import Settings
from directory.evidence.levels import Level
from directory.search.covering import covering
from directory.search.query import Query
from directory.web.session import KEY, Services

ROUNDS = 60
GOAL = 1 / 3
"""A report takes at most three times what one provider's page does."""
PROVIDER = "/providers/halden-automation"


def milliseconds(work: Callable[[], object]) -> float:
    """Return how much processor time something takes."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def opened(client: FlaskClient, address: str) -> None:
    """Open a page; it must be there."""
    with client.get(address) as response:
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")


def measure(client: FlaskClient, address: str) -> Row:
    """Return a page's time against the provider page's: medians over rounds."""
    client.set_cookie("session", "bench")
    pairs = [
        (milliseconds(lambda: opened(client, address)), milliseconds(lambda: opened(client, PROVIDER)))
        for _ in range(ROUNDS)
    ]
    ours, theirs = (median(pair[place] for pair in pairs[5:]) for place in (0, 1))
    return Row("report on an assessment", f"{ours:.1f} ms", f"{theirs:.1f} ms", theirs / ours, GOAL, "provider page")


def covers(parts: Services) -> float:
    """Return the milliseconds that counting the covers of the whole checklist takes, the order being known."""
    with parts.database.reading() as session:
        catalogue = in_force(session)
    generation = parts.search.generation(catalogue, clock.today())
    criteria = tuple(catalogue.checklist.criteria)
    times = [
        milliseconds(lambda: covering(generation, criteria, Level.STATED, Query(), most=20)) for _ in range(ROUNDS)
    ]
    return median(times[5:])


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=10_000)
    providers: int = parser.parse_args().providers
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read(prepare(Path(folder), providers))
        app = create_app(settings)
        parts: Services = app.extensions[KEY]
        with parts.database.writing() as session:
            key = start(session, answers={}, level=Level.STATED, needs=Needs(), at=clock.now())
        row = measure(app.test_client(), f"/assess/{key}")
        note = f"counting who covers all criteria, stated: {covers(parts):.1f} ms"
        parts.database.dispose()
    publish(f"assess-{providers}", f"A report, {providers:,} providers, against one provider's page", [row], [note])


if __name__ == "__main__":
    main()

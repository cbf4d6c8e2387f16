"""A directory that goes from one state to the next, each so that a mixture of two would show.

In every state one provider more is public, and all of those change at once: their industry, their name, and which of
their two systems has the better figures. Beside them others change one at a time, which no query here is about.
"""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.providers.models import Provider
from directory.search.query import Query, Sort
from tests import factories as make
from tests.factories import AT

FEWEST = 3
BESIDE = 12
INDUSTRIES = ("finance", "healthcare", "retail")
NAMES = ("Steady voice agents", "Steady invoices voice", "Steady voiced agents")
VOLUMES = (20_000, 30_000)

QUERIES = tuple(
    query.with_facet("country", ["DE"])
    for query in (
        Query(per_page=100),
        Query(words="steady voice", per_page=100),
        Query(words="stead", per_page=100),
        Query(words='"steady voice"', per_page=100),
        Query(words="steady -invoices", sort=Sort.NEWEST, per_page=100),
        Query(min_requests_per_day=15_000, sort=Sort.VOLUME, per_page=100),
        Query(sort=Sort.NAME, per_page=100).with_facet("industry", INDUSTRIES[:2]),
    )
)
TYPED = ("stead", "voi", "fin")
"""What suggestions are asked for."""


def fill(database: Database, states: int) -> None:
    """Add everybody; in state 0 the first few are public."""
    with database.writing() as session:
        for number in range(FEWEST + states):
            provider = make.add_provider(session, slug=f"steady-{number}", published_at=None)
            for _ in VOLUMES:
                system = make.add_system(session, provider, industry=None, agent_type=None)
                make.add_figure(session, system, Metric.REQUESTS_PER_DAY, VOLUMES[0])
        for number in range(BESIDE):
            make.add_provider(session, slug=f"beside-{number}", name=f"Beside {number}", country="FR")
        go_to(session, 0)


def go_to(session: Session, state: int) -> None:
    """Put the directory into a state, with the events that say so."""
    taking_part = select(Provider).where(Provider.slug.startswith("steady-")).order_by(Provider.id)
    for place, provider in enumerate(session.scalars(taking_part)):
        provider.published_at = AT if place < FEWEST + state else None
        provider.name, provider.industries = NAMES[state % 3], [INDUSTRIES[state % 3]]
        for number, system in enumerate(provider.systems):
            figure = session.scalars(select(Figure).where(Figure.system_id == system.id)).one()
            figure.value = Decimal(VOLUMES[(state + number) % 2])
        make.announce(session, provider)


def change_beside(session: Session, number: int) -> None:
    """Change one of those whom no query is about."""
    slug = f"beside-{number % BESIDE}"
    provider = session.scalars(select(Provider).where(Provider.slug == slug)).one()
    provider.summary = f"Changed {number} times."
    make.announce(session, provider)

"""The factories' rows satisfy every constraint on both databases."""

from sqlalchemy import select

from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.evidence.models import Evidence, Figure
from tests import factories


def test_every_factory_adds_a_row_that_both_databases_accept(database: Database) -> None:
    with database.writing() as session:
        provider = factories.add_provider(session)
        system = factories.add_proven(session, provider, uptime_percent="99.5")
        document = factories.add_document(session, provider)
        factories.add_evidence(session, document, factories.add_answer(session, provider, "sso"))
        factories.add_evidence(session, document, factories.add_certification(session, provider))
        factories.add_observation(session, system)
        factories.add_report(session, provider)
        assert factories.announce(session, provider) == 1
    with database.reading() as session:
        uptime = session.scalars(select(Figure).where(Figure.metric == Metric.UPTIME_PERCENT)).one()
        assert str(uptime.value) == "99.5"
        assert len(session.scalars(select(Evidence)).all()) == 6

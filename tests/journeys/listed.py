"""What the directory holds when a journey begins: one firm that nobody has claimed, with one customer on record."""

from datetime import timedelta

from directory.audit.services import Event, append
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from tests import factories

SLUG, NAME, DOMAIN = "halden-works", "Halden Works", "halden-works.example"


def add_listed(database: Database) -> None:
    """Add the firm, listed from a source; an earlier customer's reference speaks for an older system of theirs."""
    at = clock.now()
    with database.writing() as session:
        install_shipped(session, actor="test", at=at)
        provider = factories.add_provider(
            session, slug=SLUG, name=NAME, domain=DOMAIN, summary="Builds agents.", created_at=at, published_at=at
        )
        older = factories.add_system(session, provider, name="Archive desk", live_since=at.date() - timedelta(days=700))
        factories.add_reference(
            session,
            older,
            organisation="Westmark",
            organisation_domain="westmark.example",
            asked_at=at - timedelta(days=30),
            answered_on=at.date() - timedelta(days=20),
            verified_at=at - timedelta(days=10),
        )
        append(session, Event("provider.published", f"provider:{SLUG}", provider.id), actor="test", at=at)

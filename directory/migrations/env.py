"""What Alembic runs: it imports every module that defines models and migrates over the connection it is handed."""

from importlib import import_module
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from directory.core.db import Base, Fixed4, UtcDateTime

MODELS = (
    "directory.core.outbox",
    "directory.audit.models",
    "directory.catalogue.models",
    "directory.accounts.models",
    "directory.providers.models",
    "directory.providers.membership",
    "directory.readiness.models",
    "directory.evidence.models",
    "directory.references.models",
    "directory.review.models",
    "directory.publishing.models",
    "directory.shortlists.models",
    "directory.assessments.models",
    "directory.comparison.models",
    "directory.alerts.models",
    "directory.introductions.models",
)
"""Every module with tables; a test compares it with the tree."""


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:  # noqa: ANN401, ARG001 - Alembic's signature
    """Write our column types as the plain ones they store, so that a revision never changes with the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Fixed4):
        return "sa.BigInteger()"
    return False


def run() -> None:
    """Run the revisions that the caller asked for, inside the caller's transaction."""
    for name in MODELS:
        import_module(name)
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
    )
    context.run_migrations()


run()

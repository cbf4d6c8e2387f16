"""The newest event of each provider, followed in memory: what is made of a provider is kept under its number."""

import threading
from collections.abc import Collection

from sqlalchemy import func, select

from directory.audit.models import AuditEvent
from directory.core.db import Database

MOST_FOLLOWED = 20_000
"""So many providers that changed are told apart; beyond that all count as changed, and following begins anew."""


class Changes:
    """Follows the log for one process; any number of threads may ask.

    Nothing is read when it begins: whatever was before counts as one version, the number of the event at that time.
    """

    def __init__(self, database: Database) -> None:
        """Begin with the first question."""
        self._database = database
        self._lock = threading.Lock()
        self._beginning: int | None = None
        self._position = 0
        self._newest: dict[int, int] = {}

    def versions(self, provider_ids: Collection[int], position: int) -> dict[int, int]:
        """Return what tells the states of each provider apart, as of an event of the log.

        A provider that changed after that event is left out: whoever reads as of then must not keep what comes of it.
        """
        with self._lock:
            if self._beginning is None:
                self._beginning = self._position = position
            elif position > self._position:
                self._follow(position)
            versions = ((one, self._newest.get(one, self._beginning)) for one in provider_ids)
            return {one: version for one, version in versions if version <= position}

    def _follow(self, position: int) -> None:
        newest = func.max(AuditEvent.id).label("newest")
        since = (AuditEvent.id > self._position, AuditEvent.id <= position, AuditEvent.provider_id.is_not(None))
        query = select(AuditEvent.provider_id, newest).where(*since).group_by(AuditEvent.provider_id)
        with self._database.reading() as session:
            for row in session.execute(query.limit(MOST_FOLLOWED + 1)):
                self._newest[row.provider_id] = row.newest
        self._position = position
        if len(self._newest) > MOST_FOLLOWED:
            self._newest.clear()
            self._beginning = position

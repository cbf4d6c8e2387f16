"""Removing uploaded files that no document has."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from directory.core import clock
from directory.evidence.models import Document
from directory.evidence.uploads import Uploads
from directory.jobs.context import Context

KEEP_YOUNG = timedelta(days=1)
"""A file without a document may belong to a form that is still being filled in."""


def remove_file(payload: dict[str, Any], context: Context) -> None:
    """Remove one file, unless a document has it."""
    uploads, sha256 = Uploads(context.settings.uploads_dir), str(payload["sha256"])
    with uploads.removing():
        if sha256 not in _needed(context):
            uploads.remove(sha256)


def sweep_uploads(_payload: dict[str, Any], context: Context) -> None:
    """Remove every file that no document has for a day: what a crash, or a form never sent, left behind."""
    uploads = Uploads(context.settings.uploads_dir)
    before = (clock.now() - KEEP_YOUNG).timestamp()
    with uploads.removing():
        needed = _needed(context)
        for sha256 in uploads.kept_before(before):
            if sha256 not in needed:
                uploads.remove(sha256)
    uploads.clear_incoming(before)


def _needed(context: Context) -> set[str]:
    with context.database.reading() as session:
        return {found for found in session.scalars(select(Document.file_sha256)) if found}

"""Uploads over HTTP: a bigger body only where a view asks for it, streamed to the app's own folder; files sent back.

A file goes out as an attachment of the type that was found, with a policy of its own under which nothing in it runs.
"""

from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from flask import Request, Response, send_file
from flask import request as current

from directory.core.errors import NotFoundError
from directory.evidence.models import Document
from directory.evidence.uploads import MOST_BYTES, Uploads
from directory.web.session import reader, services

MOST_BODY = MOST_BYTES + 2 * 1024 * 1024
"""The file, and room for the rest of the form."""

DRAINED = 64 * 1024 * 1024
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


class UploadRequest(Request):
    """A request whose files are written to a folder of the app's own, where a view has named one."""

    upload_folder: Path | None = None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.upload_folder is None:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        return TemporaryFile("rb+", dir=self.upload_folder)


def uploads() -> Uploads:
    """Return the installation's files."""
    return Uploads(services().settings.uploads_dir)


def allow_upload() -> None:
    """Take a bigger body in this request than elsewhere; call it before anything looks at the form."""
    current.max_content_length = MOST_BODY
    current.upload_folder = uploads().incoming  # type: ignore[attr-defined]  # see UploadRequest


def drain() -> None:
    """Read on in a body that is too big, within reason: a browser that can't send to its end shows no page."""
    stream, left = current.environ["wsgi.input"], min(DRAINED, current.content_length or DRAINED)
    while left > 0 and (chunk := stream.read(min(left, 256 * 1024))):
        left -= len(chunk)


def send_document(document: Document) -> Response:
    """Return a document's file; raise `NotFoundError` where it has none."""
    if document.file_sha256 is None or not uploads().has(document.file_sha256):
        raise NotFoundError("This document has no file.")
    response = send_file(
        uploads().place(document.file_sha256),
        mimetype=document.file_type,
        as_attachment=True,
        download_name=document.file_name,
        conditional=False,
        etag=False,
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def document_file(number: int) -> Response:
    """Send any document's file; the address that shows it to admins is theirs to declare."""
    document = reader().get(Document, number)
    if document is None:
        raise NotFoundError("There is no such document.")
    return send_document(document)

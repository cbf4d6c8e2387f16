"""A provider's documents: the list, adding one, its file, withdrawing and deleting."""

from dataclasses import dataclass

import structlog
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import InvalidInputError
from directory.evidence import documents
from directory.evidence.documents import File, NewDocument
from directory.evidence.file_check import RefusedFileError, check, clean_name
from directory.evidence.models import Document
from directory.evidence.scopes import scope_of
from directory.evidence.subjects import Scope, Subject, parse, typed_from
from directory.evidence.uploads import Received
from directory.providers.models import Provider
from directory.providers.websites import normalise_url
from directory.web.forms import summary
from directory.web.identity import account, entry
from directory.web.security import limiter
from directory.web.session import catalogue, reader, services, transaction
from directory.web.uploads import allow_upload, drain, send_document, uploads
from directory.web.vendor.forms_documents import DocumentForm, read_day

LIMIT = "30 per hour"
TOO_BIG = "The file is too big: 10 MB at most."
TOO_MANY = "Thirty documents an hour are taken. What you typed is still here: send it later."
NO_ROOM = "The file can’t be kept right now; that is our fault. Try again later, or give its address instead."
UNREAD_CODES = (413, 503)
UNREAD = "Nothing of the form has arrived: go back in your browser to what you typed."
GONE = "The file isn’t here any more: choose it again."
log = structlog.get_logger("directory.web")
Errors = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """A provider's documents, and what they may speak of."""

    provider: Provider
    documents: list[Document]
    scope: Scope


@dataclass(frozen=True, slots=True)
class AddPage:
    """The form, what stands in its fields about what the document shows, and what is wrong with them."""

    provider: Provider
    form: DocumentForm
    scope: Scope
    typed: dict[str, str]
    problems: dict[str, str]
    errors: Errors
    kept: File | None


def show(slug: str) -> str:
    """List the documents."""
    provider = entry(slug).provider
    listed = documents.documents_of(reader(), provider.id)
    page = DocumentsPage(provider, listed, scope_of(reader(), provider.id, catalogue()))
    return render_template("vendor/documents.html", page=page, slug=slug)


def add(slug: str) -> AnyResponse:
    """Show the form, or take it: keep the file, add the document."""
    provider = entry(slug).provider
    if request.method != "POST":
        form = DocumentForm(formdata=None)
        form.entity.data = provider.name
        return _page(provider, form)
    allow_upload()
    try:
        form = DocumentForm()
        return _take(provider, form)
    except RequestEntityTooLarge:
        return _unread(provider, TOO_BIG, 413)
    except OSError as error:
        log.error("upload can't be received", error=error.strerror)  # noqa: TRY400 - the words say it all
        return _unread(provider, NO_ROOM, 503)


def _unread(provider: Provider, why: str, status: int) -> Response:
    """Show an empty form where the one that was sent couldn't be read to its end."""
    drain()
    form = DocumentForm(formdata=None)
    form.file.errors = [f"{why} {UNREAD}"]
    return _page(provider, form, status=status)


def file(slug: str, number: int) -> Response:
    """Send a document's file to a member."""
    return send_document(documents.document_of(reader(), entry(slug).provider.id, number))


def withdraw(slug: str, number: int) -> AnyResponse:
    """Withdraw a document."""
    provider_id, actor, at = entry(slug).provider.id, account().actor, clock.now()
    with transaction() as session:
        documents.withdraw(session, number, _revision(), provider_id=provider_id, actor=actor, at=at)
    flash("The document is withdrawn. It is evidence of nothing now.")
    return redirect(url_for("vendor.documents", slug=slug), 303)


def delete(slug: str, number: int) -> AnyResponse:
    """Delete a document and its file."""
    provider_id, actor, at = entry(slug).provider.id, account().actor, clock.now()
    with transaction() as session:
        documents.delete(session, number, _revision(), provider_id=provider_id, actor=actor, at=at)
    flash("The document is deleted.")
    return redirect(url_for("vendor.documents", slug=slug), 303)


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _take(provider: Provider, form: DocumentForm) -> AnyResponse:
    is_valid = form.validate()
    subjects, problems = parse(request.form, _scope(provider))
    try:
        with limiter.limit(LIMIT, key_func=lambda: f"person-{account().id}"), uploads().adding():
            kept = _file(provider, form)
            if not is_valid or problems or form.file.errors:
                return _page(provider, form, problems, kept, status=422)
            _add(provider, form, subjects, kept)
    except RateLimitExceeded:
        return _page(provider, form, problems, more=(("", TOO_MANY),), status=429)
    except InvalidInputError as error:
        more = _blame(form, error)
        return _page(provider, form, problems, kept, more=more, status=422)
    flash("The document is here. An admin looks at it; until then it is evidence of nothing.")
    return redirect(url_for("vendor.documents", slug=provider.slug), 303)


def _blame(form: DocumentForm, error: InvalidInputError) -> Errors:
    """Put an error beside its field, or into the summary where it is about no single one."""
    if error.field not in form:
        return (("shows", error.message),)
    form[error.field].errors = [*form[error.field].errors, error.message]
    return ()


def _file(provider: Provider, form: DocumentForm) -> File | None:
    """Keep the file that came, or find the one that came before; what is wrong with it stands at its field."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _kept_before(provider, form)
    try:
        with uploads().received(sent.stream) as received:
            return _kept(received, sent.filename)
    except RefusedFileError as refusal:
        form.file.errors = [*form.file.errors, str(refusal)]
    except OSError as error:
        log.error("upload can't be kept", error=error.strerror)  # noqa: TRY400 - the words say it all
        form.file.errors = [*form.file.errors, NO_ROOM]
    return None


def _kept(received: Received, name: str) -> File:
    if received.is_too_big:
        raise RefusedFileError(TOO_BIG)
    reader().close()  # its transaction: looking at a file may take a while
    kind = check(received.path)
    uploads().keep(received)
    return File(received.sha256, clean_name(name, kind), kind, received.size)


def _kept_before(provider: Provider, form: DocumentForm) -> File | None:
    if not form.kept.data:
        return None
    try:
        file = File(*_notes(provider).loads(form.kept.data))
    except (BadSignature, TypeError):
        return None
    if not uploads().has(file.sha256):
        form.file.errors = [*form.file.errors, GONE]
        return None
    return file


def _notes(provider: Provider) -> URLSafeSerializer:
    """Return what signs a kept file for this person and this provider only."""
    return URLSafeSerializer(services().settings.secret_key, salt=f"upload-{provider.id}-{account().id}")


def _add(provider: Provider, form: DocumentForm, subjects: list[Subject], kept: File | None) -> None:
    dated_on = read_day(form.dated_on.data)
    assert dated_on is not None  # noqa: S101 - for the type checker: the form asks for it
    new = NewDocument(
        provider_id=provider.id,
        title=form.title.data,
        entity=form.entity.data,
        scope=form.scope.data,
        dated_on=dated_on,
        window_starts_on=read_day(form.window_starts_on.data),
        ends_on=read_day(form.ends_on.data),
        url=normalise_url(form.url.data) if form.url.data else None,
        file=kept,
        subjects=subjects,
    )
    with transaction() as session:
        documents.add(session, new, added_by=account().id, actor=account().actor, at=clock.now())


def _scope(provider: Provider) -> Scope:
    return scope_of(reader(), provider.id, catalogue())


def _page(
    provider: Provider,
    form: DocumentForm,
    problems: dict[str, str] | None = None,
    kept: File | None = None,
    *,
    more: Errors = (),
    status: int = 200,
) -> Response:
    form.prepare()
    found = problems or {}
    form.kept.data = _notes(provider).dumps([kept.sha256, kept.name, kept.type, kept.size]) if kept else ""
    is_read = request.method == "POST" and status not in UNREAD_CODES
    page = AddPage(
        provider=provider,
        form=form,
        scope=_scope(provider),
        typed=dict(request.form.items()) if is_read else typed_from([]),
        problems=found,
        errors=(*summary(form), *found.items(), *more),
        kept=kept,
    )
    answer = render_template(
        "vendor/document_new.html", page=page, areas=catalogue().checklist.areas, slug=provider.slug
    )
    return make_response(answer, status)

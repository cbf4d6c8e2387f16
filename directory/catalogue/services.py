"""Which catalogue is in force, and the verbs that change it: register a version, switch to it, switch back."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock

from cachetools import LRUCache
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.audit.services import APPEND_LOCK, Event, append
from directory.catalogue.consistency import dangling
from directory.catalogue.loading import KINDS, Parsed, parse, read, read_text
from directory.catalogue.models import CatalogueActivation, CatalogueVersion
from directory.catalogue.queries import find_version, previous
from directory.catalogue.schema import CatalogueFile, Checklist, Rules, Taxonomy
from directory.catalogue.source import CatalogueFileError
from directory.core import paths
from directory.core.errors import ConflictError, UnavailableError

DECODED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The three files that are in force together.

    `key` identifies their contents together: it changes whenever any of them does.
    """

    taxonomy: Taxonomy
    checklist: Checklist
    rules: Rules
    key: str


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is in force of one kind: the row's ids and the hash of its text."""

    activation_id: int
    version_id: int
    version: str
    sha256: str


_decoded: LRUCache[str, CatalogueFile] = LRUCache(DECODED_AT_ONCE)
_decoding = Lock()


def digest(content: str) -> str:
    """Return the SHA-256 of a file's text, in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def _newest(session: Session) -> dict[str, _Stored]:
    """Return the newest activation of each kind: the one small query that every reading of the catalogue costs."""
    newest = (
        select(func.max(CatalogueActivation.id))
        .join(CatalogueVersion, CatalogueVersion.id == CatalogueActivation.version_id)
        .group_by(CatalogueVersion.kind)
    )
    rows = session.execute(
        select(
            CatalogueVersion.kind,
            CatalogueActivation.id,
            CatalogueVersion.id,
            CatalogueVersion.version,
            CatalogueVersion.sha256,
        )
        .join(CatalogueVersion, CatalogueVersion.id == CatalogueActivation.version_id)
        .where(CatalogueActivation.id.in_(newest))
    )
    return {row[0]: _Stored(*row[1:]) for row in rows}


def _file(session: Session, stored: _Stored) -> CatalogueFile:
    """Return a version's contents, decoded once per process: other threads wait rather than do the same."""
    with _decoding:
        known = _decoded.get(stored.sha256)
        if known is None:
            content = select(CatalogueVersion.content).where(CatalogueVersion.id == stored.version_id)
            known = parse(session.scalars(content).one(), f"stored version {stored.version}")
            _decoded[stored.sha256] = known
    return known


def _key(hashes: Iterable[str]) -> str:
    """Return what identifies three texts together, in the order of `KINDS`."""
    return digest(" ".join(hashes))[:16]


def _together(files: Iterable[CatalogueFile], key: str) -> Catalogue:
    by_kind = {file.kind: file for file in files}
    taxonomy, checklist, rules = by_kind["taxonomy"], by_kind["checklist"], by_kind["rules"]
    assert isinstance(taxonomy, Taxonomy)  # noqa: S101 - the kind is what tells the types apart
    assert isinstance(checklist, Checklist)  # noqa: S101 - as above
    assert isinstance(rules, Rules)  # noqa: S101 - as above
    return Catalogue(taxonomy=taxonomy, checklist=checklist, rules=rules, key=key)


def in_force(session: Session) -> Catalogue:
    """Return the catalogue in force.

    Raises:
        UnavailableError: nothing is in force yet, or what is stored can't be used by this release.

    """
    newest = _newest(session)
    missing = [kind for kind in KINDS if kind not in newest]
    if missing:
        raise UnavailableError(f"No {' and no '.join(missing)} is in force. Run: directory migrate")
    try:
        files = [_file(session, newest[kind]) for kind in KINDS]
    except CatalogueFileError as error:
        raise UnavailableError(f"The catalogue in force can't be used by this release: {error}") from error
    return _together(files, _key(newest[kind].sha256 for kind in KINDS))


def checklist_in_force(session: Session) -> int:
    """Return the id of the version of the checklist that is in force; UnavailableError where none is."""
    newest = _newest(session).get("checklist")
    if newest is None:
        raise UnavailableError("No checklist is in force. Run: directory migrate")
    return newest.version_id


def stored_checklist(session: Session, version_id: int) -> Checklist:
    """Return a version of the checklist, in force or not; UnavailableError where this release can't read it."""
    version = session.get_one(CatalogueVersion, version_id)
    try:
        file = _file(session, _Stored(0, version.id, version.version, version.sha256))
    except CatalogueFileError as error:
        raise UnavailableError(f"Checklist {version.version} can't be used by this release: {error}") from error
    assert isinstance(file, Checklist)  # noqa: S101 - the caller has the id from a checklist's column
    return file


def proposed(session: Session, version: CatalogueVersion) -> Catalogue:
    """Return what would be in force together with a stored version of one kind.

    Raises:
        UnavailableError: another kind isn't in force yet.
        CatalogueFileError: the version doesn't fit the other kinds in force.

    """
    current = in_force(session)
    parsed = read(version.content, f"{version.kind} {version.version}")
    check_against(parsed, current)
    hashes = {kind: stored.sha256 for kind, stored in _newest(session).items()} | {version.kind: version.sha256}
    others = [getattr(current, kind) for kind in KINDS if kind != version.kind]
    return _together([parsed.file, *others], _key(hashes[kind] for kind in KINDS))


def shipped_files() -> Mapping[str, Path]:
    """Return the files that come with this release, by kind."""
    folder = paths.shipped("data") / "catalogue"
    return {kind: folder / f"{kind}.yaml" for kind in KINDS}


@cache
def shipped() -> Catalogue:
    """Return the catalogue that comes with this release; no database is asked."""
    return _together((parse(read_text(path), path.name) for path in shipped_files().values()), "shipped")


def check_against(parsed: Parsed, catalogue: Catalogue) -> None:
    """Check that a file fits the other two in force.

    Raises:
        CatalogueFileError: rules name what isn't there, or the rules in force need what the file lacks.

    """
    file = parsed.file
    match file:
        case Rules():
            parsed.refuse(dangling(file, catalogue.taxonomy, catalogue.checklist))
        case Checklist():
            missing = dangling(catalogue.rules, catalogue.taxonomy, file)
            parsed.refuse(
                (("areas",), f"{reason}; rules {catalogue.rules.version} are in force") for _, reason in missing
            )
        case Taxonomy():
            missing = dangling(catalogue.rules, file, catalogue.checklist)
            parsed.refuse(
                (("certification",), f"{reason}; rules {catalogue.rules.version} are in force") for _, reason in missing
            )


def _queue(session: Session) -> None:
    """Let writers of the catalogue pass one at a time until commit: activation ids grow in the order of commits.

    SQLite's writers already do. The lock is the audit log's own, which every one of them takes anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": APPEND_LOCK})


def register(session: Session, content: str, name: str, *, actor: str, at: datetime) -> CatalogueVersion:
    """Store a file's text under its kind and version, without switching to it; the same text again changes nothing.

    Raises:
        CatalogueFileError: the file is bad.
        ConflictError: its version is already stored with another text.

    """
    file = parse(content, name)
    _queue(session)
    sha256 = digest(content)
    stored = find_version(session, file.kind, file.version)
    if stored is None:
        stored = CatalogueVersion(kind=file.kind, version=file.version, content=content, sha256=sha256, added_at=at)
        session.add(stored)
        session.flush()
        event = Event("catalogue.registered", f"{file.kind}:{file.version}", detail={"sha256": sha256})
        append(session, event, actor=actor, at=at)
    elif stored.sha256 != sha256:
        raise ConflictError(
            f"{name}: {file.kind} {file.version} is already stored with another text;"
            " a version never changes, so give the file a new one"
        )
    return stored


def _check_fits(session: Session, version: CatalogueVersion, newest: Mapping[str, _Stored]) -> None:
    """Check a version against the other kinds in force; while one of them is missing there is nothing to check."""
    others = [kind for kind in KINDS if kind != version.kind]
    parsed = read(version.content, f"{version.kind} {version.version}")
    if all(kind in newest for kind in others):
        files = [parsed.file, *(_file(session, newest[kind]) for kind in others)]
        check_against(parsed, _together(files, "proposed"))


def activate(
    session: Session, version: CatalogueVersion, *, actor: str, at: datetime, reason: str = ""
) -> CatalogueActivation:
    """Put a stored version in force from now on; one that already is stays so, without a new event.

    Raises:
        CatalogueFileError: it doesn't fit the other kinds in force.

    """
    _queue(session)
    newest = _newest(session)
    current = newest.get(version.kind)
    if current is not None and current.version_id == version.id:
        return session.get_one(CatalogueActivation, current.activation_id)
    _check_fits(session, version, newest)
    activation = CatalogueActivation(version=version, at=at, actor=actor, reason=reason)
    session.add(activation)
    session.flush()
    detail = {"sha256": version.sha256, "before": current.version if current else None, "reason": reason}
    event = Event("catalogue.activated", f"{version.kind}:{version.version}", detail=detail)
    append(session, event, actor=actor, at=at)
    return activation


def rollback(session: Session, kind: str, *, actor: str, at: datetime, reason: str = "") -> CatalogueActivation:
    """Put the version in force again that was so before the current one of its kind.

    Raises:
        NotFoundError: there is none before.
        CatalogueFileError: it doesn't fit the other kinds in force.

    """
    _queue(session)
    return activate(session, previous(session, kind), actor=actor, at=at, reason=reason)


def _install_one(session: Session, kind: str, path: Path, *, actor: str, at: datetime) -> str:
    try:
        version = register(session, read_text(path), path.name, actor=actor, at=at)
    except ConflictError:
        return f"{kind}: the shipped file differs from the stored version of the same number, which stays"
    current = _newest(session).get(kind)
    if current is None:
        activate(session, version, actor=actor, at=at, reason="first start")
        return f"{kind} {version.version} is in force"
    if current.version_id == version.id:
        return f"{kind} {version.version} stays in force"
    return f"{kind} {current.version} stays in force; to switch: directory catalogue activate {kind} {version.version}"


def install_shipped(session: Session, *, actor: str, at: datetime) -> list[str]:
    """Register this release's files and put a kind in force only if nothing of it is; return lines to print."""
    return [_install_one(session, kind, path, actor=actor, at=at) for kind, path in shipped_files().items()]

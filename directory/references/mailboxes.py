"""Whose mailbox an address is: the domain that somebody registered, or a place where anybody can have one.

The two lists are files in `data/references/`; a new name there needs no code.
"""

import re
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from directory.core import paths
from directory.core.errors import InvalidInputError
from directory.core.links import keyed_hash
from directory.providers.websites import AddressError, ascii_host, normalise_website

LONGEST = 254
SHAPE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[^@\s<>,;:\"\\()\[\]]+")
NOT_AN_ADDRESS = "This doesn’t look like an e-mail address: name@firm.example."


class MailboxKind(StrEnum):
    """What kind of place a mailbox is at."""

    WORK = "work"
    FREE = "free"
    DISPOSABLE = "disposable"


@cache
def _listed(name: str) -> frozenset[str]:
    text = (paths.shipped("data") / "references" / name).read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def host_of(email: str) -> str:
    """Return the host behind the last at sign, in lower case."""
    return email.rpartition("@")[2].lower()


def normalised(typed: str) -> str:
    """Return an address as it is kept, in lower case, its host as mail servers know it.

    So no other way of writing a host (a dot at the end, other widths or signs) hides where the mailbox is.
    Raises `InvalidInputError` where it can't be an address.
    """
    email = typed.strip()
    if len(email) > LONGEST or not SHAPE.fullmatch(email):
        raise InvalidInputError("email", NOT_AN_ADDRESS)
    registrable(email)
    return f"{email.rpartition('@')[0].lower()}@{ascii_host(host_of(email))}"


def plain_mailbox(email: str) -> str:
    """Return the mailbox behind an address: what follows a plus sign only sorts its owner's letters."""
    local, _, host = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{host}"


def is_of_mailbox(column: InstrumentedAttribute[str | None], email: str) -> ColumnElement[bool]:
    """Return the condition that a column's address, in lower case, leads to the same mailbox as another one."""
    plain = plain_mailbox(email)
    local, _, host = re.sub(r"([\\%_])", r"\\\1", plain).rpartition("@")
    return or_(column == plain, column.like(f"{local}+%@{host}", escape="\\"))


def registrable(email: str) -> str:
    """Return the domain that somebody registered to have this address; raise `InvalidInputError` if nobody can."""
    try:
        return normalise_website(f"https://{host_of(email)}/").domain
    except AddressError as error:
        raise InvalidInputError("email", f"The part behind the @ doesn’t fit: {error}.") from error


def domain_of(email: str | None) -> str | None:
    """Return an address's registrable domain where it has one."""
    try:
        return registrable(email) if email else None
    except InvalidInputError:
        return None


def kind_of(email: str) -> MailboxKind:
    """Return what kind of place an address is at."""
    labels = host_of(email).split(".")
    names = {".".join(labels[start:]) for start in range(len(labels))}
    if names & _listed("disposable-mail.txt"):
        return MailboxKind.DISPOSABLE
    return MailboxKind.FREE if names & _listed("free-mail.txt") else MailboxKind.WORK


def mailbox_hash(email: str, secret_key: str) -> str:
    """Return what is kept of a mailbox whose owner doesn't want to be written to, the same for all its addresses."""
    return keyed_hash("mailbox", plain_mailbox(email), secret_key)


def check_work_address(email: str, provider_domain: str) -> None:
    """Refuse an address that could never be verified: raise `InvalidInputError` that says why."""
    if kind_of(email) is not MailboxKind.WORK:
        raise InvalidInputError("email", "A work address is needed: anybody can have a mailbox at this domain.")
    if domain_of(email) == provider_domain:
        raise InvalidInputError("email", "This is an address of the provider itself; a customer’s is needed.")

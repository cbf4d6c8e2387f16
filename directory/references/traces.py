"""Reading what the signals of a reference are made of."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.providers.membership import Membership
from directory.providers.models import Provider
from directory.references.mailboxes import MailboxKind, domain_of, is_of_mailbox, kind_of
from directory.references.models import Reference, ReferenceState

COUNTED = (ReferenceState.ASKED, ReferenceState.ANSWERED, ReferenceState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Traces:
    """What is known of an answer and of where it came from; None: it isn't known.

    `referee_elsewhere`, `referee_here`: how many other references name the same address, of other providers and of
    this one; `domain_elsewhere`, `domain_here` the same of the customer's domain. `refers_back`: the customer is a
    provider here, and this provider's own reference speaks for it.
    """

    provider_domain: str
    organisation_domain: str
    mail_domain: str | None
    mailbox: MailboxKind
    has_mail_host: bool | None = None
    relationship: str | None = None
    ties: tuple[str, ...] = ()
    is_member: bool = False
    has_origin_of_asker: bool = False
    has_origin_of_another: bool = False
    referee_here: int = 0
    referee_elsewhere: int = 0
    domain_here: int = 0
    domain_elsewhere: int = 0
    refers_back: bool = False


def traces_of(session: Session, reference: Reference) -> Traces:
    """Return what is known of an answer and of where it came from."""
    email = reference.referee_email
    here = Reference.provider_id == reference.provider_id
    elsewhere = Reference.provider_id != reference.provider_id
    same_mailbox = is_of_mailbox(Reference.referee_email, email or "")
    same_domain = Reference.organisation_domain == reference.organisation_domain
    return Traces(
        provider_domain=session.scalars(select(Provider.domain).where(Provider.id == reference.provider_id)).one(),
        organisation_domain=reference.organisation_domain,
        mail_domain=domain_of(email),
        mailbox=kind_of(email) if email else MailboxKind.WORK,
        has_mail_host=reference.has_mail_host,
        relationship=reference.relationship,
        ties=tuple(reference.ties),
        is_member=_is_member(session, reference),
        has_origin_of_asker=reference.origin_hash is not None and reference.origin_hash == reference.asked_origin_hash,
        has_origin_of_another=_shares_origin(session, reference),
        referee_here=_others(session, reference, here, same_mailbox) if email else 0,
        referee_elsewhere=_others(session, reference, elsewhere, same_mailbox) if email else 0,
        domain_here=_others(session, reference, here, same_domain),
        domain_elsewhere=_others(session, reference, elsewhere, same_domain),
        refers_back=_refers_back(session, reference),
    )


def _others(session: Session, reference: Reference, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Reference).where(*conditions, Reference.id != reference.id)
    return session.scalar(query.where(Reference.state.in_(COUNTED))) or 0


def _shares_origin(session: Session, reference: Reference) -> bool:
    if reference.origin_hash is None:
        return False
    here = Reference.provider_id == reference.provider_id
    return _others(session, reference, here, Reference.origin_hash == reference.origin_hash) > 0


def _is_member(session: Session, reference: Reference) -> bool:
    if reference.referee_email is None:
        return False
    query = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.provider_id == reference.provider_id, is_of_mailbox(User.email, reference.referee_email))
    )
    return session.scalar(query.limit(1)) is not None


def _refers_back(session: Session, reference: Reference) -> bool:
    """Whether the customer is a provider for which somebody of this provider's domain stands as a referee."""
    own_domain = select(Provider.domain).where(Provider.id == reference.provider_id).scalar_subquery()
    query = (
        select(Reference.id)
        .join(Provider, Provider.id == Reference.provider_id)
        .where(
            Provider.domain == reference.organisation_domain,
            Reference.organisation_domain == own_domain,
            Reference.state.in_(COUNTED),
        )
    )
    return session.scalar(query.limit(1)) is not None

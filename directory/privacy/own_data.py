"""A person's own data: all that is kept of them, and nothing of others, in one document."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, Row, Select, select
from sqlalchemy.orm import Session

from directory.accounts.models import AccountLink, LoginSession, Passkey, User
from directory.accounts.services import account_of
from directory.alerts.models import Alert
from directory.audit.models import AuditEvent
from directory.evidence.models import Document
from directory.introductions.models import Introduction, IntroductionRecipient
from directory.providers.membership import Draft, Invitation, Membership
from directory.providers.models import Provider
from directory.publishing.models import Submission
from directory.references.models import Reference
from directory.review.models import Claim, Decision, Report
from directory.shortlists.models import Shortlist, ShortlistEntry


def own_data(session: Session, user_id: int) -> dict[str, Any]:
    """Return everything that is kept of an account's owner, as plain JSON values; raise `NotFoundError` if erased."""
    user = account_of(session, user_id)
    queries = _queries(user)
    return {"account": _account(user), **{name: _plain(session.execute(query)) for name, query in queries.items()}}


def _account(user: User) -> dict[str, Any]:
    names = ("id", "email", "name", "role", "created_at", "updated_at", "confirmed_at", "locked_at", "failed_logins")
    shown = {name: _value(getattr(user, name)) for name in names}
    return shown | {"has_password": user.password is not None, "has_second_factor": user.tf_totp_secret is not None}


def _queries(user: User) -> dict[str, Executable]:
    """Return what is read, by the name it has in the document."""
    return (
        _of_account(user.id)
        | _of_shortlist(user.id)
        | _of_introductions(user.id)
        | _of_entries(user)
        | _of_review(user)
        | _of_log(user.id)
    )


def _of_account(number: int) -> dict[str, Executable]:
    sessions, links = LoginSession, AccountLink
    return {
        "log_in_sessions": select(
            sessions.device, sessions.has_second_factor, sessions.created_at, sessions.seen_at, sessions.ended_at
        ).where(sessions.user_id == number),
        "passkeys": select(Passkey.name, Passkey.create_datetime, Passkey.lastuse_datetime).where(
            Passkey.user_id == number
        ),
        "alerts": select(Alert.about, Alert.query, Alert.cadence, Alert.created_at, Alert.looked_on)
        .where(Alert.user_id == number)
        .order_by(Alert.place),
        "mailed_links": select(links.purpose, links.email, links.asked_at, links.ends_at, links.ended_at).where(
            links.user_id == number
        ),
    }


def _of_shortlist(number: int) -> dict[str, Executable]:
    kept, entry = Shortlist, ShortlistEntry
    columns = (entry.place, entry.name, entry.status, entry.note, entry.added_at, entry.changed_at)
    return {
        "shortlist": select(kept.created_at, kept.touched_at, kept.shared_at, kept.shares_notes).where(
            kept.user_id == number
        ),
        "shortlist_entries": select(*columns).join(kept).where(kept.user_id == number).order_by(entry.place),
    }


def _of_introductions(number: int) -> dict[str, Executable]:
    asked, sent, provider = Introduction, IntroductionRecipient, Provider.slug.label("provider")
    answer = (sent.state, sent.answer, sent.answered_at)
    return {
        "introductions": select(asked.id, asked.message, asked.asked_at, asked.changed_at)
        .where(asked.user_id == number)
        .order_by(asked.id),
        "introductions_by_provider": _joined(sent, sent.introduction_id, provider, *answer, sent.contact_shown_at)
        .join(asked, asked.id == sent.introduction_id)
        .where(asked.user_id == number)
        .order_by(sent.id),
        "introductions_answered": _joined(sent, provider, *answer).where(sent.answered_by == number).order_by(sent.id),
    }


def _of_entries(user: User) -> dict[str, Executable]:
    provider = Provider.slug.label("provider")
    return {
        "memberships": _joined(Membership, provider, Membership.role, Membership.created_at).where(
            Membership.user_id == user.id
        ),
        "invitations_received": _joined(
            Invitation, provider, Invitation.role, Invitation.created_at, Invitation.expires_at
        ).where(Invitation.email == user.email),
        "invitations_sent": _joined(Invitation, provider, Invitation.role, Invitation.created_at).where(
            Invitation.invited_by == user.id
        ),
        "drafts_saved_last": _joined(Draft, provider, Draft.updated_at, Draft.content).where(
            Draft.updated_by == user.id
        ),
        "submissions": _joined(
            Submission, provider, Submission.submitted_at, Submission.state, Submission.content
        ).where(Submission.submitted_by == user.id),
        "documents": _joined(Document, provider, Document.title, Document.file_name, Document.added_at).where(
            Document.added_by == user.id
        ),
    }


def _of_review(user: User) -> dict[str, Executable]:
    provider = Provider.slug.label("provider")
    asked, given = Reference, Reference
    return {
        "claims": _joined(
            Claim, provider, Claim.method, Claim.email, Claim.message, Claim.state, Claim.created_at, Claim.decided_at
        ).where(Claim.user_id == user.id),
        "reports": _joined(Report, provider, Report.kind, Report.message, Report.contact, Report.created_at).where(
            Report.contact == user.email
        ),
        "references_asked": _joined(asked, provider, asked.organisation, asked.asked_at, asked.state).where(
            asked.asked_by == user.id
        ),
        "references_given": _joined(
            given,
            provider,
            given.referee_name,
            given.referee_title,
            given.referee_email,
            given.organisation,
            given.asked_at,
            given.state,
            given.relationship,
            given.ties,
            given.answers,
            given.quote,
        ).where(given.referee_email == user.email),
        "decisions": _joined(
            Decision, provider, Decision.kind, Decision.item_id, Decision.outcome, Decision.reason, Decision.decided_at
        ).where(Decision.decided_by == user.id),
    }


def _of_log(number: int) -> dict[str, Executable]:
    actors = [f"{role}:{number}" for role in ("buyer", "vendor", "admin")]
    is_own = AuditEvent.actor.in_(actors) | (AuditEvent.subject == f"account:{number}")
    return {
        "audit_log": select(AuditEvent.id, AuditEvent.at, AuditEvent.action, AuditEvent.subject)
        .where(is_own)
        .order_by(AuditEvent.id)
    }


def _joined(model: Any, *columns: Any) -> Select[Any]:  # noqa: ANN401 - any table with a provider
    return select(*columns).select_from(model).join(Provider, Provider.id == model.provider_id)


def _plain(rows: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    return [{name: _value(value) for name, value in row._mapping.items()} for row in rows]  # noqa: SLF001 - SQLAlchemy's public way to a row's names


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value.isoformat() if isinstance(value, datetime | date) else value

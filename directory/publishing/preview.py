"""An entry as it would be: the draft applied for as long as somebody looks, and never kept."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.providers.models import Provider
from directory.publishing.applying import apply
from directory.publishing.drafts import load, lock


def rehearse(session: Session, provider_id: int, *, actor: str, at: datetime) -> Provider:
    """Apply the draft in a session that the caller rolls back; return the provider as it would be.

    Raises:
        UnpublishableError: something in the draft can't be published.
        IntegrityError: another entry has its website.

    """
    provider = lock(session, provider_id)
    apply(session, provider, load(session, provider).content, actor=actor, at=at)
    if provider.published_at is None:
        provider.published_at = at
    if provider.claimed_at is None:
        provider.claimed_at = at  # nothing is published before it is
    session.flush()
    return provider

"""What waits until somebody has shown that the firm is theirs; and that whoever writes is still a member."""

from sqlalchemy.orm import Session

from directory.core.errors import ForbiddenError, NotFoundError
from directory.providers.members import membership_of
from directory.providers.models import Provider


class UnprovenError(ForbiddenError):
    """Nobody has shown yet that the firm is theirs; `slug` names the entry, so that it can be shown."""

    def __init__(self, slug: str) -> None:
        """Keep which entry it is."""
        super().__init__("First show that the firm is yours. Until then you can write the draft, and see its preview.")
        self.slug = slug


def check_proven(provider: Provider) -> None:
    """Refuse what speaks for a firm to others, as long as nobody has shown that it is theirs.

    Raises:
        UnprovenError: nobody has.

    """
    if provider.is_unproven:
        raise UnprovenError(provider.slug)


def check_member(session: Session, provider: Provider, user_id: int) -> None:
    """Refuse what somebody writes who was a member when the page was asked for; the provider is held.

    Raises:
        NotFoundError: they aren't any more.

    """
    if membership_of(session, provider.id, user_id) is None:
        raise NotFoundError("This entry isn’t yours to edit any more.")

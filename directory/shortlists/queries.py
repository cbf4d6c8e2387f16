"""Reading shortlists: whose, and what stands on them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from directory.providers.models import Provider
from directory.shortlists.models import Shortlist, ShortlistEntry, Status


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whose a shortlist is: an account's, or a browser's by the hash of its token. Exactly one of the two is set."""

    user_id: int | None = None
    token_hash: str | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """Return what picks their shortlist."""
        if self.user_id is not None:
            return Shortlist.user_id == self.user_id
        return Shortlist.token_hash == self.token_hash


@dataclass(frozen=True, slots=True)
class Kept:
    """One provider on a shortlist. `slug` is empty where it isn't listed any more; `name` is then the one of before."""

    number: int
    provider_id: int | None
    slug: str
    name: str
    is_demo: bool
    status: Status
    note: str
    added_at: datetime
    revision: int

    @property
    def is_listed(self) -> bool:
        """Whether readers may see the provider."""
        return bool(self.slug)


def shortlist_of(session: Session, keeper: Keeper, *, hold: bool = False) -> Shortlist | None:
    """Return somebody's shortlist, if they have one; `hold` keeps others off it until the transaction ends."""
    query = select(Shortlist).where(keeper.condition)
    return session.scalar(query.with_for_update() if hold else query)


def kept(session: Session, shortlist: Keeper | int) -> tuple[Kept, ...]:
    """Return what stands on somebody's shortlist, or on the one of a number, in its order. One query."""
    condition = Shortlist.id == shortlist if isinstance(shortlist, int) else shortlist.condition
    entry = ShortlistEntry
    query = (
        select(
            *(entry.id, entry.name, entry.status, entry.note, entry.added_at, entry.revision),
            *(Provider.id.label("provider_id"), Provider.slug, Provider.name.label("now"), Provider.is_demo),
        )
        .join(Shortlist, Shortlist.id == entry.shortlist_id)
        .outerjoin(Provider, (Provider.id == entry.provider_id) & Provider.is_public)
        .where(condition)
        .order_by(entry.place)
    )
    return tuple(
        Kept(
            number=row.id,
            provider_id=row.provider_id,
            slug=row.slug or "",
            name=row.now or row.name,
            is_demo=bool(row.is_demo),
            status=Status(row.status),
            note=row.note,
            added_at=row.added_at,
            revision=row.revision,
        )
        for row in session.execute(query)
    )


def entry_of(session: Session, keeper: Keeper, number: int, *, hold: bool = False) -> ShortlistEntry | None:
    """Return an entry of somebody's own shortlist; nobody else's is there for them."""
    query = (
        select(ShortlistEntry)
        .join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
        .where(keeper.condition, ShortlistEntry.id == number)
    )
    return session.scalar(query.with_for_update() if hold else query)


def name_kept(session: Session, keeper: Keeper, provider_id: int) -> str | None:
    """Return the name under which a provider was put on somebody's shortlist, listed or not; None if it wasn't."""
    query = select(ShortlistEntry.name).join(Shortlist, Shortlist.id == ShortlistEntry.shortlist_id)
    return session.scalar(query.where(keeper.condition, ShortlistEntry.provider_id == provider_id))

"""Adding and changing providers and systems. Callers append the audit events: they know what it was for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.providers.models import Provider, System
from directory.providers.slugs import domain_base, free_slug, slug_base
from directory.providers.websites import Website, is_demo_domain


@dataclass(frozen=True, slots=True)
class Draft:
    """A provider to add: its columns by name (`name`, `website`, `domain` at least) and those of its systems."""

    columns: Mapping[str, Any]
    systems: Sequence[Mapping[str, Any]] = field(default=())


def add_unclaimed(session: Session, drafts: Sequence[Draft], *, at: datetime) -> list[Provider]:
    """Add unclaimed providers, published at once; return them, in order, with their ids and their systems'.

    Raises IntegrityError when somebody else took a domain or slug meanwhile.
    """
    bases = [slug_base(draft.columns["name"], draft.columns["domain"]) for draft in drafts]
    slugs = _free_slugs(session, bases)
    providers = [_new(draft, slug, at) for draft, slug in zip(drafts, slugs, strict=True)]
    session.add_all(providers)
    session.flush()
    return providers


def add_started(session: Session, name: str, website: Website, *, at: datetime) -> Provider:
    """Add a provider that somebody begins to write: neither claimed nor published.

    Its slug comes from the domain: whoever the firm turns out to be, it isn't what a stranger called it.
    Raises IntegrityError when the domain, or by chance the slug, is taken.
    """
    (slug,) = _free_slugs(session, [domain_base(website.domain)])
    provider = Provider(
        slug=slug,
        name=name,
        website=website.url,
        domain=website.domain,
        is_demo=website.is_demo,
        created_at=at,
        updated_at=at,
    )
    session.add(provider)
    session.flush()
    return provider


def change(row: Provider | System, columns: Mapping[str, Any]) -> bool:
    """Set the columns that differ; whether any did."""
    differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _new(draft: Draft, slug: str, at: datetime) -> Provider:
    provider = Provider(
        **draft.columns,
        slug=slug,
        is_demo=is_demo_domain(draft.columns["domain"]),
        created_at=at,
        updated_at=at,
        published_at=at,
    )
    provider.systems = [System(**columns) for columns in draft.systems]
    return provider


def _free_slugs(session: Session, bases: Sequence[str]) -> list[str]:
    taken = set(session.scalars(select(Provider.slug).where(Provider.slug.in_(set(bases)))))

    def is_taken(slug: str) -> bool:
        if slug not in taken and slug not in known_free:
            found = session.scalar(select(Provider.slug).where(Provider.slug == slug))
            (known_free if found is None else taken).add(slug)
        return slug in taken

    known_free = set(bases) - taken
    slugs = []
    for base in bases:
        slug = free_slug(base, is_taken)
        taken.add(slug)
        slugs.append(slug)
    return slugs

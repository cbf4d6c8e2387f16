"""The vendor's start page: which entries are mine; and one entry's overview: where it stands, what to do next."""

from dataclasses import dataclass

from flask import render_template

from directory.core import clock
from directory.providers.models import Provider
from directory.providers.policies import may_own
from directory.publishing.queries import OwnEntry, Progress, Standing, own_entries, progress, standing
from directory.publishing.services import was_removed
from directory.publishing.submitting import barriers, has_moved
from directory.references.queries import ReferenceRecord, public_record
from directory.web.identity import account, entry
from directory.web.session import reader
from directory.web.vendor.guide import GuidePanel, guide_of


@dataclass(frozen=True, slots=True)
class Overview:
    """Where one entry stands. `to_mend`: how many things keep the draft from being handed in."""

    provider: Provider
    standing: Standing
    progress: Progress
    to_mend: int
    has_moved: bool
    references: ReferenceRecord
    guide: GuidePanel
    is_owner: bool
    was_removed: bool


@dataclass(frozen=True, slots=True)
class Home:
    """The entries that somebody edits."""

    entries: list[OwnEntry]


def mine() -> str:
    """Show the entries that the person edits."""
    return render_template("vendor/home.html", page=Home(own_entries(reader(), account().id)))


def overview(slug: str) -> str:
    """Show where one entry stands."""
    found, session = entry(slug), reader()
    provider = found.provider
    where, how_far = standing(session, provider), progress(session, provider)
    page = Overview(
        provider=provider,
        standing=where,
        progress=how_far,
        to_mend=len(barriers(session, provider, how_far.draft.content, clock.now())),
        has_moved=where.waiting is not None and has_moved(where.waiting, how_far.draft.content),
        references=public_record(session, provider.id),
        guide=guide_of(provider),
        is_owner=may_own(found.membership),
        was_removed=was_removed(session, provider),
    )
    return render_template("vendor/overview.html", page=page)

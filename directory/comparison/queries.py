"""Reading what a comparison is filled from; which providers there are is asked of the database, never of the index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.catalogue.schema import Taxonomy
from directory.catalogue.services import Catalogue
from directory.comparison.asking import Asked, Chosen, read
from directory.comparison.filling import Entry, compare, section_ids
from directory.comparison.table import LEAST, Table, only_differences, without
from directory.providers.models import Provider
from directory.references.queries import public_record
from directory.rules.evaluator import Verdicts
from directory.rules.queries import load_verdicts


@dataclass(frozen=True, slots=True)
class Gathered:
    """A comparison as far as it can be had. `asked` holds nobody who isn't there; `table` is None for too few.

    `errors` say by parameter what can't be understood, `missing` what can be, but isn't there.
    """

    asked: Asked
    providers: Mapping[str, Provider]
    table: Table | None
    errors: Mapping[str, str]
    missing: Mapping[str, str]

    @property
    def problems(self) -> dict[str, str]:
        """All that is wrong, by parameter."""
        return {**self.missing, **self.errors}

    @property
    def shown(self) -> Table | None:
        """The part of the table that is asked for."""
        if self.table is None:
            return None
        kept = without(self.table, self.asked.hidden)
        return only_differences(kept) if self.asked.differences else kept


def gather(session: Session, pairs: Iterable[tuple[str, str]], catalogue: Catalogue, on: date) -> Gathered:
    """Return what the parameters ask for, as it is on a day."""
    wish = read(pairs, section_ids(catalogue))
    found = public_by_slug(session, wish.asked.slugs)
    table = load_table(session, list(found.values()), wish.asked.systems, catalogue, on)
    missing = _missing(wish.asked, found, table)
    systems = {slug: number for slug, number in wish.asked.systems.items() if slug in found}
    asked = Asked(tuple(found), systems, wish.asked.differences, wish.asked.hidden)
    return Gathered(asked, found, table if len(found) >= LEAST else None, wish.errors, missing)


def _missing(asked: Asked, found: Mapping[str, Provider], table: Table) -> dict[str, str]:
    """Return what isn't there: providers that aren't public, systems that aren't live ones of theirs."""
    nobody = [slug for slug in asked.slugs if slug not in found]
    live = {column.slug: {one.id for one in column.systems} for column in table.columns}
    wrong = [slug for slug, number in asked.systems.items() if number not in live.get(slug, ())]
    missing = {}
    if nobody:
        missing["provider"] = f"no provider is listed as {', '.join(nobody)}"
    if wrong:
        missing["system"] = f"{', '.join(wrong)}: no live system of that id"
    return missing


def public_by_slug(session: Session, slugs: Iterable[str]) -> dict[str, Provider]:
    """Return those of the providers that readers may see, by slug, in the order asked for."""
    asked = list(dict.fromkeys(slugs))
    query = select(Provider).where(Provider.slug.in_(asked), Provider.is_public)
    found = {provider.slug: provider for provider in session.scalars(query)}
    return {slug: found[slug] for slug in asked if slug in found}


def load_table(
    session: Session, providers: Sequence[Provider], chosen: Chosen, catalogue: Catalogue, on: date
) -> Table:
    """Return the comparison of these providers on a day."""
    verdicts = load_verdicts(session, [one.id for one in providers], catalogue, on)
    entries = [entry(session, one, verdicts[one.id], chosen.get(one.slug), catalogue.taxonomy) for one in providers]
    return compare(entries, catalogue, on)


def entry(session: Session, provider: Provider, verdicts: Verdicts, system_id: int | None, taxonomy: Taxonomy) -> Entry:
    """Return one provider as the table is filled from it."""
    record = public_record(session, provider.id)
    return Entry(
        slug=provider.slug,
        name=provider.name,
        is_demo=provider.is_demo,
        is_claimed=provider.claimed_at is not None,
        terms=_terms(provider, taxonomy),
        references={
            "asked": record.asked,
            "answered": record.answered,
            "declined": record.declined,
            "withdrawn": record.withdrawn,
        },
        verdicts=verdicts,
        system_id=system_id,
    )


def _terms(provider: Provider, taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    size = taxonomy.size_of(provider.employees)
    return {
        "tool": tuple(provider.tools),
        "region": tuple(provider.regions),
        "size": (size,) if size else (),
        "country": (provider.country,) if provider.country else (),
        "engagement": tuple(provider.engagement),
    }

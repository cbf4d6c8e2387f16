"""Everything that one provider's page shows, gathered in a fixed number of queries."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.catalogue.schema import NoMisrepresentation
from directory.catalogue.services import Catalogue
from directory.core.dates import add_months
from directory.core.places import country_name
from directory.evidence.queries import measured
from directory.evidence.wording import number
from directory.providers.models import Provider, System
from directory.references.queries import ReferenceRecord, public_record
from directory.review.queries import Notice, upheld_notices
from directory.rules.evaluator import Verdicts
from directory.rules.queries import load_verdicts
from directory.web.profile.answers import (
    AreaPart,
    CertificationLine,
    area_parts,
    certification_line,
)
from directory.web.profile.history import Past, history
from directory.web.profile.links import Link, LinkGroup, domain_text, outward, term_links
from directory.web.profile.rules import Reasons, reasons
from directory.web.profile.systems import SystemPart, system_parts

LEAD_CHARACTERS = 900
PARAGRAPH_BREAK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
TERM_HEADINGS = (
    ("industry", "industries", "Industries"),
    ("agent_type", "agent_types", "Kinds of agent"),
    ("engagement", "engagement", "Ways to engage"),
    ("language", "languages", "Languages"),
    ("region", "regions", "Hosting"),
    ("cloud", "clouds", "Clouds"),
    ("model", "models", "Models"),
    ("framework", "frameworks", "Frameworks"),
    ("tool", "tools", "Tools"),
)
"""Facet parameter, column of the provider, heading on the page."""


@dataclass(frozen=True, slots=True)
class About:
    """A description as paragraphs: those shown at once, and the rest."""

    lead: tuple[str, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a customer said for publication, and who that is as far as consent goes; mostly no `person`."""

    text: str
    person: str
    label: str
    system: str
    answered_on: date
    verified_on: date


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """One provider, ready to be shown; see the parts for their fields."""

    provider: Provider
    website: str | None
    website_text: str
    country: Link | None
    min_project: str
    about: About
    reasons: Reasons
    live: tuple[SystemPart, ...]
    retired: tuple[SystemPart, ...]
    areas: tuple[AreaPart, ...]
    certifications: tuple[CertificationLine, ...]
    terms: tuple[LinkGroup, ...]
    references: ReferenceRecord
    quotes: tuple[Quote, ...]
    notices: tuple[Notice, ...]
    old_notices: tuple[Notice, ...]
    past: tuple[Past, ...]
    source_address: str | None
    canonical: str
    linked_data: dict[str, Any]


def paragraphs(text: str) -> tuple[str, ...]:
    """Return plain text as paragraphs; single line breaks stay inside them, whatever kind they were."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return tuple(part.strip() for part in PARAGRAPH_BREAK.split(plain) if part.strip())


def about(text: str) -> About:
    """Return a description with its beginning set apart when it is long; no word is cut."""
    parts = list(paragraphs(text))
    if sum(map(len, parts)) <= LEAD_CHARACTERS * 3 // 2:
        return About(tuple(parts), ())
    lead: list[str] = []
    while parts and sum(map(len, lead)) + len(parts[0]) <= LEAD_CHARACTERS:
        lead.append(parts.pop(0))
    if not lead:
        cut = parts[0].rfind(" ", 0, LEAD_CHARACTERS)
        cut = cut if cut > 0 else LEAD_CHARACTERS
        lead, parts[0] = [parts[0][:cut].rstrip()], parts[0][cut:].strip()
    return About(tuple(lead), tuple(parts))


def _terms(provider: Provider) -> tuple[LinkGroup, ...]:
    groups = (
        LinkGroup(heading, term_links(parameter, getattr(provider, column) or ()))
        for parameter, column, heading in TERM_HEADINGS
    )
    return tuple(group for group in groups if group.links)


def _quotes(record: ReferenceRecord, verdicts: Verdicts) -> tuple[Quote, ...]:
    """Return the quotes of references in force, newest first."""
    names = {system.facts.id: system.facts.name for system in verdicts.systems}
    newest = sorted(verdicts.references, key=lambda one: (one.answered_on, one.id), reverse=True)
    return tuple(
        Quote(
            text=record.quotes[one.id],
            person=record.people.get(one.id, ""),
            label=one.label,
            system=names.get(one.system_id, ""),
            answered_on=one.answered_on,
            verified_on=one.verified_on,
        )
        for one in newest
        if one.id in record.quotes
    )


def _recent_months(catalogue: Catalogue) -> int:
    """Return for how long the rules in force hold an upheld misrepresentation against a provider."""
    conditions = (rule.condition for rule in catalogue.rules.by_id.values())
    return max((one.months for one in conditions if isinstance(one, NoMisrepresentation)), default=12)


def linked_data(provider: Provider, address: str) -> dict[str, Any]:
    """Return the provider as a schema.org Organization; only what is stated."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": f"{address}#organization",
        "name": provider.name,
        "url": outward(provider.website),
        "description": provider.summary,
        "mainEntityOfPage": address,
    }
    if provider.founded is not None:
        found["foundingDate"] = str(provider.founded)
    if provider.employees is not None:
        found["numberOfEmployees"] = {"@type": "QuantitativeValue", "value": provider.employees}
    if provider.country:
        found["address"] = {"@type": "PostalAddress", "addressCountry": provider.country}
    if provider.languages:
        found["knowsLanguage"] = list(provider.languages)
    return {name: value for name, value in found.items() if value}


def _min_project(provider: Provider) -> str:
    if provider.min_project_amount is None:
        return ""
    return f"{number(provider.min_project_amount)} {provider.min_project_currency}"


def provider_page(session: Session, provider: Provider, catalogue: Catalogue, on: date, address: str) -> ProviderPage:
    """Return the page of one provider on a day; `address` is its canonical one."""
    verdicts = load_verdicts(session, [provider.id], catalogue, on)[provider.id]
    rows = {row.id: row for row in session.scalars(select(System).where(System.provider_id == provider.id))}
    systems = system_parts(verdicts, rows, measured(session, provider.id), catalogue.rules)
    record = public_record(session, provider.id)
    notices = upheld_notices(session, provider.id)
    months = _recent_months(catalogue)
    country = provider.country
    return ProviderPage(
        provider=provider,
        website=outward(provider.website),
        website_text=domain_text(provider.domain),
        country=Link(country_name(country), term_links("country", [country])[0].address) if country else None,
        min_project=_min_project(provider),
        about=about(provider.description),
        reasons=reasons(verdicts, catalogue),
        live=tuple(part for part in systems if part.is_live),
        retired=tuple(part for part in systems if not part.is_live),
        areas=area_parts(verdicts, catalogue.checklist),
        certifications=tuple(certification_line(one) for one in verdicts.certifications.values()),
        terms=_terms(provider),
        references=record,
        quotes=_quotes(record, verdicts),
        notices=tuple(one for one in notices if on < add_months(one.decided_on, months)),
        old_notices=tuple(one for one in notices if on >= add_months(one.decided_on, months)),
        past=history(session, verdicts, catalogue),
        source_address=outward(provider.source_url),
        canonical=address,
        linked_data=linked_data(provider, address),
    )

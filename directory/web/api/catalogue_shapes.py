"""Checklist and rules in force, as types."""

from datetime import date

from msgspec import Struct

from directory.catalogue.schema import Area, Check, EvidencePolicy
from directory.rules.evaluator import TierName
from directory.web.api.shapes import PageLinks


class Checklist(Struct, frozen=True):
    """The readiness checklist in force."""

    version: str
    published_on: date
    summary: str
    areas: tuple[Area, ...]
    links: PageLinks


class PublishedRule(Struct, frozen=True):
    """One rule: as a sentence, and as the condition that is computed."""

    id: str
    name: str
    sentence: str
    condition: Check


class PublishedTier(Struct, frozen=True):
    """A tier of Production Experience; it includes the rules of the tiers before it."""

    id: TierName
    name: str
    summary: str
    rules: tuple[PublishedRule, ...]


class PublishedProduction(Struct, frozen=True):
    """The filter Production Experience, its tiers from lowest to highest."""

    name: str
    summary: str
    tiers: tuple[PublishedTier, ...]


class PublishedEnterprise(Struct, frozen=True):
    """The filter Enterprise."""

    name: str
    summary: str
    rules: tuple[PublishedRule, ...]


class Rules(Struct, frozen=True):
    """The rules in force: how evidence is weighed, and what the two filters ask."""

    version: str
    published_on: date
    summary: str
    evidence: EvidencePolicy
    production: PublishedProduction
    enterprise: PublishedEnterprise
    links: PageLinks

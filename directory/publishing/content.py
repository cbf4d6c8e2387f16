"""What a vendor writes, as one plain JSON object: every scalar a text as typed, "" where nothing stands.

`{"profile": {…}, "systems": [{"key", …, "figures": {metric: {…}}}], "answers": {criterion: {…}},
"certifications": [{…}]}`. Figures, answers and certifications carry their day, `as_of`. A system's key is its number,
or `new-<hex>` until it has been public. In memory there is also `"areas"`, criterion → area of the checklist in force,
so that answers can be told apart by area; it isn't stored.

A section is what one page edits: `profile`, `systems/<key>`, `answers/<area>` or `certifications`.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from directory.catalogue.services import in_force
from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.exchange.current import load_stated
from directory.providers.models import TERM_FIELDS, Provider, System

Content = dict[str, Any]

PROFILE_TEXTS = {
    "name": "name",
    "website": "website",
    "summary": "summary",
    "description": "description",
    "country": "country",
    "founded": "founded",
    "employees": "employees",
    "min_amount": "min_project_amount",
    "min_currency": "min_project_currency",
}
SYSTEM_TEXTS = {
    "name": "name",
    "summary": "summary",
    "industry": "industry",
    "agent_type": "agent_type",
    "live_since": "live_since",
    "retired_on": "retired_on",
    "customer_name": "customer_name",
    "customer_website": "customer_website",
    "customer_employees": "customer_employees",
    "customer_regulated": "customer_is_regulated",
}
FIGURE_TEXTS = {
    "value": "value",
    "as_of": "as_of_on",
    "window_days": "window_days",
    "method": "method",
    "source_url": "source_url",
    "coverage": "coverage",
}
ANSWER_TEXTS = {"status": "status", "note": "note", "evidence_url": "evidence_url", "as_of": "as_of_on"}
CERTIFICATION_TEXTS = {"name": "name", "valid_until": "valid_until", "url": "url", "as_of": "as_of_on"}
NEW = "new-"
STORED = ("profile", "systems", "answers", "certifications")


def is_new(key: str) -> bool:
    """Whether a system's key says that it was never public."""
    return key.startswith(NEW)


def blank(name: str = "", website: str = "") -> Content:
    """Return the content of an entry of which nothing is said yet but who it is."""
    profile: dict[str, Any] = dict.fromkeys(PROFILE_TEXTS, "") | {field: [] for field in TERM_FIELDS}
    return {"profile": profile | {"name": name, "website": website}, "systems": [], "answers": {}, "certifications": []}


def published(session: Session, provider: Provider) -> Content:
    """Return what stands in the live tables now, public or not, in the shape of a draft; five queries."""
    current = load_stated(session, [provider])
    answers = sorted(current.answers.get(provider.id, {}).items())
    stated = current.certifications.get(provider.id, {})
    profile: dict[str, Any] = _texts(provider, PROFILE_TEXTS)
    return with_areas(
        session,
        {
            "profile": profile | {name: list(getattr(provider, name) or ()) for name in TERM_FIELDS},
            "systems": [system_content(one, current.figures.get(one.id, {})) for one in provider.systems],
            "answers": {criterion: _texts(answer, ANSWER_TEXTS) for criterion, answer in answers},
            "certifications": [_texts(one, CERTIFICATION_TEXTS) for _, one in sorted(stated.items())],
        },
    )


def system_content(system: System, figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Return one system in the shape of a draft."""
    stated = {metric.value: _texts(figures[metric], FIGURE_TEXTS) for metric in Metric if metric in figures}
    is_public = "yes" if system.customer_is_public else ""
    return {"key": str(system.id), **_texts(system, SYSTEM_TEXTS), "customer_public": is_public, "figures": stated}


def with_areas(session: Session, content: Content) -> Content:
    """Return a stored content with the areas of its answers, by the checklist in force."""
    areas = {one.id: area.id for area in in_force(session).checklist.areas for one in area.criteria}
    return {**content, "areas": areas}


def to_store(content: Content) -> Content:
    """Return what of a content is kept."""
    return {name: content[name] for name in STORED}


def section(content: Content, name: str) -> Any:  # noqa: ANN401 - a part of a JSON document
    """Return one section; None for a system that isn't there."""
    kind, _, of = name.partition("/")
    if kind == "systems":
        return next((one for one in content["systems"] if one["key"] == of), None)
    if kind == "answers":
        areas = content["areas"]
        return {criterion: one for criterion, one in content["answers"].items() if areas.get(criterion) == of}
    return content[kind]


def with_section(content: Content, name: str, value: Any) -> Content:  # noqa: ANN401 - a part of a JSON document
    """Return the content with one section replaced; a system that isn't there yet comes last, None takes it out."""
    kind, _, of = name.partition("/")
    if kind == "systems":
        return {**content, "systems": _with_system(content["systems"], of, value)}
    if kind == "answers":
        areas = content["areas"]
        others = {criterion: one for criterion, one in content["answers"].items() if areas.get(criterion) != of}
        return {**content, "answers": others | value}
    return {**content, kind: value}


def with_days(content: Content, known: Content) -> Content:
    """Return a content in which what carries no day has that of the same statement in `known`.

    Drafts and submissions of before answers and certifications had their day carry none.
    """
    held = {one.get("name"): one for one in known["certifications"]}
    answers = {name: _with_day(one, known["answers"].get(name)) for name, one in content["answers"].items()}
    certifications = [_with_day(one, held.get(one.get("name"))) for one in content["certifications"]]
    return {**content, "answers": answers, "certifications": certifications}


def has_days(content: Content) -> bool:
    """Whether every answer and certification carries its day."""
    return all(one.get("as_of") for one in (*content["answers"].values(), *content["certifications"]))


def said(statement: Mapping[str, str]) -> dict[str, str]:
    """Return what an answer or a certification says, apart from the day."""
    return {name: one for name, one in statement.items() if one and name != "as_of"}


def _with_day(statement: dict[str, str], known: Mapping[str, str] | None) -> dict[str, str]:
    if statement.get("as_of") or known is None or not known.get("as_of") or said(statement) != said(known):
        return statement
    return {**statement, "as_of": known["as_of"]}


def fingerprint(value: Any) -> str:  # noqa: ANN401 - a part of a JSON document
    """Return a hash that is the same for two sections that say the same; what is empty says nothing."""
    encoded = json.dumps(essence(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def essence(value: Any) -> Any:  # noqa: ANN401 - a part of a JSON document
    """Return a part of a content without what is empty in its objects."""
    if isinstance(value, dict):
        kept = ((name, essence(one)) for name, one in value.items() if name != "areas")
        return {name: one for name, one in kept if one not in ("", [], {}, None)}
    return [essence(one) for one in value] if isinstance(value, list) else value


def _with_system(systems: list[Any], key: str, value: Any) -> list[Any]:  # noqa: ANN401 - a part of a JSON document
    if value is None:
        return [one for one in systems if one["key"] != key]
    if all(one["key"] != key for one in systems):
        return [*systems, value]
    return [value if one["key"] == key else one for one in systems]


def _texts(row: object, names: Mapping[str, str]) -> dict[str, str]:
    return {name: as_text(getattr(row, column)) for name, column in names.items()}


def as_text(value: str | float | Decimal | date | None) -> str:
    """Return a column's value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)

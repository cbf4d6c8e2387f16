"""From what a vendor typed to a line of the import format, which is then checked as any other line is.

What is empty is null: a vendor's content is whole, so what it doesn't say is taken back.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from directory.evidence.metrics import Metric
from directory.exchange.lines import NUMBER
from directory.exchange.parsing import WHOLE
from directory.providers.models import TERM_FIELDS
from directory.publishing.content import Content

YES_NO = {"yes": True, "no": False}
NUMBERS = frozenset({"founded", "employees", "value", "window_days", "amount"})
REQUIRED_TEXTS = frozenset({"name", "website", "status", "currency"})
REQUIRED_OTHERS = frozenset({"value", "as_of", "amount"})
NO_DAY = "must be a day that exists, as YYYY-MM-DD"


def typed(name: str, text: str) -> Any:  # noqa: ANN401 - a value of JSON
    """Return what a text stands for under a key of the format.

    A text that isn't a number where one belongs stays a text: the format's own check refuses it.
    """
    plain = text.strip()
    if name in NUMBERS and NUMBER.fullmatch(plain):
        return int(plain.removesuffix(".0")) if WHOLE.fullmatch(plain) else Decimal(plain)
    return text


def _given(texts: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys of an object; an empty required one says so, any other empty one is null."""
    found = {}
    for name, field in names.items():
        text = texts.get(field) or ""
        if text.strip():
            found[name] = typed(name, text)
        elif name in REQUIRED_TEXTS:
            found[name] = ""
        elif name not in REQUIRED_OTHERS:
            found[name] = None
    return found


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def profile_object(profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return the profile's keys of a line."""
    texts = _given(profile, _same("name", "website", "summary", "description", "country", "founded", "employees"))
    lists = {name: [one for one in profile.get(name) or () if one.strip()] for name in TERM_FIELDS}
    least = {"amount": "min_amount", "currency": "min_currency"}
    has_least = any((profile.get(field) or "").strip() for field in least.values())
    return {**texts, **lists, "min_project": _given(profile, least) if has_least else None}


def system_object(system: Mapping[str, Any]) -> dict[str, Any]:
    """Return one system of a line."""
    texts = _given(system, _same("name", "summary", "industry", "agent_type", "live_since", "retired_on"))
    customer = {**_given(system, {"employees": "customer_employees"}), **_customer(system)}
    given = system.get("figures") or {}
    figures = {metric.value: figure_object(given.get(metric) or {}) for metric in Metric}
    return {**texts, "customer": customer, "figures": figures}


def _customer(system: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs from other objects: a customer needs no name, and two keys are true or false."""
    name, regulated = (system.get("customer_name") or "").strip(), system.get("customer_regulated") or ""
    website = (system.get("customer_website") or "").strip()
    return {
        "name": name or None,
        "website": website or None,
        "regulated": YES_NO.get(regulated, regulated or None),
        "public": system.get("customer_public") == "yes",
    }


def figure_object(figure: Mapping[str, str]) -> dict[str, Any] | None:
    """Return one figure; None where nothing of it is said."""
    if not any((text or "").strip() for text in figure.values()):
        return None
    return _given(figure, _same("value", "as_of", "window_days", "method", "source_url", "coverage"))


def answer_object(answer: Mapping[str, str]) -> dict[str, Any] | None:
    """Return one answer; None where nothing of it is said."""
    if not any((text or "").strip() for text in answer.values()):
        return None
    return _given(answer, _same("status", "note", "evidence_url"))


def day_of(statement: Mapping[str, str]) -> date | None:
    """Return the day as of which an answer or a certification is stated; None where none is given.

    The format has no such key: there it is the day on which a source was read.

    Raises:
        ValueError: it is no day.

    """
    text = (statement.get("as_of") or "").strip()
    try:
        return msgspec.convert(text, date) if text else None
    except msgspec.ValidationError as error:
        raise ValueError(NO_DAY) from error


def certification_objects(certifications: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return the certifications of a line."""
    return [_given(one, _same("name", "valid_until", "url")) for one in certifications]


def line_object(content: Content, criteria: frozenset[str]) -> dict[str, Any]:
    """Return the whole line; answers to criteria that the checklist no longer has are left as they are."""
    answers = {criterion: answer_object(one) for criterion, one in content["answers"].items() if criterion in criteria}
    return {
        **profile_object(content["profile"]),
        "certifications": certification_objects(content["certifications"]),
        "systems": [system_object(one) for one in content["systems"]],
        "answers": answers,
    }

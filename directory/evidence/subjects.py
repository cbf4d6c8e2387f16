"""What a document shows, as a form says it: figures of systems, criteria, certifications. Pure.

A field's name says what it is about: `figure-<system id>-<metric>`, `coverage-<system id>`, `criterion-<id>`,
`certification-<id>`. The vendor says what a document shows, and the admin confirms or corrects it, in the same fields.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.evidence.models import Evidence
from directory.readiness.models import Status

MOST_TYPED = 20


@dataclass(frozen=True, slots=True)
class Scope:
    """What a provider's documents may speak of: its systems by id, and the catalogue's criteria and certifications."""

    systems: Mapping[int, str]
    criteria: Mapping[str, str]
    certifications: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a document shows: a figure of a system, a criterion's status, or a certification."""

    system_id: int | None = None
    metric: Metric | None = None
    value: Decimal | None = None
    coverage: Coverage | None = None
    criterion: str | None = None
    status: Status | None = None
    certification: str | None = None

    def kept(self) -> dict[str, Any]:
        """Return it as the document's row keeps it."""
        if self.metric is not None:
            coverage = {"coverage": self.coverage.value} if self.coverage else {}
            return {"system_id": self.system_id, "metric": self.metric.value, "value": str(self.value), **coverage}
        if self.criterion is not None:
            return {"criterion": self.criterion, "status": self.status.value if self.status else ""}
        return {"certification": self.certification}

    def evidence(self) -> Evidence:
        """Return the evidence that a checked document gives; its provider, document and days are the caller's."""
        return Evidence(
            system_id=self.system_id,
            metric=self.metric,
            low=self.value,
            high=self.value,
            coverage=self.coverage,
            criterion=self.criterion,
            status=self.status,
            certification=self.certification,
        )


def typed_from(kept: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the fields of a form that shows what a document's row keeps."""
    fields: dict[str, str] = {}
    for one in kept:
        if "metric" in one:
            fields[f"figure-{one['system_id']}-{one['metric']}"] = str(one["value"])
            if one.get("coverage"):
                fields[f"coverage-{one['system_id']}"] = str(one["coverage"])
        elif "criterion" in one:
            fields[f"criterion-{one['criterion']}"] = str(one["status"])
        else:
            fields[f"certification-{one['certification']}"] = "yes"
    return fields


def parse(typed: Mapping[str, str], scope: Scope) -> tuple[list[Subject], dict[str, str]]:
    """Return what the fields say, and what is wrong with them by the field's name. Empty fields say nothing.

    Only what lies within the scope is read: fields about anything else aren't there.
    """
    problems: dict[str, str] = {}
    found = [
        subject
        for system_id in scope.systems
        for metric in Metric
        if (subject := _figure(typed, system_id, metric, problems)) is not None
    ]
    found += [
        Subject(criterion=criterion, status=status)
        for criterion in scope.criteria
        if (status := _status(typed, criterion, problems)) is not None
    ]
    found += [
        Subject(certification=name) for name in scope.certifications if typed.get(f"certification-{name}", "").strip()
    ]
    return found, problems


def _figure(typed: Mapping[str, str], system_id: int, metric: Metric, problems: dict[str, str]) -> Subject | None:
    name = f"figure-{system_id}-{metric}"
    text = typed.get(name, "").strip()
    if not text:
        return None
    value = _value(text, metric)
    if value is None:
        definition = DEFINITIONS[metric]
        problems[name] = (
            f"{definition.label}: a number from 0 to {int(definition.highest):,} in steps of {definition.step}."
        )
        return None
    coverage = typed.get(f"coverage-{system_id}", "").strip()
    if metric is Metric.RESPONSE_MINUTES and coverage not in set(Coverage):
        problems[f"coverage-{system_id}"] = "Say when this response time holds."
        return None
    held = Coverage(coverage) if metric is Metric.RESPONSE_MINUTES else None
    return Subject(system_id=system_id, metric=metric, value=value, coverage=held)


def _value(text: str, metric: Metric) -> Decimal | None:
    plain = text.replace(",", "").replace("\u202f", "").replace(" ", "").rstrip("%")
    try:
        value = Decimal(plain) if len(plain) <= MOST_TYPED and "_" not in plain else None
    except InvalidOperation:
        return None
    return value if value is not None and DEFINITIONS[metric].is_acceptable(value) else None


def _status(typed: Mapping[str, str], criterion: str, problems: dict[str, str]) -> Status | None:
    text = typed.get(f"criterion-{criterion}", "").strip()
    if text and text not in set(Status):
        problems[f"criterion-{criterion}"] = "Choose one of the answers."
        return None
    return Status(text) if text else None

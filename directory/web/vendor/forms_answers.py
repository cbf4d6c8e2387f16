"""What is asked about the criteria of one area."""

from collections.abc import Mapping
from typing import Any

from directory.catalogue.schema import Area
from directory.publishing.content import said
from directory.readiness.models import Status
from directory.web.vendor.forms_edit import Asked, AskedGroup, Choices, Typed

STATUS_LABELS: Choices = (
    ("", "Not answered"),
    (Status.MET, "Met"),
    (Status.PARTLY, "Partly"),
    (Status.UNMET, "Unmet"),
    (Status.NOT_APPLICABLE, "Not applicable"),
)


def answer_groups(area: Area) -> tuple[AskedGroup, ...]:
    """Return what is asked about the criteria of one area."""
    return tuple(
        AskedGroup(
            criterion.id,
            criterion.question,
            (
                Asked(f"{criterion.id}.status", "Your answer", "radio", choices=STATUS_LABELS),
                Asked(f"{criterion.id}.note", "How", "area", criterion.good, rows=3),
                Asked(f"{criterion.id}.evidence_url", "Where it can be seen", "address", criterion.evidence),
                Asked(f"{criterion.id}.as_of", "Stated as of", "day", "Becomes today when you change the answer."),
            ),
            criterion.why,
            criterion.id,
        )
        for criterion in area.criteria
    )


def answers_typed(value: Mapping[str, Any]) -> Typed:
    """Return an area's answers by field."""
    return {
        f"{criterion}.{name}": str(one or "") for criterion, answer in value.items() for name, one in answer.items()
    }


def answers_value(typed: Typed) -> dict[str, Any]:
    """Return an area's answers as the draft keeps them: what is said to nothing at all is left out."""
    found: dict[str, dict[str, str]] = {}
    for path, one in typed.items():
        criterion, name = path.rsplit(".", 1)
        found.setdefault(criterion, {})[name] = str(one)
    return {criterion: answer for criterion, answer in found.items() if said(answer)}

"""What a referee sees once something came of their link: what they said, what is published, how to take it back."""

from dataclasses import dataclass

from flask import make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from directory.evidence.metrics import DEFINITIONS, Metric
from directory.references.models import ReferenceState, Relationship, Tie
from directory.references.questions import told_of
from directory.references.testimony import label_of
from directory.web.referee.forms import CANT_SAY, RELATIONSHIPS, STATUS_LABELS, TIES
from directory.web.referee.links import Opened
from directory.web.session import catalogue


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was said, as (question, answer) pairs; `label` is how pages name the firm."""

    opened: Opened
    declared: tuple[tuple[str, str], ...]
    said: tuple[tuple[str, str], ...]
    label: str
    person: str
    may_withdraw: bool


def receipt(found: Opened) -> AnyResponse:
    """Show what came of a reference."""
    reference = found.reference
    person = ", ".join(filter(None, (reference.referee_name, reference.referee_title)))
    page = Receipt(
        opened=found,
        declared=_declared(found),
        said=_said(found),
        label=label_of(reference, catalogue().taxonomy),
        person=person if reference.may_show_person else "",
        may_withdraw=reference.state in (ReferenceState.ANSWERED, ReferenceState.VERIFIED, ReferenceState.REJECTED),
    )
    return make_response(render_template("referee/receipt.html", page=page))


def _declared(found: Opened) -> tuple[tuple[str, str], ...]:
    reference = found.reference
    if reference.relationship is None:
        return ()
    ties = "; ".join(TIES[Tie(one)] for one in reference.ties) or TIES["none"]
    return (("Your firm and theirs", RELATIONSHIPS[Relationship(reference.relationship)]), ("Ties", ties))


def _said(found: Opened) -> tuple[tuple[str, str], ...]:
    reference, criteria = found.reference, catalogue().checklist.criteria
    asked = reference.asked
    figures = []
    for name in asked.get("metrics", ()):
        told = told_of(reference.answers, Metric(name))
        figures.append((DEFINITIONS[Metric(name)].label, told.in_words(Metric(name)) if told else "I can’t say"))
    seen = [
        (
            criteria[one].name if one in criteria else one,
            STATUS_LABELS[reference.answers.get(one, {}).get("status", CANT_SAY)],
        )
        for one in asked.get("criteria", ())
    ]
    return (*figures, *seen)

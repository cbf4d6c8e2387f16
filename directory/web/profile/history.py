"""What a provider stated before: superseded by something newer, or expired because nothing newer came."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.evidence import queries
from directory.evidence.history import expired_on
from directory.evidence.metrics import DEFINITIONS
from directory.evidence.wording import day, quantity
from directory.rules.evaluator import Verdicts
from directory.web.profile.answers import STATUS_WORDS


@dataclass(frozen=True, slots=True)
class Past:
    """Something that no longer counts: what it was about, what it said, as of when, and how it ended on which day."""

    about: str
    value: str
    as_of_on: date
    ending: str
    ended_on: date


def _superseded(session: Session, provider_id: int, names: Mapping[int, str], catalogue: Catalogue) -> Iterator[Past]:
    for figure in queries.past_figures(session, provider_id):
        about = f"{names.get(figure.system_id, '')}: {DEFINITIONS[figure.metric].label.lower()}"
        value = quantity(figure.metric, figure.value, figure.coverage)
        yield Past(about, value, figure.as_of_on, "superseded", figure.superseded_on)
    criteria = catalogue.checklist.criteria
    for answer in queries.past_answers(session, provider_id):
        about = criteria[answer.criterion].name if answer.criterion in criteria else answer.criterion
        yield Past(about, STATUS_WORDS[answer.status], answer.as_of_on, "superseded", answer.superseded_on)
    for one in queries.past_certifications(session, provider_id):
        about = catalogue.taxonomy.label("certification", one.name)
        yield Past(about, _validity(one.valid_until), one.as_of_on, "superseded", one.superseded_on)


def _validity(valid_until: date | None) -> str:
    return f"valid until {day(valid_until)}" if valid_until else "held"


def _expired(verdicts: Verdicts, catalogue: Catalogue) -> Iterator[Past]:
    policy, on = catalogue.rules.evidence, verdicts.on
    for system in verdicts.systems:
        for metric, figure in system.facts.figures.items():
            if metric not in system.figures:
                about = f"{system.facts.name}: {DEFINITIONS[metric].label.lower()}"
                value = quantity(metric, figure.value, figure.coverage)
                yield Past(about, value, figure.as_of_on, "expired", expired_on(figure, policy, on))
    for answer in verdicts.facts.answers:
        if answer.criterion not in verdicts.answers:
            about, value = answer.label or answer.criterion, STATUS_WORDS[answer.status]
            yield Past(about, value, answer.as_of_on, "expired", expired_on(answer, policy, on))
    for one in verdicts.facts.certifications:
        if one.name not in verdicts.certifications:
            about, value = one.label or one.name, _validity(one.valid_until)
            yield Past(about, value, one.as_of_on, "expired", expired_on(one, policy, on))


def history(session: Session, verdicts: Verdicts, catalogue: Catalogue) -> tuple[Past, ...]:
    """Return everything that no longer counts, the last to end first; three queries."""
    names = {system.facts.id: system.facts.name for system in verdicts.systems}
    past = [*_superseded(session, verdicts.facts.id, names, catalogue), *_expired(verdicts, catalogue)]
    return tuple(sorted(past, key=lambda one: (one.ended_on, one.about), reverse=True))

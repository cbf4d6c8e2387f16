"""When something that is no longer in force stopped being so. Pure."""

from datetime import date, timedelta

from directory.catalogue.schema import EvidencePolicy
from directory.evidence.facts import AnswerFacts, CertificationFacts, FigureFacts
from directory.evidence.levels import Source
from directory.evidence.weighing import statement_ends_on, support_ends_on


def expired_on(facts: FigureFacts | AnswerFacts | CertificationFacts, policy: EvidencePolicy, on: date) -> date:
    """Return the first day on which neither the statement nor any evidence that ever counted was in force.

    Only of use for something that weighs nothing on the day `on`. A certification also ends with its own validity.
    """
    is_certification = isinstance(facts, CertificationFacts)
    counted = [
        one
        for one in facts.supports
        if one.is_sufficient and one.from_on <= on and (one.source is Source.DOCUMENT or not is_certification)
    ]
    end = max([statement_ends_on(facts.as_of_on, policy), *(support_ends_on(one, policy) for one in counted)])
    if isinstance(facts, CertificationFacts) and facts.valid_until is not None:
        end = min(end, facts.valid_until + timedelta(days=1))
    return end

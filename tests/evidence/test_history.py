"""When what has expired did so."""

from datetime import date

from directory.catalogue.services import Catalogue
from directory.evidence.facts import CertificationFacts, FigureFacts, Support
from directory.evidence.history import expired_on
from directory.evidence.levels import Source
from directory.evidence.metrics import Metric
from directory.evidence.weighing import weigh_certification, weigh_figure
from tests.factories import ON, VALUES


def support(dated_on: date, source: Source = Source.REFERENCE, *, is_sufficient: bool = True) -> Support:
    low = VALUES[Metric.UPTIME_PERCENT]
    return Support(1, source, dated_on, dated_on, low=low, high=low, is_sufficient=is_sufficient)


def figure(as_of_on: date, *supports: Support) -> FigureFacts:
    return FigureFacts(1, Metric.UPTIME_PERCENT, VALUES[Metric.UPTIME_PERCENT], as_of_on, supports=supports)


def test_a_figure_ends_with_the_last_of_its_statement_and_evidence(catalogue: Catalogue) -> None:
    policy = catalogue.rules.evidence
    stated = figure(date(2026, 1, 31))
    confirmed = figure(date(2025, 1, 1), support(date(2025, 3, 1)))
    assert expired_on(stated, policy, ON) == date(2026, 7, 31)
    assert expired_on(confirmed, policy, ON) == date(2026, 3, 1)
    for one in (stated, confirmed):
        assert weigh_figure(one, policy, expired_on(one, policy, ON)) is None


def test_evidence_that_never_counted_keeps_nothing_alive(catalogue: Catalogue) -> None:
    patchy = figure(date(2025, 1, 1), support(date(2026, 1, 1), Source.OBSERVATION, is_sufficient=False))
    assert expired_on(patchy, catalogue.rules.evidence, ON) == date(2025, 7, 1)


def test_a_certification_ends_with_its_own_validity(catalogue: Catalogue) -> None:
    policy = catalogue.rules.evidence
    paper = support(date(2026, 5, 1), Source.DOCUMENT)
    valid = CertificationFacts("iso27001", date(2026, 5, 1), valid_until=date(2026, 10, 1), supports=(paper,))
    assert expired_on(valid, policy, ON) == date(2026, 10, 2)
    assert weigh_certification(valid, policy, date(2026, 10, 2)) is None
    assert weigh_certification(valid, policy, date(2026, 10, 1)) is not None
    said = CertificationFacts("iso27001", date(2025, 5, 1), supports=(support(date(2026, 5, 1)),))
    assert expired_on(said, policy, ON) == date(2025, 11, 1)

"""Assessments: making one, and reading what comes of it."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any

from sqlalchemy.orm import Session

from directory.assessments.needs import Needs
from directory.assessments.queries import find
from directory.assessments.report import Match, Report, report
from directory.assessments.scoring import AreaScore, Gap, Said
from directory.assessments.services import GONE, delete, start
from directory.catalogue.services import Catalogue
from directory.core import clock
from directory.core.errors import NotFoundError
from directory.evidence.levels import Level
from directory.search.query import QueryError
from directory.web.api import assessment_shapes as shapes
from directory.web.api.addresses import page_links
from directory.web.api.operations import Parameter, operation
from directory.web.security import limiter
from directory.web.session import catalogue, reader, services, today, transaction

LIMIT = "120 per hour"
KEY = Parameter(
    name="id",
    description="What the address of the assessment holds: of the one to work on it, or of the one to show it.",
    schema={"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
    where="path",
)


def by_id(_catalogue: Catalogue) -> tuple[Parameter, ...]:
    """Return what an address of one assessment takes."""
    return (KEY,)


def ids_in_force(schemas: dict[str, Any], catalogue: Catalogue) -> None:
    """Say which criteria and regions there are."""
    answers = schemas["NewAssessment"]["properties"]["answers"]
    answers["propertyNames"] = {"enum": list(catalogue.checklist.criteria)}
    regions = [term.id for term in catalogue.taxonomy.region]
    region = schemas["Needs"]["properties"]["region"]
    region["anyOf"] = [{"type": "string", "enum": regions}, {"type": "null"}]


@operation("/assessments", answer=shapes.Assessment, body=shapes.NewAssessment, narrow=ids_in_force, is_private=True)
def make_assessment(sent: shapes.NewAssessment) -> shapes.Assessment:
    """Assess a proof of concept.

    Answers to criteria of the checklist in force; any other is refused. What comes of them is answered at once and
    kept under an id that nobody can guess: `links.page` is its page, where it can be changed.
    """
    _refuse_unknown(sent, catalogue())
    needs = Needs(
        sent.needs.requests_per_day,
        _exact(sent.needs.uptime_percent),
        _exact(sent.needs.response_minutes),
        sent.needs.region,
    )
    answers = {one: Said(status.replace("_", "-")) for one, status in sent.answers.items()}
    with limiter.limit(LIMIT), transaction() as session:
        key = start(session, answers=answers, level=Level(sent.level), needs=needs, at=clock.now())
    with services().database.reading() as session:  # the request's own saw the database before
        return _read(session, key)


def _refuse_unknown(sent: shapes.NewAssessment, catalogue: Catalogue) -> None:
    errors = {}
    unknown = sorted(set(sent.answers) - set(catalogue.checklist.criteria))
    if unknown:
        errors["answers"] = f"the checklist in force has no such criterion: {', '.join(unknown[:5])}"
    if sent.needs.region and sent.needs.region not in {term.id for term in catalogue.taxonomy.region}:
        errors["needs"] = f"no such region: {sent.needs.region}"
    if errors:
        raise QueryError(errors)


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else round(Decimal(str(value)), 4)


@operation(
    "/assessments/{id}",
    answer=shapes.Assessment,
    parameters=by_id,
    errors=(HTTPStatus.NOT_FOUND,),
    is_private=True,
)
def get_assessment(id: str) -> shapes.Assessment:  # noqa: A002 - the parameter's name in the address
    """Read an assessment.

    As it stands now: its answers may have been changed on its page, and providers cover more or less from one day to
    the next.
    """
    return _read(reader(), id)


@operation(
    "/assessments/{id}",
    answer=None,
    parameters=by_id,
    errors=(HTTPStatus.NOT_FOUND,),
    is_private=True,
)
def delete_assessment(id: str) -> None:  # noqa: A002 - the parameter's name in the address
    """Delete an assessment.

    At once and for good. It takes the id to work on it; with the one to show it there is nothing here to delete.
    """
    with transaction() as session:
        delete(session, id, at=clock.now())


def _read(session: Session, key: str) -> shapes.Assessment:
    held = find(session, key, clock.now())
    if held is None:
        raise NotFoundError(GONE)
    return _shape(report(session, held, services().search.generation(catalogue(), today()), catalogue()))


def _shape(found: Report) -> shapes.Assessment:
    held, needs = found.held, found.held.needs
    return shapes.Assessment(
        id=held.key,
        level=int(held.level),
        checklist_version=held.checklist.version,
        answers={one: said.value for one, said in held.answers.items()},
        needs=shapes.Needs(
            needs.requests_per_day, _number(needs.uptime_percent), _number(needs.response_minutes), needs.region
        ),
        areas=tuple(_area(one) for one in found.assessed.areas),
        gaps=tuple(_gap(one) for one in found.assessed.gaps),
        questions=found.questions,
        providers=tuple(_provider(one, held.level) for one in found.matches.best),
        providers_total=found.matches.total,
        ends_at=held.ends_at,
        links=page_links(f"/api/v1/assessments/{held.key}", f"/assess/{held.key}"),
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _area(one: AreaScore) -> shapes.AssessedArea:
    return shapes.AssessedArea(
        id=one.area.id,
        met=one.counts[Said.MET],
        partly=one.counts[Said.PARTLY],
        unmet=one.counts[Said.UNMET],
        unknown=one.counts[Said.UNKNOWN],
        not_applicable=one.counts[Said.NOT_APPLICABLE],
        score=one.score,
    )


def _gap(one: Gap) -> shapes.AssessmentGap:
    criterion = one.criterion
    return shapes.AssessmentGap(criterion.id, criterion.risk, criterion.advice, one.said.value, criterion.question)  # type: ignore[arg-type]  # a gap is one of the three


def _provider(one: Match, level: Level) -> shapes.CoveringProvider:
    return shapes.CoveringProvider(
        one.provider.slug, one.provider.name, tuple(criterion.id for criterion in one.covers), int(level)
    )

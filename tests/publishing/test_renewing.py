"""What is published goes through a draft and back without a change, whatever it says and whenever it was stated."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.catalogue.services import Catalogue, install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.publishing.applying import apply
from directory.publishing.content import essence, has_days, published, to_store, with_days
from directory.publishing.diff import Differ
from directory.readiness.models import Answer, Certification, Status
from tests.factories import add_answer, add_certification, add_provider

DAYS = st.dates(date(1990, 1, 1), date(2026, 11, 3))
ANSWERS = st.dictionaries(
    st.sampled_from(["retries", "alerting", "sso", "dpa"]),
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(Status),
            "as_of_on": DAYS,
            "note": st.sampled_from(["", "Three times.", "One.\nTwo."]),
            "evidence_url": st.none() | st.just("https://trust.example/sso"),
        }
    ),
)
HELD = st.dictionaries(
    st.sampled_from(["iso27001", "soc2-type2"]),
    st.fixed_dictionaries({"as_of_on": DAYS, "valid_until": st.none() | DAYS}),
)


def bare(content: Any) -> Any:
    """Return a content as it was kept before answers and certifications carried their day."""
    statements = {name: {**one, "as_of": ""} for name, one in content["answers"].items()}
    return {
        **content,
        "answers": statements,
        "certifications": [one | {"as_of": ""} for one in content["certifications"]],
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS, held=HELD)
def test_what_is_published_applied_again_changes_nothing(
    database: Database, catalogue: Catalogue, answers: dict[str, Any], held: dict[str, Any]
) -> None:
    at = clock.now()
    with database.writing() as session:
        install_shipped(session, actor="test", at=at)
        provider = add_provider(session)
        for criterion, columns in answers.items():
            add_answer(session, provider, criterion, **columns)
        for name, columns in held.items():
            add_certification(session, provider, name, **columns)
        before = published(session, provider)
        for draft in (before, with_days(bare(before), before), bare(before)):
            apply(session, provider, to_store(draft), actor="test", at=at)
            session.flush()
            session.expire_all()
            assert essence(published(session, provider)) == essence(before)
        assert has_days(before)
        assert with_days(bare(before), before) == before
        assert Differ(catalogue).parts(before, published(session, provider)) == ()
        for kind in (Answer, Certification):
            assert (
                not session.query(kind).where(kind.provider_id == provider.id, kind.superseded_at.is_not(None)).count()
            )
        session.rollback()

"""Notices that are published."""

from directory.core.db import Database
from directory.review.models import ReportKind
from directory.review.queries import upheld_notices
from tests.factories import add_provider, add_report, days_ago


def test_only_upheld_misrepresentations_are_published_newest_first(database: Database) -> None:
    with database.writing() as session:
        provider, other = add_provider(session), add_provider(session)
        add_report(session, provider, notice="older", decided_on=days_ago(500))
        add_report(session, provider, notice="newer", decided_on=days_ago(5))
        add_report(session, provider, notice="dismissed", state="dismissed", decided_on=days_ago(1))
        add_report(session, provider, notice="open", state="open", decided_on=None)
        add_report(session, provider, notice="another kind", kind=ReportKind.CORRECTION)
        add_report(session, other, notice="another firm")
    with database.reading() as session:
        notices = upheld_notices(session, provider.id)
    assert [(one.text, one.decided_on) for one in notices] == [("newer", days_ago(5)), ("older", days_ago(500))]

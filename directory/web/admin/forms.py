"""The forms by which admins decide."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from directory.evidence.models import DocumentState
from directory.evidence.subjects import Subject, parse, typed_from
from directory.review.models import ReportKind, ReportState
from directory.web.forms import Form

MOST = 4_000
TOO_LONG = f"That is too long: {MOST:,} characters at most."


def tidy(text: str | None) -> str:
    """Return what was typed without blanks around it, with one kind of line break, and no NUL: databases take none."""
    return (text or "").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


class DecisionForm(Form):
    """What is decided and why, on the revision that was on the screen; the choices are given by the item."""

    outcome = RadioField("Decision", validators=[InputRequired("Choose what you decide.")])
    reason = TextAreaField("Reason", filters=[tidy], validators=[Length(max=MOST, message=TOO_LONG)])
    revision = HiddenField()

    def validate_reason(self, field: Field) -> None:
        """Refuse a decision that nobody could understand."""
        if not field.data:
            raise ValidationError("Say why: the vendor gets it by mail.")

    def attend(self, body: object, sent: Mapping[str, str]) -> None:
        """Learn what the item is about, and all that was sent, before anything is checked."""

    def more_errors(self) -> tuple[tuple[str, str], ...]:
        """Return what is wrong beyond the form's own fields, as (id of the field, text)."""
        return ()

    def seen(self) -> int:
        """Return the revision that was on the screen; one that can't be read is none that ever was."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class ReportDecisionForm(DecisionForm):
    """A decision on a report; an upheld misrepresentation is published with a notice."""

    notice = TextAreaField("Public notice", filters=[tidy], validators=[Length(max=MOST, message=TOO_LONG)])
    kind = ""

    def attend(self, body: object, sent: Mapping[str, str]) -> None:  # noqa: ARG002 - the report is enough
        """Learn what the report asks for."""
        self.kind = getattr(body, "kind", "")

    def validate_notice(self, field: Field) -> None:
        """Ask for the notice only where one is published."""
        is_published = self.kind == ReportKind.MISREPRESENTATION and self.outcome.data == ReportState.UPHELD
        if is_published and not field.data:
            raise ValidationError("Write what is published on the provider’s page.")


class DocumentDecisionForm(DecisionForm):
    """A decision on a document, with what it shows, value by value; only of one that is checked that counts."""

    findings: Sequence[Subject] = ()
    typed: Mapping[str, str] = MappingProxyType({})
    problems: Mapping[str, str] = MappingProxyType({})

    def attend(self, body: object, sent: Mapping[str, str]) -> None:
        """Read what the document shows: as it was sent, or before that as the vendor says."""
        scope, subjects = getattr(body, "scope"), getattr(body, "subjects")  # noqa: B009 - any item's body
        self.typed = sent or typed_from(subjects)
        self.findings, found = parse(self.typed, scope)
        self.problems = found if sent.get("outcome") == DocumentState.CHECKED else {}

    def more_errors(self) -> tuple[tuple[str, str], ...]:
        """Return what is wrong with the values, or that there are none."""
        if self.outcome.data == DocumentState.CHECKED and not self.findings and not self.problems:
            return (("shows", "Say what it shows: without that it is evidence of nothing."),)
        return tuple(self.problems.items())


class SearchForm(Form):
    """Whom to look for among the accounts."""

    words = StringField("Name or e-mail address", filters=[tidy], validators=[Length(max=320, message=TOO_LONG)])

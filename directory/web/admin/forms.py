"""The forms by which admins decide."""

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

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

    def seen(self) -> int:
        """Return the revision that was on the screen; one that can't be read is none that ever was."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class ReportDecisionForm(DecisionForm):
    """A decision on a report; an upheld misrepresentation is published with a notice."""

    notice = TextAreaField("Public notice", filters=[tidy], validators=[Length(max=MOST, message=TOO_LONG)])
    kind = ""

    def validate_notice(self, field: Field) -> None:
        """Ask for the notice only where one is published."""
        is_published = self.kind == ReportKind.MISREPRESENTATION and self.outcome.data == ReportState.UPHELD
        if is_published and not field.data:
            raise ValidationError("Write what is published on the provider’s page.")


class SearchForm(Form):
    """Whom to look for among the accounts."""

    words = StringField("Name or e-mail address", filters=[tidy], validators=[Length(max=320, message=TOO_LONG)])

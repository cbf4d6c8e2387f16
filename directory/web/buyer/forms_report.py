"""The form that asks for a correction or a removal, or reports a misrepresentation."""

import re

from wtforms import EmailField, RadioField, SelectChoice, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from directory.review.models import ReportKind
from directory.web.forms import Form, tidy

LEAST, MOST = 20, 4000
MOST_CONTACT = 254
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")
LABELS = {
    ReportKind.CORRECTION: "Correct something that is wrong or out of date",
    ReportKind.REMOVAL: "Remove the entry",
    ReportKind.MISREPRESENTATION: "Report that the firm misrepresents something",
}


class ReportForm(Form):
    """What is asked for, in which words, and where to answer."""

    kind = RadioField(
        "What do you ask for?",
        choices=[SelectChoice(kind.value, label) for kind, label in LABELS.items()],
        validators=[InputRequired("Choose what you ask for.")],
        validate_choice=True,
    )
    message = TextAreaField(
        "What is wrong, and what would be right?",
        filters=[tidy],
        validators=[
            Length(min=LEAST, message=f"Say a little more: {LEAST} characters or more."),
            Length(max=MOST, message=f"That is too long: {MOST:,} characters at most."),
        ],
    )
    contact = EmailField("Your e-mail address", filters=[tidy])

    def validate_contact(self, field: Field) -> None:
        """Take nothing, or one address that mail could reach."""
        if field.data and (len(field.data) > MOST_CONTACT or not ADDRESS.fullmatch(field.data)):
            message = "This doesn’t look like an e-mail address: name@firm.example. It may also stay empty."
            raise ValidationError(message)


def kind_asked(value: str | None) -> str:
    """Return the kind that a link preselects, or the commonest."""
    return value if value in set(ReportKind) else ReportKind.CORRECTION

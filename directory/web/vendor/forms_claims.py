"""The form that begins a claim."""

from wtforms import EmailField, RadioField, SelectChoice, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from directory.review.claims import LEAST_MESSAGE
from directory.review.models import ClaimMethod
from directory.web.forms import Form

MOST_MESSAGE = 2000
MOST_EMAIL = 254
LABELS = {
    ClaimMethod.EMAIL: "By a link to an e-mail address of the firm",
    ClaimMethod.DNS: "By a TXT record in the domain’s name system",
    ClaimMethod.ADMIN: "Neither works: an admin decides",
}


def plain(text: str | None) -> str:
    """Return what was typed without blanks around it, with one kind of line break, and no NUL."""
    return (text or "").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


class ClaimForm(Form):
    """How somebody will show that the firm is theirs."""

    method = RadioField(
        "How will you show that it is your firm?",
        choices=[SelectChoice(method.value, label) for method, label in LABELS.items()],
        validators=[InputRequired("Choose one way.")],
    )
    email = EmailField("Your address at the firm", filters=[plain])
    message = TextAreaField(
        "What an admin should know",
        filters=[plain],
        validators=[Length(max=MOST_MESSAGE, message=f"That is too long: {MOST_MESSAGE:,} characters at most.")],
    )

    def validate_email(self, field: Field) -> None:
        """Ask for an address where the link goes to one; whether it is the firm's is decided behind the form."""
        if self.method.data == ClaimMethod.EMAIL and (not field.data or len(field.data) > MOST_EMAIL):
            raise ValidationError("Type an address at the firm’s own domain.")

    def validate_message(self, field: Field) -> None:
        """Ask for words where an admin decides."""
        if self.method.data == ClaimMethod.ADMIN and len(field.data) < LEAST_MESSAGE:
            raise ValidationError(
                f"Say who you are to the firm, and how that can be seen: {LEAST_MESSAGE} characters or more."
            )

"""The form that adds a document as evidence."""

from datetime import date

from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from directory.providers.websites import AddressError, normalise_url
from directory.web.forms import Form

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 1, 1)


def line(text: str | None) -> str:
    """Return what was typed as one line: no NUL, no other control characters, no blanks around it."""
    return " ".join("".join(one if one.isprintable() else " " for one in text or "").split())


def read_day(text: str) -> date | None:
    """Return the day that was typed as 2026-11-03; None for an empty text. Raise `ValueError` for anything else."""
    if not text:
        return None
    day = date.fromisoformat(text)
    if not EARLIEST <= day <= LATEST:
        raise ValueError("out of range")
    return day


class DocumentForm(Form):
    """What the document is and where it lies; what it shows is asked beside it (see `evidence.subjects`).

    `kept` is a signed note of a file that arrived with a form which came back: nobody has to send it twice.
    """

    title = StringField(
        "Title",
        filters=[line],
        validators=[
            InputRequired("Say what the document is called."),
            Length(max=200, message="200 characters at most."),
        ],
    )
    entity = StringField(
        "Whom it is about",
        filters=[line],
        validators=[InputRequired("Say which firm it names."), Length(max=200, message="200 characters at most.")],
    )
    scope = TextAreaField(
        "What it covers",
        filters=[line],
        validators=[
            InputRequired("Say which systems or services it covers."),
            Length(max=500, message="500 characters at most."),
        ],
    )
    dated_on = StringField("Its date", filters=[line], validators=[InputRequired("Give the document’s own date.")])
    window_starts_on = StringField("It looks back to", filters=[line])
    ends_on = StringField("It ends on", filters=[line])
    url = StringField("Address on the web", filters=[line])
    file = FileField("File")
    kept = HiddenField()

    def validate_dated_on(self, field: Field) -> None:
        """Take a day."""
        _check_day(field)

    def validate_window_starts_on(self, field: Field) -> None:
        """Take a day or nothing."""
        _check_day(field)

    def validate_ends_on(self, field: Field) -> None:
        """Take a day or nothing."""
        _check_day(field)

    def validate_url(self, field: Field) -> None:
        """Take an address on the web or nothing."""
        if not field.data:
            return
        try:
            normalise_url(field.data)
        except AddressError as error:
            raise ValidationError(f"This {error}.") from error


def _check_day(field: Field) -> None:
    try:
        read_day(field.data)
    except ValueError as error:
        raise ValidationError("This isn’t a day: write it as 2026-11-03.") from error

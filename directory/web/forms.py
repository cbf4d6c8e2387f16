"""What every form has: forgery protection that loses nothing typed, a trap for programs, its errors in one list."""

import secrets

from flask_wtf import FlaskForm
from wtforms import Form as WTForm
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

EXPIRED = "The form was open for too long, or cookies are off. What you typed is still here: send it again."
TRAPPED = "A field that people don’t see was filled in. It is empty again: send the form once more."


def tidy(text: str | None) -> str:
    """Return what was typed without blanks around it, with one kind of line break, and no NUL: databases take none."""
    return (text or "").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form with a one-time key and a trap.

    Its view is exempt from the check before every request and calls `validate_on_submit`, which makes the same
    check here: a forged or stale form is shown again with everything typed, instead of an error page without it.
    """

    once = HiddenField()
    leave_empty = StringField("Leave this empty")

    def validate_leave_empty(self, field: StringField) -> None:
        """Refuse what a program filled in, and empty it for the person who has an overeager browser."""
        if field.data:
            field.data = ""
            raise ValidationError(TRAPPED)

    def prepare(self) -> None:
        """Give the form its one-time key, unless it came back with one."""
        if not self.once.data:
            self.once.data = secrets.token_hex(16)


def summary(form: WTForm) -> tuple[tuple[str, str], ...]:
    """Return every error of a form as (id of its field, text); hidden fields' errors have no field to lead to."""
    found: list[tuple[str, str]] = []
    for field in form:
        for error in field.errors:
            if field.name == "csrf_token":
                found.append(("", EXPIRED))
            else:
                found.append(("" if field.name == "leave_empty" else field.id, str(error)))
    return tuple(found)

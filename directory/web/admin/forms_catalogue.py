"""The forms of the catalogue: a new version as a file or as text, and the switch to a version."""

from flask_wtf.file import FileField
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from directory.catalogue.source import Problem
from directory.web.admin.forms import MOST, TOO_LONG, tidy
from directory.web.forms import Form

NOW, NOTICE = "now", "notice"
NOT_TEXT = "This file isn’t UTF-8 text."


def plain(text: str | None) -> str:
    """Return text with plain line ends and without a byte order mark."""
    return (text or "").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


class VersionForm(Form):
    """A new version: a file, or its text; what was in a file comes back as text, to be corrected."""

    file = FileField("File")
    content = TextAreaField("Or its text", filters=[plain])
    problems: tuple[Problem, ...] = ()

    def take_file(self) -> bool:
        """Put what a file holds into the text field; return whether that could be read."""
        sent = self.file.data
        if sent is None or not sent.filename:
            return True
        try:
            self.content.data = plain(sent.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.file.errors = [NOT_TEXT]
            return False
        return True

    def refuse(self, problems: tuple[Problem, ...]) -> tuple[tuple[str, str], ...]:
        """Keep what is wrong with the text, and return it for the summary."""
        self.problems = problems
        told = [f"Line {one.line}: {one.where + ': ' if one.where else ''}{one.reason}" for one in problems]
        self.content.errors = [f"{len(told)} {'thing is' if len(told) == 1 else 'things are'} wrong; see above."]
        return tuple((self.content.id, text) for text in told)


class SwitchForm(Form):
    """When a version is to come into force, and why."""

    when = RadioField(
        "When?",
        choices=[
            SelectChoice(NOTICE, "In 30 days; whoever would lose a tier is told now"),
            SelectChoice(NOW, "At once; whoever loses a tier is told now"),
        ],
        validators=[InputRequired("Choose when.")],
    )
    reason = TextAreaField("Reason", filters=[tidy], validators=[Length(max=MOST, message=TOO_LONG)])

    def validate_reason(self, field: Field) -> None:
        """Refuse a switch that nobody could understand."""
        if not field.data:
            raise ValidationError("Say why: it stands in the public audit log.")

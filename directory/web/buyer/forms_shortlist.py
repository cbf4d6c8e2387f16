"""What a buyer notes of a provider on the shortlist. The forms hold no token: see `directory/web/same_origin.py`."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from directory.shortlists.models import MOST_KEPT, Status
from directory.web.forms import tidy

STATUSES = {
    Status.CONSIDERING: "Considering",
    Status.CONTACTED: "Contacted",
    Status.RULED_OUT: "Ruled out",
    Status.CHOSEN: "Chosen",
}


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Status and note of one entry, and the revision of it that was on the screen."""

    class Meta:
        """Where the form may come from is checked by the address's guard."""

        csrf = False

    status = SelectField("Where you stand", choices=[SelectChoice(one.value, text) for one, text in STATUSES.items()])
    note = TextAreaField(
        "Your note",
        filters=[tidy],
        validators=[Length(max=MOST_KEPT, message=f"That is too long: {MOST_KEPT:,} characters at most.")],
    )
    revision = IntegerField("Revision", validators=[InputRequired("The form is incomplete: send it once more.")])


class ShareForm(FlaskForm):  # type: ignore[misc]  # as above
    """Whether whoever has the link reads the notes too."""

    class Meta:
        """As above."""

        csrf = False

    notes = BooleanField("Show my notes and statuses too")

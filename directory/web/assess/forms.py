"""What is asked of a proof of concept: one question for each criterion, and what it must carry."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from directory.assessments.needs import Needs
from directory.assessments.scoring import Said
from directory.catalogue.schema import Area, Taxonomy
from directory.core.errors import InvalidInputError
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.wording import number
from directory.references.questions import read_value
from directory.web.forms import Form

SAID = {
    Said.MET: "Yes",
    Said.PARTLY: "Partly",
    Said.UNMET: "No",
    Said.UNKNOWN: "Don’t know",
    Said.NOT_APPLICABLE: "Doesn’t apply",
}
LEVELS = {
    Level.DOCUMENTED: "Documented or better: a document was checked",
    Level.CONFIRMED: "Confirmed or better: a customer says so too",
    Level.CORROBORATED: "Corroborated: a customer and a document agree",
    Level.STATED: "Stated: the provider’s own word is enough",
}
PREFIX = "answer-"


class StepForm(Form):
    """A step; `base` marks what was shown, so that nothing is saved over what nobody saw."""

    base = HiddenField()


class AreaForm(StepForm):
    """The questions of one area; `area_form` adds them."""

    area: Area

    def answers(self) -> dict[str, Said]:
        """Return what was answered, by criterion."""
        asked = {one.id: self[PREFIX + one.id].data for one in self.area.criteria}
        return {criterion: Said(value) for criterion, value in asked.items() if value}

    def show(self, answers: Mapping[str, Said]) -> None:
        """Fill the form with answers."""
        for one in self.area.criteria:
            self[PREFIX + one.id].data = answers[one.id].value if one.id in answers else ""


def _known(_form: StepForm, field: Field) -> None:
    if field.data and field.data not in set(Said):
        raise ValidationError("Choose one of the answers.")


def area_form(area: Area) -> AreaForm:
    """Return the form of one area, filled with what was sent."""
    choices = [SelectChoice(said.value, label) for said, label in SAID.items()]
    fields: dict[str, Any] = {
        PREFIX + one.id: RadioField(
            one.question, choices=choices, default="", validators=[_known], validate_choice=False
        )
        for one in area.criteria
    }
    form: AreaForm = type("AskedForm", (AreaForm,), fields | {"area": area})()
    return form


def read_figure(metric: Metric, text: str) -> Decimal | None:
    """Return a figure as people write it, 10,000 or 99.9 %; None for nothing; ValueError says what would be right."""
    if not text.strip():
        return None
    try:
        return read_value(metric, text)
    except InvalidInputError as error:
        kind = "a whole number" if metric is Metric.REQUESTS_PER_DAY else "a number"
        raise ValueError(f"Write {kind} from 0 to {number(DEFINITIONS[metric].highest)}, or nothing.") from error


class NeedsForm(StepForm):
    """What the system must carry once it is in production, and how well proven that must be."""

    requests_per_day = StringField("Requests a day")
    uptime_percent = StringField("Uptime, in percent")
    response_minutes = StringField("Minutes to react, day and night")
    region = SelectField("Where data must stay", default="")
    level = SelectField(
        "How well a provider’s answers and figures must be proven",
        choices=[SelectChoice(str(int(level)), label) for level, label in LEVELS.items()],
    )

    def _figure(self, metric: Metric) -> Decimal | None:
        return read_figure(metric, self[metric.value].data or "")

    def _check(self, field: Field) -> None:
        try:
            self._figure(Metric(field.name))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def validate_requests_per_day(self, field: Field) -> None:
        """Take a whole number, or nothing."""
        self._check(field)

    def validate_uptime_percent(self, field: Field) -> None:
        """Take a percentage, or nothing."""
        self._check(field)

    def validate_response_minutes(self, field: Field) -> None:
        """Take minutes, or nothing."""
        self._check(field)

    def needs(self) -> Needs:
        """Return what is needed, once the form is valid."""
        requests = self._figure(Metric.REQUESTS_PER_DAY)
        return Needs(
            requests_per_day=None if requests is None else int(requests),
            uptime_percent=self._figure(Metric.UPTIME_PERCENT),
            response_minutes=self._figure(Metric.RESPONSE_MINUTES),
            region=self.region.data or None,
        )

    def wanted_level(self) -> Level:
        """Return the level, once the form is valid."""
        return Level(int(self.level.data))

    def show(self, needs: Needs, level: Level) -> None:
        """Fill the form."""
        figures = needs.figures
        for metric in (Metric.REQUESTS_PER_DAY, Metric.UPTIME_PERCENT, Metric.RESPONSE_MINUTES):
            self[metric.value].data = number(figures[metric]) if metric in figures else ""
        self.region.data, self.level.data = needs.region or "", str(int(level))


def needs_form(taxonomy: Taxonomy, kept: Needs, level: Level) -> NeedsForm:
    """Return the form, filled with what was sent; what is kept and can't be chosen any more stays a choice."""
    form = NeedsForm()
    regions = {term.id: term.label for term in taxonomy.region}
    if kept.region:
        regions.setdefault(kept.region, kept.region)
    form.region.choices = [SelectChoice("", "Anywhere"), *(SelectChoice(one, label) for one, label in regions.items())]
    if level not in LEVELS:
        form.level.choices = [*form.level.choices, SelectChoice(str(int(level)), level.word.capitalize())]
    return form

"""Filters that templates use to write values; the wording itself is the evidence package's."""

from datetime import date, datetime
from decimal import Decimal

from flask import Flask

from directory.comparison.cells import dated
from directory.core.places import country_name
from directory.evidence.wording import age, band, coverage_text, day, number, quantity
from directory.web.session import catalogue, today


def _age(value: date, on: date | None = None) -> str:
    return age(value, on or today())


def _moment(value: datetime) -> str:
    return f"{day(value.date())}, {value:%H:%M} UTC"


def _label(term_id: str, facet: str) -> str:
    return catalogue().taxonomy.label(facet, term_id)


def _count(value: Decimal | int) -> str:
    return number(value)


def install(app: Flask) -> None:
    """Give templates their filters."""
    app.jinja_env.filters.update(
        age=_age,
        band=band,
        count=_count,
        country=country_name,
        dated=dated,
        coverage=coverage_text,
        day=day,
        label=_label,
        moment=_moment,
        quantity=quantity,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

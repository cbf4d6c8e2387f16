"""From a record to the columns of the database: only those that the record speaks of."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct

from directory.exchange.format import CustomerRecord, MinProject, ProviderRecord, SourceRecord, SystemRecord
from directory.providers.models import TERM_FIELDS

PROVIDER_COLUMNS = {
    name: name
    for name in ("name", "website", "summary", "description", "country", "founded", "employees", *TERM_FIELDS)
}
SOURCE_COLUMNS = {"name": "source_name", "url": "source_url", "retrieved": "source_retrieved_on"}
MIN_PROJECT_COLUMNS = {"amount": "min_project_amount", "currency": "min_project_currency"}
SYSTEM_COLUMNS = {name: name for name in ("name", "summary", "industry", "agent_type", "live_since", "retired_on")}
CUSTOMER_COLUMNS = {
    "name": "customer_name",
    "website": "customer_website",
    "employees": "customer_employees",
    "regulated": "customer_is_regulated",
    "public": "customer_is_public",
}
CLEARED: dict[str, Any] = {"summary": "", "description": "", "customer_is_public": False}
"""What a cleared column holds where that isn't NULL; lists become empty."""


def provider_columns(record: ProviderRecord, domain: str) -> dict[str, Any]:
    """Return the provider's columns that the record speaks of."""
    return {
        "domain": domain,
        **_columns(record, PROVIDER_COLUMNS),
        **_part(record.min_project, MinProject, MIN_PROJECT_COLUMNS),
        **_part(record.source, SourceRecord, SOURCE_COLUMNS),
    }


def system_columns(record: SystemRecord) -> dict[str, Any]:
    """Return the system's columns that the record speaks of."""
    return {**_columns(record, SYSTEM_COLUMNS), **_part(record.customer, CustomerRecord, CUSTOMER_COLUMNS)}


def _part(part: object, shape: type[Struct], names: Mapping[str, str]) -> dict[str, Any]:
    if part is None:
        return {column: _cleared(column) for column in names.values()}
    return _columns(part, names) if isinstance(part, shape) else {}


def _columns(record: Struct, names: Mapping[str, str]) -> dict[str, Any]:
    columns = {}
    for name, column in names.items():
        value = getattr(record, name)
        if value is not UNSET:
            columns[column] = _cleared(column) if value is None else value
    return columns


def _cleared(column: str) -> Any:  # noqa: ANN401 - of the column's type
    return [] if column in TERM_FIELDS else CLEARED.get(column)

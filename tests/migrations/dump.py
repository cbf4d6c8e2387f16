"""A schema as comparable text: everything the database itself knows about tables, in a fixed order."""

import re

from sqlalchemy import Engine, inspect, text

from directory.core.schema import current


def dump(engine: Engine) -> list[str]:
    """Return a line for every column, key, constraint, index, trigger and function; Alembic's own table left out."""
    lines: list[str] = []
    inspector = inspect(engine)
    for table in sorted(inspector.get_table_names()):
        if table == "alembic_version":
            continue
        for column in inspector.get_columns(table):
            default = column.get("default")
            kind, nullable = column["type"].compile(engine.dialect), column["nullable"]
            lines.append(f"{table}.{column['name']}: {kind} nullable={nullable} default={default}")
        lines.append(f"{table} primary key {inspector.get_pk_constraint(table)}")
        for what in ("unique_constraints", "foreign_keys", "check_constraints", "indexes"):
            found = getattr(inspector, f"get_{what}")(table)
            lines += sorted(f"{table} {what}: {_flat(one)}" for one in found)
    return lines


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flat(value[key])}" for key in sorted(value)) + "}"
    return re.sub(r"\s+", " ", str(value))


def guards(engine: Engine) -> list[str]:
    """Return triggers and functions of our own, as the database keeps them."""
    statements = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": (
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal UNION ALL"
            " SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        ),
    }
    with engine.connect() as connection:
        return [_flat(line) for line in connection.execute(text(statements[engine.dialect.name])).scalars()]


def everything(engine: Engine) -> tuple[str | None, list[str], list[str]]:
    """Return revision, tables and guards."""
    return current(engine), dump(engine), guards(engine)

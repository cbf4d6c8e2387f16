"""The export: everything public, in the import format, in order of ids, a few hundred providers at a time."""

import csv
import os
import stat
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from msgspec import UNSET, Struct
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from directory.core.spreadsheets import guarded
from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.exchange.columns import (
    CUSTOMER_COLUMNS,
    MIN_PROJECT_COLUMNS,
    PROVIDER_COLUMNS,
    SOURCE_COLUMNS,
    SYSTEM_COLUMNS,
)
from directory.exchange.current import Current, load_stated
from directory.exchange.format import (
    CSV_COLUMNS,
    AnswerRecord,
    CertificationRecord,
    CustomerRecord,
    FigureRecord,
    FiguresRecord,
    MinProject,
    ProviderRecord,
    SourceRecord,
    SystemRecord,
    encode,
)
from directory.exchange.sources import Format
from directory.providers.models import Provider, System
from directory.references.queries import withheld_systems

BATCH = 500

Shape = TypeVar("Shape", bound=Struct)


def export(session: Session, stream: BinaryIO, kind: Format, progress: Callable[[int], None] | None = None) -> int:
    """Write every public provider to the stream and return how many there are; `progress` is told now and then."""
    write = _write_csv if kind is Format.CSV else _write_jsonl
    count = 0
    with write(stream) as write_record:
        for record in records(session):
            write_record(record)
            count += 1
            if progress is not None and count % BATCH == 0:
                progress(count)
    return count


def records(session: Session) -> Iterator[ProviderRecord]:
    """Return every public provider as a record, in order of ids; memory holds a few hundred at a time."""
    last = 0
    while True:
        batch = select(Provider).where(Provider.is_public, Provider.id > last).order_by(Provider.id).limit(BATCH)
        providers = list(session.scalars(batch.options(selectinload(Provider.systems))))
        if not providers:
            return
        current = load_stated(session, providers)
        withheld = withheld_systems(session, [provider.id for provider in providers])
        for provider in providers:
            yield _record(provider, current, withheld)
        last = providers[-1].id
        session.expunge_all()


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a stream that becomes the file at `path` once all is written; a failure leaves what was there."""
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):  # a pipe, a terminal, /dev/null
        with path.open("wb") as stream:
            yield stream
        return
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _write_jsonl(stream: BinaryIO) -> Iterator[Callable[[ProviderRecord], object]]:
    yield lambda record: stream.write(encode(record) + b"\n")


@contextmanager
def _write_csv(stream: BinaryIO) -> Iterator[Callable[[ProviderRecord], object]]:
    text = TextIOWrapper(stream, encoding="utf-8", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    yield lambda record: writer.writerow([_cell(record, column) for column in CSV_COLUMNS])
    text.flush()
    text.detach()


def _cell(record: ProviderRecord, column: str) -> str:
    """Return a cell; one that a spreadsheet would take for a formula gets an apostrophe, as `format` says."""
    value: Any = record
    for name in column.split("."):
        value = getattr(value, name, None)
    if value is None or value is UNSET:
        return ""
    return guarded(str(value))


def _record(provider: Provider, current: Current, withheld: Collection[int]) -> ProviderRecord:
    stated = current.certifications.get(provider.id, {})
    answers = current.answers.get(provider.id, {})
    certifications = [CertificationRecord(name, _or(one.valid_until), _or(one.url)) for name, one in stated.items()]
    return ProviderRecord(
        **_given(provider, PROVIDER_COLUMNS),
        min_project=_part(MinProject, provider, MIN_PROJECT_COLUMNS),
        certifications=_or(sorted(certifications, key=lambda one: one.name)),
        systems=_or([_system(one, current.figures.get(one.id, {}), withheld) for one in provider.systems]),
        answers=_or(
            {
                criterion: AnswerRecord(answer.status, _or(answer.note), _or(answer.evidence_url))
                for criterion, answer in sorted(answers.items())
            }
        ),
        source=_part(SourceRecord, provider, SOURCE_COLUMNS),
    )


def _system(system: System, figures: Mapping[str, Figure], withheld: Collection[int]) -> SystemRecord:
    stated = {metric.value: _figure(figures[metric]) for metric in Metric if metric in figures}
    return SystemRecord(
        **_given(system, SYSTEM_COLUMNS),
        customer=_customer(system, is_public=system.customer_is_public and system.id not in withheld),
        figures=FiguresRecord(**stated) if stated else UNSET,
    )


def _customer(system: System, *, is_public: bool) -> Any:  # noqa: ANN401 - a record or UNSET
    """Return what may be told of a customer: name and website only of one that is public."""
    columns = {name: column for name, column in CUSTOMER_COLUMNS.items() if name != "public"}
    if not is_public:
        columns = {name: columns[name] for name in ("employees", "regulated")}
    given = _given(system, columns)
    if not given and not is_public:
        return UNSET
    return CustomerRecord(**given, public=is_public)


def _figure(figure: Figure) -> FigureRecord:
    return FigureRecord(
        value=figure.value,
        as_of=figure.as_of_on,
        window_days=_or(figure.window_days),
        method=_or(figure.method),
        source_url=_or(figure.source_url),
        coverage=_or(figure.coverage),
    )


def _part(shape: type[Shape], row: Provider | System, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - a record or UNSET
    given = _given(row, names)
    return shape(**given) if given else UNSET


def _given(row: Provider | System, names: Mapping[str, str]) -> dict[str, Any]:
    """Return by key of the format what a row has, without what is empty."""
    values = {name: getattr(row, column) for name, column in names.items()}
    return {name: value for name, value in values.items() if value is not None and value not in ("", [])}


def _or(value: Any) -> Any:  # noqa: ANN401 - of the field's type
    """Return the value, or UNSET in place of an empty one."""
    return UNSET if value is None or value in ("", [], {}) else value

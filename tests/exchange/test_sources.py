"""Files as they come: encodings, separators, line ends, and what isn't a list at all."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.exchange.format import CSV_COLUMNS, MAX_LINE
from directory.exchange.lines import Line, read_lines
from directory.exchange.sources import Format, SourceError, opened
from tests.exchange.files import firm, jsonl


def lines(folder: Path, content: bytes, name: str = "list.csv", wanted: Format | None = None) -> list[Line]:
    file = folder / name
    file.write_bytes(content)
    with opened(str(file), wanted) as source:
        return list(read_lines(source))


def found(folder: Path, content: bytes, name: str = "list.csv") -> list[tuple[int, str | None, Any]]:
    """Return line number, name and problems of every line."""
    return [
        (
            line.number,
            line.record.name if line.record else None,
            [str(problem) for problem in line.problems.found.values()],
        )
        for line in lines(folder, content, name)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["list.jsonl", "list.csv"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str, name: str) -> None:
    texts = {
        "list.jsonl": ['{"name":"Ünï 東京","website":"a.com"}', "", '{"name":"B","website":"b.com"}'],
        "list.csv": ["name,website", "Ünï 東京,a.com", "", "B,b.com"],
    }
    content = end.join(texts[name]).encode(encoding)
    first = 1 if name == "list.jsonl" else 2
    assert found(tmp_path, content, name) == [(first, "Ünï 東京", []), (first + 2, "B", [])]


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_its_mark(tmp_path: Path, mark: str) -> None:
    with pytest.raises(SourceError, match="UTF-16 without a byte order mark"):
        lines(tmp_path, '{"name":"A"}'.encode(mark), "list.jsonl")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_separators_and_old_encodings(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["Name ", "website", "summary"], ["Müller – Söhne", "a.com", "one; two, three\tfour"]]
    quoted = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    (line,) = lines(tmp_path, quoted.encode(encoding))
    assert line.record is not None
    assert (line.record.name, line.record.summary) == ("Müller – Söhne", "one; two, three four")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_spreadsheets_line_above_the_header(tmp_path: Path, first: str) -> None:
    content = f"{first}\r\nname;website;founded\r\nA, B;a.com;2019.0\r\n".encode()
    (line,) = lines(tmp_path, content)
    assert (line.number, line.problems.found) == (3, {})
    assert line.record is not None
    assert (line.record.name, line.record.founded) == ("A, B", 2019)


def test_bytes_outside_the_encoding_are_refused_line_by_line(tmp_path: Path) -> None:
    bad = b'{"name":"A","website":"a.com"}\n{"name":"\xff","website":"b.com"}\n{"name":"C","website":"c.com"}\n'
    assert found(tmp_path, bad, "list.jsonl") == [
        (1, "A", []),
        (2, None, ["holds bytes that aren't UTF-8"]),
        (3, "C", []),
    ]
    assert found(tmp_path, b"name,website\nA\x81,a.com\nM\xfcller,b.com\n") == [
        (2, None, ["holds bytes that aren't cp1252"]),
        (3, "Müller", []),
    ]
    cut = '{"name":"A","website":"a.com"}\n'.encode("utf-16") + b"\x00\xd8\n\x00"
    assert found(tmp_path, cut, "list.jsonl")[1] == (2, None, ["holds bytes that aren't UTF-16"])


def test_cells_of_several_lines_count_physical_lines(tmp_path: Path) -> None:
    content = b'name,website,description\nA,a.com,"one\r\ntwo\n\nfour"\n\nB,b.com,"say ""hi"""\nC,c.com,x,y\n'
    assert found(tmp_path, content) == [(2, "A", []), (7, "B", []), (8, None, ["has 4 cells, the header 3"])]
    first, second, _ = lines(tmp_path, content)
    assert first.record is not None
    assert first.record.description == "one\ntwo\n\nfour"
    assert second.record is not None
    assert second.record.description == 'say "hi"'


def test_every_column(tmp_path: Path) -> None:
    row = "A;a.com;s;d;de;1999;12;5000.50;EUR;List;list.org;2026-01-02"
    (line,) = lines(tmp_path, f"{';'.join(CSV_COLUMNS)}\n{row}\n".encode())
    assert line.problems.found == {}
    record: Any = line.record
    assert (record.founded, record.employees, str(record.min_project.amount)) == (1999, 12, "5000.50")
    assert (record.source.name, str(record.source.retrieved)) == ("List", "2026-01-02")


def test_empty_cells_are_absent_and_short_rows_too(tmp_path: Path) -> None:
    (full, short) = lines(tmp_path, b"name,website,summary,source.name\nA,a.com,,\nB,b.com\n")
    assert full.record is not None
    assert full.record.__class__(name="A", website="a.com") == full.record
    assert short.record == full.record.__class__(name="B", website="b.com")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("founded:1.999", "founded: must be a whole number in digits only, not “1.999”"),
        ("employees:1.000", "employees: must be a whole number in digits only, not “1.000”"),
        ("founded:about 2010", "founded: must be a number in digits only, not “about 2010”"),
        ('employees:"1,000"', "employees: must be a number in digits only, not “1,000”"),
        ("employees:-5", "employees: must be a number in digits only, not “-5”"),
        ("source.retrieved:12/1", "source.retrieved: must be a day that exists, as YYYY-MM-DD"),
        ("min_project.amount:5", "min_project.currency: is required"),
        ("country:D\x00", "country: holds a control character (U+0000)"),
    ],
)
def test_bad_cells(tmp_path: Path, cell: str, reason: str) -> None:
    column, _, value = cell.partition(":")
    assert found(tmp_path, f"name,website,{column}\nA,a.com,{value}\n".encode()) == [(2, "A", [reason])]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'name,website\nA,"a.com\nB,b.com\n', "a quotation mark is opened and not closed up to the end"),
        (b'name,website\nA,"a".com\nB,b.com\n', "a quotation mark inside a quoted cell must be doubled"),
        (
            b'name,website\nA,"' + (b"x" * 999 + b"\n") * (MAX_LINE // 900) + b'"\nB,b.com\n',
            "is longer than 1,000,000 characters",
        ),
        (
            b'name,website\nA,"' + (b"x" * 999 + b'\n","') * (MAX_LINE // 400) + b'"\nB,b.com\n',
            "is longer than 1,000,000 characters",
        ),
        (b"name,website\nA," + b"x" * (3 * MAX_LINE) + b"\nB,b.com\n", "is longer than 1,000,000 characters"),
    ],
)
def test_broken_csv_has_a_reason_at_its_line(tmp_path: Path, content: bytes, reason: str) -> None:
    number, name, (first,) = found(tmp_path, content)[0]
    assert (number, name) == (2, None)
    assert reason in first


def test_a_long_line_is_passed_over_and_the_next_one_read(tmp_path: Path) -> None:
    content = jsonl([firm(description="x" * (2 * MAX_LINE)), firm("B")])
    assert found(tmp_path, content, "list.jsonl") == [
        (1, None, ["is longer than 1,000,000 characters"]),
        (2, "B", []),
    ]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"name,website,industries", "industries isn't one text or number, so CSV can't hold it: write JSON"),
        (b"name,website,name", "the column name stands twice"),
        (b"name,website,url", "“url” isn't a column of the format; those are name, website"),
        (b"name,summary", "the column website is missing"),
        (b'{"name":"A"}', "isn't a column of the format"),
        (b'"name,website', "the header can't be read"),
    ],
)
def test_a_header_that_cant_be_used(tmp_path: Path, header: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=f"line 1: .*{reason}"):
        lines(tmp_path, header + b"\nA,a.com,x\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x1f\x8b\x08\x00", "is compressed with gzip: unpack it first"),
        (b'[\r\n  {\n "name": "A"', "is one list over several lines: write one object a line"),
        (b"PK\x03\x04xx", "is a spreadsheet or a zip archive"),
    ],
)
def test_files_that_are_no_list(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        lines(tmp_path, content, "list")


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file"), opened(str(tmp_path / "nothing.jsonl")):
        pass
    with pytest.raises(SourceError, match="is a folder"), opened(str(tmp_path)):
        pass
    with pytest.raises(SourceError, match="can't be read"), opened("a\0b"):
        pass


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("list", b'\n {"name":"A"}', Format.JSONL),
        ("list.txt", b"name,website", Format.CSV),
        ("list.NDJSON", b"name,website", Format.JSONL),
        ("list.tsv", b"{", Format.CSV),
        ("list", '\ufeff{"name":"A"}'.encode("utf-16"), Format.JSONL),
    ],
)
def test_the_format_is_told_by_name_or_content(tmp_path: Path, name: str, content: bytes, kind: Format) -> None:
    (tmp_path / name).write_bytes(content)
    with opened(str(tmp_path / name)) as source:
        assert source.format is kind
    with opened(str(tmp_path / name), Format.CSV) as source:
        assert source.format is Format.CSV


@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(alphabet="\",;\n\r\tab1='", max_size=200).map(lambda text: b"name,website,founded\n" + text.encode()),
        st.text(max_size=100).map(lambda text: b"name;website\n" + text.encode("cp1252", "ignore")),
    ),
    kind=st.sampled_from(Format),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused_with_reasons(tmp_path: Path, content: bytes, kind: Format) -> None:
    try:
        read = lines(tmp_path, content, "list", kind)
    except SourceError:
        return
    numbers = [line.number for line in read]
    assert numbers == sorted(set(numbers))
    for line in read:
        assert line.record is not None or line.problems.found


@given(st.lists(st.lists(st.text(alphabet=st.characters(codec="utf-8")), min_size=2, max_size=2), max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_csv_writer_writes_is_read_whole(tmp_path: Path, rows: list[list[str]]) -> None:
    file = tmp_path / "written.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["name", "website"], *rows])
    with opened(str(file)) as source:
        assert len(list(read_lines(source))) == sum(any(cell.strip() for cell in row) for row in rows)

"""The files of one segment, written whole, in the format of Whoosh's own codec.

Whoosh's writer takes every occurrence of a word in hand three times: into a pool, out of it sorted, into a block. Here
whoever writes brings a term's rows together, in order, so that they are encoded by the block.
"""

import zlib
from collections.abc import Iterable
from contextlib import closing
from pickle import dumps
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3Segment, W3TermInfo
from whoosh.columns import NumericColumn
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.filedb.structfile import StructFile
from whoosh.system import pack_ushort

NAME = "MAIN"
"""What Whoosh calls an index that has no name."""
BLOCK = 2048
"""How many rows of a term are encoded together."""
COMPRESSION = 1
PICKLE = 2
"""The protocol that Whoosh reads blocks by."""
OFFSETS_FROM = 2**15
"""With more rows than this, Whoosh reads where a row's bytes begin instead of adding lengths up."""
CODEC = W3Codec(blocklimit=BLOCK, compression=COMPRESSION)


class Postings(NamedTuple):
    """A term of a field, the rows that hold it, ascending, and how often each does; None: once."""

    field: str
    term: bytes
    rows: NDArray[np.uint32]
    counts: NDArray[np.float32] | None


class SegmentFiles:
    """One segment being written: its columns, each whole, and its terms, in order. `fields` are those with terms."""

    def __init__(self, storage: FileStorage, fields: Iterable[str], size: int) -> None:
        """Choose a name; `size` is the number of rows."""
        self.segment = W3Segment(CODEC, NAME, doccount=size)
        self.segment._fieldlengths = {}  # noqa: SLF001 - none are kept, and readers ask
        self._storage = storage
        self._number_of = {name: number for number, name in enumerate(sorted(fields))}

    def numbers(self, name: str, kind: NumericColumn, values: NDArray[np.int64]) -> None:
        """Write a column of numbers, one a row; ValueError when one is too large for it."""
        code = np.dtype(kind._typecode).newbyteorder(">")  # noqa: SLF001 - ours, from the schema
        encoded = values.astype(code)
        if not np.array_equal(encoded, values):
            raise ValueError(f"a value is too large for the column {name}")
        with self._column(name) as file:
            file.write(encoded.tobytes())

    def texts(self, name: str, parts: Iterable[bytes], lengths: NDArray[np.int64]) -> None:
        """Write a column of bytes: the rows' bytes in order, in any number of parts, and the length of each row's."""
        ends = np.cumsum(lengths)
        with self._column(name) as file:
            for part in parts:
                file.write(part)
            file.write(lengths.astype(">u4").tobytes())
            if len(lengths) > OFFSETS_FROM:
                file.write((ends - lengths).astype(">u8").tobytes())
                file.write(b"IQX")
            else:
                file.write(b"I")

    def terms(self, postings: Iterable[Postings]) -> None:
        """Write all terms, in order of field and term."""
        terms = self._create(W3Codec.TERMS_EXT)
        with closing(terms.raw_file()), self._create(W3Codec.POSTS_EXT) as blocks:
            index = OrderedHashWriter(terms)
            index.extras["fieldmap"] = self._number_of
            for one in postings:
                key = pack_ushort(self._number_of[one.field]) + one.term
                index.add(key, _write_postings(blocks, one.rows, one.counts).to_bytes())
            index.close()

    def discard(self) -> None:
        """Delete what was written so far."""
        for name in self.segment.list_files(self._storage):
            self._storage.delete_file(name)

    def _column(self, name: str) -> StructFile:
        return self._storage.create_file(W3Codec.column_filename(self.segment, name))

    def _create(self, extension: str) -> StructFile:
        return self.segment.create_file(self._storage, extension)


def _write_postings(file: StructFile, rows: NDArray[np.uint32], counts: NDArray[np.float32] | None) -> W3TermInfo:
    offset = file.tell()
    file.write(WHOOSH3_HEADER_MAGIC)
    for begin in range(0, len(rows), BLOCK):
        some = rows[begin : begin + BLOCK]
        weights, largest = _weights(None if counts is None else counts[begin : begin + BLOCK])
        data = zlib.compress(dumps((tuple(np.diff(some, prepend=0).tolist()), weights, None), PICKLE), COMPRESSION)
        about = dumps((len(some), int(some[-1]), largest, COMPRESSION, 0, 0), PICKLE)
        is_last = begin + BLOCK >= len(rows)
        length = len(about) + len(data)
        file.write_int(-length if is_last else length)
        file.write(about)
        file.write(data)
    total = float(len(rows) if counts is None else counts.sum())
    highest = 1.0 if counts is None else float(counts.max())
    info = W3TermInfo(weight=total, df=len(rows), maxweight=highest, minid=int(rows[0]), maxid=int(rows[-1]))
    info.set_extent(offset, file.tell() - offset)
    return info


def _weights(counts: NDArray[np.float32] | None) -> tuple[Any, float]:
    """Return a block's counts as its readers expect them, and the largest: one for all where they are alike."""
    if counts is None:
        return None, 1.0
    largest = float(counts.max())
    if counts.min() == largest:
        return (None if largest == 1 else largest), largest
    return tuple(counts.tolist()), largest

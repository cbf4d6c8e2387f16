"""Which answers are compressed, how, and for whom."""

import gzip
from functools import lru_cache

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

TYPES = [
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "application/javascript",  # as some systems call it
    "application/json",
    "application/problem+json",
    "application/atom+xml",
    "application/xml",
    "image/svg+xml",
]
ENCODINGS = ("br", "gzip")
"""The best first."""
BROTLI_QUALITY = 6
"""For what is made while somebody waits: a tenth smaller than 4 makes it, in hardly more time."""
BEST_BROTLI_QUALITY = 11
"""For what is compressed once and kept for good."""
GZIP_LEVEL = 6
LEAST_BYTES = 1_000
LONGEST_HEADER = 200


def compressed(body: bytes, encoding: str, quality: int = BROTLI_QUALITY) -> bytes:
    """Return a body in one of the encodings."""
    if encoding == "br":
        found: bytes = brotli.compress(body, quality=quality)
        return found
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def decompressed(body: bytes, encoding: str) -> bytes:
    """Return what was compressed in one of the encodings."""
    if encoding == "br":
        found: bytes = brotli.decompress(body)
        return found
    return gzip.decompress(body)


def encoding_for(accepted: str) -> str:
    """Return the encoding to answer in by what `Accept-Encoding` says: the one wanted most, "" for none."""
    return _encoding_for(accepted) if 0 < len(accepted) <= LONGEST_HEADER else ""


@lru_cache(256)
def _encoding_for(accepted: str) -> str:
    wanted = parse_accept_header(accepted, Accept)
    best = max(ENCODINGS, key=wanted.quality)
    as_it_is = wanted.quality("identity") if "identity" in accepted.lower() else 0
    return best if wanted.quality(best) > 0 and wanted.quality(best) >= as_it_is else ""

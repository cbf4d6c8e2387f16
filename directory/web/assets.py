"""Static files under an address that changes with their content, so that browsers may keep them for good."""

import hashlib
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, redirect, request, send_from_directory
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as BaseResponse

from directory.core.paths import shipped
from directory.web.compression import BEST_BROTLI_QUALITY, LEAST_BYTES, TYPES, compressed, encoding_for

ICON = "img/mark.svg"
KEEP_SECONDS = 365 * 24 * 3600


def tree_digest(folder: Path) -> str:
    """Return twelve hex digits that change when any file below the folder does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


@cache
def _compressed(file: Path, encoding: str) -> bytes:
    """Return a file in an encoding: made by the first who asks, as small as it gets, and kept."""
    return compressed(file.read_bytes(), encoding, BEST_BROTLI_QUALITY)


def _small(file: Path) -> Response | None:
    """Return a file in the encoding that is wanted; None where it is sent as it is."""
    kind = guess_type(file.name)[0] or ""
    encoding = encoding_for(request.headers.get("Accept-Encoding", ""))
    if kind not in TYPES or not encoding or not file.is_file() or file.stat().st_size < LEAST_BYTES:
        return None
    return Response(_compressed(file, encoding), mimetype=kind, headers={"Content-Encoding": encoding})


def install(app: Flask) -> None:
    """Serve `static/` under `/static/<digest>/…` and give templates `asset(path)`.

    One digest for the whole tree keeps relative addresses inside style sheets true.
    """
    folder = shipped("static")
    digest = tree_digest(folder)
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    def static_file(version: str, path: str) -> Response:
        if version != digest or safe_join(str(folder), path) is None:
            abort(404)
        small = _small(folder / path)
        response = small or send_from_directory(folder, path, max_age=KEEP_SECONDS, etag=False)
        response.cache_control.max_age = KEEP_SECONDS
        response.vary.add("Accept-Encoding")
        response.cache_control.immutable = True
        response.cache_control.public = True
        return response

    def asset(path: str) -> str:
        if path not in names:
            msg = f"no static file {path}"
            raise LookupError(msg)
        return f"/static/{digest}/{path}"

    def favicon() -> BaseResponse:
        return redirect(asset(ICON))  # browsers ask for it beside anything that isn't a page

    app.add_url_rule("/static/<version>/<path:path>", "static_file", static_file)
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    app.jinja_env.globals["asset"] = asset

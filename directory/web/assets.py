"""Static files under an address that changes with their content, so that browsers may keep them for good."""

import hashlib
from pathlib import Path

from flask import Flask, Response, abort, redirect, send_from_directory
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as BaseResponse

from directory.core.paths import shipped

ICON = "img/mark.svg"
KEEP_SECONDS = 365 * 24 * 3600


def tree_digest(folder: Path) -> str:
    """Return twelve hex digits that change when any file below the folder does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


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
        response = send_from_directory(folder, path, max_age=KEEP_SECONDS, etag=False)
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

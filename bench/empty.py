"""The peer of every page: a Flask application with one view that answers a small JSON object."""

from flask import Flask

app = Flask("empty")


@app.get("/")
def empty() -> dict[str, bool]:
    """Answer as little as a view can."""
    return {"ok": True}

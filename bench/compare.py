"""A comparison of six providers against one provider's page: the same process, alternating, in processor time.

`python -m bench.compare --providers 10000`. Both are rendered whole each time: the reader comes with a cookie, so
that no cache of pages answers.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient

from bench.pages import prepare
from bench.report import Row, publish
from directory.app import create_app
from directory.core.settings import Settings

ROUNDS = 40
MOST = 6
GOAL = 1 / 3
"""At least a third as fast: under three times the time."""


def slugs(client: FlaskClient) -> list[str]:
    """Return the six providers with most evidence."""
    found = client.get(f"/api/v1/providers?per_page={MOST}").json
    assert found is not None  # noqa: S101 - the API answers with JSON
    return [item["slug"] for item in found["items"]]


def seconds(client: FlaskClient, path: str) -> float:
    """Return the processor time that an answer took."""
    started = time.process_time()
    status = client.get(path).status_code
    spent = time.process_time() - started
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return spent


def measure(app: Flask) -> list[Row]:
    """Return the row: the median over rounds of each, one after the other."""
    client = app.test_client()
    client.set_cookie("session", "bench")
    some = slugs(client)
    one, six = f"/providers/{some[0]}", "/compare?" + "&".join(f"provider={slug}" for slug in some)
    for path in (one, six):
        seconds(client, path)
    pairs = [(seconds(client, six), seconds(client, one)) for _ in range(ROUNDS)]
    mine, page = (median(times) * 1000 for times in zip(*pairs, strict=True))
    return [Row("comparison of six providers", f"{mine:.1f} ms", f"{page:.1f} ms", page / mine, GOAL)]


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=10_000)
    providers: int = parser.parse_args().providers
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), providers)
        rows = measure(create_app(Settings.read({"DIRECTORY_VAR": folder, "DIRECTORY_LOG_LEVEL": "ERROR"})))
    publish(f"compare-{providers}", f"Comparison, {providers:,} providers, against one provider's page", rows, [])


if __name__ == "__main__":
    main()

"""Readers in a process of their own: each asks again as soon as it is answered. Prints what they met, as JSON.

`python -m bench.readers http://127.0.0.1:8000 --seconds 10`
"""

import argparse
import http.client
import itertools
import json
import threading
import time
from urllib.parse import urlsplit

READERS = 4
PATHS = (
    "/providers",
    "/providers?page=3",
    "/providers?production=at-scale",
    "/providers?production=in-production&sort=uptime",
    "/providers?q=claims",
    "/providers?q=claims+insurance&level=1",
    "/providers?country=DE&country=NL",
    "/providers?min_uptime=99.5&min_requests_per_day=5000&sort=volume",
    "/providers?enterprise=1",
    "/providers?claimed=1&sort=name",
    "/api/v1/providers?q=claims",
)


def read(host: str, deadline: float, first: int, found: list[tuple[float, int]]) -> None:
    """Ask for one address after the other until the deadline; keep seconds to the first byte, and the status."""
    connection = http.client.HTTPConnection(host, timeout=60)
    for path in itertools.islice(itertools.cycle(PATHS), first, None):
        if time.perf_counter() > deadline:
            break
        began = time.perf_counter()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            found.append((time.perf_counter() - began, answer.status))
            answer.read()
        except (OSError, http.client.HTTPException):
            found.append((time.perf_counter() - began, 0))
            connection.close()
    connection.close()


def main() -> None:
    """Read and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="where the directory is served")
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    found: list[tuple[float, int]] = []
    deadline = time.perf_counter() + options.seconds
    host = urlsplit(options.url).netloc
    threads = [threading.Thread(target=read, args=(host, deadline, 3 * number, found)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(found))


if __name__ == "__main__":
    main()

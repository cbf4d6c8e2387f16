"""Building an index beside the one in use: by one process, or in parts by as many as there are cores.

Each process reads with connections of its own and writes a segment for each part; then the segments are joined into
one. What changes meanwhile is taken in by the next refresh, so that parts need not be of the same moment.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from math import ceil
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from directory.core.db import Database
from directory.core.errors import UnavailableError
from directory.search import index as store
from directory.search.part import Done, Failed, Task, write_part
from directory.search.writing import Writer

PART = 10_000
"""How many providers a process gathers in memory, at most, before it writes them."""
ALONE = 2_000
"""Up to so many, starting further processes would take longer than it saves."""
MOST_PROCESSES = 8
STOP_SECONDS = 5
Progress = Callable[[int, int], None]
"""Called with how many providers are done, and of how many."""


def build(database: Database, task: Task, ids: Sequence[int], progress: Progress | None) -> int:
    """Fill the task's folder, which is empty, with an index of these providers; return how many are in it.

    Raises:
        UnavailableError: a process that wrote a part of it failed or was killed.
        OSError: there was no room, or no right, to write.

    """
    writer = Writer(store.create(task.folder))
    processes = min(cores(), MOST_PROCESSES) if len(ids) > ALONE else 1
    size = max(1, min(PART, ceil(len(ids) / processes)))
    parts = [ids[start : start + size] for start in range(0, len(ids), size)]
    told = _Told(progress, len(ids))
    if processes == 1:
        done = [write_part(database, task, number, part, told) for number, part in enumerate(parts)]
    else:
        done = _by_several(task, parts, processes, told)
    segments = [one.segment for one in sorted(done, key=lambda one: one.number) if one.segment is not None]
    writer.segments = segments
    if len(segments) > 1:
        writer.join(segments)
    writer.commit()
    return sum(one.count for one in done)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


class _Told:
    """Adds up what is done by all."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, more: int) -> None:
        self._done += more
        if self._progress:
            self._progress(self._done, self._total)


def _by_several(task: Task, parts: Sequence[Sequence[int]], processes: int, told: Callable[[int], None]) -> list[Done]:
    """Hand out the parts, the next one to whoever is free."""
    waiting = list(enumerate(parts))[::-1]
    done: list[Done] = []
    with ExitStack() as stack:
        helpers = {}
        for _ in range(min(processes, len(parts))):
            connection, process = stack.enter_context(_helper(task))
            helpers[connection] = process
            _tell(connection, process, waiting.pop())
        while len(done) < len(parts):
            ready = wait(list(helpers))
            for connection in [one for one in helpers if one in ready]:
                said = _said(connection, helpers[connection])
                if isinstance(said, int):
                    told(said)
                else:
                    done.append(said)
                    if waiting:
                        _tell(connection, helpers[connection], waiting.pop())
    return done


@contextmanager
def _helper(task: Task) -> Iterator[tuple[Connection, "subprocess.Popen[bytes]"]]:
    """Start a process that writes parts, in a session of its own: Ctrl-C reaches only us, and we end it."""
    ours, theirs = Pipe()
    number = theirs.fileno()
    command = [sys.executable, "-m", "directory.search.part", str(number)]
    with ours:
        with theirs:
            process = subprocess.Popen(command, pass_fds=[number], start_new_session=True)  # noqa: S603 - our own command
        try:
            _tell(ours, process, task)
            yield ours, process
        except BaseException:
            process.kill()  # it changes nothing but files that nobody uses yet
            raise
        finally:
            ours.close()
            process.wait()


def _tell(connection: Connection, process: "subprocess.Popen[bytes]", what: object) -> None:
    try:
        connection.send(what)
    except ConnectionError as error:
        raise _ended(process) from error


def _said(connection: Connection, process: "subprocess.Popen[bytes]") -> int | Done:
    try:
        said: int | Done | Failed = connection.recv()
    except (EOFError, ConnectionError) as error:
        raise _ended(process) from error
    if isinstance(said, Failed):
        raise _error(said)
    return said


def _ended(process: "subprocess.Popen[bytes]") -> Exception:
    status = process.wait(STOP_SECONDS)
    told = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    return UnavailableError(f"a process that built a part of the search index {told}")


def _error(failed: Failed) -> Exception:
    if failed.errno is not None:
        error: Exception = OSError(failed.errno, os.strerror(failed.errno))
    else:
        error = UnavailableError(f"a part of the search index can't be built: {failed.message}")
    error.add_note(failed.where)
    return error

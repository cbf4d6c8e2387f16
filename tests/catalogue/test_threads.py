"""Several threads that read the catalogue at the very beginning: what a server that just started sees under load."""

import subprocess
import sys

CODE = """
import sys, threading
sys.setswitchinterval(1e-6)
from directory.catalogue import loading, services
texts = [loading.read_text(path) for path in services.shipped_files().values()]
start, bad = threading.Barrier(8), []
def work():
    start.wait()
    for text in texts:
        try:
            loading.parse(text, "a file")
        except BaseException as error:
            bad.append(error)
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sys.exit(f"{bad[0]!r}" if bad else 0)
"""
PROCESSES = 12


def test_files_read_by_many_threads_at_once_in_a_fresh_process_crash_nothing() -> None:
    """msgspec prepares a type at its first use, and two threads that do so at once bring the process down."""
    processes = [subprocess.Popen([sys.executable, "-c", CODE], stderr=subprocess.PIPE) for _ in range(PROCESSES)]
    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert [end for end in ends if end[1] != 0] == []

"""`python -m bench` runs every benchmark, one after the other, each in a process of its own."""

import subprocess
import sys

BENCHMARKS = ("bench.search_core", "bench.pages", "bench.visible")

if __name__ == "__main__":
    for name in BENCHMARKS:
        subprocess.run([sys.executable, "-m", name], check=True)

"""`python -m bench` runs every benchmark, one after the other, each in a process of its own.

The environment may say for how many providers, separated by commas: BENCH_SIZES for the search core, BENCH_GROWTH for
pages. Whoosh's own grouping is left out above 100,000, and Datasette is measured at 10,000 alone: beyond, either takes
half a minute for a page.
"""

import os
import subprocess
import sys

SIZES = os.environ.get("BENCH_SIZES", "1000,10000,100000")
GROWTH = os.environ.get("BENCH_GROWTH", "1000,10000")
BENCHMARKS = (
    ("bench.search_core", "--sizes", SIZES),
    ("bench.where", "--size", SIZES.rpartition(",")[2]),
    ("bench.building", "--providers", SIZES.rpartition(",")[2]),
    ("bench.pages",),
    ("bench.against_datasette",),
    ("bench.growth", "--sizes", GROWTH),
    ("bench.under_change",),
    ("bench.assess",),
    ("bench.compare",),
    ("bench.visible",),
    ("bench.tables",),
)

if __name__ == "__main__":
    for name, *options in BENCHMARKS:
        subprocess.run([sys.executable, "-m", name, *options], check=True)

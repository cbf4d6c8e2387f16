"""Where our own time goes, by kind of question: `python -m bench.where --size 100000`.

A profiler's shares: it makes calls dearer than they are, so a function that is called often looks worse. Published as
remarks of each kind, the functions with the largest share of their own first.
"""

import argparse
import cProfile
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import CodeType

from bench.asked import Asked
from bench.peers.ours import Ours
from bench.questions import KINDS
from bench.report import publish
from bench.search_corpus import Maker, make_corpus

QUESTIONS = 100
SHOWN = 8
LIBRARIES = "site-packages/"


def _name(code: CodeType | str) -> str:
    """Return a function as people find it."""
    if isinstance(code, str):
        return code.strip("<>")
    place = code.co_filename.partition(LIBRARIES)[2] or Path(code.co_filename).name
    return f"{place}:{code.co_firstlineno} {code.co_name}"


def shares(ours: Ours, questions: list[Asked]) -> Iterator[str]:
    """Yield the functions that take most, each with its share of the whole time and its calls for each question."""
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for asked in questions:
        ours.find(asked)
    profile.disable()
    found = profile.getstats()
    whole = sum(one.inlinetime for one in found)
    for one in sorted(found, key=lambda entry: -entry.inlinetime)[:SHOWN]:
        yield f"{100 * one.inlinetime / whole:.0f} % {_name(one.code)}, {one.callcount / len(questions):.0f} calls"


def main() -> None:
    """Profile and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    size: int = parser.parse_args().size
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("corpus", "ours"):
            (folder / part).mkdir()
        ours, maker = Ours(), Maker(7)
        ours.build(make_corpus(folder / "corpus", size), folder / "ours")
        notes = []
        for kind in KINDS:
            questions = kind.questions(maker)
            for asked in islice(questions, 3):
                ours.find(asked)
            notes.append(f"{kind.name}: {'; '.join(shares(ours, list(islice(questions, QUESTIONS))))}")
    publish(f"where-{size}", f"Where the search core's time goes, {size:,} providers", [], notes)


if __name__ == "__main__":
    main()

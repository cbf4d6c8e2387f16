"""The search core beside its peers: the same documents, the same questions, equal answers checked first.

Times are a processor's seconds wherever they are spent, since the machine may be shared: PostgreSQL's are its backend's
and the client's together. Ours and a peer's alternate, some questions each; what is shown are medians.
"""

import argparse
import gc
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from bench.asked import Asked, Peer
from bench.checking import check
from bench.costs import costs
from bench.peers.catalogue import peers_for
from bench.peers.ours import Ours
from bench.questions import GOALS_AT, KINDS, Kind
from bench.report import Row, growth, milliseconds, publish
from bench.search_corpus import Corpus, Maker, make_corpus

ROUNDS, QUESTIONS = 6, 5
"""So often each is asked so many questions, in turns: the processor's cache then belongs to whoever is asked."""
FEWEST = 3
PATIENCE = 8.0
"""Once a kind has taken a peer so many seconds, FEWEST repeats are enough."""
CHECKED = 5
"""So many questions of each kind are compared before any is timed, the same one once."""


def _timed(peer: Peer, asked: Asked) -> float:
    began = peer.seconds()
    peer.find(asked)
    return 1000 * (peer.seconds() - began)


def medians(ours: Peer, peer: Peer, questions: Iterator[Asked]) -> tuple[float, float]:
    """Return the median milliseconds of ours and of the peer's answers to the same questions, alternating."""
    mine: list[float] = []
    other: list[float] = []
    began = time.perf_counter()
    for _ in range(ROUNDS):
        asked = list(islice(questions, QUESTIONS))
        mine += [_timed(ours, one) for one in asked]
        for one in asked:
            if len(other) < FEWEST or time.perf_counter() - began < PATIENCE:
                other.append(_timed(peer, one))
    return median(mine), median(other)


def _row(size: int, kind: Kind, ours: Ours, peer: Peer, questions: Iterator[Asked]) -> Row:
    """Check, then measure one kind of question. Nothing is collected meanwhile: pauses would hit either."""
    check(ours, peer, dict.fromkeys(islice(questions, CHECKED)))
    gc.collect()
    gc.disable()
    mine, other = medians(ours, peer, questions)
    gc.enable()
    goal = kind.goals.get(peer.name, 0) if size == GOALS_AT else 0
    what, ratio = f"{size:,}: {kind.name}", other / mine
    return Row(what, milliseconds(mine), milliseconds(other), ratio, goal, peer.name, mine)


def measure(corpus: Corpus, folder: Path, names: list[str]) -> Iterator[Row | str]:
    """Yield the rows of one size, peer by peer, and remarks."""
    ours, maker = Ours(), Maker(7)
    (folder / "ours").mkdir()
    spent = ours.build(corpus, folder / "ours")
    unused = {kind.name: kind.questions(maker) for kind in KINDS}
    for peer in peers_for(corpus.size, names):
        place = folder / type(peer).__name__
        place.mkdir()
        theirs = peer.build(corpus, place)
        speeds = corpus.size / spent, corpus.size / theirs
        indexing = f"{corpus.size:,}: indexing, documents a second"
        yield Row(indexing, f"{speeds[0]:,.0f}", f"{speeds[1]:,.0f}", speeds[0] / speeds[1], peer=peer.name)
        for kind in KINDS:
            questions = unused[kind.name]
            if peer.answers(next(questions)):
                yield _row(corpus.size, kind, ours, peer, questions)
        peer.close()
    yield from costs(corpus.size, folder / "ours", ours)


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of providers, separated by commas")
    parser.add_argument("--peers", default="", help="names of peers, separated by commas; all when empty")
    options = parser.parse_args()
    found: list[Row | str] = []
    sizes = [int(size) for size in options.sizes.split(",")]
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "corpus").mkdir()
            corpus = make_corpus(folder / "corpus", size)
            for one in measure(corpus, folder, [name for name in options.peers.split(",") if name]):
                print(one if isinstance(one, str) else " | ".join(one.cells), flush=True)
                found.append(one)
    rows = [one for one in found if isinstance(one, Row)]
    rows += growth(rows, sizes, [kind.name for kind in KINDS])
    notes = [one for one in found if isinstance(one, str)]
    publish("search_core", "Search core beside its peers", rows, notes)


if __name__ == "__main__":
    main()

"""The peers that benchmarks compare with answer as we do.

tantivy, which only `make bench` installs, is held to the same by every run of the benchmark, before anything is timed.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice

import pytest

from bench.asked import Asked, Found, Peer
from bench.checking import check, compare
from bench.peers.ours import Ours
from bench.peers.with_postgresql import PostgreSQL
from bench.peers.with_sqlite import SQLite
from bench.peers.with_whoosh import Whoosh
from bench.questions import KINDS, Kind
from bench.search_corpus import Corpus, Maker, make_corpus
from directory.search.query import Query, Sort

pytestmark = pytest.mark.xdist_group("peers")  # one process starts one server
PROVIDERS = 200
PEERS: tuple[type[Peer], ...] = (SQLite, PostgreSQL, Whoosh)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"), PROVIDERS)


@pytest.fixture(scope="module")
def ours(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Ours:
    built = Ours()
    assert built.build(corpus, tmp_path_factory.mktemp("ours")) > 0
    return built


@pytest.fixture(scope="module", params=PEERS, ids=lambda peer: peer.__name__)
def peer(request: pytest.FixtureRequest, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with closing(request.param()) as built:
        assert built.build(corpus, tmp_path_factory.mktemp("peer")) > 0
        yield built


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_peer_answers_as_we_do(ours: Ours, peer: Peer, kind: Kind) -> None:
    questions = list(islice(kind.questions(Maker(7)), 10))
    check(ours, peer, [asked for asked in questions if peer.answers(asked)])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_questions_find_something(ours: Ours, kind: Kind) -> None:
    assert all(ours.find(asked).total for asked in islice(kind.questions(Maker(7)), 10))


EVERYTHING = Asked(Query())


@pytest.mark.parametrize(
    "wrong",
    [
        lambda right: replace(right, total=right.total + 1),
        lambda right: replace(right, ids=right.ids[1:]),
        lambda right: replace(right, counts=right.counts | {"industry": {}}),
    ],
    ids=["total", "page", "counts"],
)
def test_a_different_answer_is_noticed(ours: Ours, wrong: Callable[[Found], Found]) -> None:
    right = ours.find(EVERYTHING)
    compare(right, right, EVERYTHING, "a peer")
    with pytest.raises(AssertionError, match="a peer"):
        compare(right, wrong(right), EVERYTHING, "a peer")


def test_a_different_order_by_a_metric_is_noticed(ours: Ours) -> None:
    asked = Asked(Query(sort=Sort.UPTIME, min_requests_per_day=1), has_counts=False)
    right = ours.keyed(asked)
    compare(right, right, asked, "a peer")
    with pytest.raises(AssertionError, match="a peer"):
        compare(right, replace(right, keys=right.keys[::-1]), asked, "a peer")

"""Which peers there are."""

from bench.asked import Peer
from bench.peers.with_postgresql import PostgreSQL
from bench.peers.with_sqlite import SQLite
from bench.peers.with_tantivy import Tantivy
from bench.peers.with_whoosh import LARGEST_PEER, Whoosh

PEERS: tuple[type[Peer], ...] = (Tantivy, SQLite, PostgreSQL, Whoosh)


def peers_for(size: int, names: list[str]) -> list[Peer]:
    """Return the peers of these names, all without any, that are measured at so many providers."""
    return [one() for one in PEERS if (not names or one.name in names) and (one is not Whoosh or size <= LARGEST_PEER)]
